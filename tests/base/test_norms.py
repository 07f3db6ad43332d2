"""Lengths and vectors of length 1 of numbers of any size, against exact arithmetic."""

import math

import numpy as np
import pytest

from w2v.base.norms import cosine, far_from_one, row_lengths, unit_rows

SCALES = {
    np.float32: [1e-44, 1e-40, 1e-30, 1e-20, 1.0, 1e15, 1e19, 1e30, 2e38],
    np.float64: [5e-320, 1e-200, 1.0, 1e200, 1e307],
}


@pytest.mark.parametrize("dtype, scale", [(dtype, scale) for dtype, scales in SCALES.items() for scale in scales])
def test_any_size(dtype, scale):
    rows = (np.random.default_rng(1).uniform(-1, 1, size=(5, 40)) * scale).astype(dtype)
    exact = [math.hypot(*row) for row in rows.astype(np.float64).tolist()]  # hypot scales by itself
    tolerance = 1e-6 if dtype == np.float32 else 1e-12
    largest, least = float(np.finfo(dtype).max), float(np.finfo(dtype).smallest_subnormal)
    held = [length if length <= largest else math.inf for length in exact]
    np.testing.assert_allclose(row_lengths(rows), held, rtol=tolerance, atol=least)
    assert row_lengths(rows).dtype == dtype
    np.testing.assert_allclose(row_lengths(rows, np.float64), exact, rtol=max(tolerance, 5e-324 / exact[0]))
    units = unit_rows(rows, np.float64)
    np.testing.assert_allclose((units**2).sum(axis=1), 1, rtol=1e-12)
    wide = rows.astype(np.float64) / float(np.abs(rows).max())
    np.testing.assert_allclose(units, wide / np.linalg.norm(wide, axis=1, keepdims=True), rtol=1e-12)
    assert cosine(rows[0], rows[0]) == pytest.approx(1, abs=1e-12)
    assert cosine(rows[0], -rows[0].astype(np.float64)) == pytest.approx(-1, abs=1e-12)


def test_rows_of_several_sizes_and_none():
    rows = np.array([[3e38, 0], [0, 0], [3e-44, 4e-44], [np.inf, 1], [np.nan, 1], [3, 4]], np.float32)
    lengths = row_lengths(rows)
    np.testing.assert_allclose(lengths, [3e38, 0, 5e-44, np.inf, np.nan, 5], rtol=0.02)
    units = unit_rows(rows)
    np.testing.assert_allclose(units[[0, 1, 5]], [[1, 0], [0, 0], [0.6, 0.8]], rtol=1e-6)
    assert np.isnan(units[3]).any()
    assert np.isnan(units[4]).any()
    assert far_from_one(lengths).tolist() == [0, 1, 2, 3, 4]
    assert far_from_one(np.ones(3, np.float32)).tolist() == far_from_one(np.empty(0)).tolist() == []
    assert row_lengths(np.empty((0, 3), np.float32)).shape == (0,)
    assert unit_rows(np.empty((0, 3), np.float32)).shape == (0, 3)
    assert row_lengths(np.full((1, 300), 127, np.int8)).dtype == np.float32
    np.testing.assert_allclose(row_lengths(np.full((1, 300), 127, np.int8)), 127 * math.sqrt(300), rtol=1e-6)


def test_cosines_at_their_ends():
    generator = np.random.default_rng(2)
    for _ in range(500):
        vector = generator.normal(size=7)
        assert -1 <= cosine(vector, -3 * vector) <= cosine(vector, 0.1 * vector) <= 1
    assert cosine(np.zeros(2), np.ones(2)) == 0
    assert math.isnan(cosine(np.array([np.nan, 1]), np.ones(2)))
    assert math.isnan(cosine(np.ones(2), np.array([np.inf, 1])))
    assert math.isnan(cosine(np.zeros(2), np.array([np.nan, 1])))
