"""Phrases: the same as a plain definition with dicts, whatever the words, and as gensim where that is installed."""

import doctest
import itertools
import json
import logging
import math
import subprocess

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from places import ROOT

import w2v.formats.phrases
import w2v.phrases.counts
import w2v.phrases.phrases
import w2v.phrases.scoring
import w2v.phrases.transformation
from w2v import ENGLISH_CONNECTOR_WORDS, FormatError, FrozenPhrases, LineSentence, Phraser, Phrases
from w2v._core import PhraseTable
from w2v.phrases.counts import count_files
from w2v.phrases.phrases import npmi_scorer, original_scorer

SENTENCES = [["new", "york", "is", "big"], ["in", "new", "york"], ["new", "ideas"], *2 * [["bank", "of", "america"]]]
GENSIM = ROOT / "bench" / ".peers" / "gensim" / "bin" / "python"


def product_scorer(worda_count, wordb_count, bigram_count, len_vocab, min_count, corpus_word_count):
    return bigram_count / (worda_count * wordb_count)


class Plain:
    """What phrases are, in a few lines of dicts."""

    def __init__(self, sentences, min_count, threshold, scorer, connectors=(), delimiter="_", limit=math.inf):
        self.vocab, self.words, self.lowest = {}, 0, 1
        self.settings = min_count, threshold, scorer, connectors, delimiter
        for sentence in sentences:
            self.words += len(sentence)
            for first, *between, last in self.candidates(sentence):
                self.count(delimiter.join([first, *between, last]))
            for word in sentence:
                if word not in connectors:
                    self.count(word)
            if len(self.vocab) > limit:
                self.vocab = {string: count for string, count in self.vocab.items() if count >= self.lowest}
                self.lowest += 1

    def count(self, string):
        self.vocab[string] = self.vocab.get(string, 0) + 1

    def candidates(self, sentence):
        connectors = self.settings[3]
        ends = [place for place, word in enumerate(sentence) if word not in connectors]
        return [sentence[start : end + 1] for start, end in itertools.pairwise(ends)]

    def score(self, words):
        """The score of a phrase, or None if it is none."""
        min_count, threshold, scorer, _, delimiter = self.settings
        counts = [self.vocab.get(string, 0) for string in (words[0], words[-1], delimiter.join(words))]
        if not all(counts):
            return None
        score = scorer(*counts, len(self.vocab), min_count, self.words)
        return score if score > threshold else None

    def analyze(self, sentence):
        connectors, delimiter = self.settings[3:]
        out, at = [], 0
        while at < len(sentence):
            end = next((place for place in range(at + 1, len(sentence)) if sentence[place] not in connectors), None)
            if sentence[at] not in connectors and end is not None:
                score = self.score(sentence[at : end + 1])
                if score is not None:
                    out.append((delimiter.join(sentence[at : end + 1]), score))
                    at = end + 1
                    continue
            out.append((sentence[at], None))
            at += 1
        return out


modules = [
    w2v.phrases.phrases,
    w2v.phrases.counts,
    w2v.phrases.scoring,
    w2v.phrases.transformation,
    w2v.formats.phrases,
]


@pytest.mark.parametrize("module", modules, ids=lambda module: module.__name__)
def test_examples(module):
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0


words = st.sampled_from(
    ["a", "b", "c", "d", "of", "the", "ä", "中文", "a_b", "b_c", "a_b_c", "", "_", "a" * 20, "x\ny"]
)
texts = st.lists(st.lists(words, max_size=8), max_size=12)
scorings = st.sampled_from([("default", original_scorer), ("npmi", npmi_scorer), (product_scorer, product_scorer)])


@given(texts, texts, scorings, st.booleans(), st.sampled_from([1, 2]), st.sampled_from([0.01, 0.2, 1.0]))
@example(
    [["a_b", "c"], ["a", "b_c"], ["a", "b"]], [["a", "b_c"], ["a", "b", "c"]], ("default", original_scorer), 0, 1, 0.01
)
def test_as_the_plain_definition(text, other, scoring, connectors, min_count, threshold):
    connectors = {"of", "the", ""} if connectors else set()
    phrases = Phrases(text, min_count, threshold, scoring=scoring[0], connector_words=connectors)
    plain = Plain(text, min_count, threshold, scoring[1], connectors)
    assert phrases.vocab == plain.vocab
    assert len(phrases._counts) == len(plain.vocab)
    assert phrases.corpus_word_count == plain.words
    frozen = phrases.freeze()
    for sentence in text + other:
        expected = plain.analyze(sentence)
        for model in (phrases, frozen):
            assert list(model.analyze_sentence(sentence)) == expected
            assert model[sentence] == [word for word, _ in expected]
        found = {word: score for word, score in expected if score is not None}
        assert phrases.find_phrases([sentence]) == found
        assert found.items() <= {**frozen.phrasegrams, **found}.items()
        assert set(found) <= set(frozen.phrasegrams)
    assert phrases.export_phrases() == frozen.phrasegrams


