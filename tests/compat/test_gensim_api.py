"""What gensim's interface promises beyond what users' scripts in `test_dropin.py` show: its rows, one after the other.

Differences on purpose are in docs/migration.md.
"""

import io
import logging
import threading

import numpy as np
import pytest

from w2v import CallbackAny2Vec, KeyedVectors, Word2Vec, keyedvectors
from w2v.word2vec import BrownCorpus, LineSentence, PathLineSentences, Text8Corpus

SENTENCES = [["human", "interface", "computer"], ["survey", "user", "computer", "system", "response", "time"]]
SENTENCES += [["eps", "user", "interface", "system"], ["system", "human", "system", "eps"]]
SENTENCES += [["user", "response", "time"], ["trees"], ["graph", "trees"], ["graph", "minors", "trees"]]
SENTENCES += [["graph", "minors", "survey"]]
SMALL = {"vector_size": 10, "min_count": 1, "workers": 1, "sample": 0}


@pytest.fixture
def model():
    return Word2Vec(SENTENCES, **SMALL)


# ---- Word2Vec ----


def test_rules_and_callbacks_are_used_once_and_not_kept():
    def rule(word, count, min_count):
        return 1 if word == "graph" else 0

    model = Word2Vec(SENTENCES, **SMALL, trim_rule=rule, callbacks=[CallbackAny2Vec()])
    assert "graph" not in model.wv
    assert not {"trim_rule", "callbacks"} & set(vars(model))
    model.build_vocab(SENTENCES)
    assert "graph" in model.wv


def test_tree_and_noise_words_together_are_warned_of(caplog):
    both = Word2Vec(SENTENCES, **SMALL, hs=1, negative=5)
    assert "Both hierarchical softmax and negative sampling are activated. This is probably a mistake." in caplog.text
    assert both.syn1.any()
    assert both.syn1neg.any()
    caplog.clear()
    Word2Vec(SENTENCES, **SMALL, hs=1, negative=0)
    assert not caplog.records


@pytest.mark.parametrize("hs, negative", [(0, 5), (1, 0), (1, 5)])
def test_output_matrices(hs, negative):
    model = Word2Vec(SENTENCES, **SMALL, hs=hs, negative=negative)
    for matrix, used in ((model.syn1, hs), (model.syn1neg, negative > 0)):
        assert (matrix.shape, matrix.dtype) == ((12 if used else 0, 10), np.float32)
    assert (model.cum_table is None) == (negative == 0)
    assert {"vocab", "vectors", "total"} <= set(model.estimate_memory())
    assert ("syn1" in model.estimate_memory(), "syn1neg" in model.estimate_memory()) == (hs == 1, negative > 0)


def test_arguments_of_train_without_effect(model):
    plain = Word2Vec(**SMALL)
    plain.build_vocab(SENTENCES)
    plain.train(SENTENCES, None, 9, 29, 5, None, None, 20, 7, 0.5, False, ())
    np.testing.assert_array_equal(plain.wv.vectors, model.wv.vectors)


def test_raw_counts_are_given_up(model):
    assert model.raw_vocab == {}
    model.build_vocab(SENTENCES, keep_raw_vocab=True)
    assert model.raw_vocab["system"] == 4
    model.build_vocab(SENTENCES, min_count=2, sample=0.25)
    assert (model.raw_vocab, model.min_count, model.sample) == ({}, 2, 0.25)
    model.scan_vocab(SENTENCES)
    model.prepare_vocab(keep_raw_vocab=True)
    assert model.raw_vocab["system"] == 4


def test_contexts_of_positions(model):
    system, graph = (model.wv.key_to_index[word] for word in ("system", "graph"))
    expected = model.predict_output_word(["system", "graph"])
    assert model.predict_output_word([system, graph]) == model.predict_output_word(["system", graph]) == expected
    assert [type(value) for value in expected[0]] == [str, np.float32]
    assert len(expected) == 10
    assert model.predict_output_word([]) is model.predict_output_word([999, "unheard"]) is None


def test_contexts_are_summed_up_without_cbow_mean():
    model = Word2Vec(SENTENCES, **SMALL, cbow_mean=0, alpha=0.5, epochs=50)
    words = ["system", "graph", "trees"]
    products = model.syn1neg @ model.wv[words].sum(axis=0)
    expected = np.exp(products) / np.exp(products).sum()
    found = dict(model.predict_output_word(words, topn=None))
    np.testing.assert_allclose([found[word] for word in model.wv.index_to_key], expected, rtol=1e-4)
    assert max(found.values()) > 0.2


