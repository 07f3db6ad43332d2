"""A word as a person types it: the key it means, or keys that are spelt nearly like it."""

import time
from collections.abc import Sequence
from typing import Any, Protocol

_SEARCHED = 100_000  # words among which a spelling is looked for: the most frequent ones


_PATIENCE = 2.0  # seconds that a process spends on hints: one that prints a million of them is not held up

_spent = [0.0]


class Keys(Protocol):
    """What keys are looked up in, such as `w2v.KeyedVectors`."""

    key_to_index: Any
    index_to_key: Any

    def __len__(self) -> int:
        """Return the number of keys."""

    def __contains__(self, key: Any) -> bool:
        """Whether the key has a vector."""


def find_key(vectors: Keys, word: str, path: str, known: bool = False) -> Any:
    """The key that a word typed by a person means; ValueError, with similar spellings, if there is none.

    Words that only n-grams tell something of are keys, too, unless `known` asks for those of the vocabulary.
    """
    if word in vectors.key_to_index:
        return word
    if word.isdecimal() and int(word) in vectors.key_to_index:
        return int(word)
    if not known and word in vectors:
        return word
    close = _spellings(word, vectors.index_to_key[:_SEARCHED])
    hint = f"; did you mean {', '.join(close)}?" if close else ""
    raise ValueError(f"{path}: word {word!r} is not among its {len(vectors)} words{hint}")


def _spellings(word: str, keys: Sequence[Any]) -> list[str]:
    """Up to three keys that are spelt nearly like the word."""
    folded = word.casefold()
    near = [
        key for key in map(str, keys)
        if abs(len(key) - len(word)) <= 2 and key and (key[0].casefold() == folded[:1] or key[1:] == word[1:])
    ]  # fmt: skip
    import difflib  # here, because importing it takes time, and only mistakes need it

    best = difflib.get_close_matches(folded, [key.casefold() for key in near], n=3, cutoff=0.7)
    return list(dict.fromkeys(key for found in best for key in near if key.casefold() == found))[:3]


def hint(keys: Sequence[Any], key: Any) -> str:
    """What to add to the message that a key is not there: up to three keys that it may mean, or what else is wrong.

    Examples
    --------
    >>> hint(["the", "sherlock", "holmes"], "sherlok")
    "; did you mean 'sherlock'?"
    >>> hint([1, 2, 3], "2")
    '; did you mean 2?'
    """
    if isinstance(key, float):
        return "; a vector is an array, or a list of numbers within a list"
    if not isinstance(key, str | bytes) or _spent[0] > _PATIENCE:
        return ""
    start = time.perf_counter()
    close = _meant(key if isinstance(key, str) else key.decode("utf-8", "replace"), keys[:_SEARCHED])
    _spent[0] += time.perf_counter() - start
    return f"; did you mean {', '.join(map(repr, close))}?" if close else ""


def _meant(text: str, keys: Sequence[Any]) -> list[Any]:
    """Keys that are written so but of another type, or that are spelt nearly so."""
    others = [key for key in keys if not isinstance(key, str) and str(key) == text]
    return others[:3] or _spellings(text, [key for key in keys if isinstance(key, str)])
