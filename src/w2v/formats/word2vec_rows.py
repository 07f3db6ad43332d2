"""What word2vec's text and binary files share: header, blocks of rows, words, counts."""

import codecs
import logging
import re
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Any, BinaryIO, NamedTuple

import numpy as np
import numpy.typing as npt

from w2v import _core
from w2v.base.files import known_size, open_to_read, open_to_write
from w2v.base.paths import Path
from w2v.base.threads import available_workers, for_each
from w2v.errors import FormatError, TruncatedError

logger = logging.getLogger(__name__)

Vectors = npt.NDArray[Any]
#: From a block, whether it is the last, and room for vectors and words (pairs of offsets): rows read, bytes used.
Parse = Callable[[memoryview, bool, Vectors, npt.NDArray[np.int64]], tuple[int, int]]

_BLOCK = 1 << 22  # bytes read at once; a row longer than that doubles it
_WRITTEN = 1 << 18  # bytes of vectors that a thread writes at once
MAX_HEADER = 128  # bytes: two numbers need no more, and a file without line ends shall not be read whole
_SPACE = re.compile(r"[ \t-\r]")  # what fscanf("%s"), and so most readers of these files, takes for the end of a word
_ESCAPED = re.compile(r"[ \t-\r%]")
_ESCAPES = re.compile(r"%(20|09|0[A-D]|25)")  # what they become: the way of URLs


class Loaded(NamedTuple):
    """What a file holds: row i of `vectors` (n, d) and counts[i] belong to words[i], places[words[i]] is i."""

    words: list[Any]
    vectors: Vectors
    counts: npt.NDArray[np.int64]
    places: dict[Any, int]


def is_header(line: bytes) -> bool:
    """Whether a line is "number_of_words vector_size", with its end."""
    fields = line.split()
    return line.endswith(b"\n") and len(fields) == 2 and fields[0].isdigit() and fields[1].isdigit()


def read_header(file: BinaryIO, path: Path) -> tuple[int, int]:
    """Number of words and vector size, from the first line."""
    line = file.readline(MAX_HEADER)
    if is_header(line) and int(line.split()[1]) > 0:
        rows, columns = map(int, line.split())
        return rows, columns
    error = FormatError if b"\n" in line or len(line) == MAX_HEADER else TruncatedError
    raise error(f"{path}: header: expected 'number_of_words vector_size', got {line[:60]!r}")


