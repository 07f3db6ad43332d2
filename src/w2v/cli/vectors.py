"""Vectors that the command line names: a file of any format."""

from w2v import formats
from w2v.cli.output import waiting
from w2v.cli.streams import STANDARD, input_path
from w2v.keyedvectors import KeyedVectors

COUNTLESS = ("word2vec-text", "word2vec-binary", "glove")  # loaded, these get made-up counts that keep their order


def load(path: str) -> KeyedVectors:
    """Load vectors in any format; "-" is standard input."""
    with input_path(path) as source, waiting(f"reading {path}"):
        return formats.load(source, mmap=None if path == STANDARD else "r")
