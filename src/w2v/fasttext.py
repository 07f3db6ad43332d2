"""FastTextVectors: vectors that unknown words have, too, by their character n-grams."""

import logging
from collections.abc import Hashable, Sequence
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from w2v.base.norms import unit
from w2v.formats.saved import SavedVectors
from w2v.formats.subwords import Subwords
from w2v.keyedvectors import KeyedVectors
from w2v.vectors.matrix import Array
from w2v.vectors.rows import Change

logger = logging.getLogger(__name__)

Self = TypeVar("Self", bound="FastTextVectors")


class FastTextVectors(KeyedVectors):
    """Vectors of words and of character n-grams, as fastText learns them (Bojanowski et al. 2017, arXiv:1607.04606).

    `KeyedVectors.load_fasttext` makes them. A word that is not in the vocabulary gets the mean of its n-grams' vectors,
    as fastText gives it (some builds of fastText scale vectors to length 1: ``get_vector(word, norm=True)``); one
    without any n-gram of the right length gets zeros. Every method that takes a word takes unknown ones, too; answers
    of queries are words of the vocabulary.

    Copies with other numbers (`astype`), the results of `postprocess` and `align`, and selections (`vectors_for_all`)
    keep the n-grams, which stay float32, in one copy for all. What is saved are the words' vectors: n-grams stay in
    fastText's file.

    Attributes
    ----------
    subwords : w2v.formats.subwords.Subwords
        The n-grams' vectors, mapped if the file was loaded with `mmap`, and how n-grams are numbered.

    Examples
    --------
    >>> from w2v.formats.subwords import Subwords
    >>> ngrams = Subwords.of_parts(np.ones((1, 2), np.float32), np.full((5, 2), 3, np.float32), 3, 3, 5)
    >>> kv = FastTextVectors.from_subwords(SavedVectors(["cat"], ngrams.vectors(["cat"]), {}, subwords=ngrams))
    >>> kv["cat"], kv["cats"]
    (array([2.5, 2.5], dtype=float32), array([3., 3.], dtype=float32))
    >>> "cats" in kv, "cats" in kv.key_to_index
    (True, False)
    """

    subwords: Subwords
    _change: Change | None = None  # what was done to the words' vectors since, and so is done to those of n-grams

    def __init__(self, vector_size: int, count: int = 0, dtype: npt.DTypeLike = np.float32):
        super().__init__(vector_size, count, dtype)
        self.subwords = Subwords(None, np.zeros((0, self.vector_size), np.float32), None, 0, 0, 0)

    @classmethod
    def from_subwords(cls, pieces: SavedVectors) -> "FastTextVectors":
        """Take over words, vectors, attributes and n-grams, without a copy."""
        if pieces.subwords is None:
            raise ValueError("subwords: expected n-grams, got None")
        kv = cls.from_pieces(pieces.words, pieces.vectors, pieces.attributes)
        kv.subwords = pieces.subwords
        return kv

    def save(self, fname_or_handle: Any, *args: Any, **options: Any) -> None:
        """Save the words' vectors; see `KeyedVectors.save`. A warning in the log says that n-grams are left out."""
        if self.subwords.buckets:
            logger.warning("saved are the vectors of %d words: n-grams stay in fastText's file", len(self))
        super().save(fname_or_handle, *args, **options)

    def _empty(self: Self, vector_size: int, change: Change | None = None) -> Self:
        made = super()._empty(vector_size, change)
        made.subwords = self.subwords
        made._change = _both(self._change, change)
        return made

    def _is_inferred(self, key: Hashable) -> bool:
        """Whether this is a word that only n-grams tell something of."""
        return isinstance(key, str) and self._infers and key not in self.key_to_index

    @property
    def _infers(self) -> bool:
        return self.subwords.buckets > 0

    def _inferred(self, words: Sequence[str]) -> Array:
        """The vectors of unknown words (len(words), vector_size), of the type that those of known ones have."""
        rows: Array = self.subwords.vectors(words, known=False)
        if self._change is not None:
            matrix, shift = self._change
            rows = rows @ matrix + shift
        return rows.astype(self._values(slice(0)).dtype, copy=False)

    def __contains__(self, key: Hashable) -> bool:
        """Whether there is a vector for this key: for any text, if there are n-grams."""
        return self._is_inferred(key) or super().__contains__(key)

    def get_vector(self, key: Hashable, norm: bool = False) -> Array:
        """The vector of a word (vector_size,), known or not, read-only; at length 1 with `norm`."""
        if not isinstance(key, str) or not self._is_inferred(key):
            return super().get_vector(key, norm)
        vector: Array = self._inferred([key])[0]
        vector = unit(vector) if norm else vector
        vector.flags.writeable = False
        return vector

    def _gathered(self, keys: list[Any]) -> Array:
        unknown = [place for place, key in enumerate(keys) if self._is_inferred(key)]
        if not unknown:
            return super()._gathered(keys)
        inferred = self._inferred([keys[place] for place in unknown])
        rows = np.empty((len(keys), self.vector_size), inferred.dtype)
        rows[unknown] = inferred
        known = np.setdiff1d(np.arange(len(keys)), unknown)
        rows[known] = super()._gathered([keys[place] for place in known])
        return rows


def _both(first: Change | None, then: Change | None) -> Change | None:
    """One change that does what two do, one after the other: (x A + b) C + d is x A C + b C + d."""
    if first is None or then is None:
        return first or then
    (matrix, shift), (matrix_then, shift_then) = first, then
    return matrix @ matrix_then, shift @ matrix_then + shift_then
