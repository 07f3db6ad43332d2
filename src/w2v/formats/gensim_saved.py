"""What gensim's `save` writes: Word2Vec, KeyedVectors, FastText and the vectors of Doc2Vec, of gensim 1 to 4.

Layout::

    PATH                        a pickle of the object, compressed if PATH ends in .gz or .bz2
    PATH.vectors.npy            arrays of 10 million values or more: numpy's format, instead of in the pickle
    PATH.wv.vectors.npy         the same for the vectors of a whole model
    PATH.vectors.npz            the same if PATH ends in .gz or .bz2: a zip file with val.npy in it

The pickle is read by `w2v.formats.pickles`, which runs nothing; arrays in files of their own can be mapped. To write
for gensim, use a format of word2vec's, or `KeyedVectors.to_gensim`.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from w2v.base.files import open_to_read
from w2v.base.paths import Path
from w2v.errors import FormatError
from w2v.formats.native import Model, SavedVectors
from w2v.formats.npy import load_npy, load_npz
from w2v.formats.pickles import Record, finished, read_pickle
from w2v.formats.subwords import Subwords

Array = npt.NDArray[Any]

_CLASSES = {
    "gensim.models.word2vec": "Word2Vec Word2VecVocab Word2VecTrainables Vocab",
    "gensim.models.keyedvectors": "KeyedVectors Word2VecKeyedVectors EuclideanKeyedVectors Doc2VecKeyedVectors "
    "FastTextKeyedVectors WordEmbeddingsKeyedVectors BaseKeyedVectors Vocab CompatVocab SimpleVocab",
    "gensim.models.fasttext": "FastText FastTextKeyedVectors FastTextVocab FastTextTrainables",
    "gensim.models.doc2vec": "Doc2Vec Doc2VecVocab Doc2VecTrainables DocvecsArray Doctag",
    "gensim.models.deprecated.keyedvectors": "KeyedVectors EuclideanKeyedVectors Vocab",
    "gensim.utils": "call_on_class_only",
    "numpy": "ndarray dtype",
    "numpy.core.multiarray": "_reconstruct scalar",
    "numpy._core.multiarray": "_reconstruct scalar",
    "numpy.core.numeric": "_frombuffer",
    "numpy._core.numeric": "_frombuffer",
    "numpy.random": "RandomState Generator __RandomState_ctor",
    "numpy.random._pickle": "__randomstate_ctor __bit_generator_ctor __generator_ctor",
    "numpy.random._mt19937": "MT19937",
    "numpy.random._pcg64": "PCG64",
    "collections": "defaultdict OrderedDict",
    "copyreg": "_reconstructor",
    "builtins": "object int long float str list dict set frozenset bytearray hash",
    "_codecs": "encode",
}
_ALLOWED = frozenset(f"{module}.{name}" for module, names in _CLASSES.items() for name in names.split())
_LATER = ("corpus_count", "corpus_total_words")  # gensim 1 to 3.4 saved neither or only the first: None as in gensim 4
_VECTORS = ("vectors", "syn0")  # in gensim 4 and 3, and in older ones


def load_gensim(path: Path, mmap: str | None = None) -> SavedVectors:
    """Load the vectors of an object that gensim saved; `mmap` ("r", "c") maps those in a file of their own.

    Raises
    ------
    FormatError
        The pickle is damaged, holds something else, or wants something that vectors do not need: nothing of it is run.
    """
    saved = _Saved(path, mmap)
    return _vectors(saved.below("wv") if "wv" in saved else saved)


def load_gensim_model(path: Path, names: Sequence[str], mmap: str | None = None) -> Model:
    """Load a Word2Vec model that gensim saved, with those of its settings that have these names.

    Raises
    ------
    FormatError
        As `load_gensim`; or there is no whole model in the file.
    """
    saved = _Saved(path, mmap)
    if "wv" not in saved:
        raise FormatError(f"{path}: expected a whole model, got vectors alone; load them with KeyedVectors.load")
    if not saved.kind.endswith(".Word2Vec"):
        raise FormatError(f"{path}: expected a Word2Vec model, got {saved.kind}; KeyedVectors.load reads its vectors")
    # gensim 3 kept some settings and weights in objects of their own.
    parts = [saved, *(saved.below(name) for name in ("vocabulary", "trainables") if name in saved)]
    found = {name: value for part in parts for name, value in part.state.items() if name in names}
    settings = {name: value for name, value in found.items() if isinstance(value, int | float | str | None)}
    if isinstance(saved.state.get("iter"), int):
        settings.setdefault("epochs", saved.state["iter"])
    settings.update({name: None for name in _LATER if name in names and name not in settings})
    vectors = _vectors(saved.below("wv"))
    matrices = {name: part.array(name) for part in parts for name in ("syn1neg", "syn1") if name in part}
    counts = vectors.attributes.get("count")
    return Model(settings, vectors.words, counts, {"vectors": vectors.vectors, **matrices})


class _Saved:
    """An object of a pickle: its attributes, some of them in files of their own."""

    def __init__(self, path: Path, mmap: str | None, record: Any = None, name: str = ""):
        if record is None:
            with open_to_read(path) as file:
                record = read_pickle(memoryview(file.read()), path, _ALLOWED)
        self.path, self.mmap, self.name = path, mmap, name
        good = isinstance(record, Record) and record.name.startswith("gensim.") and isinstance(record.state, dict)
        if not good:
            found = record.name if isinstance(record, Record) else type(record).__name__
            raise FormatError(f"{path}: {name or 'pickle'}: expected vectors or a model of gensim, got {found}")
        self.kind, self.state = record.name, record.state

    def __contains__(self, name: str) -> bool:
        return self.state.get(name) is not None or self._is_apart(name)

    def _is_apart(self, name: str) -> bool:
        """Whether an attribute is in a file of its own."""
        apart = self.state.get("__numpys")
        return isinstance(apart, list) and name in apart

    def below(self, name: str) -> "_Saved":
        """An attribute that is an object of its own."""
        return _Saved(self.path, self.mmap, self.state[name], f"{self.name}.{name}" if self.name else name)

    def array(self, name: str, dimensions: int = 2) -> Array:
        """An attribute that is an array of floats, from its own file or from the pickle."""
        full = f"{self.name}.{name}" if self.name else name
        if self._is_apart(name):
            array = self._load(f"{self.path}.{full}")
        else:
            try:
                array = finished(self.state.get(name))
            except ValueError as error:
                raise FormatError(f"{self.path}: {full}: {error}") from error
        if not isinstance(array, np.ndarray) or array.ndim != dimensions or array.dtype.kind != "f":
            found = f"shape {array.shape}, {array.dtype}" if isinstance(array, np.ndarray) else type(array).__name__
            raise FormatError(f"{self.path}: {full}: expected floats of {dimensions} dimensions, got {found}")
        if array.flags.writeable or self.mmap == "r":
            return array
        return array.copy()

    def _load(self, path: str) -> Array:
        if str(self.path).endswith((".gz", ".bz2")):
            return load_npz(f"{path}.npz", "val")
        return load_npy(f"{path}.npy", self.mmap)


def _vectors(saved: _Saved) -> SavedVectors:
    """Words, vectors and counts of a KeyedVectors of gensim's."""
    words = saved.state.get("index_to_key", saved.state.get("index2word", saved.state.get("index2entity")))
    if not isinstance(words, list) or not set(map(type, words)) <= {str, int}:
        raise FormatError(f"{saved.path}: index_to_key: expected a list of words, got {type(words).__name__}")
    subwords = _subwords(saved, len(words)) if "vectors_ngrams" in saved else None
    name = next((name for name in _VECTORS if name in saved), None)
    if name is not None:
        vectors = saved.array(name)
    elif subwords is not None:
        vectors = subwords.vectors(words)
    else:
        raise FormatError(f"{saved.path}: expected vectors, got an object without them")
    if len(vectors) < len(words) or vectors.shape[1] == 0:
        raise FormatError(f"{saved.path}: vectors: expected {len(words)} rows, got shape {vectors.shape}")
    return SavedVectors(words, vectors[: len(words)], _attributes(saved, words), subwords=subwords)


