"""What stands where a sentence should: told from a list of tokens before its parts become words."""

import logging
from typing import Any

import numpy as np

__all__ = ["Sentences"]

logger = logging.getLogger(__name__)


class Sentences:
    """Called with what is no plain list or tuple, and its number: returns the tokens, or says what is wrong.

    A str among lists is refused, for its characters would become words. Where the first sentence is one, all may be
    meant so: that is a warning, as in gensim.

    Parameters
    ----------
    warn : bool, default True
        Whether to warn.

    Examples
    --------
    >>> tokens_of = Sentences()
    >>> tokens_of(np.array(["to", "be"]), 0)
    ['to', 'be']
    >>> tokens_of("or not", 1)
    Traceback (most recent call last):
    TypeError: sentence 1: expected a sequence of tokens, as those before it, got the str 'or not': split it into words
    """

    def __init__(self, warn: bool = True) -> None:
        self._warn = warn
        self._strings = False  # whether the first sentence was one

    def __call__(self, sentence: Any, number: int) -> Any:
        """Return the tokens of a sentence."""
        expected, kind = f"sentence {number}: expected a sequence of tokens", type(sentence).__name__
        if isinstance(sentence, np.ndarray):
            return sentence.tolist()  # tokens that are Python's own are faster
        if isinstance(sentence, str | bytes | bytearray):
            if number == 0:
                self._strings = True
                if self._warn:
                    _warn_of_characters(kind, "str" if isinstance(sentence, str) else "bytes")
            elif not self._strings:
                shown = f"the {kind} {sentence[:40]!r}"
                raise TypeError(f"{expected}, as those before it, got {shown}: split it into words")
        elif isinstance(sentence, dict):
            names = ", ".join(map(str, list(sentence)[:5]))
            raise TypeError(f"{expected}, got dict, of which one value may be meant: {names}")
        else:
            try:
                iter(sentence)
            except TypeError:
                raise TypeError(f"{expected}, got {kind}") from None
        return sentence


def _warn_of_characters(kind: str, plain: str) -> None:
    logger.warning(
        "Each 'sentences' item should be a list of words (usually unicode strings). "
        "First item here is instead plain %s: its characters become the words; "
        "give tokenizer=%s.split to split at white space.",
        kind,
        plain,
    )
