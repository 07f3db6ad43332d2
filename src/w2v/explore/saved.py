"""Maps in files: places, with the method and a digest of the vectors they were made from, as safetensors."""

import hashlib

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from w2v.base.arrays import Array
from w2v.base.files import open_to_write

__all__ = ["is_map", "read", "write"]

_KIND = "map of w2v explore"


def is_map(path: str) -> bool:
    """Whether a file is a map that w2v explore has saved."""
    try:
        with safe_open(path, framework="numpy") as file:
            return (file.metadata() or {}).get("kind") == _KIND
    except (SafetensorError, OSError):
        return False


def read(path: str, method: str, rows: Array) -> Array | None:
    """The places (n, 2) in a file, or None if they were made of other vectors or by another method.

    Raises
    ------
    ValueError
        The file is not a map.
    """
    try:
        with safe_open(path, framework="numpy") as file:
            told = file.metadata() or {}
            if told.get("kind") != _KIND or "places" not in file.keys():  # noqa: SIM118 - it is no dict
                raise ValueError(f"{path}: expected a map that w2v explore has saved, got other tensors")
            if (told.get("method"), told.get("rows")) != (method, _digest(rows)):
                return None
            places = np.asarray(file.get_tensor("places"))
    except SafetensorError as error:
        raise ValueError(f"{path}: expected a map that w2v explore has saved: {error}") from error
    if places.shape != (len(rows), 2) or places.dtype.kind != "f" or not np.isfinite(places).all():
        raise ValueError(f"{path}: expected a map of {len(rows)} words, got shape {places.shape} of {places.dtype}")
    return places


def write(path: str, method: str, rows: Array, places: Array) -> None:
    """Keep places of rows in a file."""
    told = {"kind": _KIND, "method": method, "rows": _digest(rows)}
    with open_to_write(path) as file:
        file.write(save({"places": np.ascontiguousarray(places)}, metadata=told))


def _digest(rows: Array) -> str:
    return hashlib.blake2b(rows.tobytes() + str(rows.shape).encode(), digest_size=16).hexdigest()
