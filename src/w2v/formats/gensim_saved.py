"""What gensim's `save` writes: Word2Vec, KeyedVectors, FastText and the vectors of Doc2Vec, of gensim 0.12 to 4.

Layout::

    PATH                        a pickle of the object, compressed if PATH ends in .gz or .bz2
    PATH.vectors.npy            arrays of 10 million values or more: numpy's format, instead of in the pickle
    PATH.wv.vectors.npy         the same for the vectors of a whole model
    PATH.vectors.npz            the same if PATH ends in .gz or .bz2: a zip file with val.npy in it

Where the parts of a model were in the course of time::

                words, counts                   vectors      output rows           settings
    0.12        index2word, vocab[word].count   syn0         syn1neg, syn1         the model's; iter for epochs
    0.13 to 3.2 wv.index2word, wv.vocab[word]   wv.syn0      syn1neg, syn1         the model's; iter for epochs
    3.3 to 3.8  wv.index2word, wv.vocab[word]   wv.vectors   trainables.syn1neg    in vocabulary and trainables, too
    4           wv.index_to_key, wv.expandos    wv.vectors   syn1neg, syn1         the model's

The pickle is read by `w2v.formats.pickles`, which runs nothing: any protocol, of any Python. Classes are told by what
they have, not by their names, so those of users are read, too. Arrays in files of their own can be mapped. To write
for gensim, use a format of word2vec's, or `KeyedVectors.to_gensim`.
"""

import logging
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from w2v.base.arrays import Array
from w2v.base.files import Opened, Source, open_to_read
from w2v.errors import FormatError
from w2v.formats.npy import load_npy, load_npz
from w2v.formats.pickle_keys import Keys
from w2v.formats.pickle_values import Array as PickledArray
from w2v.formats.pickle_values import Record, described, items_of, mapping_of, plain
from w2v.formats.pickles import read_pickle
from w2v.formats.saved import Model, Reading, SavedVectors
from w2v.formats.subwords import Subwords

logger = logging.getLogger(__name__)

_WORDS = ("index_to_key", "index2word", "index2entity")  # by falling age of gensim
_VECTORS = ("vectors", "syn0")
_PARTS = ("vocabulary", "trainables")  # objects of their own, in which gensim 3 kept settings and weights
_FASTTEXT, _OTHERS = "fasttext.FastText", "doc2vec.Doc2Vec"  # models that are no Word2Vec, by the ends of their names
_COPIES = 4 << 20  # bytes that arrays may take in addition to the length of the file, if they are there twice
_LATER = ("corpus_count", "corpus_total_words")  # gensim 1 to 3.4 saved neither or only the first: None as in gensim 4


def load_gensim(path: Source, mmap: str | None = None) -> SavedVectors:
    """Load the vectors of an object that gensim saved; `mmap` ("r", "c") maps those in a file of their own.

    Raises
    ------
    FormatError
        The pickle is damaged or holds something else, or what the vectors need is nothing that can be read without
        running it.
    """
    return _vectors(_words_of(_unwrapped(_open(path, mmap))))


def load(file: Opened, reading: Reading) -> SavedVectors:
    """Read the vectors of what gensim saved from an opened file, and from those beside it."""
    return load_gensim(file, reading.mmap)


def load_gensim_model(path: Source, names: Sequence[str], mmap: str | None = None) -> Model:
    """Load a Word2Vec model that gensim saved, with those of its settings that have these names.

    Raises
    ------
    FormatError
        As `load_gensim`; or there is no whole model in the file.
    """
    saved = _unwrapped(_open(path, mmap))
    holder = _words_of(saved)
    parts = [saved, *(saved.below(name) for name in _PARTS if name in saved)]
    outputs = [(part, name) for part in parts for name in ("syn1neg", "syn1") if name in part]
    if holder is saved and not outputs:
        raise FormatError(f"{path}: expected a whole model, got vectors alone; load them with KeyedVectors.load")
    has_ngrams = saved.kind.endswith(_FASTTEXT) or "vectors_ngrams" in holder
    vectors = _vectors(holder) if outputs else None
    if saved.kind.endswith(_OTHERS) or (vectors and has_ngrams and vectors.subwords is None):
        raise FormatError(f"{path}: expected a Word2Vec model, got {saved.kind}; KeyedVectors.load reads its vectors")
    if vectors is None:
        found = "a model without them, as gensim leaves it after delete_temporary_training_data"
        raise FormatError(f"{path}: expected output vectors, got {found}; KeyedVectors.load reads its vectors")
    matrices = {name: part.array(name) for part, name in outputs}
    settings = {"vector_size": vectors.vectors.shape[1], **_settings(parts, names)}
    locks = _locks([*parts, holder], len(vectors.words))
    if locks is not None:
        matrices["vectors_lockf"] = locks
    if vectors.subwords is not None:
        numbers = vectors.subwords.shortest, vectors.subwords.longest, vectors.subwords.buckets
        settings |= dict(zip(("min_n", "max_n", "bucket"), numbers, strict=True))
    matrices["vectors"] = vectors.vectors
    return Model(settings, vectors.words, _counts(vectors, path), matrices, vectors.subwords)


