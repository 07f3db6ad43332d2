"""Tokens of any kind as bytes and back: str as UTF-8, others behind a first byte that UTF-8 does not have."""

import struct
from collections.abc import Iterable
from typing import Any

import numpy as np

from w2v._core import TAG_BYTES, TAG_EMPTY, TAG_INT, TAG_OTHER, TokenReader, TokenTable, number_words
from w2v.base.keys import check_key

__all__ = ["Keys"]

_INT = struct.Struct("<q")
_INT64 = range(-(2**63), 2**63)
_INTEGERS = (int, np.integer, np.bool_, float, np.floating)


class Keys:
    """The bytes of tokens. Tokens that are equal, such as 1 and np.int64(1), have the same.

    Examples
    --------
    >>> keys = Keys()
    >>> [keys.key_of(token) for token in ("é", 1, b"x", "")]
    [b'\\xc3\\xa9', b'\\xff\\x01\\x00\\x00\\x00\\x00\\x00\\x00\\x00', b'\\xfex', b'\\xfc']
    >>> [keys.token_of(key) for key in map(keys.key_of, ("é", np.str_("é"), True, b"x", (1, 2)))]
    ['é', 'é', 1, b'x', (1, 2)]
    """

    def __init__(self) -> None:
        self._known: dict[Any, bytes] = {}  # tokens that are not plain str, int or bytes
        self._others: list[Any] = []

    def key_of(self, token: Any) -> bytes:
        """Return the bytes of a token; TypeError for one that cannot be a key, or is a missing value."""
        plain = token if type(token) in (str, int, bytes) else None
        if plain is None:
            known = self._known.get(token)
            if known is not None:
                return known
            plain = _plain(token)
        key = self._plain_key(token if plain is None else plain)
        if plain is not token:
            self._known[token] = key
        return key

    def _plain_key(self, token: Any) -> bytes:
        if type(token) is str:
            return token.encode("utf-8", "surrogatepass") or TAG_EMPTY
        if type(token) is int and token in _INT64:
            return TAG_INT + _INT.pack(token)
        if type(token) is bytes:
            return TAG_BYTES + token
        if token in self._known:
            return self._known[token]
        check_key(token)
        self._others.append(token)
        key: bytes = TAG_OTHER + _INT.pack(len(self._others) - 1)
        self._known[token] = key
        return key

    def token_of(self, key: bytes) -> Any:
        """Return the token of these bytes."""
        tag = key[:1]
        if tag < TAG_EMPTY:
            return key.decode("utf-8", "surrogatepass")
        if tag == TAG_EMPTY:
            return ""
        if tag == TAG_BYTES:
            return key[1:]
        number = _INT.unpack(key[1:])[0]
        return number if tag == TAG_INT else self._others[number]

    def table(self, words: Iterable[Any]) -> TokenTable:
        """Return a table of these words, which differ, numbered in their order."""
        table, words = TokenTable(), list(words)
        if all(type(word) is str and word and "\n" not in word for word in words):
            number_words(table, words)  # ten times as fast, but spells these two otherwise
        else:
            table.add([self.key_of(word) for word in words])
        return table

    def spell(self, table: TokenTable, ids: Any, reader: TokenReader) -> list[Any]:
        """Return the tokens of these ids of a table that the reader's tokens are in."""
        spelled = table.spell(ids)
        if reader.all_str and spelled.count(b"\n") == len(ids):
            return spelled.decode("utf-8", "surrogatepass").split("\n")[:-1]
        tokens, start = [], 0
        for length in table.lengths(ids).tolist():
            tokens.append(self.token_of(spelled[start : start + length]))
            start += length + 1
        return tokens


def _plain(token: Any) -> Any:
    """The plain str, int or bytes that a token is equal to; None if there is none."""
    try:
        if isinstance(token, str):
            plain: Any = str.__str__(token)
        elif isinstance(token, bytes):
            plain = bytes(token)
        elif isinstance(token, _INTEGERS):
            plain = int(token)
        else:
            return None
        same = hash(plain) == hash(token) and bool(plain == token)
    except (TypeError, ValueError, OverflowError):  # infinity, not a number
        return None
    return plain if same else None