def test_reset_from_takes_words_counts_and_the_number_of_sentences(model):
    other = Word2Vec(vector_size=7, min_count=1)
    other.build_vocab([["a"] * 5])
    other.reset_from(model)
    assert other.wv.index_to_key == model.wv.index_to_key
    assert (other.corpus_count, other.corpus_total_words) == (9, 5)
    np.testing.assert_array_equal(other.cum_table, model.cum_table)
    np.testing.assert_array_equal(other.wv.expandos["count"], model.wv.expandos["count"])
    assert (other.wv.vectors.shape, other.syn1neg.any()) == ((12, 7), False)


def test_growth_of_a_model_with_a_tree():
    model = Word2Vec(SENTENCES, **SMALL, hs=1, negative=0)
    nodes = model.syn1.copy()
    model.build_vocab([["graph", "new", "words", "new"]] * 5, update=True)
    np.testing.assert_array_equal(model.syn1[:12], nodes)
    assert (model.syn1.shape, model.syn1[12:].any()) == ((14, 10), False)
    points = [model.wv.get_vecattr(word, "point") for word in model.wv.index_to_key]
    assert {int(point[0]) for point in points} == {12}  # the root of 14 words
    assert len(model.wv.get_vecattr("new", "code")) < len(model.wv.get_vecattr("human", "code"))
    model.train([["graph", "new", "words", "new"]] * 5, total_examples=5, epochs=2)
    assert np.isfinite(model.syn1).all()


def test_models_are_mapped(model, tmp_path):
    model.save(tmp_path / "model")
    loaded, mapped = (Word2Vec.load(tmp_path / "model", mmap=mmap) for mmap in (None, "r"))
    np.testing.assert_array_equal(mapped.wv.vectors, loaded.wv.vectors)
    assert (loaded.wv.vectors.flags.writeable, mapped.wv.vectors.flags.writeable) == (True, False)


def test_what_load_refuses(model, tmp_path):
    model.save(tmp_path / "model")
    with open(tmp_path / "model", "rb") as file:
        assert Word2Vec.load(file).wv.index_to_key == model.wv.index_to_key  # which gensim refuses
    with pytest.raises(AttributeError):
        model.load(tmp_path / "model")
    with pytest.raises(FileNotFoundError):
        Word2Vec.load(tmp_path / "missing")
    model.wv.save(tmp_path / "vectors")
    with pytest.raises(AttributeError):
        Word2Vec.load(tmp_path / "vectors")


def test_open_files_take_everything(model, tmp_path):
    file = io.BytesIO()
    model.save(file)
    (tmp_path / "model").write_bytes(file.getvalue())
    np.testing.assert_array_equal(Word2Vec.load(tmp_path / "model").syn1neg, model.syn1neg)


def test_events_in_their_order(caplog):
    with caplog.at_level(logging.INFO, logger="w2v"):
        model = Word2Vec(SENTENCES, **SMALL)
        model.scan_vocab(SENTENCES)
        model.prepare_vocab(dry_run=True)
        model.prepare_vocab()
        model.add_lifecycle_event("quiet", log_level=False)
    names = ["prepare_vocab", "build_vocab", "train", "created", "prepare_vocab", "quiet"]
    assert [event["event"] for event in model.lifecycle_events] == names
    assert caplog.text.count("lifecycle event") == 5


# ---- KeyedVectors ----


@pytest.fixture
def kv():
    kv = KeyedVectors(3)
    kv.add_vectors(["a", "b", "c"], [[1, 0, 0], [1, 1, 0], [0, 0, 2]])
    return kv


def test_names_of_the_module_of_vectors(model, kv):
    assert keyedvectors.load_word2vec_format == KeyedVectors.load_word2vec_format
    assert hasattr(model.wv, "vectors_lockf")
    assert not hasattr(kv, "vectors_lockf")
    assert kv.norms is kv.mapfile_path is None
    prepared = KeyedVectors(3, count=2, dtype=np.float16)
    assert (prepared.vectors.shape, prepared.vectors.dtype) == ((2, 3), np.float16)


@pytest.mark.parametrize(
    "given", [tuple, dict.fromkeys, iter, np.array, lambda keys: np.array([0, 1]), lambda keys: (key for key in keys)]
)
def test_rows_of_any_iterable_of_keys(kv, given):
    rows = kv[given(["a", "b"])]
    assert rows.tolist() == [[1, 0, 0], [1, 1, 0]]
    assert rows.flags.writeable
    assert not np.shares_memory(rows, kv.vectors)


