"""Which format a file of vectors has, by its content; and loading one of any format."""

from typing import Any

from w2v.base.files import open_to_read
from w2v.base.paths import Path
from w2v.errors import FormatError
from w2v.formats import pickles, word2vec_rows
from w2v.formats.native import SavedVectors, load_vectors

_LOOK = 1 << 16  # bytes that are looked at: a row of some thousand values
_FASTTEXT = (793712314).to_bytes(4, "little")


def detect_format(path: Path) -> str:
    """One of "native", "word2vec-binary", "word2vec-text", "glove", "fasttext" (.bin) and "gensim".

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
    with open_to_read(path) as file:
        start = file.read(_LOOK)
    if start[8:9] == b"{":  # a safetensors header after its length
        return "native"
    if pickles.is_pickle(start):
        return "gensim"
    if start[:4] == _FASTTEXT:
        return "fasttext"
    first, _, rest = start.partition(b"\n")
    if word2vec_rows.is_header(first + b"\n"):
        return "word2vec-text" if _is_row(rest, int(first.split()[1])) or not rest else "word2vec-binary"
    columns = len(first.split()) - 1
    if columns > 1 and _is_row(first, columns):
        return "glove"
    problem = "an empty file" if not start else f"a file that begins with {start[:30]!r}"
    raise FormatError(f"{path}: expected vectors (native, word2vec's, GloVe's, fastText's or gensim's), got {problem}")


def is_pickle(path: Path) -> bool:
    """Whether a file is a pickle, which may be a model that gensim saved."""
    with open_to_read(path) as file:
        return pickles.is_pickle(file.read(_LOOK))


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


def load_any(path: Path, kind: str | None = None, *, mmap: str | None = None, limit: int | None = None) -> SavedVectors:
    """Load vectors in whichever format they are; words that are not valid UTF-8 get replacement characters.

    Parameters
    ----------
    path : path
    kind : str, optional
        The format, if it is known.
    mmap : None, "r" or "c", default None
        Map what can be mapped: see `w2v.KeyedVectors.load`.
    limit : int, optional
        Load only so many words.
    """
    if mmap not in (None, "r", "c"):
        raise ValueError(f"mmap: expected None, 'r' or 'c', got {mmap!r}")
    kind = detect_format(path) if kind is None else kind
    wanted = word2vec_rows.rows_wanted(None, limit)
    options: dict[str, Any] = {"unicode_errors": "replace", "limit": limit}
    if kind == "native":
        return _first(load_vectors(path, mmap), wanted)
    if kind == "gensim":
        from w2v.formats.gensim_saved import load_gensim

        return _first(load_gensim(path, mmap), wanted)
    if kind == "fasttext":
        from w2v.formats.fasttext_bin import load_fasttext_bin

        return load_fasttext_bin(path, limit=limit)
    if kind == "word2vec-binary":
        from w2v.formats.word2vec_binary import load_word2vec_binary

        loaded = load_word2vec_binary(path, **options)
    elif kind == "word2vec-text":
        from w2v.formats.word2vec_text import load_word2vec_text

        loaded = load_word2vec_text(path, **options)
    elif kind == "glove":
        from w2v.formats.glove import load_glove

        loaded = load_glove(path, **options)
    else:
        raise ValueError(f"format: expected one that can be loaded, got {kind!r}")
    return SavedVectors(loaded.words, loaded.vectors, {"count": loaded.counts}, places=loaded.places)


def _first(saved: SavedVectors, wanted: int) -> SavedVectors:
    """The first words alone."""
    if wanted >= len(saved.words):
        return saved
    attributes = {name: values[:wanted] for name, values in saved.attributes.items()}
    scales = None if saved.scales is None else saved.scales[:wanted]
    return SavedVectors(saved.words[:wanted], saved.vectors[:wanted], attributes, scales, saved.subwords)
