"""The map of a model's most frequent words: places on a plane and groups of similar words."""

import logging
import threading
from pathlib import Path

import numpy as np

from w2v.base.arrays import Array
from w2v.explore import saved
from w2v.explore.child import compute
from w2v.explore.groups import Groups, grouped
from w2v.keyedvectors import KeyedVectors
from w2v.projection import project

__all__ = ["WORDS", "Layout"]

logger = logging.getLogger("w2v.explore")

WORDS = 20_000
_LAST = 65535


class Layout:
    """Places and groups of the most frequent words.

    Parameters
    ----------
    kv : KeyedVectors
    method : "pca", "tsne" or "umap"
        Others than "pca" are computed when they are first asked for, in a process of low priority.
    path : path, optional
        Places are read from there if it has those of these vectors, else written there once they are computed.

    Attributes
    ----------
    progress : float
        The share of the work that is done, from 0 to 1.

    Examples
    --------
    >>> kv = KeyedVectors(2)
    >>> kv.add_vectors(["cat", "dog", "car"], [[4, 0], [3, 4], [0, 1]])
    >>> layout = Layout(kv, "pca")
    >>> layout.places("pca").shape
    (3, 2)
    """

    def __init__(self, kv: KeyedVectors, method: str = "pca", path: str | None = None) -> None:
        self.method = method
        self.words = [str(key) for key in kv.index_to_key[:WORDS]]
        self.progress = 0.0
        self._rows = _unit(kv)
        self._made: dict[str, Array] = {}
        self._groups: Groups | None = None
        self._lock = threading.Lock()
        self._failed: str | None = None
        self._thread: threading.Thread | None = None
        self._path = path
        if method != "pca" and path is not None and Path(path).is_file():
            places = saved.read(path, method, self._rows)
            if places is not None:
                self._made[method] = scaled(places)

    def prepare(self) -> None:
        """Compute, or begin to compute, all that will be asked for."""
        self.places(self.method)
        self.places("pca")
        self.groups()

    def groups(self) -> Groups:
        """Groups of similar words."""
        with self._lock:
            if self._groups is None:
                self._groups = grouped(self._rows)
            return self._groups

    def places(self, method: str) -> Array | None:
        """Places (n, 2) from 0 to 65535, or None as long as they are not yet computed; ValueError if they never are."""
        if method not in ("pca", self.method):
            raise ValueError(f"layout: expected pca or {self.method}, got {method!r}")
        with self._lock:
            if method == "pca" and method not in self._made:
                self._made["pca"] = scaled(project(self._rows))
            if method not in self._made:
                if self._failed:
                    raise ValueError(self._failed)
                self._begin()
            return self._made.get(method)

    def _begin(self) -> None:
        """Begin to compute places, unless that has begun."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._compute, daemon=True)
            self._thread.start()

    def _compute(self) -> None:
        try:
            places = compute(self._rows, self.method, self._advance)
        except (ValueError, OSError) as error:
            self._failed = str(error)
            return
        with self._lock:
            self._made[self.method] = scaled(places)
        if self._path is not None:
            try:
                saved.write(self._path, self.method, self._rows, places)
            except OSError as error:
                logger.info("the map is not kept: %s", error)

    def _advance(self, share: float) -> None:
        self.progress = share


def scaled(places: Array) -> Array:
    """Places as whole numbers from 0 to 65535, in the same scale both ways.

    Examples
    --------
    >>> scaled(np.array([[0.0, 0.0], [2.0, 1.0]])).tolist()
    [[0, 16384], [65535, 49151]]
    """
    low, high = places.min(axis=0).astype(np.float64), places.max(axis=0).astype(np.float64)
    side = float((high - low).max()) or 1.0
    return np.asarray(np.rint(((places - (low + high) / 2) / side + 0.5) * _LAST), dtype=np.int32)


def _unit(kv: KeyedVectors) -> Array:
    rows = np.array(kv._values(slice(min(len(kv), WORDS))), dtype=np.float32)
    rows[~np.isfinite(rows).all(axis=1)] = 0
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    rows /= np.where(lengths > 0, lengths, 1)
    return rows
