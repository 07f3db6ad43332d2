"""What a model knows: distributions that sum to 1, agree with each other, and with the language that was planted."""

import logging

import numpy as np
import pytest

from w2v import VocabularyError, Word2Vec
from w2v.reference.objectives import skipgram_hs_loss
from w2v.reference.softmax import log_softmax

WORDS = 12


def chain(seed=1, n_sentences=3000, length=6):
    """Sentences of a Markov chain over twelve words, each followed by one of three."""
    rng = np.random.default_rng(seed)
    steps = rng.integers(0, 3, (n_sentences, length))
    sentences = np.zeros((n_sentences, length), dtype=int)
    sentences[:, 0] = rng.integers(0, WORDS, n_sentences)
    for i in range(1, length):
        sentences[:, i] = (2 * sentences[:, i - 1] + steps[:, i]) % WORDS
    return sentences


SENTENCES = chain()
TRUE = np.zeros((WORDS, WORDS))  # joint counts of neighbours
np.add.at(TRUE, (SENTENCES[:, :-1].ravel(), SENTENCES[:, 1:].ravel()), 1)
TRUE += TRUE.T

SETTINGS = {
    "softmax": {"objective": "softmax"},
    "hs": {"hs": 1, "negative": 0},
    "nce": {"objective": "nce", "negative": 20},
    "nce with bias": {"objective": "nce", "negative": 20, "nce_bias": True},
    "negative": {"negative": 5, "ns_exponent": 0.75},
}
MODELS = {}


def model(objective, sg=1):
    """A model trained on the chain, made once."""
    if (objective, sg) not in MODELS:
        text = SENTENCES.tolist()
        extra = {"vector_size": 16, "window": 1, "min_count": 1, "sample": 0, "alpha": 0.05, "epochs": 15}
        MODELS[objective, sg] = Word2Vec(text, sg=sg, workers=1, **extra, **SETTINGS[objective])
    return MODELS[objective, sg]


each_objective = pytest.mark.parametrize("objective", SETTINGS)
each_architecture = pytest.mark.parametrize("sg", [1, 0], ids=["skipgram", "cbow"])


def by_word(pairs):
    """Probabilities by the planted number of the word."""
    return np.array([chance for _, chance in sorted(pairs)], dtype=float)


@each_objective
@pytest.mark.parametrize("word", range(WORDS))
def test_predict_context_is_the_planted_distribution(objective, word):
    found = model(objective).predict_context(word, topn=None)
    assert by_word(found).sum() == pytest.approx(1, abs=1e-5)
    chances = [chance for _, chance in found]
    assert chances == sorted(chances, reverse=True)
    assert all(type(chance) is np.float32 for chance in chances)
    allowed = 0.08 if objective == "negative" else 0.03  # noise that never is the right word shifts products a little
    np.testing.assert_allclose(by_word(found), TRUE[word] / TRUE[word].sum(), atol=allowed)


@each_objective
def test_log_prob_is_the_logarithm_of_predict_context(objective):
    for word, chance in model(objective).predict_context(3, topn=None):
        assert model(objective).log_prob(word, 3) == pytest.approx(np.log(chance), abs=1e-4)
        assert model(objective).log_prob(word, [3]) == model(objective).log_prob(word, 3)


@each_objective
@each_architecture
def test_predict_output_word_sums_to_one(objective, sg):
    found = model(objective, sg).predict_output_word([2, 5], topn=None)
    assert sorted(word for word, _ in found) == list(range(WORDS))
    assert by_word(found).sum() == pytest.approx(1, abs=1e-5)
    assert model(objective, sg).predict_output_word([2, 5], topn=3) == found[:3]


@each_architecture
def test_predict_output_word_is_gensim_s(sg):
    """The softmax of the products, without noise probabilities."""
    asked = model("negative", sg)
    hidden = asked.wv.vectors[[asked.wv.key_to_index[word] for word in (2, 5, 2)]].mean(0)
    expected = np.exp(log_softmax(asked.syn1neg @ hidden))
    found = dict(asked.predict_output_word([2, "unknown", 5, 2], topn=None))
    np.testing.assert_allclose([found[word] for word in asked.wv.index_to_key], expected, rtol=1e-4)


def test_cbow_knows_what_stands_between():
    asked = Word2Vec(
        [[word, word + 10, word] for word in range(10)] * 200,
        vector_size=16, window=1, min_count=1, sample=0, alpha=0.1, objective="softmax",
    )  # fmt: skip
    for word in range(10):
        [(found, chance)] = asked.predict_output_word([word, word], topn=1)
        assert found == word + 10
        assert chance > 0.9
        assert asked.log_prob(found, [word, word]) == pytest.approx(np.log(chance), abs=1e-4)


@each_architecture
@pytest.mark.parametrize("objective", ["softmax", "hs"])
def test_score_is_the_sum_of_log_probs(objective, sg):
    asked = model(objective, sg)
    sentence = SENTENCES[0].tolist()
    pairs = [(at, other) for at in range(6) for other in (at - 1, at + 1) if 0 <= other < 6]
    if sg:
        expected = sum(asked.log_prob(sentence[at], sentence[other]) for at, other in pairs)
    else:
        around = [[sentence[other] for at, other in pairs if at == mine] for mine in range(6)]
        expected = sum(asked.log_prob(sentence[at], around[at]) for at in range(6))
    found = asked.score([sentence, ["unknown"], [], sentence[:1], [*sentence[:3], "unknown", *sentence[3:]]])
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, [expected, 0, 0, 0, expected], rtol=1e-5)
    assert asked.score(iter([sentence] * 5), total_sentences=2).shape == (2,)
    assert asked.score([]).shape == (0,)


