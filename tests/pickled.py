"""Pickles of objects whose classes are not there."""

import pickle
import sys
import types
from unittest import mock


def pickled(kind, state, protocol=4):
    """A pickle of an object of gensim's class, which need not be there."""
    module_name, _, name = kind.rpartition(".")
    module = types.ModuleType(module_name)
    cls = type(name, (), {"__module__": module_name})
    setattr(module, name, cls)
    made = cls()
    made.__dict__.update(state)
    packages = {part: types.ModuleType(part) for part in ("gensim", "gensim.models")}
    with mock.patch.dict(sys.modules, {**packages, module_name: module}):
        return pickle.dumps(made, protocol)
