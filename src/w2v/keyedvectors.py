"""KeyedVectors: vectors under keys, with everything that can be asked of them and the files they live in."""

import logging
from os import PathLike
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from w2v._evaluation import Evaluation
from w2v._matrix import Array
from w2v._renamed import Renamed
from w2v.formats import native

logger = logging.getLogger(__name__)

Path = str | PathLike[str]
Self = TypeVar("Self", bound="KeyedVectors")


class KeyedVectors(Renamed, Evaluation):
    """Vectors under keys: words, usually, the most frequent first.

    Parameters
    ----------
    vector_size : int
        Dimensions of each vector.
    count : int, default 0
        Rows to allocate in advance.
    dtype : dtype, default float32

    Attributes
    ----------
    vectors : array of shape (n, vector_size)
    index_to_key : list
    key_to_index : dict
    expandos : dict of str -> array of shape (n,)
        Attributes of the keys, such as "count".
    norms : array of shape (n,) or None

    Examples
    --------
    >>> kv = KeyedVectors(2)
    >>> kv.add_vectors(["cat", "dog", "car"], [[4, 0], [3, 4], [0, 1]])
    >>> print(kv)
    KeyedVectors<vector_size=2, 3 keys>
    >>> kv["dog"]
    array([3., 4.], dtype=float32)
    >>> kv.most_similar("cat", topn=1)[0][0]
    'dog'
    """

    @classmethod
    def from_pieces(
        cls: type[Self],
        words: list[Any],
        vectors: Array,
        attributes: dict[str, Array],
        scales: Array | None = None,
    ) -> Self:
        """Take over words, their vectors (n, d, which may be a view of a padded matrix) and attributes, without a copy.

        `scales` (n,) are what the rows are multiplied by if `vectors` are int8.

        Examples
        --------
        >>> print(KeyedVectors.from_pieces(["cat"], np.ones((1, 3), np.float32), {"count": np.array([7])}))
        KeyedVectors<vector_size=3, 1 keys>
        """
        index = dict(zip(words, range(len(words)), strict=True))
        if not len(index) == len(words) == len(vectors):
            expected = f"expected as many different keys as vectors, {len(vectors)}"
            raise ValueError(f"{expected}; got {len(words)}, {len(index)} of them different")
        kv = cls(vectors.shape[1], dtype=vectors.dtype)
        kv.vectors = vectors
        if scales is not None:
            kv.scales = scales
        kv.index_to_key = words
        kv.key_to_index = index
        kv.expandos = attributes
        return kv

    def postprocess(
        self: Self, *, mean: bool = True, top: int = 0, dimensions: int | None = None, whiten: bool = False
    ) -> Self:
        """Less the mean, all-but-the-top, PCA, whitening, as a new set; see `w2v.postprocess.postprocess`.

        Examples
        --------
        >>> kv = KeyedVectors(2)
        >>> kv.add_vectors(["a", "b"], [[1, 0], [3, 0]])
        >>> kv.postprocess()["a"]
        array([-1.,  0.], dtype=float32)
        """
        from w2v.postprocess import postprocess

        return postprocess(self, mean=mean, top=top, dimensions=dimensions, whiten=whiten)

    # ---- w2v's own format ----

    def save(self, fname: Path) -> None:
        """Save to one file, all or nothing; `load` opens it in milliseconds. See `w2v.formats.native`.

        Raises
        ------
        TypeError
            A key is neither str nor int, or an attribute is nothing that JSON can hold.

        Examples
        --------
        >>> import pathlib, tempfile
        >>> path = pathlib.Path(tempfile.mkdtemp(), "vectors.w2v")
        >>> kv = KeyedVectors(2)
        >>> _ = kv.add_vector("cat", [1, 2])
        >>> kv.save(path)
        >>> KeyedVectors.load(path)["cat"]
        array([1., 2.], dtype=float32)
        """
        attributes = {name: values[: len(self)] for name, values in self.expandos.items()}
        scales = None if self.scales is None else self.scales[: len(self)]
        native.save_vectors(fname, self.index_to_key, self.vectors[: len(self)], attributes, scales)

    @classmethod
    def load(cls: type[Self], fname: Path, mmap: str | None = None) -> Self:
        """Load what `save` wrote, or the vectors of a saved model.

        Parameters
        ----------
        fname : path
        mmap : None, "r" or "c", default None
            None reads the vectors and compares their checksum. "r" maps the file, read-only: it opens in milliseconds,
            and processes share the memory. "c" does so too, and changes stay in this process.

        Raises
        ------
        FormatError
            The file is no such file, or it is truncated or damaged.
        """
        return cls.from_pieces(*native.load_vectors(fname, mmap))

    # ---- word2vec's formats ----

    def save_word2vec_format(
        self,
        fname: Path,
        fvocab: Path | None = None,
        binary: bool = False,
        total_vec: int | None = None,
        write_header: bool = True,
        prefix: str = "",
        append: bool = False,
        sort_attr: str = "count",
    ) -> None:
        """Save in word2vec's text or binary format, which nearly every tool reads.

        Parameters
        ----------
        fname : path
            Compressed if it ends in .gz, .bz2 or .xz.
        fvocab : path, optional
            Write lines "word count" here.
        binary : bool, default False
        total_vec : int, optional
            Number of words for the header, instead of that of the words written.
        write_header : bool, default True
        prefix : str, default ""
            Put before each word.
        append : bool, default False
            Add to the file, instead of replacing it.
        sort_attr : str, default "count"
            Write the words with the highest values of this attribute first; in vocabulary order if there is none.

        Raises
        ------
        ValueError
            A word is empty or has white space in it, or `fvocab` is asked for and there are no counts; nothing is
            written.

        Examples
        --------
        >>> import pathlib, tempfile
        >>> path = pathlib.Path(tempfile.mkdtemp(), "vectors.txt")
        >>> kv = KeyedVectors(2)
        >>> kv.add_vectors(["cat", "dog"], [[1, 2], [0.1, -3]], extras={"count": [3, 4]})
        >>> kv.save_word2vec_format(path)
        >>> print(path.read_text(), end="")
        2 2
        dog 0.1 -3.0
        cat 1.0 2.0
        """
        from w2v.formats import _word2vec
        from w2v.formats.word2vec_binary import save_word2vec_binary
        from w2v.formats.word2vec_text import save_word2vec_text

        words, vectors = self.index_to_key, self._values(slice(len(self)))
        if fvocab is not None and "count" not in self.expandos:
            raise ValueError("fvocab: expected vectors with counts, got some without")
        order = self._order(sort_attr)
        if order is not None:
            words, vectors = [words[i] for i in order], vectors[order]
        if fvocab is not None:
            counts = self.expandos["count"] if order is None else self.expandos["count"][order]
            _word2vec.save_counts(fvocab, words, counts, prefix)
        write = save_word2vec_binary if binary else save_word2vec_text
        write(fname, words, vectors, total=total_vec, header=write_header, prefix=prefix, append=append)

    def _order(self, attribute: str) -> npt.NDArray[np.intp] | None:
        """Positions by falling values of an attribute; None if that is the order they are in."""
        if attribute not in self.expandos:
            logger.warning("no attribute %r to sort by: words are written in the order they are in", attribute)
            return None
        values = self.expandos[attribute]
        order = np.argsort(-values.astype(np.float64), kind="stable")
        return None if (np.diff(order) == 1).all() else order

    @classmethod
    def load_word2vec_format(
        cls: type[Self],
        fname: Path,
        fvocab: Path | None = None,
        binary: bool = False,
        encoding: str = "utf8",
        unicode_errors: str = "strict",
        limit: int | None = None,
        datatype: npt.DTypeLike = np.float32,
        no_header: bool = False,
    ) -> Self:
        """Load word2vec's text or binary format, as word2vec.c, gensim, fastText (.vec) and GloVe (no_header) write it.

        Parameters
        ----------
        fname : path
            Decompressed if it ends in .gz, .bz2 or .xz.
        fvocab : path, optional
            Lines "word count". Without it, counts are made up: n, n-1, ..., 1.
        binary : bool, default False
        encoding : str, default "utf8"
        unicode_errors : str, default "strict"
            Or "ignore" or "replace", for files whose words were cut within a character.
        limit : int, optional
            Read only so many words.
        datatype : dtype, default float32
            Or float16 or float64.
        no_header : bool, default False
            The file, which must be text, has no first line with the number of words and dimensions.

        Raises
        ------
        FormatError
            (a ValueError) The file is malformed; the message says where.
        TruncatedError
            (an EOFError, too) The file has less in it than its header says.
        UnicodeDecodeError
            A word is not valid in this encoding.

        Examples
        --------
        >>> import pathlib, tempfile
        >>> path = pathlib.Path(tempfile.mkdtemp(), "glove.txt")
        >>> _ = path.write_text("cat 1 2\\ndog 0.1 -3\\n")
        >>> KeyedVectors.load_word2vec_format(path, no_header=True)["dog"]
        array([ 0.1, -3. ], dtype=float32)
        """
        from w2v.formats.word2vec_binary import load_word2vec_binary
        from w2v.formats.word2vec_text import load_word2vec_text

        dtype = np.dtype(datatype)
        if dtype not in (np.float16, np.float32, np.float64):
            raise ValueError(f"datatype: expected float16, float32 or float64, got {dtype}")
        if binary and no_header:
            raise NotImplementedError("no_header: expected a text file, got binary=True")
        options: dict[str, Any] = {"fvocab": fvocab, "encoding": encoding, "unicode_errors": unicode_errors}
        if binary:
            loaded = load_word2vec_binary(fname, limit=limit, dtype=dtype, **options)
        else:
            loaded = load_word2vec_text(fname, limit=limit, dtype=dtype, no_header=no_header, **options)
        return cls.from_pieces(loaded.words, loaded.vectors, {"count": loaded.counts})


load_word2vec_format = KeyedVectors.load_word2vec_format
Word2VecKeyedVectors = KeyedVectors
Doc2VecKeyedVectors = KeyedVectors
EuclideanKeyedVectors = KeyedVectors
