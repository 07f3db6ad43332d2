"""Vocabularies of models: counting, choosing, growing, taking over; what follows from counts follows the new ones."""

import logging
import sys
import tracemalloc

import numpy as np
import pytest

from w2v import CallbackAny2Vec, LineSentence, VocabularyError, Word2Vec

SENTENCES = [["human", "interface", "computer"], ["survey", "user", "computer", "system", "response", "time"]]
SENTENCES += [["eps", "user", "interface", "system"], ["system", "human", "system", "eps"]]
SENTENCES += [["user", "response", "time"], ["trees"], ["graph", "trees"], ["graph", "minors", "trees"]]
SENTENCES += [["graph", "minors", "survey"]]
MORE = [["computer", "artificial", "intelligence"], ["artificial", "trees"], ["human", "intelligence"]]
MORE += [["artificial", "graph"], ["intelligence"], ["artificial", "intelligence", "system"]]
SMALL = {"vector_size": 10, "min_count": 1, "epochs": 2, "sample": 0}


@pytest.fixture
def model():
    return Word2Vec(SENTENCES, **SMALL)


@pytest.fixture
def path(tmp_path):
    (tmp_path / "more").write_text("\n".join(map(" ".join, MORE)), encoding="utf-8")
    return tmp_path / "more"


def counts(model):
    return dict(zip(model.wv.index_to_key, model.wv.expandos["count"].tolist(), strict=True))


# ---- growing ----


@pytest.mark.parametrize("kind", ["lists", "file", "LineSentence", "frequencies", "scan", "raw"])
def test_new_words_go_to_the_end(model, path, kind):
    words, vectors, outputs = model.wv.index_to_key, model.wv.vectors.copy(), model.syn1neg.copy()
    if kind == "frequencies":
        frequencies = {"artificial": 4, "intelligence": 4, "system": 1}
        frequencies |= dict.fromkeys(["computer", "trees", "human", "graph"], 1)
        model.build_vocab_from_freq(frequencies, update=True, corpus_count=6)
    elif kind == "scan":
        model.scan_vocab(MORE)
        model.prepare_vocab(update=True)
        model.prepare_weights(update=True)
    elif kind == "raw":
        model.build_vocab(MORE, update=True, keep_raw_vocab=True)
    else:
        corpus = {"lists": {"corpus_iterable": MORE}, "file": {"corpus_file": path}}
        model.build_vocab(**corpus.get(kind, {"corpus_iterable": LineSentence(path)}), update=True)
    assert model.wv.index_to_key == [*words, "artificial", "intelligence"]
    assert model.vocab.words == model.wv.index_to_key
    assert counts(model) == {**dict.fromkeys(words, 2), **counts(model)}
    assert [counts(model)[word] for word in ("graph", "artificial", "system", "time")] == [4, 4, 5, 2]
    np.testing.assert_array_equal(model.wv.vectors[:12], vectors)
    np.testing.assert_array_equal(model.syn1neg[:12], outputs)
    assert not model.syn1neg[12:].any()
    assert 0 < abs(model.wv.vectors[12:]).max() <= 0.1
    assert model.train_count == 1
    assert model.corpus_count == 6
    model.train(MORE, total_examples=model.corpus_count, epochs=model.epochs)
    assert model.train_count == 2
    assert model.syn1neg[12:].any()


def test_words_must_be_frequent_in_the_new_corpus():
    model = Word2Vec(SENTENCES, **{**SMALL, "min_count": 2})
    assert "computer" in model.wv
    model.build_vocab([["computer", "new", "new", "rare"]], update=True)
    assert model.wv.index_to_key[-1] == "new"
    assert "rare" not in model.wv
    assert counts(model)["computer"] == 3
    assert (model.corpus_count, model.corpus_total_words) == (1, 4)


def test_growth_obeys_the_rules(model):
    rule = {"artificial": 1, "computer": 1}.get
    model.build_vocab(MORE, update=True, trim_rule=lambda word, count, min_count: rule(word, 0))
    assert "intelligence" in model.wv
    assert "artificial" not in model.wv
    assert counts(model)["computer"] == 3
    model.max_final_vocab = 1
    model.build_vocab([["a", "a", "b"]], update=True)
    assert model.wv.index_to_key[-1] == "a"


