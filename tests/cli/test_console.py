"""Standard streams as they are in the wild: other encodings, closed ones, full disks, readers that have seen enough."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest
from console import SENTENCES, needs_posix, run

from w2v import KeyedVectors

WORDS = ["a", "é", "词", "b\udc80"]


@pytest.fixture
def path(tmp_path):
    KeyedVectors.from_pieces(WORDS, np.array([[1, 0], [1, 0.1], [1, 0.2], [1, 0.3]], np.float32), {}).save(
        tmp_path / "v.w2v"
    )
    return str(tmp_path / "v.w2v")


def program(*arguments, **options):
    """Run the program in a process; options are those of subprocess.run."""
    environment = {**os.environ, **options.pop("env", {})}
    return subprocess.run(
        [sys.executable, "-m", "w2v", *map(str, arguments)], env=environment, timeout=120, check=False, **options
    )


SHOWN = {
    "ascii": [b"\\xe9", b"\\u8bcd", b"b\\udc80"],
    "latin-1": [b"\xe9", b"\\u8bcd", b"b\\udc80"],
    "cp1252": [b"\xe9", b"\\u8bcd", b"b\\udc80"],
    "utf-8": ["é".encode(), "词".encode(), b"b\\udc80"],
    "utf-8:strict": ["é".encode(), "词".encode(), b"b\\udc80"],
}


@pytest.mark.parametrize("encoding", SHOWN)
def test_what_an_encoding_does_not_have_is_escaped(path, encoding):
    done = program("similar", path, "a", capture_output=True, env={"PYTHONIOENCODING": encoding})
    assert (done.returncode, done.stderr) == (0, b"")
    assert [line.split()[0] for line in done.stdout.splitlines()] == SHOWN[encoding]


@pytest.mark.parametrize("encoding", SHOWN)
def test_json_is_json_in_every_encoding(path, encoding):
    done = program("similar", path, "a", "--json", capture_output=True, env={"PYTHONIOENCODING": encoding})
    rows = json.loads(done.stdout.decode("ascii" if encoding == "ascii" else encoding.partition(":")[0]))
    assert [row["near"] for row in rows] == WORDS[1:]


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_words_from_standard_input_are_utf_8(path, encoding):
    for text in ("é 词\n".encode(), "\ufeffé\n词".encode()):
        done = program("similar", path, "-", input=text, capture_output=True, env={"PYTHONIOENCODING": encoding})
        assert (done.returncode, done.stderr) == (0, b"")
        assert done.stdout.count(b"\n") == 6


def test_errors_in_other_encodings(path):
    done = program("similar", path, "日本", capture_output=True, env={"PYTHONIOENCODING": "ascii"})
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"word '\\u65e5\\u672c' is not among its 4 words" in done.stderr


@needs_posix
@pytest.mark.parametrize("arguments", [["similar", "v.w2v", "a"], ["info", "v.w2v", "--json"]])
def test_closed_standard_output(path, arguments, monkeypatch):
    monkeypatch.chdir(os.path.dirname(path))
    command = " ".join([sys.executable, "-m", "w2v", *arguments])
    done = subprocess.run(f"{command} >&-", shell=True, stderr=subprocess.PIPE, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (2, b"w2v: error: standard output is closed\n")


@needs_posix
def test_closed_standard_error(path, tmp_path):
    (tmp_path / "text").write_text(SENTENCES)
    train = f"{sys.executable} -m w2v train {tmp_path / 'text'} -o {tmp_path / 'new.w2v'} --watch --epochs 2 --size 4"
    for closed in ("2>&-", "2>&- <&-", "2>/dev/full"):
        done = subprocess.run(f"{train} {closed}", shell=True, stdout=subprocess.PIPE, timeout=120, check=False)
        assert (done.returncode, done.stdout) == (0, b"")
        assert "queen" in KeyedVectors.load(tmp_path / "new.w2v")
        done = subprocess.run(
            f"{sys.executable} -m w2v similar {path} nothing {closed}",
            shell=True, stdout=subprocess.PIPE, timeout=120, check=False,
        )  # fmt: skip
        assert (done.returncode, done.stdout) == (2, b"")


@needs_posix
def test_messages_that_nobody_reads_do_not_end_a_training(tmp_path):
    (tmp_path / "text").write_text(SENTENCES)
    command = [
        sys.executable,
        "-m",
        "w2v",
        "train",
        tmp_path / "text",
        "-o",
        tmp_path / "v.w2v",
        "--watch",
        "--size",
        "4",
    ]
    with subprocess.Popen([*map(str, command), "--epochs", "9"], stderr=subprocess.PIPE) as process:
        process.stderr.close()
        assert process.wait(timeout=120) == 0
    assert "queen" in KeyedVectors.load(tmp_path / "v.w2v")


@needs_posix
@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_a_full_disk_behind_standard_output(path):
    for arguments in (["similar", path, "a"], ["info", path]):
        with open("/dev/full", "wb") as full:
            done = program(*arguments, stdout=full, stderr=subprocess.PIPE)
        assert done.returncode == 2
        assert done.stderr.endswith(b"No space left on device\n")
        assert done.stderr.count(b"\n") == 1


@needs_posix
def test_readers_that_have_seen_enough():
    for arguments in (["--help"], ["train", "--help"], ["help"]):
        command = " ".join([sys.executable, "-m", "w2v", *arguments])
        done = subprocess.run(f"{command} | true", shell=True, stderr=subprocess.PIPE, timeout=120, check=False)
        assert done.stderr == b""


def test_streams_are_as_they_were_afterwards(path):
    before = sys.stdout, sys.stderr, sys.stdout.errors
    run("similar", path, "a")
    assert (sys.stdout, sys.stderr, sys.stdout.errors) == before


# ---- what is printed ----


def test_json_has_one_shape(path):
    one, two = (json.loads(run("similar", path, *words, "--topn", 1, "--json").stdout) for words in ("a", "aé"))
    assert one == [{"word": "a", "near": "é", "cosine": pytest.approx(0.995, abs=1e-3)}]
    assert [sorted(row) for row in two] == [sorted(one[0])] * 2


def test_a_next_step_after_training(tmp_path):
    (tmp_path / "my text").write_text(SENTENCES)
    done = run("train", tmp_path / "my text", "-o", tmp_path / "my.w2v", "--epochs", 1, "--size", 4)
    assert done.stderr.splitlines()[-1].startswith(f"next: w2v similar {tmp_path / 'my.w2v'} ")
    word = done.stderr.split()[-1]
    assert run("similar", tmp_path / "my.w2v", word).returncode == 0
    for flags in (["--quiet"], ["--json"]):
        done = run("train", tmp_path / "my text", "-o", tmp_path / "my.w2v", "--epochs", 1, "--size", 4, *flags)
        assert "next:" not in done.stderr
    assert b"next" not in program("train", tmp_path / "my text", "-o", "-", "--epochs", 1, capture_output=True).stderr


# ---- w2v nn ----


@pytest.fixture
def royals(tmp_path):
    words = ["king", "queen", "man", "woman", "well-known"]
    rows = np.array([[1, 0, 1], [0, 1, 1], [1, 0, 0], [0, 1, 0], [1, 1, 1]], np.float32)
    KeyedVectors.from_pieces(words, rows, {}).save(tmp_path / "royals.w2v")
    return tmp_path / "royals.w2v"


def test_nearest_words_of_lines(royals):
    done = run("nn", royals, "--topn", 1, stdin=b"man\n\nking -man woman\nwell-known\n")
    assert (done.returncode, done.stderr) == (0, "")
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["king", "queen", "king"]
    rows = [
        json.loads(line) for line in run("nn", royals, "--topn", 1, "--json", stdin=b"man\nking\n").stdout.splitlines()
    ]
    assert [row[0]["word"] for row in rows] == ["man", "king"]


def test_words_that_are_not_there_do_not_end_it(royals):
    done = run("nn", royals, "--topn", 1, stdin=b"kin\nman\n-kin\n")
    assert done.returncode == 1
    assert done.stdout.split()[0] == "king"
    assert done.stderr.startswith(f"w2v nn: {royals}: word 'kin' is not among its 5 words; did you mean king?")
    assert done.stderr.count("\n") == 2


@needs_posix
def test_nearest_words_on_a_terminal(royals):
    pty, select = pytest.importorskip("pty"), pytest.importorskip("select")
    leader, follower = pty.openpty()
    command = [sys.executable, "-m", "w2v", "nn", str(royals), "--topn", "1"]
    with subprocess.Popen(command, stdin=follower, stdout=follower, stderr=follower) as process:
        os.close(follower)
        shown = b""
        for typed in (b"man\n", b"nothing\n", b"\x04"):
            before = shown.count(b"Query word? ")
            while shown.count(b"Query word? ") == before:
                assert select.select([leader], [], [], 60)[0], shown
                shown += os.read(leader, 1024)
            os.write(leader, typed)
        assert process.wait(timeout=60) == 0
    os.close(leader)
    assert b"king  0.707" in shown
    assert b"word 'nothing' is not among" in shown