def _settings(parts: Sequence["_Saved"], names: Sequence[str]) -> dict[str, Any]:
    """The settings and counters of a model, all of them numbers or texts; what is none of these is left out."""
    found = {name: plain(value) for part in parts for name, value in part.state.items() if name in names}
    if "epochs" in names and isinstance(parts[0].state.get("iter"), int):
        found.setdefault("epochs", parts[0].state["iter"])
    settings: dict[str, Any] = {name: value for name, value in found.items() if isinstance(value, int | float | str)}
    for name in _LATER:
        count = settings.get(name)
        whole = isinstance(count, int) or (isinstance(count, float) and count.is_integer())
        settings[name] = int(count or 0) if whole else None
    if isinstance(settings.get("workers"), int):
        settings["workers"] = max(1, settings["workers"])  # gensim lets it be anything until it trains
    return settings


def _locks(parts: Sequence["_Saved"], words: int) -> Array | None:
    """gensim's `vectors_lockf` (1, n), unless it is missing or all 1."""
    for part in parts:
        for name in ("vectors_lockf", "syn0_lockf"):
            if isinstance(part.state.get(name), PickledArray) or part.is_apart(name):
                locks = part.array(name, 1).astype(np.float32)
                return locks[np.newaxis] if len(locks) in (1, words) and (locks != 1).any() else None
    return None


def _counts(vectors: SavedVectors, path: Source) -> Array:
    counts = vectors.attributes.get("count")
    if counts is None or not (np.isfinite(counts).all() and (counts >= 0).all() and (counts < 1 << 62).all()):
        logger.warning("%s: the model has no counts of words: falling ones stand for them", path)
        counts = np.arange(len(vectors.words), 0, -1)
    return counts.astype(np.int64)


class _File:
    """What all objects of a file share."""

    def __init__(self, path: Source, mmap: str | None, size: int):
        self.path, self.mmap, self.keys = path, mmap, Keys(4 * size)
        self._left = size + _COPIES

    def copy(self, array: PickledArray) -> Any:
        """An array of the pickle; ValueError if the copies together are longer than the file can explain."""
        self._left -= 0 if array.is_list() else array.nbytes()
        if self._left < 0:
            raise ValueError("expected arrays that are together no longer than the file, got the same one many times")
        return array.content()


def _open(path: Source, mmap: str | None) -> "_Saved":
    with open_to_read(path) as file:
        data = file.read()
    return _Saved(_File(path, mmap, len(data)), read_pickle(data, path), "")


class _Saved:
    """An object of a pickle: its attributes, some of them in files of their own."""

    def __init__(self, file: _File, record: Any, name: str):
        self.file, self.path, self.name = file, file.path, name
        if not isinstance(record, Record) or not record.attributes():
            found = described(record)
            raise FormatError(f"{self.path}: {name or 'pickle'}: expected vectors or a model of gensim, got {found}")
        self.kind, self.state = record.name, record.attributes()

    def __contains__(self, name: str) -> bool:
        return self.state.get(name) is not None or self.is_apart(name)

    def is_apart(self, name: str) -> bool:
        """Whether an attribute is in a file of its own; one that is here may have been in an earlier file."""
        apart = self.state.get("__numpys")
        return isinstance(apart, list) and name in apart and self.state.get(name) is None

    def below(self, name: str) -> "_Saved":
        """An attribute that is an object of its own."""
        return _Saved(self.file, self.state.get(name), self._full(name))

    def _full(self, name: str) -> str:
        return f"{self.name}.{name}" if self.name else name

    def error(self, name: str, message: object) -> FormatError:
        """What is wrong with an attribute."""
        return FormatError(f"{self.path}: {self._full(name)}: {message}")

    def array(self, name: str, dimensions: int = 2) -> Array:
        """An attribute that is an array of floats, from its own file or from the pickle."""
        array = self._apart(name) if self.is_apart(name) else self._inside(name)
        if not isinstance(array, np.ndarray) or array.ndim != dimensions or array.dtype.kind != "f":
            found = f"shape {array.shape}, {array.dtype}" if isinstance(array, np.ndarray) else described(array)
            raise self.error(name, f"expected floats of {dimensions} dimensions, got {found}")
        return array

    def _inside(self, name: str) -> Any:
        """An array in the pickle."""
        value = self.state.get(name)
        if not isinstance(value, PickledArray):
            return value
        try:
            return value.view() if self.file.mmap == "r" else self.file.copy(value)
        except ValueError as error:
            raise self.error(name, error) from error

    def _apart(self, name: str) -> Array:
        """An array in a file of its own."""
        path = f"{self.path}.{self._full(name)}"
        if str(self.path).endswith((".gz", ".bz2")):
            return load_npz(f"{path}.npz", "val")
        return load_npy(f"{path}.npy", self.file.mmap)


