"""What word2vec's text and binary files share in writing: blocks of rows made in threads, words checked, counts."""

import logging
import re
import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Any, BinaryIO, NamedTuple

import numpy as np
import numpy.typing as npt

from w2v.base.files import Target, Together
from w2v.base.paths import Path, path_of
from w2v.base.threads import available_workers, for_each
from w2v.formats.saved import SavedVectors

logger = logging.getLogger(__name__)

Vectors = npt.NDArray[Any]
#: From names of words and as many vectors, what to write.
Rows = Callable[[list[bytes], Vectors], Iterable[bytes | memoryview]]

_WRITTEN = 1 << 18  # bytes of vectors that a thread writes at once
_BYTE_ORDER_MARK = "\ufeff"
_SPACE = re.compile(r"[ \t-\r]")  # what fscanf("%s"), and so most readers of these files, takes for the end of a word
_ESCAPED = re.compile(r"[ \t-\r%]")
_ESCAPES = re.compile(r"%(20|09|0[A-D]|25)")  # what they become: the way of URLs


class Writing(NamedTuple):
    """How rows are to be written: as the options of `w2v.KeyedVectors.save_word2vec_format` are called."""

    fvocab: Path | None = None
    total_vec: int | None = None
    write_header: bool = True
    prefix: str = ""
    append: bool = False
    sort_attr: str | None = "count"
    escape: bool = False
    then: SavedVectors | None = None  # others, whose rows come after these, in the same file
    then_prefix: str = ""
    then_sort_attr: str | None = "count"


class _Ordered(NamedTuple):
    """Names in the order in which they are written, with their vectors and, if these are known, counts."""

    names: list[bytes]
    vectors: Vectors
    counts: npt.NDArray[Any] | None


def save(saved: SavedVectors, path: Target, rows: Rows, writing: Writing) -> None:
    """Write the header and what `rows` makes of blocks of words and vectors; and counts, if they are asked for.

    If that ends between two files, there is none with counts: never that of others.
    """
    if writing.fvocab is not None:
        path_of(writing.fvocab, "fvocab")
        if saved.attributes.get("count") is None:
            raise ValueError("fvocab: expected vectors with counts, got some without")
    first = _ordered(saved, writing.sort_attr, writing.prefix, writing.escape)
    parts = [first]
    if writing.then is not None:
        parts.append(_ordered(writing.then, writing.then_sort_attr, writing.then_prefix, writing.escape))
    if not writing.write_header and first.names and first.names[0].startswith(_BYTE_ORDER_MARK.encode()):
        name = first.names[0].decode()
        raise ValueError(f"word {name!r}: expected no byte order mark at the start of a file: it is skipped")
    with Together() as together:
        if writing.fvocab is not None and first.counts is not None:
            with together.open(writing.fvocab, last=True) as file:
                file.writelines(b"%s %d\n" % pair for pair in zip(first.names, first.counts.tolist(), strict=True))
        with together.open(path, append=writing.append) as file:
            if writing.write_header:
                total = sum(len(part.names) for part in parts) if writing.total_vec is None else writing.total_vec
                file.write(f"{total} {first.vectors.shape[1]}\n".encode())
            for part in parts:
                _write_rows(file, part.names, part.vectors, rows)


def _ordered(saved: SavedVectors, attribute: str | None, prefix: str, escape: bool) -> _Ordered:
    """What is written of vectors, by falling values of an attribute."""
    order, words, vectors = _order(saved, attribute), saved.words, saved.floats()
    counts = saved.attributes.get("count")
    if order is not None:
        words, vectors = [words[i] for i in order], vectors[order]
        counts = None if counts is None else counts[order]
    return _Ordered(encode(words, prefix, escape), vectors, counts)


def _write_rows(file: BinaryIO, names: list[bytes], vectors: Vectors, rows: Rows) -> None:
    """Write rows in their order, made by several threads."""
    block = max(1, _WRITTEN // (4 * vectors.shape[1]))
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

    for_each(write, tuple(due), available_workers())


def _order(saved: SavedVectors, attribute: str | None) -> npt.NDArray[np.intp] | None:
    """Positions by falling values of an attribute; None if that is the order they are in."""
    if attribute is None:
        return None
    if attribute not in saved.attributes:
        logger.warning("no attribute %r to sort by: words are written in the order they are in", attribute)
        return None
    order = np.argsort(-saved.attributes[attribute].astype(np.float64), kind="stable")
    return None if (np.diff(order) == 1).all() else order


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
