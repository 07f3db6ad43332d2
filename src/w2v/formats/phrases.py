"""Phrases in one file of safetensors layout that never runs code.

Layout: that of `w2v.formats.tensors`, with these metadata entries (all text)

    format          "w2v-phrases"
    version         "1"
    settings        JSON: the settings; "kind" is "Phrases" (with counts) or "FrozenPhrases" (with scores)
    checksums       JSON: CRC-32 of each tensor

and these tensors

    words, word_offsets     see `w2v.formats.words`
    path_words              int32, ids of words: all paths in one piece
    path_offsets            int64 (n + 1): path i is path_words[path_offsets[i]:path_offsets[i + 1]]
    counts                  int64 (n), of words (paths of one word) and phrases; or
    scores                  float64 (n), of phrases: a word, connectors, a word
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from w2v.base.arrays import Array
from w2v.base.files import Source, Target
from w2v.errors import FormatError
from w2v.formats.tensors import TensorFile, save_tensors
from w2v.formats.words import pack_words, unpack_words

_VERSION = 1
_FORMAT = "w2v-phrases"


class SavedPhrases(NamedTuple):
    """Settings, words, and paths of their ids with a count or a score each."""

    settings: dict[str, Any]
    words: list[str]
    path_words: Array
    path_offsets: Array
    values: Array


def save_phrases(
    path: Target,
    settings: Mapping[str, Any],
    words: Sequence[str],
    path_words: Array,
    path_offsets: Array,
    values: Array,
) -> None:
    """Save phrases, all or nothing; `values` are counts if they are integers, else scores.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "phrases")
    >>> save_phrases(path, {"threshold": 1}, ["new", "york"], np.array([0, 1]), np.array([0, 2]), np.array([7]))
    >>> load_phrases(path).values
    array([7])
    """
    tensors = pack_words(words)
    tensors["path_words"] = path_words.astype(np.int32)
    tensors["path_offsets"] = path_offsets.astype(np.int64)
    tensors["counts" if values.dtype.kind == "i" else "scores"] = values
    metadata = {"format": _FORMAT, "version": str(_VERSION), "settings": json.dumps(dict(settings))}
    save_tensors(path, tensors, metadata)


def load_phrases(source: Source) -> SavedPhrases:
    """Load what `save_phrases` saved; FormatError if the file is none, or damaged."""
    file = TensorFile(source)
    path = file.path
    if file.metadata.get("format") != _FORMAT:
        raise FormatError(f"{path}: metadata 'format': expected {_FORMAT!r}, got {file.metadata.get('format')!r:.80}")
    if file.metadata.get("version") != str(_VERSION):
        got = file.metadata.get("version")
        raise FormatError(f"{path}: expected version {_VERSION}, got {got!r:.80}: a newer w2v may read it")
    values = "counts" if "counts" in file else "scores"
    kinds = {"words": "u", "word_offsets": "i", "path_words": "i", "path_offsets": "i", "counts": "i", "scores": "f"}
    for name in ("words", "word_offsets", "path_words", "path_offsets", values):
        file.check(name, kinds[name], (None,))
    try:
        words, _ = unpack_words(file.read("words"), file.read("word_offsets"))
    except ValueError as error:
        raise FormatError(f"{path}: words: {error}") from error
    path_words, path_offsets = file.read("path_words"), file.read("path_offsets")
    if len(path_words) and not 0 <= path_words.min() <= path_words.max() < len(words):
        raise FormatError(f"{path}: path_words: expected ids of the {len(words)} words")
    return SavedPhrases(file.read_json("settings"), words, path_words, path_offsets, file.read(values))
