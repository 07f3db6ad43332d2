"""What is nearest to a mean of vectors: most_similar and its kin."""

import numbers
import operator
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from w2v._cosine import dot, highest, unit
from w2v._rows import Array, Key, KeyedRows, is_key

#: (key, cosine), ...
Ranking = list[tuple[Any, float]]


class Nearest(KeyedRows):
    """Questions about all keys. See `w2v.KeyedVectors`, which adds those about a few, and files."""

    # ---- what questions are made of ----

    def _vector(self, item: Any, norm: bool = False) -> Array:
        """The vector of a key, or a vector given as one, checked."""
        if is_key(item):
            return self.get_vector(item, norm=norm)
        vector = np.asarray(item)
        if vector.dtype.kind not in "fiu" or vector.shape != (self.vector_size,):
            raise ValueError(f"expected a key or a vector of {self.vector_size} numbers, got {item!r:.80}")
        return vector.astype(np.promote_types(self.vectors.dtype, np.float32), copy=False)

    def _items(self, given: Any, sign: float) -> tuple[list[Any], list[float]]:
        """Keys or vectors, and their weights, of what a caller gave as positive or negative."""
        if given is None:
            return [], []
        if is_key(given) or (isinstance(given, np.ndarray) and given.ndim == 1 and given.dtype.kind in "fiu"):
            given = [given]
        items, weights = [], []
        for item in given:
            weighted = isinstance(item, tuple | list) and len(item) == 2 and isinstance(item[1], numbers.Real)
            weighted = weighted and (is_key(item[0]) or np.ndim(item[0]) == 1)
            items.append(item[0] if weighted else item)
            weights.append(sign * (item[1] if weighted else 1.0))
        return items, weights

    def get_mean_vector(
        self,
        keys: Iterable[Any],
        weights: npt.ArrayLike | None = None,
        pre_normalize: bool = True,
        post_normalize: bool = False,
        ignore_missing: bool = True,
    ) -> Array:
        """Weighted mean of vectors: their weighted sum, divided by the sum of the absolute weights.

        Parameters
        ----------
        keys : iterable of keys and vectors
        weights : sequence of float, optional
            One for each; 1 by default.
        pre_normalize : bool, default True
            Take the vectors of keys at length 1. Vectors are taken as they are.
        post_normalize : bool, default False
            Return the mean at length 1.
        ignore_missing : bool, default True
            Leave out keys that are not there, instead of raising KeyError. If all are missing, the mean is zero.

        Returns
        -------
        array of shape (vector_size,)

        Raises
        ------
        ValueError
            No keys, or another number of weights.
        KeyError
            A key is not there.

        Examples
        --------
        >>> from w2v import KeyedVectors
        >>> kv = KeyedVectors(2)
        >>> kv.add_vectors(["a", "b"], [[2, 0], [0, 4]])
        >>> kv.get_mean_vector(["a", "b"])
        array([0.5, 0.5], dtype=float32)
        """
        keys = list(keys)
        if not keys:
            raise ValueError("expected at least one key or vector, got none")
        factors = np.ones(len(keys)) if weights is None else np.asarray(weights, dtype=np.float64)
        if len(factors) != len(keys):
            raise ValueError(f"weights: expected {len(keys)}, one for each key, got {len(factors)}")
        mean = np.zeros(self.vector_size, dtype=np.promote_types(self.vectors.dtype, np.float32))
        total = 0.0
        for item, factor in zip(keys, factors.tolist(), strict=True):
            if is_key(item) and item not in self:
                if ignore_missing:
                    continue
                raise KeyError(f"Key '{item}' not present in vocabulary")
            mean += mean.dtype.type(factor) * self._vector(item, norm=pre_normalize)
            total += abs(factor)
        if total > 0:
            mean /= mean.dtype.type(total)
        return unit(mean) if post_normalize else mean

    def _cosines(self, vector: Array, start: int = 0, end: int | None = None) -> Array:
        """Cosines of the rows from start to end with a vector of length 1."""
        end = len(self) if end is None else min(end, len(self))
        return dot(self.vectors[start:end], vector) / self._lengths()[start:end]

    def _ranking(self, scores: Array, topn: int, without: Sequence[int], start: int = 0) -> Ranking:
        """The keys with the highest scores, best first, but not those at positions `without`."""
        best = highest(scores, topn + len(without)).tolist()
        left = [place for place in best if place + start not in without]
        return [(self.index_to_key[place + start], float(scores[place])) for place in left[:topn]]

    # ---- nearest ----

    def most_similar(
        self,
        positive: Any = None,
        negative: Any = None,
        topn: int | None = 10,
        clip_start: int = 0,
        clip_end: int | None = None,
        restrict_vocab: int | None = None,
        indexer: Any = None,
    ) -> Any:
        """The keys nearest to a mean of vectors, by cosine.

        The mean is that of the unit vectors of the positive keys and of the negative keys turned round; vectors among
        them are taken as they are. Keys that were given are left out of the answer.

        Parameters
        ----------
        positive, negative : key, vector, or a list of keys, vectors and (key or vector, weight)
        topn : int or None, default 10
            How many; None for the cosines of all keys, as an array in vocabulary order.
        clip_start, clip_end : int, optional
            Only keys at these positions, which are ranks of frequency.
        restrict_vocab : int, optional
            Only so many keys, the most frequent ones.
        indexer : object with ``most_similar(vector, topn)``, optional
            Asked instead, and its answer returned as it is.

        Returns
        -------
        list of (key, float), best first

        Raises
        ------
        KeyError
            A key is not there.
        ValueError
            Nothing was given, or a vector of another size.

        Examples
        --------
        >>> from w2v import KeyedVectors
        >>> kv = KeyedVectors(2)
        >>> kv.add_vectors(["cat", "dog", "car"], [[4, 0], [3, 4], [0, 1]])
        >>> [(key, round(cosine, 3)) for key, cosine in kv.most_similar("cat")]
        [('dog', 0.6), ('car', 0.0)]
        """
        keys, weights = self._items(positive, 1.0)
        more, more_weights = self._items(negative, -1.0)
        keys, weights = keys + more, weights + more_weights
        if not keys:
            raise ValueError("most_similar: expected at least one key or vector, got none")
        if topn is not None and operator.index(topn) < 1:
            return []
        mean = self.get_mean_vector(keys, weights, post_normalize=True, ignore_missing=False)
        if indexer is not None and topn is not None:
            return indexer.most_similar(mean, topn)
        if restrict_vocab:
            clip_start, clip_end = 0, restrict_vocab
        cosines = self._cosines(mean, clip_start, clip_end or None)
        if topn is None:
            return cosines
        return self._ranking(cosines, topn, [self.get_index(key) for key in keys if is_key(key)], clip_start)

    def similar_by_key(self, key: Key, topn: int | None = 10, restrict_vocab: int | None = None) -> Any:
        """The keys nearest to a key: ``most_similar(key, topn=topn, restrict_vocab=restrict_vocab)``.

        Examples
        --------
        >>> from w2v import KeyedVectors
        >>> kv = KeyedVectors(2)
        >>> kv.add_vectors(["cat", "dog", "car"], [[4, 0], [3, 4], [0, 1]])
        >>> kv.similar_by_key("cat", topn=1)[0][0]
        'dog'
        """
        return self.most_similar([key], topn=topn, restrict_vocab=restrict_vocab)

    def similar_by_word(self, word: Key, topn: int | None = 10, restrict_vocab: int | None = None) -> Any:
        """The keys nearest to a key; another name of `similar_by_key`.

        Examples
        --------
        >>> from w2v import KeyedVectors
        >>> kv = KeyedVectors(2)
        >>> kv.add_vectors(["cat", "dog", "car"], [[4, 0], [3, 4], [0, 1]])
        >>> kv.similar_by_word("cat", topn=1)[0][0]
        'dog'
        """
        return self.similar_by_key(word, topn, restrict_vocab)

    def similar_by_vector(self, vector: npt.ArrayLike, topn: int | None = 10, restrict_vocab: int | None = None) -> Any:
        """The keys nearest to a vector: ``most_similar([vector], topn=topn, restrict_vocab=restrict_vocab)``.

        Examples
        --------
        >>> from w2v import KeyedVectors
        >>> kv = KeyedVectors(2)
        >>> kv.add_vectors(["cat", "dog", "car"], [[4, 0], [3, 4], [0, 1]])
        >>> kv.similar_by_vector([0, 2], topn=1)
        [('car', 1.0)]
        """
        return self.most_similar([np.asarray(vector)], topn=topn, restrict_vocab=restrict_vocab)

    def most_similar_cosmul(
        self, positive: Any = None, negative: Any = None, topn: int | None = 10, restrict_vocab: int | None = None
    ) -> Any:
        """The keys with the highest product of similarities (3CosMul of Levy and Goldberg 2014).

        A similarity is (1 + cosine) / 2. The product over the positive keys is divided by that over the negative ones,
        plus one millionth. Parameters and answer are those of `most_similar`, except that there are no weights.

        Examples
        --------
        >>> from w2v import KeyedVectors
        >>> kv = KeyedVectors(2)
        >>> kv.add_vectors(["cat", "dog", "car"], [[4, 0], [3, 4], [0, 1]])
        >>> [(key, round(score, 3)) for key, score in kv.most_similar_cosmul("cat", "car")]
        [('dog', 0.889)]
        """
        keys, _ = self._items(positive, 1.0)
        against, _ = self._items(negative, 1.0)
        if not keys:
            raise ValueError("most_similar_cosmul: expected at least one positive key or vector, got none")
        if topn is not None and operator.index(topn) < 1:
            return []
        terms = [unit(self._vector(item, norm=True)) for item in [*keys, *against]]
        similarities = [(1 + self._cosines(term, 0, restrict_vocab or None)) / 2 for term in terms]
        above = np.prod(similarities[: len(keys)], axis=0)
        scores = above / (np.prod(similarities[len(keys) :], axis=0) + 1e-6)
        if topn is None:
            return scores
        return self._ranking(scores, topn, [self.get_index(key) for key in [*keys, *against] if is_key(key)])
