"""The stack machine that pickles are written for, without the opcodes: those are in `w2v.formats.pickle_opcodes`."""

import struct
from typing import Any, NoReturn

from w2v.base.files import Source
from w2v.errors import FormatError, TruncatedError
from w2v.formats.pickle_keys import Keys
from w2v.formats.pickle_values import Bytes, Name, Record, call, described, plain

_NUMBERS = {size: struct.Struct(code).unpack_from for size, code in ((1, "<B"), (2, "<H"), (4, "<I"), (8, "<Q"))}
_LAZY = 256  # bytes: longer ones of Python 2, and of Python 3, stay in the file
_LAZY_TEXT = 1 << 16  # bytes of UTF-8
LONGEST_NAME = 256  # characters of a module or of a name in one
LONGEST_NUMBER = 512  # bytes, or decimal digits
_MANY = 10_000  # containers that any pickle may have, and different names
_DEEPEST = 10_000
_SPARSE = 1000  # places of the memo that may be left out
_EMPTY = Record("nothing")  # what is at a place of the memo that was left out
_SHORTEST_CONTAINER = 8  # bytes that a container takes in files of many: a pair of small numbers, and where it is used
_MOVED = {"__builtin__": "builtins", "copy_reg": "copyreg"}


class Machine:
    """Bytes, a stack, marks on it, and a memo; every method reads on, or fails with an error that says where."""

    def __init__(self, data: bytes, path: Source):
        self.raw, self.path = data, path
        self.data = memoryview(data)
        self.place = 0
        self.containers = len(data) // _SHORTEST_CONTAINER + _MANY  # that may still be made
        self.stack: list[Any] = []
        self.marks: list[int] = []
        self.memo: list[Any] = []
        self.sparse: dict[int, Any] = {}  # the rest of the memo
        self.names: dict[str, Name] = {}
        self.keys = Keys(4 * len(data))

    def fail(self, message: str) -> NoReturn:
        """Refuse the pickle, and say where."""
        raise FormatError(f"{self.path}: byte {self.place}: {message}")

    def take(self, count: int) -> memoryview:
        """The next bytes."""
        place = self.place
        if count < 0 or count > len(self.data) - place:
            left = len(self.data) - place
            raise TruncatedError(f"{self.path}: byte {place}: expected {count} bytes, got {left}")
        self.place = place + count
        return self.data[place : self.place]

    def number(self, size: int) -> int:
        """A little-endian unsigned integer of 1, 2, 4 or 8 bytes."""
        number: int = _NUMBERS[size](self.data, self.place)[0]
        self.place += size
        return number

    def skip(self, count: int) -> None:
        """Pass over some bytes."""
        self.place += count

    def text(self, size: int) -> None:
        """Push a text with its length before it."""
        view = self.take(self.number(size))
        self.stack.append(Bytes(view, "text") if len(view) > _LAZY_TEXT else str(view, "utf-8", "surrogatepass"))

    def binary(self, size: int) -> None:
        """Push bytes with their length before them."""
        view = self.take(self.number(size))
        self.stack.append(Bytes(view, "bytes") if len(view) > _LAZY else bytes(view))

    def old_text(self, data: memoryview) -> None:
        """Push a str of Python 2, which is text or bytes."""
        if len(data) > _LAZY:
            self.push(Bytes(data, "str"))
        else:
            short = bytes(data)
            self.stack.append(short.decode()) if short.isascii() else self.push(Bytes(short, "str"))

    def wide(self, size: int) -> None:
        """Push a signed integer of so many bytes."""
        if size > LONGEST_NUMBER:
            self.fail(f"expected a number of at most {LONGEST_NUMBER} bytes, got {size}")
        self.keys.wide |= size > 8
        self.stack.append(int.from_bytes(self.take(size), "little", signed=True))

    def line(self, longest: int) -> bytes:
        """The rest of a line of the text forms."""
        start, end = self.place, self.raw.find(b"\n", self.place, self.place + longest + 1)
        if end < 0:
            self.fail(f"expected a line of at most {longest} bytes")
        self.place = end + 1
        return self.raw[start:end]

    def decimal(self) -> int:
        """A number of the text forms."""
        number = int(self.line(LONGEST_NUMBER).rstrip(b"L"))
        self.keys.wide |= number.bit_length() > 63
        return number

    def mark(self) -> None:
        """Remember where on the stack the parts of something begin."""
        if len(self.marks) > _DEEPEST:
            self.fail(f"expected at most {_DEEPEST} objects in one another, got more")
        self.marks.append(len(self.stack))

    def items(self) -> list[Any]:
        """What was pushed since the last mark."""
        mark = self.marks.pop()
        items = self.stack[mark:]
        del self.stack[mark:]
        return items

    def push(self, container: Any) -> None:
        """Push something that takes tens of bytes of memory for one of the file."""
        self.containers -= 1
        if self.containers < 0:
            self.fail("expected objects that the length of the file explains, got more")
        self.stack.append(container)

    def name(self, module: Any, name: Any) -> Name:
        """A global."""
        module, name = plain(module), plain(name)
        if not isinstance(module, str) or not isinstance(name, str):
            self.fail(f"expected names of a module and in it, got {described(module)} and {described(name)}")
        if max(len(module), len(name)) > LONGEST_NAME:
            self.fail(f"expected names of at most {LONGEST_NAME} characters, got {max(len(module), len(name))}")
        full = f"{_MOVED.get(module, module)}.{name}"
        if full not in self.names:
            if len(self.names) > _MANY:
                self.fail(f"expected at most {_MANY} different names, got more")
            self.names[full] = Name(full)
        return self.names[full]

    def call(self, made: Any, args: Any) -> None:
        """Push what a call of a global gives: see `w2v.formats.pickle_values.call`."""
        name = made.name if isinstance(made, Name | Record) else f"call of {type(made).__name__}"
        self.push(call(name, args if isinstance(args, tuple) else (args,)))

    def build(self) -> None:
        """Give the topmost object its state."""
        state, target = self.stack.pop(), self.stack[-1]
        if not isinstance(target, Record):
            self.fail(f"expected an object for a state, got {described(target)}")
        if target is not _EMPTY:
            target.state = state

    def set_items(self, target: Any, items: list[Any]) -> None:
        """Fill a dict, or an object like one, with keys and values in turn."""
        if len(items) % 2:
            self.fail("expected as many keys as values")
        if isinstance(target, Record):
            if target.mapping is None:
                target.mapping = {}
            target = target.mapping
        if not isinstance(target, dict):
            self.fail(f"expected a dict, got {described(target)}")
        target.update(zip(self.keys.plain(items[::2]), items[1::2], strict=True))

    def extend(self, target: Any, values: list[Any]) -> None:
        """Lengthen a list or a set, or an object like one."""
        if isinstance(target, Record):
            if target.items is None:
                target.items = []
            target = target.items
        if not isinstance(target, list):
            self.fail(f"expected a list, got {described(target)}")
        target.extend(values)

    def put(self, place: int) -> None:
        """Remember the topmost object."""
        memo, value = self.memo, self.stack[-1]
        if place == len(memo):
            memo.append(value)
        elif 0 <= place < len(memo):
            memo[place] = value
        elif 0 <= place < len(memo) + _SPARSE:
            memo += [_EMPTY] * (place - len(memo))
            memo.append(value)
        else:
            self.push(value)
            self.sparse[place] = self.stack.pop()

    def get(self, place: int) -> None:
        """Push what was remembered."""
        value = self.memo[place] if 0 <= place < len(self.memo) else self.sparse[place]
        if value is _EMPTY:
            raise KeyError(place)
        self.stack.append(value)
