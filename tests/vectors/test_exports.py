"""Vectors in other libraries: what they read is what we had. Each is skipped where the library is not installed."""

import importlib.util
import json
import os
import subprocess
import sys

import numpy as np
import pytest

from w2v import KeyedVectors, formats
from w2v.formats.tokenization import tokenization_of

WORDS = ["the", "naïve", "日本", "a"]


@pytest.fixture
def kv():
    vectors = np.random.default_rng(1).normal(size=(4, 16)).astype(np.float32)
    return KeyedVectors.from_pieces(list(WORDS), vectors[:, :5], {"count": np.array([9, 8, 7, 6])})


# ---- numpy ----


def test_as_array(kv):
    assert np.shares_memory(np.asarray(kv), kv.vectors)
    assert not np.shares_memory(np.array(kv), kv.vectors)
    assert np.asarray(kv, dtype=np.float64).dtype == np.float64
    np.testing.assert_array_equal(kv, kv.vectors)
    with pytest.raises(ValueError, match="needs no copy"):
        kv.__array__(np.float64, copy=False)
    assert np.asarray(KeyedVectors(3, count=5)).shape == (0, 3)


def test_array_of_int8_is_the_vectors(kv):
    np.testing.assert_allclose(np.asarray(kv.astype("int8")), kv.vectors, atol=0.02)


# ---- tables ----


def test_pandas(kv):
    pytest.importorskip("pandas")
    frame = kv.to_pandas()
    assert frame.index.tolist() == WORDS
    np.testing.assert_array_equal(frame.to_numpy(), kv.vectors)
    assert frame.index.name == "word"


def test_arrow(kv):
    pytest.importorskip("pyarrow")
    table = kv.to_arrow()
    assert table.column_names == ["word", "vector", "count"]
    assert table["word"].to_pylist() == WORDS
    np.testing.assert_array_equal(np.array(table["vector"].to_pylist(), np.float32), kv.vectors)
    assert table["count"].to_pylist() == [9, 8, 7, 6]


@pytest.mark.parametrize("kind", ["float16", "float32", "float64", "int8"])
def test_polars(kv, kind):
    polars = pytest.importorskip("polars", reason="polars is not installed")
    kv.expandos["note"] = np.array(["a", None, 1, ()], dtype=object)
    frame = kv.astype(kind).to_polars()
    assert frame.columns == ["word", "vector", "count"]
    assert frame["word"].to_list() == WORDS
    assert frame["count"].to_list() == [9, 8, 7, 6]
    np.testing.assert_allclose(frame["vector"].to_numpy(), kv.vectors, atol=0.02)
    assert frame.schema["vector"] == polars.Array(polars.Float64 if kind == "float64" else polars.Float32, 5)


@pytest.mark.parametrize(
    "method, package",
    [("to_pandas", "pandas"), ("to_polars", "polars"), ("to_arrow", "pyarrow"), ("to_gensim", "gensim")],
)
def test_missing_libraries_are_named(kv, monkeypatch, method, package):
    monkeypatch.setitem(sys.modules, package, None)
    monkeypatch.delitem(sys.modules, f"{package}.models", raising=False)
    with pytest.raises(ImportError, match=rf'this needs {package}, .* pip install "w2v\['):
        getattr(kv, method)()


def test_gensim(kv):
    pytest.importorskip("gensim")
    other = kv.to_gensim()
    assert other.index_to_key == WORDS
    assert other.get_vecattr("naïve", "count") == 8
    assert [key for key, _ in other.most_similar("the")] == [key for key, _ in kv.most_similar("the")]
    other.add_vectors(["new"], np.ones((1, 5)))
    assert len(kv) == 4


@pytest.mark.filterwarnings("ignore")
def test_gensim_asks_our_vectors(kv):
    """What gensim's similarities need of vectors, by duck typing."""
    pytest.importorskip("gensim")
    from gensim.corpora import Dictionary
    from gensim.similarities import SparseTermSimilarityMatrix, WmdSimilarity, WordEmbeddingSimilarityIndex

    texts = [["the", "naïve"], ["日本", "a", "unknown"]]
    matrices = [
        SparseTermSimilarityMatrix(WordEmbeddingSimilarityIndex(vectors), Dictionary(texts)).matrix.toarray()
        for vectors in (kv, kv.to_gensim())
    ]
    np.testing.assert_allclose(*matrices, atol=1e-6)
    assert np.count_nonzero(matrices[0]) > 5
    pytest.importorskip("ot", reason="POT is not installed")
    found = [WmdSimilarity(texts, vectors)[["the", "a"]] for vectors in (kv, kv.to_gensim())]
    np.testing.assert_allclose(*found, rtol=1e-5)


# ---- programs that embed ----


