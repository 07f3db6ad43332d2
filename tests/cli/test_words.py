"""w2v phrases and w2v vocab: text and words."""

import gzip
import itertools
import json

import pytest
from console import SENTENCES, fails, run

from w2v import LineSentence, Phrases

TEXT = "new york is big\n\ni love new york\n" + "in new york city\n" * 20 + "big city\nnew ideas\n" * 9


@pytest.fixture
def text(tmp_path):
    path = tmp_path / "text.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


# ---- phrases ----


def test_phrases_joins_line_for_line(text, tmp_path):
    done = run("phrases", text, "-o", tmp_path / "joined.txt", "--threshold", 0.2)
    assert (done.returncode, done.stdout) == (0, "")
    phrases = Phrases(LineSentence(text), threshold=0.2)
    expected = [" ".join(phrases[line.split()]) if line else "" for line in TEXT.splitlines()]
    assert (tmp_path / "joined.txt").read_text().splitlines() == expected
    assert expected[0] == "new_york is big"
    assert done.stderr == f"{len(phrases.export_phrases())} phrases, saved to {tmp_path / 'joined.txt'}\n"


def test_phrases_by_standard_streams_and_compressed(text, tmp_path):
    expected = run("phrases", text, "-o", "-", "--threshold", 0.2).stdout
    assert "new_york is big\n\n" in expected
    assert run("phrases", "-", "-o", "-", "--threshold", 0.2, stdin=text.read_bytes()).stdout == expected
    packed = tmp_path / "text.txt.gz"
    packed.write_bytes(gzip.compress(text.read_bytes()))
    assert run("phrases", packed, "-o", tmp_path / "joined.gz", "--threshold", 0.2).returncode == 0
    assert gzip.decompress((tmp_path / "joined.gz").read_bytes()).decode() == expected


def test_phrases_of_several_texts(text, tmp_path):
    parts, lines = tmp_path / "parts", TEXT.splitlines(keepends=True)
    parts.mkdir()
    (parts / "a.txt").write_text("".join(lines[:7]).rstrip("\n"))  # no line end at its end
    (parts / "b.txt.gz").write_bytes(gzip.compress("".join(lines[7:]).encode()))
    expected = run("phrases", text, "-o", "-", "--threshold", 0.2).stdout
    for texts in ([parts], [parts / "a.txt", parts / "b*.gz"]):
        assert run("phrases", *texts, "-o", "-", "--threshold", 0.2).stdout == expected
    standard = ["phrases", parts / "a.txt", "-", "-o", "-", "--threshold", 0.2, "--passes", 2]
    two = run("phrases", text, "-o", "-", "--threshold", 0.2, "--passes", 2).stdout
    assert run(*standard, stdin="".join(lines[7:]).encode()).stdout == two
    assert Phrases(corpus_file=[parts / "a.txt", parts / "b*.gz"], workers=2).vocab == Phrases(corpus_file=text).vocab
    (tmp_path / "nothing").mkdir()
    assert "no files in this folder" in fails("phrases", tmp_path / "nothing", "--list")


def test_phrases_of_a_column(text, tmp_path):
    path = tmp_path / "text.jsonl"
    path.write_text("".join(json.dumps({"body": line}) + "\n" for line in TEXT.splitlines()))
    flags = ["-o", "-", "--threshold", 0.2, "--passes", 2]
    assert run("phrases", path, "--column", "body", *flags).stdout == run("phrases", text, *flags).stdout
    assert "by --column NAME" in fails("phrases", path, "--list")


def test_list_of_phrases(text):
    expected = Phrases(LineSentence(text), threshold=0.2).export_phrases()
    rows = json.loads(run("phrases", text, "--list", "--json", "--threshold", 0.2).stdout)
    assert {row["phrase"]: row["score"] for row in rows} == pytest.approx(expected)
    assert rows == sorted(rows, key=lambda row: -row["score"])
    assert run("phrases", text, "--list", "--topn", 1, "--threshold", 0.2).stdout.split()[0] == rows[0]["phrase"]


def test_passes_find_longer_phrases(text):
    flags = ("--threshold", 0.1, "--min-count", 1)
    assert "new_york_city" not in run("phrases", text, "-o", "-", *flags).stdout
    assert "in_new_york_city" in run("phrases", text, "-o", "-", *flags, "--passes", 2).stdout


def test_saved_phrases(text, tmp_path):
    model = tmp_path / "phrases.w2v"
    assert run("phrases", text, "--save", model, "--threshold", 0.2).returncode == 0
    assert run("phrases", "-", "-o", "-", "--model", model, stdin=b"to new york\n").stdout == "to new_york\n"


def test_connectors_and_npmi(tmp_path):
    path = tmp_path / "text"
    path.write_text("house of commons\n" * 9 + "a b c d\n" * 9)
    flags = ("--scoring", "npmi", "--min-count", 1, "--connectors")
    assert "house_of_commons" in run("phrases", path, "-o", "-", *flags, "english").stdout
    (tmp_path / "of").write_text("b")
    assert "a_b_c" in run("phrases", path, "-o", "-", *flags, tmp_path / "of").stdout


