"""Evaluation sets: files are told by their content, folders become reports, runs become means and deviations."""

import json
import math

import numpy as np
import pytest

from w2v import FormatError, KeyedVectors, Word2Vec
from w2v.evaluate import evaluate_runs, evaluate_sets, read_set

WORDS = ["man", "woman", "king", "queen", "cat", "dog", "new_york"]
ROWS = [[1, 0, 0], [0, 1, 0], [1, 0, 1], [0, 1, 1], [-1, 0.1, 0], [-1, 0.2, 0], [-0.5, -0.5, 1]]

FILES = {  # layouts of files that people have
    "questions-words.txt": ("analogies", ": royals\nman king woman queen\n: none\nman king woman duchess\n"),
    "msr.txt": ("analogies", "good better rough rougher\n"),
    "wordsim353.tsv": ("similarity", "# a title\n# Word 1\tWord 2\tHuman (mean)\nlove\tsex\t6.77\n"),
    "combined.csv": ("similarity", "Word 1,Word 2,Human (mean)\nlove,sex,6.77\ntiger,cat,7.35\n"),
    "SimLex-999.txt": (
        "similarity",
        "word1\tword2\tPOS\tSimLex999\tconc(w1)\tconc(w2)\nold\tnew\tA\t1.58\t2.72\t2.81\nhard\teasy\tA\t0.95\t3\t2\n",
    ),
    "simverb.txt": ("similarity", "take\tremove\tV\t6.81\tSYNONYMS\nwalk\ttrail\tV\t4.81\tCOHYPONYMS\n"),
    "men.txt": ("similarity", "sun sunlight 50.0\nbakery zebra 0.0\n"),
    "men.lemmas.txt": ("similarity", "sun-n sunlight-n 50.0\nrun-v fast-j 20.0\n"),
    "rw.txt": ("similarity", "squishing\tsquirt\t5.88\t7\t6\t2\nundated\tundatable\t5.83\t10\t9\t5\n"),
    "mc30.csv": ("similarity", ",word1,word2,similarity\n0,car,automobile,3.92\n1,gem,jewel,3.84\n"),
    "semeval.txt": ("similarity", "climate change\tglobal warming\t3.5\nfoot\thand\t1\n"),
    "names.txt": ("similarity", "infinity nan 1\ninf nan 2\n"),
    "nodes.txt": ("similarity", "1 2 0.5\n1 3 0.25\n"),
    "cats.txt": ("outliers", "tiger\nlion\n\ndog\ncar\n"),
    "bless.csv": ("categories", ",category,word\n0,bird,crow\n1,bird,dove\n2,tool,axe\n"),
    "ap.txt": ("categories", "crow bird\ndove bird\naxe tool\nsaw tool\n"),
    "labels.txt": ("categories", "0 0\n1 1\n2 1\n3 0\n"),
    "edges.txt": ("pairs", "1 2\n1 3\n2 3\n"),
    "held-out.csv": ("pairs", "query,item\nu1,i1\nu2,i1\nu3,i2\n"),
}


def write(folder, name, text):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def kv():
    return KeyedVectors.from_pieces(list(WORDS), np.array(ROWS, dtype=np.float32), {})


@pytest.mark.parametrize("name", FILES)
def test_kind_is_told_by_the_content(tmp_path, name):
    kind, text = FILES[name]
    assert read_set(write(tmp_path, name, text)).kind == kind


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("questions-words.txt", ("man", "king", "woman", "queen")),
        ("SimLex-999.txt", ("old", "new", 1.58)),
        ("simverb.txt", ("take", "remove", 6.81)),
        ("combined.csv", ("love", "sex", 6.77)),
        ("men.lemmas.txt", ("sun", "sunlight", 50.0)),
        ("mc30.csv", ("car", "automobile", 3.92)),
        ("rw.txt", ("squishing", "squirt", 5.88)),
        ("semeval.txt", ("climate change", "global warming", 3.5)),
        ("nodes.txt", ("1", "2", 0.5)),
        ("cats.txt", (("tiger", "lion"), "dog")),
        ("bless.csv", ("crow", "bird")),
        ("held-out.csv", ("u1", "i1")),
    ],
)
def test_first_item(tmp_path, name, first):
    sections = read_set(write(tmp_path, name, FILES[name][1])).sections
    assert next(iter(sections.values()))[0] == first


def test_empty_words_of_a_category_are_left_out(tmp_path):
    text = ",category,word\n0,bird,crow\n1,bird,\n2,tool,axe\n3,tool,saw\n"
    assert len(read_set(write(tmp_path, "bless.csv", text)).sections[""]) == 3


