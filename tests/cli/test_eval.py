"""w2v eval and w2v tune: what they print, in columns and as JSON."""

import json
import pathlib
import shlex

import numpy as np
import pytest
from console import fails, run

from w2v import KeyedVectors, Word2Vec

WORDS = ["man", "woman", "king", "queen", "cat", "dog"]
ROWS = [[1, 0, 0], [0, 1, 0], [1, 0, 1], [0, 1, 1], [-1, 0.1, 0], [-1, 0.2, 0]]


def prints(*arguments):
    done = run(*arguments)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with vectors, two sets, and a text."""
    monkeypatch.chdir(tmp_path)
    KeyedVectors.from_pieces(list(WORDS), np.array(ROWS, dtype=np.float32), {}).save("v.w2v")
    (tmp_path / "sets").mkdir()
    (tmp_path / "sets" / "royals.txt").write_text(": royals\nman king woman queen\nman king woman emu\n")
    (tmp_path / "sets" / "pairs.tsv").write_text("man\tking\t9\nman\twoman\t4\nman\tcat\t1\nman\tqueen\t5\n")
    (tmp_path / "text.txt").write_text("the man saw the king\na woman saw a queen\nthe cat and the dog\n" * 60)
    return tmp_path


@pytest.mark.usefixtures("folder")
def test_table_of_a_folder():
    lines = prints("eval", "v.w2v", "sets").splitlines()
    assert lines[0].split() == ["set", "measure", "score", "95%", "interval", "asked"]
    assert lines[1].split()[:2] == ["pairs", "spearman"]
    assert lines[3].split() == ["royals", "accuracy", "1.000", "1.000", "to", "1.000", "1", "of", "2"]


@pytest.mark.usefixtures("folder")
def test_json_of_files():
    found = json.loads(prints("eval", "v.w2v", "sets/pairs.tsv", "sets/royals.txt", "--resamples", "0", "--json"))
    assert [(score["set"], score["measure"]) for score in found["scores"]] == [
        ("pairs", "spearman"), ("pairs", "pearson"), ("royals", "accuracy"),
    ]  # fmt: skip
    assert found["scores"][0]["low"] is None


@pytest.mark.usefixtures("folder")
def test_options_of_what_is_asked(folder):
    (folder / "next.txt").write_text("man king\nwoman king\ncat dog\nqueen dog\n")
    (folder / "known.txt").write_text("man queen\n")
    options = ("--kind", "next=pairs", "--topn", "3", "--known", "known.txt", "--undirected", "--case-sensitive")
    assert prints("eval", "v.w2v", "next.txt", *options).splitlines()[1].split()[:2] == ["next", "hr@3"]
    products = json.loads(prints("eval", "v.w2v", "sets/royals.txt", "--cosmul", "--json"))["scores"][0]
    options = {"similarity_function": "most_similar_cosmul"}
    assert products["value"] == KeyedVectors.load("v.w2v").evaluate_word_analogies("sets/royals.txt", **options)[0]
    restricted = json.loads(prints("eval", "v.w2v", "sets/royals.txt", "--restrict-vocab", "3", "--json"))
    assert restricted["scores"][0]["used"] == 0


@pytest.mark.usefixtures("folder")
def test_several_runs():
    lines = prints("eval", "v.w2v", "sets", "--also", "v.w2v").splitlines()
    assert lines[0].split() == ["set", "mean", "sd", "lowest", "highest", "runs"]
    assert lines[3].split() == ["royals.accuracy", "1.000", "0.000", "1.000", "1.000", "2"]
    training = ("--train", "text.txt", "--seeds", "2", "--size", "8", "--min-count", "1", "--epochs", "1")
    found = json.loads(prints("eval", *training, "sets", "--json"))
    assert (found["runs"], len(found["summaries"][0]["values"])) == (2, 2)
    assert json.loads(prints("eval", "--train", "te?t.txt", *training[2:], "sets", "--json")) == found


@pytest.mark.usefixtures("folder")
def test_what_eval_cannot_do(folder):
    assert "expected evaluation sets after the vectors" in fails("eval", "v.w2v")
    assert "missing" in fails("eval", "v.w2v", "missing")
    assert "--train: expected files, got -, which can be read once only" in fails("eval", "--train", "-", "sets")
    assert "expected NAME=KIND, got 'pairs'" in fails("eval", "v.w2v", "sets", "--kind", "pairs")
    assert "kind: expected one of analogies" in fails("eval", "v.w2v", "sets", "--kind", "pairs=quiz")
    assert "--confidence: expected a finite number above 0 and at most 1" in fails(
        "eval", "v.w2v", "sets", "--confidence", "2"
    )
    (folder / "prose.txt").write_text("This is no evaluation set.\n")
    assert "prose.txt: line 1: expected an evaluation set" in fails("eval", "v.w2v", "prose.txt")


SEARCH = ("tune", "text.txt", "sets", "--metric", "pairs", "--trials", "3", "--rungs", "2", "--confirm", "1")
SETTINGS = ("--size", "8", "--min-count", "1", "--epochs", "2", "--threads", "1")
SMALL = (*SETTINGS, "--range", "epochs=1:3", "--only", "window,epochs")


@pytest.mark.usefixtures("folder")
def test_tuning_ends_with_a_command_that_repeats_it(folder):
    lines = prints(*SEARCH, *SMALL).splitlines()
    assert lines[0].split() == ["rank", "window", "epochs", "corpus", "pairs", "seconds"]
    best = float(lines[1].split("all")[1].split()[0])
    command = shlex.split(lines[-1])
    assert command[:2] == ["w2v", "train"]
    assert run(*command[1:], "--threads", "1").returncode == 0
    assert Word2Vec.load("vectors.w2v").epochs in (1, 2, 3)
    again = json.loads(prints("eval", "vectors.w2v", "sets", "--json"))["scores"][0]
    assert (again["set"], again["value"]) == ("pairs", pytest.approx(best, abs=1e-4))


@pytest.mark.usefixtures("folder")
def test_tuning_as_json_from_a_journal():
    first = json.loads(prints(*SEARCH, *SMALL, "--journal", "journal", "--json"))
    assert json.loads(prints(*SEARCH, *SMALL, "--journal", "journal", "--json")) == first
    assert first["complete"]
    assert first["command"].startswith("w2v train text.txt -o vectors.w2v --sg")
    assert "belongs to another search" in fails(*SEARCH, *SMALL, "--journal", "journal", "--seed", "2")


@pytest.mark.usefixtures("folder")
def test_tuning_that_is_interrupted(monkeypatch):
    from w2v.tuning import search

    calls = []

    def interrupted(vectors, *arguments, **options):
        calls.append(vectors)
        if len(calls) > 3:
            raise KeyboardInterrupt
        return evaluate(vectors, *arguments, **options)

    evaluate = search.evaluate_sets
    monkeypatch.setattr(search, "evaluate_sets", interrupted)
    done = run(*SEARCH, *SMALL)
    assert done.returncode == 130
    assert "interrupted: this is the best so far" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("w2v train text.txt")


@pytest.mark.usefixtures("folder")
def test_what_tune_cannot_do():
    assert "metric: expected one of pairs.spearman" in fails(*SEARCH, *SMALL, "--metric", "men")
    assert "expected NAME=LOW:HIGH, two whole numbers, got 'epochs=1'" in fails(*SEARCH, "--range", "epochs=1")
    assert "--only: expected names among window" in fails(*SEARCH, "--only", "widow")
    assert "got 'widow'" in fails(*SEARCH, "--range", "widow=1:2")
    assert "missing.txt" in fails("tune", "missing.txt", "sets", "--metric", "pairs")
    pathlib.Path("text.jsonl").write_text("{}")
    assert fails("tune", "text.jsonl", "sets", "--metric", "pairs").endswith("expected text, got JSON lines\n")
    assert "expected files, got -, which can be read once only" in fails("tune", "-", "sets", "--metric", "pairs")
