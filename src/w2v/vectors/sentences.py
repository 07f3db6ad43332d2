"""Vectors of sentences and documents: means of their words' vectors, plain or weighted by how rare the words are."""

import logging
from collections.abc import Callable
from typing import Any

import numpy as np

from w2v.base.arrays import Array, Float32Array
from w2v.base.norms import far_from_one, unit_rows
from w2v.base.threads import available_workers
from w2v.inputs.finding import find_in_files, find_in_texts
from w2v.vectors.rows import KeyedRows
from w2v.vectors.summing import Sums
from w2v.vectors.weighting import COMPONENTS, as_components, components_of, without, word_weights

Tokenizer = Callable[[Any], Any]

_FEW = 50  # texts of which shared directions say little

logger = logging.getLogger(__name__)


class Sentences(KeyedRows):
    """Vectors of texts, of `w2v.KeyedVectors`."""

    def sentence_vectors(
        self,
        texts: Any = None,
        weighting: str = "mean",
        *,
        corpus_file: Any = None,
        tokenizer: Tokenizer | None = None,
        components: Any = None,
        a: float = 1e-3,
        length: int = 11,
        pre_normalize: bool = False,
        post_normalize: bool = False,
        workers: int | None = None,
        progress: bool = False,
    ) -> Float32Array:
        """The vector of each text: the mean of its words' vectors, times what `weighting` says.

        Words that are not there are left out; where there are n-grams (fastText), they get the vectors of these. A text
        without any known word gets zeros. The result does not depend on the number of workers.

        Parameters
        ----------
        texts : iterable
            Texts, each a str or a sequence of tokens: lists, columns of pandas, polars or Arrow, `w2v.JsonLines`,
            `w2v.ParquetColumn`, whatever can be iterated once. A str is split at white space.
        weighting : {"mean", "sif", "usif"}, default "mean"
            "mean" gives all words the weight 1, as `get_mean_vector` does. "sif" gives a word the weight a / (a + p),
            p being its share of the text that was trained on, and takes away the direction that all texts share (Arora
            et al. 2017). "usif" finds a from the counts, and takes away parts of five directions (Ethayarajh 2018).
        corpus_file : path or sequence of paths, optional
            In place of `texts`: files with a text a line, also compressed ones, folders, patterns, "-".
        tokenizer : callable, optional
            Gives the tokens of each of `texts`, such as `w2v.simple_preprocess`.
        components : int or array of shape (m, vector_size), optional
            How many directions to take away; 0, 1 and 5 by default. They are found in these very texts. Take them from
            other texts by `sentence_components`: a few texts, or a question, share too much.
        a : float, default 0.001
            For "sif".
        length : int, default 11
            For "usif": words in a typical text.
        pre_normalize : bool, default False
            Take the vectors of words at length 1, as `get_mean_vector` does by default. Long vectors are those of words
            that say much, so it costs some points of every test of similarity.
        post_normalize : bool, default False
            Return vectors of length 1.
        workers : int, optional
            Threads; by default, as many as there are processors.
        progress : bool, default False
            Show a progress bar if it takes long.

        Returns
        -------
        float32 array of shape (number of texts, vector_size)

        Raises
        ------
        TypeError
            Both or neither of `texts` and `corpus_file` are given, or one that cannot be read as texts.
        ValueError
            There is no such weighting, or it needs counts and the vectors have none.

        Examples
        --------
        >>> from w2v import KeyedVectors
        >>> kv = KeyedVectors(2)
        >>> kv.add_vectors(["a", "cat", "dog"], [[1, 1], [2, 0], [0, 4]], extras={"count": [90, 5, 5]})
        >>> kv.sentence_vectors(["cat dog", "nothing known"])
        array([[1., 2.],
               [0., 0.]], dtype=float32)
        >>> kv.sentence_vectors([["a", "cat"]], "sif", components=0).round(2)
        array([[0.02, 0.  ]], dtype=float32)
        """
        options = (weighting, corpus_file, tokenizer, a, length, pre_normalize, workers, progress)
        number = _usual(self, weighting) if components is None else components
        fixed = None if isinstance(number, int | np.integer) else as_components(number, self.vector_size)
        vectors = _means(self, texts, *options)
        if fixed is None and number:
            if len(vectors) < _FEW:
                logger.warning("the directions taken away are those of %d texts only; see components=", len(vectors))
            fixed = components_of(vectors, int(number), weighting == "usif")
        if fixed is not None:
            without(vectors, fixed)
        return unit_rows(vectors) if post_normalize else vectors

    def sentence_components(
        self,
        texts: Any = None,
        weighting: str = "sif",
        number: int | None = None,
        *,
        corpus_file: Any = None,
        tokenizer: Tokenizer | None = None,
        a: float = 1e-3,
        length: int = 11,
        pre_normalize: bool = False,
        workers: int | None = None,
        progress: bool = False,
    ) -> Float32Array:
        """The directions that `sentence_vectors` takes away from these texts, to take away from others.

        Parameters
        ----------
        texts, weighting, corpus_file, tokenizer, a, length, pre_normalize, workers, progress
            As for `sentence_vectors`.
        number : int, optional
            How many; 1 for "sif" and 5 for "usif" by default.

        Returns
        -------
        float32 array of shape (number, vector_size)
            For "usif", each at the square root of the share of it that goes, not at length 1.

        Examples
        --------
        >>> from w2v import KeyedVectors
        >>> kv = KeyedVectors(2)
        >>> kv.add_vectors(["a", "cat", "dog"], [[1, 0], [1, 1], [1, -1]], extras={"count": [90, 5, 5]})
        >>> shared = kv.sentence_components(["a cat", "a dog"])
        >>> kv.sentence_vectors(["a cat"], "sif", components=shared).round(3) + 0
        array([[0.  , 0.01]], dtype=float32)
        """
        options = (weighting, corpus_file, tokenizer, a, length, pre_normalize, workers, progress)
        vectors = _means(self, texts, *options)
        return components_of(vectors, _usual(self, weighting) if number is None else number, weighting == "usif")


