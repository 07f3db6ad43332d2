"""Questions about two or a few keys: how near, in what order, which does not belong."""

import logging
import math
import operator
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from w2v.vectors.asking import key_list, vector_of
from w2v.vectors.cosine import cosine, dot, unit
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
        places = [self.get_index(key) for key in others]
        return 1 - dot(self.vectors[places], vector) / self._lengths()[places]

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
        """(cosine with the mean of all, key), the most central first; missing keys are left out, with a log warning.

        Examples
        --------
        >>> from w2v import KeyedVectors
        >>> kv = KeyedVectors(2)
        >>> kv.add_vectors(["cat", "dog", "car"], [[4, 0], [3, 4], [0, 1]])
        >>> [key for _, key in kv.rank_by_centrality(["cat", "dog", "car"])]
        ['dog', 'car', 'cat']
        """
        words = key_list(self, words, "words")
        known = [word for word in words if word in self]
        if len(known) < len(words):
            logger.warning("ignored because they are not present: %s", [word for word in words if word not in self])
        if not known:
            raise ValueError("expected at least one key that is present, got none")
        vectors = [self.get_vector(word, norm=use_norm) for word in known]
        mean = unit(weighted_mean(self, vectors, [1.0] * len(vectors), ignore_missing=False))
        ranked = [(float(vector @ mean), word) for vector, word in zip(vectors, known, strict=True)]
        return sorted(ranked, key=operator.itemgetter(0), reverse=True)

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
        return keys[int(np.argmax([self.similarity(key1, key) for key in keys]))]

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
        near = np.flatnonzero(distances < distances[self.get_index(key2)])
        itself = self.get_index(key1)
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
        mean, without = question(self, [wa], None)
        near = ranking(self, cosines_with(self, mean), topn, without)
        return self.similarity(wa, wb) / sum(cosine for _, cosine in near)

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
        lengths = np.linalg.norm(vector) * np.linalg.norm(rows, axis=1)
        cosines: Array = rows @ vector / np.where(lengths > 0, lengths, 1)
        return cosines

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
        return float(emd2(*shares, np.linalg.norm(points[0][:, np.newaxis] - points[1], axis=2)))
