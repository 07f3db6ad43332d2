"""A model to a file and back: which of its attributes the native format keeps, and the checks that both ways need."""

import contextlib
import json
from dataclasses import replace
from typing import Any

import numpy as np

from w2v.base.files import Source, Target, open_to_read
from w2v.corpus.attributes import WordAttributes
from w2v.corpus.vocab import Vocab
from w2v.errors import FormatError, WrongKindError
from w2v.formats import native
from w2v.formats.detect import expect
from w2v.formats.native_documents import COUNTS, SavedTags
from w2v.formats.saved import Model
from w2v.keyedvectors import KeyedVectors
from w2v.subwordvectors import FastTextVectors
from w2v.training import documents, subwords
from w2v.training.freezing import locks_of, set_locks
from w2v.training.history import HISTORY, check_history
from w2v.training.outputs import NAMES, Outputs
from w2v.training.settings import SETTINGS
from w2v.training.state import State
from w2v.vectors.rows import keeping_rows

_ADDED = "added_words"  # the name under which the settings say how many words of `wv` are not of the vocabulary
CHECKPOINT = "checkpoint"  # the name under which the settings of a checkpoint say where training stands


def check_weights(model: State) -> None:
    """Raise ValueError unless rows and words of the model, which users may have replaced, still belong together.

    Those that users have added to `wv` come after those of the vocabulary.
    """
    known, words = len(model.vocab), model.wv.index_to_key
    expected, found = (max(known, len(words)), model.vector_size), model.wv.vectors
    if found.shape != expected:
        raise ValueError(f"wv.vectors: expected shape {expected}, words and vector_size, got {found.shape}")
    if found.dtype.kind != "f":
        raise ValueError(f"wv.vectors: expected floats, got {found.dtype}: save wv by itself")
    model._outputs.check(model._settings, len(model.vocab))
    if model.bucket:
        subwords.check(model.wv, model._settings, known)
    if model.documents:
        documents.check(model.dv, model.vector_size)
    if words[:known] != model.vocab.words:
        raise ValueError("wv: expected the words of the vocabulary in their order, got others")


def save(model: State, path: Target) -> None:
    """Save settings, vocabulary and weights of a model."""
    with keeping_rows(*model._trained):
        check_weights(model)
        model.add_lifecycle_event("saving", fname=str(path))
        kept = pieces(model)
    native.save_model(path, **kept)


def pieces(model: State) -> dict[str, Any]:
    """Return what `w2v.formats.native.save_model` is to be given of a model: settings, words, counts and matrices."""
    with keeping_rows(*model._trained):
        return _pieces(model)


def _pieces(model: State) -> dict[str, Any]:
    model._adjust_vectors()
    kept = {name: _plain(getattr(model, name)) for name in SETTINGS + HISTORY}
    kept["lifecycle_events"] = json.loads(json.dumps(model.lifecycle_events, default=str))
    trained = {name: matrix for name, matrix in model._outputs if len(matrix)}
    matrices = {"vectors": model.wv.vectors, **trained}
    locks = locks_of(model.wv)
    if (locks != 1).any():
        matrices["vectors_lockf"] = locks[np.newaxis]
    words, counts, known = model.wv.index_to_key, model.vocab.counts, len(model.vocab)
    if len(words) > known:
        kept[_ADDED] = len(words) - known
        counts = np.concatenate([counts, model.wv.expandos["count"][known : len(words)]])
    ngrams = None
    if isinstance(model.wv, FastTextVectors):
        ngrams, factors = model.wv.subwords, np.asarray(model.wv.vectors_ngrams_lockf, dtype=np.float32)
        if (factors != 1).any():
            matrices["vectors_ngrams_lockf"] = factors.reshape(1, -1)
    tags = _pieces_of_tags(model, matrices) if model.documents else None
    own = {"subwords": ngrams, "tags": tags}
    return {"settings": kept, "words": list(words), "counts": counts, "matrices": matrices, **own}


def _pieces_of_tags(model: State, matrices: dict[str, Any]) -> SavedTags:
    """The tags of a model with documents; their vectors are added to the matrices."""
    matrices["vectors_documents"], locks = model.dv.vectors, locks_of(model.dv)
    if (locks != 1).any():
        matrices["vectors_documents_lockf"] = locks[np.newaxis]
    counts = {name: model.dv.expandos[name][: len(model.dv)] for name in COUNTS if name in model.dv.expandos}
    return SavedTags(list(model.dv.index_to_key), counts)


