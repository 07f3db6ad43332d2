"""What w2v train and w2v vocab count take as text: files, folders, patterns, pipes, JSON lines, Parquet."""

import bz2
import contextlib
import gzip
import io
import json
import lzma
import os
import subprocess
import threading

import pytest
from console import SENTENCES, fails, needs_posix, run

from w2v import KeyedVectors
from w2v.cli import main

LINES = SENTENCES.splitlines()
FLAGS = ("--size", 8, "--workers", 1, "--epochs", 1, "--quiet")


@pytest.fixture
def text(tmp_path):
    path = tmp_path / "text.txt"
    path.write_text(SENTENCES, encoding="utf-8")
    return path


def trained(folder, *texts, stdin=b""):
    """The vectors of a training, as bytes."""
    done = run("train", *texts, "-o", folder / "v.bin", *FLAGS, stdin=stdin)
    assert (done.returncode, done.stderr) == (0, "")
    vectors = (folder / "v.bin").read_bytes()
    os.unlink(folder / "v.bin")
    return vectors


@pytest.fixture
def expected(text, tmp_path):
    return trained(tmp_path, text)


def test_several_texts(text, tmp_path, expected):
    parts, openers = tmp_path / "parts", [open, gzip.open, bz2.open, lzma.open]
    parts.mkdir()
    for number, (extension, opener) in enumerate(zip(("txt", "gz", "bz2", "xz"), openers, strict=True)):
        with opener(parts / f"{number}.{extension}", "wt", encoding="utf-8") as file:
            file.write("\n".join(LINES[15 * number : 15 * number + 15]))
    (parts / "_SUCCESS").touch()
    assert trained(tmp_path, parts) == expected
    assert trained(tmp_path, parts / "[0-3].*") == expected
    assert trained(tmp_path, *sorted(parts.glob("[0-3].*"))) == expected
    assert trained(tmp_path, parts / "0.txt", parts / "[1-2].*", "-", stdin="\n".join(LINES[45:]).encode()) == expected


def test_zst(text, tmp_path, expected):
    zstd = pytest.importorskip("backports.zstd")
    (tmp_path / "text.zst").write_bytes(zstd.compress(text.read_bytes()))
    assert trained(tmp_path, tmp_path / "text.zst") == expected


def test_json_lines(tmp_path, expected):
    data = "\n".join(json.dumps({"id": number, "text": line}) for number, line in enumerate(LINES)).encode()
    path = tmp_path / "texts.jsonl.gz"
    path.write_bytes(gzip.compress(data))
    assert trained(tmp_path, path, "--column", "text") == expected
    assert trained(tmp_path, "-", "--column", "text", stdin=data) == expected
    counts = [run("vocab", "count", *texts, "--quiet").stdout for texts in ((path, "--column", "text"), [path])]
    assert (counts[0].splitlines()[:2], counts[1]) == (["the 120", "and 60"], "")


def test_parquet(text, tmp_path, expected):
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    table = arrow.table({"text": LINES, "tokens": [line.split() for line in LINES]})
    for path in ("a.parquet", "no-extension"):
        parquet.write_table(table, tmp_path / path)
        for column in ("text", "tokens"):
            assert trained(tmp_path, tmp_path / path, "--column", column) == expected
        assert "got Parquet: say which column has it, by --column NAME" in fails(
            "train", tmp_path / path, "-o", tmp_path / "v"
        )
    assert "expected the column 'x', got text, tokens" in fails(
        "train", tmp_path / path, "-o", tmp_path / "v", "--column", "x"
    )
    assert "expected JSON lines or Parquet files, got both" in fails(
        "train", tmp_path / path, text, "-o", tmp_path / "v", "--column", "text"
    )