@pytest.mark.parametrize("name", ["vectors.txt", "vectors.txt.gz"])
def test_spacy(kv, tmp_path, name):
    if importlib.util.find_spec("spacy") is None:
        pytest.skip("spacy is not installed")
    kv.save_word2vec_format(tmp_path / name)
    command = [sys.executable, "-m", "spacy", "init", "vectors", "en", tmp_path / name, tmp_path / "model"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    code = (
        "import spacy, sys, json; vocab = spacy.load(sys.argv[1]).vocab;"
        "print(json.dumps([vocab[word].vector.tolist() for word in json.loads(sys.argv[2])]))"
    )
    command = [sys.executable, "-c", code, tmp_path / "model", json.dumps(WORDS)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    np.testing.assert_array_equal(np.array(json.loads(done.stdout), np.float32), kv.vectors)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("normalize", [False, True])
def test_model2vec(kv, tmp_path, normalize):
    if importlib.util.find_spec("model2vec") is None:
        pytest.skip("model2vec is not installed")
    from model2vec import StaticModel

    kv.save_static_embedding(tmp_path / "model", normalize=normalize, lowercase=True)
    model = StaticModel.from_pretrained(tmp_path / "model")
    mean = kv.vectors[:2].mean(axis=0)
    mean = mean / np.linalg.norm(mean) if normalize else mean
    np.testing.assert_allclose(model.encode(["THE naïve unknown", "日本"])[0], mean, rtol=1e-5)


@pytest.mark.parametrize(
    "words, text, found",
    [
        (["father", "london", "don't"], "Father, London! I don't.", [0, 1, 2]),
        (["father", "'s", "london", "."], "Father's London.", [0, 1, 2, 3]),
        (["Father,", "London!", "Father"], "Father, London!", [0, 1]),  # split at white space
        (["Father", "father", "New_York", "e-mail"], "Father: New_York e-mail, FATHER", [0, 2, 3]),
        (["हिन्दी", "naïve", "…"], "(हिन्दी… Naïve)", [0, 2, 1]),
        (["<unk>", "the", "3.5", "u.s.a", "...", ".."], "The U.S.A... 3.5...", [1, 3, 4, 2, 4]),
    ],
)
def test_texts_are_split_as_the_words_need(words, text, found, tmp_path):
    pytest.importorskip("model2vec")
    from model2vec import StaticModel

    kv = KeyedVectors(len(words))
    kv.add_vectors(words, np.eye(len(words)))
    kv.save_static_embedding(tmp_path / "model")
    expected = np.eye(len(words))[found].mean(axis=0)
    np.testing.assert_allclose(StaticModel.from_pretrained(tmp_path / "model").encode(text), expected, rtol=1e-6)


def test_how_texts_are_split_can_be_said():
    words = ["father", "london"]
    assert tokenization_of(words, lowercase=False, punctuation=False) == (False, None)
    assert tokenization_of(["Father,"], lowercase=True, punctuation=True) == (True, r"\w+")
    assert tokenization_of([]) == (True, r"\w+")


@pytest.mark.filterwarnings("ignore")
def test_sentence_transformers(kv, tmp_path, monkeypatch):
    if importlib.util.find_spec("sentence_transformers") is None:
        pytest.skip("sentence_transformers is not installed")
    monkeypatch.setitem(os.environ, "HF_HUB_OFFLINE", "1")
    from sentence_transformers import SentenceTransformer

    kv.save_static_embedding(tmp_path / "model", normalize=True)
    found = SentenceTransformer(str(tmp_path / "model"), device="cpu").encode(["the naïve"])[0]
    mean = kv.vectors[:2].mean(axis=0)
    np.testing.assert_allclose(found, mean / np.linalg.norm(mean), rtol=1e-5)


def test_static_embedding_refuses(tmp_path):
    kv = KeyedVectors.from_pieces([7, "7"], np.ones((2, 2), np.float32), {})
    with pytest.raises(ValueError, match="written alike"):
        kv.save_static_embedding(tmp_path / "model")
    assert os.listdir(tmp_path) == []


@pytest.mark.thread_unsafe
def test_tensorboard(kv, tmp_path):
    kv.add_vectors(["New York"], np.zeros((1, 5)))
    formats.save(kv, tmp_path / "board", "tensorboard")
    rows = (tmp_path / "board" / "vectors.tsv").read_text().splitlines()
    np.testing.assert_array_equal(np.array([row.split("\t") for row in rows], np.float32), kv.vectors)
    metadata = (tmp_path / "board" / "metadata.tsv").read_text(encoding="utf-8").splitlines()
    assert metadata == ["word\tcount", "the\t9", "naïve\t8", "日本\t7", "a\t6", "New York\t0"]
    assert "vectors.tsv" in (tmp_path / "board" / "projector_config.pbtxt").read_text()
    kv.add_vectors(["tab\tbed"], np.zeros((1, 5)))
    with pytest.raises(ValueError, match="white space"):
        kv.save_tensorboard(tmp_path / "other")
    assert not (tmp_path / "other").exists()
    kv.save_tensorboard(tmp_path / "other", escape=True)
    assert "tab%09bed" in (tmp_path / "other" / "metadata.tsv").read_text(encoding="utf-8")


# ---- all formats by name ----


@pytest.mark.parametrize("kind", formats.SAVED)
def test_saving_by_name(kv, tmp_path, kind):
    formats.save(kv, tmp_path / "out", kind)
    if kind in formats.LOADED:
        loaded = formats.load(tmp_path / "out", kind)
        assert loaded.index_to_key == WORDS
        np.testing.assert_array_equal(loaded.vectors, kv.vectors)
        assert formats.load(tmp_path / "out").index_to_key == WORDS
        assert formats.load(tmp_path / "out", limit=2).index_to_key == WORDS[:2]


def test_unknown_names(kv, tmp_path):
    with pytest.raises(ValueError, match=r"format: expected one of native, .*, got 'csv'"):
        formats.save(kv, tmp_path / "out", "csv")
    with pytest.raises(ValueError, match=r"format: expected one of native, .*, got 'csv'"):
        formats.load(tmp_path / "out", "csv")
    with pytest.raises(ValueError, match="mmap: expected None, 'r' or 'c'"):
        formats.load(tmp_path / "out", "native", mmap="w")