letters = st.lists(st.lists(st.sampled_from("abcdef"), max_size=6), max_size=15)


@given(letters, st.integers(1, 12), st.booleans())
def test_bounded_counting(text, limit, connectors):
    connectors = {"a"} if connectors else set()
    plain = Plain(text, 1, 1, original_scorer, connectors, limit=limit)
    assert Phrases(text, 1, 1, max_vocab_size=limit, connector_words=connectors).vocab == plain.vocab


@given(texts, texts)
def test_counting_in_parts(text, more):
    phrases = Phrases(text, 1, 1)
    phrases.add_vocab(more)
    assert phrases.vocab == Phrases(text + more, 1, 1).vocab


def test_bounded_counting_in_parts():
    """The numbers are gensim's: what is counted later is pruned by itself, then with what there was."""
    phrases = Phrases([["a", "b"], ["c", "d"], ["a", "b"]], 1, 1, max_vocab_size=5)
    found = [(dict(phrases.vocab), phrases.min_reduce)]
    for more in (["e", "f"], ["g", "h"]):
        phrases.add_vocab([["a", "b"], more])
        found.append((dict(phrases.vocab), phrases.min_reduce))
    for _ in range(2):
        phrases.add_vocab([["a", "i"], ["g", "h"]])
        found.append((dict(phrases.vocab), phrases.min_reduce))
    assert found == [
        ({"a": 2, "b": 2, "a_b": 2}, 1),
        ({"a": 3, "b": 3, "a_b": 3}, 3),
        ({"a": 4, "b": 4, "a_b": 4}, 4),
        ({"a": 5, "b": 4, "a_b": 4}, 5),
        ({"a": 6}, 6),
    ]


lines = st.lists(st.lists(st.sampled_from(["a", "b", "c", "of", "ä", "a_b", "long" * 9]), max_size=9), max_size=30)


@given(lines, st.integers(1, 3), st.integers(1, 40), st.sampled_from([0, 4, 1000]))
def test_files(tmp_path_factory, text, workers, block_size, limit):
    path = tmp_path_factory.getbasetemp() / "phrases"
    path.write_text("\n".join(map(" ".join, text)), encoding="utf-8")
    counted = count_files([str(path), str(path)], {"of"}, limit, workers, block_size)
    counts = w2v.phrases.counts.PhraseCounts("\n")
    counts.add(counted)
    kept = [line for line in text if line]
    plain = Plain(kept + kept, 1, 1, original_scorer, {"of"}, "\n", limit or math.inf)
    assert counts.strings() == plain.vocab
    assert counted.n_words == plain.words


def test_long_lines_are_sentences_of_10000_words(tmp_path):
    path = tmp_path / "text"
    path.write_text(" ".join(["a"] * 9_999 + ["b", "c", "d"]))
    for phrases in (Phrases(corpus_file=path), Phrases(LineSentence(path)), Phrases(corpus_file=path, workers=2)):
        assert phrases.vocab == {"a": 9999, "b": 1, "c": 1, "d": 1, "a_a": 9998, "a_b": 1, "c_d": 1}


def test_words_that_are_not_utf8_are_an_error(tmp_path):
    path = tmp_path / "text"
    path.write_bytes(b"fine\nnot \xff\n")
    phrases = Phrases([["a", "b"]], min_count=1)
    with pytest.raises(FormatError, match=r"line 2 \(byte 9\): expected UTF-8, got the word b'\\xff'"):
        phrases.add_vocab(corpus_file=path)
    assert phrases.vocab == {"a": 1, "b": 1, "a_b": 1}


@pytest.mark.parametrize("delimiter", [" ", "__", "->", "ü"])
def test_delimiters(delimiter):
    phrases = Phrases(SENTENCES, 1, 1, delimiter=delimiter)
    assert phrases[SENTENCES[0]] == [f"new{delimiter}york", "is", "big"]
    assert phrases.freeze()[SENTENCES[0]] == phrases[SENTENCES[0]]
    assert f"bank{delimiter}of" in phrases.vocab