def test_what_follows_from_counts_follows_the_new_ones(model):
    before = model.vocab.noise(0.75).probabilities
    model.build_vocab([["artificial"] * 100], update=True)
    noise = model.vocab.noise(0.75).probabilities
    assert (len(before), len(noise), len(model.cum_table)) == (12, 13, 13)
    assert noise.argmax() == 12
    assert model.cum_table[-1] == 2**31 - 1
    assert model.vocab.keep_probabilities(1e-3).argmin() == 12
    model.create_binary_tree()
    lengths = [len(model.wv.get_vecattr(word, "code")) for word in model.wv.index_to_key]
    assert lengths[12] == 1
    assert max(max(model.wv.get_vecattr(word, "point")) for word in model.wv.index_to_key) == 11


def test_growth_follows_the_seed():
    def grown(seed, **corpus):
        model = Word2Vec(SENTENCES, **SMALL, seed=seed)
        model.build_vocab(MORE, update=True)
        return model.wv.vectors

    np.testing.assert_array_equal(grown(1), grown(1))
    assert (grown(1)[12:] != grown(2)[12:]).any()


def test_growing_twice_and_by_nothing(model):
    model.build_vocab(MORE, update=True)
    model.build_vocab([["a", "b"], ["trees"]], update=True)
    vectors = model.wv.vectors.copy()
    assert model.wv.index_to_key[12:] == ["artificial", "intelligence", "a", "b"]
    assert len({tuple(vector) for vector in vectors}) == 16
    model.build_vocab([["trees"], ["graph"]], update=True)
    np.testing.assert_array_equal(model.wv.vectors, vectors)
    model.train([["trees", "graph"]])


def test_the_corpus_of_the_growth_is_trained(model, path):
    model.build_vocab(corpus_file=path, update=True)
    copy = [[model.wv.index_to_key[i] for i in sentence] for sentence in model._corpus]
    assert copy == MORE
    assert model.train(epochs=1)[1] == 13


def test_growth_after_loading(model, tmp_path):
    model.save(tmp_path / "model")
    loaded = Word2Vec.load(tmp_path / "model", mmap="r")
    for grown in (model, loaded):
        grown.build_vocab(MORE, update=True)
        grown.train(MORE)
    np.testing.assert_array_equal(loaded.wv.vectors, model.wv.vectors)


@pytest.mark.parametrize("keep_raw_vocab", [False, True])
def test_nothing_to_update(keep_raw_vocab):
    model = Word2Vec(**SMALL)
    with pytest.raises(RuntimeError, match="you must first build vocabulary"):
        model.build_vocab(MORE, update=True, keep_raw_vocab=keep_raw_vocab)
    with pytest.raises(RuntimeError):
        model.build_vocab_from_freq({"a": 1}, update=True)
    assert len(model.wv) == 0


# ---- counting, then choosing ----


def test_scan_and_prepare_are_build_vocab(path):
    for corpus in ({"corpus_iterable": SENTENCES}, {"corpus_file": path}):
        model, other = (Word2Vec(vector_size=10, min_count=2) for _ in range(2))
        model.build_vocab(**corpus)
        total = other.scan_vocab(**corpus)
        assert other.raw_vocab[("system", "artificial")["corpus_file" in corpus]] == 4
        other.prepare_vocab()
        other.prepare_weights()
        assert total == (model.corpus_total_words, model.corpus_count)
        assert (other.corpus_total_words, other.corpus_count) == (model.corpus_total_words, model.corpus_count)
        assert counts(other) == counts(model)
        np.testing.assert_array_equal(other._corpus.ids, model._corpus.ids)
        np.testing.assert_array_equal(other._corpus.offsets, model._corpus.offsets)
        model.train()
        other.train()
        np.testing.assert_array_equal(model.wv.vectors, other.wv.vectors)


def test_reports():
    model = Word2Vec(vector_size=10, max_final_vocab=4, min_count=4, sample=0)
    assert model.scan_vocab(SENTENCES) == (29, 9)
    report = model.prepare_vocab()
    assert (report["drop_unique"], report["retain_total"], report["num_retained_words"]) == (11, 4, 1)
    assert model.effective_min_count == 4
    model = Word2Vec(vector_size=10, max_final_vocab=4, min_count=2, sample=0)
    model.scan_vocab(SENTENCES)
    report = model.prepare_vocab()
    assert (report["drop_unique"], report["retain_total"], report["num_retained_words"]) == (8, 13, 4)
    assert (report["downsample_unique"], report["downsample_total"]) == (0, 13)
    assert model.effective_min_count == 3


def test_reports_of_thinning():
    model = Word2Vec(min_count=1)
    model.build_vocab_from_freq({"a": 1000, "b": 10, "c": 1}, keep_raw_vocab=True)
    report = model.prepare_vocab(sample=0.01, dry_run=True)
    assert (report["downsample_unique"], report["downsample_total"]) == (1, 121)


