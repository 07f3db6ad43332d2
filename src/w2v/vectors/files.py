"""Vectors to files and back: what KeyedVectors adds to its queries."""

from typing import IO, Any, TypeVar, cast

import numpy as np
import numpy.typing as npt

from w2v.base.files import Source, open_to_read
from w2v.base.paths import Path
from w2v.errors import FormatError
from w2v.formats.detect import expect, load_any
from w2v.formats.registry import BY_NAME
from w2v.formats.saved import Reading, SavedVectors
from w2v.vectors.matrix import Array
from w2v.vectors.rows import KeyedRows

Self = TypeVar("Self", bound="Files")

_TEXT, _BINARY, _GLOVE = "word2vec-text", "word2vec-binary", "glove"


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
        if isinstance(words, str):
            raise TypeError(f"words: expected a list of keys, got the text {words!r:.80}")
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
        BY_NAME["native"].write(SavedVectors.of(self), fname_or_handle)

    @classmethod
    def load(
        cls: type[Self],
        fname: Source,
        mmap: str | None = None,
        *,
        limit: int | None = None,
        format: str | None = None,
        max_bytes: int | None = None,
    ) -> Self:
        """Load vectors of any format, told by the file's content: what `save` wrote, a model's, gensim's, GloVe's, ...

        No format runs code: what gensim pickled is read without unpickling it. docs/guide-files.md lists the formats.

        Parameters
        ----------
        fname : path or binary file
            What is compressed is known by its content. An open file is read from where it stands and need not be
            seekable: ``io.BytesIO``, a member of a zip file, a pipe.
        mmap : None, "r" or "c", default None
            None reads the vectors and, in w2v's own format, compares their checksum. "r" maps the file, read-only: it
            opens in milliseconds, and processes share the memory. "c" does so too, and changes stay in this process.
            What cannot be mapped is read in any case: text, word2vec's binary format, whatever is compressed, streams.
        limit : int, optional
            Load only so many words.
        format : str, optional
            The name of the format, one of `w2v.formats.LOADED`; by default the content tells.
        max_bytes : int, optional
            Refuse a file that has, or unpacks to, more than so many bytes.

        Raises
        ------
        FormatError
            The file has none of the formats, is truncated or damaged, or a pickle has unknown objects for vectors.
        """
        known = [name for name, row in BY_NAME.items() if row.load]
        if format not in (None, *known):
            raise ValueError(f"format: expected one of {', '.join(known)}, got {format!r}")
        reading = Reading(limit, mmap, unicode_errors="replace", guessed=True).checked()
        with open_to_read(fname, max_bytes) as file:
            return cls._from_saved(load_any(file, format, reading), str(file))

    @classmethod
    def _from_saved(cls: type[Self], saved: SavedVectors, name: str) -> Self:
        if saved.subwords is not None:
            from w2v.subwordvectors import FastTextVectors

            if issubclass(FastTextVectors, cls):
                return cast(Self, FastTextVectors.from_subwords(saved))
        try:
            return cls.from_pieces(saved.words, saved.vectors, saved.attributes, saved.scales, saved.places)
        except ValueError as error:
            raise FormatError(f"{name}: words: expected each word once") from error

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
        options: dict[str, Any] = {"fvocab": fvocab, "total_vec": total_vec, "write_header": write_header}
        options |= {"prefix": prefix, "append": append, "sort_attr": sort_attr, "escape": escape}
        BY_NAME[_BINARY if binary else _TEXT].write(SavedVectors.of(self), fname, **options)

    @classmethod
    def load_word2vec_format(
        cls: type[Self],
        fname: Source,
        fvocab: Source | None = None,
        binary: bool = False,
        encoding: str = "utf8",
        unicode_errors: str = "strict",
        limit: int | None = None,
        datatype: npt.DTypeLike = np.float32,
        no_header: bool = False,
        *,
        escape: bool = False,
        max_bytes: int | None = None,
    ) -> Self:
        """Load word2vec's text or binary format, as word2vec.c, gensim, fastText (.vec) and GloVe (no_header) write it.

        Parameters
        ----------
        fname : path or binary file
            As for `load`.
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
        max_bytes : int, optional
            Refuse a file that has, or unpacks to, more than so many bytes.

        Raises
        ------
        FormatError
            (a ValueError) The file is malformed; the message says where.
        TruncatedError
            (an EOFError, too) The file has less in it than its header says.
        EncodingError
            (a UnicodeDecodeError, too) A word is not valid in this encoding; the message says where it is.

        Examples
        --------
        >>> import pathlib, tempfile
        >>> from w2v import KeyedVectors
        >>> path = pathlib.Path(tempfile.mkdtemp(), "glove.txt")
        >>> _ = path.write_text("cat 1 2\\ndog 0.1 -3\\n")
        >>> KeyedVectors.load_word2vec_format(path, no_header=True)["dog"]
        array([ 0.1, -3. ], dtype=float32)
        """
        reading = Reading(limit, None, encoding, unicode_errors, datatype, fvocab, escape)
        with open_to_read(fname, max_bytes) as file:
            return cls._from_saved(read_word2vec(file, binary, no_header, reading), str(file))

    # ---- formats of other programs ----

    @classmethod
    def load_glove(
        cls: type[Self],
        fname: Source,
        *,
        encoding: str = "utf8",
        unicode_errors: str = "strict",
        limit: int | None = None,
        datatype: npt.DTypeLike = np.float32,
        max_bytes: int | None = None,
    ) -> Self:
        """Load a text file of GloVe, with or without a header; words may have blanks in them, as some of GloVe's do.

        Parameters
        ----------
        fname : path or binary file
            As for `load`.
        encoding, unicode_errors, limit, datatype, max_bytes
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
        reading = Reading(limit, None, encoding, unicode_errors, datatype).checked()
        with open_to_read(fname, max_bytes) as file:
            expect(file, [_GLOVE, _TEXT], "GloVe's text format", lenient=True)
            return cls._from_saved(BY_NAME[_GLOVE].read(file, reading), str(file))

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
        BY_NAME[_GLOVE].write(SavedVectors.of(self), fname, escape=escape)

    @classmethod
    def load_fasttext(
        cls: type[Self], fname: Source, *, limit: int | None = None, max_bytes: int | None = None
    ) -> Self:
        """Load fastText's .bin, with n-grams, so that unknown words have vectors too, or its .vec.

        Parameters
        ----------
        fname : path
            Which of the two it is, its content tells.
        limit : int, optional
            Load only so many words; n-grams stay complete.
        max_bytes : int, optional
            As for `load`.

        Returns
        -------
        KeyedVectors
            Of a .bin: `w2v.subwordvectors.FastTextVectors`.

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
        reading = Reading(limit, unicode_errors="replace", guessed=True).checked()
        with open_to_read(fname, max_bytes) as file:
            row = expect(file, ["fasttext", _TEXT], "fastText's .bin or .vec")
            return cls._from_saved(row.read(file, reading), str(file))


def read_word2vec(source: Source, binary: bool, no_header: bool, reading: Reading) -> SavedVectors:
    """Words, vectors and counts of a file in word2vec's text or binary format; see `Files.load_word2vec_format`."""
    dtype = np.dtype(reading.dtype)
    if dtype not in (np.float16, np.float32, np.float64):
        raise ValueError(f"datatype: expected float16, float32 or float64, got {dtype}")
    if binary and no_header:
        raise NotImplementedError("no_header: expected a text file, got binary=True")
    reading = reading.checked()
    with open_to_read(source) as file:
        if no_header:
            from w2v.formats.word2vec_text import load_without_header  # here, for it imports decimal

            expect(file, [_GLOVE, _TEXT], "word2vec's text format without a header", lenient=True)
            return load_without_header(file, reading)
        name = _BINARY if binary else _TEXT
        return expect(file, [name], BY_NAME[name].what, lenient=True).read(file, reading)
