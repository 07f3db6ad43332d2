"""The command line, called in a process of its own or in this one."""

import contextlib
import io
import os
import subprocess
import sys

import pytest

from w2v.cli import main

SENTENCES = "the king met the queen in köln\na man and a woman saw the king and the queen\n" * 30

needs_posix = pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals and pipes")


def run_process(*arguments):
    """Run a command line in a process of its own."""
    command = [sys.executable, "-m", "w2v", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=120)


def run(*arguments, stdin=b""):
    """Run a command line in this process, which is faster; what it prints comes back as text."""
    out, errors = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="") for _ in range(2))
    real, sys.stdin = sys.stdin, io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8")
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(errors):
            code = main([str(argument) for argument in arguments])
    finally:
        sys.stdin = real
    printed = []
    for stream in (out, errors):
        stream.flush()
        printed.append(stream.buffer.getvalue().decode("utf-8", "surrogateescape"))
    return subprocess.CompletedProcess(arguments, code, *printed)


def fails(*arguments, run=run):
    """Run a command that shall fail and return the one line it prints."""
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith("w2v")
    return done.stderr