def test_means_leave_out_missing_keys_with_their_weights(kv):
    assert kv.get_mean_vector(["a", "unheard", "c"], weights=[2, 9, -2]).tolist() == [0.5, 0, -0.5]
    assert kv.get_mean_vector(["a", np.array([2, 2, 2])]).tolist() == [1.5, 1, 1]  # vectors are taken as they are
    assert kv.get_mean_vector(["c"], post_normalize=True).tolist() == [0, 0, 1]


def test_ranges_of_similar_keys(kv):
    vector = np.array([0, 0, 1])
    assert kv.similar_by_vector(vector, topn=1) == [("c", 1.0)]
    assert [key for key, _ in kv.similar_by_vector(vector, restrict_vocab=2)] == ["a", "b"]
    assert kv.similar_by_word("a", 5, 2) == kv.similar_by_key("a", 5, 2) == kv.most_similar("a", restrict_vocab=2)
    assert [key for key, _ in kv.similar_by_key("a", 5, 2)] == ["b"]


def test_centrality_of_vectors_as_they_are(kv):
    kv["b"] = np.array([2, 1, 0])
    centre = kv.vectors.mean(axis=0)
    centre /= np.linalg.norm(centre)
    expected = sorted(((float(kv[key] @ centre), key) for key in "abc"), reverse=True)
    ranking = kv.rank_by_centrality(["a", "b", "c"], use_norm=False)
    assert [key for _, key in ranking] == [key for _, key in expected] == ["b", "c", "a"]
    np.testing.assert_allclose([score for score, _ in ranking], [score for score, _ in expected], rtol=1e-6)


@pytest.mark.parametrize(
    "ask",
    [
        lambda kv: kv.similarity("unheard", "a"),
        lambda kv: kv.distance("a", "unheard"),
        lambda kv: kv.distances("unheard"),
        lambda kv: kv.distances("a", ["unheard"]),
        lambda kv: kv.closer_than("a", "unheard"),
        lambda kv: kv.rank("unheard", "a"),
        lambda kv: kv.most_similar_to_given("a", ["unheard"]),
        lambda kv: kv.relative_cosine_similarity("a", "unheard"),
        lambda kv: kv.similar_by_word("unheard"),
        lambda kv: kv.most_similar_cosmul(["unheard"]),
        lambda kv: kv.get_vector("unheard", norm=True),
        lambda kv: kv.get_index("unheard"),
    ],
)
def test_missing_keys_are_key_errors(kv, ask):
    with pytest.raises(KeyError, match="Key 'unheard' not present"):
        ask(kv)


def test_attributes_by_position_and_of_models(model, kv):
    kv.set_vecattr(0, "count", 7)
    kv.set_vecattr("b", "sure", True)
    assert kv.get_vecattr("a", "count") == kv.get_vecattr(0, "count") == 7
    assert kv.expandos["sure"].tolist() == [False, True, False]
    words = model.wv
    assert (words.expandos["count"].dtype, words.expandos["sample_int"].dtype) == (np.int64, np.uint32)


# ---- files, corpora ----


def test_subclasses_load_themselves(kv, tmp_path):
    class Mine(KeyedVectors):
        pass

    kv.save_word2vec_format(tmp_path / "vectors")
    mine = Mine.load_word2vec_format(tmp_path / "vectors")
    assert (type(mine), mine.index_to_key) == (Mine, ["a", "b", "c"])
    assert not hasattr(mine, "train")
    (tmp_path / "vectors").write_text("4 3\na 1 0 0\n")  # fewer rows than the header says
    with pytest.raises(EOFError):
        Mine.load_word2vec_format(tmp_path / "vectors")


def test_partly_counted_vectors_are_saved(kv, tmp_path):
    """gensim (B14) raises IndexError."""
    kv.set_vecattr("b", "count", 5)
    kv.add_vectors(["d"], [[1, 2, 3]])
    kv.save_word2vec_format(tmp_path / "vectors", fvocab=tmp_path / "counts")
    assert (tmp_path / "counts").read_text().split() == ["b", "5", "a", "0", "c", "0", "d", "0"]
    kv.save(tmp_path / "saved")
    assert KeyedVectors.load(tmp_path / "saved").get_vecattr("b", "count") == 5


@pytest.mark.parametrize("corpus", [LineSentence, PathLineSentences, Text8Corpus])
def test_long_sentences_are_split_and_not_cut(tmp_path, corpus):
    (tmp_path / "text").write_text("a " * 20_001)
    assert [len(sentence) for sentence in corpus(tmp_path / "text")] == [10_000, 10_000, 1]


def test_tags_keep_their_case(tmp_path):
    (tmp_path / "brown").write_text("The/AT-hl Cat/NN ,/, ran/VBD 7/cd\n\n./.\n")
    assert list(BrownCorpus(tmp_path)) == [["the/AT", "cat/NN", "ran/VB", "7/cd"]]


