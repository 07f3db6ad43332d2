"""Vectors from and to the Hugging Face hub, for which a server on this machine stands."""

import subprocess
import sys

import hub
import numpy as np
import pytest
from console import run_process

from w2v import KeyedVectors, Word2Vec, formats
from w2v.errors import FormatError
from w2v.evaluate import evaluate_sets
from w2v.vectors.hub import vectors_among

pytest.importorskip("huggingface_hub")

WORDS = ["the", "naïve", "日本", "a b"]


@pytest.fixture
def kv():
    vectors = np.random.default_rng(1).normal(size=(4, 5)).astype(np.float32)
    return KeyedVectors.from_pieces(list(WORDS), vectors, {"count": np.array([9, 8, 7, 6])})


@pytest.fixture
def server():
    with hub.running() as running:
        yield running


@pytest.fixture
def where(server, tmp_path):
    """Arguments of every call."""
    return {"endpoint": server.address, "token": "secret", "cache_dir": tmp_path / "cache"}


def put(server, **files):
    """A repository of these files."""
    server.repositories["me/vectors"] = {name.replace("__", "."): content for name, content in files.items()}


def push(kv, where, **options):
    return kv.push_to_hub("me/vectors", endpoint=where["endpoint"], token=where["token"], **options)


def same(found, kv):
    assert found.index_to_key == kv.index_to_key
    assert np.array_equal(found.vectors, kv.vectors)


def test_there_and_back(kv, server, where):
    assert push(kv, where) == f"{server.address}/me/vectors"
    found = KeyedVectors.from_hub("me/vectors", **where)
    same(found, kv)
    assert found.get_vecattr("the", "count") == 9
    assert server.tokens == {"secret"}
    assert isinstance(found, KeyedVectors)


def test_vectors_and_card_come_together(kv, server, where):
    server.refuse = "/commit/"
    with pytest.raises(OSError, match="500"):
        push(kv, where)
    assert server.repositories["me/vectors"] == {}
    server.refuse = ""
    push(kv, where, message="Six more words")
    assert set(server.repositories["me/vectors"]) == {"vectors.w2v", "README.md"}
    assert server.messages == ["Six more words"]


def test_the_card(server, where, tmp_path):
    text = [["the", "cat", "saw", "a", "dog"], ["a", "dog", "saw", "the", "cow"]] * 20
    model = Word2Vec(text, vector_size=5, window=3, min_count=1, epochs=2)
    (tmp_path / "animals.tsv").write_text("cat\tdog\t9\ncat\tcow\t7\ncat\tsaw\t1\n")
    report = evaluate_sets(model, tmp_path / "animals.tsv")
    push(model.wv, where, settings=model, scores=report, license="mit", language=["en", "de"], filename="animals.w2v")
    card = server.repositories["me/vectors"]["README.md"].decode()
    matter, _, page = card.removeprefix("---\n").partition("\n---\n")
    yaml = pytest.importorskip("yaml")
    assert yaml.safe_load(matter) == {
        "library_name": "w2v", "tags": ["word2vec", "word-embeddings"], "license": "mit", "language": ["en", "de"],
    }  # fmt: skip
    assert "# vectors\n" in page
    assert "6 vectors of 5 dimensions (float32). The first are `dog`, " in page
    assert 'KeyedVectors.from_hub("me/vectors", "animals.w2v")' in page
    for row in ("| window | 3 |", "| epochs | 2 |", "| words in the text | 200 |", "| animals | spearman | "):
        assert row in page


def test_a_card_that_is_there_stays(kv, server, where):
    push(kv, where, card="# Mine\n")
    push(kv, where, settings={"window": 9})
    assert server.repositories["me/vectors"]["README.md"] == b"# Mine\n"
    push(kv, where, card="# New\n")
    assert server.repositories["me/vectors"]["README.md"] == b"# New\n"


@pytest.mark.parametrize("kind", ["native", "word2vec-binary", "word2vec-text", "glove"])
def test_every_format(kv, server, where, kind, tmp_path):
    kv = kv.vectors_for_all(WORDS[:3], copy_vecattrs=True)
    formats.save(kv, tmp_path / "file", kind)
    put(server, file__bin=(tmp_path / "file").read_bytes(), README__md=b"", config__json=b"{}", __gitattributes=b"")
    same(KeyedVectors.from_hub("me/vectors", **where), kv)
    assert len(KeyedVectors.from_hub("me/vectors", **where, limit=2)) == 2


