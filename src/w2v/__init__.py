"""word2vec, more than ten times faster, with gensim's interface.

The public names are those of `w2v._public`, which is imported when the first of them is asked for: numpy takes longer
to import than ``w2v --help`` to print.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from w2v._public import *  # noqa: F403
    from w2v._public import __all__ as __all__
else:
    from importlib import import_module
    from importlib.util import find_spec

    def __getattr__(name):
        if name.startswith("_") and name not in ("__all__", "__version__"):
            raise AttributeError(f"module 'w2v' has no attribute {name!r}")
        if name != "__all__" and find_spec(f"w2v.{name}"):  # a module; one of those that _public needs, perhaps
            return import_module(f"w2v.{name}")
        from w2v import _public

        names = getattr(_public, "__all__", ())  # nothing yet, while it is being imported itself
        globals().update({name: getattr(_public, name) for name in names}, __all__=names)
        if name not in globals():
            raise AttributeError(f"module 'w2v' has no attribute {name!r}")
        return globals()[name]

    def __dir__():
        return sorted({*globals(), *__getattr__("__all__")})
