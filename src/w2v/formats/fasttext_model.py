"""Whole models in fastText's .bin, with all that training goes on from; `w2v.formats.fasttext_bin` has the layout.

The output rows are those of words, or for hierarchical softmax of the inner nodes of the Huffman tree, which is
word2vec.c's, but with the sides swapped: a node's row here is one there times -1.
"""

from collections.abc import Iterator
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from w2v.base.arrays import Array
from w2v.base.files import Source, Target, open_to_read, open_to_write
from w2v.errors import ClassifierError, FormatError
from w2v.formats.fasttext_bin import ARGUMENTS, ENTRY, FLAG, MAGIC, PRUNED, SHAPE, SIZES, START, Reader
from w2v.formats.subwords import Subwords

LOSSES = {1: "hs", 2: "ns", 3: "softmax", 4: "ova"}
MODELS = {1: "cbow", 2: "sg", 3: "supervised"}
_VERSION = 12
_ROWS = 1 << 14  # rows written at once


class Arguments(NamedTuple):
    """What fastText was told, by its names."""

    dim: int
    ws: int
    epoch: int
    minCount: int
    neg: int
    wordNgrams: int
    loss: int
    model: int
    bucket: int
    minn: int
    maxn: int
    lrUpdateRate: int
    t: float


class FastTextModel(NamedTuple):
    """The pieces of a model.

    counts : int64 (n)
    subwords : rows of words (n, d) and of n-grams
    outputs : float32 (n, d), of words, or of inner nodes and a last row that is not used
    tokens : words of the text
    """

    arguments: Arguments
    words: list[str]
    counts: npt.NDArray[np.int64]
    subwords: Subwords
    outputs: Array
    tokens: int


def load_fasttext_model(source: Source, encoding: str = "utf-8") -> FastTextModel:
    """Load a model that fastText, or gensim, has trained without labels.

    Raises
    ------
    FormatError
        The file is no such file, is damaged, truncated or quantised, or a classifier.
    """
    with open_to_read(source) as file:
        whole = Reader(file, None).load_whole()
        arguments = Arguments(*whole.arguments)
        kinds = MODELS.get(arguments.model), LOSSES.get(arguments.loss)
        if kinds[0] not in ("cbow", "sg") or kinds[1] not in ("hs", "ns"):
            kind = ClassifierError if kinds[0] == "supervised" else FormatError
            raise kind(f"{file}: settings: expected skip-gram or CBOW, with loss ns or hs, got {kinds}")
        if whole.subwords.kept is not None:
            raise FormatError(f"{file}: expected all n-grams, got a model that was pruned")
        words = [word.decode(encoding, "replace") for word in whole.words]
        if len(set(words)) < len(words) or len(whole.outputs) != len(words):
            got = f"{len(words)} words, {len(set(words))} of them different, and {len(whole.outputs)} output rows"
            raise FormatError(f"{file}: dictionary: expected different words with an output row each, got {got}")
        outputs = -whole.outputs if kinds[1] == "hs" else whole.outputs
        return FastTextModel(arguments, words, whole.counts, whole.subwords, outputs, whole.tokens)


def save_fasttext_model(model: FastTextModel, path: Target, encoding: str = "utf-8") -> None:
    """Write a model that fastText loads, all or nothing; n-grams that have no row of their own get zeros.

    Raises
    ------
    ValueError
        A word is none that fastText can have: no text, empty, with white space or a zero byte in it.
    """
    names = [_name(word, encoding) for word in model.words]
    arguments, (n, size) = model.arguments, model.outputs.shape
    buckets = model.subwords.buckets
    with open_to_write(path) as file:
        file.write(START.pack(MAGIC, _VERSION) + ARGUMENTS.pack(*arguments))
        file.write(SIZES.pack(n, n, 0, model.tokens) + PRUNED.pack(-1))
        for name, count in zip(names, model.counts.tolist(), strict=True):
            file.write(name + b"\0" + ENTRY.pack(count, 0))
        file.write(FLAG.pack(0) + SHAPE.pack(n + buckets, size))
        assert model.subwords.own is not None
        for rows in chain(_pieces(model.subwords.own), _ngrams(model.subwords)):
            file.write(rows)
        file.write(FLAG.pack(0) + SHAPE.pack(n, size))
        for rows in _pieces(-model.outputs if LOSSES[arguments.loss] == "hs" else model.outputs):
            file.write(rows)


def _name(word: Any, encoding: str) -> bytes:
    if not isinstance(word, str):
        raise TypeError(f"expected words that are text, got {type(word).__name__}: {word!r:.80}")
    name = word.encode(encoding)
    if not name or b"\0" in name or len(name.split()) != 1 or name.split()[0] != name:
        raise ValueError(
            f"word {word!r:.80}: expected no white space or zero byte in it, for fastText would not find it"
        )
    return name


def _pieces(rows: Array) -> Iterator[bytes]:
    return (rows[start : start + _ROWS].astype("<f4").tobytes() for start in range(0, len(rows), _ROWS))


def _ngrams(subwords: Subwords) -> Iterator[bytes]:
    """The rows of all buckets."""
    for start in range(0, subwords.buckets, _ROWS):
        yield subwords.bucket_rows(start, start + _ROWS).astype("<f4").tobytes()
