"""What vectors and answers look like at the prompt and in notebooks, and what an error says that somebody reads."""

import copy
import io
import json
import pickle
from html.parser import HTMLParser

import numpy as np
import pytest

from w2v import KeyedVectors, PairModel, Phrases, Word2Vec
from w2v.comparison import compare
from w2v.evaluate import evaluate_runs, evaluate_sets
from w2v.tuning.result import Trial, Tuning
from w2v.vectors import lookup


@pytest.fixture
def kv():
    made = KeyedVectors(8)
    rows = np.arange(56).reshape(7, 8) % 9
    made.add_vectors(["the", "cat", "<b>&", 7, "x" * 90, "Haus", "dog"], rows, extras={"count": range(7, 0, -1)})
    return made


class Table(HTMLParser):
    """The cells of a table; every tag that is opened is closed."""

    def __init__(self, text):
        super().__init__()
        self.open, self.rows = [], []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.open.append(tag)
        if tag == "tr":
            self.rows.append([])

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, text):
        if self.open[-1] in ("td", "th"):
            self.rows[-1].append(text)


def test_vectors(kv):
    assert str(kv) == "KeyedVectors<vector_size=8, 7 keys>"
    assert repr(kv).startswith("KeyedVectors<vector_size=8, 7 keys, float32: 'the', 'cat', '<b>&', 7, 'xxx")
    assert repr(kv).endswith(", ...>")
    assert len(repr(kv)) < 150
    assert repr(KeyedVectors(2)) == "KeyedVectors<vector_size=2, 0 keys, float32>"
    assert "int8" in repr(kv.astype("int8"))
    names, *rows = Table(kv._repr_html_()).rows
    assert names == ["key", "count", "0", "1", "2", "3", "4"]
    assert [row[0] for row in rows] == ["the", "cat", "<b>&", "7", "x" * 59 + "…"]
    assert rows[1][1:4] == ["6", "8.0000", "0.0000"]
    assert Table(KeyedVectors(2)._repr_html_()).rows == [["key", "0", "1"]]


def test_answers_are_lists_that_notebooks_show(kv):
    answer = kv.most_similar("cat", topn=2)
    assert isinstance(answer, list)
    assert answer == list(answer)
    assert repr(answer) == repr(list(answer))
    assert json.loads(json.dumps(answer)) == [list(pair) for pair in answer]
    assert pickle.loads(pickle.dumps(answer)) == copy.deepcopy(answer) == answer
    names, *rows = Table(answer._repr_html_()).rows
    assert names == ["key", "cosine"]
    assert rows == [[str(key), f"{cosine:.4f}"] for key, cosine in answer]
    for other in (kv.most_similar_batch(["cat"])[0], kv.most_similar_cosmul("cat"), kv.similar_by_vector(kv["cat"])):
        assert "cosine" in other._repr_html_()


def test_reports(kv, tmp_path):
    path = tmp_path / "animals.tsv"
    path.write_text("cat\tdog\t9\ncat\tthe\t7\ncat\tHaus\t1\n")
    names, *rows = Table(evaluate_sets(kv, path)._repr_html_()).rows
    assert names == ["set", "measure", "score", "95% interval", "asked"]
    assert [row[:2] for row in rows] == [["animals", "spearman"], ["animals", "pearson"]]
    runs = evaluate_runs(lambda seed: kv, path, seeds=2)
    assert Table(runs._repr_html_()).rows[0] == ["set", "mean", "sd", "lowest", "highest", "runs"]
    assert Table(compare(kv, kv, near=2)._repr_html_()).rows[1][0] in map(str, kv.index_to_key)


def test_models():
    sentences = [["to", "be", "or", "not", "to", "be", "<b>"]] * 20
    model = Word2Vec(sentences, vector_size=8, min_count=1, workers=1, compute_loss=True)
    assert str(model) == "Word2Vec<vocab=5, vector_size=8, alpha=0.025>"
    expected = "Word2Vec<vocab=5, vector_size=8, alpha=0.025, CBOW, negative=5, window=5, epochs=5: "
    assert repr(model) == f"{expected}{', '.join(map(repr, model.wv.index_to_key))}>"
    rows = dict(Table(model._repr_html_()).rows[1:])
    assert "'<b>'" in rows["words"]
    assert rows["text"] == "20 sentences, 140 words"
    assert "loss of the last epoch" in rows
    tree = Word2Vec(sg=1, hs=1, negative=0, vector_size=3)
    assert repr(tree) == "Word2Vec<vocab=0, vector_size=3, alpha=0.025, skip-gram, hs=1, window=5, epochs=5>"
    assert Table(tree._repr_html_()).rows
    assert repr(Word2Vec(objective="softmax")).count("softmax") == 1
    assert "negative" not in repr(Word2Vec(objective="softmax"))


