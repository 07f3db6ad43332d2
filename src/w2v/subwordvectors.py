"""FastTextVectors: vectors that unknown words have, too, by their character n-grams."""

import logging
from collections.abc import Hashable, Sequence
from typing import Any, ClassVar, TypeVar

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

    `w2v.FastText` has them as its `wv`, and `KeyedVectors.load_fasttext` makes them. A word that is not in the
    vocabulary gets the mean of its n-grams' vectors, as fastText gives it (some builds of fastText scale vectors to
    length 1: ``get_vector(word, norm=True)``); one without any n-gram of the right length gets zeros. Every method that
    takes a word takes unknown ones, too; answers of queries are words of the vocabulary.

    Copies with other numbers (`astype`), the results of `postprocess` and `align`, and selections (`vectors_for_all`)
    keep the n-grams, which stay float32, in one copy for all.

    Parameters
    ----------
    vector_size : int
    min_n, max_n : int, default 0
        Characters in an n-gram, with the marks of a word's beginning and end.
    bucket : int, default 0
        Numbers that n-grams have, by their hash; 0: there are none.
    count, dtype
        As for `w2v.KeyedVectors`.

    Attributes
    ----------
    vectors : array of shape (n, vector_size)
        The vectors of words: of each, the mean of its own row and its n-grams' rows.
    subwords : w2v.formats.subwords.Subwords
        The rows of words and n-grams, mapped if the file was loaded with `mmap`, and how n-grams are numbered.
    vectors_ngrams_lockf : float32 array
        By whose entry ``bucket % len`` the changes of an n-gram's row are multiplied in training.

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

    compatible_hash: ClassVar[bool] = True  # n-grams are numbered as by fastText
    subwords: Subwords
    vectors_lockf: npt.NDArray[np.float32]
    _change: Change | None = None  # what was done to the words' vectors since, and so is done to those of n-grams

    def __init__(
        self,
        vector_size: int,
        min_n: int = 0,
        max_n: int = 0,
        bucket: int = 0,
        count: int = 0,
        dtype: npt.DTypeLike = np.float32,
    ):
        super().__init__(vector_size, count, dtype)
        self.vectors_ngrams_lockf = np.ones(1, dtype=np.float32)
        bucket = bucket if max_n >= min_n else 0
        nothing, kept = np.zeros((min(bucket, 1), self.vector_size), np.float32), np.zeros(bucket, np.int32)
        self.subwords = Subwords.of_parts(None, nothing, min_n, max_n, bucket, kept if bucket else None)

    @classmethod
    def from_subwords(cls, pieces: SavedVectors) -> "FastTextVectors":
        """Take over words, vectors, attributes and n-grams, without a copy."""
        if pieces.subwords is None:
            raise ValueError("subwords: expected n-grams, got None")
        kv = cls.from_pieces(pieces.words, pieces.vectors, pieces.attributes, pieces.scales, pieces.places)
        kv.subwords = pieces.subwords
        return kv

    # ---- gensim's names of the parts ----

    @property
    def min_n(self) -> int:
        """The fewest characters in an n-gram."""
        return self.subwords.shortest

    @property
    def max_n(self) -> int:
        """The most characters in an n-gram."""
        return self.subwords.longest

    @property
    def bucket(self) -> int:
        """How many numbers n-grams have."""
        return self.subwords.buckets

    @property
    def vectors_vocab(self) -> Array:
        """The words' own rows (n, vector_size); after changing them, call `adjust_vectors`."""
        return self.vectors if self.subwords.own is None else self.subwords.own

    @vectors_vocab.setter
    def vectors_vocab(self, rows: Array) -> None:
        self.subwords = self.subwords._replace(own=np.asarray(rows, dtype=np.float32))

    @property
    def vectors_ngrams(self) -> Array:
        """The rows of all n-grams (bucket, vector_size); after changing them, call `adjust_vectors`.

        Of a model that was trained here, n-grams that no word has share one row of zeros. This gives each a row of its
        own, which takes the memory: 0.8 GB for two million rows of 100.
        """
        with self._changing:
            subwords = self.subwords
            if subwords.kept is not None:
                self.subwords = subwords._replace(ngrams=subwords.bucket_rows(), kept=None)
            return self.subwords.ngrams

    @vectors_ngrams.setter
    def vectors_ngrams(self, rows: Array) -> None:
        rows = np.asarray(rows, dtype=np.float32)
        if rows.shape != (self.bucket, self.vector_size):
            raise ValueError(f"vectors_ngrams: expected shape {(self.bucket, self.vector_size)}, got {rows.shape}")
        self.subwords = self.subwords._replace(ngrams=rows, kept=None)

    @property
    def vectors_vocab_lockf(self) -> npt.NDArray[np.float32]:
        """By whose entry ``row % len`` the changes of a word's own row are multiplied in training: `vectors_lockf`."""
        return self.vectors_lockf

    @vectors_vocab_lockf.setter
    def vectors_vocab_lockf(self, locks: npt.NDArray[np.float32]) -> None:
        self.vectors_lockf = locks

    @property
    def buckets_word(self) -> list[npt.NDArray[np.int32]]:
        """The numbers of the n-grams of each word."""
        numbers, starts = self.subwords.numbers(self.index_to_key)
        return np.split(numbers, starts[1:-1]) if len(self) else []

    @property
    def saved_subwords(self) -> Subwords | None:
        """The n-grams as files are to have them; None if they are those of other vectors than these have become."""
        if self._change is None and self.vectors.dtype == np.float32 and self.subwords.own is not None:
            return self.subwords if len(self.subwords.own) == len(self) else None
        return None

    def save(self, fname_or_handle: Any, *args: Any, **options: Any) -> None:
        """Save words and n-grams; see `KeyedVectors.save`.

        Of vectors that were changed since they were trained, such as by `postprocess`, or have other words, n-grams are
        left out, and a warning in the log says so.
        """
        if self.subwords.buckets and self.saved_subwords is None:
            logger.warning("saved are the vectors of %d words: the n-grams are those of other vectors", len(self))
        super().save(fname_or_handle, *args, **options)

    def adjust_vectors(self) -> None:
        """Make `vectors` what the rows of words and n-grams say, in place.

        Examples
        --------
        >>> from w2v import FastText
        >>> wv = FastText([["to", "be"]] * 5, vector_size=8, bucket=50).wv
        >>> wv.vectors_ngrams[:] = 0
        >>> wv.vectors_vocab[:] = 3
        >>> wv.adjust_vectors()
        >>> float(wv["to"][0])  # of the five rows of <to>, <to, to>, and <to> again as its own
        0.75
        """
        own = self.subwords.own
        if own is None:
            return
        with self._changing:
            known = min(len(own), len(self))
            if not self.vectors.flags.writeable:
                self.vectors = self.vectors.copy()
            self.vectors[:known] = self.subwords.vectors(self.index_to_key[:known])
            self.norms = None

    def sort_by_descending_frequency(self) -> None:
        """Put the most frequent words first, with their vectors, rows and attributes; see `KeyedVectors`."""
        with self._changing:
            before, own = dict(self.key_to_index), self.subwords.own
            super().sort_by_descending_frequency()
            if own is not None and len(own) == len(self):
                self.subwords = self.subwords._replace(own=own[[before[word] for word in self.index_to_key]])

    def intersect_word2vec_format(self, *args: Any, **options: Any) -> None:
        """Take over vectors of a word2vec file; see `KeyedVectors`. Not while their rows are trained with n-grams."""
        if self.subwords.own is not None:
            raise NotImplementedError("vectors that are made of n-grams cannot be replaced: FastText has init_from=")
        super().intersect_word2vec_format(*args, **options)

    def recalc_char_ngram_buckets(self) -> None:
        """Do nothing, for gensim's sake: the n-grams of words are found when they are needed."""

    def get_sentence_vector(self, sentence: Sequence[Any]) -> Array:
        """Return the mean of the words' vectors, each at length 1: `get_mean_vector`."""
        return self.get_mean_vector(sentence)

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
