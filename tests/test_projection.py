"""Projections: the plane of principal components is numpy's, neighbours stay neighbours, bad input is named."""

import sys

import numpy as np
import pytest

from w2v.projection import project


def clusters(size=20, dimensions=10, seed=3):
    """Three far groups of near vectors, and the group of each."""
    rng = np.random.default_rng(seed)
    centres = 10 * np.eye(3, dimensions)
    rows = np.repeat(centres, size, axis=0) + rng.normal(size=(3 * size, dimensions))
    return rows, np.repeat(np.arange(3), size)


def separates(places, groups):
    """Whether the nearest place of each is of its own group."""
    distances = np.linalg.norm(places[:, None] - places, axis=2)
    np.fill_diagonal(distances, np.inf)
    return (groups[distances.argmin(axis=1)] == groups).all()


def test_pca_is_that_of_the_singular_values():
    rows = np.random.default_rng(1).normal(size=(40, 7))
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    left, lengths, _ = np.linalg.svd(unit - unit.mean(axis=0), full_matrices=False)
    expected = left[:, :2] * lengths[:2]
    places = project(rows)
    np.testing.assert_allclose(np.abs(places), np.abs(expected), atol=1e-5)
    assert ((places.astype(float) ** 3).sum(axis=0) >= 0).all()
    assert places.dtype == np.float32


@pytest.mark.parametrize("method", ["pca", "tsne", pytest.param("umap", marks=pytest.mark.slow)])
def test_groups_stay_together(method):
    if method != "pca":
        pytest.importorskip({"tsne": "sklearn", "umap": "umap"}[method])
    rows, groups = clusters()
    places = project(rows, method, seed=2)
    assert places.shape == (60, 2)
    assert separates(places, groups)
    assert (project(rows, method, seed=2) == places).all()


@pytest.mark.parametrize("shape", [(1, 3), (2, 3), (3, 3), (5, 1)])
def test_few_rows_and_columns(shape):
    places = project(np.random.default_rng(1).normal(size=shape))
    assert places.shape == (shape[0], 2)
    assert np.isfinite(places).all()


def test_rows_of_zeros_stay_finite():
    assert np.isfinite(project(np.zeros((4, 3)))).all()


@pytest.mark.parametrize(
    "rows, method, message",
    [
        ([[1.0, 2.0]], "mds", "method: expected one of pca, tsne, umap, got 'mds'"),
        ([], "pca", r"rows: expected vectors of shape \(n, d\), got shape \(0,\)"),
        ([1.0, 2.0], "pca", r"got shape \(2,\)"),
        ([[1.0, np.nan]], "pca", "rows: expected finite numbers"),
    ],
)
def test_what_is_refused(rows, method, message):
    with pytest.raises(ValueError, match=message):
        project(rows, method)


@pytest.mark.parametrize("method, package", [("tsne", "sklearn.manifold"), ("umap", "umap")])
def test_missing_libraries_are_named(method, package, monkeypatch):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ImportError, match="pip install"):
        project(np.eye(5), method)
