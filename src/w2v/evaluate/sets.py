"""Files of evaluation sets: what they are is told by what is in them.

========== ============================================================== ========================================
kind       lines                                                          known files
========== ============================================================== ========================================
analogies  four words; ``: name`` begins a section                        questions-words, MSR
similarity two words and a number after them, perhaps more columns        WordSim-353, SimLex-999, MEN, RW,
                                                                          SimVerb-3500, MTurk, RG-65, SemEval-2017
outliers   a word a line: a group, an empty line, its outliers            8-8-8, a folder of topics
categories word and category; each word once, each category twice or more AP, BLESS, Battig, labels of nodes
pairs      query and item                                                 held-out pairs, edges of a graph
========== ============================================================== ========================================

Columns are separated by tabs, semicolons, commas or blanks, whichever the file uses. Lines that begin with ``#`` are
comments, and a first line of names is recognised, with the names "word" and "category" in either order.
"""

import math
import pathlib
from collections.abc import Sequence
from typing import Any, NamedTuple

from w2v.base.paths import Path
from w2v.errors import FormatError
from w2v.inputs.texts import text_lines

KINDS = ("analogies", "similarity", "outliers", "categories", "pairs")

Row = list[str]
Rows = list[tuple[int, Row]]  # with the numbers of their lines


class EvaluationSet(NamedTuple):
    """What to ask: `sections` maps names ("" where there are none) to lists of items, tuples of words.

    Items are (a, b, c, d) for analogies, (word, word, judgement) for similarity, (group, outlier) for outliers,
    (word, category) for categories and (query, item) for pairs.
    """

    name: str
    kind: str
    sections: dict[str, list[tuple[Any, ...]]]


def read_set(path: Path, kind: str | None = None) -> EvaluationSet:
    """Read an evaluation set from a file.

    Parameters
    ----------
    path : path
        Text in UTF-8, compressed or not.
    kind : str, optional
        One of `KINDS`; by default the content tells.

    Raises
    ------
    FormatError
        The content is none of these; the message says in which line.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "men.txt")
    >>> _ = path.write_text("sun sunlight 50.0\\nbakery zebra 0.0\\n")
    >>> found = read_set(path)
    >>> found.name, found.kind, found.sections[""][0]
    ('men', 'similarity', ('sun', 'sunlight', 50.0))
    """
    path = pathlib.Path(path)
    if kind not in (None, *KINDS):
        raise ValueError(f"kind: expected one of {', '.join(KINDS)}, got {kind!r}")
    text = "".join(text_lines(path))
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1)]
    lines = [(number, line) for number, line in lines if not line.startswith("#")]
    rows = _rows(lines)
    if not rows:
        raise FormatError(f"{path}: expected lines of an evaluation set, got none")
    found = kind or _kind(lines, rows)
    if found is None:
        number, row = rows[min(1, len(rows) - 1)]
        raise FormatError(f"{path}: line {number}: expected an evaluation set, got {' '.join(row)[:60]!r}")
    try:
        return EvaluationSet(path.stem, found, _READERS[found](lines, rows))
    except _WrongLine as error:
        raise FormatError(f"{path}: line {error.args[0]}: expected {error.args[1]}, got {error.args[2]!r}") from None


class _WrongLine(Exception):
    """A line's number, what was expected there, what came."""


def _rows(lines: Sequence[tuple[int, str]]) -> Rows:
    """The columns of every line that is not empty, by the separator that the file uses."""
    full = [(number, line) for number, line in lines if line]
    for separator in ("\t", ";", ","):
        if 2 * sum(separator in line for _, line in full) > len(full):
            return [(number, [field.strip() for field in line.split(separator)]) for number, line in full]
    return [(number, line.split()) for number, line in full]


