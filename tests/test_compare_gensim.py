"""A gensim model beside w2v. gensim itself is not needed: a model that looks like one of its stands in."""

import sys
import types

import numpy as np
import pytest

from w2v import Word2Vec, compare_gensim

RNG = np.random.default_rng(2)
GROUPS = (["cat", "dog", "horse", "cow"], ["bread", "milk", "rice", "egg"])
TEXT = "\n".join(" ".join(RNG.choice(group, 6)) for group in GROUPS * 300)


@pytest.fixture
def files(tmp_path, monkeypatch):
    """Paths of a saved model and of its corpus; gensim is w2v in disguise."""
    corpus, model = tmp_path / "text", tmp_path / "model"
    corpus.write_text(TEXT, encoding="utf-8")
    Word2Vec(corpus_file=corpus, vector_size=12, min_count=1, sample=0, sg=1, alpha=0.1).save(model)
    disguise = types.ModuleType("gensim.models")
    disguise.Word2Vec = Word2Vec
    monkeypatch.setitem(sys.modules, "gensim", types.ModuleType("gensim"))
    monkeypatch.setitem(sys.modules, "gensim.models", disguise)
    return str(model), str(corpus)


def rows(text):
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines()]
    return [dict(zip(lines[0], line, strict=True)) for line in lines[2:]]


def test_a_table(files, tmp_path, capsys):
    (tmp_path / "questions").write_text(": kinds\ncat dog bread milk\n")
    assert compare_gensim.main([*files, "--retrain", "--analogies", str(tmp_path / "questions")]) == 0
    table = rows(capsys.readouterr().out)
    names = ["gensim, your model", "gensim, trained here", "w2v", "w2v, other seed, beside w2v"]
    assert [row["model"] for row in table] == names
    assert [row["same neighbours"] for row in table][:3] == ["", "1.000", "1.000"]  # the same program and seed
    assert {row["words"] for row in table} == {"8"}
    assert all(float(row["seconds"]) >= 0 and float(row["M words/s"]) > 0 for row in table[1:])
    assert all(0 <= float(row["analogies"]) <= 1 for row in table)


def test_settings_are_the_models(files):
    settings = compare_gensim.settings_of(Word2Vec.load(files[0]), None)
    assert (settings["vector_size"], settings["sg"], settings["alpha"], settings["sample"]) == (12, 1, 0.1, 0)
    assert compare_gensim.settings_of(Word2Vec.load(files[0]), 0.5)["alpha"] == 0.5


def test_overlap_of_neighbours():
    rows = RNG.normal(size=(200, 8))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    assert compare_gensim.overlap(rows, rows) == 1
    assert compare_gensim.overlap(rows, rows[:, ::-1].copy()) == 1  # cosines do not care
    assert compare_gensim.overlap(rows, RNG.permutation(rows)) < 0.2
    assert np.isnan(compare_gensim.overlap(rows[:1], rows[:1]))


def test_without_gensim(monkeypatch):
    monkeypatch.setitem(sys.modules, "gensim.models", None)  # also where a test before this one has imported it
    with pytest.raises(ImportError, match="pip install gensim"):
        compare_gensim.load("model")
