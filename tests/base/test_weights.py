"""Weights as the kernels want them, whatever array the user puts in their place."""

import copy
import pickle

import numpy as np
import pytest

from w2v.base.weights import padded, padded_zeros, uniform, whole_rows

SHAPES = [(1, 1), (1, 100), (2, 16), (7, 15), (7, 17), (3, 300)]


@pytest.mark.parametrize("shape", SHAPES)
def test_layout(shape):
    matrix = padded_zeros(*shape)
    assert (matrix.shape, matrix.dtype, matrix.any()) == (shape, np.float32, False)
    whole = whole_rows(matrix)
    assert whole.shape[1] % 16 == 0
    assert 0 <= whole.shape[1] - shape[1] < 16
    assert whole.ctypes.data % 64 == 0
    assert whole.flags.c_contiguous
    assert padded(matrix) is matrix
    whole[:] = 1
    assert matrix.all()
    assert np.shares_memory(whole, matrix)


def numbers(rows=7, columns=20):
    matrix = padded_zeros(rows, columns)
    matrix[:] = np.arange(rows * columns).reshape(rows, columns)
    return matrix


def read_only(matrix):
    matrix.setflags(write=False)
    return matrix


def mapped(matrix, tmp_path):
    matrix.tofile(tmp_path / "file")
    return np.memmap(tmp_path / "file", np.float32, "r+", shape=matrix.shape)


def unaligned(matrix):
    memory = np.zeros(matrix.size + 1, np.float32)
    memory[1:] = matrix.ravel()
    return memory[1:].reshape(matrix.shape)


def shifted(matrix):
    """The same memory, looked at from a place that is not aligned."""
    owner = matrix.base
    start = 1 if owner.ctypes.data % 64 == 0 else 0
    return owner[start : start + 7 * 32].reshape(7, 32)[:, :20]


FOREIGN = {
    "dense": lambda matrix, path: np.array(matrix, order="C"),
    "dense, 16 columns": lambda matrix, path: np.array(numbers(7, 16)),
    "fortran": lambda matrix, path: np.asfortranarray(matrix),
    "float64": lambda matrix, path: matrix.astype(np.float64),
    "float16": lambda matrix, path: matrix.astype(np.float16),
    "int": lambda matrix, path: matrix.astype(int),
    "read-only": lambda matrix, path: read_only(matrix),
    "rows": lambda matrix, path: matrix[1:],
    "first rows": lambda matrix, path: matrix[:-1],
    "backwards": lambda matrix, path: matrix[::-1],
    "every other row": lambda matrix, path: matrix[::2],
    "fewer columns, same stride": lambda matrix, path: matrix[:, :19],
    "later columns": lambda matrix, path: matrix[:, 1:],
    "copy": lambda matrix, path: matrix.copy(),
    "deep copy": lambda matrix, path: copy.deepcopy(matrix),
    "pickled": lambda matrix, path: pickle.loads(pickle.dumps(matrix)),
    "mapped": lambda matrix, path: mapped(numbers(7, 16), path),
    "bits": lambda matrix, path: matrix.view(np.int32),
    "shifted": lambda matrix, path: shifted(padded_zeros(7, 20)),
    "unaligned": lambda matrix, path: unaligned(numbers(7, 16)),
}


@pytest.mark.parametrize("kind", FOREIGN)
def test_foreign_arrays_are_copied(kind, tmp_path):
    foreign = FOREIGN[kind](numbers(), tmp_path)
    before = np.array(foreign)
    with pytest.raises(ValueError, match="made by padded_zeros"):
        whole_rows(foreign)
    taken = padded(foreign)
    np.testing.assert_array_equal(taken, before)
    assert taken.dtype == np.float32
    whole = whole_rows(taken)
    assert not whole[:, taken.shape[1] :].any()
    whole[:] = -1
    np.testing.assert_array_equal(foreign, before)


def test_a_view_of_everything_is_the_matrix_itself():
    matrix = numbers()
    view = matrix[:]
    assert padded(view) is view
    assert np.shares_memory(whole_rows(view), matrix)


def test_numbers_in_the_padding_are_left_behind():
    matrix = numbers()
    whole_rows(matrix)[2, 25] = 5
    taken = padded(matrix)
    assert taken is not matrix
    assert not whole_rows(taken)[:, 20:].any()


@pytest.mark.parametrize("shape", SHAPES)
def test_uniform(shape):
    matrix = uniform(*shape, seed=3)
    assert matrix.shape == shape
    assert (np.abs(matrix) <= 1 / shape[1]).all()
    np.testing.assert_array_equal(matrix, uniform(*shape, seed=3))
    assert padded(matrix) is matrix


def test_uniform_is_uniform():
    draws = np.sort(uniform(10_000, 7, seed=1).ravel()) * 7
    exact = np.linspace(-1, 1, draws.size)
    assert np.abs(draws - exact).max() < 2 * 1.63 / np.sqrt(draws.size)  # Kolmogorov-Smirnov at 1 %
    assert (uniform(10, 7, seed=1) != uniform(10, 7, seed=2)).all()
    np.testing.assert_array_equal(uniform(9000, 7, seed=1)[:5000], uniform(5000, 7, seed=1))
