"""Named arrays in one file of safetensors layout, with a checksum each.

Layout (https://github.com/huggingface/safetensors)::

    8 bytes         length of the header, little-endian
    header          JSON: {"__metadata__": {name: text}, tensor: {"dtype", "shape", "data_offsets"}, ...}, and blanks
    data            the tensors one after the other, little-endian, without gaps

The blanks make the data begin at a multiple of 64 bytes; tensors of wider items come first, so each is aligned. The
metadata entry "checksums" is JSON: the CRC-32 of each tensor's bytes.

Writing is our own: rows of a padded matrix go out without a copy of the whole. Reading leaves the header to the
safetensors package, which checks it against the file's length, and then maps or reads the data.
"""

import json
import pathlib
import shutil
import struct
import tempfile
import weakref
import zlib
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from w2v.base.files import open_to_read, open_to_write
from w2v.base.paths import Path
from w2v.errors import FormatError, TruncatedError

_NAMES = {
    "F64": "<f8", "F32": "<f4", "F16": "<f2",
    "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "|i1",
    "U64": "<u8", "U32": "<u4", "U16": "<u2", "U8": "|u1", "BOOL": "|b1",
}  # fmt: skip
_DTYPES = {name: np.dtype(code) for name, code in _NAMES.items()}
_BLOCK = 1 << 22  # bytes handled at once

Array = npt.NDArray[Any]


def save_tensors(path: Path, tensors: Mapping[str, Array], metadata: Mapping[str, str]) -> None:
    """Write arrays of numbers, which may be strided, and texts about them."""
    arrays = {name: _little_endian(name, array) for name, array in tensors.items()}
    arrays = dict(sorted(arrays.items(), key=lambda item: -item[1].itemsize))
    checksums = {name: _checksum(array) for name, array in arrays.items()}
    header: dict[str, Any] = {"__metadata__": {**metadata, "checksums": json.dumps(checksums)}}
    offset = 0
    for name, array in arrays.items():
        offsets = [offset, offset + array.nbytes]
        header[name] = {"dtype": _name(array.dtype), "shape": list(array.shape), "data_offsets": offsets}
        offset += array.nbytes
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-(8 + len(text)) % 64)
    with open_to_write(path) as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for array in arrays.values():
            file.writelines(_blocks(array))


def _name(dtype: np.dtype[Any]) -> str | None:
    return next((name for name, known in _DTYPES.items() if known == dtype), None)


def _little_endian(name: str, array: Array) -> Array:
    dtype = array.dtype.newbyteorder("<")
    if _name(dtype) is None:
        raise TypeError(f"{name}: expected an array of numbers, got dtype {array.dtype}")
    return array.astype(dtype, copy=False)


