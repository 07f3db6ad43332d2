"""Settings of a model, checked before anything is done with them."""

import math
from typing import Any

KERNELS = ("batched", "pairwise", "blas")

# whole numbers, and the least allowed
_WHOLE = {"vector_size": 1, "window": 1, "negative": 1, "workers": 1, "epochs": 1, "min_count": 0}
_FINITE = ("alpha", "min_alpha", "sample", "ns_exponent")
_SWITCHES = ("sg", "cbow_mean", "sorted_vocab")


def check_settings(settings: dict[str, Any]) -> None:
    """Raise TypeError or ValueError if a setting makes no sense; those that are not there are not checked.

    Examples
    --------
    >>> check_settings({"window": 0})
    Traceback (most recent call last):
    ValueError: window: expected a whole number of at least 1, got 0
    """
    for name, least in _WHOLE.items():
        if name in settings:
            _check_whole(name, settings[name], least)
    for name in _FINITE:
        value = settings.get(name, 0)
        if isinstance(value, bool) or not math.isfinite(value) or (value < 0 and name != "ns_exponent"):
            bound = "" if name == "ns_exponent" else " of at least 0"
            raise ValueError(f"{name}: expected a finite number{bound}, got {value!r}")
    for name in _SWITCHES:
        if settings.get(name, 0) not in (0, 1):
            raise ValueError(f"{name}: expected 0 or 1, got {settings[name]!r}")
    if settings.get("hs"):
        raise ValueError("hs=1: hierarchical softmax is not there yet; use hs=0 with negative of at least 1")
    if settings.get("kernel", KERNELS[0]) not in KERNELS:
        raise ValueError(f"kernel: expected one of {', '.join(KERNELS)}, got {settings['kernel']!r}")
    if settings.get("kernel") == "blas":
        _need_scipy()


def _check_whole(name: str, value: Any, least: int) -> None:
    try:
        whole = value.__index__()
    except AttributeError:
        raise TypeError(f"{name}: expected a whole number, got {value!r}") from None
    if whole < least:
        fix = "; without noise words nothing is trained" if name == "negative" else ""
        raise ValueError(f"{name}: expected a whole number of at least {least}, got {value!r}{fix}")


def _need_scipy() -> None:
    try:
        import scipy.linalg.cython_blas  # noqa: F401  the address table of BLAS
    except ImportError as error:
        raise ImportError('kernel="blas" needs scipy: pip install "w2v[blas]"') from error
