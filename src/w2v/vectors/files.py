"""Vectors to files and back: what KeyedVectors adds to its queries."""

import logging
from os import PathLike
from typing import IO, TYPE_CHECKING, Any, TypeVar, cast

import numpy as np
import numpy.typing as npt

from w2v.base.paths import Path
from w2v.errors import FormatError
from w2v.vectors.matrix import Array
from w2v.vectors.rows import KeyedRows

if TYPE_CHECKING:
    from w2v.formats.word2vec_rows import Loaded

logger = logging.getLogger(__name__)

Self = TypeVar("Self", bound="Files")


class Files(KeyedRows):
    """The files that `w2v.KeyedVectors` can be loaded from and saved to."""

    @classmethod
    def from_pieces(
        cls: type[Self],
        words: list[Any],
        vectors: Array,
        attributes: dict[str, Array],
        scales: Array | None = None,
        index: dict[Any, int] | None = None,
    ) -> Self:
        """Take over words, their vectors (n, d, which may be a view of a padded matrix) and attributes, without a copy.

        `scales` (n,) are what the rows are multiplied by if `vectors` are int8; `index` is the place of each word, if
        the caller has it.

        Examples
        --------
        >>> from w2v import KeyedVectors
        >>> print(KeyedVectors.from_pieces(["cat"], np.ones((1, 3), np.float32), {"count": np.array([7])}))
        KeyedVectors<vector_size=3, 1 keys>
        """
        index = dict(zip(words, range(len(words)), strict=True)) if index is None else index
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

    # ---- any format; w2v's own ----

    def save(
        self,
        fname_or_handle: Path | IO[bytes],
        separately: Any = None,
        sep_limit: int = 0,
        ignore: Any = frozenset(),
        pickle_protocol: int = 4,
    ) -> None:
        """Save to one file, all or nothing; `load` opens it in milliseconds. See `w2v.formats.native`.

        Parameters
        ----------
        fname_or_handle : path or binary file
        separately, sep_limit, ignore, pickle_protocol
            Accepted for gensim's sake; they have no use here, for all is in one file that is no pickle.

        Raises
        ------
        TypeError
            A key is neither str nor int, or an attribute is nothing that JSON can hold.

        Examples
        --------
        >>> import pathlib, tempfile
        >>> from w2v import KeyedVectors
        >>> path = pathlib.Path(tempfile.mkdtemp(), "vectors.w2v")
        >>> kv = KeyedVectors(2)
        >>> _ = kv.add_vector("cat", [1, 2])
        >>> kv.save(path)
        >>> KeyedVectors.load(path)["cat"]
        array([1., 2.], dtype=float32)
        """
        from w2v.base import files
        from w2v.formats import native

        if not isinstance(fname_or_handle, str | PathLike):
            files.save_to_handle(self.save, fname_or_handle)
            return
        attributes = {name: values[: len(self)] for name, values in self.expandos.items()}
        scales = None if self.scales is None else self.scales[: len(self)]
        native.save_vectors(fname_or_handle, self.index_to_key, self.vectors[: len(self)], attributes, scales)

    @classmethod
    def load(cls: type[Self], fname: Path, mmap: str | None = None, *, limit: int | None = None) -> Self:
        """Load vectors of any format, told by the file's content: what `save` wrote, a model's, gensim's, GloVe's, ...

        No format runs code: what gensim pickled is read without unpickling it. docs/guide-files.md lists the formats.

        Parameters
        ----------
        fname : path
        mmap : None, "r" or "c", default None
            None reads the vectors and, in w2v's own format, compares their checksum. "r" maps the file, read-only: it
            opens in milliseconds, and processes share the memory. "c" does so too, and changes stay in this process.
            Formats that cannot be mapped are read in any case: text, word2vec's binary one, whatever is compressed.
        limit : int, optional
            Load only so many words.

        Raises
        ------
        FormatError
            The file has none of the formats, is truncated or damaged, or a pickle has unknown objects for vectors.
        """
        return cls._load(fname, None, mmap, limit)

    @classmethod
    def _load(cls: type[Self], fname: Path, kind: str | None, mmap: str | None, limit: int | None) -> Self:
        from w2v.formats.detect import load_any

        pieces = load_any(fname, kind, mmap=mmap, limit=limit)
        if pieces.subwords is not None:
            from w2v.fasttext import FastTextVectors

            if issubclass(FastTextVectors, cls):
                return cast(Self, FastTextVectors.from_subwords(pieces))
        try:
            return cls.from_pieces(pieces.words, pieces.vectors, pieces.attributes, pieces.scales, pieces.places)
        except ValueError as error:
            raise FormatError(f"{fname}: words: expected each word once") from error

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
        *,
        escape: bool = False,
    ) -> None:
        """Save in word2vec's text or binary format, which nearly every tool reads.

        Parameters
        ----------
        fname : path
            Compressed if it ends in .gz, .bz2, .xz or .zst.
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
        escape : bool, default False
            Write white space within words as %20 and the like, and % as %25; to be loaded with ``escape=True``.

        Raises
        ------
        ValueError
            A word is empty or, without `escape`, has white space in it, or `fvocab` is asked for and there are no
            counts; nothing is written.

        Examples
        --------
        >>> import pathlib, tempfile
        >>> from w2v import KeyedVectors
        >>> path = pathlib.Path(tempfile.mkdtemp(), "vectors.txt")
        >>> kv = KeyedVectors(2)
        >>> kv.add_vectors(["cat", "dog"], [[1, 2], [0.1, -3]], extras={"count": [3, 4]})
        >>> kv.save_word2vec_format(path)
        >>> print(path.read_text(), end="")
        2 2
        dog 0.1 -3.0
        cat 1.0 2.0
        """
        from w2v.formats import word2vec_rows
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
            word2vec_rows.save_counts(fvocab, words, counts, prefix, escape)
        write = save_word2vec_binary if binary else save_word2vec_text
        options: dict[str, Any] = {"total": total_vec, "header": write_header, "prefix": prefix, "append": append}
        write(fname, words, vectors, **options, escape=escape)

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
        *,
        escape: bool = False,
    ) -> Self:
        """Load word2vec's text or binary format, as word2vec.c, gensim, fastText (.vec) and GloVe (no_header) write it.

        Parameters
        ----------
        fname : path
            Decompressed if it ends in .gz, .bz2, .xz or .zst.
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
        escape : bool, default False
            Turn %20 and the like in words back into white space.

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
        >>> from w2v import KeyedVectors
        >>> path = pathlib.Path(tempfile.mkdtemp(), "glove.txt")
        >>> _ = path.write_text("cat 1 2\\ndog 0.1 -3\\n")
        >>> KeyedVectors.load_word2vec_format(path, no_header=True)["dog"]
        array([ 0.1, -3. ], dtype=float32)
        """
        options: dict[str, Any] = {"fvocab": fvocab, "encoding": encoding, "unicode_errors": unicode_errors}
        loaded = read_word2vec(fname, binary, datatype, no_header, limit=limit, escape=escape, **options)
        return cls.from_pieces(loaded.words, loaded.vectors, {"count": loaded.counts}, index=loaded.places)

    # ---- formats of other programs ----

    @classmethod
    def load_glove(
        cls: type[Self],
        fname: Path,
        *,
        encoding: str = "utf8",
        unicode_errors: str = "strict",
        limit: int | None = None,
        datatype: npt.DTypeLike = np.float32,
    ) -> Self:
        """Load a text file of GloVe, with or without a header; words may have blanks in them, as some of GloVe's do.

        Parameters
        ----------
        fname : path
            Decompressed if it ends in .gz, .bz2, .xz or .zst.
        encoding, unicode_errors, limit, datatype
            As for `load_word2vec_format`.

        Raises
        ------
        FormatError
            (a ValueError) The file is malformed; the message says where.

        Examples
        --------
        >>> import pathlib, tempfile
        >>> from w2v import KeyedVectors
        >>> path = pathlib.Path(tempfile.mkdtemp(), "glove.txt")
        >>> _ = path.write_text("the 1 2\\n. . . 0.1 -3\\n")
        >>> KeyedVectors.load_glove(path).index_to_key
        ['the', '. . .']
        """
        from w2v.formats.glove import load_glove

        options: dict[str, Any] = {"encoding": encoding, "unicode_errors": unicode_errors}
        loaded = load_glove(fname, limit=limit, dtype=datatype, **options)
        return cls.from_pieces(loaded.words, loaded.vectors, {"count": loaded.counts}, index=loaded.places)

    def save_glove(self, fname: Path, *, escape: bool = False) -> None:
        """Save as GloVe's text files are: word2vec's text format without the first line.

        Parameters
        ----------
        fname : path
            Compressed if it ends in .gz, .bz2, .xz or .zst.
        escape : bool, default False
            As for `save_word2vec_format`.

        Examples
        --------
        >>> import pathlib, tempfile
        >>> from w2v import KeyedVectors
        >>> path = pathlib.Path(tempfile.mkdtemp(), "glove.txt")
        >>> kv = KeyedVectors(2)
        >>> _ = kv.add_vector("cat", [1, 2])
        >>> kv.save_glove(path)
        >>> path.read_text()
        'cat 1.0 2.0\\n'
        """
        from w2v.formats.glove import save_glove

        save_glove(fname, self.index_to_key, self._values(slice(len(self))), escape=escape)

    @classmethod
    def load_fasttext(cls: type[Self], fname: Path, *, limit: int | None = None) -> Self:
        """Load fastText's .bin, with n-grams, so that unknown words have vectors too, or its .vec.

        Parameters
        ----------
        fname : path
            Which of the two it is, its content tells. Decompressed if it ends in .gz, .bz2, .xz or .zst.
        limit : int, optional
            Load only so many words; n-grams stay complete.

        Returns
        -------
        KeyedVectors
            Of a .bin: `w2v.fasttext.FastTextVectors`.

        Raises
        ------
        FormatError
            (a ValueError) The file is neither, malformed, truncated, or quantised (.ftz).

        Examples
        --------
        >>> import pathlib, tempfile
        >>> from w2v import KeyedVectors
        >>> path = pathlib.Path(tempfile.mkdtemp(), "cc.en.vec")
        >>> _ = path.write_text("1 2\\n, 0.1250 -0.5000 \\n")
        >>> KeyedVectors.load_fasttext(path)[","]
        array([ 0.125, -0.5  ], dtype=float32)
        """
        from w2v.formats.detect import detect_format

        kind = detect_format(fname)
        if kind not in ("fasttext", "word2vec-text"):
            raise FormatError(f"{fname}: expected fastText's .bin or .vec, got the format {kind}")
        return cls.load(fname, limit=limit)


def read_word2vec(
    fname: Path, binary: bool, datatype: npt.DTypeLike = np.float32, no_header: bool = False, **options: Any
) -> "Loaded":
    """Words, vectors and counts of a file in word2vec's text or binary format; see `Files.load_word2vec_format`."""
    from w2v.formats.word2vec_binary import load_word2vec_binary
    from w2v.formats.word2vec_text import load_word2vec_text

    dtype = np.dtype(datatype)
    if dtype not in (np.float16, np.float32, np.float64):
        raise ValueError(f"datatype: expected float16, float32 or float64, got {dtype}")
    if binary and no_header:
        raise NotImplementedError("no_header: expected a text file, got binary=True")
    if binary:
        return load_word2vec_binary(fname, dtype=dtype, **options)
    return load_word2vec_text(fname, dtype=dtype, no_header=no_header, **options)
