"""Phrases as gensim's users know them: parameters, attributes, scorers, frozen phrases."""

import inspect

import numpy as np
import pytest

from w2v import FrozenPhrases, Phrases
from w2v.phrases.phrases import ENGLISH_CONNECTOR_WORDS, npmi_scorer, original_scorer

TEXT = [["new", "york", "is", "big"], ["in", "new", "york"], ["new", "ideas"], *2 * [["bank", "of", "america"]]]


def test_parameters_and_attributes_of_phrases():
    defaults = {"sentences": None, "min_count": 5, "threshold": 10.0, "max_vocab_size": 40_000_000, "delimiter": "_"}
    defaults |= {"progress_per": 10_000, "scoring": "default", "connector_words": frozenset()}
    parameters = inspect.signature(Phrases).parameters.values()
    named = [one for one in parameters if one.kind is one.POSITIONAL_OR_KEYWORD]
    assert {one.name: one.default for one in named} == defaults
    assert [one.name for one in named] == list(defaults)
    phrases = Phrases(TEXT, min_count=1, threshold=1, connector_words=["of"])
    assert (phrases.min_count, phrases.threshold, phrases.delimiter, phrases.max_vocab_size) == (1, 1, "_", 40_000_000)
    assert (phrases.min_reduce, phrases.corpus_word_count, phrases.scoring) == (1, 15, original_scorer)
    assert isinstance(phrases.connector_words, frozenset)
    assert isinstance(phrases.vocab, dict)
    connectors = "a an the for of with without at from to in on by and or"
    assert frozenset(connectors.split()) == ENGLISH_CONNECTOR_WORDS


def test_scorers_by_keyword():
    counts = {"worda_count": 5, "wordb_count": 4, "bigram_count": 3, "len_vocab": 10, "min_count": 1}
    assert original_scorer(**counts, corpus_word_count=100) == pytest.approx((3 - 1) / 5 / 4 * 10)
    expected = np.log(0.03 / (0.05 * 0.04)) / -np.log(0.03)
    assert npmi_scorer(**counts, corpus_word_count=100) == pytest.approx(expected)
    assert npmi_scorer(**counts | {"min_count": 4}, corpus_word_count=100) == -np.inf


def test_scores_must_be_above_the_threshold():
    phrases = Phrases([["a", "b"]] * 3, min_count=1, threshold=0.5)
    score = (3 - 1) / 3 / 3 * 3
    assert phrases.score_candidate("a", "b", []) == ("a_b", score)
    assert phrases.score_candidate("b", "a", []) == phrases.score_candidate("a", "x", []) == (None, None)
    for threshold, joined in ((score, ["a", "b"]), (np.nextafter(score, 0), ["a_b"])):
        phrases.threshold = threshold
        assert phrases[["a", "b"]] == phrases.freeze()[["a", "b"]] == joined
        assert phrases.score_candidate("a", "b", [])[0] == (None if joined == ["a", "b"] else "a_b")
    connected = Phrases(TEXT, min_count=1, threshold=1, connector_words={"of"})
    assert connected.score_candidate("bank", "america", ["of"])[0] == "bank_of_america"


def test_what_frozen_phrases_can_do():
    phrases = Phrases(TEXT, min_count=1, threshold=1)
    frozen = FrozenPhrases(phrases)
    assert (list(frozen[TEXT]), frozen.find_phrases(TEXT)) == (list(phrases[TEXT]), phrases.find_phrases(TEXT))
    assert list(frozen.analyze_sentence(TEXT[0])) == list(phrases.analyze_sentence(TEXT[0]))
    assert frozen.score_candidate("new", "york", []) == phrases.score_candidate("new", "york", [])
    assert isinstance(frozen.phrasegrams, dict)
    assert not hasattr(frozen, "add_vocab")
    assert not hasattr(frozen, "export_phrases")
    with pytest.raises(TypeError, match="expected Phrases, which have counts, got FrozenPhrases"):
        FrozenPhrases(frozen)
