"""What a pickle holds, once it is read: names, records of objects, and bytes that stay where they are in the file.

Nothing here is imported, called or guessed by name: `Name` and `Record` say what the pickle said. Only arrays, numbers
and texts of numpy become real, by `call`; anything that it does not know, or that makes no sense, stays a record.
"""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

Array_ = npt.NDArray[Any]

_DTYPES = ("f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "b1")
_LONGEST_TEXT = 1 << 12  # characters of one text of numpy
_DIMENSIONS = 64  # of an array, numpy's limit
_PIECE = 1 << 20  # bytes that are turned into others at once


class Name:
    """A global that a pickle names: "module.name". It is nothing but that."""

    __slots__ = ("name",)

    def __init__(self, name: str):
        self.name = name


class Record:
    """An object in a pickle: what it was made from, with which arguments, its state, and what it contains."""

    __slots__ = ("args", "items", "mapping", "name", "state")

    def __init__(self, name: str, args: Any = ()):
        self.name, self.args = name, args
        self.state: Any = None
        self.items: list[Any] | None = None  # of an object like a list or a set
        self.mapping: dict[Any, Any] | None = None  # of an object like a dict

    def attributes(self) -> dict[str, Any]:
        """Its attributes by name."""
        parts = self.state if isinstance(self.state, tuple) and len(self.state) == 2 else (self.state,)
        found: dict[str, Any] = {}
        for part in parts:  # the second are those in slots
            if isinstance(part, dict):
                found.update(part)
        return found


class Bytes:
    """Bytes in a pickle, or a long text: where they are in the file, until they are needed.

    Parameters
    ----------
    view : memoryview, or bytes if they are few
    kind : "bytes", "str", "text" or "latin-1"
        Bytes; a str of Python 2, which may be either; text in UTF-8; text in UTF-8 whose characters stand for bytes,
        which is how Python 3 writes bytes for Python 2.
    """

    __slots__ = ("kind", "made", "view")

    def __init__(self, view: memoryview | bytes, kind: str):
        self.view, self.kind = view, kind
        self.made: Any = None

    def plain(self) -> Any:
        """As bytes or text, made once: a str of Python 2 is taken for UTF-8 if it can be, else for latin-1."""
        if self.made is None:
            if self.kind == "bytes":
                self.made = bytes(self.view)
            elif self.kind == "latin-1":
                self.made = str(self.view, "utf-8").encode("latin-1")
            else:
                try:
                    self.made = str(self.view, "utf-8", "strict" if self.kind == "str" else "surrogatepass")
                except UnicodeDecodeError:
                    self.made = str(self.view, "latin-1")
        return self.made

    def copied_to(self, out: Array_) -> None:
        """Write the bytes into an array of uint8 (n); ValueError if there are not just as many."""
        if self.kind != "latin-1":
            if len(self.view) != len(out):
                raise ValueError(f"expected {len(out)} bytes, got {len(self.view)}")
            out[:] = np.frombuffer(self.view, np.uint8)
            return
        start = place = 0
        while start < len(self.view):
            end = min(start + _PIECE, len(self.view))
            while end < len(self.view) and self.view[end] & 0xC0 == 0x80:  # within a character
                end += 1
            piece = str(self.view[start:end], "utf-8").encode("latin-1")
            if place + len(piece) > len(out):
                break
            out[place : place + len(piece)] = np.frombuffer(piece, np.uint8)
            start, place = end, place + len(piece)
        if start < len(self.view) or place != len(out):
            raise ValueError(f"expected {len(out)} bytes, got others")


class Array(Record):
    """An array of numpy whose content is yet to come."""

    __slots__ = ()

    def _pieces(self) -> tuple[Any, Any, bool, Any]:
        """Shape, type, whether in Fortran's order, and data; ValueError if its state is no array's."""
        state = self.state
        if not isinstance(state, tuple) or len(state) not in (4, 5):  # numpy's first states had no version
            raise ValueError(f"expected the state of an array, got {described(state)}")
        shape, dtype, fortran, data = state[-4:]
        return shape, dtype, bool(fortran), data

    def shape(self) -> tuple[int, ...]:
        """Its shape, checked."""
        shape = self._pieces()[0]
        shape = (shape,) if type(shape) is int else shape
        good = isinstance(shape, tuple) and len(shape) <= _DIMENSIONS and all(type(n) is int and n >= 0 for n in shape)
        if not good or any(n >= 1 << 62 for n in shape):
            raise ValueError(f"expected the shape of an array, got {described(shape)}")
        return tuple(shape)

    def is_list(self) -> bool:
        """Whether it is one of objects."""
        return isinstance(self._pieces()[3], list)

    def nbytes(self) -> int:
        """How many bytes a copy takes."""
        return _real_dtype(self._pieces()[1]).itemsize * int(np.prod(self.shape(), dtype=object))

    def content(self) -> Any:
        """A copy of the array, or for one of objects the list that it is; ValueError if it makes no sense."""
        shape, dtype, fortran, data = self._pieces()
        if isinstance(data, list):
            return data
        kind, shape, count = _real_dtype(dtype), self.shape(), self.nbytes()
        data = as_bytes(data)
        size = len(data.view) if isinstance(data, Bytes) else len(data)
        if count > size:
            raise ValueError(f"expected an array of {count} bytes, got {size}")
        out = np.empty(count, np.uint8)
        (data if isinstance(data, Bytes) else Bytes(data, "bytes")).copied_to(out)
        return out.view(kind).reshape(shape, order="F" if fortran else "C")

    def elements(self) -> list[Any] | None:
        """The elements of an array of one dimension as Python's own; None if it has more."""
        _, dtype, _, data = self._pieces()
        shape = self.shape()
        if isinstance(data, list) or len(shape) != 1:
            return data if isinstance(data, list) else None
        if isinstance(dtype, Record) and _is_text(_code(dtype)[0]):
            return _texts(dtype, plain(as_bytes(data)), shape[0])
        return list(self.content().tolist())

    def view(self) -> Any:
        """The array where it is in the file, read-only, or a copy where that cannot be."""
        _, dtype, fortran, data = self._pieces()
        if not isinstance(data, Bytes) or data.kind == "latin-1" or len(data.view) != self.nbytes() or not data.view:
            return self.content()
        return np.frombuffer(data.view, _real_dtype(dtype)).reshape(self.shape(), order="F" if fortran else "C")


def as_bytes(data: Any) -> Any:
    """Bytes as `bytes` or `Bytes`, whichever Python wrote them; ValueError if it is something else."""
    if isinstance(data, bytes) or (isinstance(data, Bytes) and data.kind != "text"):
        return data
    if isinstance(data, str):
        return data.encode("latin-1")
    raise ValueError(f"expected bytes, got {described(data)}")


def _real_dtype(record: Any) -> np.dtype[Any]:
    """The type of numbers that was recorded."""
    if not isinstance(record, Record) or record.name != "numpy.dtype":
        raise ValueError(f"expected an array's type, got {described(record)}")
    code, order = _code(record)
    if code not in _DTYPES:
        raise ValueError(f"expected an array of numbers, got type {described(code)}")
    real: np.dtype[Any] = np.dtype(code).newbyteorder(">" if order == ">" else "<")
    return real


def _code(record: Record) -> tuple[Any, Any]:
    """The name of a type, such as "f4", and its byte order, which its state has first or after a version."""
    code = plain(record.args[0]) if isinstance(record.args, tuple) and record.args else None
    state = record.state if isinstance(record.state, tuple) else ()
    orders = [order for order in map(plain, state[:2]) if isinstance(order, str)]
    order = orders[0] if orders else "<"
    if order not in ("<", ">", "|", "="):
        raise ValueError(f"expected a byte order, got {described(order)}")
    return code, order


def plain(value: Any) -> Any:
    """A value, as str or bytes if it is either."""
    return value.plain() if isinstance(value, Bytes) else value


def items_of(value: Any) -> list[Any] | tuple[Any, ...] | None:
    """What a list, tuple, set or array contains, or an object like one; None for anything else."""
    if isinstance(value, list | tuple):
        return value
    if isinstance(value, Array):
        return value.elements()
    if not isinstance(value, Record):
        return None
    if value.items is not None:
        return value.items
    if value.name.rpartition(".")[2] in ("set", "frozenset", "list", "tuple", "deque"):
        args = value.args
        first = args[0] if isinstance(args, tuple) and args else ()
        return first if isinstance(first, list | tuple) else None
    return None


def mapping_of(value: Any) -> dict[Any, Any] | None:
    """The dict that a value is, or an object like one; None for anything else."""
    if isinstance(value, dict):
        return value
    if not isinstance(value, Record):
        return None
    if value.mapping is not None:
        return value.mapping
    if value.name in ("collections.defaultdict", "collections.OrderedDict", "collections.Counter"):
        first = value.args[0] if isinstance(value.args, tuple) and value.args else {}
        if isinstance(first, dict):
            return first
        pairs: Iterable[Any] = first if isinstance(first, list) else ()  # an OrderedDict of Python 2
        good = [pair for pair in pairs if isinstance(pair, list | tuple) and len(pair) == 2]
        return {plain(key): item for key, item in good if type(plain(key)) in (str, bytes, int)}
    return None


def described(value: Any) -> str:
    """What a value is, for messages: short whatever it is."""
    if isinstance(value, Array):
        return "an array"
    if isinstance(value, Name | Record):
        return f"{'an object of ' if isinstance(value, Record) else ''}{value.name[:120]}"
    if isinstance(value, Bytes):
        return f"{len(value.view)} bytes"
    if isinstance(value, str | bytes):
        return repr(value[:40])
    return repr(value) if value is None or isinstance(value, int | float) else type(value).__name__


def _is_text(code: Any) -> bool:
    """Whether this is a type of texts or bytes of one length, such as "U5"."""
    return isinstance(code, str) and code[:1] in ("U", "S") and code[1:].isdecimal() and len(code) < 8


def _texts(dtype: Record, data: bytes, count: int) -> list[Any]:
    """So many texts or bytes, each filled up with NUL; ValueError if the data are not just as long."""
    code, order = _code(dtype)
    size = int(code[1:]) * (1 if code[0] == "S" else 4)
    if size > 4 * _LONGEST_TEXT or len(data) != size * count:
        raise ValueError(f"expected {count} texts of {size} bytes, got {len(data)} bytes")
    pieces = [data[start : start + size] for start in range(0, size * count, size)] if size else [b""] * count
    if code[0] == "S":
        return [piece.rstrip(b"\0") for piece in pieces]
    coding = "utf-32-be" if order == ">" else "utf-32-le"
    return [str(piece, coding, "surrogatepass").rstrip("\0") for piece in pieces]


def _scalar(dtype: Any, data: Any = b"") -> Any:
    """A number, text or bytes of numpy as Python's own."""
    if not isinstance(dtype, Record) or dtype.name != "numpy.dtype":
        raise ValueError
    raw = plain(as_bytes(data))
    if _is_text(_code(dtype)[0]):
        return _texts(dtype, raw, 1)[0]
    kind = _real_dtype(dtype)
    if len(raw) != kind.itemsize:
        raise ValueError
    return np.frombuffer(raw, kind)[0].item()


def _encode(text: Any, encoding: Any = "utf-8") -> Any:
    """Bytes that were written as text of latin-1."""
    if plain(encoding) not in ("latin1", "latin-1"):
        raise ValueError
    if isinstance(text, Bytes):
        return Bytes(text.view, "latin-1") if text.kind == "text" else text
    return text.encode("latin-1")


def _bytearray(data: Any = b"", encoding: Any = "latin-1") -> Any:
    return data if isinstance(data, bytes | Bytes) and encoding == "latin-1" else _encode(data, encoding)


def _of_buffer(data: Any, dtype: Any, shape: Any, order: Any) -> Array:
    """An array of protocol 5."""
    made = Array("numpy.ndarray")
    made.state = (shape, dtype, plain(order) == "F", data)
    return made


#: What is done for a call, by the end of a name of numpy's (its modules have moved) or by the name of Python's.
_NUMPY: dict[str, Callable[..., Any]] = {
    "multiarray._reconstruct": lambda *_: Array("numpy.ndarray"),
    "multiarray.scalar": _scalar,
    "numeric._frombuffer": _of_buffer,
}
_PYTHON: dict[str, Callable[..., Any]] = {
    "_codecs.encode": _encode,
    "builtins.bytes": _bytearray,
    "builtins.bytearray": _bytearray,
}


def call(name: str, args: tuple[Any, ...]) -> Any:
    """What a call of a global gives: an array, number or text of numpy, bytes, or else the record of the call."""
    if name.startswith("numpy."):
        action = _NUMPY.get(".".join(name.rsplit(".", 2)[-2:]))
    else:
        action = _PYTHON.get(name)
        if name == "copyreg._reconstructor" and args and isinstance(args[0], Name):
            return Record(args[0].name, args[1:])
        if name in ("copyreg.__newobj__", "copyreg.__newobj_ex__") and args and isinstance(args[0], Name):
            return Record(args[0].name, args[1:])
    if action is not None:
        try:
            return action(*args)
        except (TypeError, ValueError, AttributeError, OverflowError):  # none of those that vectors need
            return Record(name, args)
    return Record(name, args)