def _blocks(array: Array) -> Iterator[memoryview]:
    """The array's bytes in order, in pieces that are contiguous."""
    rows = max(1, _BLOCK // max(1, array[:1].nbytes)) if array.ndim else 1
    array = np.atleast_1d(array)
    for start in range(0, len(array), rows):
        block = array[start : start + rows]
        if block.size:
            yield np.ascontiguousarray(block).reshape(-1).view(np.uint8).data


def _checksum(array: Array) -> int:
    checksum = 0
    for block in _blocks(array):
        checksum = zlib.crc32(block, checksum)
    return checksum


def _unpacked(path: Path, owner: object) -> Path:
    """The path of the same bytes, not compressed: `path`, or that of a temporary file, which goes when `owner` does."""
    with open_to_read(path) as packed:
        if packed.path is not None:
            return path
        folder = tempfile.mkdtemp(prefix="w2v-")
        weakref.finalize(owner, shutil.rmtree, folder, ignore_errors=True)
        plain = pathlib.Path(folder, "unpacked")
        with open(plain, "wb") as file:
            shutil.copyfileobj(packed, file)
    return plain


class TensorFile:
    """An opened file: its metadata, and its tensors read or mapped one by one.

    Opening reads the header alone, unless the file is compressed, and raises FormatError if it does not fit the file.
    """

    def __init__(self, path: Path):
        from safetensors import SafetensorError, safe_open  # here, because importing it takes as long as all of w2v

        self.path = path
        self._plain = _unpacked(path, self)
        with open(self._plain, "rb") as file:  # safetensors does not tell why it cannot open a file
            start = file.read(8)
        if len(start) < 8:
            raise TruncatedError(f"{path}: header: expected at least 8 bytes, got {len(start)}")
        try:
            with safe_open(self._plain, framework="numpy") as file:
                self.metadata: dict[str, str] = file.metadata() or {}
                slices = {name: file.get_slice(name) for name in file.offset_keys()}
                self._layout = {name: (part.get_dtype(), tuple(part.get_shape())) for name, part in slices.items()}
        except SafetensorError as error:
            raise FormatError(f"{path}: header: expected safetensors layout, got an error: {error}") from error
        self._checksums = self.read_json("checksums")
        self._offsets: dict[str, int] = {}
        offset = 8 + int.from_bytes(start, "little")
        for name, (dtype, shape) in self._layout.items():
            if dtype not in _DTYPES:
                raise FormatError(f"{path}: {name}: expected numbers of numpy's, got {dtype}")
            self._offsets[name] = offset
            offset += _DTYPES[dtype].itemsize * int(np.prod(shape, dtype=object))

    def __contains__(self, name: str) -> bool:
        return name in self._layout

    def names(self) -> list[str]:
        """Names of the tensors, in the order of the file."""
        return list(self._layout)

    def dimensions(self, name: str) -> int:
        """The number of dimensions of a tensor."""
        return len(self._layout[name][1])

    def read_json(self, name: str) -> dict[str, Any]:
        """A metadata entry that holds a JSON object."""
        try:
            value = json.loads(self.metadata.get(name, ""))
        except (ValueError, RecursionError):
            value = None
        if not isinstance(value, dict):
            found = self.metadata.get(name)
            raise FormatError(f"{self.path}: metadata {name!r}: expected a JSON object, got {found!r:.80}")
        return value

    def check(self, name: str, kind: str, shape: tuple[int | None, ...]) -> None:
        """Raise unless there is a tensor of this name, kind of dtype and shape (None: any length)."""
        if name not in self._layout:
            names = ", ".join(self._layout)
            raise FormatError(f"{self.path}: {name}: expected a tensor of this name, got {names[:200]}")
        code, found = self._layout[name]
        fits = len(found) == len(shape) and all(want in (None, got) for want, got in zip(shape, found, strict=True))
        if not fits or _DTYPES[code].kind != kind:
            expected = f"kind {kind!r}, shape {tuple('any' if n is None else n for n in shape)}"
            raise FormatError(f"{self.path}: {name}: expected {expected}, got {code}, shape {found}")

    def read(self, name: str) -> Array:
        """Read a tensor into memory and compare its checksum."""
        code, shape = self._layout[name]
        with open(self._plain, "rb") as file:
            file.seek(self._offsets[name])
            array = np.fromfile(file, _DTYPES[code], int(np.prod(shape, dtype=object)))
        checksum = _checksum(array)
        if checksum != self._checksums.get(name):
            raise FormatError(f"{self.path}: {name}: expected checksum {self._checksums.get(name)}, got {checksum}")
        return array.reshape(shape)

    def map(self, name: str, mode: str) -> Array:
        """Map a tensor into memory, read-only ("r") or copy-on-write ("c"); its bytes are not looked at.

        A file that is compressed is read instead.
        """
        if self._plain != self.path:
            array = self.read(name)
            array.flags.writeable = mode != "r"
            return array
        code, shape = self._layout[name]
        if 0 in shape:
            return np.empty(shape, _DTYPES[code])
        mapped = np.memmap(self.path, _DTYPES[code], mode, self._offsets[name], shape)  # type: ignore[call-overload]
        return np.asarray(mapped)