@pytest.mark.parametrize(
    ("text", "kind", "message"),
    [
        ("", None, "expected lines of an evaluation set, got none"),
        ("# only a comment\n\n", None, "got none"),
        ("Sets for tests.\nThere are several of them.\n", None, "line 2: expected an evaluation set"),
        ("one\ntwo\nthree\n", None, "line 2: expected an evaluation set, got 'two'"),
        (": royals\nman king woman\n", None, "line 2: expected four words, got 'man king woman'"),
        ("a b\nc d\n", "similarity", "line 2: expected two words and a number"),
        ("a b\nc\n", "pairs", "line 2: expected two columns"),
        ("a b\n", "outliers", "line 1: expected groups of two words"),
        ("a b c\n", "analogies", "line 1: expected four words"),
    ],
)
def test_what_is_no_set(tmp_path, text, kind, message):
    with pytest.raises(FormatError, match=message):
        read_set(write(tmp_path, "set.txt", text), kind)


def test_no_text_and_no_such_kind(tmp_path):
    path = tmp_path / "set.bin"
    path.write_bytes(b"\x00" * 9)
    with pytest.raises(FormatError, match=r"expected text in UTF-8, got .*NUL bytes"):
        read_set(path)
    path.write_bytes(b"a b\nc \xffe")
    with pytest.raises(FormatError, match=r"set.bin: line 2: expected UTF-8, got the word b'\\xffe'"):
        read_set(path)
    with pytest.raises(ValueError, match="kind: expected one of analogies"):
        read_set(path, "quiz")


def test_report_of_a_folder(tmp_path, kv):
    write(tmp_path, "analogies.txt", FILES["questions-words.txt"][1])
    write(tmp_path, "pairs.tsv", "man\tking\t9\nman\twoman\t4\nMan\tcat\t1\nman\temu\t5\nNew York\tking\t3\n")
    write(tmp_path, "README.md", "Sets for tests.\nThere are several of them.\n")
    write(tmp_path, ".hidden", "man king woman queen\n")
    report = evaluate_sets(kv, tmp_path)
    analogies = report["analogies"]
    assert (analogies.value, analogies.used, analogies.total, analogies.low, analogies.high) == (1.0, 1, 2, 1.0, 1.0)
    assert report["analogies/royals"].value == 1.0
    assert math.isnan(report["analogies/none.accuracy"].value)
    assert (report["pairs"].measure, report["pairs"].used, report["pairs"].total) == ("spearman", 4, 5)
    assert list(report.skipped) == [str(tmp_path / "README.md")]
    assert json.loads(json.dumps(report.as_dict(), allow_nan=False))["scores"][2]["value"] is None
    assert "not a set" in str(report)
    with pytest.raises(KeyError, match=r"expected one of analogies\.accuracy"):
        report["analogy"]


def test_scores_are_those_of_the_older_functions(tmp_path, kv):
    pairs = write(tmp_path, "pairs.tsv", "man\tking\t9\nman\twoman\t4\nMan\tcat\t1\nman\tqueen\t5\nqueen\tking\t3\n")
    report = evaluate_sets(kv, pairs)
    pearson, spearman, _ = kv.evaluate_word_pairs(pairs)
    assert report["pairs.spearman"].value == pytest.approx(spearman.statistic)
    assert report["pairs.pearson"].value == pytest.approx(pearson.statistic, rel=1e-6)
    questions = write(tmp_path, "q.txt", ": one\nman king woman queen\nman king woman cat\n")
    assert evaluate_sets(kv, questions)["q"].value == kv.evaluate_word_analogies(questions)[0] == 0.5


def test_restricted_vocabulary_and_case(tmp_path, kv):
    questions = write(tmp_path, "q.txt", ": one\nMAN king woman queen\n")
    assert evaluate_sets(kv, questions, restrict_vocab=3)["q"].used == 0
    assert evaluate_sets(kv, questions, restrict_vocab=None)["q"].used == 1
    assert evaluate_sets(kv, questions, case_insensitive=False)["q"].used == 0


def test_outliers_in_a_folder_are_sections(tmp_path, kv):
    write(tmp_path, "8-8-8/royals.txt", "king\nqueen\nprince\n\ncat\ndog\n")
    write(tmp_path, "8-8-8/pets.txt", "cat\ndog\n\nqueen\nemu\n")
    report = evaluate_sets(kv, tmp_path)
    assert report.names == ["8-8-8.accuracy", "8-8-8.opp", "8-8-8/pets.accuracy", "8-8-8/royals.accuracy"]
    assert (report["8-8-8"].value, report["8-8-8"].used, report["8-8-8"].total) == (1.0, 3, 4)


