"""Pickles of objects whose classes are not there, as Python 3 and Python 2 write them."""

import contextlib
import io
import pickle
import struct
import sys
import types
from unittest import mock


@contextlib.contextmanager
def classes(*kinds):
    """Classes of these full names, such as "gensim.utils.Any", which can be pickled as long as this lasts."""
    modules, made = {}, []
    for kind in kinds:
        module_name, _, name = kind.rpartition(".")
        parts = module_name.split(".")
        for end in range(1, len(parts) + 1):
            modules.setdefault(".".join(parts[:end]), types.ModuleType(".".join(parts[:end])))
        made.append(type(name, (), {"__module__": module_name}))
        setattr(modules[module_name], name, made[-1])
    with mock.patch.dict(sys.modules, modules):
        yield made


def filled(kind, /, **state):
    """An object of a class with these attributes."""
    made = kind()
    made.__dict__.update(state)
    return made


class _Python2(pickle._Pickler):
    """Writes what Python 2 wrote: names of its modules, and its own kinds of texts and numbers."""

    dispatch = pickle._Pickler.dispatch.copy()

    def __init__(self, file, protocol, unicode):
        super().__init__(file, protocol)
        self.unicode = unicode  # which texts are its unicode, not its str

    def save_text(self, text):
        if text in self.unicode:
            super().save_str(text)
        else:
            self.save_old(text.encode())
        if self.memo.get(id(text)) is None:
            self.memoize(text)

    def save_old(self, data):
        if not self.bin:
            self.write(b"S" + repr(data)[1:].encode() + b"\n")
        elif len(data) < 256:
            self.write(b"U" + bytes([len(data)]) + data)
        else:
            self.write(b"T" + struct.pack("<i", len(data)) + data)

    def save_number(self, number):
        if self.bin and -(2**31) <= number < 2**31:
            super().save_long(number)
        else:
            self.write(b"I%d\n" % number if number < 2**63 else b"L%dL\n" % number)

    def save_global(self, obj, name=None):
        module, name = getattr(obj, "__module__", "builtins"), name or obj.__qualname__
        module = {"builtins": "__builtin__", "copyreg": "copy_reg"}.get(module, module).replace(
            "numpy._core", "numpy.core"
        )
        self.write(f"c{module}\n{name}\n".encode())
        self.memoize(obj)

    dispatch[str] = save_text
    dispatch[bytes] = save_old
    dispatch[int] = save_number
    dispatch[type] = dispatch[types.FunctionType] = dispatch[types.BuiltinFunctionType] = save_global


def python2(made, protocol=2, unicode=()):
    """A pickle of an object by Python 2; the texts in `unicode` are unicode there, all others str."""
    file = io.BytesIO()
    _Python2(file, protocol, unicode).dump(made)
    return file.getvalue()


def pickled(kind, state, protocol=4):
    """A pickle of an object of gensim's class, which need not be there."""
    with classes(kind) as (made,):
        return pickle.dumps(filled(made, **state), protocol)
