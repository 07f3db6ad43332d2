"""The opcodes of pickles, protocols 0 to 5, as what each does to the stack: Lib/pickletools.py describes them.

None of them calls or imports anything.
"""

import codecs
import struct
from collections.abc import Callable, Mapping
from typing import NoReturn

from w2v.errors import TruncatedError
from w2v.formats.pickle_machine import LONGEST_NAME, LONGEST_NUMBER, Machine
from w2v.formats.pickle_values import Name, Record, described


def _pop(r: Machine) -> None:
    if r.marks and r.marks[-1] == len(r.stack):
        r.marks.pop()
    else:
        r.stack.pop()


def _pop_mark(r: Machine) -> None:
    r.items()


def _append(r: Machine) -> None:
    value = r.stack.pop()
    r.extend(r.stack[-1], [value])


def _appends(r: Machine) -> None:
    items = r.items()
    r.extend(r.stack[-1], items)


def _set_item(r: Machine) -> None:
    value, key = r.stack.pop(), r.stack.pop()
    r.set_items(r.stack[-1], [key, value])


def _set_items(r: Machine) -> None:
    items = r.items()
    r.set_items(r.stack[-1], items)


def _dict(r: Machine) -> None:
    items = r.items()
    r.push({})
    r.set_items(r.stack[-1], items)


def _frozen_set(r: Machine) -> None:
    r.push(Record("builtins.frozenset", (r.items(),)))


def _tuple(r: Machine, count: int) -> None:
    if len(r.stack) < count:
        raise IndexError
    items = tuple(r.stack[-count:])
    del r.stack[-count:]
    r.push(items)


def _stack_global(r: Machine) -> None:
    name, module = r.stack.pop(), r.stack.pop()
    r.stack.append(r.name(module, name))


def _name(r: Machine) -> Name:
    return r.name(*(str(r.line(LONGEST_NAME), "utf-8") for _ in range(2)))


def _reduce(r: Machine) -> None:
    args, made = r.stack.pop(), r.stack.pop()
    r.call(made, args)


def _new_object(r: Machine, parts: int = 2) -> None:
    *args, made = (r.stack.pop() for _ in range(parts))
    if not isinstance(made, Name | Record):
        r.fail(f"expected a class, got {described(made)}")
    r.push(Record(made.name, args[-1]))


def _object(r: Machine) -> None:
    """An object of an old class of Python 2: the class, then its arguments."""
    made, *args = r.items()
    if not isinstance(made, Name | Record):
        r.fail(f"expected a class, got {described(made)}")
    r.push(Record(made.name, tuple(args)))


def _instance(r: Machine) -> None:
    """The same with the class by its name."""
    made = _name(r)
    r.push(Record(made.name, tuple(r.items())))


def _truth_or_number(r: Machine) -> None:
    """Before protocol 2 there were no truth values of their own."""
    start = r.place
    number = r.decimal()
    r.stack.append({b"00\n": False, b"01\n": True}.get(r.raw[start : r.place], number))


def _quoted(r: Machine) -> None:
    """A str of Python 2 as it is spelt in a program."""
    line = r.line(len(r.raw)).strip()
    if len(line) < 2 or line[:1] not in (b"'", b'"') or line[-1:] != line[:1]:
        r.fail("expected a text in quotation marks")
    r.old_text(memoryview(codecs.escape_decode(line[1:-1])[0]))


def _short_text(r: Machine) -> None:
    start = r.place + 1
    r.place = end = start + r.data[start - 1]
    if end > len(r.data):
        raise TruncatedError(f"{r.path}: byte {start}: expected {end - start} bytes, got {len(r.data) - start}")
    r.stack.append(str(r.data[start:end], "utf-8", "surrogatepass"))


def _apart(r: Machine) -> NoReturn:
    r.fail("expected a pickle that is whole, got one whose arrays are kept elsewhere")


