"""A model in a file: nothing is lost, nothing is half-written, and training goes on."""

import gc
import os
import sys
import tempfile

import numpy as np
import pytest

from w2v import FormatError, KeyedVectors, Word2Vec
from w2v.formats import native
from w2v.training.settings import SETTINGS

SENTENCES = [["the", "cat", "sat", 7], ["the", "dog", "sat", 8], ["Köln", "7"]] * 30
OTHER_SETTINGS = {
    "vector_size": 17,
    "alpha": np.float32(0.5),
    "window": np.int64(3),
    "window_side": "left",
    "device": "auto",
    "warps": 100,
    "min_count": 1,
    "max_vocab_size": 100,
    "sample": 0.01,
    "seed": -5,
    "workers": 2,
    "shards": 3,
    "min_alpha": 0.25,
    "sg": 1,
    "negative": 7,
    "ns_exponent": 0.5,
    "cbow_mean": 0,
    "epochs": 3,
    "null_word": 1,
    "sorted_vocab": 0,
    "batch_words": 5,
    "compute_loss": True,
    "comment": "a comment, ü",
    "max_final_vocab": 1000,
    "shrink_windows": False,
    "kernel": "pairwise",
    "objective": "nce",
    "nce_bias": True,
}
OBJECTIVES = [
    {"hs": 1, "negative": 0},
    {"hs": 1, "negative": 3},
    {"objective": "nce"},
    {"objective": "nce", "nce_bias": True},
    {"sg": 0, "cbow_corrected": True},
]
HISTORY = ("effective_min_count", "corpus_count", "corpus_total_words", "train_count", "total_train_time")
HISTORY += ("running_training_loss", "losses")


@pytest.fixture
def model():
    return Word2Vec(SENTENCES, **OTHER_SETTINGS)


@pytest.fixture
def path(tmp_path, model):
    model.save(tmp_path / "model")
    return tmp_path / "model"


@pytest.mark.parametrize("mmap", [None, "r"])
def test_round_trip(model, path, mmap):
    others = {"min_n", "max_n", "bucket", "documents", "dbow_words"}  # of FastText and Doc2Vec alone
    assert set(OTHER_SETTINGS) == set(SETTINGS) - {"hs", "cbow_corrected", "positional"} - others
    loaded = Word2Vec.load(path, mmap=mmap)
    for name in (*SETTINGS, *HISTORY, "layer1_size"):
        assert getattr(loaded, name) == getattr(model, name), name
    assert loaded.wv.index_to_key == model.wv.index_to_key == loaded.vocab.words
    np.testing.assert_array_equal(loaded.wv.vectors, model.wv.vectors)
    np.testing.assert_array_equal(loaded.syn1neg, model.syn1neg)
    np.testing.assert_array_equal(loaded.vocab.counts, model.vocab.counts)
    assert loaded.wv.get_vecattr("the", "count") == 60
    assert os.listdir(path.parent) == ["model"]


@pytest.mark.parametrize("mmap", [None, "r"])
@pytest.mark.parametrize("extension", ["gz", "bz2", "xz"])
def test_compressed_files(model, tmp_path, extension, mmap, monkeypatch):
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    model.save(tmp_path / f"model.{extension}")
    loaded = Word2Vec.load(tmp_path / f"model.{extension}", mmap=mmap)
    np.testing.assert_array_equal(loaded.syn1neg, model.syn1neg)
    loaded.train(SENTENCES)
    model.wv.save(tmp_path / f"vectors.{extension}")
    for name in ("model", "vectors"):
        wv = KeyedVectors.load(tmp_path / f"{name}.{extension}", mmap=mmap)
        np.testing.assert_array_equal(wv.vectors, model.wv.vectors)
        assert wv.vectors.flags.writeable == (mmap is None)
    whole = (tmp_path / f"model.{extension}").read_bytes()
    assert b"vectors" not in whole
    (tmp_path / f"model.{extension}").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(FormatError, match=rf"model\.{extension}: ") as error:
        Word2Vec.load(tmp_path / f"model.{extension}", mmap=mmap)
    del error
    gc.collect()
    assert not os.listdir(tmp_path / "temporary")


@pytest.mark.parametrize("mmap", [None, "r"])
def test_training_goes_on(model, path, mmap):
    content = path.read_bytes()
    loaded = Word2Vec.load(str(path), mmap=mmap)
    loaded.train(SENTENCES)
    model.train(SENTENCES)
    np.testing.assert_array_equal(loaded.wv.vectors, model.wv.vectors)
    np.testing.assert_array_equal(loaded.syn1neg, model.syn1neg)
    assert (loaded.losses, loaded.train_count) == (model.losses, 2)
    assert path.read_bytes() == content
    loaded.save(path)
    np.testing.assert_array_equal(Word2Vec.load(path).wv.vectors, model.wv.vectors)