def test_categories_and_pairs(tmp_path, kv):
    write(tmp_path, "groups.txt", "king a\nqueen a\ncat b\ndog b\nemu b\n")
    write(tmp_path, "next.txt", "cat dog\nking man\nking dog\ncat cat\nemu cat\n")
    report = evaluate_sets(kv, tmp_path, topn=2)
    assert (report["groups"].measure, report["groups"].value, report["groups"].used) == ("purity", 1.0, 4)
    assert report["groups.nmi"].value == pytest.approx(1.0)
    # From king: man, queen, new_york, woman, dog, cat. From cat: dog first. What emu is near to, nobody knows.
    assert (report["next.hr@2"].value, report["next.mrr"].value, report["next.mrr"].used) == (1.0, 1.0, 4)
    assert report["next.ndcg@2"].value == pytest.approx((1 + 1 / (1 + 1 / math.log2(3))) / 2)
    easier = evaluate_sets(kv, tmp_path / "next.txt", known=[("king", "queen"), ("king", "new_york")])
    assert easier["next.ndcg@10"].value == pytest.approx((1 + (1 + 1 / math.log2(4)) / (1 + 1 / math.log2(3))) / 2)


def test_pairs_both_ways(tmp_path, kv):
    # From woman: queen, dog. From dog: cat, new_york, woman.
    path = write(tmp_path, "next.txt", "woman dog\n")
    assert evaluate_sets(kv, path)["next.mrr"].value == 1 / 2
    assert evaluate_sets(kv, path, undirected=True)["next.mrr"].value == pytest.approx((1 / 2 + 1 / 3) / 2)


def test_nothing_known(tmp_path, kv):
    for name, (_, text) in FILES.items():
        write(tmp_path, name, text.replace("man", "xx").replace("king", "yy"))
    report = evaluate_sets(kv, tmp_path)
    assert all(math.isnan(score.value) for score in report.scores if not score.used)
    json.dumps(report.as_dict(), allow_nan=False)
    assert str(report)


def test_kind_that_is_given(tmp_path, kv):
    path = write(tmp_path, "next.txt", "man king\nwoman king\ncat dog\nqueen dog\n")
    assert evaluate_sets(kv, path)["next"].kind == "categories"
    assert evaluate_sets(kv, path, kinds={"next": "pairs"})["next"].kind == "pairs"
    with pytest.raises(ValueError, match="kinds: expected names among next, got 'nxt'"):
        evaluate_sets(kv, path, kinds={"nxt": "pairs"})


def test_vectors_from_elsewhere(tmp_path, kv):
    path = write(tmp_path, "q.txt", ": one\nman king woman queen\n")
    kv.save(tmp_path / "v.w2v")
    assert evaluate_sets(tmp_path / "v.w2v", [path])["q"].value == 1.0
    nodes = KeyedVectors.from_pieces([1, 2, 3], np.eye(3, dtype=np.float32), {})
    assert evaluate_sets(nodes, write(tmp_path, "e.txt", "1 2\n1 3\n2 3\n"))["e"].used == 3
    damaged = KeyedVectors.from_pieces(list(WORDS), np.full((7, 3), np.nan, dtype=np.float32), {})
    score = evaluate_sets(damaged, write(tmp_path, "d.txt", ": one\nman king woman dog\n"))["d"]
    assert np.isnan(score.value)
    assert (score.used, score.total) == (0, 1)


def test_no_sets(tmp_path, kv):
    with pytest.raises(FormatError, match="expected evaluation sets, found none"):
        evaluate_sets(kv, tmp_path)
    with pytest.raises(FileNotFoundError):
        evaluate_sets(kv, tmp_path / "missing.txt")


def test_runs(tmp_path):
    path = write(tmp_path, "letters.tsv", "a\tb\t9\na\tc\t7\nb\tc\t1\n")
    walks = [["a", "b", "c"], ["b", "c", "d"]] * 50
    runs = evaluate_runs(lambda seed: Word2Vec(walks, vector_size=8, min_count=1, seed=seed), path, seeds=[3, 4])
    values = [report["letters"].value for report in runs.reports]
    summary = runs["letters"]
    assert summary.values == tuple(values)
    assert summary.mean == pytest.approx(np.mean(values))
    assert summary.sd == pytest.approx(np.std(values, ddof=1))
    assert json.loads(json.dumps(runs.as_dict(), allow_nan=False))["runs"] == 2
    with pytest.raises(ValueError, match="seeds: expected at least one"):
        evaluate_runs(lambda seed: None, path, seeds=0)