def _float(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _is_number(text: str) -> bool:
    number = _float(text)
    return number is not None and math.isfinite(number)  # "nan" and "infinity" are words


def _are_numbers(texts: Sequence[str]) -> bool:
    """Whether this is a column of numbers: "nan" among them stands for a judgement that is missing."""
    return all(_float(text) is not None for text in texts) and any(map(_is_number, texts))


def _kind(lines: Sequence[tuple[int, str]], rows: Rows) -> str | None:
    """What the lines are; None if nobody knows."""
    if any(line.startswith(":") for _, line in lines):
        return "analogies"
    widths = {len(row) for _, row in rows}
    if widths == {1}:
        return "outliers" if _groups(lines) is not None else None
    if _named(rows[0][1]):
        return "categories"
    if len(widths) > 1:
        return None
    body = rows[1:] or rows  # the first line may have names
    if widths == {4} and not any(_is_number(word) for _, row in body for word in row):
        return "analogies"
    if widths == {2}:
        return "categories" if _are_labels(rows) else "pairs"
    return "similarity" if _columns(body) is not None else None


def _named(names: Row) -> bool:
    """Whether these are the names of columns with words and categories."""
    return {"word", "category"} <= {name.lower() for name in names}


def _are_labels(rows: Rows) -> bool:
    """Whether every first word is there once, and the second ones at least twice on average."""
    first, second = ({row[column] for _, row in rows} for column in (0, 1))
    return len(first) == len(rows) and 2 * len(second) <= len(rows)


def _columns(rows: Rows) -> tuple[int, int, int] | None:
    """Columns of the two words and of the judgement: the first column of numbers after two of words."""
    width = min(len(row) for _, row in rows)
    numbers = [_are_numbers([row[column] for _, row in rows]) for column in range(width)]
    words = [column for column in range(width) if not numbers[column]][:2]
    if width == 3 and all(numbers):  # keys that are numbers
        words = [0, 1]
    if len(words) < 2:
        return None
    later = [column for column in range(words[1] + 1, width) if numbers[column]]
    return (words[0], words[1], later[0]) if later else None


def _groups(lines: Sequence[tuple[int, str]]) -> list[tuple[Row, Row]] | None:
    """(group, outliers) of blocks of lines between empty ones, two by two; None if they are not two by two."""
    blocks: list[Row] = [[]]
    for _, line in lines:
        if line:
            blocks[-1].append(line)
        elif blocks[-1]:
            blocks.append([])
    blocks = [block for block in blocks if block]
    if len(blocks) < 2 or len(blocks) % 2 or any(len(group) < 2 for group in blocks[::2]):
        return None
    return list(zip(blocks[::2], blocks[1::2], strict=True))


# ---- readers: (lines, rows) -> sections ----


def _read_analogies(lines: Sequence[tuple[int, str]], rows: Rows) -> dict[str, list[tuple[Any, ...]]]:
    sections: dict[str, list[tuple[Any, ...]]] = {}
    section = ""
    for number, row in rows:
        if row[0].startswith(":"):
            section = " ".join(row)[1:].strip()
        elif len(row) != 4:
            raise _WrongLine(number, "four words", " ".join(row))
        else:
            sections.setdefault(section, []).append(tuple(row))
    return sections


def _read_similarity(lines: Sequence[tuple[int, str]], rows: Rows) -> dict[str, list[tuple[Any, ...]]]:
    columns = _columns(rows) or _columns(rows[1:] or rows)
    if columns is None:
        raise _WrongLine(rows[-1][0], "two words and a number", " ".join(rows[-1][1]))
    first, second, judgement = columns
    if _float(rows[0][1][judgement]) is None:
        rows = rows[1:]
    pairs = [(row[first], row[second], float(row[judgement])) for _, row in rows]
    tagged = all(word[-2:] in ("-n", "-v", "-j", "-a", "-r") for pair in pairs for word in pair[:2])
    return {"": [(a[:-2], b[:-2], value) if tagged else (a, b, value) for a, b, value in pairs]}


def _read_outliers(lines: Sequence[tuple[int, str]], rows: Rows) -> dict[str, list[tuple[Any, ...]]]:
    groups = _groups(lines)
    if groups is None:
        number, row = rows[0]
        raise _WrongLine(number, "groups of two words or more and their outliers between empty lines", " ".join(row))
    return {"": [(tuple(group), outlier) for group, outliers in groups for outlier in outliers]}


def _read_categories(lines: Sequence[tuple[int, str]], rows: Rows) -> dict[str, list[tuple[Any, ...]]]:
    word, category = 0, 1
    names = [name.lower() for name in rows[0][1]]
    if _named(names):
        word, category, rows = names.index("word"), names.index("category"), rows[1:]
    return {"": _pairs(rows, word, category)}


def _read_pairs(lines: Sequence[tuple[int, str]], rows: Rows) -> dict[str, list[tuple[Any, ...]]]:
    if {name.lower() for name in rows[0][1]} & {"query", "item"}:
        rows = rows[1:]
    return {"": _pairs(rows, 0, 1)}


def _pairs(rows: Rows, first: int, second: int) -> list[tuple[Any, ...]]:
    """Two columns of lines that have a word in the first of them."""
    for number, row in rows:
        if len(row) <= max(first, second):
            raise _WrongLine(number, "two columns", " ".join(row))
    return [(row[first], row[second]) for _, row in rows if row[first]]


_READERS = {
    "analogies": _read_analogies,
    "similarity": _read_similarity,
    "outliers": _read_outliers,
    "categories": _read_categories,
    "pairs": _read_pairs,
}
