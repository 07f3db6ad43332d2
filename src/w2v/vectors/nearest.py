"""What is nearest to a mean of vectors: most_similar and its kin."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from w2v.base.norms import unit
from w2v.vectors.asking import count_of, key_list, vector_of, weighted_items
from w2v.vectors.cosine import cosines, highest, nearest
from w2v.vectors.display import Ranking
from w2v.vectors.matrix import Array
from w2v.vectors.means import weighted_mean
from w2v.vectors.rows import Key, KeyedRows

if TYPE_CHECKING:
    from w2v.ann import Index


def cosines_with(kv: KeyedRows, vector: Array, clip: slice = slice(None)) -> Array:
    """Cosines of the rows of a clip with a vector of length 1, as an array (rows,)."""
    rows, lengths = kv._searched()
    clip = clipped(len(rows), clip.start, clip.stop)
    return cosines(rows[clip], lengths[clip], vector)


def clipped(count: int, start: int | None, end: int | None, restrict_vocab: int | None = None) -> slice:
    """The rows, of so many, that a caller wants to be asked: views of these are taken, never copies."""
    if restrict_vocab is not None and restrict_vocab < 0:
        raise ValueError(f"restrict_vocab: expected how many of the first keys to ask, got {restrict_vocab}")
    if restrict_vocab:
        start, end = 0, restrict_vocab
    return slice(*slice(start, end or None).indices(count)[:2])


def question(kv: KeyedRows, positive: Any, negative: Any) -> tuple[Array, list[int]]:
    """The mean of unit vectors that a question asks for, at length 1, and the positions of its keys."""
    keys, weights = weighted_items(kv, positive, 1.0)
    more, more_weights = weighted_items(kv, negative, -1.0)
    keys += more
    if not keys:
        raise ValueError("most_similar: expected at least one key or vector, got none")
    mean = unit(weighted_mean(kv, keys, weights + more_weights, ignore_missing=False))
    return mean, positions(kv, keys)


def positions(kv: KeyedRows, items: Sequence[Any]) -> list[int]:
    """The rows of those items that are keys and have one."""
    found = [kv.get_index(item, -1) for item in items if kv._is_key(item)]
    return [place for place in found if place >= 0]


def ranking(kv: KeyedRows, scores: Array, topn: int, without: Sequence[int], start: int = 0) -> Ranking:
    """The keys with the highest scores, best first, but not those at positions `without`."""
    best = highest(scores, topn + len(without))
    return answer(kv, (best + start).tolist(), scores[best].tolist(), without, topn)


def answer(kv: KeyedRows, places: list[int], scores: list[float], without: Sequence[int], topn: int) -> Ranking:
    """The first topn keys and scores of a ranking, but not those at positions `without`."""
    ranked = zip(places, scores, strict=True)
    return Ranking([(kv.index_to_key[place], score) for place, score in ranked if place not in without][:topn])


class Nearest(KeyedRows):
    """Questions about all keys of `w2v.KeyedVectors`."""

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
            Without a weight, positive ones have 1 and negative ones -1. A weight is taken as it is: that of a negative
            one should be below 0.
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
        mean, without = question(self, positive, negative)
        count = count_of(topn)
        if count == 0:
            return []
        if indexer is not None and count is not None:
            return indexer.most_similar(mean, count)
        clip = clipped(len(self), clip_start, clip_end, restrict_vocab)
        found = cosines_with(self, mean, clip)
        return found if count is None else ranking(self, found, count, without, clip.start)

    def most_similar_batch(
        self,
        positive: Iterable[Any],
        negative: Iterable[Any] | None = None,
        topn: int | None = 10,
        clip_start: int = 0,
        clip_end: int | None = None,
        restrict_vocab: int | None = None,
    ) -> Any:
        """Many questions to `most_similar` at once, by products of matrices: ten times as fast as one after the other.

        Parameters
        ----------
        positive : iterable
            What each question has as `positive`: a key, a vector, or a list of them.
        negative : iterable, optional
            What each question has as `negative`, as many as there are in `positive`; None for nothing.
        topn, clip_start, clip_end, restrict_vocab
            As for `most_similar`.

        Returns
        -------
        list of lists of (key, float), or for topn=None an array of cosines (questions, keys)
            Answer for answer what `most_similar` returns, but for rounding.

        Raises
        ------
        KeyError
            A key is not there.
        ValueError
            A question is empty, a vector has another size, or there are not as many negative as positive ones.

        Examples
        --------
        >>> from w2v import KeyedVectors
        >>> kv = KeyedVectors(2)
        >>> kv.add_vectors(["cat", "dog", "car"], [[4, 0], [3, 4], [0, 1]])
        >>> [answer[0][0] for answer in kv.most_similar_batch(["cat", "car"], topn=1)]
        ['dog', 'dog']
        >>> kv.most_similar_batch([["cat", "car"]], [["dog"]], topn=1)
        [[]]
        """
        positive = key_list(self, positive, "positive")
        negative = [None] * len(positive) if negative is None else key_list(self, negative, "negative")
        if len(negative) != len(positive):
            raise ValueError(f"negative: expected {len(positive)}, one for each of positive, got {len(negative)}")
        questions = [question(self, *pair) for pair in zip(positive, negative, strict=True)]
        means = np.array([mean for mean, _ in questions], dtype=self._float).reshape(-1, self.vector_size)
        rows, lengths = self._searched()
        clip = clipped(len(rows), clip_start, clip_end, restrict_vocab)
        rows, lengths = rows[clip], lengths[clip]
        wanted = count_of(topn)
        if wanted is None:
            return np.array([cosines(rows, lengths, mean) for mean in means]).reshape(len(means), len(rows))
        if wanted == 0:
            return [[] for _ in questions]
        count = min(len(rows), wanted + max((len(keys) for _, keys in questions), default=0))
        scores, places = nearest(rows, lengths, means, count)
        without = [keys for _, keys in questions]
        found = zip((places + clip.start).tolist(), scores.tolist(), without, strict=True)
        return [answer(self, *one, wanted) for one in found]

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
        keys, _ = weighted_items(self, positive, 1.0)
        against, _ = weighted_items(self, negative, 1.0)
        if not keys:
            raise ValueError("most_similar_cosmul: expected at least one positive key or vector, got none")
        count = count_of(topn)
        if count == 0:
            return []
        terms = [unit(vector_of(self, item, norm=True)) for item in [*keys, *against]]
        clip = clipped(len(self), 0, None, restrict_vocab)
        similarities = [(1 + cosines_with(self, term, clip)) / 2 for term in terms]
        above = np.prod(similarities[: len(keys)], axis=0)
        scores = above / (np.prod(similarities[len(keys) :], axis=0) + 1e-6)
        if count is None:
            return scores
        return ranking(self, scores, count, positions(self, [*keys, *against]))

    def build_index(
        self,
        *,
        dtype: str = "float16",
        connectivity: int = 16,
        expansion_add: int = 128,
        expansion: int = 64,
        threads: int = 0,
    ) -> "Index":
        """An index for approximate search, which `most_similar` takes as `indexer`; see `w2v.ann`.

        Parameters
        ----------
        dtype : "float16", "float32" or "int8", default "float16"
            Of the copies of the vectors that it holds.
        connectivity : int, default 16
            Neighbours that a vector is connected with: more find more, and need more memory and time to build.
        expansion_add : int, default 128
            Candidates for these: more make a better index, and need more time to build.
        expansion : int, default 64
            Candidates that a search keeps; can be changed later.
        threads : int, default 0
            To build with; 0 for one a core.

        Raises
        ------
        ImportError
            usearch is not installed: ``pip install "w2v[ann]"``.

        Examples
        --------
        >>> from w2v import KeyedVectors
        >>> kv = KeyedVectors(2)
        >>> kv.add_vectors(["cat", "dog", "car"], [[4, 0], [3, 4], [0, 1]])
        >>> index = kv.build_index()  # doctest: +SKIP
        >>> kv.most_similar("cat", topn=2, indexer=index)  # doctest: +SKIP
        [('cat', 1.0), ('dog', 0.6)]
        """
        from w2v.ann import Index

        return Index.build(
            self.index_to_key,
            self._searched()[0],
            dtype=dtype,
            connectivity=connectivity,
            expansion_add=expansion_add,
            expansion=expansion,
            threads=threads,
        )