class RowReader:
    """Reads rows of a file in blocks, so that only the vectors themselves are ever held in memory."""

    def __init__(self, file: BinaryIO, path: Path, parse: Parse, encoding: str, unicode_errors: str):
        self.file, self.path, self.parse = file, path, parse
        self.encoding, self.unicode_errors = encoding, unicode_errors
        self.is_utf8 = codecs.lookup(encoding).name == "utf-8"
        self.index: dict[str, int] = {}  # of each word, where it came first
        self.rows = 0  # read so far
        self.buffer = bytearray(_BLOCK)
        self.filled = 0  # bytes of the buffer that wait to be parsed
        self.last = False  # whether the file has nothing after them

    def fill(self) -> None:
        """Read on until the buffer is full or the file ends."""
        if self.filled == len(self.buffer):
            self.buffer.extend(bytes(len(self.buffer)))
        with memoryview(self.buffer) as view:
            while self.filled < len(view) and not self.last:
                count = self.file.readinto(view[self.filled :])  # type: ignore[attr-defined]
                self.filled += count
                self.last = count == 0

    def take(self, vectors: Vectors, words: list[str]) -> int:
        """Parse what the buffer holds into the rows of `vectors` and append to `words`; return the number of rows."""
        spans = np.empty((min(len(vectors), self.filled), 2), dtype=np.int64)
        with memoryview(self.buffer) as view:
            rows, used = self.parse(view[: self.filled], self.last, vectors[: len(spans)], spans)
            if self.is_utf8:
                _core.index_words(view[: self.filled], spans[:rows], self.unicode_errors, words, self.index)
            else:
                for start, end in spans[:rows].tolist():
                    words.append(str(view[start:end], self.encoding, self.unicode_errors))
                    self.index.setdefault(words[-1], len(words) - 1)
            self.rows += rows
            self.filled -= used
            view[: self.filled] = view[used : used + self.filled]
        return rows

    def read(self, columns: int, wanted: int, dtype: npt.DTypeLike, row_bytes: int) -> tuple[list[str], Vectors]:
        """Read `wanted` rows of at least `row_bytes`, or as many as there are."""
        size = known_size(self.file)
        if size is None:  # believe in rows of this size only once there is as much text as one of them needs
            while self.filled < min(row_bytes, row_bytes * wanted) and not self.last:
                self.fill()
            wanted = 0 if self.filled < row_bytes else wanted
        sure = _BLOCK if size is None else size  # no more is allocated than a file of this size can fill
        vectors = np.empty((min(wanted, sure // row_bytes + 1), columns), dtype=dtype)
        words: list[str] = []
        while len(words) < wanted:
            self.fill()
            if len(words) == len(vectors):
                vectors.resize((min(wanted, 2 * len(vectors)), columns), refcheck=False)
            rows = self.take(vectors[len(words) :], words)
            if rows == 0 and self.last:
                break
        vectors.resize((len(words), columns), refcheck=False)
        return words, vectors

    def check_complete(self, read: int, wanted: int, columns: int) -> None:
        """Raise if the file ended before all rows it promised."""
        if read < wanted:
            rest = f", {self.filled} bytes of the next" if self.filled else ""
            raise TruncatedError(f"{self.path}: expected {wanted} rows of {columns} values, got {read}{rest}")


def check_size(file: BinaryIO, path: Path, rows: int, row_bytes: int) -> None:
    """Raise if a file of known size cannot hold the rows that it promises."""
    size = known_size(file)
    if size is not None and rows * row_bytes > size:
        raise TruncatedError(f"{path}: expected {rows} rows of {row_bytes} bytes or more, got a file of {size} bytes")


def finish(
    reader: RowReader, words: list[str], vectors: Vectors, fvocab: Path | None = None, escape: bool = False
) -> Loaded:
    """Leave out repeated words (the first stays) and add counts: from fvocab, else made up as n, n-1, ..., 1."""
    first = reader.index
    if escape:
        words = [unescaped(word) for word in words]
        first = dict(zip(reversed(words), range(len(words) - 1, -1, -1), strict=True))
    if len(first) < len(words):
        keep = sorted(first.values())
        logger.warning("%s: %d repeated words are ignored", reader.path, len(words) - len(keep))
        words, vectors = [words[i] for i in keep], vectors[keep]
    index = dict(zip(words, range(len(words)), strict=True)) if escape or len(words) < reader.rows else first
    if fvocab is None:
        return Loaded(words, vectors, np.arange(len(words), 0, -1, dtype=np.int64), index)
    counts = read_counts(fvocab, reader.encoding, reader.unicode_errors)
    counts = {unescaped(word): count for word, count in counts.items()} if escape else counts
    unknown = [word for word in words if word not in counts]
    if unknown:
        logger.warning("%s: no count for %d words, such as %r: taken as 0", fvocab, len(unknown), unknown[0])
    return Loaded(words, vectors, np.array([counts.get(word, 0) for word in words], dtype=np.int64), index)


def read_counts(path: Path, encoding: str, errors: str) -> dict[str, int]:
    """Read rows "word count"."""
    counts: dict[str, int] = {}
    with open_to_read(path) as lines:
        for number, line in enumerate(lines, 1):
            word, _, count = str(line, encoding, errors).rstrip().rpartition(" ")
            if not count.isdecimal() or int(count) >= 1 << 63:
                raise FormatError(f"{path}: line {number}: expected 'word count', got {line[:80]!r}")
            counts.setdefault(word, int(count))
    return counts


def save_rows(
    path: Path,
    words: Sequence[Any],
    vectors: Vectors,
    rows: Callable[[list[bytes], Vectors], Iterable[bytes | memoryview]],
    *,
    total: int | None,
    header: bool,
    prefix: str,
    append: bool,
    escape: bool,
) -> None:
    """Write the header and what `rows` makes of blocks of words and vectors, in several threads."""
    block = max(1, _WRITTEN // (4 * vectors.shape[1]))
    names = encode(words, prefix, escape)
    due = deque(range(0, len(names), block))
    made: dict[int, Iterable[bytes | memoryview]] = {}
    one_writes = threading.Lock()

    def write(start: int) -> None:
        """Make a block; write those whose turn it is. Who makes blocks too fast waits for the lock."""
        text = rows(names[start : start + block], vectors[start : start + block])
        with one_writes:
            made[start] = text
            while due and due[0] in made:
                file.writelines(made.pop(due.popleft()))

    with open_to_write(path, append) as file:
        if header:
            file.write(f"{len(words) if total is None else total} {vectors.shape[1]}\n".encode())
        for_each(write, tuple(due), available_workers())


def encode(words: Sequence[Any], prefix: str = "", escape: bool = False, keep: str = "") -> list[bytes]:
    """The words as UTF-8; ValueError for one that readers would take apart, unless escaped; `keep` are safe blanks."""
    names = [f"{prefix}{word}" for word in words]
    if not all(isinstance(word, str) for word in words):
        _check_distinct(words, names)
    if escape:
        names = [_ESCAPED.sub(lambda found: f"%{ord(found[0]):02X}", name) for name in names]
    for name in names:
        if not name or _SPACE.search(name.replace(keep, "") if keep else name):
            advice = "" if escape or not name else "; escape=True writes it as %20 and the like"
            error = "expected no empty word and no white space, which separates words here"
            raise ValueError(f"word {name!r}: {error}{advice}")
    return [name.encode() for name in names]


def _check_distinct(words: Sequence[Any], names: list[str]) -> None:
    """Raise ValueError if two words, such as 1 and "1", are the same as text: readers would lose one of them."""
    seen: dict[str, Any] = {}
    for word, name in zip(words, names, strict=True):
        if name in seen:
            both = f"words {seen[name]!r} and {word!r}"
            raise ValueError(f"{both}: expected words that differ as text, got {name!r} for both")
        seen[name] = word


def unescaped(word: str) -> str:
    """A word as it was before `encode` escaped it.

    Examples
    --------
    >>> unescaped(encode(["100% New York"], escape=True)[0].decode())
    '100% New York'
    """
    return _ESCAPES.sub(lambda found: chr(int(found[1], 16)), word) if "%" in word else word


def save_counts(
    path: Path, words: Sequence[Any], counts: npt.NDArray[np.int64], prefix: str, escape: bool = False
) -> None:
    """Write rows "word count"."""
    with open_to_write(path) as file:
        for name, count in zip(encode(words, prefix, escape), counts.tolist(), strict=True):
            file.write(b"%s %d\n" % (name, count))


def rows_wanted(promised: int | None, limit: int | None) -> int:
    """How many rows to read of those promised (None: as many as there are)."""
    if limit is not None and limit < 0:
        raise ValueError(f"limit: expected 0 or more, or None, got {limit}")
    promised = sys.maxsize if promised is None else promised
    return promised if limit is None else min(promised, limit)
