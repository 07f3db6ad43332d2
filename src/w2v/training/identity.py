"""By what a corpus is known again when training goes on in another process."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from w2v.corpus.encode import source_keys
from w2v.corpus.source import Corpus
from w2v.corpus.stream import StreamCorpus

_PIECES = 64  # of each array of a corpus
_PIECE = 1 << 14  # numbers


def of(corpus: Corpus) -> dict[str, Any]:
    """Return the identity of a corpus, which JSON can hold.

    Returns
    -------
    dict
        `files`: absolute path, size and time of each, or None; `sentences`, `words` (in the vocabulary) and
        `all_words`; `sample`: a checksum of some of its ids, and of tags of documents; None if they are not kept.
    """
    source: Any = corpus.source
    return {
        "files": [list(key) for key in source] if _are_files(source) else None,
        "sentences": corpus.n_sentences,
        "words": corpus.n_words,
        "all_words": corpus.n_words_raw,
        "sample": _sample(corpus),
    }


def files(saved: dict[str, Any]) -> list[str] | None:
    """Return the paths of the files of a corpus, if it was one of files."""
    return None if saved.get("files") is None else [path for path, _, _ in saved["files"]]


def check_files(saved: dict[str, Any], paths: list[str]) -> None:
    """Refuse other files, before they are read.

    Raises
    ------
    ValueError
        With the file, what was expected and what it is.
    """
    found = source_keys(paths)
    if saved.get("files") is None or not found:  # what else it is shows when it has been read
        return
    if len(found) != len(saved["files"]):
        raise ValueError(f"corpus_file: expected {len(saved['files'])} files, as before, got {len(found)}: {_FORCE}")
    for (path, size, changed), (now, now_size, now_changed) in zip(saved["files"], found, strict=True):
        if size != now_size:
            raise ValueError(f"{now}: expected the {size} bytes that training began with, got {now_size}: {_FORCE}")
        if path == now and changed != now_changed:
            raise ValueError(f"{now}: expected the text that training began with, but it was written since: {_FORCE}")


def check(saved: dict[str, Any], corpus: Corpus) -> None:
    """Refuse another corpus than the one training began with.

    Raises
    ------
    ValueError
        With what was expected and what it is.
    """
    now = of(corpus)
    for name, what in (("sentences", "sentences"), ("all_words", "words"), ("words", "words of the vocabulary")):
        if saved.get(name) != now[name]:
            raise ValueError(f"corpus: expected {saved.get(name)} {what}, as before, got {now[name]}: {_FORCE}")
    if None not in (saved.get("sample"), now["sample"]) and saved["sample"] != now["sample"]:
        raise ValueError(f"corpus: expected the one that training began with, got other words or tags: {_FORCE}")


_FORCE = "force=True goes on with it all the same"


def _are_files(source: Any) -> bool:
    """Whether this is what `source_keys` returns: a corpus that is read anew may have its sentences there."""
    keys = isinstance(source, tuple) and all(isinstance(key, tuple) and len(key) == 3 for key in source)
    return keys and all([*map(type, key)] == [str, int, int] for key in source)


def _sample(corpus: Corpus) -> str | None:
    """A checksum of pieces of all that is kept of a corpus; the whole of it, if it is small."""
    import hashlib  # takes some milliseconds

    if isinstance(corpus, StreamCorpus):
        return None
    digest = hashlib.blake2b(digest_size=16)
    tags = () if corpus.tags is None else (corpus.tags.rows, corpus.tags.starts)
    for array in (corpus.ids, corpus.offsets, corpus.weights, *tags):
        for piece in () if array is None else _pieces(array):
            digest.update(np.ascontiguousarray(piece).tobytes())
    return digest.hexdigest()


def _pieces(array: npt.NDArray[Any]) -> Iterator[npt.NDArray[Any]]:
    step = max(_PIECE, -(-len(array) // _PIECES))
    yield from (array[start : start + _PIECE] for start in range(0, len(array), step))
    yield array[-_PIECE:]
