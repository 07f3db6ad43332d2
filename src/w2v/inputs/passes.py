"""An iterable that may be looked at before it is read, made anew by a callable, and split by a tokenizer."""

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from os import PathLike
from typing import Any

import numpy as np

from w2v.inputs.columns import is_column, rows_of, table_columns
from w2v.inputs.ids import is_ids

__all__ = ["Passes", "check_sentences", "is_one_shot"]

_NOTHING = object()


def is_one_shot(sentences: Any) -> bool:
    """Say whether something can be read only once: generators, maps, open files.

    Examples
    --------
    >>> is_one_shot(iter([])), is_one_shot([])
    (True, False)
    """
    told = getattr(sentences, "one_shot", None)  # of our own classes
    return told if isinstance(told, bool) else hasattr(type(sentences), "__next__")


def check_sentences(sentences: Any, by: str = "") -> None:
    """Raise TypeError for what can be iterated but cannot be meant as sentences, and for what cannot be iterated.

    Parameters
    ----------
    sentences : object
    by : str
        What it came by, for the message.

    Examples
    --------
    >>> check_sentences("to be")
    Traceback (most recent call last):
    TypeError: expected an iterable of sentences, got str; a text file is given by corpus_file=
    """
    kind, expected = type(sentences).__name__, f"expected {by}an iterable of sentences"
    if isinstance(sentences, str | bytes | bytearray | PathLike):
        raise TypeError(f"{expected}, got {kind}; a text file is given by corpus_file=")
    if hasattr(sentences, "readline"):
        advice = "LineSentence(file) reads an open file, corpus_file= a path"
        raise TypeError(f"{expected}, got {kind}, whose lines are not split into words: {advice}")
    columns = table_columns(sentences)
    if columns is not None:
        names = ", ".join(columns) or "?"
        raise TypeError(f'{expected}, got {kind} of {names}: give one column, as table["{(columns or ["text"])[0]}"]')
    if isinstance(sentences, Mapping):
        raise TypeError(f"{expected}, got {kind}; its values() or its keys() can be one")
    if isinstance(sentences, np.ndarray):
        _check_array(sentences, expected)
    elif not isinstance(sentences, Iterable):
        raise TypeError(f"{expected}, got {kind}")


def _check_array(array: Any, expected: str) -> None:
    if array.dtype.kind in "iu" and array.ndim != 2:
        advice = "a row is a walk; flat ids are given by Ids(ids, offsets)"
        raise TypeError(f"{expected}, or ids in two dimensions, got {array.ndim} dimensions: {advice}")
    if array.dtype.kind in "fcb":
        raise TypeError(f"{expected}, or an array of integers, got {array.dtype}: array.astype(int) are ids")


class Passes:
    """Sentences as often as they are asked for.

    Parameters
    ----------
    sentences : iterable, or callable without arguments that returns one
        A callable is called for every pass.
    tokenizer : callable, optional
        Turns every item into a sequence of tokens.

    Examples
    --------
    >>> passes = Passes(lambda: (text for text in ["to be", "or not"]), str.split)
    >>> passes.first(), list(passes), list(passes)
    (['to', 'be'], [['to', 'be'], ['or', 'not']], [['to', 'be'], ['or', 'not']])
    """

    def __init__(self, sentences: Any, tokenizer: Callable[[Any], Any] | None = None) -> None:
        self._sentences = sentences
        self._called = not isinstance(sentences, Iterable)
        self._tokenizer = tokenizer
        self._ahead: Iterator[Any] | None = None
        self.one_shot: bool = is_one_shot(sentences)

    def first(self) -> Any:
        """Return the first sentence of the next pass, which has begun then; None if there is none."""
        ahead = iter(self)
        first = next(ahead, _NOTHING)
        if first is _NOTHING:
            self._ahead = iter(())
            return None
        self._ahead = itertools.chain([first], ahead)
        return first

    def __iter__(self) -> Iterator[Any]:
        if self._ahead is not None:
            ahead, self._ahead = self._ahead, None
            return ahead
        sentences = self._sentences() if self._called else self._sentences
        if self._called:
            check_sentences(sentences, "a function that returns ")
            sentences = [sentences] if is_ids(sentences) else sentences  # one block
        items = rows_of(sentences) if is_column(sentences) else iter(sentences)
        return items if self._tokenizer is None else _tokenized(items, self._tokenizer)


def _tokenized(items: Iterable[Any], tokenizer: Callable[[Any], Any]) -> Iterator[Any]:
    for number, item in enumerate(items):
        try:
            tokens = tokenizer(item)
        except (TypeError, AttributeError) as error:
            if isinstance(item, str):
                raise
            kind = type(item).__name__
            raise TypeError(f"sentence {number}: expected what the tokenizer takes, got {kind}: {error}") from error
        yield tokens
