"""Named arrays in one file of safetensors layout, with a checksum each.

Layout (https://github.com/huggingface/safetensors)::

    8 bytes         length of the header, little-endian
    header          JSON: {"__metadata__": {name: text}, tensor: {"dtype", "shape", "data_offsets"}, ...}, and blanks
    data            the tensors one after the other, little-endian, without gaps

The blanks make the data begin at a multiple of 64 bytes; tensors of wider items come first, so each is aligned. The
metadata entry "checksums" is JSON: the CRC-32 of each tensor's bytes.

Rows of a padded matrix go out without a copy of the whole, and in one pass with their checksums, for which the header
has room: who changes an array while it is saved, as training does, gets a file that is whole.
"""

import gzip
import json
import os
import shutil
import struct
import tempfile
import zlib
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

import numpy as np

from w2v.base.arrays import Array
from w2v.base.files import Opened, Source, Target, open_to_read, open_to_write
from w2v.errors import FormatError, TruncatedError
from w2v.formats.tensor_header import DTYPES, LONGEST, parse_header

_BLOCK = 1 << 20  # bytes handled at once
_LAST_SUM = (1 << 32) - 1  # the longest checksum


def save_tensors(target: Target, tensors: Mapping[str, Array], metadata: Mapping[str, str]) -> None:
    """Write arrays of numbers, which may be strided, and texts about them, into a file, all or nothing."""
    with open_to_write(target) as file:
        write_tensors(file, tensors, metadata)


def write_tensors(file: BinaryIO, tensors: Mapping[str, Array], metadata: Mapping[str, str]) -> None:
    """Write arrays of numbers, which may be strided, and texts about them, into an open file."""
    arrays = {name: _little_endian(name, array) for name, array in tensors.items()}
    arrays = dict(sorted(arrays.items(), key=lambda item: -item[1].itemsize))
    room = len(_header(arrays, metadata, dict.fromkeys(arrays, _LAST_SUM)))
    room += -room % 64
    if file.seekable() and not isinstance(file, gzip.GzipFile):
        _write(file, arrays, metadata, room)
        return
    with tempfile.TemporaryFile() as whole:  # what is compressed has no way back to the header
        _write(whole, arrays, metadata, room)
        whole.seek(0)
        shutil.copyfileobj(whole, file, _BLOCK)


def _write(file: Any, arrays: Mapping[str, Array], metadata: Mapping[str, str], room: int) -> None:
    """Write the tensors and their checksums at once, then the header, into the `room` left for it."""
    file.write(bytes(room))
    checksums, copy = {}, bytearray(_BLOCK)  # neither sum nor file may see what happens to an array in between
    for name, array in arrays.items():
        checksums[name] = 0
        for block in _blocks(array):
            copy[: len(block)] = block
            with memoryview(copy) as view:
                checksums[name] = zlib.crc32(view[: len(block)], checksums[name])
                file.write(view[: len(block)])
    header = _header(arrays, metadata, checksums)
    file.seek(0)
    file.write(struct.pack("<Q", room - 8) + header[8:] + b" " * (room - len(header)))


def _header(arrays: Mapping[str, Array], metadata: Mapping[str, str], checksums: Mapping[str, int]) -> bytes:
    """The header's length and itself, without the blanks after it."""
    header: dict[str, Any] = {"__metadata__": {**metadata, "checksums": json.dumps(checksums)}}
    offset = 0
    for name, array in arrays.items():
        offsets = [offset, offset + array.nbytes]
        header[name] = {"dtype": _name(array.dtype), "shape": list(array.shape), "data_offsets": offsets}
        offset += array.nbytes
    text = json.dumps(header, separators=(",", ":")).encode()
    return struct.pack("<Q", len(text)) + text


def _name(dtype: np.dtype[Any]) -> str | None:
    return next((name for name, known in DTYPES.items() if known == dtype), None)


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