def _attributes(saved: _Saved, words: list[Any]) -> dict[str, Array]:
    """What belongs to each word: arrays of numbers in gensim 4, the counts in `vocab` before."""
    found = {}
    expandos, vocab = saved.state.get("expandos"), saved.state.get("vocab")
    try:
        for name, value in expandos.items() if isinstance(expandos, dict) else ():
            value = finished(value)
            if isinstance(name, str) and isinstance(value, np.ndarray) and value.shape == (len(words),):
                found[name] = value.copy()
        if isinstance(vocab, dict) and "count" not in found and all(word in vocab for word in words):
            counts = [vocab[word].state["count"] for word in words]
            found["count"] = np.array(counts, dtype=np.int64)
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError) as error:
        raise FormatError(f"{saved.path}: attributes of the words: {error}") from error
    return found


def _subwords(saved: _Saved, words: int) -> Subwords:
    """The n-grams of a FastText model."""
    settings: list[Any] = [saved.state.get(name) for name in ("min_n", "max_n", "bucket")]
    if not all(isinstance(value, int) for value in settings) or saved.state.get("compatible_hash", True) is not True:
        raise FormatError(f"{saved.path}: expected n-grams as fastText numbers them, got {settings}")
    own, ngrams = saved.array("vectors_vocab"), saved.array("vectors_ngrams")
    try:
        return Subwords.of_parts(own[:words], ngrams, *settings)
    except ValueError as error:
        raise FormatError(f"{saved.path}: n-grams: {error}") from error
