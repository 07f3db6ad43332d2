"""w2v's own format: one file in safetensors layout that opens in milliseconds, whatever its size, and never runs code.

Layout: that of `w2v.formats.tensors`, with these metadata entries (all text)

    format          "w2v"
    version         "1"
    settings        JSON: the settings of a model, {} for vectors alone
    attributes      JSON: values of attributes that are not numbers, {name: [value, ...]}
    checksums       JSON: CRC-32 of each tensor

and these tensors, n being the number of words

    words, word_offsets                 see `w2v.formats.words`
    word_is_int, word_is_value          see there, too
    counts                              int64 (n), if the words have counts
    attribute.NAME                      (n), other numbers that belong to the words
    vectors                             float (n, vector_size), or int8 if there are scales
    scales                              float (n), what each row of int8 vectors is multiplied by

and of a model, those that its settings use

    syn1neg                             float (n, vector_size), the output vectors of words
    syn1neg_bias                        float (n)
    syn1                                float (n, vector_size), of the inner nodes of the Huffman tree
    syn1pos                             float (2 * window, n, vector_size), of words at each position
    position_weights                    float (2 * window, vector_size)
    vectors_lockf                       float (1, n), how much each vector may change, if any of them is not 1

Where there are n-grams, `w2v.formats.native_subwords` has what belongs to them, and `w2v.formats.native_documents` what
belongs to the tags of documents.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from w2v.base.arrays import Array
from w2v.base.files import Opened, Source, Target
from w2v.errors import FormatError
from w2v.formats import native_documents, native_subwords
from w2v.formats.native_documents import SavedTags
from w2v.formats.saved import Model, Reading, SavedVectors
from w2v.formats.subwords import Subwords
from w2v.formats.tensors import TensorFile, save_tensors
from w2v.formats.words import pack_words, read_words

_VERSION = 1
_OWN = (
    *("words", "word_offsets", "word_is_int", "word_is_value", "counts", "scales"),
    *native_subwords.NAMES,
    *native_documents.NAMES,
)
_ATTRIBUTE = "attribute."


def save_model(
    path: Target,
    *,
    settings: Mapping[str, Any],
    words: Sequence[Any],
    counts: Array | None,
    matrices: Mapping[str, Array],
    subwords: Subwords | None = None,
    tags: SavedTags | None = None,
) -> None:
    """Save the pieces of a model, all or nothing.

    Parameters
    ----------
    path : path
    settings : dict
        Anything that JSON can hold.
    words : sequence of str or int
    counts : int array of shape (n,), or None
    matrices : dict of name -> float array
        They may be strided views; what is stored is dense.
    subwords : Subwords, optional
    tags : SavedTags, optional

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "model.w2v")
    >>> matrices = {"vectors": np.eye(2, dtype=np.float32)}
    >>> save_model(path, settings={"window": 5}, words=["a", "b"], counts=np.array([7, 3]), matrices=matrices)
    >>> load_model(path).settings
    {'window': 5}
    """
    _save(path, settings, words, {} if counts is None else {"count": counts}, matrices, subwords=subwords, tags=tags)


def _save(
    path: Target,
    settings: Mapping[str, Any],
    words: Sequence[Any],
    attributes: Mapping[str, Array],
    matrices: Mapping[str, Array],
    scales: Array | None = None,
    subwords: Subwords | None = None,
    tags: SavedTags | None = None,
) -> None:
    ngrams, numbers = native_subwords.pack(subwords)
    texts, tensors = {}, pack_words(words) | ngrams | native_documents.pack(tags)
    if scales is not None:
        tensors["scales"] = scales
    for name, values in attributes.items():
        if len(values) != len(words):
            raise ValueError(f"{name}: expected {len(words)} values, one a word, got {len(values)}")
        if name == "count":
            tensors["counts"] = np.asarray(values, dtype=np.int64)
        elif values.dtype == object:
            texts[name] = values.tolist()
        else:
            tensors[_ATTRIBUTE + name] = values
    for name, matrix in matrices.items():
        if name in _OWN or name.startswith(_ATTRIBUTE):
            raise ValueError(f"matrix {name!r}: expected a name other than {', '.join(_OWN)} and {_ATTRIBUTE}*")
        tensors[name] = matrix
    metadata = {"settings": json.dumps(dict(settings)), "attributes": json.dumps(texts)} | numbers
    save_tensors(path, tensors, {"format": "w2v", "version": str(_VERSION), **metadata})


def load_model(source: Source, mmap: bool = False) -> Model:
    """Load the pieces of a model.

    Parameters
    ----------
    source : path or binary file
    mmap : bool, default False
        Map the matrices read-only instead of reading them: instant, but their checksums are not compared.

    Raises
    ------
    FormatError
        The file is no such file, or it is truncated or damaged.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "model.w2v")
    >>> save_model(path, settings={}, words=["a"], counts=None, matrices={"vectors": np.ones((1, 2), np.float32)})
    >>> load_model(path, mmap=True).matrices["vectors"]
    array([[1., 1.]], dtype=float32)
    """
    file = _open(source)
    words, _ = read_words(file)
    counts = _read_counts(file, len(words))
    names = [name for name in file.names() if name not in _OWN and not name.startswith(_ATTRIBUTE)]
    for name in names:
        file.check(name, "f", (None,) * min(max(file.dimensions(name), 1), 3))
    matrices = {name: file.map(name, "r") if mmap else file.read(name) for name in names}
    subwords = native_subwords.unpack(file, words, "r" if mmap else None)
    return Model(file.read_json("settings"), words, counts, matrices, subwords, native_documents.unpack(file))


def load_settings(source: Source) -> dict[str, Any]:
    """Load the settings of a saved model; {} for vectors alone."""
    return _open(source).read_json("settings")


def load(source: Opened, reading: Reading) -> SavedVectors:
    """Load the words and vectors of a file of vectors or of a model.

    What is mapped is not looked at; of what is read, the checksum is compared.
    """
    file = _open(source)
    (words, index), scales = read_words(file), None
    if "scales" in file:
        file.check("scales", "f", (len(words),))
        scales = file.read("scales")
    file.check("vectors", "f" if scales is None else "i", (len(words), None))
    vectors = file.read("vectors") if reading.mmap is None else file.map("vectors", reading.mmap)
    if scales is not None and vectors.dtype != np.int8:
        raise FormatError(f"{file.path}: vectors: expected int8, as there are scales, got {vectors.dtype}")
    subwords = native_subwords.unpack(file, words, reading.mmap)
    return SavedVectors(words, vectors, _read_attributes(file, len(words)), scales, subwords, index)


def save(saved: SavedVectors, path: Target) -> None:
    """Save words, their vectors, and what else belongs to each word (arrays of numbers, or of what JSON can hold)."""
    _save(path, {}, saved.words, saved.attributes, {"vectors": saved.vectors}, saved.scales, saved.subwords)


def _open(source: Source) -> TensorFile:
    """Open a file and check that it is one of ours, of a version we know."""
    file = TensorFile(source)
    if file.metadata.get("format") != "w2v":
        raise FormatError(f"{file.path}: metadata 'format': expected 'w2v', got {file.metadata.get('format')!r:.80}")
    version = file.metadata.get("version")
    if version != str(_VERSION):
        raise FormatError(f"{file.path}: expected version {_VERSION}, got {version!r:.80}: a newer w2v may read it")
    return file


def _read_counts(file: TensorFile, words: int) -> npt.NDArray[np.int64] | None:
    if "counts" not in file:
        return None
    file.check("counts", "i", (words,))
    return file.read("counts").astype(np.int64, copy=False)


def _read_attributes(file: TensorFile, words: int) -> dict[str, Array]:
    attributes = {}
    counts = _read_counts(file, words)
    if counts is not None:
        attributes["count"] = counts
    for name in file.names():
        if name.startswith(_ATTRIBUTE):
            attributes[name.removeprefix(_ATTRIBUTE)] = file.read(name)
    for name, values in file.read_json("attributes").items():
        attributes[name] = np.empty(words, dtype=object)
        if not isinstance(values, list) or len(values) != words:
            raise FormatError(f"{file.path}: attribute {name!r}: expected a list of {words} values")
        attributes[name][:] = values
    for name, array in attributes.items():
        if len(array) != words:
            raise FormatError(f"{file.path}: attribute {name!r}: expected {words} values, got {len(array)}")
    return attributes
