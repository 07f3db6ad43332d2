"""Vectors that the command line names: a file of any format, and the words in it."""

import difflib
from collections.abc import Sequence
from typing import Any

from w2v import formats
from w2v.cli.output import waiting
from w2v.cli.streams import STANDARD, input_path
from w2v.keyedvectors import KeyedVectors

COUNTLESS = ("word2vec-text", "word2vec-binary", "glove")  # loaded, these get made-up counts that keep their order
_SEARCHED = 100_000  # words among which a spelling is looked for: the most frequent ones


def load(path: str) -> KeyedVectors:
    """Load vectors in any format; "-" is standard input."""
    with input_path(path) as source, waiting(f"reading {path}"):
        return formats.load(source, mmap=None if path == STANDARD else "r")


def find_key(vectors: KeyedVectors, word: str, path: str) -> Any:
    """The key that a word on the command line means; ValueError, with similar spellings, if there is none."""
    if word in vectors.key_to_index:
        return word
    if word.isdecimal() and int(word) in vectors.key_to_index:
        return int(word)
    close = _spellings(word, vectors.index_to_key[:_SEARCHED])
    hint = f"; did you mean {', '.join(close)}?" if close else ""
    raise ValueError(f"{path}: word {word!r} is not among its {len(vectors)} words{hint}")


def _spellings(word: str, keys: Sequence[Any]) -> list[str]:
    """Up to three keys that are spelt nearly like the word."""
    folded = word.casefold()
    near = [
        key for key in map(str, keys)
        if abs(len(key) - len(word)) <= 2 and key and (key[0].casefold() == folded[:1] or key[1:] == word[1:])
    ]  # fmt: skip
    best = difflib.get_close_matches(folded, [key.casefold() for key in near], n=3, cutoff=0.7)
    return list(dict.fromkeys(key for found in best for key in near if key.casefold() == found))[:3]
