"""n-grams in w2v's own format: tensors and a metadata entry beside those of `w2v.formats.native`.

The metadata entry `subwords` is JSON: min_n, max_n and bucket. The tensors are

    vectors_vocab       float (n, vector_size), the rows of the words themselves, if they have any; those that users
                        have added to a model, which come last, have none
    vectors_ngrams      float (m, vector_size), rows of n-grams
    ngram_buckets       int32 (m), the number of the n-grams that each row belongs to; all other numbers share a row of
                        zeros. Without it, row i belongs to number i.
    ngram_rows          int32 (bucket), in its place where there are more than 2^21 numbers: the row of each, from 1 on;
                        0 is that of zeros. So the memory it takes is never more than the file explains.

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

NAMES = ("vectors_vocab", "vectors_ngrams", "ngram_buckets", "ngram_rows")
_KEY = "subwords"
_MOST_BUCKETS = 1 << 21  # of which a list of those that have rows will do: the table takes 8 MiB


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
        if subwords.buckets <= _MOST_BUCKETS:
            tensors["ngram_buckets"] = buckets.astype(np.int32)
        else:
            tensors["ngram_rows"] = table = np.zeros(subwords.buckets, dtype=np.int32)
            table[buckets] = np.arange(1, len(buckets) + 1, dtype=np.int32)
    return tensors, {_KEY: json.dumps(numbers)}


def unpack(file: TensorFile, words: list[Any], mmap: str | None) -> Subwords | None:
    """Return the n-grams of an opened file, checked; None if it has none."""
    if _KEY not in file.metadata:
        return None
    numbers = file.read_json(_KEY)
    if set(numbers) != {"min_n", "max_n", "bucket"} or not all(type(n) is int for n in numbers.values()):
        raise FormatError(f"{file.path}: {_KEY}: expected the numbers min_n, max_n and bucket, got {numbers!r:.80}")

    def rows(name: str) -> Array:
        file.check(name, "f", (None, None))
        return file.read(name) if mmap is None else file.map(name, mmap)

    own = rows("vectors_vocab") if "vectors_vocab" in file else None
    ngrams, kept = rows("vectors_ngrams"), None
    shape = numbers["min_n"], numbers["max_n"], numbers["bucket"]
    try:
        if own is not None and len(own) > len(words):
            raise ValueError(f"vectors_vocab: expected at most {len(words)} rows, one a word, got {len(own)}")
        if "ngram_buckets" in file or "ngram_rows" in file:
            Subwords.of_parts(own, ngrams, *shape, np.zeros(0, np.int32))  # before memory is taken for the buckets
            read = _listed if "ngram_buckets" in file else _table
            kept = read(file, len(ngrams), numbers["bucket"])
            ngrams = np.concatenate([np.zeros((1, ngrams.shape[1]), dtype=np.float32), ngrams])
        subwords = Subwords.of_parts(own, ngrams, *shape, kept)
        check_work(subwords, words, sum(len(str(word)) for word in words) + ngrams.nbytes)
    except ValueError as error:
        raise FormatError(f"{file.path}: n-grams: {error}") from error
    return subwords


def _listed(file: TensorFile, rows: int, bucket: int) -> Array:
    """The row of each number, after one of zeros, which is that of all numbers that have no other."""
    if bucket > _MOST_BUCKETS:
        raise ValueError(f"ngram_rows: expected a tensor of this name, for {bucket} buckets, got ngram_buckets")
    file.check("ngram_buckets", "i", (rows,))
    buckets = file.read("ngram_buckets")
    if rows and not 0 <= buckets.min() <= buckets.max() < bucket:
        raise ValueError(f"expected numbers 0..{bucket - 1}, got {buckets.min()}..{buckets.max()}")
    kept = np.zeros(bucket, dtype=np.int32)
    kept[buckets] = np.arange(1, rows + 1, dtype=np.int32)
    return kept


def _table(file: TensorFile, rows: int, bucket: int) -> Array:
    """The same, of a file that has it as a table."""
    file.check("ngram_rows", "i", (bucket,))
    kept = file.read("ngram_rows").astype(np.int32, copy=False)
    if bucket and not 0 <= kept.min() <= kept.max() <= rows:
        raise ValueError(f"ngram_rows: expected numbers 0..{rows}, got {kept.min()}..{kept.max()}")
    return kept
