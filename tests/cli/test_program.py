"""The command line: help, failures, and that they leave nothing behind."""

import os
import shlex
import signal
import subprocess
import sys

import numpy as np
import pytest
from console import fails, needs_posix, run, run_process

from w2v import FastText, KeyedVectors, Word2Vec, __version__
from w2v.cli.program import parser
from w2v.cli.registry import COMMANDS
from w2v.cli.settings import _DEFAULTS, NGRAMS, SETTINGS

WORDS = ["king", "queen", "man", "woman", "Köln", 7]
VECTORS = np.array([[1, 0, 1], [0, 1, 1], [1, 0, 0], [0, 1, 0], [-1, -1, 0], [0, 0, -1]], dtype=np.float32)


@pytest.fixture
def kv():
    return KeyedVectors.from_pieces(list(WORDS), VECTORS.copy(), {"count": np.arange(len(WORDS), 0, -1)})


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


@pytest.mark.parametrize(
    "arguments", [["similar", "v.w2v", "kin"], ["similar", "nothing", "a"], ["train", "v.w2v"], ["trian"]]
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
    assert "-o" in fails("train", "text")
    for arguments in (["--help"], [], ["help"]):
        done = run(*arguments)
        assert (done.returncode, done.stderr) == (0, "")
        assert all(f"{name} " in done.stdout or f"{name}\n" in done.stdout for name in COMMANDS)
    assert run("help", "train").stdout == run("train", "--help").stdout


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


SETTINGS_HINT = "add a line to SETTINGS in w2v/cli/settings.py, or name it here"


def test_every_setting_has_a_flag():
    from w2v.training.settings import SETTINGS as all_settings

    assert set(all_settings) - set(SETTINGS) == {"batch_words", "documents", "dbow_words"}, SETTINGS_HINT


def test_defaults_in_help_are_those_of_the_model():
    model = Word2Vec()
    for name, value in _DEFAULTS.items():
        assert name == "workers" or getattr(model, name) == value
    ngrams = FastText()
    assert {name: getattr(ngrams, name) for name in NGRAMS} == NGRAMS


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_completion(shell):
    pytest.importorskip("shtab")
    done = run("completion", shell)
    assert done.returncode == 0
    assert "odd-one-out" in done.stdout
    assert "--min-count" in done.stdout
