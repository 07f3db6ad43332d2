"""Commands that answer from files of vectors."""

import json

import numpy as np
import pytest
from console import fails, run

from w2v import KeyedVectors

WORDS = ["king", "queen", "man", "woman", "Köln", 7]
VECTORS = np.array([[1, 0, 1], [0, 1, 1], [1, 0, 0], [0, 1, 0], [-1, -1, 0], [0, 0, -1]], dtype=np.float32)


@pytest.fixture
def kv():
    return KeyedVectors.from_pieces(list(WORDS), VECTORS.copy(), {"count": np.arange(len(WORDS), 0, -1)})


@pytest.fixture(params=["v.w2v", "v.bin", "v.txt", "v.txt.gz"])
def path(request, tmp_path, kv):
    path = tmp_path / request.param
    if path.suffix == ".w2v":
        kv.save(path)
    else:
        kv.save_word2vec_format(path, binary=path.suffix == ".bin")
    return path


def test_similar(path, kv):
    done = run("similar", path, "king", "--topn", 3)
    lines = [line.split() for line in done.stdout.splitlines()]
    assert lines == [[str(key), f"{cosine:.3f}"] for key, cosine in kv.most_similar("king", topn=3)]
    assert len({line.rindex(" ") for line in done.stdout.splitlines()}) == 1
    assert (done.returncode, done.stderr) == (0, "")


def test_similar_to_each_of_several_words(path):
    done = run("similar", path, "king", "7", "--topn", 2)
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["king", "king", "7", "7"]


def test_analogy(path):
    done = run("analogy", path, "man", "king", "woman", "--topn", 1)
    assert done.stdout == "queen  0.959\n"


def test_words_from_standard_input(path):
    by_name = run("similar", path, "king", "7", "--topn", 2).stdout
    assert run("similar", path, "-", "--topn", 2, stdin=b"king\n7\n").stdout == by_name
    assert "expected words, got none" in fails("similar", path, "-")


def test_odd_one_out(path, kv):
    words = ["king", "queen", "man", "Köln"]
    done = run("odd-one-out", path, *words)
    assert done.stdout.split()[0] == kv.doesnt_match(words) == "Köln"
    rows = json.loads(run("odd-one-out", path, *words, "--json").stdout)
    assert [row["word"] for row in rows] == [word for _, word in kv.rank_by_centrality(words)][::-1]
    assert "expected two words" in fails("odd-one-out", path, "king")


def test_json(path, kv):
    near = [{"near": str(key), "cosine": cosine} for key, cosine in kv.most_similar("king", topn=2)]
    (line,) = run("similar", path, "king", "--topn", 2, "--json").stdout.splitlines()
    for found, expected in zip(json.loads(line), near, strict=True):
        assert (str(found["near"]), found["cosine"]) == (expected["near"], pytest.approx(expected["cosine"], abs=1e-6))
    several = json.loads(run("similar", path, "king", "Köln", "--json").stdout)
    assert {row["word"] for row in several} == {"king", "Köln"}
    assert json.loads(run("analogy", path, "man", "king", "woman", "--json").stdout)[0]["word"] == "queen"
    assert json.loads(run("info", path, "--json").stdout)["words"] == 6


def test_info(path, kv):
    done = run("info", path)
    rows = dict(line.split(maxsplit=1) for line in done.stdout.splitlines())
    assert (rows["words"], rows["vector_size"]) == ("6", "3")
    kinds = {".w2v": "native", ".bin": "word2vec-binary"}
    assert rows["format"] == kinds.get(path.suffix, "word2vec-text")


def test_unknown_word(path):
    assert "word 'quen' is not among its 6 words; did you mean queen?" in fails("similar", path, "quen")
    assert "did you mean Köln?" in fails("similar", path, "köln")
    assert fails("analogy", path, "king", "queen", "xylophone").endswith("among its 6 words\n")
    fails("similar", path, "0")  # a position is no word


@pytest.mark.parametrize("content", [b"", b"\x00\xff\xfe", b"prose, not vectors\n", b"5 3\na 1 2 3\n"])
def test_files_that_are_no_vectors(tmp_path, content):
    path = tmp_path / "file"
    path.write_bytes(content)
    for command in (["similar", path, "a"], ["analogy", path, "a", "b", "c"], ["info", path]):
        assert str(path) in fails(*command)


def test_files_that_cannot_be_read(tmp_path):
    assert "No such file" in fails("similar", tmp_path / "nothing", "a")
    assert str(tmp_path) in fails("similar", tmp_path, "a")