def _usual(kv: KeyedRows, weighting: str) -> int:
    """How many directions a weighting takes away by default."""
    return min(COMPONENTS.get(weighting, 0), kv.vector_size)


def _means(
    kv: KeyedRows,
    texts: Any,
    weighting: str,
    corpus_file: Any,
    tokenizer: Tokenizer | None,
    a: float,
    length: int,
    pre_normalize: bool,
    workers: int | None,
    progress: bool,
) -> Float32Array:
    """The weighted mean of the words of each text."""
    if (texts is None) == (corpus_file is None):
        both = "neither" if texts is None else "both"
        raise TypeError(f"expected either texts or corpus_file, got {both}")
    if corpus_file is not None and tokenizer is not None:
        raise TypeError("tokenizer: expected texts, not corpus_file, whose lines are split at white space")
    workers = available_workers() if workers is None else workers
    if workers < 1:
        raise ValueError(f"workers: expected at least 1, got {workers}")
    rows, factors = _factored(kv, pre_normalize)
    weights, unknown_weight = word_weights(kv, len(rows), weighting, a, length)
    sums = Sums(kv, rows, weights * factors, unknown_weight, pre_normalize)
    words = kv.index_to_key[: len(rows)]
    if corpus_file is not None:
        find_in_files(corpus_file, words, sums.take, workers, progress)
    else:
        find_in_texts(texts, tokenizer, words, kv.key_to_index, sums.take, workers, progress)
    return sums.means(workers)


def _factored(kv: KeyedRows, pre_normalize: bool) -> tuple[Array, Array]:
    """The stored rows (n, vector_size), and what makes vectors of them, at length 1 or as they are (n,)."""
    if not pre_normalize:
        rows: Array = kv.vectors[: len(kv)]
        return rows, np.ones(len(rows)) if kv.scales is None else kv.scales[: len(rows)].astype(np.float64)
    rows, lengths = kv._searched()
    if far_from_one(lengths).size:
        return unit_rows(rows, np.float32), np.ones(len(rows))
    return rows, 1 / lengths.astype(np.float64)
