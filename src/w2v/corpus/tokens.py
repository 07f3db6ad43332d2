"""TokenCorpus: sentences as ids of a vocabulary."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from w2v.base.arrays import Float32Array, Int32Array, Int64Array
from w2v.inputs.blocks import SourceKey


class Tags(NamedTuple):
    """The tags of stored sentences, which are documents or pieces of them.

    Tag i of them all has the key ``keys[i]``; sentence s has the tags ``rows[starts[s]:starts[s + 1]]``. Of each tag,
    `documents` and `words` are how many it was seen with.
    """

    keys: list[Any]
    rows: Int32Array
    starts: Int64Array
    documents: Int64Array
    words: Int64Array

    def of(self, sentences: npt.NDArray[Any]) -> "Tags":
        """Return those of some sentences alone, given by their numbers, which may repeat.

        Examples
        --------
        >>> none = np.zeros(3, np.int64)
        >>> tags = Tags(["a", "b", "c"], np.array([0, 1, 2], np.int32), np.array([0, 2, 2, 3]), none, none)
        >>> tags.of(np.array([2, 0]))[1:3]
        (array([2, 0, 1], dtype=int32), array([0, 1, 3]))
        """
        begins, lengths = self.starts[sentences], np.diff(self.starts)[sentences]
        starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        places = np.arange(starts[-1]) + np.repeat(begins - starts[:-1], lengths)
        return self._replace(rows=self.rows[places], starts=starts)


@dataclass(frozen=True, eq=False)
class TokenCorpus:
    """Sentences as ids of a vocabulary, one after another; words outside the vocabulary are left out.

    Parameters
    ----------
    ids : int32 array
    offsets : int64 array
        Sentence i is ``ids[offsets[i]:offsets[i + 1]]``; none is empty, and none longer than 10,000: longer ones are
        stored as several. ``len(corpus)`` counts these.
    n_sentences : int
        Sentences of the source: lines with at least one word, or items of the iterable.
    n_words_raw : int
        Words of the source, in the vocabulary or not.
    source : tuple or None
        (absolute path, size, mtime_ns) of every file, by which the same text is known again.
    weights : float32 array or None
        Of the stored sentences: factors of the learning rate.
    origins : int64 array or None
        Of the stored sentences: the numbers of those of the source that they are, or are pieces of.
    tags : Tags or None
        Of documents.

    Examples
    --------
    >>> from w2v.corpus.encode import encode_iterable
    >>> vocab, corpus = encode_iterable([["to", "be"], ["or"], ["not", "to", "be"]], min_count=2)
    >>> [[vocab.words[id] for id in sentence] for sentence in corpus]
    [['to', 'be'], ['to', 'be']]
    >>> len(corpus), corpus.n_sentences, corpus.n_words_raw
    (2, 3, 6)
    """

    ids: Int32Array
    offsets: Int64Array
    n_sentences: int
    n_words_raw: int
    source: tuple[SourceKey, ...] | None = None
    weights: Float32Array | None = None
    origins: Int64Array | None = None
    tags: Tags | None = None

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @property
    def n_words(self) -> int:
        """Words that are there to train."""
        return len(self.ids)

    def __getitem__(self, number: int) -> Int32Array:
        """Return a sentence as a view of its ids."""
        if not -len(self) <= number < len(self):
            raise IndexError(f"sentence {number} of {len(self)}")
        number %= len(self)
        return self.ids[self.offsets[number] : self.offsets[number + 1]]