def test_connector_words():
    phrases = Phrases(SENTENCES, 1, 1, connector_words=ENGLISH_CONNECTOR_WORDS)
    assert phrases[["the", "bank", "of", "america", "in", "new", "york"]] == [
        "the",
        "bank_of_america",
        "in",
        "new_york",
    ]
    assert "of" not in phrases.vocab
    phrases.connector_words = []
    assert phrases[["bank", "of", "america"]] == ["bank", "of", "america"]
    with pytest.raises(ValueError, match="'as_well'"):
        phrases.connector_words = ["as_well"]


def test_what_can_be_given_to_brackets():
    phrases = Phrases(SENTENCES, 1, 1)
    joined = [["new_york", "is", "big"], ["in", "new_york"], ["new", "ideas"]]
    for model in (phrases, phrases.freeze()):
        assert model[tuple(SENTENCES[1])] == model[iter(SENTENCES[1])] == model[np.array(SENTENCES[1])] == joined[1]
        stream = model[SENTENCES]
        assert list(stream)[:3] == list(stream)[:3] == joined[:3]
        assert (len(stream), stream[1]) == (5, joined[1])
        assert list(model[iter(SENTENCES)])[1] == joined[1]
        assert list(model[map(iter, SENTENCES)])[1] == joined[1]
        assert model[[]] == model[iter(())] == []
        assert list(model[[[], []]]) == [[], []]
        assert model[["new", "york", 3, None]] == ["new_york", 3, None]


def test_vocab_can_be_changed():
    phrases = Phrases(SENTENCES, 1, 1)
    del phrases.vocab["new_york"]
    assert phrases[["new", "york"]] == ["new", "york"]
    phrases.vocab["new_york"] = 2
    assert phrases[["new", "york"]] == ["new_york"]
    phrases.vocab = {"a": 2, "b": 2, "a_b": 2}
    phrases.add_vocab([["a", "b"]])
    assert phrases.vocab == {"a": 3, "b": 3, "a_b": 3}


def test_phrasegrams_can_be_changed():
    frozen = Phrases(SENTENCES, 1, 1).freeze()
    frozen.phrasegrams["bank_of_america"] = math.inf
    assert frozen[["bank_of", "america"]] == frozen[["bank", "of_america"]] == ["bank_of_america"]
    del frozen.phrasegrams["new_york"]
    assert frozen[["new", "york"]] == ["new", "york"]
    frozen.threshold = math.inf
    assert frozen.find_phrases([["bank_of", "america"]]) == {}


def test_threshold_and_scoring_can_be_changed():
    phrases = Phrases(SENTENCES, 1, 1)
    assert phrases[["new", "york"]] == ["new_york"]
    phrases.threshold = 1000
    assert phrases[["new", "york"]] == ["new", "york"]
    phrases.scoring = lambda **counts: 2000
    assert phrases[["new", "york"]] == ["new_york"]


def test_a_frozen_trigram_model_finds_what_the_live_one_finds():
    bigram = Phrases(SENTENCES, 1, 1)
    trigram = Phrases(bigram[SENTENCES], 1, 0.1)
    joined = list(trigram[bigram[SENTENCES]])
    assert ["bank_of_america"] in joined
    assert list(trigram.freeze()[bigram.freeze()[SENTENCES]]) == joined


def test_npmi_of_the_whole_corpus():
    assert npmi_scorer(5, 5, 5, 3, 1, 5) == 1
    assert npmi_scorer(0, 5, 5, 3, 1, 5) == original_scorer(0, 5, 5, 3, 1, 5) == -math.inf


