"""Questions about two or a few keys: how near, in what order, which does not belong."""

import logging
import math
import operator
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import compress
from typing import Any

import numpy as np
import numpy.typing as npt

from w2v.base.norms import cosine, row_lengths, unit
from w2v.vectors.asking import count_of, key_list, vector_of
from w2v.vectors.cosine import cosines, highest
from w2v.vectors.matrix import Array
from w2v.vectors.means import weighted_mean
from w2v.vectors.nearest import cosines_with, question, ranking
from w2v.vectors.rows import Key, KeyedRows

logger = logging.getLogger(__name__)


class Queries(KeyedRows):
    """Questions about a few keys of `w2v.KeyedVectors`."""

    def similarity(self, w1: Key, w2: Key) -> float:
        """Cosine of two keys' vectors; KeyError if one is not there.

        Examples
        --------
        >>> from w2v import KeyedVectors
        >>> kv = KeyedVectors(2)
        >>> kv.add_vectors(["cat", "dog"], [[4, 0], [3, 4]])
        >>> kv.similarity("cat", "dog")
        0.6
        """
        return cosine(self.get_vector(w1), self.get_vector(w2))

    def distance(self, w1: Key, w2: Key) -> float:
        """1 - cosine of two keys' vectors.

        Examples
        --------
        >>> from w2v import KeyedVectors
        >>> kv = KeyedVectors(2)
        >>> kv.add_vectors(["cat", "dog", "car"], [[4, 0], [3, 4], [0, 1]])
        >>> kv.distance("cat", "dog")
        0.4
        """
        return 1 - self.similarity(w1, w2)

    def distances(self, word_or_vector: Any, other_words: Sequence[Any] | Array = ()) -> Array:
        """1 - cosine of a key or vector to other keys, or without these to all, as an array.

        Examples
        --------
        >>> from w2v import KeyedVectors
        >>> kv = KeyedVectors(2)
        >>> kv.add_vectors(["cat", "dog", "car"], [[4, 0], [3, 4], [0, 1]])
        >>> kv.distances("cat", ["dog", "car"]).round(3)
        array([0.4, 1. ], dtype=float32)
        """
        vector = unit(vector_of(self, word_or_vector, norm=True))
        others = key_list(self, other_words, "other_words")
        if not others:
            return 1 - cosines_with(self, vector)
        rows = self._gathered(others)
        return 1 - cosines(rows, divisors(rows), vector)

    def n_similarity(self, ws1: Iterable[Any], ws2: Iterable[Any]) -> float:
        """Cosine of the means of two lists of keys; missing keys are left out. ZeroDivisionError if a list is empty.

        Examples
        --------
        >>> from w2v import KeyedVectors
        >>> kv = KeyedVectors(2)
        >>> kv.add_vectors(["cat", "dog", "car"], [[4, 0], [3, 4], [0, 1]])
        >>> kv.n_similarity(["cat"], ["dog", "unknown"])
        0.6
        """
        first, second = key_list(self, ws1, "ws1"), key_list(self, ws2, "ws2")
        if not first or not second:
            raise ZeroDivisionError("n_similarity: expected two lists of keys, got an empty one")
        options = {"unit_keys": False, "ignore_missing": True}
        means = [weighted_mean(self, keys, [1.0] * len(keys), **options) for keys in (first, second)]
        return cosine(means[0], means[1])

    def rank_by_centrality(self, words: Iterable[Any], use_norm: bool = True) -> list[tuple[float, Any]]:
        """(cosine with the mean of all, key), the most central first.

        Keys that are missing or whose vectors are not finite are left out, with a log warning. Without `use_norm`,
        longer vectors count for more, and instead of a cosine there is the length along the mean.

        Examples
        --------
        >>> from w2v import KeyedVectors
        >>> kv = KeyedVectors(2)
        >>> kv.add_vectors(["cat", "dog", "car"], [[4, 0], [3, 4], [0, 1]])
        >>> [key for _, key in kv.rank_by_centrality(["cat", "dog", "car"])]
        ['dog', 'car', 'cat']
        """
        words = key_list(self, words, "words")
        present = [word for word in words if word in self]
        if len(present) < len(words):
            logger.warning("ignored because they are not present: %s", [word for word in words if word not in self])
        if not present:
            raise ValueError("expected at least one key that is present, got none")
        vectors = np.array([self.get_vector(word, norm=use_norm) for word in present], dtype=np.float64)
        finite = np.isfinite(vectors.sum(axis=1))
        known = list(compress(present, finite))
        if len(known) < len(present):
            logger.warning("ignored because their vectors are not finite: %s", list(compress(present, ~finite)))
        if not known:
            raise ValueError("expected at least one key with a finite vector, got none")
        vectors = vectors[finite]
        scores = vectors @ unit(vectors.mean(axis=0))
        scores = np.clip(scores, -1, 1) if use_norm else scores
        return sorted(zip(scores.tolist(), known, strict=True), key=operator.itemgetter(0), reverse=True)

    def doesnt_match(self, words: Iterable[Any]) -> Any:
        """The key that is farthest from the mean of all; ValueError if none is there.

        Examples
        --------
        >>> from w2v import KeyedVectors
        >>> kv = KeyedVectors(2)
        >>> kv.add_vectors(["cat", "dog", "car"], [[4, 1], [3, 1], [0, 1]])
        >>> kv.doesnt_match(["cat", "car", "dog"])
        'car'
        """
        return self.rank_by_centrality(words)[-1][1]

    def most_similar_to_given(self, key1: Key, keys_list: Sequence[Any]) -> Any:
        """The key of a list that is nearest to key1.

        Examples
        --------
        >>> from w2v import KeyedVectors
        >>> kv = KeyedVectors(2)
        >>> kv.add_vectors(["cat", "dog", "car"], [[4, 0], [3, 4], [0, 1]])
        >>> kv.most_similar_to_given("cat", ["dog", "car"])
        'dog'
        """
        keys = key_list(self, keys_list, "keys_list")
        if not keys:
            raise ValueError("keys_list: expected at least one key, got none")
        return keys[highest(np.array([self.similarity(key1, key) for key in keys]), 1)[0]]

    def closer_than(self, key1: Key, key2: Key) -> list[Any]:
        """The keys nearer to key1 than key2 is, in vocabulary order, without key1.

        Examples
        --------
        >>> from w2v import KeyedVectors
        >>> kv = KeyedVectors(2)
        >>> kv.add_vectors(["cat", "dog", "car"], [[4, 0], [3, 4], [0, 1]])
        >>> kv.closer_than("cat", "car")
        ['dog']
        """
        distances = self.distances(key1)
        itself, place = self.get_index(key1, -1), self.get_index(key2, -1)
        limit = distances[place] if place >= 0 else self.distances(key1, [key2])[0]
        nearer = ~np.isnan(distances) if np.isnan(limit) else distances < limit  # what is not a number comes last
        near = np.flatnonzero(nearer)
        return [self.index_to_key[place] for place in near.tolist() if place != itself]

    def rank(self, key1: Key, key2: Key) -> int:
        """The place of key2 among the keys nearest to key1, from 1.

        Examples
        --------
        >>> from w2v import KeyedVectors
        >>> kv = KeyedVectors(2)
        >>> kv.add_vectors(["cat", "dog", "car"], [[4, 0], [3, 4], [0, 1]])
        >>> kv.rank("cat", "car")
        2
        """
        return len(self.closer_than(key1, key2)) + 1

    def relative_cosine_similarity(self, wa: Key, wb: Key, topn: int = 10) -> float:
        """Cosine of two keys, divided by the sum of the cosines of the topn keys nearest to the first.

        Examples
        --------
        >>> from w2v import KeyedVectors
        >>> kv = KeyedVectors(2)
        >>> kv.add_vectors(["cat", "dog", "car"], [[4, 0], [3, 4], [0, 1]])
        >>> round(kv.relative_cosine_similarity("cat", "dog"), 3)
        1.0
        """
        count = count_of(topn)
        if not count:
            raise ValueError(f"topn: expected 1 or more, got {topn}")
        mean, without = question(self, [wa], None)
        total = sum(cosine for _, cosine in ranking(self, cosines_with(self, mean), count, without))
        return self.similarity(wa, wb) / total if total != 0 else math.nan

    @staticmethod
    def cosine_similarities(vector_1: npt.ArrayLike, vectors_all: npt.ArrayLike) -> Array:
        """Cosines of a vector (d,) with each row of a matrix (n, d), as an array (n,); 0 for rows of zeros.

        Examples
        --------
        >>> from w2v import KeyedVectors
        >>> KeyedVectors.cosine_similarities([1, 0], [[2, 0], [3, 4]])
        array([1. , 0.6])
        """
        vector, rows = np.asarray(vector_1), np.asarray(vectors_all)
        if vector.ndim != 1 or rows.ndim != 2 or rows.shape[1] != len(vector):
            raise ValueError(f"expected shapes (d,) and (n, d), got {vector.shape} and {rows.shape}")
        kind = np.result_type(vector, rows, np.float32)
        return cosines(rows.astype(kind, copy=False), divisors(rows), unit(vector.astype(kind)))

    def wmdistance(self, document1: Iterable[Any], document2: Iterable[Any], norm: bool = True) -> float:
        """Word mover's distance of two documents (Kusner et al. 2015): how far their words must travel to match.

        Parameters
        ----------
        document1, document2 : iterable of keys
            Those that are not here are left out.
        norm : bool, default True
            Measure between the vectors at length 1.

        Returns
        -------
        float
            Infinite if a document has no known key.

        Raises
        ------
        ImportError
            POT is not installed: ``pip install "w2v[wmd]"``.

        Examples
        --------
        >>> from w2v import KeyedVectors
        >>> kv = KeyedVectors(2)
        >>> kv.add_vectors(["cat", "dog", "car"], [[4, 0], [3, 4], [0, 1]])
        >>> round(kv.wmdistance(["cat"], ["dog", "car"]), 3)  # doctest: +SKIP
        1.154
        """
        documents = key_list(self, document1, "document1"), key_list(self, document2, "document2")
        try:
            from ot import emd2
        except ImportError as error:
            raise ImportError('wmdistance needs POT: pip install "w2v[wmd]"') from error
        first, second = (Counter(key for key in keys if key in self) for keys in documents)
        if not first or not second:
            logger.warning("wmdistance: a document has no known key: the distance is infinite")
            return math.inf
        if first.keys() == second.keys() and len(first) == 1:
            return 0.0
        points = [np.array([self.get_vector(key, norm=norm) for key in side], np.float64) for side in (first, second)]
        shares = [np.array(list(side.values())) / side.total() for side in (first, second)]
        distances = np.linalg.norm(points[0][:, np.newaxis] - points[1], axis=2)
        return max(0.0, float(emd2(*shares, distances))) if np.isfinite(distances).all() else math.nan


def divisors(rows: Array) -> Array:
    """What to divide products with the rows (n, d) by: their lengths (n,), but 1 for zeros."""
    lengths = row_lengths(rows)
    return np.where(lengths == 0, lengths.dtype.type(1), lengths)
