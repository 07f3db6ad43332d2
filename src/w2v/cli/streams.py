"""Standard input and output in place of files: "-" as a name."""

import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator

STANDARD = "-"


@contextlib.contextmanager
def input_path(path: str) -> Iterator[str]:
    """A path to read, more than once if need be: `path`, or a temporary copy of standard input ("-") or a pipe."""
    from w2v.inputs.files import is_stream, open_file

    if not is_stream(path):
        yield path
        return
    with tempfile.TemporaryDirectory() as folder:
        copy = os.path.join(folder, "standard-input")
        with open_file(path) as source, open(copy, "wb") as file:
            shutil.copyfileobj(source, file, 1 << 20)
        yield copy


@contextlib.contextmanager
def output_path(path: str) -> Iterator[str]:
    """A path to write: `path`, or for "-" a temporary one that goes to standard output once it is complete."""
    if path != STANDARD:
        yield path
        return
    with tempfile.TemporaryDirectory() as folder:
        copy = os.path.join(folder, "standard-output")
        yield copy
        with open(copy, "rb") as file:
            sys.stdout.flush()
            shutil.copyfileobj(file, sys.stdout.buffer, 1 << 20)
            sys.stdout.buffer.flush()


def words_of(words: list[str]) -> list[str]:
    """Words of a command line; for "-" alone, those of standard input, whatever white space is between them."""
    if words != [STANDARD]:
        return words
    found = [word for line in input_lines() for word in line.split()]
    if not found:
        raise ValueError("standard input: expected words, got none")
    return found


def input_lines() -> Iterator[str]:
    """The lines of standard input: UTF-8, whatever the terminal's encoding is, unless a person types them."""
    from w2v.inputs.texts import text_lines

    if sys.stdin is None:
        return
    typed = sys.stdin.isatty() or not hasattr(sys.stdin, "buffer")
    yield from sys.stdin if typed else text_lines(STANDARD)


def check_output(path: str, *inputs: str) -> None:
    """Raise the error that writing `path` would raise; or ValueError, if it is one of the inputs."""
    from w2v.base.files import check_writable

    if path == STANDARD:
        return
    check_writable(path)
    for source in inputs:
        if source != STANDARD and os.path.realpath(source) == os.path.realpath(path):
            raise ValueError(f"{path}: is the input itself")


def check_input(path: str, what: str = "text") -> None:
    """Raise the error that reading a file would raise, before any work is spent; ValueError if it is empty."""
    if path == STANDARD or (os.access(path, os.R_OK) and not os.path.isfile(path) and not os.path.isdir(path)):
        return  # a pipe is opened once only
    with open(path, "rb") as file:
        if not file.read(1):
            raise ValueError(f"{path}: expected {what}, got an empty file")