class TensorFile:
    """An opened file: its metadata, and its tensors read or mapped one by one.

    Opening reads the header alone, and raises FormatError unless it fits the file. Of what cannot be mapped (what is
    compressed, a stream) all is read at once, as much as the header says and no more.
    """

    def __init__(self, source: Source):
        with open_to_read(source) as file:
            self.path = str(file)
            self._file = file.path  # where tensors can be read later; else they are held
            length = int.from_bytes(_read(file, 8, "header"), "little")
            if length > LONGEST:
                raise FormatError(f"{file}: header: expected at most {LONGEST} bytes, got {length}")
            self.metadata, self._layout = parse_header(bytes(_read(file, length, "header")), self.path)
            self._begin = 8 + length  # of the data
            data = max((tensor.end for tensor in self._layout.values()), default=0)
            self._check_size(file, data)
            self._held = (
                {}
                if self._file
                else {name: _read(file, tensor.end - tensor.start, name) for name, tensor in self._layout.items()}
            )
            if not self._file and file.read(1):
                raise FormatError(f"{file}: expected the end after {data} bytes of tensors, got more")
        self._checksums = self.read_json("checksums")

    def _check_size(self, file: Opened, data: int) -> None:
        size = None if file.size is None else file.size - self._begin
        if size is not None and size != data:
            error = TruncatedError if size < data else FormatError
            raise error(f"{file}: expected {data} bytes of tensors after the header, got {size}")

    def __contains__(self, name: str) -> bool:
        return name in self._layout

    def names(self) -> list[str]:
        """Names of the tensors, in the order of the file."""
        return list(self._layout)

    def dimensions(self, name: str) -> int:
        """The number of dimensions of a tensor."""
        return len(self._layout[name].shape)

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
        tensor = self._layout[name]
        found = tensor.shape
        fits = len(found) == len(shape) and all(want in (None, got) for want, got in zip(shape, found, strict=True))
        if not fits or tensor.dtype.kind != kind:
            expected = f"kind {kind!r}, shape {tuple('any' if n is None else n for n in shape)}"
            raise FormatError(f"{self.path}: {name}: expected {expected}, got {tensor.code}, shape {found}")

    def read(self, name: str) -> Array:
        """Read a tensor into memory and compare its checksum."""
        tensor = self._layout[name]
        if self._file is None:
            data: Any = self._held[name]
        else:
            with open(self._file, "rb") as file:
                file.seek(self._begin + tensor.start)
                data = np.fromfile(file, np.uint8, tensor.end - tensor.start)
            if len(data) < tensor.end - tensor.start:
                expected = f"expected {tensor.end - tensor.start} bytes"
                raise TruncatedError(f"{self.path}: {name}: {expected}, got {len(data)}: the file has been cut short")
        array = np.frombuffer(data, tensor.dtype).reshape(tensor.shape)
        checksum = _checksum(array)
        if checksum != self._checksums.get(name):
            raise FormatError(f"{self.path}: {name}: expected checksum {self._checksums.get(name)}, got {checksum}")
        return array

    def map(self, name: str, mode: str) -> Array:
        """Map a tensor into memory, read-only ("r") or copy-on-write ("c"); its bytes are not looked at.

        What cannot be mapped is read instead. A file that is cut short while it is mapped ends the process, if what is
        no longer there is asked for.
        """
        tensor = self._layout[name]
        if self._file is None:
            array = self.read(name)
            array.flags.writeable = mode != "r"
            return array
        if tensor.start == tensor.end:
            return np.empty(tensor.shape, tensor.dtype)
        if os.path.getsize(self._file) < self._begin + tensor.end:
            raise TruncatedError(f"{self.path}: {name}: the file has been cut short since it was opened")
        place = self._begin + tensor.start
        mapped = np.memmap(self._file, tensor.dtype, mode, place, tensor.shape)  # type: ignore[call-overload]
        return np.asarray(mapped)


def _read(file: Opened, size: int, what: str) -> bytearray:
    """The next bytes of a file; memory is taken as they come, for who wrote the size may have lied."""
    data = bytearray()
    while len(data) < size:
        part = file.read(min(size - len(data), _BLOCK))
        if not part:
            raise TruncatedError(f"{file}: {what}: expected {size} bytes, got {len(data)}")
        data += part
    return data