@pytest.mark.parametrize(
    "error, message, arguments",
    [
        (ValueError, "min_count should be at least 1, got 0", {"min_count": 0}),
        (TypeError, "min_count: expected a number, got None", {"min_count": None}),
        (ValueError, "threshold should be positive", {"threshold": 0}),
        (TypeError, "threshold: expected a number, got 'x'", {"threshold": "x"}),
        (TypeError, "max_vocab_size: expected a number, got 'x'", {"max_vocab_size": "x"}),
        (ValueError, "progress_per: expected at least 1 sentence, got 0", {"progress_per": 0}),
        (ValueError, "progress_per: expected at least 1 sentence, got nan", {"progress_per": math.nan}),
        (TypeError, "progress_per: expected a number, got 'x'", {"progress_per": "x"}),
        (ValueError, "threshold should be between -1 and 1", {"scoring": "npmi"}),
        (ValueError, "unknown scoring method string best", {"scoring": "best"}),
        (ValueError, r"missing expected parameters \['worda_count'", {"scoring": lambda x: x}),
        (TypeError, "expected 'default', 'npmi' or a function, got int", {"scoring": 3}),
        (ValueError, "delimiter: expected a str of at least one character", {"delimiter": ""}),
        (ValueError, "delimiter: expected a str of at least one character", {"delimiter": 3}),
        (TypeError, "unexpected keyword argument 'terms'", {"terms": []}),
        (TypeError, "got both", {"sentences": SENTENCES, "corpus_file": "x"}),
        (TypeError, "sentence 1: expected words of type str, got int", {"sentences": [["a"], [1]]}),
        (FileNotFoundError, "missing", {"corpus_file": "missing"}),
    ],
)
def test_errors(error, message, arguments):
    with pytest.raises(error, match=message):
        Phrases(**arguments)


def test_a_failure_changes_nothing():
    phrases = Phrases(SENTENCES, 1, 1)
    before = dict(phrases.vocab), phrases.corpus_word_count
    for broken in ([["a"], [b"b"]], [["a"], 3]):
        with pytest.raises(TypeError):
            phrases.add_vocab(broken)
    assert (phrases.vocab, phrases.corpus_word_count) == before


def test_subclasses_may_score_otherwise():
    class Never(Phrases):
        def score_candidate(self, word_a, word_b, in_between):
            return (None, None) if word_a == "new" else super().score_candidate(word_a, word_b, in_between)

    phrases = Never(SENTENCES, 1, 1)
    joined = [["new", "york"], ["bank_of", "america"]]
    assert next(iter(phrases[SENTENCES])) == SENTENCES[0]
    assert [phrases[SENTENCES[1][1:]], phrases[SENTENCES[-1]]] == joined
    assert phrases.find_phrases(SENTENCES).items() < Phrases(SENTENCES, 1, 1).export_phrases().items()
    assert [phrases.freeze()[SENTENCES[1][1:]], phrases.freeze()[SENTENCES[-1]]] == joined


def test_messages(caplog):
    with caplog.at_level(logging.INFO):
        phrases = Phrases(SENTENCES, 1, 1, progress_per=2)
    assert "PROGRESS: at sentence #2" in caplog.text
    assert "from a corpus of 15 words" in caplog.text
    assert str(phrases) == "Phrases<16 vocab, min_count=1, threshold=1, max_vocab_size=40000000>"
    assert str(phrases.freeze()) == "FrozenPhrases<3 phrases, min_count=1, threshold=1>"


def test_table_checks_paths():
    table = PhraseTable()
    for offsets, counts in (([0, 2], [1, 1]), ([0, 0, 2], [1, 1]), ([0, 2], [0]), ([1, 2], [1])):
        with pytest.raises(ValueError):
            table.add(np.array([0, 1], np.int32), np.array(offsets), np.array(counts))
    with pytest.raises(ValueError):
        table.add(np.array([0, -1], np.int32), np.array([0, 2]), np.array([1]))
    assert len(table) == 0


AS_GENSIM = """
import json, sys
from gensim.models.phrases import Phrases
text, options = json.loads(sys.stdin.read())
phrases = Phrases(text, **options)
json.dump([phrases.vocab, phrases.find_phrases(text), list(phrases[text])], sys.stdout)
"""


@pytest.mark.parametrize("options", [{}, {"scoring": "npmi", "threshold": 0.3}, {"connector_words": ["of", "the"]}])
def test_as_gensim(options):
    if not GENSIM.exists():
        pytest.skip("gensim is not installed by bench/peers.sh")
    generator = np.random.default_rng(1)
    names = [*"abcdefgh", "of", "the", "a_b", "ä"]
    text = [generator.choice(names, size).tolist() for size in generator.integers(0, 12, 400)]
    options = {"min_count": 2, "threshold": 0.4, **options}
    done = subprocess.run(
        [GENSIM, "-c", AS_GENSIM], input=json.dumps([text, options]), capture_output=True, text=True, check=True
    )
    vocab, found, joined = json.loads(done.stdout)
    phrases = Phrases(text, **options)
    assert phrases.vocab == vocab
    assert phrases.find_phrases(text) == found != {}
    assert list(phrases[text]) == joined


def test_names():
    assert Phraser is FrozenPhrases
    assert len(ENGLISH_CONNECTOR_WORDS) == 15
