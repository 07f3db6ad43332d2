"""numpy's files of one array (.npy), and zip files of them (.npz): floats alone, never objects, which would be pickles.

Layout: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
"""

import ast
import lzma
import struct
import zipfile
import zlib
from typing import Any, BinaryIO, cast

import numpy as np

from w2v.base.arrays import Array
from w2v.base.files import known_size
from w2v.base.paths import Path
from w2v.errors import FormatError, TruncatedError

_MAX_HEADER = 4096  # bytes
_PIECE = 1 << 22  # bytes that are unpacked at once
#: What zipfile raises for damage; it seeks to negative places and the like before it looks at what it has read.
_ZIP_ERRORS = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error,
    EOFError, IndexError, KeyError, NotImplementedError, OSError, OverflowError, RuntimeError, ValueError,
)  # fmt: skip


def load_npy(path: Path, mmap: str | None) -> Array:
    """Read an array, or map it: "r" read-only, "c" with changes that stay in memory."""
    with open(path, "rb") as file:
        shape, fortran, dtype = _read_header(file, path)
        start, size = file.tell(), known_size(file)
        needed = dtype.itemsize * int(np.prod(shape, dtype=object))
        if size is not None and size - start < needed:
            raise TruncatedError(f"{path}: expected {needed} bytes of values, got {size - start}")
        if mmap is not None and needed:
            mapped = np.memmap(path, dtype, mmap, start, shape, "F" if fortran else "C")  # type: ignore[call-overload]
            return cast(Array, mapped.view(np.ndarray))
        values = np.fromfile(file, dtype, needed // dtype.itemsize)
        return values.reshape(shape, order="F" if fortran else "C")


def load_npz(path: Path, name: str) -> Array:
    """Read the array of this name from a zip file."""
    try:
        with zipfile.ZipFile(path) as archive, archive.open(f"{name}.npy") as file:
            shape, fortran, dtype = _read_header(cast(BinaryIO, file), path)
            needed = dtype.itemsize * int(np.prod(shape, dtype=object))
            # Deflate makes at most 1032 bytes of one.
            if needed > 1032 * archive.getinfo(f"{name}.npy").compress_size:
                raise TruncatedError(f"{path}: expected {needed} bytes of values, got fewer")
            out, read = np.empty(needed, np.uint8), 0
            while piece := file.read(min(needed - read, _PIECE)):
                out[read : read + len(piece)] = np.frombuffer(piece, np.uint8)
                read += len(piece)
    except FormatError:
        raise
    except _ZIP_ERRORS as error:
        if isinstance(error, OSError) and error.filename is not None:  # the file itself cannot be opened
            raise
        raise FormatError(f"{path}: expected a zip file with {name}.npy in it, got an error: {error}") from error
    if read != needed:
        raise TruncatedError(f"{path}: expected {needed} bytes of values, got {read}")
    return out.view(dtype).reshape(shape, order="F" if fortran else "C")


def _read_header(file: BinaryIO, path: Path) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    """Shape, whether in Fortran's order, and type: a dict in Python's notation, after its length."""
    start = file.read(8)
    width = {b"\x93NUMPY\x01\x00": 2, b"\x93NUMPY\x02\x00": 4}.get(start)
    length = int.from_bytes(file.read(width), "little") if width else 0
    if not 0 < length <= _MAX_HEADER:
        raise FormatError(f"{path}: expected an array of numpy's, got a file that begins with {start!r}")
    try:
        header = ast.literal_eval(file.read(length).decode("latin-1").strip())
        shape, fortran, dtype = header["shape"], header["fortran_order"], np.dtype(header["descr"])
    except (ValueError, TypeError, KeyError, SyntaxError, RecursionError, MemoryError) as error:
        raise FormatError(f"{path}: header: expected that of an array, got an error: {error}") from error
    plain = isinstance(shape, tuple) and len(shape) in (1, 2) and all(type(n) is int and n >= 0 for n in shape)
    if dtype.kind != "f" or not plain or not isinstance(fortran, bool):
        raise FormatError(f"{path}: header: expected floats of one or two dimensions, got {dtype}, shape {shape!r:.80}")
    return shape, fortran, dtype
