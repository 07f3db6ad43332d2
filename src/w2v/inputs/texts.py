"""What text is: UTF-8 without its byte order mark; what is none is told, with its place."""

import codecs
import io
import os
from collections.abc import Iterable, Iterator
from typing import Any

from w2v.base.compression import check_no_archive
from w2v.base.files import open_to_read
from w2v.errors import EncodingError, FormatError
from w2v.inputs.files import is_stream, open_file, open_input

__all__ = ["BYTE_ORDER_MARK", "blank_marks", "check_text", "check_text_file", "not_text", "place_of", "text_lines"]

BYTE_ORDER_MARK = b"\xef\xbb\xbf"

_NO_TEXT = {
    b"\xff\xfe\0\0": "UTF-32",
    b"\0\0\xfe\xff": "UTF-32",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
    b"PAR1": "Parquet, which ParquetColumn(path, column) reads",
    b"\x1f\x8b": "gzip within what was unpacked",
    b"BZh91AY": "bzip2 within what was unpacked",
    b"\xfd7zXZ": "xz within what was unpacked",
    b"(\xb5/\xfd": "zstd within what was unpacked",
    b"\x04\x22\x4d\x18": "lz4, which must be unpacked",
    b"\x1f\x9d": "a file of compress, which must be unpacked",
    b"LZIP": "lzip, which must be unpacked",
    b"]\0\0": "lzma without a header, which must be unpacked",
    b"%PDF-": "PDF, of which pdftotext makes text",
    b"{\\rtf": "RTF, of which a word processor makes text",
    b"SQLite format 3\0": "an SQLite database",
    b"\x80\x02": "a pickle",
    b"\x80\x03": "a pickle",
    b"\x80\x04": "a pickle",
    b"\x80\x05": "a pickle",
}
_ADVICE = "iconv -f LATIN1 -t UTF-8 converts a file, and LineSentence(open(path, encoding=...)) reads any encoding"


def check_text(path: str, start: bytes, nul: bool = False) -> None:
    """Raise FormatError if a file begins as no text in UTF-8 does; of some such files, all frequent "words" would be.

    512 bytes tell all that can be told. With `nul`, bytes of zero are let pass.

    Examples
    --------
    >>> check_text("text", b"to be")
    >>> check_text("text", "to be".encode("utf-16-le"))
    Traceback (most recent call last):
    w2v.errors.FormatError: text: expected text in UTF-8, got UTF-16 without a byte order mark: NUL bytes are among ...
    """
    check_no_archive(start, path)
    for magic, what in _NO_TEXT.items():
        if start.startswith(magic):
            raise FormatError(f"{path}: expected text in UTF-8, got {what}")
    if nul or b"\0" not in start:
        return
    pairs = len(start) // 2
    zeros = [start[side : 2 * pairs : 2].count(0) for side in (0, 1)]
    if max(zeros) > pairs // 3 and min(zeros) <= max(zeros) // 8:
        kind = "UTF-16 without a byte order mark"
    else:
        kind = "something else"
    raise FormatError(f"{path}: expected text in UTF-8, got {kind}: NUL bytes are among its first {len(start)} bytes")


def check_text_file(path: str, nul: bool = False) -> None:
    """Raise the error that reading a file as text would raise at its start; pipes are left alone."""
    if is_stream(path):
        return
    found = open_input(path)
    try:
        check_text(path, found.start, nul)
    finally:
        found.file.close()


def text_lines(source: Any, encoding: str = "utf-8") -> Iterator[str]:
    """Yield the lines of a path, or of a file that is open to read bytes or text, from where it stands.

    Compressed files are unpacked, and a byte order mark at the start is no part of the first line.

    Parameters
    ----------
    source : path or file
        "-" is standard input.
    encoding : str, default "utf-8"
        Of a path.

    Raises
    ------
    EncodingError
        A line is no UTF-8; the message says which.
    FormatError
        The file begins as no text does.

    Examples
    --------
    >>> import io
    >>> list(text_lines(io.BytesIO(b"\\xef\\xbb\\xbfto be\\nor not")))
    ['to be\\n', 'or not']
    """
    if isinstance(source, str | os.PathLike):
        path = os.fspath(source)
        with open_file(path) as file:
            if codecs.lookup(encoding).name != "utf-8":
                with io.TextIOWrapper(file, encoding) as text:
                    yield from _decoded(text, path)
                return
            check_text(path, file.peek())
            yield from _decoded(file, path)
    elif not hasattr(source, "read") and not isinstance(source, Iterable):
        raise TypeError(f"expected a path, an open file or lines, got {type(source).__name__}")
    elif not hasattr(source, "read") or isinstance(source.read(0), str):
        yield from _decoded(source, str(getattr(source, "name", type(source).__name__)))
    else:
        with open_to_read(source) as file:
            check_text(str(file), file.start)
            yield from _decoded(file, str(file))


def blank_marks(text: bytearray) -> None:
    """Put blanks for byte order marks at the start of a text; some editors write two.

    Examples
    --------
    >>> text = bytearray(b"\\xef\\xbb\\xbf\\xef\\xbb\\xbfto be")
    >>> blank_marks(text)
    >>> bytes(text)
    b'      to be'
    """
    end = 0
    while text.startswith(BYTE_ORDER_MARK, end):
        text[end : end + len(BYTE_ORDER_MARK)] = b" " * len(BYTE_ORDER_MARK)
        end += len(BYTE_ORDER_MARK)


def _decoded(lines: Iterable[Any], name: str) -> Iterator[str]:
    for number, line in enumerate(_told(lines, name), 1):
        if isinstance(line, str):
            yield line.lstrip("\ufeff") if number == 1 else line
            continue
        try:
            text = line.decode("utf-8")
            yield text.lstrip("\ufeff") if number == 1 else text
        except UnicodeDecodeError as error:
            raise not_text(error, f"{name}: line {number}", line) from None


def _told(lines: Iterable[Any], name: str) -> Iterator[Any]:
    """The lines; where they are text, and cannot be decoded, the error says where."""
    number = 0
    try:
        for line in lines:
            number += 1
            yield line
    except UnicodeDecodeError as error:
        got = error.object[error.start : error.end]
        message = f"{name}: after line {number}: expected text in {error.encoding}, got {got!r} ({error.reason})"
        raise EncodingError(error.encoding, error.object, error.start, error.end, message) from None


def _is_utf8(word: bytes) -> bool:
    try:
        word.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def not_text(error: UnicodeDecodeError, place: str, text: bytes) -> EncodingError:
    """The error for the first word of a text that is no UTF-8, at a place such as "text: line 3"."""
    word = next(word for word in text.split() if not _is_utf8(word))
    message = f"{place}: expected UTF-8, got the word {word[:80]!r}; {_ADVICE}"
    return EncodingError(error.encoding, error.object, error.start, error.end, message)


def place_of(path: str, offset: int) -> str:
    """Say which line of a file a byte of it, unpacked, is in; of a pipe, the byte alone.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "text")
    >>> _ = path.write_text("to be\\nor not")
    >>> place_of(str(path), 9).removeprefix(str(path))
    ': line 2 (byte 9)'
    """
    if is_stream(path):
        return f"{path}: byte {offset}"
    line, left = 1, offset
    try:
        with open_file(path) as file:
            while left and (part := file.read(min(left, 1 << 20))):
                line += part.count(b"\n")
                left -= len(part)
    except (OSError, FormatError):  # it has changed
        return f"{path}: byte {offset}"
    return f"{path}: line {line} (byte {offset})"
