"""Projections: the plane of principal components is numpy's, neighbours stay neighbours, bad input is named."""

import sys

import numpy as np
import pytest

from w2v.projection import project
from w2v.projection.neighbours import pulls
from w2v.projection.repulsion import Grid, exact


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
    if method == "umap":
        pytest.importorskip("umap")
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


def test_missing_libraries_are_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "umap", None)
    with pytest.raises(ImportError, match="pip install"):
        project(np.eye(5), "umap")


@pytest.mark.parametrize("shape", [(4, 3), (5, 1), (40, 3), (700, 5)])
@pytest.mark.parametrize("kind", ["random", "zeros", "equal"])
def test_tsne_of_odd_rows_stays_finite(shape, kind):
    rows = {"random": np.random.default_rng(1).normal(size=shape), "zeros": np.zeros(shape), "equal": np.ones(shape)}
    places = project(rows[kind], "tsne")
    assert places.shape == (shape[0], 2)
    assert np.isfinite(places).all()


def test_tsne_tells_how_far_it_is():
    told = []
    project(np.random.default_rng(1).normal(size=(40, 3)), "tsne", progress=told.append)
    assert told == sorted(told)
    assert (told[0], told[-1]) == (0, 1)


@pytest.mark.parametrize("side", [0.01, 1, 30, 120])
def test_the_grid_pushes_as_all_pairs_do(side):
    rng = np.random.default_rng(1)
    z = (rng.uniform(0, side, 2000) + 1j * rng.uniform(0, side, 2000)).astype(np.complex64)
    expected = exact(z)
    assert np.abs(Grid()(z) - expected).mean() < 0.12 * np.abs(expected).mean()


def test_the_slope_of_tsne_is_that_of_its_cost():
    rng = np.random.default_rng(2)
    rows = rng.normal(size=(12, 4))
    unit = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    places = rng.normal(size=(12, 2))
    pull, weights = pulls(unit, bool), pair_weights(unit)

    def cost(places):
        near = 1 / (1 + ((places[:, None] - places) ** 2).sum(axis=2))
        np.fill_diagonal(near, 0)
        return (weights * np.log(np.where(weights > 0, weights, 1) / (near / near.sum() + (weights == 0)))).sum()

    z = places[:, 0] + 1j * places[:, 1]
    slope = -4 * (pull(z) + exact(z))
    for row, column in [(0, 0), (5, 1), (11, 0)]:
        step = np.zeros_like(places)
        step[row, column] = 1e-5
        expected = (cost(places + step) - cost(places - step)) / 2e-5
        assert (slope[row].real, slope[row].imag)[column] == pytest.approx(expected, rel=1e-3, abs=1e-5)


def pair_weights(unit):
    """The weights of all pairs (n, n), read from the pull between places that are far from all others."""
    n = len(unit)
    pull = pulls(unit, bool)
    weights = np.zeros((n, n))
    for row in range(n):
        z = np.zeros(n, complex)
        z[row] = 1e3
        force = pull(z)
        weights[row] = force.real / 1e3 * (1 + 1e6)
        weights[row, row] = 0
    return weights
