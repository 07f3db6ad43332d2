"""The inputs of a model with n-grams: rows for its words and for their n-grams, and which of them make up each word.

Rows are in one matrix that the kernels train: a row for each word, then those of n-grams. Of a model that is trained
from the beginning, n-grams that no word has share one row of zeros, the first of these; the others follow in the order
of words, so that the rows of a word lie together. By frequency, rows that all threads write would be neighbours, and
processors fetch neighbours along: two threads were a tenth slower.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from w2v.base.arrays import Int32Array, Int64Array
from w2v.base.weights import Matrix, fill_uniform, padded_zeros, spanned
from w2v.corpus.vocab import Vocab
from w2v.formats.subwords import Subwords
from w2v.subwordvectors import FastTextVectors
from w2v.training import freezing
from w2v.training.settings import Settings

Lists = tuple[Int32Array, Int64Array]  # numbers of rows, and where those of each word begin


def no_rows(settings: Settings) -> Subwords:
    """Return the n-grams of a model without words: all share the row of zeros."""
    size, kept = settings.vector_size, np.zeros(settings.bucket, dtype=np.int32)
    nothing = np.zeros((0, size), dtype=np.float32) if settings.bucket else None
    return Subwords.of_parts(nothing, padded_zeros(1, size), settings.min_n, settings.max_n, settings.bucket, kept)


def grown(before: Subwords, vocab: Vocab, seed: int) -> Subwords:
    """Return rows with new ones for words and n-grams that have none: uniform in ±1/vector_size, as fastText begins."""
    assert before.own is not None
    known, size = len(before.own), before.ngrams.shape[1]
    numbers, starts = before.numbers(vocab.words[known:])
    kept, fresh, order = before.kept, np.zeros(0, dtype=np.int64), None
    if kept is not None:
        often = np.bincount(numbers, np.repeat(vocab.counts[known:], np.diff(starts)), minlength=before.buckets)
        fresh, order = _fresh(numbers, kept, often)
        kept = kept.copy()
        kept[fresh] = np.arange(len(before.ngrams), len(before.ngrams) + len(fresh), dtype=np.int32)
    words, ngrams = len(vocab), len(before.ngrams)
    rows = padded_zeros(words + ngrams + len(fresh), size)
    rows[:known], rows[words : words + ngrams] = before.own, before.ngrams
    seeds = np.random.SeedSequence([seed, known]).generate_state(2, np.uint64).tolist() if known else [seed, seed + 1]
    fill_uniform(rows[known:words], seeds[0])
    fill_uniform(rows[words + ngrams :], seeds[1], order)
    return before._replace(own=rows[:words], ngrams=rows[words:], kept=kept)


def _fresh(numbers: Int32Array, kept: Int32Array, often: npt.NDArray[Any]) -> tuple[Int64Array, Int64Array]:
    """Return n-grams that have no rows yet, in the order of words, and their places from the most frequent one on.

    Examples
    --------
    >>> _fresh(np.int32([3, 1, 3, 0]), np.int32([7, 0, 0, 0]), np.array([5.0, 1.0, 0.0, 9.0]))
    (array([3, 1]), array([0, 1]))
    """
    first = np.full(len(kept), -1)
    first[numbers[::-1]] = np.arange(len(numbers))[::-1]  # of several, the last one stays
    fresh = np.flatnonzero((first >= 0) & (kept == 0))
    by_word = np.argsort(first[fresh])
    places = np.empty_like(by_word)
    places[by_word] = np.arange(len(fresh))
    return fresh[by_word], places[np.argsort(-often[fresh], kind="stable")]


def taken_from(given: Any, words: Sequence[Any], subwords: Subwords) -> None:
    """Copy rows of words and n-grams that `given`, vectors or a model or None, has if its n-grams are the same."""
    wv = getattr(given, "wv", given)
    if not isinstance(wv, FastTextVectors):
        return
    theirs = wv.subwords
    if theirs[3:] != subwords[3:] or theirs.own is None or theirs.ngrams.shape[1] != subwords.ngrams.shape[1]:
        return
    assert subwords.own is not None
    assert subwords.kept is not None
    buckets = np.flatnonzero(subwords.kept)
    sources = buckets if theirs.kept is None else theirs.kept[buckets]
    has = np.full(len(buckets), True) if theirs.kept is None else sources > 0
    subwords.ngrams[subwords.kept[buckets[has]]] = theirs.ngrams[sources[has]]
    for place, word in enumerate(words):
        source = wv.key_to_index.get(word, len(theirs.own))
        if source < len(theirs.own):
            subwords.own[place] = theirs.own[source]


def impose(subwords: Subwords, words: Sequence[Any], vectors: Matrix, wanted: Matrix, first: int = 0) -> None:
    """Change own rows of words, from number `first` on, so that their vectors become those wanted, not `vectors`."""
    assert subwords.own is not None
    places = np.flatnonzero((vectors != wanted).any(axis=1))
    starts: Int64Array = subwords.numbers([words[place] for place in places.tolist()])[1]
    lengths = 1 + starts[1:] - starts[:-1]
    subwords.own[first + places] += lengths[:, np.newaxis] * (wanted[places] - vectors[places])
    vectors[places] = wanted[places]


def inputs(wv: Any, freeze: Any, words: Sequence[Any]) -> tuple[Matrix, npt.NDArray[np.float32] | None, Lists]:
    """Return the matrix that is trained, where `wv` has its rows from now on, factors of its changes, and the lists."""
    wv.subwords, rows = trainable(wv.subwords)
    return rows, input_locks(wv, freeze), lists(wv.subwords, words)


def state(wv: Any) -> Any:
    """Return what tells whether somebody has replaced n-grams of `wv`, or factors of their changes."""
    if not isinstance(wv, FastTextVectors):
        return None
    return id(wv.subwords.own), id(wv.subwords.ngrams), np.asarray(wv.vectors_ngrams_lockf).tobytes()


def trainable(subwords: Subwords) -> tuple[Subwords, Matrix]:
    """Return the same rows in one matrix as the kernels want it, and the matrix: the same arrays where possible."""
    own, ngrams = subwords.own, subwords.ngrams
    assert own is not None
    rows = spanned(own, ngrams)
    if rows is None:
        rows = padded_zeros(len(own) + len(ngrams), own.shape[1])
        rows[: len(own)], rows[len(own) :] = own, ngrams
    return subwords._replace(own=rows[: len(own)], ngrams=rows[len(own) :]), rows


def lists(subwords: Subwords, words: Sequence[Any]) -> Lists:
    """Return which rows of the matrix make up each word: its own, then its n-grams'.

    Examples
    --------
    >>> rows = np.zeros((52, 2), np.float32)
    >>> lists(Subwords.of_parts(rows[:2], rows[2:], 3, 4, 50), ["ab", "b"])
    (array([ 0, 10, 44,  8,  1, 45], dtype=int32), array([0, 4, 6]))
    """
    numbers, starts = subwords.numbers(words)
    rows = numbers if subwords.kept is None else subwords.kept[numbers]
    of_word = np.repeat(np.arange(len(words)), np.diff(starts))
    there = rows >= 0
    rows, of_word = rows[there], of_word[there]
    begins = np.searchsorted(of_word, np.arange(len(words) + 1)) + np.arange(len(words) + 1)
    all_rows = np.empty(len(rows) + len(words), dtype=np.int32)
    all_rows[begins[:-1]] = np.arange(len(words))
    all_rows[np.arange(len(rows)) + of_word + 1] = rows + len(words)
    return all_rows, begins.astype(np.int64)


def input_locks(wv: FastTextVectors, freeze: Any) -> npt.NDArray[np.float32] | None:
    """Return by what the changes of each row are multiplied in training; None if nothing is."""
    subwords = wv.subwords
    assert subwords.own is not None
    words, ngrams = len(subwords.own), len(subwords.ngrams)
    if freeze == "input":
        return np.zeros(words + ngrams, dtype=np.float32)
    locks = np.asarray(wv.vectors_ngrams_lockf, dtype=np.float32).reshape(-1)
    factors = np.ones(ngrams, dtype=np.float32)
    if not len(locks) or (locks != 1).any():
        buckets = slice(None) if subwords.kept is None else subwords.kept
        factors[buckets] = freezing.row_factors(locks, subwords.buckets)
    both = np.concatenate([freezing.row_factors(freezing.locks_of(wv), words), factors])
    return None if (both == 1).all() else both


def check(wv: Any, settings: Settings, known: int) -> None:
    """Raise ValueError unless the n-grams of a model, which users may have replaced, are those of its settings."""
    if not isinstance(wv, FastTextVectors):
        raise ValueError(f"wv: expected vectors with n-grams, for bucket={settings.bucket}, got {type(wv).__name__}")
    found, expected = (wv.min_n, wv.max_n, wv.bucket), (settings.min_n, settings.max_n, settings.bucket)
    if found != expected:
        names = "min_n, max_n and bucket"
        raise ValueError(f"wv: expected n-grams of {names} {expected}, got {found}; build_vocab starts afresh")
    shape = (known, settings.vector_size)
    if wv.vectors_vocab.shape != shape:
        raise ValueError(
            f"wv.vectors_vocab: expected shape {shape}, words and vector_size, got {wv.vectors_vocab.shape}"
        )