def test_settings_assigned_from_numpy(model, tmp_path):
    model.alpha, model.epochs, model.compute_loss = np.float32(0.125), np.int32(2), np.True_
    model.save(tmp_path / "model")
    loaded = Word2Vec.load(tmp_path / "model")
    assert (loaded.alpha, loaded.epochs, loaded.compute_loss) == (0.125, 2, True)


def test_model_without_vocabulary(tmp_path):
    Word2Vec(vector_size=5, min_count=1).save(tmp_path / "model")
    model = Word2Vec.load(tmp_path / "model")
    assert (model.vector_size, len(model.wv)) == (5, 0)
    model.build_vocab(SENTENCES)
    model.train(SENTENCES)


def test_vectors_of_a_model(model, path):
    np.testing.assert_array_equal(KeyedVectors.load(path)["cat"], model.wv["cat"])


def test_files_of_something_else(model, tmp_path):
    model.wv.save(tmp_path / "vectors")
    with pytest.raises(FormatError, match=r"vectors alone; load them with KeyedVectors\.load"):
        Word2Vec.load(tmp_path / "vectors")
    (tmp_path / "text").write_bytes(b"3 4\nnot a model")
    with pytest.raises(FormatError):
        Word2Vec.load(tmp_path / "text")
    with pytest.raises(FileNotFoundError):
        Word2Vec.load(tmp_path / "missing")
    with pytest.raises(ValueError, match="mmap"):
        Word2Vec.load(tmp_path / "vectors", mmap="w")


def test_truncated_files(path):
    content = path.read_bytes()
    for length in (*range(12), 100, len(content) // 2, len(content) - 1):
        path.write_bytes(content[:length])
        for mmap in (None, "r"):
            with pytest.raises(FormatError):
                Word2Vec.load(path, mmap=mmap)
    path.write_bytes(b"")
    with pytest.raises(FormatError, match="got an empty file"):
        Word2Vec.load(path)


BROKEN_PIECES = {
    "another setting": ({"colour": "red"}, {}, {}),
    "a senseless setting": ({"window": 0}, {}, {}),
    "another vector_size": ({"vector_size": 16}, {}, {}),
    "a setting of another type": ({"alpha": "high"}, {}, {}),
    "fewer rows": ({}, {"syn1neg": np.zeros((2, 17), np.float32)}, {}),
    "no output vectors": ({}, {"syn1neg": None}, {}),
    "no vectors": ({}, {"vectors": None}, {}),
    "no counts": ({}, {}, {"counts": None}),
    "a word twice": ({}, {}, {"words": ["the"] * 9}),
}


@pytest.mark.parametrize("kind", BROKEN_PIECES)
def test_files_that_make_no_sense(path, kind):
    settings, matrices, others = BROKEN_PIECES[kind]
    pieces = native.load_model(path)._asdict()
    pieces["settings"].update(settings)
    pieces["matrices"].update(matrices)
    pieces["matrices"] = {name: matrix for name, matrix in pieces["matrices"].items() if matrix is not None}
    native.save_model(path, **{**pieces, **others})
    with pytest.raises(FormatError, match=str(path)):
        Word2Vec.load(path)


def test_blas_models_load_without_scipy(model, tmp_path, monkeypatch):
    model.kernel = "blas"
    model.save(tmp_path / "model")
    for name in [name for name in sys.modules if name.split(".")[0] == "scipy"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "scipy", None)
    loaded = Word2Vec.load(tmp_path / "model")
    with pytest.raises(ImportError, match=r"pip install \"w2v\[blas\]\""):
        loaded.train(SENTENCES)
    loaded.kernel = "batched"
    loaded.train(SENTENCES)


def test_unwritable_paths(model, path):
    content = path.read_bytes()
    with pytest.raises(FileNotFoundError):
        model.save(path.parent / "missing" / "model")
    with pytest.raises(OSError):
        model.save(path.parent)
    model.comment = object()
    with pytest.raises(TypeError):
        model.save(path)
    assert path.read_bytes() == content
    assert os.listdir(path.parent) == ["model"]


def test_a_disk_that_fills_up(model, path, monkeypatch):
    content = path.read_bytes()

    def full(file):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        model.save(path)
    assert path.read_bytes() == content
    assert os.listdir(path.parent) == ["model"]
