"""What formats read and write: words with their vectors and whatever belongs to them, in one shape for all of them."""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from w2v.base.files import Source
from w2v.formats.subwords import Subwords

Array = npt.NDArray[Any]


class SavedVectors(NamedTuple):
    """Words, their vectors (n, vector_size), and by name what else belongs to each word, `count` included.

    Of some formats, there are also n-grams, for the vectors of other words.
    """

    words: list[Any]
    vectors: Array
    attributes: dict[str, Array]
    scales: Array | None = None  # (n,), what each row is multiplied by if vectors are int8
    subwords: Subwords | None = None
    places: dict[Any, int] | None = None  # the place of each word, if loading found it

    @classmethod
    def of(cls, vectors: Any) -> "SavedVectors":
        """Those of a `w2v.KeyedVectors`, without a copy of the matrix."""
        words, rows, attributes, scales = vectors._pieces()
        return cls(words, rows, attributes, scales, getattr(vectors, "saved_subwords", None))

    def floats(self) -> Array:
        """The vectors (n, vector_size) as floats: themselves, unless they are int8."""
        floats: Array = self.vectors if self.scales is None else self.vectors * self.scales[:, np.newaxis]
        return floats

    def counts(self) -> npt.NDArray[np.int64] | None:
        """How often each word occurs, if that is known."""
        counts = self.attributes.get("count")
        return None if counts is None or counts.dtype == object else counts

    def first(self, wanted: int | None) -> "SavedVectors":
        """The first words alone; None: all of them."""
        if wanted is None or wanted >= len(self.words):
            return self
        attributes = {name: values[:wanted] for name, values in self.attributes.items()}
        scales = None if self.scales is None else self.scales[:wanted]
        return SavedVectors(self.words[:wanted], self.vectors[:wanted], attributes, scales, self.subwords)


class Model(NamedTuple):
    """The pieces of a model. Row i of each matrix belongs to words[i], unless the matrix has another use."""

    settings: dict[str, Any]
    words: list[Any]
    counts: npt.NDArray[np.int64] | None
    matrices: dict[str, Array]
    subwords: Subwords | None = None
    tags: Any = None  # SavedTags of native_documents, of a model with documents


class Reading(NamedTuple):
    """How vectors are to be read; a format takes of it what it has a use for.

    limit : only so many words, at least 0; None: all
    mmap : None, "r" (map the file, read-only) or "c" (map it; changes stay in memory)
    encoding, unicode_errors : of words, as for bytes.decode
    dtype : of the vectors, where the format is text
    fvocab : a file of lines "word count"
    escape : whether %20 and the like in words are white space
    guessed : whether `unicode_errors` is what suits most files, not what the user wants
    """

    limit: int | None = None
    mmap: str | None = None
    encoding: str = "utf8"
    unicode_errors: str = "strict"
    dtype: npt.DTypeLike = np.float32
    fvocab: Source | None = None
    escape: bool = False
    guessed: bool = False

    def checked(self) -> "Reading":
        """Itself; ValueError for what cannot be."""
        if self.limit is not None and self.limit < 0:
            raise ValueError(f"limit: expected 0 or more, or None, got {self.limit}")
        if self.mmap not in (None, "r", "c"):
            raise ValueError(f"mmap: expected None, 'r' or 'c', got {self.mmap!r}")
        return self

    def wanted(self, promised: int | None) -> int | None:
        """How many rows to read of those promised; None: as many as there are."""
        if promised is None or self.limit is None:
            return promised if self.limit is None else self.limit
        return min(promised, self.limit)
