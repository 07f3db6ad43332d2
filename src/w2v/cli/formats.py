"""The format that a command writes: named by --format, or told by the extension of the file."""

import argparse
import pathlib

from w2v.cli.streams import STANDARD
from w2v.formats import SAVED, format_of

FOLDERS = ("tensorboard", "static-embedding")

_NATIVE = ("", ".w2v", ".model", ".kv")  # extensions of our own format; others may be meant for another one


FASTTEXT = "fasttext"  # which needs a model with n-grams


def add_format(parser: argparse.ArgumentParser, *more: str) -> None:
    """Add --format, which is also --to."""
    text = (
        "default: by extension, .bin, .txt, .vec, or native (.w2v, .model, .kv, none), which alone holds a whole "
        "model; the last two are folders"
    )
    parser.add_argument("--format", "--to", dest="format", choices=[*SAVED, *more], help=text)


def format_to_write(path: str, given: str | None) -> str:
    """The format to write to a path; ValueError if its extension stands for none.

    Examples
    --------
    >>> format_to_write("v.bin.gz", None), format_to_write("v.glove", "glove"), format_to_write("v", None)
    ('word2vec-binary', 'glove', 'native')
    >>> format_to_write("v.glove", None)
    Traceback (most recent call last):
    ValueError: v.glove: expected a name in .w2v, .bin, .txt or .vec, or --format NAME: native, word2vec-text, ...
    """
    from w2v.base.compression import extension_of

    if given is not None:
        return given
    if path == STANDARD:
        return "word2vec-text"
    kind = format_of(path)
    plain = pathlib.Path(path).with_suffix("") if extension_of(path) else pathlib.Path(path)
    if kind == "native" and plain.suffix.lower() not in _NATIVE:
        names = ", ".join(SAVED)
        raise ValueError(f"{path}: expected a name in .w2v, .bin, .txt or .vec, or --format NAME: {names}")
    return kind
