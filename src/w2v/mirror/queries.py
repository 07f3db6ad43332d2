"""distance.c, word-analogy.c and compute-accuracy.c to the byte: questions come in, answers go out.

Sums run from left to right in float32, as in the originals: over whole columns at once, so numpy is fast enough.
"""

import mmap
import re
from collections.abc import Iterator
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from w2v.base.paths import Path
from w2v.errors import FormatError
from w2v.mirror.training import mapped

_WORD_ROOM = 50  # bytes that the originals have for a word
_LINE_ROOM = 2000  # and for a line of input
_SHOWN = 40  # nearest words in an answer

Floats = NDArray[np.float32]


class Vectors:
    """Word vectors as these programs read them from a binary file: words cut at 50 bytes, rows scaled to length 1.

    A word of 50 bytes or more leaves no room for its end, so the next word is taken as part of it.

    Parameters
    ----------
    path : path
        A binary file of word2vec.
    limit : int
        Read only this many words, unless 0.
    upper : bool
        Turn the words' ASCII letters to upper case.
    """

    def __init__(self, path: Path, limit: int = 0, upper: bool = False) -> None:
        """Read a file."""
        with mapped(path) as data:
            names, rows = _read(path, data, limit)
        room = bytearray(_WORD_ROOM * len(names) + 1)
        for number, name in enumerate(names):
            start = _WORD_ROOM * number
            room[start : start + len(name) + 1] = (name.upper() if upper else name) + b"\0"
        self.words = [bytes(room[start : room.index(0, start)]) for start in range(0, len(room) - 1, _WORD_ROOM)]
        self.index: dict[bytes, int] = {}
        for number, word in enumerate(self.words):
            self.index.setdefault(word, number)
        self.columns = np.ascontiguousarray(rows.T)  # (size, V)
        with np.errstate(all="ignore"):  # a row of zeros becomes nan, as in the original
            self.columns /= np.sqrt(_products(self.columns, self.columns))

    def __getitem__(self, number: int) -> Floats:
        """The unit vector of a word."""
        return self.columns[:, number]

    def scores(self, vector: Floats, excluded: list[int]) -> Floats:
        """Products of a vector with all words; nan for excluded ones."""
        with np.errstate(all="ignore"):
            scores = _products(vector, self.columns)
        scores[excluded] = np.nan
        return scores


def _products(left: Floats, right: Floats) -> Floats:
    """The sum of left[i] * right[i] over i, from left to right, in float32. right is (size, V)."""
    total = np.zeros(right.shape[1], dtype=np.float32)
    for a, b in zip(left, right, strict=True):
        total += a * b
    return total


def _read(path: Path, data: mmap.mmap | bytes, limit: int) -> tuple[list[bytes], Floats]:
    """Words, cut at the room they have, and rows of a binary file."""
    header = re.match(rb"\s*(\d+)\s+(\d+)", data[:_LINE_ROOM])
    if not header:
        raise FormatError(f"{path}: expected the numbers of words and of dimensions at the start, got {data[:20]!r}")
    rows, size = map(int, header.groups())
    if rows * 4 * size > len(data):
        raise FormatError(f"{path}: expected {rows} vectors of {size} dimensions, got a file of {len(data)} bytes")
    rows = min(rows, limit) if limit else rows
    names, matrix, at = [], np.empty((rows, size), dtype=np.float32), header.end()
    for number in range(rows):
        blank = data.find(b" ", at)
        if blank < 0 or blank + 1 + 4 * size > len(data):
            raise FormatError(f"{path}: word {number} of {rows} ends early")
        names.append(data[at:blank].replace(b"\n", b"")[:_WORD_ROOM])
        matrix[number] = np.frombuffer(data, dtype="<f4", count=size, offset=blank + 1)
        at = blank + 1 + 4 * size
    return names, matrix


def distance(vectors: Vectors, questions: BinaryIO, answers: BinaryIO) -> None:
    """Answer each line, one or more words, with the words nearest to their sum."""
    for words in _ask(b"Enter word or sentence (EXIT to break): ", questions, answers):
        numbers = _look_up(vectors, words, answers, missing=-1)
        if numbers is None:
            continue
        answers.write(b"\n" + b"Word".rjust(50) + b"       Cosine distance\n" + b"-" * 72 + b"\n")
        total = np.zeros(len(vectors.columns), dtype=np.float32)
        for number in numbers:
            total += vectors[number]
        _show_nearest(vectors, total, numbers, -1.0, answers)


def analogy(vectors: Vectors, questions: BinaryIO, answers: BinaryIO) -> None:
    """Answer each line, three words a b c, with the words nearest to b - a + c. The first word is taken as unknown."""
    for words in _ask(b"Enter three words (EXIT to break): ", questions, answers):
        if len(words) < 3:
            answers.write(b"Only %d words were entered.. three words are needed at the input " % len(words))
            answers.write(b"to perform the calculation\n")
            continue
        numbers = _look_up(vectors, words, answers, missing=0)
        if numbers is None:
            continue
        answers.write(b"\n" + b"Word".rjust(50) + b"              Distance\n" + b"-" * 72 + b"\n")
        a, b, c = (vectors[number] for number in numbers[:3])
        _show_nearest(vectors, b - a + c, numbers, 0.0, answers)