def test_dry_runs_change_nothing():
    model = Word2Vec(SENTENCES, **SMALL, workers=1)
    model.scan_vocab(SENTENCES)
    before = {name: value for name, value in model.__getstate__().items() if name != "lifecycle_events"}
    vectors = model.wv.vectors.copy()
    assert model.prepare_vocab(min_count=3, sample=0.5, dry_run=True)["num_retained_words"] == 4
    assert model.prepare_vocab(update=True, dry_run=True)["num_retained_words"] == 12
    model.build_vocab(MORE, dry_run=True)
    model.build_vocab(MORE, dry_run=True, update=True)
    after = {name: value for name, value in model.__getstate__().items() if name != "lifecycle_events"}
    assert after == before
    np.testing.assert_array_equal(model.wv.vectors, vectors)


def test_settings_of_prepare_vocab_are_kept():
    model = Word2Vec(vector_size=10, min_count=1)
    model.scan_vocab(SENTENCES)
    model.prepare_vocab(min_count=2, sample=0.5)
    assert (model.min_count, model.sample, model.effective_min_count) == (2, 0.5, 2)
    model.build_vocab(SENTENCES, min_count=3, sample=0)
    assert (model.min_count, model.sample, len(model.wv)) == (3, 0.5, 4)  # 0 is "not given"
    with pytest.raises(ValueError):
        model.build_vocab(SENTENCES, min_count=-3)


def test_raw_vocabularies():
    model = Word2Vec(vector_size=10, min_count=3)
    assert model.raw_vocab is None
    model.build_vocab(SENTENCES, keep_raw_vocab=True)
    assert len(model.raw_vocab) == 12
    assert model.raw_vocab["eps"] == 2
    assert model.prepare_vocab(min_count=4)["num_retained_words"] == 1
    assert model.raw_vocab == {}
    with pytest.raises(VocabularyError, match="scan_vocab"):
        model.prepare_vocab()
    model.build_vocab(SENTENCES)
    assert not model.raw_vocab


def test_rules_and_limits_of_scan_vocab():
    model = Word2Vec(vector_size=10, min_count=0, max_vocab_size=2)
    sentences = [["graph", "system"], ["graph", "system"], ["system", "eps"], ["graph", "system"]]
    model.scan_vocab(sentences)
    assert model.raw_vocab == {"graph": 3, "system": 4}
    model.scan_vocab(sentences, trim_rule=lambda word, count, min_count: 2 * (word == "eps"))
    assert "eps" in model.raw_vocab


def test_prune_as_gensim_does():
    sentences = [["graph", "system"], ["graph", "system"], ["system", "eps"], ["graph", "system"]]
    model = Word2Vec(sentences, vector_size=10, min_count=0, max_vocab_size=2)
    assert counts(model) == {"system": 4, "graph": 3}
    sentences.append(["minors", "survey", "minors", "survey", "minors"])
    model = Word2Vec(sentences, vector_size=10, min_count=0, max_vocab_size=2)
    assert counts(model) == {"system": 4, "graph": 3, "minors": 3}


# ---- frequencies, other models, the null word ----


def test_frequencies():
    given = {"minors": 2, "graph": 3, "system": 4}
    model = Word2Vec(vector_size=10, min_count=3)
    model.build_vocab_from_freq(given)
    assert given == {"minors": 2, "graph": 3, "system": 4}
    assert counts(model) == {"system": 4, "graph": 3}
    assert (model.corpus_count, model.corpus_total_words) == (0, 0)
    model.build_vocab_from_freq(given, corpus_count=7, trim_rule=lambda word, *_: 2, keep_raw_vocab=True)
    assert (model.corpus_count, len(model.wv), model.raw_vocab) == (7, 3, given)
    with pytest.raises(TypeError):
        model.train()
    assert model.train(SENTENCES, total_examples=9, epochs=1)[1] == 29
    for wrong in ({"a": -1}, {"a": "b"}, {}):
        with pytest.raises((ValueError, TypeError, RuntimeError)):
            model.build_vocab_from_freq(wrong)
    assert len(model.wv) == 3