def test_phrases_pairs_and_tuning():
    phrases = Phrases([["new", "york"]] * 10, min_count=1, threshold=0.1)
    assert repr(phrases).startswith("Phrases<3 vocab, min_count=1")
    assert repr(phrases.freeze()).startswith("FrozenPhrases<1 phrases")
    pairs = PairModel(vector_size=4)
    pairs.train_pairs(["a", "b"], ["c", "d"])
    assert repr(pairs) == "PairModel<2 centers, 2 contexts, vector_size=4, negative=5>"
    tuning = Tuning("loss", [Trial(0, {"alpha": 0.05}, {1: 0.5}, {1: 2.0}), Trial(1, {"alpha": 0.1}, error="<b>")])
    names, first, second = Table(tuning._repr_html_()).rows
    assert names == ["rank", "alpha", "corpus", "loss", "seconds"]
    assert first == ["1 (start)", "0.05", "all", "0.5000", "2.0"]
    assert "<b>" in second
    assert str(tuning).splitlines()[0].split() == names


# Errors.


@pytest.fixture(autouse=True)
def patience(monkeypatch):
    monkeypatch.setattr(lookup, "_spent", [0.0])


def message(kv, key):
    with pytest.raises(KeyError) as caught:
        kv[key]
    assert caught.value.args == (f"Key {key!r} not present",)
    return str(caught.value)


def test_a_missing_key_asks_what_was_meant(kv):
    assert message(kv, "catt") == "Key 'catt' not present; did you mean 'cat'?"
    assert message(kv, "haus") == "Key 'haus' not present; did you mean 'Haus'?"
    assert message(kv, "7") == "Key '7' not present; did you mean 7?"
    assert message(kv, b"cat") == "Key b'cat' not present; did you mean 'cat'?"
    assert message(kv, "unheard") == "Key 'unheard' not present"
    assert message(kv, 700) == "Key 700 not present"
    assert message(kv, 0.5) == "Key 0.5 not present; a vector is an array, or a list of numbers within a list"
    with pytest.raises(KeyError, match="did you mean 'cat'"):
        kv.most_similar("catt")


def test_keys_are_looked_through_only_for_those_who_read(kv, monkeypatch):
    looked = []
    monkeypatch.setattr(lookup, "_spellings", lambda text, keys: looked.append(text) or [])
    for _ in range(100):
        with pytest.raises(KeyError):
            kv["catt"]
    assert looked == []
    message(kv, "catt")
    assert looked == ["catt"]
    lookup._spent[0] = 1e9  # a process that has read too many
    message(kv, "catt")
    assert looked == ["catt"]


def test_a_missing_key_in_another_process(kv):
    with pytest.raises(KeyError) as caught:
        kv["catt"]
    there = pickle.loads(pickle.dumps(caught.value))
    assert isinstance(there, KeyError)
    assert "did you mean 'cat'?" in str(there)
    assert len(pickle.dumps(caught.value)) < 200  # no vocabulary in it


@pytest.mark.parametrize("address", ["https://example.org/v.bin", "hf://owner/name/v.bin", "s3://bucket/v.txt"])
@pytest.mark.parametrize("load", [KeyedVectors.load, KeyedVectors.load_word2vec_format, Word2Vec.load])
def test_an_address_is_no_file(load, address):
    with pytest.raises(
        FileNotFoundError, match=f"expected a file, got an address: fetch it, as with curl -LO '{address}'"
    ):
        load(address)
    with pytest.raises(FileNotFoundError, match="No such file"):
        load("missing.bin")


def test_open_files_of_text_are_told_the_mode(kv):
    with pytest.raises(TypeError, match='binary mode, "wb", got StringIO'):
        kv.save(io.StringIO())
    with pytest.raises(TypeError, match='binary mode, "rb", got one that reads text'):
        KeyedVectors.load(io.StringIO("text"))
