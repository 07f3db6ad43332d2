"""gensim 3's names for what phrases have, each with a DeprecationWarning that says the new one."""

import warnings
from collections.abc import Callable, Iterable
from typing import Any

__all__ = ["OldNames", "found_by_old_name", "text_of_delimiter", "with_new_names"]


def _warn(old: str, new: str, depth: int = 4) -> None:
    warnings.warn(f"{old} is deprecated: use {new}", DeprecationWarning, stacklevel=depth)


def with_new_names(unknown: dict[str, Any], connector_words: Iterable[str]) -> Iterable[str]:
    """The connector words, if need be by their old name; TypeError for any other argument that is not known."""
    for name, value in unknown.items():
        if name != "common_terms":
            raise TypeError(f"Phrases() got an unexpected keyword argument {name!r}")
        _warn("Phrases(common_terms=...)", "connector_words")
        connector_words = value
    return connector_words


def text_of_delimiter(delimiter: Any) -> Any:
    """The delimiter as str; gensim 3 wanted bytes."""
    if isinstance(delimiter, bytes):
        _warn(f"Phrases(delimiter={delimiter!r})", "str")
        return delimiter.decode("utf-8")
    return delimiter


def found_by_old_name(find: Callable[[Any], dict[str, float]], sentences: Any) -> list[tuple[str, float]]:
    """What gensim 3's export_phrases(sentences) yielded: phrases and scores."""
    _warn("export_phrases(sentences)", "find_phrases(sentences)")
    return list(find(sentences).items())


class OldNames:
    """What of `w2v.Phrases` answers to old names."""

    connector_words: frozenset[str]

    @property
    def common_terms(self) -> frozenset[str]:
        """Deprecated: use `connector_words`."""
        _warn("common_terms", "connector_words", 3)
        return self.connector_words

    @common_terms.setter
    def common_terms(self, words: Iterable[str]) -> None:
        _warn("common_terms", "connector_words", 3)
        self.connector_words = frozenset(words)