def test_reset_from(model):
    other = Word2Vec(MORE, vector_size=7, min_count=1)
    model.reset_from(other)
    assert model.wv.key_to_index == other.wv.key_to_index
    assert (model.wv.vectors.shape, model.corpus_count, model.train_count) == ((7, 10), 6, 0)
    assert counts(model) == counts(other)
    model.train(MORE, total_examples=model.corpus_count, epochs=1)
    fresh = Word2Vec(MORE, **{**SMALL, "epochs": 1})
    np.testing.assert_array_equal(model.wv.vectors, fresh.wv.vectors)
    model.wv.add_vectors(["another"], np.ones((1, 10)))
    assert len(other.wv) == 7
    with pytest.raises(RuntimeError):
        model.reset_from(Word2Vec())


def test_null_word(tmp_path):
    model = Word2Vec(SENTENCES, **SMALL, null_word=1)
    assert model.wv.index_to_key[-1] == "\0"
    assert counts(model)["\0"] == 1
    assert model.wv.vectors.shape == (13, 10)
    model.build_vocab(MORE, update=True)
    assert model.wv.index_to_key.count("\0") == 1
    model.save(tmp_path / "model")
    assert "\0" in Word2Vec.load(tmp_path / "model").wv
    later = Word2Vec(SENTENCES, **SMALL)
    later.add_null_word()
    assert later.wv.index_to_key[-1] == "\0"
    later.train(SENTENCES)


def test_building_again_starts_afresh(model, caplog):
    """gensim permutes the trained vectors among the words here."""
    with caplog.at_level(logging.WARNING):
        model.build_vocab(SENTENCES)
    assert "starts afresh" in caplog.text
    fresh = Word2Vec(**SMALL)
    fresh.build_vocab(SENTENCES)
    np.testing.assert_array_equal(model.wv.vectors, fresh.wv.vectors)
    model.init_weights()
    np.testing.assert_array_equal(model.wv.vectors, fresh.wv.vectors)
    model.update_weights()
    np.testing.assert_array_equal(model.wv.vectors, fresh.wv.vectors)


# ---- memory ----


def test_estimated_memory_is_true_to_5_percent(tmp_path):
    rng = np.random.default_rng(3)
    words = [f"word{i}" for i in range(30_000)]
    path = tmp_path / "text"
    lines = (" ".join(words[i] for i in rng.integers(0, 30_000, 20)) for _ in range(10_000))
    path.write_text("\n".join(lines), encoding="utf-8")
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    model = Word2Vec(vector_size=50, min_count=1)
    model.build_vocab(corpus_file=path)
    taken = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    sizes = model.estimate_memory()
    assert sizes["total"] - sizes["draws"] == pytest.approx(taken, rel=0.05)
    assert sizes["vectors"] == sizes["syn1neg"] == len(model.wv) * 64 * 4
    assert sum(sizes.values()) == 2 * sizes["total"]


class Measuring(CallbackAny2Vec):
    def on_epoch_end(self, model):
        self.traced = tracemalloc.get_traced_memory()[0]


@pytest.mark.parametrize("settings", [{}, {"hs": 1}, {"hs": 1, "negative": 0, "vector_size": 32}], ids=str)
def test_estimated_memory_of_training(settings):
    counts = {f"word{i}": 10_000_000 // (i + 1) for i in range(30_000)}
    text, measuring = [list(counts)[:100]] * 10, Measuring()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    model = Word2Vec(epochs=1, **settings)
    model.build_vocab_from_freq(counts)
    model.train(text, callbacks=[measuring])
    tracemalloc.stop()
    words = sum(map(sys.getsizeof, counts))  # which are the caller's, too
    assert model.estimate_memory()["total"] == pytest.approx(measuring.traced - before + words, rel=0.05)


@pytest.mark.parametrize(
    "settings",
    [{"objective": "softmax", "negative": 0}, {"objective": "nce", "nce_bias": True}, {"hs": 1, "negative": 0}],
    ids=str,
)
def test_estimated_memory_has_every_output(settings):
    model = Word2Vec(SENTENCES, vector_size=32, min_count=1, **settings)
    matrices = {name: matrix.nbytes for name, matrix in model._outputs if len(matrix)}
    assert "syn1" in matrices or "syn1neg" in matrices
    assert {name: size for name, size in model.estimate_memory().items() if name.startswith("syn1")} == matrices


def test_memory_of_other_sizes():
    report = {"mine": 1}
    model = Word2Vec(vector_size=100)
    assert model.estimate_memory(vocab_size=1000, report=report) is report
    assert report["vectors"] == 1000 * 112 * 4
    assert {"vocab", "vectors", "syn1neg", "total", "mine"} <= set(report)
    once, twice = (model.estimate_memory(size)["vocab"] for size in (1_000_000, 2_000_000))
    assert twice == pytest.approx(2 * once, rel=0.1)