def _unwrapped(saved: _Saved) -> _Saved:
    """The object itself, or if it is one of a user's that has a single model or vectors among its attributes, these."""
    names = ("wv", *_WORDS)
    if any(name in saved for name in names):
        return saved
    records = {name: value for name, value in saved.state.items() if isinstance(value, Record)}
    within = [name for name, value in records.items() if any(part in value.attributes() for part in names)]
    return saved.below(within[0]) if len(within) == 1 else saved


def _words_of(saved: _Saved) -> _Saved:
    """The object that has the words and vectors: that of the file, or of a model its `wv`."""
    if "wv" in saved:
        return saved.below("wv")
    if not any(name in saved for name in _WORDS):
        hint = "; Phrases.load reads it" if "vocab" in saved or "phrasegrams" in saved else ""
        found = f"an object of {saved.kind[:120]}{hint}"
        raise FormatError(f"{saved.path}: expected vectors or a model of gensim, got {found}")
    return saved


def _vectors(saved: _Saved) -> SavedVectors:
    """Words, vectors and counts of a KeyedVectors of gensim's."""
    words, places = _words(saved)
    total = len(words) if places is None else int(places[-1]) + 1 if len(places) else 0
    subwords = _subwords(saved, words) if "vectors_ngrams" in saved and places is None else None
    name = next((name for name in _VECTORS if name in saved), None)
    if name is not None:
        vectors = saved.array(name)
    elif subwords is not None:
        vectors = subwords.vectors(words)
    else:
        raise FormatError(f"{saved.path}: expected vectors, got an object of {saved.kind[:120]} without them")
    if len(vectors) < total or not 0 < vectors.shape[1] < 1 << 30:
        raise saved.error(name or "vectors", f"expected {total} rows, got shape {vectors.shape}")
    attributes = _attributes(saved, words, places)
    vectors = vectors[: len(words)] if places is None else vectors[places]
    return SavedVectors(words, vectors, attributes, subwords=subwords)


def _words(saved: _Saved) -> tuple[list[Any], npt.NDArray[np.intp] | None]:
    """The words, and where they are in the list of the file, unless they are all of it.

    gensim 4 has None for rows that no word belongs to: those of words that came twice in a file of vectors, or that
    were asked for in advance.
    """
    name = next((name for name in _WORDS if name in saved), _WORDS[0])
    try:
        found = items_of(saved.state.get(name))
        if found is None:
            raise ValueError(f"expected a list of words, got {described(saved.state.get(name))}")
        words = saved.file.keys.words(found)
    except ValueError as error:
        raise saved.error(name, error) from error
    known = mapping_of(saved.state.get("key_to_index")) or mapping_of(saved.state.get("vocab")) or {}
    if None not in words or None in known:
        return words, None
    places = [place for place, word in enumerate(words) if word is not None]
    return [words[place] for place in places], np.array(places, dtype=np.intp)


def _attributes(saved: _Saved, words: list[Any], places: npt.NDArray[np.intp] | None) -> dict[str, Array]:
    """What belongs to each word: arrays of numbers in gensim 4, the counts in `vocab` before."""
    length = len(words) if places is None else len(items_of(saved.state.get("index_to_key")) or ())
    found = {}
    for name, value in (mapping_of(saved.state.get("expandos")) or {}).items():
        if isinstance(name, str) and _is_numbers(value, length):
            try:
                values = saved.file.copy(value)
            except ValueError as error:
                raise saved.error("attributes of the words", error) from error
            found[name] = values if places is None else values[places]
    if "count" not in found:
        counts = _counts_in(mapping_of(saved.state.get("vocab")) or {}, words)
        if counts is not None:
            found["count"] = counts
    return found


def _counts_in(vocab: dict[Any, Any], words: list[Any]) -> Array | None:
    """The counts of words, each in an object of its own; None unless all of them are there."""
    try:
        return np.array([vocab[word].attributes()["count"] for word in words], dtype=np.int64)
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError):
        return None


def _is_numbers(value: Any, length: int) -> bool:
    """Whether it is an array of a number a word."""
    try:
        return isinstance(value, PickledArray) and value.nbytes() >= 0 and value.shape() == (length,)
    except ValueError:
        return False


def _subwords(saved: _Saved, words: list[Any]) -> Subwords | None:
    """The n-grams of a FastText model; None if they are numbered as before gensim 3.7, and words have vectors."""
    settings: list[Any] = [saved.state.get(name) for name in ("min_n", "max_n", "bucket")]
    known = saved.state.get("compatible_hash", "hash2index" not in saved) is True
    if not known and any(name in saved for name in _VECTORS):
        logger.warning("%s: n-grams are numbered as before gensim 3.7: only the words' vectors are loaded", saved.path)
        return None
    if not known or not all(isinstance(value, int) for value in settings):
        raise saved.error("vectors_ngrams", f"expected n-grams as fastText numbers them, got {settings}")
    own, ngrams = saved.array("vectors_vocab"), saved.array("vectors_ngrams")
    try:
        return Subwords.of_parts(own[: len(words)], ngrams, *settings)
    except ValueError as error:
        raise saved.error("n-grams", error) from error
