"""How lines of text spell a word and its values, and what is wrong with those that do not."""

import re
from collections import Counter
from collections.abc import Sequence

MARK = b"\xef\xbb\xbf"  # the byte order mark of UTF-8, which editors of Windows put before the first word
_BLANKS = re.compile(rb"[ \t]+")
# A number with what other spellings put around it.
_LIKE_NUMBER = re.compile(rb"[\[({\"']*[-+]?(\d+[.,]?\d*|[.,]\d+)([eE][-+]?\d+)?[\])}\"',;:|]*")
_LONGEST_HEADER = 256  # bytes
_RUN = 3  # numbers in a row that no word has in it
_LINES = 5  # of a file without header that are looked at to find the number of values
_OTHERWISE = (  # what lines have in them that spell their values in another way
    (rb"\0", "NUL bytes in it: is it binary, or text in UTF-16?"),
    (rb"\d+:[-+.\d]", "pairs of index and value: sparse vectors cannot be read"),
    (rb"[-+.\d]\s*,\s*[-+.\d].*,", "values separated by commas: blanks or tabs were expected"),
    (rb"\s[-+]?\d+,\d+(\s|$)", "a comma in a number: a decimal point was expected"),
    (rb"[\[({]\s*[-+.\d]", "brackets around its values: blanks or tabs alone were expected"),
    (rb"[-+.\d]\s*;\s*[-+.\d]", "values separated by semicolons: blanks or tabs were expected"),
    (rb"\r", "a carriage return in it: are lines ended by that alone?"),
    (rb"^\s*(#|//|%)", "a mark of comments: they cannot be read"),
)


def is_header(line: bytes) -> bool:
    """Whether a line is "number_of_words vector_size", with its end, and no longer than numbers need."""
    fields = line.removeprefix(MARK).split() if len(line) <= _LONGEST_HEADER else []
    return line.endswith(b"\n") and len(fields) == 2 and fields[0].isdigit() and fields[1].isdigit()


def is_number(text: bytes) -> bool:
    """Whether this is a number; Python's 1_000 is none here.

    Examples
    --------
    >>> is_number(b"-1.5e3"), is_number(b"nan"), is_number(b"1_000"), is_number(b"x")
    (True, True, False, False)
    """
    try:
        return b"_" not in text and float(text) is not None
    except ValueError:
        return False


def split(line: bytes, columns: int) -> tuple[int, int, list[bytes]]:
    """Where in a line its word begins and ends, and its values; ValueError says what the line has instead.

    Blanks and tabs, in any number, are between the values. The last `columns` fields are these; a word may have blanks
    in it, unless it ends in a number, which may as well be a value too many.

    Examples
    --------
    >>> split(b"New  York \\t 1 2.5", 2)
    (0, 9, [b'1', b'2.5'])
    """
    line = line.rstrip()
    fields = line.split(b" ")
    if len(fields) == columns + 1 and b"\t" not in line and b"" not in fields[1:]:
        return 0, len(fields[0]), fields[1:]
    fields = _BLANKS.split(line)
    start = 0
    if fields[0] == b"" and len(fields) > columns + 1:  # blanks before the word; else, the word is empty
        start, fields = len(line) - len(line.lstrip(b" \t")), fields[1:]
    found = len(fields) - 1
    if found < columns or b"\r" in line or not _may_be_word(fields[: found - columns + 1], columns):
        raise ValueError(_problem(line, columns, fields))
    values = fields[found - columns + 1 :]
    breaks = [blank.start() for blank in _BLANKS.finditer(line, start + 1 if fields[0] else start)]
    return start, breaks[len(breaks) - columns], values


def _may_be_word(parts: Sequence[bytes], columns: int) -> bool:
    """Whether parts with blanks between them may be a word: they hold no values too many, nor those of another row."""
    if len(parts) > 1 and (_LIKE_NUMBER.fullmatch(parts[-1]) or is_number(parts[-1])):
        return False
    run = 0  # of numbers
    for part in parts[1:]:
        run = run + 1 if is_number(part) else 0
        if run >= min(columns, _RUN):
            return False
    return True


def _problem(line: bytes, columns: int, fields: Sequence[bytes]) -> str:
    """What is wrong with a line of too few or too many values."""
    found = len(fields) - 1
    if not line:
        return f"expected a word and {columns} values, got an empty line"
    got = f"expected a word and {columns} values, got {found} values"
    if found == 1 and fields[0].isdigit() and fields[1].isdigit():
        return f"{got}: a second header, {line.decode()!r}? each file of vectors must be loaded by itself"
    if found > columns and b"\r" not in line:
        return f"{got}, or a word with a blank in it and a number after that"
    return got + otherwise(line)


def otherwise(line: bytes) -> str:
    """What a line may have instead of values between blanks, to be put at the end of an error; "" for nothing known."""
    return next((f"; the line has {what}" for pattern, what in _OTHERWISE if re.search(pattern, line)), "")


def columns_of(lines: Sequence[bytes], cut: bool = False) -> int:
    """How many values the lines have after their words, by what most of them have; 0 if they have none.

    Parameters
    ----------
    lines : list of bytes
        The first lines of a file without header; those after the fifth are not looked at.
    cut : bool, default False
        The last of the lines may go on.

    Examples
    --------
    >>> columns_of([b". . . 0.4 0.5", b"the 0.1 0.2", b"7 0.3 0.4"])
    2
    """
    lines = lines[: len(lines) - 1 if cut and len(lines) > 1 else len(lines)]
    found: Counter[int] = Counter()
    sure = 0  # of the first line that can mean only one thing
    for line in [line for line in lines[:_LINES] if line.strip()]:
        fields = _BLANKS.split(line.strip(b" \t\r\n"))
        numbers = next((i for i, field in enumerate(reversed(fields)) if not is_number(field)), len(fields))
        if (numbers < len(fields) - 1 and _LIKE_NUMBER.fullmatch(fields[-numbers - 1])) or b"\r" in line.strip():
            numbers = 0  # the values are spelt in another way
        found[min(numbers, len(fields) - 1)] += 1
        sure = sure or (numbers if numbers == len(fields) - 1 else 0)
    most = [columns for columns, times in found.items() if times == max(found.values())]
    return sure if sure in most else min(most, default=0)


def spells_row(line: bytes, columns: int, cut: bool = False) -> bool:
    """Whether a line is a word and so many values; of one that is `cut`, whether it may go on to be it."""
    if cut:
        values = _BLANKS.split(line)[1:-1]
        return 0 < len(values) <= columns and all(map(is_number, values[-_LINES * 200 :]))
    try:
        return all(map(is_number, split(line, columns)[2]))
    except ValueError:
        return False
