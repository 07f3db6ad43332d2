"""Which kernels run: what this processor offers, and what the environment asks for."""

import os
import platform
import sys

import numpy as np

from w2v import _core

__version__ = "0.1.0"  # the only place: pyproject.toml reads it here


def kernels() -> list[str]:
    """Name the kernel sets that this processor can run, best first; "portable" is always the last.

    Examples
    --------
    >>> kernels()[-1]
    'portable'
    """
    return _core.kernel_sets()


def active_kernels() -> str:
    """Name the kernel set in use: the best one, or that of the environment variable W2V_KERNELS.

    Raises
    ------
    ValueError
        W2V_KERNELS names a set that this processor cannot run.

    Examples
    --------
    >>> active_kernels() in kernels()
    True
    """
    name = os.environ.get("W2V_KERNELS") or kernels()[0]
    if name not in kernels():
        raise ValueError(f"W2V_KERNELS: expected one of {', '.join(kernels())} on this processor, got {name!r}")
    return name


def show_config() -> None:
    """Print what a bug report should say: versions, processor, kernel sets.

    Examples
    --------
    >>> show_config()  # doctest: +ELLIPSIS
    w2v ...
    """
    print(f"w2v {__version__}, Python {sys.version.split()[0]}, numpy {np.__version__}")
    print(f"{platform.system()} on {platform.machine()}")
    print(f"kernel sets: {', '.join(kernels())}; in use: {active_kernels()}")
