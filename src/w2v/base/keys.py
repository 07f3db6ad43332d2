"""What can be a key of vectors: values that can be written to a file and come back equal, without running code."""

import json
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

__all__ = ["check_key", "key_of_text", "text_of_key"]

_KNOWN = "str, int, float, bytes, dates and times, Decimal, Fraction, UUID, and tuples and frozensets of these"
_DEEPEST = 20  # tuples within tuples

Kind = tuple[str, type, Callable[[Any], Any], Callable[[Any], Any]]


@cache
def _kinds() -> tuple[Kind, ...]:
    """Name in a file, type, how it becomes what JSON has, and back. A subclass stands before its base."""
    import datetime  # here, because importing all of these takes a tenth of what all of w2v takes
    import decimal
    import fractions
    import uuid

    return (
        ("bytes", bytes, bytes.hex, bytes.fromhex),
        ("complex", complex, lambda z: [z.real, z.imag], lambda parts: complex(*parts)),
        ("datetime", datetime.datetime, datetime.datetime.isoformat, datetime.datetime.fromisoformat),
        ("date", datetime.date, datetime.date.isoformat, datetime.date.fromisoformat),
        ("time", datetime.time, datetime.time.isoformat, datetime.time.fromisoformat),
        (
            "timedelta",
            datetime.timedelta,
            lambda t: [t.days, t.seconds, t.microseconds],
            lambda t: datetime.timedelta(*t),
        ),
        ("decimal", decimal.Decimal, str, decimal.Decimal),
        ("fraction", fractions.Fraction, str, fractions.Fraction),
        ("uuid", uuid.UUID, str, uuid.UUID),
        ("datetime64", np.datetime64, lambda t: [str(t), np.datetime_data(t)[0]], lambda parts: np.datetime64(*parts)),
    )


def text_of_key(key: Any) -> str:
    """A key as text, from which `key_of_text` makes an equal one.

    Raises
    ------
    TypeError
        It is of a type that cannot be written, or a missing value (None, not a number), which is equal to no key.

    Examples
    --------
    >>> text_of_key(("a", 1, 2.5)), key_of_text('["tuple", ["a", 1, 2.5]]')
    ('["tuple", ["a", 1, 2.5]]', ('a', 1, 2.5))
    """
    if key is None or _missing(key):
        raise TypeError(f"{key!r} cannot be a word, for it stands for a missing value: leave it out, or give it a name")
    text = json.dumps(_plain(key, _DEEPEST))
    again = key_of_text(text)
    if again != key or hash(again) != hash(key):
        raise TypeError(f"{key!r:.80} cannot be a word, for it would be {again!r:.80} once it was saved and loaded")
    return text


def key_of_text(text: str) -> Any:
    """The key that `text_of_key` wrote; ValueError if it has not written this."""
    try:
        return _value(json.loads(text))
    except (ValueError, TypeError, KeyError, ArithmeticError, RecursionError) as error:
        raise ValueError(f"expected a key as JSON, got {text!r:.80}: {error}") from error


def check_key(key: Any) -> None:
    """Raise TypeError if a key could not be saved.

    Examples
    --------
    >>> check_key(object())
    Traceback (most recent call last):
    TypeError: an object of type object cannot be a word, for only str, int, ... can be saved: give its name or number
    """
    if type(key) is not str and type(key) is not int:
        text_of_key(key)


def _missing(key: Any) -> bool:
    """Whether this stands for no value, as not a number does, which differs from itself."""
    try:
        return bool(key != key)
    except (TypeError, ValueError):  # NA of pandas
        return True


def _plain(key: Any, deepest: int) -> Any:
    """The same key, made of what JSON has: str, int, float, bool and None as they are, others as [name, value]."""
    if key is None or isinstance(key, str | bool | int):
        return key
    if _missing(key):
        raise TypeError(f"{key!r} cannot be part of a word, for it stands for a missing value")
    if isinstance(key, float):
        return float(key)
    if isinstance(key, tuple | frozenset) and deepest:
        items = [_plain(item, deepest - 1) for item in key]
        return ["tuple", items] if isinstance(key, tuple) else ["frozenset", sorted(items, key=json.dumps)]
    for name, known, write, _ in _kinds():
        if isinstance(key, known):
            return [name, write(key)]
    if isinstance(key, np.generic) and not isinstance(key.item(), np.generic):
        return _plain(key.item(), deepest)
    kind = type(key).__name__
    raise TypeError(
        f"an object of type {kind} cannot be a word, for only {_KNOWN} can be saved: give its name or number"
    )


def _value(plain: Any) -> Any:
    """What `_plain` was given."""
    if not isinstance(plain, list | dict):
        return plain
    name, value = plain
    if name in ("tuple", "frozenset"):
        items = map(_value, value)
        return tuple(items) if name == "tuple" else frozenset(items)
    return {kind: read for kind, _, _, read in _kinds()}[name](value)
