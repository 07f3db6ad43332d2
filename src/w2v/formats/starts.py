"""What the first bytes of a file tell about its format: each function says whether it may be the one.

`start` is what `w2v.base.files.Opened.start` gives: a file shorter than `LOOK` as a whole.
"""

import re

from w2v.base.compression import LOOK
from w2v.formats import spelling
from w2v.formats.spelling import MARK, is_header

# How pickles begin: those of protocols 0 and 1 have no header, but a class, unless they hold no object.
_PICKLE = re.compile(rb"\x80[\x02-\x05]|\(?[ci][A-Za-z_][\w.]{0,255}\n[A-Za-z_]\w{0,255}\n")
_FASTTEXT = (793712314).to_bytes(4, "little")
_CONTROL = bytes([*range(9), *range(14, 32), 127])  # characters that text does not have
_CONTROLS = 0.02  # of the bytes of a text, at most, where a line shows that it is damaged
_LOOK = 1 << 16  # bytes that tell text from floats
_KIND = re.compile(rb'"format"\s*:\s*"([\w-]*)"')
_NO_SETTINGS = re.compile(rb'"settings"\s*:\s*"\{\}"')
_KNOWN = {
    b"\xff\xfe": "text in UTF-16 or UTF-32, which must be UTF-8",
    b"\xfe\xff": "text in UTF-16, which must be UTF-8",
    b"\0\0\xfe\xff": "text in UTF-32, which must be UTF-8",
    b"\x93NUMPY": "an array of numpy's (.npy), without words",
    b"PAR1": "a Parquet file",
    b"\x89HDF": "an HDF5 file",
    b"%PDF": "a PDF document",
    b"\x89PNG": "a picture",
    b"SQLite format 3": "a database",
    b"version https://git-lfs": "a pointer of Git LFS, which stands for the file itself: fetch that",
    b"GGUF": "a GGUF file",
}


def is_native(start: bytes) -> bool:
    """w2v's own vectors, or a whole model."""
    return _tensors(start) == "w2v"


def is_model(start: bytes) -> bool:
    """w2v's own file with a whole model in it."""
    return is_native(start) and not _NO_SETTINGS.search(start)


def is_phrases(start: bytes) -> bool:
    """w2v's own phrases."""
    return _tensors(start) == "w2v-phrases"


def is_index(start: bytes) -> bool:
    """w2v's own index of neighbours."""
    return _tensors(start) == "w2v-index"


def is_other_tensors(start: bytes) -> bool:
    """A safetensors file of another program."""
    return _tensors(start) is not None


def _tensors(start: bytes) -> str | None:
    """The "format" of a file in safetensors layout; None for other files."""
    if start[8:9] != b"{" or start[5:8] != b"\0\0\0":
        return None
    found = _KIND.search(start, 8, 8 + int.from_bytes(start[:8], "little"))
    return found[1].decode() if found else ""


def is_pickle(start: bytes) -> bool:
    """Whether a file that begins so is a pickle of an object, of any protocol.

    Examples
    --------
    >>> import pickle
    >>> [is_pickle(pickle.dumps(ValueError(), protocol)) for protocol in range(6)], is_pickle(b"2 3\\ncat 1 2 3\\n")
    ([True, True, True, True, True, True], False)
    """
    return _PICKLE.match(start) is not None


def is_pickled_phrases(start: bytes) -> bool:
    """A pickle of gensim's phrases."""
    return is_pickle(start) and b"gensim.models.phrases" in start[:200]


def is_fasttext(start: bytes) -> bool:
    """fastText's .bin."""
    return start[:4] == _FASTTEXT


def is_word2vec_text(start: bytes) -> bool:
    """A header of word2vec's, and text after it."""
    return _rows_of(start) == "text"


def is_word2vec_binary(start: bytes) -> bool:
    """A header of word2vec's, and rows of words and floats after it."""
    return _rows_of(start) == "binary"


def is_glove(start: bytes) -> bool:
    """Rows of a word and at least two values, without a header."""
    if start[:1000].translate(None, _CONTROL) != start[:1000] or is_header(start.partition(b"\n")[0] + b"\n"):
        return False
    lines = start.removeprefix(MARK).split(b"\n")
    columns = spelling.columns_of(lines, cut=len(start) == LOOK)
    return columns > 1


def _rows_of(start: bytes) -> str | None:
    """What follows a header of word2vec's: "text" or "binary"; None if there is no header.

    Floats nearly always have bytes in them that no text has. A short file may lack them: it must fit to its last byte.
    """
    first, end, body = start.partition(b"\n")
    if not is_header(first + end):
        return None
    rows, columns = map(int, first.removeprefix(MARK).split())
    whole = len(start) < LOOK
    line, end, _ = body.partition(b"\n")
    if not body or rows == 0 or columns == 0 or spelling.spells_row(line, columns, cut=not end and not whole):
        return "text"
    return "text" if _is_text(body) and not (whole and _is_binary(body, rows, columns)) else "binary"


def _is_text(body: bytes) -> bool:
    """Whether this is text: without control characters in any encoding, or in UTF-8 with a few of them."""
    body = body[:_LOOK]
    controls = len(body) - len(body.translate(None, _CONTROL))
    try:
        return controls == 0 or (controls <= len(body) * _CONTROLS and body.decode() is not None)
    except UnicodeDecodeError as error:
        return error.start >= len(body) - 3 >= _LOOK - 3  # cut within a character


def _is_binary(body: bytes, rows: int, columns: int) -> bool:
    """Whether this is so many rows of words and floats, to the last byte."""
    place = 0
    for _ in range(rows):
        while body[place : place + 1] == b"\n":
            place += 1
        end = body.find(b" ", place)
        if end < 0 or end + 1 + 4 * columns > len(body):
            return False
        place = end + 1 + 4 * columns
    return body[place:] in (b"", b"\n")


def known(start: bytes) -> str | None:
    """What a file is that has none of the formats, if it is known for sure."""
    text = start[:1000].removeprefix(MARK).lstrip()
    if not start:
        return "an empty file"
    if text[:14].lower().startswith((b"<!doctype html", b"<html")):
        return "a web page"
    if is_other_tensors(start) and re.search(rb'"embedding(s|\.weight)"\s*:', start[:LOOK]):
        return "a static embedding, which KeyedVectors.load_static_embedding(folder) reads"
    if is_other_tensors(start):
        return f"a safetensors file of another program, with format {_tensors(start)!r:.40}"
    return next((what for magic, what in _KNOWN.items() if start.startswith(magic)), None)


def other(start: bytes) -> str:
    """What a file is that has none of the formats, for an error.

    Examples
    --------
    >>> other(b""), other(b"<!DOCTYPE html><html>")
    ('an empty file', 'a web page')
    """
    text = start[:1000].removeprefix(MARK).lstrip()
    found = known(start)
    if found is None and text[:1] in (b"{", b"[", b"<"):
        found = f"{'XML' if text[:1] == b'<' else 'JSON'}, or text like it: {text[:30]!r}"
    if found is None and b"\0" in start[:1000]:
        found = f"NUL bytes, as binary files and text in UTF-16 have them, in a file that begins with {start[:30]!r}"
    line = text.partition(b"\n")[0]
    return found or f"a file that begins with {start[:30]!r}{spelling.otherwise(line)}"