def test_phrases_are_refused(text, tmp_path):
    assert "expected -o FILE, --list or --save FILE" in fails("phrases", text)
    assert "is the input itself" in fails("phrases", text, "-o", text)
    assert "got an empty file" in fails("phrases", _empty(tmp_path), "--list")
    assert "expected 1 with --save" in fails("phrases", text, "--save", tmp_path / "p", "--passes", 2)
    assert "expected --list" in fails("phrases", text, "-o", tmp_path / "p", "--json")
    text.write_bytes(b"new york\n\xff\n" * 9)
    fails("phrases", text, "-o", tmp_path / "joined.txt")
    assert not (tmp_path / "joined.txt").exists()


def _empty(folder):
    path = folder / "empty"
    path.write_bytes(b"")
    return path


# ---- vocabularies ----


def test_count(tmp_path):
    text = tmp_path / "text.txt"
    text.write_text(SENTENCES, encoding="utf-8")
    done = run("vocab", "count", text, "--min-count", 60)
    assert done.stdout == "the 120\nand 60\na 60\nqueen 60\nking 60\n"
    assert run("vocab", "count", "-", "--min-count", 60, stdin=text.read_bytes()).stdout == done.stdout
    assert run("vocab", "count", text, text, "--max-final-vocab", 1).stdout == "the 240\n"
    assert run("vocab", "count", text, "-o", tmp_path / "words").returncode == 0
    assert (tmp_path / "words").read_text(encoding="utf-8").startswith("the 120\n")


@pytest.fixture
def words(tmp_path):
    path = tmp_path / "words"
    path.write_text("the 50\nking 30\nqueen 20\nrare 1\n")
    return path


def test_show(words, tmp_path):
    assert run("vocab", "show", words, "--topn", 2).stdout == "the   50  49.505%\nking  30  29.703%\n"
    rows = json.loads(run("vocab", "show", words, "--json").stdout)
    assert rows[1] == {"word": "king", "count": 30, "share": 30 / 101}
    (tmp_path / "text.txt").write_text(SENTENCES, encoding="utf-8")
    run("train", tmp_path / "text.txt", "-o", tmp_path / "v.w2v", "--vector-size", 8)
    assert json.loads(run("vocab", "show", tmp_path / "v.w2v", "--json").stdout)[0]["count"] == 120
    run("convert", tmp_path / "v.w2v", tmp_path / "v.txt")
    assert "without them" in fails("vocab", "show", tmp_path / "v.txt")


def test_prune(words, tmp_path):
    assert run("vocab", "prune", words, "--min-count", 20).stdout == "the 50\nking 30\nqueen 20\n"
    assert run("vocab", "prune", words, "--max-final-vocab", 2).stdout == "the 50\nking 30\n"
    for name in ("rare", "the"):
        (tmp_path / name).write_text(name)
    flags = ("--min-count", 25, "--keep", tmp_path / "rare", "--drop", tmp_path / "the")
    assert run("vocab", "prune", words, *flags).stdout == "king 30\nrare 1\n"
    assert run("vocab", "prune", "-", "--min-count", 40, stdin=words.read_bytes()).stdout == "the 50\n"
    assert "is the input itself" in fails("vocab", "prune", words, "-o", words)


def test_merge(words, tmp_path):
    (tmp_path / "more").write_text("queen 15\nduke 2\n")
    done = run("vocab", "merge", words, tmp_path / "more")
    assert done.stdout == "the 50\nqueen 35\nking 30\nduke 2\nrare 1\n"
    (tmp_path / "bad").write_text("queen\n")
    assert "bad: line 1: expected 'word count'" in fails("vocab", "merge", words, tmp_path / "bad")
    assert run("vocab", "merge", words, words, "-o", words).returncode == 0
    assert words.read_text().startswith("the 100\n")


def test_walks(tmp_path):
    edges, out = tmp_path / "edges.txt", tmp_path / "walks.txt"
    edges.write_text("a b\nb c\nc d\n", encoding="utf-8")
    assert run("walks", edges, "--length", 5, "--number", 2, "-o", out).returncode == 0
    walks = [line.split() for line in out.read_text(encoding="utf-8").splitlines()]
    assert sorted(walk[0] for walk in walks) == sorted("abcd" * 2)
    assert all(len(walk) == 5 for walk in walks)
    steps = {step for walk in walks for step in itertools.pairwise(walk)}
    assert steps <= {("a", "b"), ("b", "c"), ("c", "d"), ("b", "a"), ("c", "b"), ("d", "c")}
    again = run("walks", "-", "--length", 5, "--number", 2, "--workers", 1, stdin=edges.read_bytes())
    assert again.stdout == out.read_text(encoding="utf-8")
    directed = run("walks", edges, "--directed", "--number", 1)
    assert "a b c d" in directed.stdout.splitlines()
    assert run("walks", edges, "-o", edges).returncode == 2
