"""Files of numpy's arrays: damaged ones, and those of anything but floats."""

import contextlib

import numpy as np
import pytest

from w2v import FormatError, TruncatedError
from w2v.formats.npy import load_npy, load_npz

VECTORS = np.arange(12, dtype=np.float32).reshape(4, 3) / 7


@pytest.mark.parametrize(
    "array, message",
    [
        (np.array([None]), "expected floats of one or two dimensions, got object"),
        (np.ones((2, 2, 2)), "expected floats of one or two dimensions"),
        (np.ones(3, np.int64), "expected floats of one or two dimensions"),
    ],
)
def test_npy_of_other_things(tmp_path, array, message):
    path = tmp_path / "x.npy"
    np.save(path, array)
    with pytest.raises(FormatError, match=message):
        load_npy(path, None)


def test_damaged_npy(tmp_path):
    path = tmp_path / "x.npy"
    np.save(path, VECTORS)
    data = path.read_bytes()
    for mmap in (None, "r"):
        for length in range(len(data)):
            path.write_bytes(data[:length])
            with pytest.raises(FormatError, match=r"x\.npy"):
                load_npy(path, mmap)
    path.write_bytes(data.replace(b"(4, 3)", b"(9**9,3)"))
    with pytest.raises(FormatError, match="header"):
        load_npy(path, None)
    path.write_bytes(data.replace(b"(4, 3), }  ", b"(4000000,)}"))
    with pytest.raises(TruncatedError, match="expected 16000000 bytes of values, got 48"):
        load_npy(path, None)


def test_damaged_npz(tmp_path):
    path = tmp_path / "x.npz"
    np.savez_compressed(path, val=VECTORS)
    data = path.read_bytes()
    generator = np.random.default_rng(1)
    damaged = [data[:length] for length in range(len(data))]
    for place in range(len(data)):  # zipfile then seeks to negative places, meets unknown versions, ...
        number = bytes([generator.choice([0, 1, 255, generator.integers(256)])])
        damaged += [data[:place] + number + data[place + 1 :], data[:place] + data[place + 3 :]]
    for whole in damaged:
        path.write_bytes(whole)
        with contextlib.suppress(FormatError):
            load_npz(path, "val")
    with pytest.raises(FileNotFoundError):
        load_npz(tmp_path / "none.npz", "val")
