"""Mean, principal components, whitening and rotation, against numpy on the whole matrix."""

import numpy as np
import pytest

from w2v import KeyedVectors, align


@pytest.fixture
def kv():
    generator = np.random.default_rng(1)
    vectors = generator.normal(size=(200, 6)) @ generator.normal(size=(6, 6)) + generator.normal(size=6)
    words = [f"w{i}" for i in range(200)]
    return KeyedVectors.from_pieces(words, vectors.astype(np.float32), {"count": np.arange(200)})


def centred(kv):
    return kv.vectors - kv.vectors.astype(np.float64).mean(axis=0)


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch):
    monkeypatch.setattr("w2v.postprocess._BLOCK", 64)


def test_mean(kv):
    made = kv.postprocess()
    np.testing.assert_allclose(made.vectors, centred(kv), atol=1e-5)
    assert (made.index_to_key, made.get_vecattr("w7", "count")) == (kv.index_to_key, 7)
    assert made.vectors.dtype == np.float32
    np.testing.assert_array_equal(kv.postprocess(mean=False).vectors, kv.vectors)


@pytest.mark.parametrize("top", [1, 3])
def test_all_but_the_top(kv, top):
    rows = centred(kv)
    _, _, components = np.linalg.svd(rows, full_matrices=False)
    for component in components[:top]:
        rows = rows - np.outer(rows @ component, component)
    np.testing.assert_allclose(kv.postprocess(top=top).vectors, rows, atol=1e-4)


@pytest.mark.parametrize("top, dimensions", [(0, 6), (0, 2), (2, 3)])
def test_principal_components(kv, top, dimensions):
    made = kv.postprocess(top=top, dimensions=dimensions)
    assert (made.vector_size, made.vectors.shape) == (dimensions, (200, dimensions))
    left, lengths, _ = np.linalg.svd(centred(kv), full_matrices=False)
    expected = (left * lengths)[:, top : top + dimensions]
    np.testing.assert_allclose(np.abs(made.vectors), np.abs(expected), atol=1e-4)  # signs are free


def test_whitening(kv):
    for options, size in (({}, 6), ({"top": 1}, 5), ({"dimensions": 4}, 4)):
        rows = kv.postprocess(whiten=True, **options).vectors.astype(np.float64)
        assert rows.shape == (200, size)
        np.testing.assert_allclose(rows.T @ rows / 200, np.eye(size), atol=1e-4)


def test_whitening_of_fewer_dimensions_than_columns(kv):
    kv.vectors[:, 5] = kv.vectors[:, 4]
    rows = kv.postprocess(whiten=True).vectors
    assert np.isfinite(rows).all()
    assert np.abs(rows[:, 5]).max() < 1e-2


def test_postprocess_refuses(kv):
    for options in ({"top": 6}, {"top": -1}, {"dimensions": 0}, {"dimensions": 7}, {"top": 3, "dimensions": 4}):
        with pytest.raises(ValueError, match="expected"):
            kv.postprocess(**options)
    with pytest.raises(ValueError, match="at least one vector"):
        KeyedVectors(3).postprocess()
    kv.vectors[100, 0] = np.nan
    for options in ({}, {"mean": False, "top": 1}):
        with pytest.raises(ValueError, match="finite"):
            kv.postprocess(**options)


@pytest.mark.parametrize("kind", ["float16", "int8", "float64"])
def test_narrow_vectors(kv, kind):
    made = kv.astype(kind).postprocess(top=1)
    np.testing.assert_allclose(made.vectors, kv.postprocess(top=1).vectors, atol=0.1)
    assert made.vectors.dtype == (np.float64 if kind == "float64" else np.float32)


def test_align_finds_a_rotation(kv):
    rotation, _ = np.linalg.qr(np.random.default_rng(2).normal(size=(6, 6)))
    turned = KeyedVectors.from_pieces(kv.index_to_key[::-1], (kv.vectors @ rotation * 3)[::-1].astype(np.float32), {})
    found = align(kv, turned)
    assert found.score == pytest.approx(1.0)
    np.testing.assert_allclose(found.rotation, rotation, atol=1e-5)
    np.testing.assert_allclose(found.vectors.vectors, kv.vectors @ rotation, atol=1e-4)
    np.testing.assert_allclose(found.rotation @ found.rotation.T, np.eye(6), atol=1e-10)
    assert found.keys == kv.index_to_key


def test_align_score_is_the_mean_cosine_of_shared_keys(kv):
    other = KeyedVectors(6)
    other.add_vectors([f"w{i}" for i in range(150, 250)], np.random.default_rng(3).normal(size=(100, 6)))
    for keys in (None, ["w160", "w170", "w199"]):
        found = align(kv, other, keys)
        shared = keys or [f"w{i}" for i in range(150, 200)]
        assert found.keys == shared
        rows = [pair / np.linalg.norm(pair, axis=1, keepdims=True) for pair in (found.vectors[shared], other[shared])]
        assert found.score == pytest.approx((rows[0] * rows[1]).sum(axis=1).mean(), abs=1e-6)
        assert len(found.vectors) == 200


def test_align_refuses(kv):
    with pytest.raises(ValueError, match="one size, got 6 and 3"):
        align(kv, KeyedVectors(3))
    with pytest.raises(ValueError, match="keys that are in both"):
        align(kv, KeyedVectors(6))
    with pytest.raises(KeyError, match="cow"):
        align(kv, kv, ["w1", "cow"])
    kv.vectors[0, 0] = np.inf
    with pytest.raises(ValueError, match="finite"), np.errstate(invalid="ignore"):
        align(kv, kv)


def test_components_of_the_first_vectors_alone(kv):
    first = kv.vectors[:50].astype(float)
    centre = first.mean(axis=0)
    components = np.linalg.svd(first - centre)[2][:2].T
    made = kv.postprocess(dimensions=2, restrict_vocab=50).vectors
    np.testing.assert_allclose(np.abs(made), np.abs((kv.vectors - centre) @ components), atol=1e-5)
    np.testing.assert_array_equal(kv.postprocess(top=1, restrict_vocab=999).vectors, kv.postprocess(top=1).vectors)
    with pytest.raises(ValueError, match="restrict_vocab: expected at least 1, got 0"):
        kv.postprocess(restrict_vocab=0)
