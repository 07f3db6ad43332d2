"""The command line: what it prints, its exit codes, and that failures leave nothing behind."""

import contextlib
import io
import json
import os
import shlex
import signal
import subprocess
import sys

import numpy as np
import pytest

from w2v import KeyedVectors, __version__
from w2v.cli import main
from w2v.cli.program import parser
from w2v.cli.registry import COMMANDS
from w2v.formats import format_of

WORDS = ["king", "queen", "man", "woman", "Köln", 7]
VECTORS = np.array([[1, 0, 1], [0, 1, 1], [1, 0, 0], [0, 1, 0], [-1, -1, 0], [0, 0, -1]], dtype=np.float32)
SENTENCES = "the king met the queen in köln\na man and a woman saw the king and the queen\n" * 30

needs_posix = pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals and pipes")


def run_process(*arguments):
    """Run a command line in a process of its own."""
    command = [sys.executable, "-m", "w2v", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=120)


def run(*arguments):
    """Run a command line in this process, which is faster."""
    out, errors = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(errors):
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as end:  # argparse leaves this way
            code = end.code
    return subprocess.CompletedProcess(arguments, code, out.getvalue(), errors.getvalue())


def fails(*arguments, run=run):
    """Run a command that shall fail and return the one line it prints."""
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith("w2v")
    return done.stderr


@pytest.fixture
def kv():
    return KeyedVectors.from_pieces(list(WORDS), VECTORS.copy(), {"count": np.arange(len(WORDS), 0, -1)})


@pytest.fixture(params=["v.w2v", "v.bin", "v.txt", "v.txt.gz"])
def path(request, tmp_path, kv):
    path = tmp_path / request.param
    if path.suffix == ".w2v":
        kv.save(path)
    else:
        kv.save_word2vec_format(path, binary=path.suffix == ".bin")
    return path


@pytest.fixture
def text(tmp_path):
    path = tmp_path / "text.txt"
    path.write_text(SENTENCES, encoding="utf-8")
    return path


# ---- questions ----


def test_similar(path, kv):
    done = run("similar", path, "king", "--topn", 3)
    lines = [line.split() for line in done.stdout.splitlines()]
    assert lines == [[str(key), f"{cosine:.3f}"] for key, cosine in kv.most_similar("king", topn=3)]
    assert len({line.rindex(" ") for line in done.stdout.splitlines()}) == 1
    assert (done.returncode, done.stderr) == (0, "")


def test_similar_to_each_of_several_words(path):
    done = run("similar", path, "king", "7", "--topn", 2)
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["king", "king", "7", "7"]


def test_analogy(path):
    done = run("analogy", path, "man", "king", "woman", "--topn", 1)
    assert done.stdout == "queen  0.959\n"


def test_json(path, kv):
    near = [{"near": str(key), "cosine": cosine} for key, cosine in kv.most_similar("king", topn=2)]
    (line,) = run("similar", path, "king", "--topn", 2, "--json").stdout.splitlines()
    for found, expected in zip(json.loads(line), near, strict=True):
        assert (str(found["near"]), found["cosine"]) == (expected["near"], pytest.approx(expected["cosine"], abs=1e-6))
    several = json.loads(run("similar", path, "king", "Köln", "--json").stdout)
    assert {row["word"] for row in several} == {"king", "Köln"}
    assert json.loads(run("analogy", path, "man", "king", "woman", "--json").stdout)[0]["word"] == "queen"
    assert json.loads(run("info", path, "--json").stdout)["words"] == 6


def test_info(path, kv):
    done = run("info", path)
    rows = dict(line.split(maxsplit=1) for line in done.stdout.splitlines())
    assert (rows["words"], rows["vector_size"]) == ("6", "3")
    kinds = {".w2v": "native", ".bin": "word2vec-binary"}
    assert rows["format"] == kinds.get(path.suffix, "word2vec-text")


def test_unknown_word(path):
    assert "word 'quen' is not among its 6 words; did you mean queen?" in fails("similar", path, "quen")
    assert "did you mean Köln?" in fails("similar", path, "köln")
    assert fails("analogy", path, "king", "queen", "xylophone").endswith("among its 6 words\n")
    fails("similar", path, "0")  # a position is no word


@pytest.mark.parametrize("content", [b"", b"\x00\xff\xfe", b"prose, not vectors\n", b"5 3\na 1 2 3\n"])
def test_files_that_are_no_vectors(tmp_path, content):
    path = tmp_path / "file"
    path.write_bytes(content)
    for command in (["similar", path, "a"], ["analogy", path, "a", "b", "c"], ["info", path]):
        assert str(path) in fails(*command)


def test_files_that_cannot_be_read(tmp_path):
    assert "No such file" in fails("similar", tmp_path / "nothing", "a")
    assert str(tmp_path) in fails("similar", tmp_path, "a")


