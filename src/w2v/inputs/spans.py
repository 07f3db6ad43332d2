"""Parts of text files by bytes: whole lines, read apart by anybody, that together are the whole text in its order."""

import io
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from w2v.base.arrays import Int64Array
from w2v.inputs.blocks import BlockReader
from w2v.inputs.files import Input, is_packed, is_stream, open_bytes, open_input, size_of
from w2v.inputs.reading import Encoded, FileReading, table_of
from w2v.inputs.texts import BYTE_ORDER_MARK

__all__ = ["Span", "count_spans", "encode_spans", "spans_of"]

_LOOK = 1 << 16  # bytes that are read at a time to find the end of a line


class Span(NamedTuple):
    """Lines of a file, from a byte to before another; of a packed file always all of it, up to its size."""

    path: str
    begin: int
    end: int
    packed: bool = False


def spans_of(paths: Sequence[str], part: int, parts: int) -> list[Span]:
    """Return which bytes of files a part has, of parts that are about equally large.

    A line belongs to the part in which it begins, and a packed file, too, because it is unpacked from its beginning.

    Raises
    ------
    ValueError
        A path can be read once only, such as a pipe.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "text")
    >>> _ = path.write_text("to be\\nor not\\nto be\\n")
    >>> [(span.begin, span.end) for part in range(2) for span in spans_of([str(path)], part, 2)]
    [(0, 13), (13, 19)]
    """
    for path in paths:
        if is_stream(path):
            raise ValueError(f"{path}: expected files that can be read in parts, got one that can be read once only")
    sizes = [size_of(path) for path in paths]
    total, start, found = sum(sizes), 0, []
    first, end = total * part // parts, total * (part + 1) // parts
    for path, size in zip(paths, sizes, strict=True):
        packed = is_packed(path)
        begin, stop = (_cut(path, size, packed, place - start) for place in (first, end))
        if begin < stop:
            found.append(Span(path, begin, stop, packed))
        start += size
    return found


def _cut(path: str, size: int, packed: bool, place: int) -> int:
    """The first place from `place` on where a part may begin."""
    if place <= 0 or place >= size:
        return min(max(place, 0), size)
    return size if packed else _line_start(path, place)


def _line_start(path: str, place: int) -> int:
    """Where the first line begins from there on; none with a byte order mark, which a reader takes away at a start."""
    with io.BufferedReader(open_bytes(path)) as file:
        file.seek(place - 1)
        while part := file.readline(_LOOK):
            if part.endswith(b"\n"):
                here = file.tell()
                if file.read(len(BYTE_ORDER_MARK)) != BYTE_ORDER_MARK:
                    return here
                file.seek(here)
        return file.tell()


class _Bounded(io.RawIOBase):
    """A file up to a byte of it."""

    def __init__(self, file: Any, path: str, begin: int, end: int) -> None:
        file.seek(begin)
        self._file, self._path, self._end, self._left = file, path, end, end - begin

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        room = memoryview(buffer).cast("B")[: self._left]
        got = int(self._file.readinto(room)) if len(room) else 0
        if len(room) and not got:
            raise OSError(f"{self._path}: changed while it was read: expected {self._end} bytes, got less")
        self._left -= got
        return got

    def close(self) -> None:
        self._file.close()
        super().close()


class _SpanReader(BlockReader):
    """Reads spans, one after another, as if they were files."""

    def __init__(self, spans: Sequence[Span]) -> None:
        super().__init__([span.path for span in spans])
        self._spans = spans

    def open_number(self, number: int) -> Input:
        """Open a span."""
        span = self._spans[number]
        found = open_input(span.path)
        if span.packed:
            return found
        return Input(_Bounded(found.file, span.path, span.begin, span.end), b"" if span.begin else found.start, False)


def count_spans(spans: Sequence[Span], workers: int = 1) -> tuple[list[str], Int64Array]:
    """Return all words in order of first appearance, and their counts; bytes that are not UTF-8 as lone surrogates."""
    reading = FileReading(_SpanReader(spans), workers, keep_ids=False)
    reading.run(progress=False)
    merged = reading.tables[0]
    for table in reading.tables[1:]:
        merged.merge(table)
    counts, first = merged.list()
    order = np.argsort(first, kind="stable")
    words = reading.spell_all(len(merged))
    return [words[number] for number in order], counts[order]


def encode_spans(spans: Sequence[Span], words: Sequence[Any], workers: int = 1) -> Encoded:
    """Turn spans into ids of the given words."""
    table, numbers = table_of(words)
    reading = FileReading(_SpanReader(spans), workers, table=table)
    reading.run(progress=False)
    return reading.join([numbers] * workers)
