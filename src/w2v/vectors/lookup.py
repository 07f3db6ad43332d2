"""A word as a person types it: the key it means, or keys that are spelt nearly like it."""

import difflib
from collections.abc import Sequence
from typing import Any, Protocol

_SEARCHED = 100_000  # words among which a spelling is looked for: the most frequent ones


class Keys(Protocol):
    """What keys are looked up in, such as `w2v.KeyedVectors`."""

    key_to_index: Any
    index_to_key: Any

    def __len__(self) -> int:
        """Return the number of keys."""


def find_key(vectors: Keys, word: str, path: str) -> Any:
    """The key that a word typed by a person means; ValueError, with similar spellings, if there is none."""
    if word in vectors.key_to_index:
        return word
    if word.isdecimal() and int(word) in vectors.key_to_index:
        return int(word)
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
    best = difflib.get_close_matches(folded, [key.casefold() for key in near], n=3, cutoff=0.7)
    return list(dict.fromkeys(key for found in best for key in near if key.casefold() == found))[:3]
