"""Which format a file of vectors has, by its content; and loading one of any format."""

from w2v.errors import FormatError
from w2v.formats import native
from w2v.formats._files import Path_, open_to_read
from w2v.formats.native import SavedVectors
from w2v.formats.word2vec_binary import load_word2vec_binary
from w2v.formats.word2vec_text import load_word2vec_text

_LOOK = 1 << 16  # bytes that are looked at: a row of some thousand values


def detect_format(path: Path_) -> str:
    """One of "native", "word2vec-binary", "word2vec-text" and "word2vec-text-no-header".

    Raises
    ------
    FormatError
        It looks like none of these.
    """
    with open_to_read(path) as file:
        start = file.read(_LOOK)
    if start[8:9] == b"{":  # a safetensors header after its length
        return "native"
    first, _, rest = start.partition(b"\n")
    fields = first.split()
    if len(fields) == 2 and all(field.isdigit() for field in fields):
        return "word2vec-text" if _is_row(rest, int(fields[1])) or not rest else "word2vec-binary"
    if _is_row(first, len(fields) - 1) and len(fields) > 2:
        return "word2vec-text-no-header"
    problem = "an empty file" if not start else f"a file that begins with {start[:30]!r}"
    raise FormatError(f"{path}: expected vectors (native, or word2vec's text or binary format), got {problem}")


def _is_row(text: bytes, columns: int) -> bool:
    """Whether text begins with a word and so many numbers; only those are looked at that are there as a whole."""
    line, end, _ = text.partition(b"\n")
    values = line.rstrip().split(b" ")[1:]
    if not end and len(text) >= _LOOK // 2:
        values = values[:-1]
    elif len(values) != columns:
        return False
    try:
        return all(float(value) is not None for value in values) and bool(values)
    except ValueError:
        return False


def load_any(path: Path_) -> SavedVectors:
    """Load vectors in whichever format they are; words that are not valid UTF-8 get replacement characters."""
    kind = detect_format(path)
    if kind == "native":
        return native.load_vectors(path, mmap="r")
    if kind == "word2vec-binary":
        loaded = load_word2vec_binary(path, unicode_errors="replace")
    else:
        loaded = load_word2vec_text(path, unicode_errors="replace", no_header=kind.endswith("no-header"))
    return SavedVectors(loaded.words, loaded.vectors, {"count": loaded.counts})