def test_gensim_s_arrays_come_along(server, where, tmp_path):
    gensim = pytest.importorskip("gensim.models")
    old = gensim.KeyedVectors(3)
    old.add_vectors(["cat", "dog"], np.arange(6, dtype=np.float32).reshape(2, 3))
    old.save(str(tmp_path / "news.model"), sep_limit=1)
    put(server, **{path.name.replace(".", "__"): path.read_bytes() for path in tmp_path.glob("news.model*")})
    assert "news.model.vectors.npy" in server.repositories["me/vectors"]
    found = KeyedVectors.from_hub("me/vectors", **where)
    assert np.array_equal(found["dog"], [3, 4, 5])


def test_models_of_model2vec(kv, server, where, tmp_path):
    kv.save_static_embedding(tmp_path / "model")
    put(server, **{path.name.replace(".", "__"): path.read_bytes() for path in (tmp_path / "model").iterdir()})
    same(KeyedVectors.from_hub("me/vectors", **where), kv)
    assert KeyedVectors.from_hub("me/vectors", **where, limit=2).index_to_key == WORDS[:2]


def test_a_file_is_downloaded_once(kv, server, where):
    push(kv, where)
    for _ in range(2):
        same(KeyedVectors.from_hub("me/vectors", **where, mmap="r"), kv)
    assert server.requests.count("GET /me/vectors/resolve/main/vectors.w2v") == 1


def test_without_a_connection(kv, where):
    with hub.running() as server:
        push(kv, {**where, "endpoint": server.address})
        KeyedVectors.from_hub("me/vectors", **{**where, "endpoint": server.address})
    same(KeyedVectors.from_hub("me/vectors", **{**where, "endpoint": server.address}), kv)
    with pytest.raises(ConnectionError, match="me/others: not reached, and not downloaded before"):
        KeyedVectors.from_hub("me/others", **{**where, "endpoint": server.address})


@pytest.mark.parametrize(
    "names, found",
    [
        (["README.md", ".gitattributes", "news.bin"], "news.bin"),
        (["news.bin", "vectors.w2v", "model.onnx"], "vectors.w2v"),
        (["a.w2v", "vectors.w2v"], "vectors.w2v"),
        (["n.model", "n.model.vectors.npy", "n.model.syn1neg.npz", "LICENSE"], "n.model"),
        (["data/glove.txt.gz", "data/notes.md"], "data/glove.txt.gz"),
    ],
)
def test_which_file_has_the_vectors(names, found):
    assert vectors_among(names, "me/vectors") == found


@pytest.mark.parametrize("address", ["https://huggingface.co/me/vectors/resolve/main/a.bin", "hf://me/vectors"])
def test_addresses_of_the_hub_are_told(address):
    with pytest.raises(FileNotFoundError, match=r"from the Hugging Face hub, KeyedVectors\.from_hub fetches it"):
        KeyedVectors.load(address)


def test_what_cannot_be_done(server, where):
    with pytest.raises(OSError, match="404"):
        KeyedVectors.from_hub("me/nothing", **where)
    put(server, README__md=b"#")
    with pytest.raises(ValueError, match="me/vectors: expected a file of vectors, got none"):
        KeyedVectors.from_hub("me/vectors", **where)
    put(server, a__bin=b"1", b__bin=b"2")
    with pytest.raises(ValueError, match=r"got several: give filename= one of a\.bin, b\.bin"):
        KeyedVectors.from_hub("me/vectors", **where)
    with pytest.raises(FormatError):
        KeyedVectors.from_hub("me/vectors", "a.bin", **where)


def test_the_command_line(kv, server, where, tmp_path, monkeypatch):
    push(kv, where)
    monkeypatch.chdir(tmp_path)
    for name, value in {"HF_ENDPOINT": server.address, "HF_HOME": tmp_path, "HF_TOKEN": "secret"}.items():
        monkeypatch.setenv(name, str(value))
    done = run_process("get", "me/vectors")
    assert (done.returncode, done.stderr) == (0, "")
    same(KeyedVectors.load("vectors.w2v"), kv)
    assert run_process("get", "me/vectors", "-o", "two.txt", "--limit", "2").returncode == 0
    assert KeyedVectors.load("two.txt").index_to_key == WORDS[:2]
    done = run_process("get", "me/nothing")
    assert done.returncode == 2
    assert done.stderr.startswith("w2v: error: ")
    assert "404" in done.stderr


def test_without_the_library():
    code = "import sys; sys.modules['huggingface_hub'] = None; import w2v; w2v.KeyedVectors.from_hub('me/x')"
    finished = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert 'pip install "w2v[hub]"' in finished.stderr
