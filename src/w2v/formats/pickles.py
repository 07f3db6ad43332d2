"""Reading what is in a pickle without running it.

The file never reaches Python's unpickler. Here is a reader of its own: a fixed table of opcodes, none of which can call
or import anything. A global is a name (`Name`), an object made from one is a record of that name and its state
(`Record`), whatever the name; only arrays, numbers and texts of numpy become real (`w2v.formats.pickle_values`).

What a pickle can ask for is bounded by its length: every count is compared with the bytes that are there before
anything of that length is made, bytes are copied when they are needed, the number of containers is limited by the
length, and so is what keys cost (`w2v.formats.pickle_keys`).

Opcodes are those of protocols 0 to 5 (Lib/pickletools.py describes them), as any Python from 2.3 on writes them.
"""

import struct
from typing import Any

from w2v.base.files import Source
from w2v.errors import FormatError, TruncatedError
from w2v.formats.pickle_machine import Machine
from w2v.formats.pickle_opcodes import ACTIONS
from w2v.formats.pickle_values import plain


def read_pickle(data: bytes, path: Source) -> Any:
    """What the pickle in `data` holds, of str, numbers, containers, `Bytes`, `Name`, `Record` and `Array`.

    Parameters
    ----------
    data : bytes
    path : path
        For errors.

    Raises
    ------
    FormatError
        It is no pickle, is damaged, asks for more than its length allows, or is followed by something else; the
        message says where.

    Examples
    --------
    >>> import pickle
    >>> read_pickle(pickle.dumps({"window": 5}), "a file")
    {'window': 5}
    >>> found = read_pickle(pickle.dumps(print), "a file")  # a name, not the function
    >>> type(found).__name__, found.name
    ('Name', 'builtins.print')
    """
    machine = Machine(data, path)
    try:
        return _read(machine)
    except FormatError:
        raise
    except (IndexError, KeyError):
        machine.fail("expected a pickle, got one that uses what is not there")
    except (TypeError, ValueError, AttributeError, OverflowError, RecursionError, struct.error) as error:
        machine.fail(str(error) or type(error).__name__)


def _read(machine: Machine) -> Any:
    """The object that the opcodes make."""
    actions, data, length = ACTIONS, machine.data, len(machine.data)
    while machine.place < length:
        code = data[machine.place]
        machine.place += 1
        if code == 0x2E:  # STOP
            if machine.place < length:
                machine.fail(f"expected the end of the file after the pickle, got {length - machine.place} more bytes")
            return plain(machine.stack.pop())
        action = actions.get(code)
        if action is None:
            machine.fail(f"expected an opcode of pickles, got {bytes([code])!r}")
        action(machine)
    raise TruncatedError(f"{machine.path}: byte {machine.place}: the pickle ends early")
