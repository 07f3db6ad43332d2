"""What stands for a file in every signature: text, or an object that has a path, such as `pathlib.Path`."""

import os
from os import PathLike
from typing import Any

Path = str | PathLike[str]


def path_of(path: Any, name: str) -> str:
    """Return a path as text; TypeError that names the argument if it is none.

    Examples
    --------
    >>> path_of("vectors.txt", "fname")
    'vectors.txt'
    """
    if isinstance(path, str | bytes | PathLike):
        return os.fsdecode(path)
    raise TypeError(f"{name}: expected a path, got {type(path).__name__}")
