"""Phrases that gensim saved: of every generation by hand, by gensim itself where it is, and what is no such thing."""

import json
import pickle
from collections import defaultdict

import pytest
from peers import peer
from pickled import pickled

from w2v import FormatError, FrozenPhrases, Phraser, Phrases, TruncatedError
from w2v.phrases.phrases import npmi_scorer, original_scorer

SENTENCES = [["new", "york", "is", "big"], ["new", "york"], ["city", "of", "light"], ["city", "of", "light"]]
WHOLE = Phrases(SENTENCES, min_count=1, threshold=0.1, connector_words={"of"})
TEXT = [["in", "new", "york", "city", "of", "light"]]
MODULE = "gensim.models.phrases"


def counted(**changes):
    names = ("min_count", "threshold", "delimiter", "max_vocab_size", "min_reduce", "progress_per", "corpus_word_count")
    state = {name: getattr(WHOLE, name) for name in names}
    return {**state, "vocab": dict(WHOLE.vocab), "connector_words": frozenset({"of"}), "scoring": "default", **changes}


def frozen(**changes):
    state = {"min_count": 1, "threshold": 0.1, "delimiter": "_", "phrasegrams": dict(WHOLE.freeze().phrasegrams)}
    return {**state, "connector_words": {"of"}, **changes}


def load(tmp_path, name, state, protocol=4, **options):
    path = tmp_path / "phrases"
    path.write_bytes(pickled(f"{MODULE}.{name}", state, protocol))
    return Phrases.load(path, **options)


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_counts(tmp_path, protocol):
    loaded = load(tmp_path, "Phrases", counted(), protocol)
    assert (str(loaded), loaded.vocab, loaded.scoring) == (str(WHOLE), WHOLE.vocab, original_scorer)
    assert loaded.find_phrases(TEXT) == WHOLE.find_phrases(TEXT) != {}
    loaded.add_vocab(SENTENCES)
    assert loaded.corpus_word_count == 2 * WHOLE.corpus_word_count
    loaded.save(tmp_path / "again")
    assert Phrases.load(tmp_path / "again").vocab == loaded.vocab


@pytest.mark.parametrize("protocol", [2, 3, 4])
def test_counts_of_gensim_3(tmp_path, protocol):
    counts = defaultdict(int, {key.encode(): count for key, count in WHOLE.vocab.items()})
    state = counted(delimiter=b"_", vocab=counts, common_terms=frozenset({"of"}), scoring="npmi", threshold=0.5)
    del state["connector_words"], state["corpus_word_count"]
    loaded = load(tmp_path, "Phrases", state, protocol)
    assert (loaded.vocab, loaded.connector_words, loaded.scoring) == (WHOLE.vocab, {"of"}, npmi_scorer)
    assert (loaded.delimiter, loaded.corpus_word_count) == ("_", 0)


def test_counts_of_nothing(tmp_path):
    """gensim 3's dict of counts gets an entry of 0 for what it was asked for and does not have."""
    loaded = load(tmp_path, "Phrases", counted(vocab={**WHOLE.vocab, "rome": 0, "new_rome": 0}))
    assert loaded.vocab == WHOLE.vocab


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_frozen(tmp_path, protocol):
    loaded = load(tmp_path, "FrozenPhrases", frozen(), protocol)
    assert type(loaded) is FrozenPhrases
    assert list(loaded[TEXT]) == list(WHOLE[TEXT]) == [["in", "new_york", "city_of_light"]]
    assert loaded.phrasegrams == WHOLE.freeze().phrasegrams


@pytest.mark.parametrize("value", [lambda score: (2, score), lambda score: score])
@pytest.mark.parametrize("protocol", [2, 3, 4])
def test_frozen_by_gensim_3(tmp_path, protocol, value):
    scores = {
        tuple(part.encode() for part in phrase.split("_")): value(score)
        for phrase, score in WHOLE.freeze().phrasegrams.items()
    }
    state = frozen(delimiter=b"_", phrasegrams=scores, common_terms=["of"], scoring="default")
    del state["connector_words"]
    loaded = load(tmp_path, "Phraser", state, protocol)
    assert type(loaded) is Phraser
    assert loaded.phrasegrams == WHOLE.freeze().phrasegrams
    assert list(loaded[TEXT]) == list(WHOLE[TEXT])


def scorer(worda_count, wordb_count, bigram_count, len_vocab, min_count, corpus_word_count):
    return 1.0


def test_a_function_of_ones_own_is_named_and_not_imported(tmp_path):
    with pytest.raises(FormatError, match=r"scored by .*test_gensim_phrases.scorer, which is not gensim's"):
        load(tmp_path, "Phrases", counted(scoring=scorer))
    loaded = load(tmp_path, "Phrases", counted(scoring=scorer), scoring=scorer)
    assert loaded.find_phrases(TEXT)["new_york"] == 1.0


class Bomb:
    def __reduce__(self):
        return print, ("it ran",)


@pytest.mark.parametrize(
    "change, message",
    [
        ({"vocab": Bomb()}, "Record in place of a dict"),
        ({"vocab": [1]}, "list in place of a dict"),
        ({"vocab": {"a": -1}}, "-1 in place of a count"),
        ({"vocab": {"a": "b"}}, "'b' in place of a count"),
        ({"vocab": {1: 1}}, "1 in place of text"),
        ({"vocab": {b"\xff": 1}}, "UnicodeDecodeError"),
        ({"vocab": {("a", ("b",)): 1}}, "tuple in place of text"),
        ({"connector_words": 7}, "7 in place of a set"),
        ({"delimiter": ""}, "delimiter"),
        ({"threshold": "high"}, "threshold"),
        ({"scoring": "best"}, "best, which is not gensim's"),
    ],
)
def test_what_is_no_model_of_phrases(tmp_path, capsys, change, message):
    with pytest.raises(FormatError, match=message):
        load(tmp_path, "Phrases", counted(**change))
    assert "it ran" not in capsys.readouterr().out


def test_other_pickles(tmp_path):
    path = tmp_path / "phrases"
    for found in ([1], {"vocab": {}}, "text"):
        path.write_bytes(pickle.dumps(found))
        with pytest.raises(FormatError, match="expected phrases of gensim"):
            Phrases.load(path)
    with pytest.raises(FormatError, match="expected phrases of gensim"):
        load(tmp_path, "FrozenPhrases", frozen(phrasegrams={"a_b": []}))
    data = pickled(f"{MODULE}.Phrases", counted())
    for size in range(2, len(data), 7):
        path.write_bytes(data[:size])
        with pytest.raises((FormatError, TruncatedError)):
            Phrases.load(path)


PROGRAM = """
import json, sys
from gensim.models.phrases import Phrases
sentences = json.loads(sys.argv[1])
phrases = Phrases(sentences, min_count=1, threshold=0.1, connector_words={"of"})
phrases.save(sys.argv[2] + "/whole")
phrases.freeze().save(sys.argv[2] + "/frozen")
"""


def test_by_gensim_itself(tmp_path):
    peer("gensim", PROGRAM, json.dumps(SENTENCES), tmp_path)
    assert Phrases.load(tmp_path / "whole").vocab == WHOLE.vocab
    assert FrozenPhrases.load(tmp_path / "frozen").phrasegrams == WHOLE.freeze().phrasegrams
