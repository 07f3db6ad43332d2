"""Reading what is in a pickle without running it.

The file never reaches Python's unpickler. Here is a reader of its own: a fixed table of opcodes, none of which can call
or import anything. A global is a name (`Name`), an object made from one is a record of that name and its state
(`Record`), and only arrays, numbers and texts of numpy are made real, by the handful of functions in `_CALLS`. A
name that is not in the list of those allowed ends the reading with an error that says what the pickle wanted.

Every length is checked against the bytes that are there before anything of that length is made, and the copies that a
pickle can ask for are together no longer than the file.

Opcodes are those of protocol 2 to 5 that gensim's and numpy's objects need (Lib/pickletools.py describes them).
"""

import struct
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

import numpy as np

from w2v.base.paths import Path
from w2v.errors import FormatError, TruncatedError

_DTYPES = ("f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "b1")
_NUMBERS = {size: struct.Struct(code).unpack_from for size, code in ((1, "<B"), (2, "<H"), (4, "<I"), (8, "<Q"))}
_KEYS = {str, bytes, int, bool, float, type(None)}  # types of keys: hashing nested tuples could exhaust the stack


class Name:
    """A global that a pickle names: "module.name". It is nothing but that."""

    def __init__(self, name: str):
        self.name = name


class Record:
    """An object in a pickle: what it was made from, with which arguments, and its state."""

    def __init__(self, name: str, args: Any = ()):
        self.name, self.args = name, args
        self.state: Any = {}
        self.items: list[tuple[Any, Any]] = []  # of the object of a class derived from dict


class Array(Record):
    """An array of numpy whose content is yet to come."""

    def content(self) -> Any:
        """The array, or for one of objects the list of them; ValueError if its state is no array's."""
        try:
            _, shape, dtype, fortran, data = self.state
        except (TypeError, ValueError):
            raise ValueError(f"expected the state of an array, got {type(self.state).__name__}") from None
        return make_array(data, dtype, shape, "F" if fortran else "C")


def make_array(data: Any, dtype: Any, shape: Any, order: str) -> Any:
    """An array over these bytes, read-only, without a copy; objects come as the list that they are."""
    if not isinstance(dtype, Record) or dtype.name != "numpy.dtype":
        raise ValueError(f"expected an array's type, got {type(dtype).__name__}")
    if isinstance(data, list):
        return data
    shape = (shape,) if isinstance(shape, int) else shape
    if not isinstance(shape, tuple) or len(shape) > 8 or not all(type(n) is int and n >= 0 for n in shape):
        raise ValueError(f"expected the shape of an array, got {shape!r:.80}")
    if isinstance(data, str):  # Python 2's bytes
        data = data.encode("latin-1")
    kind = _real_dtype(dtype)
    expected = kind.itemsize * int(np.prod(shape, dtype=object))
    if not isinstance(data, bytes | memoryview) or len(data) != expected:
        raise ValueError(f"expected an array of {expected} bytes, got {len(data) if data else 0}")
    if expected == 0:
        return np.empty(shape, kind)
    return np.frombuffer(data, kind).reshape(shape, order="F" if order == "F" else "C")


def _real_dtype(record: Record) -> np.dtype[Any]:
    """The dtype of numbers that was recorded."""
    code = record.args[0] if isinstance(record.args, tuple) and record.args else None
    order = record.state[1] if isinstance(record.state, tuple) and len(record.state) > 1 else "<"
    if code not in _DTYPES or order not in ("<", ">", "|", "="):
        raise ValueError(f"expected an array of numbers, got type {code!r:.40}")
    return np.dtype(code).newbyteorder(">" if order == ">" else "<")


def _scalar(dtype: Any, data: Any = b"") -> Any:
    return make_array(data, dtype, (), "C").item()


def _encode(text: Any, encoding: Any = "utf-8") -> Any:
    if not isinstance(text, str) or encoding != "latin1":
        raise ValueError(f"expected bytes as text of latin1, got {encoding!r:.80}")
    return text.encode("latin-1")


#: What is done for a call of a name, by the last part of that name; any other call makes a `Record`.
_CALLS: dict[str, Callable[..., Any]] = {
    "numpy.core.multiarray._reconstruct": lambda *_: Array("numpy.ndarray"),
    "numpy._core.multiarray._reconstruct": lambda *_: Array("numpy.ndarray"),
    "numpy.core.numeric._frombuffer": make_array,
    "numpy._core.numeric._frombuffer": make_array,
    "numpy.core.multiarray.scalar": _scalar,
    "numpy._core.multiarray.scalar": _scalar,
    "_codecs.encode": _encode,
    "builtins.bytearray": lambda *args: args[0] if args else b"",
}


def read_pickle(data: memoryview, path: Path, allowed: frozenset[str]) -> Any:
    """What the pickle in `data` holds, of str, numbers, containers, arrays and `Record`.

    Parameters
    ----------
    data : memoryview of bytes
    path : path
        For errors.
    allowed : set of str
        Names "module.name" that the pickle may use; none of them is imported.

    Raises
    ------
    FormatError
        The pickle is damaged, or uses other names or opcodes; the message says which and where.

    Examples
    --------
    >>> import pickle
    >>> read_pickle(memoryview(pickle.dumps({"window": 5})), "a file", frozenset())
    {'window': 5}
    >>> read_pickle(memoryview(pickle.dumps(print)), "a file", frozenset())
    Traceback (most recent call last):
    w2v.errors.FormatError: a file: byte 31: expected only objects of vectors, got a pickle that wants builtins.print
    """
    reader = _Reader(data, path, allowed)
    try:
        return reader.read()
    except FormatError:
        raise
    except (IndexError, KeyError):
        reader.fail("expected a pickle, got one that uses what is not there")
    except (TypeError, ValueError, AttributeError, OverflowError, struct.error) as error:
        reader.fail(f"expected a pickle of vectors, got an error: {error}")


class _Reader:
    """The stack machine that pickles are written for."""

    def __init__(self, data: memoryview, path: Path, allowed: frozenset[str]):
        self.data, self.path, self.allowed = data, path, allowed
        self.place = self.copied = 0
        self.stack: list[Any] = []
        self.marks: list[list[Any]] = []
        self.memo: dict[int, Any] = {}

    def fail(self, message: str) -> NoReturn:
        raise FormatError(f"{self.path}: byte {self.place}: {message}")

    def read(self) -> Any:
        actions, data, length = _ACTIONS, self.data, len(self.data)
        while self.place < length:
            code = data[self.place]
            self.place += 1
            if code == 0x2E:  # STOP
                return finished(self.stack.pop())
            action = actions.get(code)
            if action is None:
                self.fail(f"expected an opcode that vectors need, got {bytes([code])!r}")
            action(self)
        raise TruncatedError(f"{self.path}: byte {self.place}: the pickle ends early")

    def take(self, count: int) -> memoryview:
        """The next bytes."""
        place = self.place
        if count < 0 or count > len(self.data) - place:
            left = len(self.data) - place
            raise TruncatedError(f"{self.path}: byte {place}: expected {count} bytes, got {left}")
        self.place = place + count
        return self.data[place : self.place]

    def skip(self, count: int) -> None:
        """Pass over some bytes."""
        self.place += count

    def number(self, size: int) -> int:
        """A little-endian unsigned integer of 1, 2, 4 or 8 bytes."""
        number: int = _NUMBERS[size](self.data, self.place)[0]
        self.place += size
        return number

    def text(self, size: int, encoding: str = "utf-8") -> None:
        """Push a text with its length before it."""
        self.stack.append(str(self.take(self.number(size)), encoding, "surrogatepass"))

    def line(self) -> str:
        """A line of the text form of names."""
        start = self.place
        for end in range(start, min(len(self.data), start + 256)):
            if self.data[end] == 0x0A:
                self.place = end + 1
                return str(self.data[start:end], "utf-8")
        self.fail("expected a name of a module or in one")

    def items(self) -> list[Any]:
        """What was pushed since the last mark."""
        items, self.stack = self.stack, self.marks.pop()
        return items

    def name(self, module: Any, name: Any) -> None:
        """Push a global."""
        module = {"__builtin__": "builtins", "copy_reg": "copyreg"}.get(module, module)
        full = f"{module}.{name}"
        if full not in self.allowed:
            self.fail(f"expected only objects of vectors, got a pickle that wants {full[:120]}")
        self.stack.append(Name(full))

    def call(self, made: Any, args: Any) -> None:
        """Push what a call of a global gives: see `_CALLS`."""
        if not isinstance(made, Name) or not isinstance(args, tuple):
            self.fail(f"expected a call of a global, got one of {type(made).__name__}")
        if made.name == "_codecs.encode" and args and isinstance(args[0], str):
            self.copy(len(args[0]))
        if made.name == "copyreg._reconstructor" and args and isinstance(args[0], Name):
            made = args[0]
        action = _CALLS.get(made.name)
        self.stack.append(Record(made.name, args) if action is None else action(*args))

    def build(self) -> None:
        """Give the topmost object its state."""
        state, target = self.stack.pop(), self.stack[-1]
        if isinstance(target, Record):
            target.state = state
        else:
            self.fail(f"expected an object for a state, got {type(target).__name__}")

    def set_items(self, target: Any, keys: list[Any], values: list[Any]) -> None:
        """Fill a dict, or the record of a class derived from it."""
        if len(keys) != len(values):
            self.fail("expected as many keys as values")
        if isinstance(target, Record):
            target.items += zip(keys, values, strict=True)
            return
        if not isinstance(target, dict):
            self.fail(f"expected a dict, got {type(target).__name__}")
        if not set(map(type, keys)) <= _KEYS:
            keys = list(map(self.key, keys))
        target.update(zip(keys, values, strict=True))

    def key(self, key: Any) -> Any:
        """A key that may be bytes, or a tuple of texts or bytes."""
        if type(key) is tuple and key:
            self.copy(len(key))
            return tuple(map(self.plain_key, key))
        return self.plain_key(key)

    def plain_key(self, key: Any) -> Any:
        """A key that is no tuple."""
        if type(key) is memoryview:
            self.copy(len(key))
            return bytes(key)
        if type(key) not in _KEYS:
            self.fail(f"expected plain keys, got {type(key).__name__}")
        return key

    def copy(self, length: int) -> None:
        """Count what is copied; fail if it is more than the file can need."""
        self.copied += length
        if self.copied > len(self.data):
            self.fail("expected no more copies than the file has bytes")

    def extend(self, target: Any, values: list[Any]) -> None:
        """Lengthen a list."""
        if not isinstance(target, list):
            self.fail(f"expected a list, got {type(target).__name__}")
        target.extend(values)


def finished(value: Any) -> Any:
    """A value as the caller wants it: arrays made."""
    return value.content() if isinstance(value, Array) else value


def _mark(r: _Reader) -> None:
    r.marks.append(r.stack)
    r.stack = []


def _pop(r: _Reader) -> None:
    r.stack.pop()


def _pop_mark(r: _Reader) -> None:
    r.items()


def _append(r: _Reader) -> None:
    value = r.stack.pop()
    r.extend(r.stack[-1], [value])


def _appends(r: _Reader) -> None:
    items = r.items()
    r.extend(r.stack[-1], items)


def _set_item(r: _Reader) -> None:
    value, key = r.stack.pop(), r.stack.pop()
    r.set_items(r.stack[-1], [key], [value])


def _set_items(r: _Reader) -> None:
    items = r.items()
    r.set_items(r.stack[-1], items[::2], items[1::2])


def _long_tuple(r: _Reader) -> None:
    items = tuple(r.items())  # before the stack is looked up: items() changes it
    r.stack.append(items)


def _frozen_set(r: _Reader) -> None:
    items = r.items()
    r.stack.append(items)


def _tuple(r: _Reader, count: int) -> None:
    if len(r.stack) < count:
        raise IndexError
    items = tuple(r.stack[-count:])
    r.stack[-count:] = [items]


def _stack_global(r: _Reader) -> None:
    name, module = r.stack.pop(), r.stack.pop()
    r.name(module, name)


def _reduce(r: _Reader) -> None:
    args, made = r.stack.pop(), r.stack.pop()
    r.call(made, args)


def _new_object(r: _Reader) -> None:
    args, made = r.stack.pop(), r.stack.pop()
    if not isinstance(made, Name):
        r.fail(f"expected a class, got {type(made).__name__}")
    r.stack.append(Record(made.name, args))


def _memoize(r: _Reader) -> None:
    r.memo[len(r.memo)] = r.stack[-1]


def _put(size: int) -> Callable[[_Reader], None]:
    def put(r: _Reader) -> None:
        r.memo[r.number(size)] = r.stack[-1]

    return put


def _get(size: int) -> Callable[[_Reader], None]:
    def get(r: _Reader) -> None:
        r.stack.append(r.memo[r.number(size)])

    return get


def _short_text(r: _Reader) -> None:
    start = r.place + 1
    r.place = end = start + r.data[start - 1]
    if end > len(r.data):
        raise TruncatedError(f"{r.path}: byte {start}: expected {end - start} bytes, got {len(r.data) - start}")
    r.stack.append(str(r.data[start:end], "utf-8", "surrogatepass"))


_ACTIONS: Mapping[int, Callable[[_Reader], None]] = {
    0x80: lambda r: r.skip(1),  # PROTO
    0x95: lambda r: r.skip(8),  # FRAME: how much is read at once; we have it all
    ord("("): _mark,
    ord("1"): _pop_mark,
    ord("0"): _pop,
    ord("N"): lambda r: r.stack.append(None),
    0x88: lambda r: r.stack.append(True),
    0x89: lambda r: r.stack.append(False),
    ord("K"): lambda r: r.stack.append(r.number(1)),
    ord("M"): lambda r: r.stack.append(r.number(2)),
    ord("J"): lambda r: r.stack.append((r.number(4) ^ 1 << 31) - (1 << 31)),  # BININT is signed
    0x8A: lambda r: r.stack.append(int.from_bytes(r.take(r.number(1)), "little", signed=True)),  # LONG1
    ord("G"): lambda r: r.stack.append(struct.unpack(">d", r.take(8))[0]),
    0x8C: _short_text,
    ord("X"): lambda r: r.text(4),
    0x8D: lambda r: r.text(8),
    ord("U"): lambda r: r.text(1, "latin-1"),  # SHORT_BINSTRING of Python 2
    ord("T"): lambda r: r.text(4, "latin-1"),
    ord("C"): lambda r: r.stack.append(r.take(r.number(1))),
    ord("B"): lambda r: r.stack.append(r.take(r.number(4))),
    0x8E: lambda r: r.stack.append(r.take(r.number(8))),
    0x96: lambda r: r.stack.append(r.take(r.number(8))),  # BYTEARRAY8
    ord("]"): lambda r: r.stack.append([]),
    ord("}"): lambda r: r.stack.append({}),
    ord(")"): lambda r: r.stack.append(()),
    0x8F: lambda r: r.stack.append([]),  # EMPTY_SET: no set of ours matters
    0x90: _appends,  # ADDITEMS
    0x91: _frozen_set,
    ord("a"): _append,
    ord("e"): _appends,
    ord("s"): _set_item,
    ord("u"): _set_items,
    ord("t"): _long_tuple,
    0x85: lambda r: _tuple(r, 1),
    0x86: lambda r: _tuple(r, 2),
    0x87: lambda r: _tuple(r, 3),
    0x94: _memoize,
    ord("q"): _put(1),
    ord("r"): _put(4),
    ord("h"): _get(1),
    ord("j"): _get(4),
    ord("c"): lambda r: r.name(r.line(), r.line()),
    0x93: _stack_global,
    ord("R"): _reduce,
    0x81: _new_object,
    ord("b"): lambda r: r.build(),
}