ACTIONS: Mapping[int, Callable[[Machine], None]] = {
    0x80: lambda r: r.skip(1),  # PROTO
    0x95: lambda r: r.skip(8),  # FRAME: how much is read at once; we have it all
    ord("("): lambda r: r.mark(),
    ord("1"): _pop_mark,
    ord("0"): _pop,
    ord("2"): lambda r: r.stack.append(r.stack[-1]),
    ord("N"): lambda r: r.stack.append(None),
    0x88: lambda r: r.stack.append(True),
    0x89: lambda r: r.stack.append(False),
    ord("I"): _truth_or_number,
    ord("L"): lambda r: r.stack.append(r.decimal()),
    ord("K"): lambda r: r.stack.append(r.number(1)),
    ord("M"): lambda r: r.stack.append(r.number(2)),
    ord("J"): lambda r: r.stack.append((r.number(4) ^ 1 << 31) - (1 << 31)),  # BININT is signed
    0x8A: lambda r: r.wide(r.number(1)),  # LONG1
    0x8B: lambda r: r.wide(r.number(4)),
    ord("F"): lambda r: r.stack.append(float(r.line(LONGEST_NUMBER))),
    ord("G"): lambda r: r.stack.append(struct.unpack(">d", r.take(8))[0]),
    0x8C: _short_text,
    ord("X"): lambda r: r.text(4),
    0x8D: lambda r: r.text(8),
    ord("V"): lambda r: r.stack.append(str(r.line(len(r.raw)), "raw-unicode-escape")),
    ord("S"): _quoted,
    ord("U"): lambda r: r.old_text(r.take(r.number(1))),
    ord("T"): lambda r: r.old_text(r.take(r.number(4))),
    ord("C"): lambda r: r.binary(1),
    ord("B"): lambda r: r.binary(4),
    0x8E: lambda r: r.binary(8),
    0x96: lambda r: r.binary(8),  # BYTEARRAY8
    0x97: _apart,  # NEXT_BUFFER
    0x98: _apart,  # READONLY_BUFFER
    ord("]"): lambda r: r.push([]),
    ord("}"): lambda r: r.push({}),
    ord(")"): lambda r: r.stack.append(()),
    0x8F: lambda r: r.push(Record("builtins.set")),
    0x90: _appends,  # ADDITEMS
    0x91: _frozen_set,
    ord("a"): _append,
    ord("e"): _appends,
    ord("s"): _set_item,
    ord("u"): _set_items,
    ord("l"): lambda r: r.push(r.items()),
    ord("d"): _dict,
    ord("t"): lambda r: r.push(tuple(r.items())),
    0x85: lambda r: _tuple(r, 1),
    0x86: lambda r: _tuple(r, 2),
    0x87: lambda r: _tuple(r, 3),
    0x94: lambda r: r.put(len(r.memo)),  # MEMOIZE
    ord("p"): lambda r: r.put(r.decimal()),
    ord("q"): lambda r: r.put(r.number(1)),
    ord("r"): lambda r: r.put(r.number(4)),
    ord("g"): lambda r: r.get(r.decimal()),
    ord("h"): lambda r: r.get(r.number(1)),
    ord("j"): lambda r: r.get(r.number(4)),
    ord("c"): lambda r: r.stack.append(_name(r)),
    0x93: _stack_global,
    ord("R"): _reduce,
    0x81: _new_object,
    0x92: lambda r: _new_object(r, 3),
    ord("o"): _object,
    ord("i"): _instance,
    ord("b"): lambda r: r.build(),
    ord("P"): lambda r: r.push(Record("persistent object", (r.line(LONGEST_NAME),))),
    ord("Q"): lambda r: r.push(Record("persistent object", (r.stack.pop(),))),
    0x82: lambda r: r.push(Record("extension", (r.number(1),))),
    0x83: lambda r: r.push(Record("extension", (r.number(2),))),
    0x84: lambda r: r.push(Record("extension", (r.number(4),))),
}
