"""Vectors of new documents, by a model that stays as it is."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, cast

import numpy as np

from w2v import _core
from w2v.base.arrays import Array, Int32Array, Int64Array
from w2v.base.threads import for_each
from w2v.base.weights import Matrix, padded_zeros, whole_rows
from w2v.corpus.vocab import Vocab
from w2v.errors import DivergedError
from w2v.inputs.objects import encode_sentences
from w2v.inputs.passes import check_sentences
from w2v.training.jobs import Jobs, Totals
from w2v.training.outputs import Outputs
from w2v.training.settings import Settings

_CHUNK = 256  # documents that a thread takes at a time
_FEW = 64  # documents whose words are looked up one by one


class Inference:
    """Infers vectors by weights that do not change; it keeps the tables that this takes.

    Parameters
    ----------
    settings : Settings
    vocab : Vocab
    inp : float32 array of shape (rows, vector_size), padded
        Those of the words come first.
    outputs : Outputs, padded
    """

    def __init__(self, settings: Settings, vocab: Vocab, inp: Matrix, outputs: Outputs) -> None:
        self._vocab, self._size = vocab, settings.vector_size
        nothing = np.zeros(0, np.int32), np.zeros(2, np.int64)
        job = Jobs(settings, vocab, Totals(1, 1), inp, outputs).make(*nothing, 1, kind=_core.InferenceJob)
        self._job = cast(_core.InferenceJob, job)

    def vectors(self, documents: Any, tokenizer: Any, workers: int, **rates: Any) -> Array:
        """Return the vector of each document (n, vector_size); `rates` are epochs, alpha and min_alpha."""
        ids, offsets = ids_of(documents, self._vocab, tokenizer, workers)
        if len(offsets) == 1:
            return np.zeros((0, self._size), dtype=np.float32)
        vectors = padded_zeros(len(offsets) - 1, self._size)
        rows = whole_rows(vectors)

        def infer(first: int) -> None:
            starts = offsets[first : first + _CHUNK + 1]
            mine = rows[first : first + _CHUNK]
            self._job.infer(ids[starts[0] : starts[-1]], starts - starts[0], mine, **rates)

        for_each(infer, range(0, len(vectors), _CHUNK), workers)
        if not np.isfinite(vectors.sum()):
            raise DivergedError(f"a vector overflowed: use an alpha below {rates['alpha']:g}")
        return np.ascontiguousarray(vectors)


def ids_of(
    documents: Any, vocab: Vocab, tokenizer: Callable[[Any], Any] | None, workers: int
) -> tuple[Int32Array, Int64Array]:
    """Return the ids of the words of documents that are known, and where those of each begin.

    Examples
    --------
    >>> ids_of([["to", "be"], [], ["be", "or"]], Vocab(["be", "to"], [2, 1]), None, 1)
    (array([1, 0, 0], dtype=int32), array([0, 2, 2, 3]))
    """
    check_sentences(documents)
    if hasattr(documents, "__len__") and len(documents) <= _FEW:
        index = vocab.index
        found = [[index[word] for word in words if word in index] for words in _words_of(documents, tokenizer)]
        ids = np.array([id for words in found for id in words], dtype=np.int32)
        return ids, np.cumsum([0, *map(len, found)], dtype=np.int64)
    encoded = encode_sentences(_words_of(documents, tokenizer), vocab.words, workers)[1]
    return encoded.ids, np.concatenate([[0], encoded.ends]).astype(np.int64)


def _words_of(documents: Iterable[Any], tokenizer: Callable[[Any], Any] | None) -> Iterator[Any]:
    for number, document in enumerate(documents):
        words = getattr(document, "words", document)
        words = words if tokenizer is None else tokenizer(words)
        if isinstance(words, str | bytes):
            raise TypeError(f"document {number}: expected a list of words, got the text {words!r:.80}: split it")
        yield words
