"""Commands that answer from files of vectors."""

import json

import numpy as np
import pytest
from console import fails, run

from w2v import KeyedVectors, Phrases, Word2Vec, formats

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
    assert (rows["words"], rows["vector"]) == ("6", "size  3")
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


# ---- info ----


def test_info_of_a_model(tmp_path):
    model = Word2Vec([["to", "be", "or", "not", "to", "be"]] * 5, vector_size=8, epochs=3)
    model.save(tmp_path / "m.w2v")
    told = json.loads(run("info", tmp_path / "m.w2v", "--json").stdout)
    assert (told["holds"], told["words"], told["total_count"], told["numbers"]) == ("model", 4, 30, "float32")
    assert (told["settings"]["epochs"], told["settings"]["window"]) == (3, 5)
    assert told["training"]["losses"] == pytest.approx(model.losses)
    assert told["checksums"].startswith("ok (")
    assert "checksums" not in json.loads(run("info", tmp_path / "m.w2v", "--json", "--no-verify").stdout)


def test_info_of_a_damaged_file(tmp_path, kv):
    path = tmp_path / "v.w2v"
    kv.save(path)
    content = bytearray(path.read_bytes())
    at = content.index(kv.vectors.tobytes())
    content[at] ^= 1
    path.write_bytes(content)
    done = run("info", path, "--json")
    assert (done.returncode, json.loads(done.stdout)["damaged"]) == (1, ["vectors"])
    assert run("info", path, "--no-verify").returncode == 0
    path.write_bytes(content[:-1])
    assert str(path) in fails("info", path)


def test_info_of_phrases_and_vocabularies(tmp_path):
    Phrases([["new", "york"]] * 9, min_count=1, threshold=0.1).save(tmp_path / "p.w2v")
    told = json.loads(run("info", tmp_path / "p.w2v", "--json").stdout)
    assert (told["holds"], told["settings"]["min_count"]) == ("phrases", 1)
    (tmp_path / "words").write_text("to 5\nbe 3\n")
    told = json.loads(run("info", tmp_path / "words", "--json").stdout)
    assert (told["format"], told["words"], told["total_count"]) == ("vocab", 2, 8)


# ---- convert ----

FORMATS = {"o.w2v": "native", "o.bin": "word2vec-binary", "o.txt.gz": "word2vec-text", "o.glove": "glove"}


@pytest.mark.parametrize("name", FORMATS)
def test_convert(path, kv, tmp_path, name):
    kind = FORMATS[name]
    assert run("convert", path, tmp_path / name, *(["--to", kind] if kind == "glove" else [])).returncode == 0
    assert json.loads(run("info", tmp_path / name, "--json").stdout)["format"] == kind
    done = formats.load(tmp_path / name)
    assert [str(key) for key in done.index_to_key] == [str(key) for key in kv.index_to_key]
    np.testing.assert_array_equal(done.vectors, kv.vectors)


def test_convert_from_standard_input_to_standard_output(path, kv):
    done = run("convert", "-", "-", "--limit", 2, stdin=path.read_bytes()) if path.suffix != ".gz" else None
    assert done is None or done.stdout == "2 3\nking 1.0 0.0 1.0\nqueen 0.0 1.0 1.0\n"


def test_convert_keeps_models_whole(tmp_path):
    Word2Vec([["to", "be", "or", "not", "to", "be"]] * 5, vector_size=8).save(tmp_path / "m.w2v")
    run("convert", tmp_path / "m.w2v", tmp_path / "whole.w2v")
    assert Word2Vec.load(tmp_path / "whole.w2v").syn1neg.shape == (4, 8)
    run("convert", tmp_path / "m.w2v", tmp_path / "vectors.w2v", "--vectors-only")
    assert json.loads(run("info", tmp_path / "vectors.w2v", "--json").stdout)["holds"] == "vectors"


def test_convert_chooses_and_changes(tmp_path, kv):
    kv.save(tmp_path / "v.w2v")
    (tmp_path / "words").write_text("woman unknown king")
    flags = ["--words", tmp_path / "words", "--normalize", "--dtype", "float16"]
    assert run("convert", tmp_path / "v.w2v", tmp_path / "o.w2v", *flags).returncode == 0
    done = KeyedVectors.load(tmp_path / "o.w2v")
    assert (done.index_to_key, done.vectors.dtype) == (["woman", "king"], np.float16)
    assert np.linalg.norm(done.vectors.astype(float), axis=1) == pytest.approx(1, abs=1e-3)


def test_convert_is_refused(tmp_path, kv):
    path = tmp_path / "v.w2v"
    kv.save(path)
    (tmp_path / "words").write_text("nothing")
    assert "is the input itself" in fails("convert", path, path)
    assert "expected the native format" in fails("convert", path, tmp_path / "o.bin", "--dtype", "int8")
    assert "got none of them" in fails("convert", path, tmp_path / "o.bin", "--words", tmp_path / "words")
    assert "is a folder" in fails("convert", path, "-", "--to", "tensorboard")
    assert sorted(item.name for item in tmp_path.iterdir()) == ["v.w2v", "words"]


# ---- compare ----


def planted(path, moved):
    """Vectors of 60 words, rotated; and one word elsewhere."""
    random = np.random.default_rng(1)
    vectors = random.standard_normal((60, 5)).astype(np.float32)
    rotation = np.linalg.qr(random.standard_normal((5, 5)))[0]
    words = [f"w{number}" for number in range(60)]
    if moved:
        vectors = (vectors @ rotation).astype(np.float32)
        vectors[7] = -vectors[7]
        words.append("other")
        vectors = np.vstack([vectors, vectors[:1]])
    KeyedVectors.from_pieces(words, vectors, {}).save(path)


def test_compare(tmp_path):
    planted(tmp_path / "a.w2v", False)
    planted(tmp_path / "b.w2v", True)
    told = json.loads(run("compare", tmp_path / "a.w2v", tmp_path / "b.w2v", "--topn", 2, "--json").stdout)
    assert (told["words_in_b"], told["shared_words"], len(told["moved"])) == (61, 60, 2)
    assert 0.8 < told["shared_neighbours"] < 1
    assert (told["moved"][0]["word"], told["moved"][0]["cosine"] < -0.9, told["moved"][1]["cosine"] > 0.9) == (
        "w7",
        True,
        True,
    )
    same = json.loads(run("compare", tmp_path / "a.w2v", tmp_path / "a.w2v", "--json").stdout)
    assert (same["shared_neighbours"], same["mean_cosine"]) == (1, pytest.approx(1))
    assert same["procrustes_distance"] == pytest.approx(0, abs=1e-3)
    assert "moved most" in run("compare", tmp_path / "a.w2v", tmp_path / "b.w2v").stdout


def test_compare_other_sizes_and_words(tmp_path, kv):
    planted(tmp_path / "a.w2v", False)
    KeyedVectors.from_pieces(["w1", "w2", "w3"], np.eye(3, dtype=np.float32), {}).save(tmp_path / "b.w2v")
    assert "none: sizes 5 and 3" in run("compare", tmp_path / "a.w2v", tmp_path / "b.w2v").stdout
    kv.save(tmp_path / "c.w2v")
    assert "expected two words" in fails("compare", tmp_path / "a.w2v", tmp_path / "c.w2v")
