"""The map of a model's most frequent words: places on a plane and groups of similar words.

Principal components take a moment and are made when first asked for. t-SNE and UMAP take a minute, in a process of
their own: in a thread they would hold Python's lock, and the page would stand still.
"""

import atexit
import contextlib
import os
import subprocess
import sys
import threading
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from w2v.base.arrays import Array
from w2v.keyedvectors import KeyedVectors
from w2v.projection import project

__all__ = ["WORDS", "Layout", "best_method"]


WORDS = 20_000
_GROUPS = 8
_ROUNDS = 12  # of k-means: the groups are for the eye, they need not converge
_LAST = 65535


def best_method() -> str:
    """The best method whose library is installed.

    Examples
    --------
    >>> best_method() in ("umap", "tsne", "pca")
    True
    """
    return "umap" if find_spec("umap") else "tsne" if find_spec("sklearn") else "pca"


class Layout:
    """Places and groups of the most frequent words.

    Parameters
    ----------
    kv : KeyedVectors
    method : "pca", "tsne" or "umap"
        Others than "pca" are computed when they are first asked for, in a process of low priority.
    saved : path, optional
        Places are read from there if it is a file, else written there once they are computed (by ``numpy.save``).

    Examples
    --------
    >>> kv = KeyedVectors(2)
    >>> kv.add_vectors(["cat", "dog", "car"], [[4, 0], [3, 4], [0, 1]])
    >>> layout = Layout(kv, "pca")
    >>> layout.places("pca").shape
    (3, 2)
    """

    def __init__(self, kv: KeyedVectors, method: str = "pca", saved: str | None = None) -> None:
        self.method = method
        self.words = [str(key) for key in kv.index_to_key[:WORDS]]
        self._rows = _unit(kv)
        self._made: dict[str, Array] = {}
        self._groups: Array | None = None
        self._lock = threading.Lock()
        self._failed: str | None = None
        self._thread: threading.Thread | None = None
        self._saved = saved
        if method != "pca" and saved is not None and Path(saved).is_file():
            self._made[method] = scaled(_read(saved, len(self.words)))

    def prepare(self) -> None:
        """Compute, or begin to compute, all that will be asked for."""
        self.places("pca")
        self.groups()
        self.places(self.method)

    def groups(self) -> Array:
        """The number of the group of each word, by k-means (n,), uint8."""
        with self._lock:
            if self._groups is None:
                self._groups = group(self._rows, _GROUPS)
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
        command = [sys.executable, "-m", "w2v.explore.layout", self.method, str(self._rows.shape[1])]
        pipe = subprocess.PIPE
        with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe) as process:
            atexit.register(process.kill)
            made, errors = process.communicate(self._rows.tobytes())
            atexit.unregister(process.kill)
        if process.returncode or len(made) != 8 * len(self.words):
            lines = errors.decode(errors="replace").strip().splitlines()
            self._failed = f"{self.method} failed: {lines[-1] if lines else 'no message'}"
            return
        places = np.frombuffer(made, dtype=np.float32).reshape(-1, 2)
        with self._lock:
            self._made[self.method] = scaled(places)
        if self._saved is not None:
            _write(self._saved, places)


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


def group(rows: Array, count: int) -> Array:
    """Groups of similar rows of length 1 by spherical k-means, the larger the lower its number.

    Examples
    --------
    >>> group(np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 0.1]]), 2).tolist()
    [0, 1, 0]
    """
    centred = rows - rows.mean(axis=0)
    centres = _far_apart(centred, min(count, len(rows)))
    for _ in range(_ROUNDS):
        nearest = (centred @ centres.T).argmax(axis=1)
        sums = np.array([centred[nearest == number].sum(axis=0) for number in range(len(centres))])
        lengths = np.linalg.norm(sums, axis=1, keepdims=True)
        centres = np.where(lengths > 0, sums / np.where(lengths > 0, lengths, 1), centres)
    order = np.argsort(-np.bincount(nearest, minlength=len(centres)), kind="stable")
    return np.asarray(np.argsort(order, kind="stable")[nearest], dtype=np.uint8)


def _far_apart(rows: Array, count: int) -> Array:
    """Rows to begin with: the first, then always the one that is least like those before."""
    some = rows[:2000]
    chosen = [0]
    likeness = some @ some[0]
    while len(chosen) < count:
        chosen.append(int(likeness.argmin()))
        likeness = np.maximum(likeness, some @ some[chosen[-1]])
    lengths = np.linalg.norm(some[chosen], axis=1, keepdims=True)
    centres: Array = some[chosen] / np.where(lengths > 0, lengths, 1)
    return centres


def _unit(kv: KeyedVectors) -> Array:
    rows = np.array(kv._values(slice(min(len(kv), WORDS))), dtype=np.float32)
    rows[~np.isfinite(rows).all(axis=1)] = 0
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    rows /= np.where(lengths > 0, lengths, 1)
    return rows


def _read(path: str, words: int) -> Array:
    try:
        places: Array = np.load(path, allow_pickle=False)
    except (ValueError, EOFError) as error:
        raise ValueError(f"{path}: expected a map that w2v explore has saved: {error}") from error
    if places.shape != (words, 2) or places.dtype.kind != "f" or not np.isfinite(places).all():
        raise ValueError(f"{path}: expected a map of {words} words, got shape {places.shape} of {places.dtype}")
    return places


def _write(path: str, places: Array) -> None:
    from w2v.base.files import open_to_write

    with open_to_write(path) as file:
        np.save(file, places)


def main(method: str, size: str) -> None:
    """Read rows of this size from standard input and write their places to standard output, both float32."""
    with contextlib.suppress(AttributeError, OSError):  # not on every system
        os.nice(10)
    rows = np.frombuffer(sys.stdin.buffer.read(), dtype=np.float32).reshape(-1, int(size))
    with contextlib.redirect_stdout(sys.stderr):  # in case a library prints
        places = project(rows, method)
    sys.stdout.buffer.write(places.astype(np.float32).tobytes())


if __name__ == "__main__":
    main(*sys.argv[1:])
