"""What stands for a file in every signature: text, or an object that has a path, such as `pathlib.Path`."""

from os import PathLike

Path = str | PathLike[str]
