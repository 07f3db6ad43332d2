"""w2v similar, analogy and info: answers from a file of vectors, in aligned columns."""

import argparse
import difflib
from collections.abc import Iterable, Sequence
from typing import Any

from w2v import formats
from w2v.formats.detect import detect_format
from w2v.formats.native import load_settings
from w2v.keyedvectors import KeyedVectors

_SEARCHED = 100_000  # words among which a spelling is looked for: the most frequent ones


def similar(options: argparse.Namespace) -> None:
    """Print the words nearest to each word."""
    vectors = load(options.file)
    keys = [_key(vectors, word, options.file) for word in options.words]
    rows = [(key, *found) for key in keys for found in vectors.most_similar([key], topn=options.topn)]
    print_columns(rows if len(keys) > 1 else [row[1:] for row in rows])


def analogy(options: argparse.Namespace) -> None:
    """Print the answers to "A is to B as C is to ?"."""
    vectors = load(options.file)
    a, b, c = (_key(vectors, word, options.file) for word in (options.a, options.b, options.c))
    print_columns(vectors.most_similar([b, c], [a], topn=options.topn))


def info(options: argparse.Namespace) -> None:
    """Print what a file holds."""
    kind = detect_format(options.file)
    vectors = load(options.file)
    rows = [("format", kind), ("words", len(vectors)), ("vector_size", vectors.vector_size)]
    rows.append(("first words", " ".join(str(key) for key in vectors.index_to_key[:8])))
    if kind == "native":
        if "count" in vectors.expandos:
            rows.append(("total count", int(vectors.expandos["count"].sum())))
        rows += sorted(setting for setting in load_settings(options.file).items() if setting[0] != "vector_size")
    print_columns(rows)


def load(path: str) -> KeyedVectors:
    """Load vectors in any format."""
    return formats.load(path, mmap="r")


def print_columns(rows: Iterable[Sequence[Any]]) -> None:
    """Print rows with their columns aligned; floats with three decimals."""
    cells = [[f"{cell:.3f}" if isinstance(cell, float) else str(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _key(vectors: KeyedVectors, word: str, path: str) -> Any:
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
