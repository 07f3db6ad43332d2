"""Tokens of every kind: what is trained can be saved and asked for; what cannot be is refused before training."""

import datetime
import enum
import logging
import re

import numpy as np
import pytest

from w2v import JsonLines, Vocab, Word2Vec
from w2v.utils import RULE_DEFAULT, save_as_line_sentence

TOKENS = {
    "tuples": [(1, 2), (3, 4), ("a", None), ()],
    "nested tuples": [((1, "x"), 2), ((1, "y"), 2)],
    "bytes": [b"a", b"\xff\x00", b""],
    "floats": [10.0, 20.5, -0.5, float("inf")],
    "dates": [datetime.date(2020, 1, 2), datetime.datetime(2020, 1, 2, 3, 4, 5, 6), datetime.timedelta(1)],
    "frozensets": [frozenset("ab"), frozenset()],
    "numpy": [np.datetime64("2020-01-02"), np.int8(3), np.float32(0.1), np.str_("a"), np.bytes_(b"b")],
    "large ints": [2**70, -(2**63) - 1, 5],
    "mixed": ["a", b"a", 1, 1.5, ("a",)],
}


class Colour(enum.Enum):
    RED = 1


def trained(tokens, **settings):
    return Word2Vec([tokens] * 9, vector_size=4, min_count=1, workers=1, epochs=1, **settings)


@pytest.mark.parametrize("kind", TOKENS)
@pytest.mark.parametrize(
    "settings", [{}, {"max_vocab_size": 100, "trim_rule": lambda *_: RULE_DEFAULT}, {"cache": False}]
)
def test_what_is_trained_is_saved_and_loaded(kind, settings, tmp_path):
    model = trained(TOKENS[kind], **settings)
    assert set(model.wv.index_to_key) == set(TOKENS[kind])
    model.save(tmp_path / "model.w2v")
    again = Word2Vec.load(tmp_path / "model.w2v")
    assert again.wv.index_to_key == model.wv.index_to_key
    for token in TOKENS[kind]:
        assert np.array_equal(again.wv.get_vector(token), model.wv.get_vector(token))


MISSING = [None, float("nan"), np.float64("nan"), np.datetime64("NaT", "s")]


@pytest.mark.parametrize("token", MISSING)
@pytest.mark.parametrize(
    "settings", [{}, {"max_vocab_size": 100, "trim_rule": lambda *_: RULE_DEFAULT}, {"cache": False}]
)
def test_a_gap_of_a_table_is_no_word(token, settings):
    with pytest.raises(TypeError, match=re.escape(f"sentence 1: {token!r} cannot be a word") + ".*missing value"):
        Word2Vec([["a", "b"], ["a", token]], vector_size=4, min_count=1, **settings)


def test_gaps_that_pandas_calls_na():
    pandas = pytest.importorskip("pandas")
    for gap in (pandas.NA, pandas.NaT):
        with pytest.raises(TypeError, match=r"sentence 0: .* cannot be a word.*missing value"):
            Word2Vec([["a", gap]], min_count=1)
    column = pandas.Series([["a", "b"], [1.0, float("nan")]])
    with pytest.raises(TypeError, match="sentence 1: nan cannot be a word"):
        Word2Vec(column, min_count=1)


@pytest.mark.parametrize("token", [object(), Colour.RED, len])
def test_what_could_not_be_saved_is_not_trained(token):
    message = f"sentence 1: an object of type {type(token).__name__} cannot be a word"
    with pytest.raises(TypeError, match=message):
        Word2Vec([["a"], ["a", token]], min_count=1)
    with pytest.raises(TypeError, match="cannot be a word"):
        Word2Vec(min_count=1).build_vocab_from_freq({token: 5})


@pytest.mark.parametrize("text", ["good bye", np.str_("good bye"), b"good bye", bytearray(b"good bye")])
@pytest.mark.parametrize(
    "settings", [{}, {"max_vocab_size": 100, "trim_rule": lambda *_: RULE_DEFAULT}, {"cache": False}]
)
def test_a_text_among_lists_is_refused_with_its_number(text, settings):
    sentences = [["hello", "world"], ["good", "day"], text]
    with pytest.raises(
        TypeError, match=r"sentence 2: expected a sequence of tokens, as .* before it, got the .*good bye"
    ):
        Word2Vec(sentences, min_count=1, **settings)
    with pytest.raises(TypeError, match="sentence 2"):
        Word2Vec(lambda: (sentence for sentence in sentences), min_count=1, **settings)


def test_a_text_that_comes_only_in_a_later_pass():
    """The list changed after it was counted: the epoch fails, and the model is as it was."""
    sentences = [["hello", "world"]] * 9
    model = Word2Vec(vector_size=4, min_count=1, workers=1, cache=False)
    model.build_vocab(sentences)
    before = model.wv.vectors.copy()
    sentences.append("good bye")
    with pytest.raises(TypeError, match="sentence 9: expected a sequence of tokens"):
        model.train(sentences, total_examples=9, epochs=1)
    assert np.array_equal(model.wv.vectors, before)


def test_a_corpus_of_texts_alone_warns_once(caplog):
    with caplog.at_level(logging.WARNING):
        Word2Vec(["ab", "ab"], min_count=1, cache=False, epochs=3)
    assert caplog.text.count("its characters become the words") == 1


def test_a_text_in_a_list_of_json_is_split_there(tmp_path):
    (tmp_path / "texts.jsonl").write_text('{"text": ["to", "be"]}\n{"text": "or not"}\n')
    assert list(JsonLines(tmp_path / "texts.jsonl", "text")) == [["to", "be"], ["or", "not"]]


def test_texts_where_a_file_of_lines_is_written(tmp_path):
    for broken, message in (
        ([["a"], "good bye"], "sentence 1: expected a list of words, got the str 'good bye': split it"),
        ([["a"], ["b", None]], "sentence 1: expected words of type str: sequence item 1"),
    ):
        with pytest.raises(TypeError, match=message):
            save_as_line_sentence(broken, tmp_path / "text")
    with pytest.raises(TypeError, match="sentence 1: expected a sequence of tokens, as those before it, got the str"):
        Word2Vec([["a", "b"], "good bye"], kernel="mirror", workers=1, min_count=1)
    assert not list(tmp_path.iterdir())


# ---- counts ----


@pytest.mark.parametrize("counts", [[5.0, 2.0], [np.float32(5), np.int8(2)], [5, True + 1]])
def test_counts_that_are_whole_will_do(counts):
    model = Word2Vec(min_count=1)
    model.build_vocab_from_freq(dict(zip("ab", counts, strict=True)))
    assert [model.wv.get_vecattr(word, "count") for word in "ab"] == [5, 2]


@pytest.mark.parametrize("count", [2.5, float("nan"), float("inf"), "2", None, 2**70])
def test_a_count_that_is_none_names_its_word(count):
    with pytest.raises(ValueError, match=re.escape(f"counts: expected a whole number for the word 'b', got {count!r}")):
        Vocab(["a", "b"], [5, count])
