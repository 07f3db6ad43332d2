"""n-grams in w2v's own format: tensors and a metadata entry beside those of `w2v.formats.native`.

The metadata entry `subwords` is JSON: min_n, max_n and bucket. The tensors are

    vectors_vocab       float (n, vector_size), the rows of the words themselves, if they have any
    vectors_ngrams      float (m, vector_size), rows of n-grams
    ngram_buckets       int32 (m), the number of the n-grams that each row belongs to; all other numbers share a row of
                        zeros. Without it, row i belongs to number i.

and of a model

    vectors_ngrams_lockf    float (1, any), how much n-grams may change, if any is not 1
"""

import json
from typing import Any

import numpy as np

from w2v.base.arrays import Array
from w2v.errors import FormatError
from w2v.formats.subwords import Subwords, check_work
from w2v.formats.tensors import TensorFile

NAMES = ("vectors_vocab", "vectors_ngrams", "ngram_buckets")
_KEY = "subwords"


def pack(subwords: Subwords | None) -> tuple[dict[str, Array], dict[str, str]]:
    """Return the tensors and metadata of n-grams; nothing if there are none."""
    if subwords is None or not subwords.buckets:
        return {}, {}
    numbers = {"min_n": subwords.shortest, "max_n": subwords.longest, "bucket": subwords.buckets}
    tensors = {} if subwords.own is None else {"vectors_vocab": subwords.own}
    if subwords.kept is None:
        tensors["vectors_ngrams"] = subwords.ngrams
    else:
        buckets = np.flatnonzero(subwords.kept > 0)
        buckets = buckets[np.argsort(subwords.kept[buckets])]
        tensors["vectors_ngrams"] = subwords.ngrams[subwords.kept[buckets]]
        tensors["ngram_buckets"] = buckets.astype(np.int32)
    return tensors, {_KEY: json.dumps(numbers)}


def unpack(file: TensorFile, words: list[Any], mmap: str | None) -> Subwords | None:
    """Return the n-grams of an opened file, checked; None if it has none."""
    if _KEY not in file.metadata:
        return None
    numbers = file.read_json(_KEY)
    if set(numbers) != {"min_n", "max_n", "bucket"} or not all(type(n) is int for n in numbers.values()):
        raise FormatError(f"{file.path}: {_KEY}: expected the numbers min_n, max_n and bucket, got {numbers!r:.80}")

    def rows(name: str, count: int | None) -> Array:
        file.check(name, "f", (count, None))
        return file.read(name) if mmap is None else file.map(name, mmap)

    own = rows("vectors_vocab", len(words)) if "vectors_vocab" in file else None
    ngrams, kept = rows("vectors_ngrams", None), None
    shape = numbers["min_n"], numbers["max_n"], numbers["bucket"]
    try:
        if "ngram_buckets" in file:
            Subwords.of_parts(own, ngrams, *shape, np.zeros(0, np.int32))  # before memory is taken for the buckets
            ngrams, kept = _placed(file, ngrams, numbers["bucket"])
        subwords = Subwords.of_parts(own, ngrams, *shape, kept)
        check_work(subwords, words, sum(len(str(word)) for word in words) + ngrams.nbytes)
    except ValueError as error:
        raise FormatError(f"{file.path}: n-grams: {error}") from error
    return subwords


def _placed(file: TensorFile, ngrams: Array, bucket: int) -> tuple[Array, Array]:
    """Rows after one of zeros, which is that of all numbers that have no other."""
    file.check("ngram_buckets", "i", (len(ngrams),))
    buckets = file.read("ngram_buckets")
    if len(buckets) and not 0 <= buckets.min() <= buckets.max() < bucket:
        raise ValueError(f"expected numbers 0..{bucket - 1}, got {buckets.min()}..{buckets.max()}")
    kept = np.zeros(bucket, dtype=np.int32)
    kept[buckets] = np.arange(1, len(buckets) + 1, dtype=np.int32)
    return np.concatenate([np.zeros((1, ngrams.shape[1]), dtype=np.float32), ngrams]), kept
