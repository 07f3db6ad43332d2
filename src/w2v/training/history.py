"""What a model remembers of its training, as files keep it: names, and what each value must be."""

import reprlib
from collections.abc import Callable, Mapping
from typing import Any

from w2v.training import freezing


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 63


def _is_count_or_none(value: Any) -> bool:
    return value is None or _is_count(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, float) or (isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1 << 63)


def _are_numbers(value: Any) -> bool:
    return isinstance(value, list) and all(map(_is_number, value))


def _are_events(value: Any) -> bool:
    return value is None or (isinstance(value, list) and all(isinstance(event, dict) for event in value))


def _is_frozen(value: Any) -> bool:
    return value is None or isinstance(value, list) or (isinstance(value, str) and value in freezing.MATRICES)


_EXPECTED: dict[str, tuple[Callable[[Any], bool], str]] = {
    "effective_min_count": (_is_count, "a whole number"),
    "corpus_count": (_is_count_or_none, "a whole number or null"),
    "corpus_total_words": (_is_count_or_none, "a whole number or null"),
    "train_count": (_is_count, "a whole number"),
    "total_train_time": (_is_number, "a number of seconds"),
    "running_training_loss": (_is_number, "a number"),
    "losses": (_are_numbers, "a list of numbers"),
    "min_alpha_yet_reached": (_is_number, "a number"),
    "freeze": (_is_frozen, 'null, "input", "output" or a list of words'),
    "lifecycle_events": (_are_events, "a list of objects or null"),
}

#: The attributes of a model that are its history.
HISTORY = tuple(_EXPECTED)


def check_history(kept: Mapping[str, Any]) -> None:
    """Raise TypeError if a value of the history, as a file has it, is not what it must be.

    Examples
    --------
    >>> check_history({"train_count": 2, "losses": [0.5, 0.25]})
    >>> check_history({"losses": "low"})
    Traceback (most recent call last):
    TypeError: losses: expected a list of numbers, got 'low'
    """
    for name, (is_good, expected) in _EXPECTED.items():
        if name in kept and not is_good(kept[name]):
            raise TypeError(f"{name}: expected {expected}, got {reprlib.repr(kept[name])}")