@needs_posix
def test_named_pipes(text, tmp_path, expected):
    """They can be opened once only, for whoever writes is gone afterwards."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for flags in ([], ["--kernel", "mirror", "--cbow"]):
        writer = threading.Thread(target=pipe.write_bytes, args=(text.read_bytes(),), daemon=True)
        writer.start()
        assert trained(tmp_path, pipe, *flags) == trained(tmp_path, text, *flags)
        writer.join(10)
    assert "can be read once only" in fails("train", pipe, "-o", tmp_path / "v", "--cache", "no")


@pytest.mark.parametrize("cache", ["auto", "memory", "disk", "100", "no"])
def test_where_ids_are_kept(text, tmp_path, expected, cache):
    assert trained(tmp_path, text, "--cache", cache, "--cache-dir", tmp_path) == expected
    assert os.listdir(tmp_path) == ["text.txt"]


def test_folder_of_the_cache_is_missing(text, tmp_path):
    message = fails("train", text, "-o", tmp_path / "v", "--cache", "disk", "--cache-dir", tmp_path / "no")
    assert f"of the cache in {tmp_path / 'no'}; see cache_dir=" in message


def test_resume_with_several_texts(text, tmp_path):
    model = tmp_path / "v.w2v"
    assert run("train", text, "-o", model, *FLAGS).returncode == 0
    before = KeyedVectors.load(model)["king"]
    assert run("train", text, text, "-o", model, *FLAGS[2:], "--resume", model, "--cache", "no").returncode == 0
    assert not (KeyedVectors.load(model)["king"] == before).all()


def test_texts_that_are_refused(text, tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "a.jsonl").write_text('{"text": "a"}\n["b"]\n')
    (tmp_path / "b.txt").write_bytes(b"\x04\x22\x4d\x18 lz4")
    (tmp_path / "c.txt").touch()
    for texts, message in (
        ([tmp_path / "folder"], "folder: no files in this folder"),
        ([text, tmp_path / "*.csv"], "*.csv: no file fits this pattern"),
        ([text, tmp_path / "none"], "none: No such file"),
        ([tmp_path / "a.jsonl"], "a.jsonl: expected text, got JSON lines: say which column has it, by --column NAME"),
        ([tmp_path / "a.jsonl", "--column", "t"], "a.jsonl: line 1: expected the field 't', got text"),
        ([tmp_path / "a.jsonl", "--column", "text"], "line 2: expected an object with the field 'text', got list"),
        ([tmp_path / "b.txt"], "b.txt: expected text in UTF-8, got lz4, which must be unpacked"),
        ([tmp_path / "c.txt"], "c.txt: expected text, got an empty file"),
        ([tmp_path / "c.txt", tmp_path / "c.txt"], "c.txt: expected text, got empty files"),
        ([""], "'': No such file"),
        (["-", "-"], "-: expected standard input once"),
        (["-", "--cache", "no"], "--cache no: expected files, got -, which can be read once only"),
        ([text, "--cache", "here"], "--cache: expected one of auto, memory, disk, no, or a number of bytes, got"),
        (
            [text, text, "--kernel", "mirror", "--workers", 1],
            "--kernel mirror reads one text, as word2vec.c does: got 2",
        ),
    ):
        assert message in fails("train", *texts, "-o", tmp_path / "v")
        assert not (tmp_path / "v").exists()


def test_standard_input_that_is_closed(tmp_path, monkeypatch):
    for command in (["train", "-", "-o", tmp_path / "v"], ["train", "-", "-o", tmp_path / "v", "--column", "text"]):
        with monkeypatch.context() as patch:
            patch.setattr("sys.stdin", None)
            assert "standard input is closed" in fails(*command, run=run_without_input)


def run_without_input(*arguments):
    """As `run`, which has a standard input."""
    out, errors = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(errors):
        code = main([str(argument) for argument in arguments])
    return subprocess.CompletedProcess(arguments, code, out.getvalue(), errors.getvalue())


def test_an_output_among_the_inputs(text, tmp_path):
    assert "is the input itself" in fails("train", tmp_path, "-o", text)
    assert text.read_text(encoding="utf-8") == SENTENCES
