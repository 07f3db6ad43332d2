"""Words as arrays: one UTF-8 text and where in it each word begins."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from w2v import _core
from w2v.base.keys import key_of_text, text_of_key
from w2v.errors import FormatError
from w2v.formats.tensors import TensorFile


def pack_words(words: Sequence[Any], kind: str = "word") -> dict[str, npt.NDArray[Any]]:
    """The arrays for words, or for what else `kind` names, which then begins the names of the arrays.

    words : uint8, their UTF-8 one after the other (ints in decimal; lone surrogates as Python's "surrogatepass" does)
    word_offsets : int64 (n + 1), where in it word i begins; the last is where it ends
    word_is_int : bool (n), only if any word is an int
    word_is_value : bool (n), only if any word is neither str nor int: which ones are written by `w2v.base.keys`

    Raises
    ------
    TypeError
        A word is of a type that cannot be written.
    """
    is_int = is_value = [False]
    if set(map(type, words)) <= {str}:  # nearly always
        text = [word.encode("utf-8", "surrogatepass") for word in words]
    else:
        is_int = [_is_int(word) for word in words]
        is_value = [not (integer or isinstance(word, str)) for word, integer in zip(words, is_int, strict=True)]
        named = zip(words, is_value, strict=True)
        text = [_text(word, value).encode("utf-8", "surrogatepass") for word, value in named]
    offsets = np.zeros(len(text) + 1, dtype=np.int64)
    np.cumsum([len(word) for word in text], out=offsets[1:])
    arrays: dict[str, npt.NDArray[Any]] = {f"{kind}s": np.frombuffer(b"".join(text), dtype=np.uint8)}
    arrays[f"{kind}_offsets"] = offsets
    if any(is_int):
        arrays[f"{kind}_is_int"] = np.array(is_int)
    if any(is_value):
        arrays[f"{kind}_is_value"] = np.array(is_value)
    return arrays


def _is_int(word: Any) -> bool:
    return isinstance(word, int | np.integer) and not isinstance(word, bool)


def _text(word: Any, is_value: bool) -> str:
    if not is_value:
        return str.__str__(word) if isinstance(word, str) else str(int(word))
    try:
        return text_of_key(word)
    except TypeError as error:
        raise TypeError(f"word {word!r:.80}: {error}") from None


def unpack_words(
    text: npt.NDArray[Any],
    offsets: npt.NDArray[Any],
    is_int: npt.NDArray[Any] | None = None,
    is_value: npt.NDArray[Any] | None = None,
) -> tuple[list[Any], dict[Any, int]]:
    """The words of these arrays and the place of each; ValueError if the arrays make no sense, or words repeat."""
    if len(offsets) == 0 or offsets[0] != 0 or offsets[-1] != len(text) or (np.diff(offsets) < 0).any():
        raise ValueError(f"expected word offsets that rise from 0 to {len(text)}")
    words: list[Any] = []
    index = _core.roomy_dict(len(offsets) - 1)
    try:
        shape, strides = (len(offsets) - 1, 2), 2 * offsets.strides  # where each word begins and ends, without a copy
        spans = np.lib.stride_tricks.as_strided(offsets, shape, strides, writeable=False)
        _core.index_words(text, spans, "surrogatepass", words, index)
    except UnicodeDecodeError as error:
        raise ValueError(f"expected words of whole UTF-8 characters: {error}") from error
    if is_int is not None:
        words = [int(word) if integer else word for word, integer in zip(words, is_int.tolist(), strict=True)]
    if is_value is not None:
        words = [key_of_text(word) if value else word for word, value in zip(words, is_value.tolist(), strict=True)]
    if is_int is not None or is_value is not None:
        index = dict(zip(words, range(len(words)), strict=True))
    if len(index) < len(words):
        raise ValueError("expected each word once")
    return words, index


def read_words(file: TensorFile, kind: str = "word") -> tuple[list[Any], dict[Any, int]]:
    """The words that `pack_words` made arrays of, from an opened file, and the place of each, checked."""
    file.check(f"{kind}s", "u", (None,))
    file.check(f"{kind}_offsets", "i", (None,))
    text, offsets, flags = file.read(f"{kind}s"), file.read(f"{kind}_offsets"), {}
    for name in ("is_int", "is_value"):
        if f"{kind}_{name}" in file:
            file.check(f"{kind}_{name}", "b", (len(offsets) - 1,))
            flags[name] = file.read(f"{kind}_{name}")
    try:
        return unpack_words(text, offsets, **flags)
    except ValueError as error:
        raise FormatError(f"{file.path}: {kind}s: {error}") from error