# ---- callbacks, trim rules ----


def test_callbacks_are_called_in_the_thread_of_the_caller():
    class Where(CallbackAny2Vec):
        def on_epoch_end(self, model):
            assert threading.get_ident() == caller
            calls.append(len(model.losses))

    caller, calls = threading.get_ident(), []
    Word2Vec(SENTENCES * 400, **SMALL | {"workers": 3, "epochs": 2}, callbacks=[Where()])
    assert calls == [1, 2]
    hooks = [name for name in dir(CallbackAny2Vec) if name.startswith("on_")]
    assert hooks == ["on_epoch_begin", "on_epoch_end", "on_train_begin", "on_train_end"]
    assert all(getattr(CallbackAny2Vec(), hook)(None) is None for hook in hooks)


def test_trim_rules_wherever_words_are_chosen():
    def rule(word, count, min_count):
        assert (count, min_count) == (counts[word], 3)
        return {"graph": 1, "human": 2, "user": 99, "system": None, "trees": "keep"}.get(word, 0)

    words = [word for sentence in SENTENCES for word in sentence]
    counts, settings = {word: words.count(word) for word in words}, {**SMALL, "min_count": 3}
    kept = ["system", "trees", "user", "human"]  # what is neither 1 nor 2 leaves it to min_count
    made = [Word2Vec(SENTENCES, **settings, trim_rule=rule), *(Word2Vec(**settings) for _ in range(3))]
    made[1].build_vocab(SENTENCES, trim_rule=rule)
    made[2].build_vocab_from_freq(counts, trim_rule=rule)
    made[3].scan_vocab(SENTENCES)
    made[3].prepare_vocab(trim_rule=rule)
    assert [model.wv.index_to_key for model in made] == [kept] * 4


# ---- evaluation ----


@pytest.fixture
def royal():
    words = ["man", "king", "woman", "queen", "Man", "KING", "car"]
    kv = KeyedVectors(3)
    kv.add_vectors(words, [[1, 0, 0], [1, 0, 1], [0, 1, 0], [0, 1, 1], [9, 0, 0], [0, 0, 9], [-1, -1, 0]])
    return kv


def test_lines_of_analogies(royal, tmp_path):
    path = tmp_path / "questions"
    path.write_text(": one\nman king woman queen extra\nman king\n\nMan KING woman queen\n: two\nman king woman x\n")
    right = ("MAN", "KING", "WOMAN", "QUEEN")
    one, two, total = royal.evaluate_word_analogies(path)[1]
    assert one == {"section": "one", "correct": [right], "incorrect": []}
    assert two == {"section": "two", "correct": [], "incorrect": []}
    assert total == {"section": "Total accuracy", "correct": [right], "incorrect": []}
    score, sections = royal.evaluate_word_analogies(path, dummy4unknown=True)
    assert (score, sections[1]["incorrect"]) == (0.5, [("MAN", "KING", "WOMAN", "X")])
    score, (one, two, total) = royal.evaluate_word_analogies(path, case_insensitive=False)
    assert (score, total["correct"]) == (1.0, [("Man", "KING", "woman", "queen")])
    assert royal.evaluate_word_analogies(path, restrict_vocab=3)[1][-1]["correct"] == []
    path.write_text("man king woman queen\n")
    with pytest.raises(ValueError, match="section"):
        royal.evaluate_word_analogies(path)
    assert royal.key_to_index["KING"] == 5  # gensim (B5) leaves another dict behind


def test_arguments_of_pairs(royal, tmp_path):
    path = tmp_path / "pairs"
    path.write_text("#man,queen,9\nman,king,5\nMAN,woman,1\nking,queen,4.5\nman,car,0\nman,x,3\nbroken\nman,king,z\n")
    pearson, spearman, unknown = royal.evaluate_word_pairs(path, delimiter=",")
    assert (pearson[0], spearman[0], unknown) == (pytest.approx(0.9495324), pytest.approx(1), 20.0)
    assert (pearson[1], spearman[1]) == (pytest.approx(0.0504676), pytest.approx(0, abs=1e-9))
    assert (pearson.statistic, spearman.correlation, spearman.pvalue) == (pearson[0], spearman[0], spearman[1])
    assert royal.evaluate_word_pairs(path, delimiter=",", case_insensitive=False)[2] == 40.0
    assert royal.evaluate_word_pairs(path, delimiter=",", restrict_vocab=3)[2] == 60.0
    assert royal.evaluate_word_pairs(path, delimiter=",", dummy4unknown=True)[1][0] == pytest.approx(0.9746794)
