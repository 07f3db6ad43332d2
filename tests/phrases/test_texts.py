"""A text where a list of words is meant: refused by everything that takes one, in place of phrases of letters."""

import numpy as np
import pytest

from w2v import FrozenPhrases, Phrases, Word2Vec

SENTENCES = [["new", "york"]] * 9


class Own(Phrases):
    def score_candidate(self, word_a, word_b, in_between):
        return super().score_candidate(word_a, word_b, in_between)


def model(kind):
    phrases = (Own if kind == "own" else Phrases)(SENTENCES, min_count=1, threshold=0.1)
    return phrases.freeze() if kind == "frozen" else phrases


TEXTS = ["new york", "", np.str_("new york"), b"new york", bytearray(b"new")]


@pytest.mark.parametrize("kind", ["live", "frozen", "own"])
@pytest.mark.parametrize("text", TEXTS)
def test_a_text_is_no_sentence(kind, text):
    phrases = model(kind)
    calls = {
        "[]": lambda: phrases[text],
        "[] of sentences": lambda: list(phrases[[["new", "york"], text]]),
        "[] of a stream": lambda: list(phrases[iter([["new", "york"], text])]),
        "analyze_sentence": lambda: list(phrases.analyze_sentence(text)),
        "find_phrases": lambda: phrases.find_phrases(text),
        "find_phrases of a sentence": lambda: phrases.find_phrases([text]),
    }
    for name, call in calls.items():
        with pytest.raises(TypeError, match=r"expected a list of words, got the .*: split it into words"):
            pytest.fail(f"{name} gave {call()}")


@pytest.mark.parametrize("text", ["new york", b"new york"])
def test_a_text_is_no_corpus(text):
    with pytest.raises(TypeError, match=r"expected an iterable of sentences, got .*corpus_file="):
        Phrases(text)
    phrases = model("live")
    before = dict(phrases.vocab)
    with pytest.raises(TypeError, match="expected an iterable of sentences, got"):
        phrases.add_vocab(text)
    with pytest.raises(TypeError, match="sentence 1: expected a sequence of tokens, as those before it, got the"):
        phrases.add_vocab([["new", "york"], text])
    assert phrases.vocab == before


def test_a_corpus_of_texts_warns(caplog):
    Phrases(["ab", "ab"], min_count=1, threshold=0.1)
    assert "its characters become the words" in caplog.text


def test_connector_words_are_a_list():
    for call in (
        lambda: Phrases(SENTENCES, connector_words="of"),
        lambda: setattr(model("live"), "connector_words", "of"),
        lambda: model("live").score_candidate("new", "york", "of"),
        lambda: FrozenPhrases(model("live")).score_candidate("new", "york", "of"),
    ):
        with pytest.raises(TypeError, match="expected a list of words, got the str 'of'"):
            call()


@pytest.mark.parametrize("given", [{"a": 1}, 5, np.ones((2, 2))])
def test_what_is_no_corpus_of_phrases(given):
    with pytest.raises(TypeError, match="expected an iterable of sentences"):
        Phrases(given)


def test_joined_sentences_of_an_iterator_are_read_once():
    joined = model("live")[iter(SENTENCES)]
    with pytest.raises(TypeError, match="of type Stream can be read once only"):
        Word2Vec(joined, min_count=1, cache=False)
    assert Word2Vec(joined, min_count=1).wv.index_to_key == ["new_york"]