@needs_posix
def test_reader_that_has_seen_enough(tmp_path):
    path = tmp_path / "v.w2v"
    words = [f"w{i}" for i in range(50_000)]
    KeyedVectors.from_pieces(words, np.ones((len(words), 1), np.float32), {}).save(path)
    command = [sys.executable, "-m", "w2v", "similar", str(path), "w1", "--topn", "50000"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"w0      1.000\n"
        process.stdout.close()
        assert process.stderr.read() == b""


@needs_posix
def test_interrupt(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    command = [sys.executable, "-m", "w2v", "similar", str(pipe), "a"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        with open(pipe, "wb"):  # opens as soon as the other end waits for what we write
            process.send_signal(signal.SIGINT)
            out, errors = process.communicate(timeout=60)
        assert (process.returncode, out, errors) == (130, b"", b"w2v: interrupted\n")


# ---- training: what is refused before it begins ----


SENSELESS = """
--alpha=-0.1 --alpha=0 --alpha=nan --alpha=inf --alpha=1e999 --alpha=x --sample=-1 --sample=nan --size=0 --size=1.5
--size=nan --window=0 --negative=0 --epochs=0 --epochs=-1 --min-count=-1 --threads=0 --seed=-1 --kernel=magic
--format=pickle
"""


@pytest.mark.parametrize("option", SENSELESS.split())
def test_settings_that_make_no_sense(text, tmp_path, option):
    name, value = option.split("=")
    message = fails("train", text, "-o", tmp_path / "v.w2v", option)
    assert f"argument {name}: " in message
    assert repr(value) in message
    assert os.listdir(tmp_path) == ["text.txt"]


def test_texts_that_cannot_be_read(tmp_path):
    (tmp_path / "empty").write_bytes(b"")
    output = tmp_path / "v.w2v"
    assert "nothing: No such file" in fails("train", tmp_path / "nothing", "-o", output)
    assert "Is a directory" in fails("train", tmp_path, "-o", output)
    assert "got an empty file" in fails("train", tmp_path / "empty", "-o", output)
    assert os.listdir(tmp_path) == ["empty"]


def test_outputs_that_cannot_be_written(text, tmp_path):
    assert "no/v.w2v: No such file" in fails("train", text, "-o", tmp_path / "no" / "v.w2v")
    assert "Is a directory" in fails("train", text, "-o", tmp_path)
    assert "is the text itself" in fails("train", text, "-o", text)
    assert text.read_text(encoding="utf-8") == SENTENCES
    assert "no/v.w2v: No such file" in fails("demo", "-o", tmp_path / "no" / "v.w2v")


@pytest.mark.parametrize(
    "arguments", [["similar", "v.w2v", "kin"], ["similar", "nothing", "a"], ["train", "v.w2v"], []]
)
def test_failures_in_a_process(tmp_path, kv, arguments, monkeypatch):
    monkeypatch.chdir(tmp_path)
    kv.save("v.w2v")
    fails(*arguments, run=run_process)
    assert os.listdir(tmp_path) == ["v.w2v"]


def test_success_in_a_process(tmp_path, kv):
    kv.save(tmp_path / "v.w2v")
    done = run_process("similar", tmp_path / "v.w2v", "king", "--topn", 2)
    assert (done.returncode, done.stdout, done.stderr) == (0, "man    0.707\nqueen  0.500\n", "")


def test_usage():
    assert "COMMAND" in fails()
    assert "-o" in fails("train", "text")
    assert "invalid choice: 'trian'" in fails("trian")
    done = run("--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert all(f"{name} " in done.stdout or f"{name}\n" in done.stdout for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example(name):
    done = run(name, "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"usage: w2v {name} ")
    assert f"w2v {name} " in done.stdout.partition("\nexample")[2]


def parsed(examples):
    """Command lines of an epilogue, without what a shell does with them."""
    for line in examples.splitlines()[1:]:
        for command in line.split(" | "):
            words = shlex.split(command.partition(" > ")[0].partition(" < ")[0], comments=True)
            if words and words[0] == "w2v":
                yield words[1:]


@pytest.mark.parametrize("name", [name for name in COMMANDS if not COMMANDS[name].raw])
def test_examples_in_help_can_be_parsed(name):
    whole = parser()
    examples = whole._subparsers._group_actions[0].choices[name].epilog
    commands = list(parsed(examples))
    assert commands
    for command in commands:
        assert whole.parse_args(command).command == command[0]


def test_help_is_light():
    code = "import sys; from w2v.cli import main; main([%s]); print({'numpy', 'tqdm', 'w2v.model'} & set(sys.modules))"
    for arguments in ("'--help'", "'train', '--help'"):
        done = subprocess.run([sys.executable, "-c", code % arguments], capture_output=True, text=True, timeout=60)
        assert done.stdout.endswith("set()\n")


def test_version():
    assert run("--version").stdout.startswith(f"w2v {__version__}, ")


def test_sg_and_cbow_exclude_each_other(text, tmp_path):
    assert "not allowed with" in fails("train", text, "-o", tmp_path / "v", "--sg", "--cbow")


NATIVE, BINARY, TEXT = "native", "word2vec-binary", "word2vec-text"
EXTENSIONS = {"v.bin": BINARY, "v.BIN.gz": BINARY, "v.txt": TEXT, "v.vec.xz": TEXT, "v.w2v": NATIVE, "bin": NATIVE}


@pytest.mark.parametrize("path", EXTENSIONS)
def test_format_by_extension(path):
    assert format_of(path) == EXTENSIONS[path]
    assert format_of("folder.bin/" + path) == EXTENSIONS[path]


# ---- training ----


@pytest.mark.parametrize("name", ["v.w2v", "v.bin", "v.txt.gz"])
@pytest.mark.parametrize("kind", ["--sg", "--cbow"])
def test_train(text, tmp_path, name, kind):
    done = run("train", text, "-o", tmp_path / name, "--size", 20, "--epochs", 2, "--threads", 1, kind)
    assert (done.returncode, done.stdout) == (0, "")
    assert "11 vectors of 20, loss " in done.stderr
    assert sorted(os.listdir(tmp_path)) == ["text.txt", name]
    info = run("info", tmp_path / name).stdout
    assert "the and a queen king" in info
    assert run("similar", tmp_path / name, "king").stdout.count("\n") == 10


def test_train_quietly_and_repeatably(text, tmp_path):
    for name in ("a.bin", "b.bin"):
        done = run("train", text, "-o", tmp_path / name, "--quiet", "--threads", 1)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (tmp_path / "a.bin").read_bytes() == (tmp_path / "b.bin").read_bytes()
    run("train", text, "-o", tmp_path / "b.bin", "--quiet", "--threads", 1, "--seed", 2)
    assert (tmp_path / "a.bin").read_bytes() != (tmp_path / "b.bin").read_bytes()


def test_format_option(text, tmp_path):
    run("train", text, "-o", tmp_path / "v.bin", "--format", "word2vec-text")
    assert len(KeyedVectors.load_word2vec_format(tmp_path / "v.bin")) == 11


@pytest.mark.parametrize("content", [b"a b c d e\n", b"\n\n \n"])
def test_nothing_left_after_pruning(tmp_path, content):
    (tmp_path / "text").write_bytes(content)
    fails("train", tmp_path / "text", "-o", tmp_path / "v.w2v")
    assert os.listdir(tmp_path) == ["text"]


def test_divergence_is_an_error(text, tmp_path):
    message = fails("train", text, "-o", tmp_path / "v.w2v", "--alpha", "1e38")
    assert "diverged" in message
    assert os.listdir(tmp_path) == ["text.txt"]


def test_a_full_disk_keeps_the_old_file(text, tmp_path, monkeypatch):
    output = tmp_path / "v.w2v"
    output.write_bytes(b"old")

    def full(file):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert "No space left" in fails("train", text, "-o", output)
    assert output.read_bytes() == b"old"
    assert sorted(os.listdir(tmp_path)) == ["text.txt", "v.w2v"]


TRAIN_AND_TELL = """
import sys
from w2v import cli, training

run_epoch = training.Trainer.run_epoch

def told(*arguments):
    print("training", flush=True)
    return run_epoch(*arguments)

training.Trainer.run_epoch = told
sys.exit(cli.main(sys.argv[1:]))
"""


@needs_posix
def test_interrupted_training(text, tmp_path):
    text.write_text((SENTENCES.replace("\n", " ") + "\n") * 2000, encoding="utf-8")
    output = tmp_path / "v.w2v"
    output.write_bytes(b"old")
    command = [sys.executable, "-c", TRAIN_AND_TELL, "train", str(text), "-o", str(output), "--size", "1000"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "training\n"
        process.send_signal(signal.SIGINT)
        out, errors = process.communicate(timeout=10)
    assert (process.returncode, out, errors) == (130, "", "w2v: interrupted\n")
    assert output.read_bytes() == b"old"
    assert sorted(os.listdir(tmp_path)) == ["text.txt", "v.w2v"]


@pytest.mark.slow
def test_demo(tmp_path):
    done = run("demo", "-o", tmp_path / "v.w2v")
    assert done.returncode == 0
    neighbours, analogies = done.stdout.split("\n\n")
    near = {line.split()[0]: line.split()[1:] for line in neighbours.splitlines()}
    assert {"watson", "sherlock", "lestrade"} & set(near["holmes"])
    assert {"jane", "anne", "emma", "elinor"} & set(near["elizabeth"])
    assert {"evening", "afternoon"} <= set(near["morning"])
    answers = [line.split(" :")[-1].strip().split(", ") for line in analogies.splitlines()]
    assert {"knightley", "elton"} & set(answers[0])
    assert answers[1][0] == "sister"
    assert os.listdir(tmp_path) == ["v.w2v"]
