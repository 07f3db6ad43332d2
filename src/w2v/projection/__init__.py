"""Vectors of many dimensions on a plane: principal components, t-SNE, UMAP."""

import warnings
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from w2v.base.arrays import Array
from w2v.base.norms import unit_rows
from w2v.projection.tsne import tsne

__all__ = ["METHODS", "project"]


METHODS = ("pca", "tsne", "umap")


def project(
    rows: npt.ArrayLike, method: str = "pca", *, seed: int = 1, progress: Callable[[float], object] | None = None
) -> Array:
    """Places on a plane for vectors, near each other where the vectors are, by cosine.

    Parameters
    ----------
    rows : array of shape (n, d)
        Brought to length 1 first; rows of zeros stay.
    method : "pca", "tsne" or "umap", default "pca"
        The first two principal components, which keep the large distances; or t-SNE (van der Maaten and Hinton 2008),
        or UMAP (McInnes et al. 2018), by umap-learn, which both keep neighbours together.
    seed : int, default 1
        Of UMAP; t-SNE begins with the principal components.
    progress : callable, optional
        t-SNE calls it with the share that is done, from 0 to 1.

    Returns
    -------
    array of shape (n, 2), float32

    Raises
    ------
    ValueError
        An unknown method, no rows, or numbers that are not finite.
    ImportError
        umap-learn is not installed: ``pip install "w2v[umap]"``.

    Examples
    --------
    >>> a, b, c = project([[1, 0, 0], [0, 1, 0], [0.9, 0.1, 0]])
    >>> bool(np.linalg.norm(a - c) < np.linalg.norm(a - b))
    True
    """
    if method not in METHODS:
        raise ValueError(f"method: expected one of {', '.join(METHODS)}, got {method!r}")
    vectors = np.asarray(rows, dtype=np.result_type(np.asarray(rows), np.float32))
    if vectors.ndim != 2 or vectors.size == 0:
        raise ValueError(f"rows: expected vectors of shape (n, d), got shape {vectors.shape}")
    if not np.isfinite(vectors).all():
        raise ValueError("rows: expected finite numbers, got others")
    vectors = unit_rows(vectors, np.float32)
    if method == "pca" or len(vectors) < 4:  # nothing can be learnt from the neighbours of three
        return _pca(vectors)
    return tsne(_pca(vectors), vectors, progress) if method == "tsne" else _umap(vectors, seed)


def _pca(unit: Array) -> Array:
    """The first two principal components; of each direction's two signs, the one with the larger sum of cubes."""
    centred = unit - unit.mean(axis=0, dtype=np.float64)
    _, components = np.linalg.eigh(centred.T @ centred)
    places = centred @ components[:, :-3:-1]
    places = np.pad(places, ((0, 0), (0, 2 - places.shape[1])))
    places *= np.where((places**3).sum(axis=0) < 0, -1, 1)
    return places.astype(np.float32)


def _umap(unit: Array, seed: int) -> Array:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns that a seed means one thread, and that TensorFlow is not there
        try:
            from umap import UMAP
        except ImportError as error:
            raise ImportError('this needs umap-learn, which is not installed: pip install "w2v[umap]"') from error
        model = UMAP(n_neighbors=min(15, len(unit) - 1), metric="cosine", random_state=seed, n_jobs=1)
        if len(unit) < 50:
            model.set_params(init="random")  # its other start needs more rows than components
        places: Array = model.fit_transform(unit)
    return places
