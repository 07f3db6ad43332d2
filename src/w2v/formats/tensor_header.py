"""The header of a file in safetensors layout, checked against itself: names, types, shapes and places of the tensors.

https://github.com/huggingface/safetensors says what a header may be; here, the tensors hold numbers that numpy has.
"""

import json
import math
from typing import Any, NamedTuple

import numpy as np

from w2v.errors import FormatError

_NAMES = {
    "F64": "<f8", "F32": "<f4", "F16": "<f2",
    "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "|i1",
    "U64": "<u8", "U32": "<u4", "U16": "<u2", "U8": "|u1", "BOOL": "|b1",
}  # fmt: skip
DTYPES = {name: np.dtype(code) for name, code in _NAMES.items()}
LONGEST = 100_000_000  # bytes of a header
_LONGEST_SIDE = 1 << 31  # of a tensor: words have numbers of 32 bits
_METADATA = "__metadata__"


class Tensor(NamedTuple):
    """One tensor: its type and shape, and how many bytes from the end of the header its own begin and end."""

    code: str
    shape: tuple[int, ...]
    start: int
    end: int

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of its numbers."""
        return DTYPES[self.code]


def parse_header(text: bytes, name: str) -> tuple[dict[str, str], dict[str, Tensor]]:
    """The metadata and the tensors, in the order of their bytes; FormatError says which field cannot be.

    Examples
    --------
    >>> parse_header(b'{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}', "file")
    ({}, {'a': Tensor(code='F32', shape=(2,), start=0, end=8)})
    """
    try:
        fields = json.loads(text, object_pairs_hook=_without_repeats)
    except _RepeatedError as error:
        raise FormatError(f"{name}: header: expected each name once, got {str(error)!r:.80} twice") from None
    except (ValueError, RecursionError) as error:
        raise FormatError(f"{name}: header: expected JSON, got an error: {error}") from None
    if not isinstance(fields, dict):
        raise FormatError(f"{name}: header: expected a JSON object, got {type(fields).__name__}")
    metadata = fields.pop(_METADATA, {})
    if not isinstance(metadata, dict) or not all(isinstance(value, str) for value in metadata.values()):
        raise FormatError(f"{name}: header: metadata: expected texts by name, got {metadata!r:.80}")
    tensors = {field: _tensor(f"{name}: {field:.80}", entry) for field, entry in fields.items()}
    tensors = dict(sorted(tensors.items(), key=lambda item: (item[1].start, item[1].end)))
    place = 0
    for field, tensor in tensors.items():
        if tensor.start != place:
            raise FormatError(f"{name}: {field:.80}: expected bytes from {place}, where others end, got {tensor.start}")
        place = tensor.end
    return metadata, tensors


class _RepeatedError(ValueError):
    """A name is twice in a JSON object."""


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise _RepeatedError(next(name for name in names if names.count(name) > 1))
    return found


def _tensor(place: str, entry: Any) -> Tensor:
    if not isinstance(entry, dict) or set(entry) != {"dtype", "shape", "data_offsets"}:
        raise FormatError(f"{place}: expected dtype, shape and data_offsets, got {entry!r:.80}")
    code, shape, offsets = entry["dtype"], entry["shape"], entry["data_offsets"]
    if not isinstance(code, str) or code not in DTYPES:
        raise FormatError(f"{place}: expected numbers of numpy's, got dtype {code!r:.80}")
    if not _are_sizes(shape) or any(side >= _LONGEST_SIDE for side in shape):
        raise FormatError(f"{place}: expected a shape of sizes below 2^31, got {shape!r:.80}")
    if not _are_sizes(offsets) or len(offsets) != 2:
        raise FormatError(f"{place}: expected two data_offsets, got {offsets!r:.80}")
    size = math.prod(shape) * DTYPES[code].itemsize
    if math.prod(side or 1 for side in shape) >= 1 << 59 or offsets[1] - offsets[0] != size:
        raise FormatError(f"{place}: expected {size} bytes of shape {shape!r:.80}, got data_offsets {offsets!r:.80}")
    return Tensor(code, tuple(shape), *offsets)


def _are_sizes(values: Any) -> bool:
    return isinstance(values, list) and len(values) <= 32 and all(type(value) is int and value >= 0 for value in values)
