"""Which format a file has, by its content; and errors that say so where another one was asked for."""

from collections.abc import Sequence

from w2v.base.files import Opened, Source, open_to_read
from w2v.errors import FormatError, WrongKindError
from w2v.formats import starts
from w2v.formats.registry import BY_NAME, FORMATS, Format
from w2v.formats.saved import Reading, SavedVectors


def detect_format(source: Source) -> str:
    """The name of the format that a file has: one of `w2v.formats.LOADED`, or "phrases", "gensim-phrases" or "index".

    Raises
    ------
    FormatError
        It looks like none of these.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "vectors")
    >>> _ = path.write_text("1 2\\ncat 0.5 -0.25\\n")
    >>> detect_format(path)
    'word2vec-text'
    """
    with open_to_read(source) as file:
        found = found_in(file)
        if found is None:
            raise _unknown(file, "vectors (native, word2vec's, GloVe's, fastText's or gensim's)")
        return found.name


def found_in(file: Opened) -> Format | None:
    """The format of an opened file; None if it looks like none."""
    start = file.start
    return next((row for row in FORMATS if row.begins and row.begins(start)), None)


def _unknown(file: Opened, wanted: str) -> FormatError:
    return FormatError(f"{file}: expected {wanted}, got {starts.other(file.start)}")


def expect(file: Opened, names: Sequence[str], wanted: str, lenient: bool = False) -> Format:
    """The format of an opened file, which must be one of these; WrongKindError says what it is, and what reads that.

    Parameters
    ----------
    file : Opened
    names : list of str
        Formats that the caller reads.
    wanted : str
        What the caller calls them.
    lenient : bool, default False
        Leave a file that looks like no format to the reader of the first one, which can say more.
    """
    found = found_in(file)
    if found is None:
        if not lenient or starts.known(file.start):
            raise _unknown(file, wanted)
        return BY_NAME[names[0]]
    if found.name not in names:
        raise WrongKindError(f"{file}: expected {wanted}, got {found.what}, which {found.call} reads")
    return found


def load_any(source: Source, name: str | None = None, reading: Reading | None = None) -> SavedVectors:
    """Load vectors in whichever format they are; words that are not valid UTF-8 get replacement characters.

    Parameters
    ----------
    source : path or binary file
    name : str, optional
        The format, if it is known.
    reading : Reading, optional
    """
    reading = (reading or Reading(unicode_errors="replace")).checked()
    loaded = [row.name for row in FORMATS if row.load]
    with open_to_read(source) as file:
        wanted = "vectors (native, word2vec's, GloVe's, fastText's or gensim's)"
        row = expect(file, loaded, wanted) if name is None else BY_NAME[name]
        return row.read(file, reading)
