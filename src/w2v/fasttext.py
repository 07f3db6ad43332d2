"""FastTextVectors: vectors that unknown words have, too, by their character n-grams."""

from collections.abc import Hashable
from typing import Any

import numpy as np

from w2v.formats.saved import SavedVectors
from w2v.formats.subwords import Subwords
from w2v.keyedvectors import KeyedVectors
from w2v.vectors.cosine import unit
from w2v.vectors.matrix import Array


class FastTextVectors(KeyedVectors):
    """Vectors of words and of character n-grams, as fastText learns them (Bojanowski et al. 2017, arXiv:1607.04606).

    `KeyedVectors.load_fasttext` makes them. A word that is not in the vocabulary gets the mean of its n-grams' vectors,
    as fastText gives it (some builds of fastText scale vectors to length 1: ``get_vector(word, norm=True)``); one
    without any n-gram of the right length gets zeros. Answers of queries are words of the vocabulary. What is saved are
    the words' vectors: n-grams stay in fastText's file.

    Attributes
    ----------
    subwords : w2v.formats.subwords.Subwords
        The n-grams' vectors, mapped from the file, and how n-grams are numbered.

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

    @classmethod
    def from_subwords(cls, pieces: SavedVectors) -> "FastTextVectors":
        """Take over words, vectors, attributes and n-grams, without a copy."""
        if pieces.subwords is None:
            raise ValueError("subwords: expected n-grams, got None")
        kv = cls.from_pieces(pieces.words, pieces.vectors, pieces.attributes)
        kv.subwords = pieces.subwords
        return kv

    def __contains__(self, key: Hashable) -> bool:
        """Whether there is a vector for this key: for any text, if there are n-grams."""
        return (isinstance(key, str) and self.subwords.buckets > 0) or super().__contains__(key)

    def get_vector(self, key: Hashable, norm: bool = False) -> Array:
        """The vector of a word (vector_size,), known or not, read-only; at length 1 with `norm`."""
        if not isinstance(key, str) or key in self.key_to_index or not self.subwords.buckets:
            return super().get_vector(key, norm)
        vector: Array = self.subwords.vectors([key], known=False)[0]
        vector = unit(vector) if norm else vector
        vector.flags.writeable = False
        return vector

    def __getitem__(self, key_or_keys: Any) -> Array:
        if self._is_key(key_or_keys):
            return self.get_vector(key_or_keys)
        keys = list(key_or_keys)
        if not keys:
            raise ValueError("expected a key or at least one of them, got an empty list")
        return np.stack([self.get_vector(key) for key in keys])

    def most_similar(self, positive: Any = None, negative: Any = None, *args: Any, **options: Any) -> Any:
        """The words of the vocabulary nearest to known and unknown words; see `KeyedVectors.most_similar`."""
        return super().most_similar(self._resolved(positive), self._resolved(negative), *args, **options)

    def _resolved(self, given: Any) -> Any:
        """What was asked for, unknown words replaced by their vectors."""
        if isinstance(given, str):
            return given if given in self.key_to_index else self.get_vector(given, norm=True)
        if isinstance(given, list):
            return [self._resolved(item) for item in given]
        if isinstance(given, tuple) and len(given) == 2 and not isinstance(given[1], str):
            return (self._resolved(given[0]), given[1])
        return given
