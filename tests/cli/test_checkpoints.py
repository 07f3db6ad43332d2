"""w2v train --checkpoint and --continue."""

import os
import signal
import subprocess
import sys
import time

import pytest
from console import SENTENCES, fails, needs_posix, run

from w2v import Word2Vec
from w2v.callbacks import Checkpoint
from w2v.cli.checkpoints import Stoppable
from w2v.formats import native

SETTINGS = ("--threads", "1", "--vector-size", "100", "--epochs", "15", "--min-count", "1", "--sample", "0")


@pytest.fixture
def text(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "text.txt"
    path.write_text(SENTENCES * 200, encoding="utf-8")
    return path


def begin(*arguments):
    """Begin to train in a process of its own, and return it when there is a checkpoint."""
    command = [sys.executable, "-m", "w2v", "train", *map(str, arguments)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    started = time.monotonic()
    while not os.path.exists("run.ckpt") and process.poll() is None and time.monotonic() < started + 60:
        time.sleep(0.01)
    return process


@needs_posix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_leaves_a_checkpoint_to_continue(text, tmp_path, number):
    """Also from another folder, since the paths of the command line are kept as absolute ones."""
    options = ("text.txt", *SETTINGS, "--checkpoint", "run.ckpt", "--every", "0.1", "--format", "word2vec-text")
    with begin(*options, "-o", "v.txt") as process:
        process.send_signal(number)
        out, errors = process.communicate(timeout=60)
    message = "w2v: interrupted; w2v train --continue run.ckpt goes on\n"
    assert (process.returncode, out, errors) == (128 + number, "", message)
    assert sorted(os.listdir(tmp_path)) == ["run.ckpt", "text.txt"]
    assert native.load_settings("run.ckpt")["checkpoint"]["place"]["epoch"] < 15
    (tmp_path / "elsewhere").mkdir()
    os.chdir("elsewhere")
    done = run("train", "--continue", "../run.ckpt")
    assert (done.returncode, done.stdout) == (0, "")
    assert "15 epochs" in done.stderr
    os.chdir("..")
    assert sorted(os.listdir(tmp_path)) == ["elsewhere", "text.txt", "v.txt"]
    assert run("train", "text.txt", *SETTINGS, "-o", "whole.txt", "--quiet").returncode == 0
    assert (tmp_path / "v.txt").read_bytes() == (tmp_path / "whole.txt").read_bytes()


def test_a_second_signal_does_not_wait():
    asked, before = Stoppable("run.ckpt", 60, None), signal.getsignal(signal.SIGINT)
    asked.on_train_begin(None)
    signal.raise_signal(signal.SIGINT)
    assert asked.ends
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


def test_one_that_is_there_is_kept(text, tmp_path):
    (tmp_path / "run.ckpt").write_bytes(b"something")
    message = fails("train", text, "-o", tmp_path / "v.w2v", "--checkpoint", "run.ckpt")
    assert "run.ckpt: expected no such file, got one: w2v train --continue run.ckpt goes on from it" in message
    assert (tmp_path / "run.ckpt").read_bytes() == b"something"


def test_what_contradicts_itself(text, tmp_path):
    assert "--every: expected --checkpoint" in fails("train", text, "-o", "v.w2v", "--every", 5)
    assert "--every: expected" in fails("train", text, "-o", "v.w2v", "--checkpoint", "c", "--every", "-1")
    assert "expected another kernel" in fails(
        "train", text, "-o", "v.w2v", "--checkpoint", "c", "--kernel", "mirror", "--threads", 1
    )
    assert "expected nothing beside it" in fails("train", text, "--continue", "run.ckpt")
    assert "expected nothing beside it" in fails("train", "--continue", "run.ckpt", "--window", 3)
    assert "nothing.ckpt: No such file" in fails("train", "--continue", "nothing.ckpt")
    assert "following arguments are required: TEXT, -o/--output" in fails("train")
    assert "following arguments are required: -o/--output" in fails("train", text)
    assert os.listdir(tmp_path) == ["text.txt"]


def begun(text, **note):
    """Write a checkpoint in the middle of training, as the command line or a program would."""

    class Now(Checkpoint):
        def on_epoch_end(self, model):
            self.stop()

    command = {"text": [str(text)], "column": None, "output": str(text.parent / "v.w2v"), "format": None, "watch": True}
    command |= {"quiet": False, "json": False, "cache": "auto", "cache_dir": None}
    with pytest.raises(KeyboardInterrupt):
        Word2Vec(
            corpus_file=text, vector_size=8, workers=1, callbacks=[Now("run.ckpt", note={"command": command, **note})]
        )


def test_the_options_go_on_too(text, tmp_path):
    begun(text)
    done = run("train", "--continue", "run.ckpt")
    assert done.returncode == 0
    lines = [line.split("  ")[0] for line in done.stderr.splitlines() if line.startswith("epoch")]
    assert lines == [f"epoch {n}/5" for n in (2, 3, 4, 5)]
    assert len(Word2Vec.load("v.w2v").losses) == 5


def test_another_text_needs_force(text, tmp_path):
    begun(text)
    text.write_text(SENTENCES * 100, encoding="utf-8")
    assert "force=True" in fails("train", "--continue", "run.ckpt")
    assert run("train", "--continue", "run.ckpt", "--force").returncode == 0
    assert sorted(os.listdir(tmp_path)) == ["text.txt", "v.w2v"]


def test_checkpoints_of_programs_are_for_programs(text):
    begun(text, command=None)
    assert "Word2Vec.resume goes on from it" in fails("train", "--continue", "run.ckpt")
    Word2Vec.load("run.ckpt").save("model.w2v")
    assert "expected a checkpoint" in fails("train", "--continue", "model.w2v")