def load_into(model: State, source: Source, mmap: str | None) -> Any:
    """Fill a new model with what `save` wrote, or gensim; return what a checkpoint says of its training, else None."""
    if mmap not in (None, "r"):
        raise ValueError(f"mmap: expected None or 'r', got {mmap!r}")
    with open_to_read(source) as file:
        path = str(file)
        if expect(file, ["native", "gensim"], "a whole model").name == "native":
            saved = native.load_model(file, mmap=mmap is not None)
        else:
            from w2v.formats.gensim_saved import load_gensim_model

            saved = load_gensim_model(file, SETTINGS + HISTORY, mmap)
    if saved.counts is None or not saved.settings:
        raise WrongKindError(f"{path}: expected a whole model, got vectors alone; load them with KeyedVectors.load")
    if "vectors" not in saved.matrices:
        raise FormatError(f"{path}: vectors: expected a tensor of this name, got {', '.join(saved.matrices) or 'none'}")
    training, added = saved.settings.pop(CHECKPOINT, None), saved.settings.pop(_ADDED, 0)
    unknown = set(saved.settings) - set(SETTINGS + HISTORY)
    if unknown:
        raise FormatError(f"{path}: settings: expected those of this version, got {', '.join(sorted(unknown))}, too")
    _check_kind(model, saved, path)
    try:
        check_history(saved.settings)
        for name, value in saved.settings.items():
            setattr(model, name, value)
        with contextlib.suppress(ImportError):  # scipy is needed to train with kernel="blas", not to load
            model.checked()
        if not isinstance(added, int) or not 0 <= added <= len(saved.words):
            raise ValueError(f"{_ADDED}: expected a number of words, at most {len(saved.words)}, got {added!r:.80}")
        known = len(saved.words) - added
        model.vocab = Vocab(saved.words[:known], saved.counts[:known])
        attributes = WordAttributes({"count": saved.counts}, model.vocab, model.sample, bool(model.hs))
        _take_vectors(model, saved, attributes)
        empty = Outputs.fresh(model._settings, Vocab([], []))  # without rows, where the objective does not use them
        model._outputs = replace(empty, **{name: saved.matrices[name] for name in NAMES if name in saved.matrices})
        check_weights(model)
    except (TypeError, ValueError) as error:
        raise FormatError(f"{path}: {error}") from error
    return training


def _check_kind(model: State, saved: Model, path: str) -> None:
    """Refuse a file of another class of models."""
    if (saved.subwords is not None or saved.settings.get("bucket")) and not issubclass(model._vectors, FastTextVectors):
        raise WrongKindError(f"{path}: expected a model of words alone, got one with n-grams; FastText.load reads it")
    has_documents = bool(saved.settings.get("documents"))
    if has_documents != bool(model.documents):
        one, other = ("words alone", "documents") if has_documents else ("documents", "words alone")
        reader = "Doc2Vec" if has_documents else "Word2Vec"
        raise WrongKindError(f"{path}: expected a model of {one}, got one of {other}; {reader}.load reads it")


def _take_vectors(model: State, saved: Model, attributes: WordAttributes) -> None:
    """Give a model the vectors of a file, its n-grams and locks."""
    model.wv = model._vectors.from_pieces(saved.words, saved.matrices["vectors"], attributes)
    free = np.ones((1, 1), dtype=np.float32)
    set_locks(model.wv, saved.matrices.get("vectors_lockf", free)[0])
    if isinstance(model.wv, FastTextVectors):
        if model.bucket and saved.subwords is None:
            raise ValueError(f"subwords: expected n-grams, for bucket={model.bucket}, got none")
        model.wv.subwords = saved.subwords or subwords.no_rows(model._settings)
        model.wv.vectors_ngrams_lockf = saved.matrices.get("vectors_ngrams_lockf", free)[0]
    if model.documents:
        if saved.tags is None or "vectors_documents" not in saved.matrices:
            raise ValueError("tags, vectors_documents: expected tensors of these names, for documents=1")
        model.dv = KeyedVectors.from_pieces(saved.tags.keys, saved.matrices["vectors_documents"], saved.tags.counts)
        set_locks(model.dv, saved.matrices.get("vectors_documents_lockf", free)[0])


def _plain(value: Any) -> Any:
    """A number that the user took from numpy as Python's own, which JSON can hold; a copy of a list, which may grow."""
    if isinstance(value, list):
        return list(value)
    return value.item() if isinstance(value, np.generic) else value
