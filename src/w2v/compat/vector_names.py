"""Names that gensim has deprecated or moved: the former still work, the latter say what took their place."""

import logging
import time
import warnings
from collections.abc import Hashable
from typing import Any, NoReturn, Protocol

import numpy.typing as npt

from w2v.base.arrays import Array
from w2v.base.paths import Path

logger = logging.getLogger(__name__)


def _gone(name: str, instead: str) -> property:
    """An attribute that says where what it had is now. `hasattr` finds that it is not there."""

    def refuse(self: Any) -> NoReturn:
        raise AttributeError(f"{type(self).__name__}.{name} is gone, as in gensim 4: use {instead}")

    return property(refuse, doc=f"Gone: use {instead}.")


def _warn(old: str, new: str) -> None:
    warnings.warn(f"{old} is deprecated: use {new}", DeprecationWarning, stacklevel=3)


class _New(Protocol):
    """What the old names stand for."""

    vectors: Array
    lifecycle_events: list[dict[str, Any]] | None

    def get_normed_vectors(self) -> Array: ...
    def add_vectors(self, keys: Any, weights: npt.ArrayLike, *, replace: bool) -> None: ...
    def evaluate_word_analogies(
        self, analogies: Path, restrict_vocab: int | None, case_insensitive: bool
    ) -> tuple[float, list[dict[str, Any]]]: ...
    def get_vector(self, key: Hashable, norm: bool) -> Array: ...
    def closer_than(self, key1: Hashable, key2: Hashable) -> list[Any]: ...
    def fill_norms(self) -> None: ...
    def unit_normalize_all(self) -> None: ...


class OldNames:
    """Old names of what `w2v.KeyedVectors` has."""

    vocab: property = _gone("vocab", "key_to_index, and get_vecattr(key, 'count') for counts")
    index2word: property = _gone("index2word", "index_to_key")
    index2entity: property = _gone("index2entity", "index_to_key")
    vectors_norm: property = _gone("vectors_norm", "get_normed_vectors()")

    @property
    def syn0(self: _New) -> Array:
        """Deprecated: use `vectors`."""
        _warn("syn0", "vectors")
        return self.vectors

    @syn0.setter
    def syn0(self: _New, vectors: Array) -> None:
        _warn("syn0", "vectors")
        self.vectors = vectors

    @property
    def syn0norm(self: _New) -> Array:
        """Deprecated: use `get_normed_vectors`."""
        _warn("syn0norm", "get_normed_vectors()")
        return self.get_normed_vectors()

    def add(self: _New, entities: Any, weights: npt.ArrayLike, replace: bool = False) -> None:
        """Deprecated: use `add_vectors`."""
        _warn("add", "add_vectors")
        self.add_vectors(entities, weights, replace=replace)

    def accuracy(
        self: _New,
        questions: Path,
        restrict_vocab: int | None = 30000,
        most_similar: Any = None,
        case_insensitive: bool = True,
    ) -> list[dict[str, Any]]:
        """Deprecated: use `evaluate_word_analogies`, which returns the score, too."""
        _warn("accuracy", "evaluate_word_analogies")
        return self.evaluate_word_analogies(questions, restrict_vocab, case_insensitive)[1]

    def word_vec(self: _New, word: Hashable, use_norm: bool = False, *, norm: bool = False) -> Array:
        """Deprecated: use `get_vector`."""
        _warn("word_vec", "get_vector")
        return self.get_vector(word, norm=use_norm or norm)

    def words_closer_than(self: _New, word1: Hashable, word2: Hashable) -> list[Any]:
        """Deprecated: use `closer_than`."""
        _warn("words_closer_than", "closer_than")
        return self.closer_than(word1, word2)

    def init_sims(self: _New, replace: bool = False) -> None:
        """Deprecated: use `fill_norms`, or `unit_normalize_all` for replace=True; queries need neither."""
        _warn("init_sims", "fill_norms, or unit_normalize_all")
        self.fill_norms()
        if replace:
            self.unit_normalize_all()

    def similarity_unseen_docs(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Not implemented, as in gensim: vectors cannot be inferred without a model."""
        raise NotImplementedError("similarity_unseen_docs: expected a model that infers vectors, got vectors alone")

    def add_lifecycle_event(self: _New, event_name: str, log_level: int = logging.INFO, **event: Any) -> None:
        """Append to `lifecycle_events`, unless it is None, and log (log_level 0: not).

        Examples
        --------
        >>> from w2v import KeyedVectors
        >>> kv = KeyedVectors(2)
        >>> kv.add_lifecycle_event("loaded", file="vectors.w2v")
        >>> kv.lifecycle_events[0]["event"]
        'loaded'
        """
        event = {**event, "datetime": time.strftime("%Y-%m-%dT%H:%M:%S"), "event": event_name}
        if log_level:
            logger.log(log_level, "%s: %s", self, event)
        if self.lifecycle_events is not None:
            self.lifecycle_events.append(event)