def _ask(prompt: bytes, questions: BinaryIO, answers: BinaryIO) -> Iterator[list[bytes]]:
    """The words of each line of input, up to one that says EXIT.

    The originals copy the first byte of every word unseen, even if it is the end of the line, and then run on into what
    is left of longer lines before. So the line lives in one buffer here too.
    """
    buffer = bytearray(_LINE_ROOM + 2)
    while True:
        answers.write(prompt)
        answers.flush()
        line = questions.readline(_LINE_ROOM)
        if not line:
            return
        line = line.removesuffix(b"\n")[: _LINE_ROOM - 1]
        buffer[: len(line) + 1] = line + b"\0"
        if _c_string(buffer) == b"EXIT":
            return
        words, start = [], 0
        while True:
            end = start + 1
            while buffer[end] not in b" \0":
                end += 1
            words.append(_c_string(buffer[start:end]))
            if buffer[end] == 0:
                break
            start = end + 1
        yield words


def _c_string(buffer: bytearray) -> bytes:
    return bytes(buffer.partition(b"\0")[0])


def _look_up(vectors: Vectors, words: list[bytes], answers: BinaryIO, missing: int) -> list[int] | None:
    """The numbers of the words, or None if one of them has the number `missing`."""
    numbers = []
    for word in words:
        number = vectors.index.get(word, missing)
        answers.write(b"\nWord: %s  Position in vocabulary: %d\n" % (word, number))
        if number == missing:
            answers.write(b"Out of dictionary word!\n")
            return None
        numbers.append(number)
    return numbers


def _show_nearest(vectors: Vectors, vector: Floats, excluded: list[int], floor: float, answers: BinaryIO) -> None:
    """Print the words with the highest cosine above floor; of equal ones, the first in the file comes first."""
    with np.errstate(all="ignore"):
        unit = np.divide(vector, np.sqrt(_products(vector[:, None], vector[:, None])), dtype=np.float32)
    scores = vectors.scores(unit, excluded)
    found = np.flatnonzero(scores > floor)
    found = found[np.argsort(-scores[found], kind="stable")[:_SHOWN]]
    shown = [(vectors.words[number], float(scores[number])) for number in found]
    for word, score in shown + [(b"", floor)] * (_SHOWN - len(shown)):
        answers.write(b"%50s\t\t%f\n" % (word, score))


class _Tokens:
    """Words of a stream as scanf("%s") reads them. `ended` is feof: set once reading has met the end of the stream."""

    def __init__(self, stream: BinaryIO) -> None:
        self.ended = False
        self._tokens = self._split(stream)

    def _split(self, stream: BinaryIO) -> Iterator[bytes]:
        for line in iter(stream.readline, b""):
            tokens = line.split()
            yield from tokens[:-1]
            if tokens:
                self.ended = not line[-1:].isspace()
                yield tokens[-1]
        self.ended = True

    def next(self, last: bytes) -> bytes:
        """The next word, or `last` at the end: a variable that scanf fails to fill keeps what it had."""
        return next(self._tokens, last)


def accuracy(vectors: Vectors, questions: BinaryIO, answers: BinaryIO) -> None:
    """Answer sections (": name") of analogies a b c d. The first five sections are semantic, all others syntactic."""
    tokens = _Tokens(questions)
    asked = section = seen = 0
    right = {"section": 0, "all": 0, "semantic": 0, "syntactic": 0}
    total = dict(right)
    a = b = c = d = b""
    while True:
        a = tokens.next(a).upper()
        if a in (b":", b"EXIT") or tokens.ended:
            if section:
                _report(right, total, answers)
            section += 1
            a = tokens.next(a)
            if tokens.ended:
                break
            answers.write(a + b":\n")
            answers.flush()
            right["section"] = total["section"] = 0
            continue
        b, c, d = tokens.next(b).upper(), tokens.next(c).upper(), tokens.next(d).upper()
        asked += 1
        if not all(word in vectors.index for word in (a, b, c, d)):
            continue
        seen += 1
        hit = _best(vectors, *(vectors.index[word] for word in (a, b, c))) == d
        for kind in ("section", "all", "semantic" if section <= 5 else "syntactic"):
            right[kind] += hit
            total[kind] += 1
    answers.write(b"Questions seen / total: %d %d   %s %% \n" % (seen, asked, _percent(seen, asked)))


def _best(vectors: Vectors, a: int, b: int, c: int) -> bytes:
    """The word nearest to b - a + c by its product, if that is positive."""
    scores = vectors.scores(vectors[b] - vectors[a] + vectors[c], [a, b, c])
    scores[np.isnan(scores)] = -1
    best = int(scores.argmax())
    return vectors.words[best] if scores[best] > 0 else b""


def _report(right: dict[str, int], total: dict[str, int], answers: BinaryIO) -> None:
    counts = right["section"], total["section"] or 1
    answers.write(b"ACCURACY TOP1: %s %%  (%d / %d)\n" % (_percent(*counts), *counts))
    percents = (_percent(right[kind], total[kind]) for kind in ("all", "semantic", "syntactic"))
    answers.write(b"Total accuracy: %s %%   Semantic accuracy: %s %%   Syntactic accuracy: %s %% \n" % tuple(percents))


def _percent(part: int, whole: int) -> bytes:
    """A percentage in float32 arithmetic; 0 / 0 as glibc prints it on x86."""
    if not whole:
        return b"-nan"
    return b"%.2f" % float(np.float32(part) / np.float32(whole) * np.float32(100))
