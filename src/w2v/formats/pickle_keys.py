"""Keys of pickled dicts, and the words of vectors, as Python's own: what they cost is counted, and bounded."""

from collections.abc import Iterable
from typing import Any

from w2v.formats.pickle_values import Bytes, Name, Record, described

_PLAIN = {str, bytes, int, bool, type(None)}
_NESTED = 20  # tuples in tuples: hashing deeper ones could exhaust the stack
_COLLISIONS = 1000  # different keys that share a hash with another; texts cannot be made to
_WIDEST = 1 << 63  # whole numbers beyond can be made to share a hash


class Keys:
    """Turns what a pickle has for keys into hashable values, and counts what that costs.

    Texts of Python 2 become str, tuples have such keys in them; records are keys by identity.

    Parameters
    ----------
    budget : int
        Elements of tuples that are looked at in all, however often a pickle refers to one.

    Examples
    --------
    >>> Keys(10).plain([("a", 1), Bytes(memoryview(b"caf\\xc3\\xa9"), "str")])
    [('a', 1), 'café']
    """

    def __init__(self, budget: int):
        self._left = budget
        self._seen: dict[int, Any] = {}
        self._collisions = 0
        self.wide = False  # whether there are whole numbers of more than 64 bits

    def plain(self, keys: list[Any]) -> list[Any]:
        """The keys; ValueError if there is something else, or more than the budget."""
        if set(map(type, keys)) <= _PLAIN and not self.wide:
            return keys
        return [self._checked(self._one(key, (Record, Name), 0)) for key in keys]

    def words(self, words: Iterable[Any]) -> list[Any]:
        """The words of vectors; ValueError that names the first that is no text, number, bytes or tuple of these.

        Examples
        --------
        >>> Keys(10).words(["a", 2, ("b", 3.5)])
        ['a', 2, ('b', 3.5)]
        >>> Keys(10).words(["a", Record("datetime.date")])
        Traceback (most recent call last):
        ValueError: word 1: expected text, a number, bytes or a tuple of these, got an object of datetime.date
        """
        found = list(words)
        if set(map(type, found)) <= _PLAIN and not self.wide:
            return found
        for place, word in enumerate(found):
            try:
                found[place] = self._checked(self._one(word, (), 0))
            except ValueError as error:
                raise ValueError(f"word {place}: {error}") from None
        return found

    def _one(self, key: Any, also: tuple[type, ...], depth: int) -> Any:
        """A key, of the types that keys have and of those that are allowed, too."""
        if isinstance(key, Bytes):
            return key.plain()
        if type(key) is tuple:
            self._left -= len(key) + 1
            if self._left < 0 or depth > _NESTED:
                raise ValueError("expected plain keys, got tuples without end")
            return tuple(self._one(part, also, depth + 1) for part in key)
        if type(key) not in _PLAIN and not isinstance(key, (float, *also)):
            raise ValueError(f"expected text, a number, bytes or a tuple of these, got {described(key)}")
        return key

    def _checked(self, key: Any) -> Any:
        """The key, unless a pickle is full of different ones with the same hash, which would take for ever."""
        risky = type(key) in (float, tuple) or (type(key) is int and not -_WIDEST <= key < _WIDEST)
        if risky and self._seen.setdefault(hash(key), key) != key:
            self._collisions += 1
            if self._collisions > _COLLISIONS:
                raise ValueError("expected different keys, got many that only seem to be")
        return key
