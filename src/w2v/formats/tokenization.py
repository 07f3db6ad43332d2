"""How a text must be split so that its words are found in a vocabulary: told by the vocabulary itself.

Vectors were trained on tokens that somebody made. If these are in lower case, texts must be lowered; if no word has a
comma at its end, commas must be split off.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

_LOOKED_AT = 100_000  # words, the most frequent ones
_FEW = 1 / 1000  # of the words: some names of things, such as <UNK>, or mistakes
_SOME = 1 / 100  # of the words that are not only signs, with a sign at an end: texts were split at white space
_SIGN = r"[^\w\s]"
_AT_AN_END = re.compile(rf"{_SIGN}\w|.*\w{_SIGN}+$", re.DOTALL)
_WITHIN = re.compile(rf"(?<=\w){_SIGN}(?=\w)")


class Tokenization(NamedTuple):
    """How texts become tokens.

    lowercase : whether they are lowered first
    pattern : a regular expression of a token, or None to split at white space
    """

    lowercase: bool
    pattern: str | None


def tokenization_of(
    words: Sequence[str], lowercase: bool | None = None, punctuation: bool | None = None
) -> Tokenization:
    """Say what these words, the most frequent first, need; or what the caller wants, who may know it better.

    Examples
    --------
    >>> tokenization_of(["father", "london", "e-mail"])
    Tokenization(lowercase=True, pattern='\\\\w+(?:[\\\\-]\\\\w+)*')
    >>> tokenization_of(["Father,", "London!", "is"])
    Tokenization(lowercase=False, pattern=None)
    """
    signs = [word for word in words[:_LOOKED_AT] if re.fullmatch(rf"{_SIGN}+", word)]
    words = [_without_marks(word) for word in words[:_LOOKED_AT] if re.search(r"\w", word)]
    if lowercase is None:
        lowercase = _share(word != word.lower() for word in words) < _FEW
    if punctuation is None:
        others = ("'", "\u2019", "<", "[")  # "'s", which was split off; <UNK>
        attached = (_AT_AN_END.match(word) is not None for word in words if not word.startswith(others))
        punctuation = _share(attached) < _SOME
    return Tokenization(lowercase, _pattern(words, signs) if punctuation else None)


def _share(flags: Iterable[bool]) -> float:
    found = list(flags)
    return sum(found) / max(len(found), 1)


def _without_marks(word: str) -> str:
    """The word without vowel signs and accents that are characters of their own, which belong to letters."""
    return word if word.isascii() else "".join(sign for sign in word if not unicodedata.category(sign).startswith("M"))


def _pattern(words: Sequence[str], alone: Sequence[str]) -> str:
    """A token is a word, with such signs inside as words of the vocabulary have, or one of the signs `alone`."""
    signs = {sign for word in words for sign in _WITHIN.findall(word)}
    others = []
    for mark in ("'", "\u2019"):
        if f"{mark}s" in words:  # "father's" is two words
            signs.discard(mark)
            others.append(rf"{mark}\w+")
    inner = "".join(re.escape(sign) for sign in sorted(signs))
    word = rf"\w+(?:[{inner}]\w+)*" if inner else r"\w+"
    return "|".join([word, *others, *map(re.escape, sorted(alone, key=len, reverse=True))])


def as_json(how: Tokenization) -> dict[str, Any]:
    """The same as the tokenizers library has it: its "normalizer" and "pre_tokenizer"."""
    if how.pattern is None:
        split: dict[str, Any] = {"type": "WhitespaceSplit"}
    else:
        split = {"type": "Split", "pattern": {"Regex": how.pattern}, "behavior": "Removed", "invert": True}
    return {"normalizer": {"type": "Lowercase"} if how.lowercase else None, "pre_tokenizer": split}
