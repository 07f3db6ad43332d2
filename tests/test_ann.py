"""Approximate search: what it finds, the file it is kept in, and what it refuses."""

import sys

import numpy as np
import pytest

from w2v import FormatError, KeyedVectors
from w2v.ann import Index


@pytest.fixture(scope="module")
def kv():
    centres = np.random.default_rng(1).normal(size=(50, 16))
    vectors = np.repeat(centres, 40, axis=0) + np.random.default_rng(2).normal(size=(2000, 16)) * 0.7
    return KeyedVectors.from_pieces([f"w{i}" for i in range(2000)], vectors.astype(np.float32) * 5, {})


@pytest.fixture(scope="module")
def index(kv):
    pytest.importorskip("usearch", reason="usearch is not installed")
    return kv.build_index(expansion=100)


def share_found(kv, index):
    asked = kv.index_to_key[::20]
    true = [[key for key, _ in answer] for answer in kv.most_similar_batch([kv[key] for key in asked], topn=10)]
    found = index.most_similar_batch([kv[key] for key in asked], 10)
    return np.mean([len(set(t) & {key for key, _ in f}) / 10 for t, f in zip(true, found, strict=True)])


def test_finds_nearly_all(kv, index):
    assert share_found(kv, index) > 0.95
    assert (len(index), index.vector_size, index.keys) == (2000, 16, kv.index_to_key)


@pytest.mark.parametrize("dtype", ["float32", "int8"])
def test_other_numbers(kv, index, dtype):
    assert share_found(kv, kv.build_index(dtype=dtype, connectivity=8, expansion_add=64, expansion=200)) > 0.8


@pytest.mark.parametrize("kind", ["float16", "int8"])
def test_index_of_narrow_vectors(kv, index, kind):
    assert share_found(kv, kv.astype(kind).build_index(expansion=100)) > 0.9


def test_as_indexer(kv, index):
    answer = kv.most_similar("w7", topn=5, indexer=index)
    assert answer[0] == ("w7", pytest.approx(1.0, abs=2e-3))
    assert answer[1] == (kv.most_similar("w7")[0][0], pytest.approx(kv.most_similar("w7")[0][1], abs=2e-3))
    assert all(type(score) is float for _, score in answer)
    assert index.most_similar(kv["w7"] * 100, 5) == index.most_similar(kv.get_vector("w7"), 5)
    assert index.most_similar(kv["w7"], 0) == []
    for ask in (index.most_similar, lambda vector, count: index.most_similar_batch([vector, vector], count)):
        with pytest.raises(ValueError, match="num_neighbors: expected 0 or more, got -1"):
            ask(kv["w7"], -1)
    assert len(index.most_similar(kv["w7"], 5000)) <= 2000
    assert index.most_similar_batch([], 5) == []
    with pytest.raises(ValueError, match="expected vectors of 16 numbers"):
        index.most_similar(kv["w7"][:5], 5)


def test_expansion(kv, index):
    index.expansion = 10
    fewer = share_found(kv, index)
    index.expansion = 100
    assert (index.expansion, fewer < share_found(kv, index)) == (100, True)


@pytest.mark.parametrize("mmap", [None, "r"])
def test_files(kv, index, mmap, tmp_path):
    index.save(tmp_path / "index")
    loaded = Index.load(tmp_path / "index", mmap=mmap)
    assert loaded.keys == index.keys
    loaded.expansion = index.expansion
    assert loaded.most_similar(kv["w3"], 10) == index.most_similar(kv["w3"], 10)


def test_damaged_files(kv, index, tmp_path):
    path = tmp_path / "index"
    index.save(path)
    whole = path.read_bytes()
    for cut in (4, 100, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:cut])
        for mmap in (None, "r"):
            with pytest.raises(FormatError, match="index: "):
                Index.load(path, mmap=mmap)
    path.write_bytes(whole[:-100] + bytes(100))
    with pytest.raises(FormatError, match="expected checksum"):
        Index.load(path)
    kv.save(path)
    with pytest.raises(FormatError, match="expected format 'w2v-index'"):
        Index.load(path)
    with pytest.raises(ValueError, match="mmap: expected None or 'r', got 'w'"):
        Index.load(path, mmap="w")


def test_refuses(kv, index):
    with pytest.raises(ValueError, match="dtype: expected one of float16, float32, int8, got 'f4'"):
        kv.build_index(dtype="f4")
    with pytest.raises(ValueError, match="connectivity: expected 2 or more, got 0"):
        kv.build_index(connectivity=0)


def test_without_its_library(kv, monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "usearch", None)
    monkeypatch.setitem(sys.modules, "usearch.index", None)
    with pytest.raises(ImportError, match=r'needs usearch: pip install "w2v\[ann\]"'):
        kv.build_index()
    with pytest.raises(ImportError, match="usearch"):
        Index.load(tmp_path / "index")