@pytest.mark.parametrize("objective", ["softmax", "hs"])
def test_score_tells_sentences_of_the_language_from_others(objective):
    likely = model(objective).score(chain(seed=9, n_sentences=50).tolist())
    unlikely = model(objective).score(np.random.default_rng(9).integers(0, WORDS, (50, 6)).tolist())
    assert likely.mean() > unlikely.mean() + 3


@each_architecture
@pytest.mark.parametrize("objective", ["softmax", "hs"])
def test_long_texts_are_scored_in_pieces(monkeypatch, objective, sg):
    sentence = SENTENCES.ravel()[:300].tolist()
    whole = model(objective, sg).score([sentence])
    monkeypatch.setattr("w2v.training.knowledge._CELLS", 50)
    np.testing.assert_allclose(model(objective, sg).score([sentence]), whole, rtol=1e-6)


def test_hs_is_the_product_along_the_path():
    """By the definition of the tree, one word at a time, as `w2v.reference` has it."""
    asked = model("hs")
    for word in range(WORDS):
        code, points = asked.vocab.huffman().path(word)
        loss = skipgram_hs_loss(asked.wv.vectors, asked.syn1, [asked.wv.key_to_index[7]], code, points)
        assert asked.log_prob(word, 7) == pytest.approx(-loss, abs=1e-5)


def test_with_tree_and_noise_words_the_tree_has_the_probabilities():
    both = Word2Vec(SENTENCES[:100].tolist(), vector_size=8, min_count=1, sg=1, hs=1, negative=5)
    only = Word2Vec(vector_size=8, min_count=1, sg=1, hs=1, negative=0)
    only.build_vocab(SENTENCES[:100].tolist())
    only.wv.vectors, only.syn1 = both.wv.vectors, both.syn1
    assert both.predict_context(3) == only.predict_context(3)
    assert both.predict_output_word([3]) != only.predict_output_word([3])
    hidden = both.wv.vectors[both.wv.key_to_index[3]]
    expected = np.exp(log_softmax(both.syn1neg @ hidden)).max()
    assert both.predict_output_word([3])[0][1] == pytest.approx(expected, rel=1e-5)


def test_a_single_word_is_certain():
    for settings in SETTINGS.values():
        asked = Word2Vec([["a", "a"]] * 9, vector_size=4, min_count=1, sg=1, **settings)
        assert asked.predict_context("a") == [("a", 1.0)]
        assert asked.log_prob("a", "a") == 0


def test_unknown_contexts(caplog):
    with caplog.at_level(logging.WARNING, logger="w2v"):
        assert model("negative").predict_output_word(["unknown"]) is None
    assert "out-of-vocabulary" in caplog.text


@pytest.mark.parametrize(
    "ask", [lambda m: m.predict_context("x"), lambda m: m.log_prob("x", 1), lambda m: m.log_prob(1, "x")]
)
def test_unknown_words_are_refused(ask):
    with pytest.raises(KeyError, match="'x' is not in the vocabulary of 12 words"):
        ask(model("softmax"))


def test_what_an_objective_does_not_define_is_refused():
    with pytest.raises(RuntimeError, match=r"expected skip-gram \(sg=1\), got CBOW"):
        model("softmax", sg=0).predict_context(1)
    with pytest.raises(RuntimeError, match="score: expected a model whose objective defines a likelihood"):
        model("negative").score([[1, 2]])
    with pytest.raises(ValueError, match="context: expected one word for skip-gram, got 2"):
        model("softmax").log_prob(1, [2, 3])
    with pytest.raises(ValueError, match="context: expected a word or more, got 0"):
        model("softmax", sg=0).log_prob(1, [])


def test_without_vocabulary_nothing_is_known():
    for ask in (
        lambda: Word2Vec().predict_output_word(["a"]),
        lambda: Word2Vec(sg=1).predict_context("a"),
        lambda: Word2Vec().log_prob("a", "b"),
        lambda: Word2Vec().score([["a"]]),
    ):
        with pytest.raises(VocabularyError, match="there is no vocabulary yet"):
            ask()


def test_words_that_were_added_later_have_no_outputs():
    asked = Word2Vec([["a", "b"]] * 9, vector_size=4, min_count=1, sg=1)
    asked.wv.add_vectors(["c"], np.ones((1, 4)))
    assert {word for word, _ in asked.predict_context("a")} == {"a", "b"}
    with pytest.raises(KeyError, match="'c' is not in the vocabulary of 2 words"):
        asked.predict_context("c")


@pytest.mark.parametrize("key", [b"salt", (1, 2), 2.5, "salt"], ids=repr)
def test_one_word_of_any_kind_is_no_list(key, caplog):
    sentences = [[key, "and", "pepper"], ["cup", "and", "saucer"]] * 40
    asked = Word2Vec(sentences, vector_size=8, min_count=1, sample=0, objective="softmax", workers=1)
    assert asked.predict_output_word(key, topn=3) == asked.predict_output_word([key], topn=3)
    assert asked.log_prob("and", key) == asked.log_prob("and", [key])
    assert asked.log_prob("and", iter([key, "pepper"])) == asked.log_prob("and", [key, "pepper"])
    with pytest.raises(ValueError, match="topn: expected 0 or more, or None for all, got -1"):
        asked.predict_output_word(key, topn=-1)
    with pytest.raises(TypeError, match="context_words_list: expected a list of keys, got the text 'cup saucer'"):
        asked.predict_output_word("cup saucer")
    assert asked.predict_output_word("unheard") is None
    with pytest.raises(TypeError, match="sentence: expected a list, got bytes"):
        asked.score([b"cup"])
    assert asked.score(["cup and saucer"]).tolist() == [0.0]  # gensim's own tests want no error, but
    assert "expected sentences that are lists of words, got 'cup and saucer'" in caplog.text
