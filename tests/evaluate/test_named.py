"""Evaluation sets by name: gensim's files, where it is installed; where to get them, if not."""

import importlib.machinery
import importlib.util

import numpy as np
import pytest
from console import run

from w2v import KeyedVectors
from w2v.evaluate import evaluate_sets, named
from w2v.evaluate.named import NAMED, set_path

QUESTIONS = ": kings\nman king woman queen\n"


@pytest.fixture
def kv():
    made = KeyedVectors(3)
    made.add_vectors(["man", "woman", "king", "queen"], [[1, 0, 0], [0, 1, 0], [1, 0, 1], [0, 1, 1]])
    return made


@pytest.fixture
def gensim(tmp_path, monkeypatch):
    """A package with gensim's name and two of its files."""
    folder = tmp_path / "site" / "gensim"
    (folder / "test" / "test_data").mkdir(parents=True)
    (folder / "test" / "test_data" / "questions-words.txt").write_text(QUESTIONS)
    (folder / "test" / "test_data" / "wordsim353.tsv").write_text("man\tking\t9\nman\tqueen\t1\nking\tqueen\t5\n")
    spec = importlib.machinery.ModuleSpec("gensim", None, is_package=True)
    spec.submodule_search_locations = [str(folder)]
    monkeypatch.setattr(named, "find_spec", lambda name: spec)
    monkeypatch.chdir(tmp_path)
    return folder


def without_gensim(monkeypatch):
    monkeypatch.setattr(named, "find_spec", lambda name: None)


@pytest.mark.parametrize("name", ["questions-words", "questions-words.txt", "Google", "questions_words"])
def test_names_of_gensim_s_files(gensim, kv, name):
    assert set_path(name) == gensim / "test" / "test_data" / "questions-words.txt"
    assert evaluate_sets(kv, [name, "WordSim-353"]).names[:1] == ["questions-words.accuracy"]
    assert kv.evaluate_word_analogies(name)[0] == 1.0
    assert kv.evaluate_word_pairs("wordsim353.tsv")[2] == 0


def test_a_file_of_that_name_comes_first(gensim, tmp_path, kv):
    (tmp_path / "questions-words").write_text(": none\nman king emu queen\n")
    assert kv.evaluate_word_analogies("questions-words")[1][0]["section"] == "none"
    with pytest.raises(FileNotFoundError, match=r"sets/questions-words\.txt: no such file"):
        set_path("sets/questions-words.txt")


def test_the_real_gensim():
    pytest.importorskip("gensim")
    for name in ("questions-words", "wordsim353", "simlex999"):
        path = set_path(name)
        assert path.parts[-4:-1] == ("gensim", "test", "test_data")
        assert len(path.read_text(encoding="utf-8").splitlines()) > 300


@pytest.mark.parametrize("name", NAMED)
def test_where_to_get_them(monkeypatch, name):
    without_gensim(monkeypatch)
    with pytest.raises(FileNotFoundError, match=rf"^{name}: no such file; https?://.* has it") as caught:
        set_path(name)
    assert ('pip install "w2v[gensim]"' in str(caught.value)) == (NAMED[name].file is not None)


@pytest.mark.parametrize("name, known", [("EN-MEN-TR-3k.txt", False), ("SimVerb-3500.tsv.gz", True), ("ws353", True)])
def test_other_spellings(monkeypatch, name, known):
    without_gensim(monkeypatch)
    with pytest.raises(FileNotFoundError, match="has it" if known else "sets that are known by name: questions-words,"):
        set_path(name)


def test_the_command_line(kv, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    kv.save("v.w2v")
    done = run("eval", "v.w2v", "men")
    assert done.returncode == 2
    assert "w2v: error: men: no such file; https://github.com/mfaruqui/eval-word-vectors" in done.stderr
    if importlib.util.find_spec("gensim"):
        lines = run("eval", "v.w2v", "questions-words", "--resamples", "0").stdout.splitlines()
        assert lines[1].split()[:2] == ["questions-words", "accuracy"]


def test_sets_from_streams(kv, tmp_path):
    path = tmp_path / "questions"
    path.write_text(QUESTIONS)
    with open(path, encoding="utf-8") as file:
        assert kv.evaluate_word_analogies(file)[0] == 1.0
    assert np.isfinite(evaluate_sets(kv, path).scores[0].value)
