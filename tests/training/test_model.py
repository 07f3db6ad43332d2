"""Word2Vec: corpora and vocabularies in all forms, calls that are refused, arrays that users replace."""

import copy
import gzip
import logging
import os
import pickle

import numpy as np
import pytest
from snapshots import assert_same, refused, snapshot

from w2v import KeyedVectors, LineSentence, Word2Vec
from w2v.corpus import encode

TEXT = "the cat sat on the mat\nthe dog sat\n\na cat saw the dog  and the dog saw it\n" * 20
SENTENCES = [line.split() for line in TEXT.splitlines() if line.strip()]
SMALL = {"vector_size": 12, "min_count": 1, "epochs": 2}


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "text"
    path.write_text(TEXT, encoding="utf-8")
    return path


@pytest.fixture
def model():
    return Word2Vec(SENTENCES, **SMALL)


def assert_equal_vectors(model, other):
    np.testing.assert_array_equal(model.wv.vectors, other.wv.vectors)
    np.testing.assert_array_equal(model.syn1neg, other.syn1neg)


# ---- corpora ----


def test_constructor_with_sentences(model):
    assert (len(model.wv), model.wv.vectors.shape, model.syn1neg.shape) == (10, (10, 12), (10, 12))
    assert model.wv.index_to_key[0] == "the"
    assert model.wv.get_vecattr("the", "count") == 100
    assert (model.corpus_count, model.corpus_total_words, model.train_count) == (60, 380, 1)
    assert model.total_train_time > 0
    assert len(model.losses) == 2


def test_sentences_file_and_steps_agree(model, path):
    assert_equal_vectors(model, Word2Vec(corpus_file=path, **SMALL))
    assert_equal_vectors(model, Word2Vec(LineSentence(str(path)), **SMALL))
    steps = Word2Vec(**SMALL)
    steps.build_vocab(SENTENCES)
    assert steps.train(SENTENCES, total_examples=steps.corpus_count, epochs=steps.epochs)[1] == 760
    assert_equal_vectors(model, steps)


def test_any_hashable_tokens():
    number = {word: 1000 + place for place, word in enumerate(sorted(set(TEXT.split())))}
    numbers = [[number[word] for word in sentence] for sentence in SENTENCES]
    tuples = [tuple(("n", word) for word in sentence) for sentence in SENTENCES]
    arrays = [np.array(sentence) for sentence in numbers]
    words = Word2Vec(SENTENCES, **SMALL)
    for tokens in (numbers, tuples, arrays):
        model = Word2Vec(tokens, **SMALL)
        assert model.wv.index_to_key[0] == tokens[0][0]
        assert_equal_vectors(model, words)
    assert np.array_equal(Word2Vec(numbers, **SMALL).wv[numbers[0][0]], words.wv["the"])


def test_sentences_of_characters(caplog):
    with caplog.at_level(logging.WARNING):
        model = Word2Vec(["abc", "cab"], **SMALL)
    assert sorted(model.wv.index_to_key) == ["a", "b", "c"]
    assert "should be a list of words" in caplog.text


def test_iterators_train_as_often_as_lists(model):
    assert_equal_vectors(model, Word2Vec(map(list, SENTENCES), **SMALL))
    steps = Word2Vec(**SMALL)
    steps.build_vocab(sentence for sentence in SENTENCES)
    steps.train(iter(SENTENCES))
    assert_equal_vectors(model, steps)
    steps.train((sentence for sentence in SENTENCES), epochs=1)  # a generator is fine for one pass


def test_vocabulary_settings():
    def words(**settings):
        return set(Word2Vec(SENTENCES, **{**SMALL, **settings}).wv.index_to_key)

    everything = {"the", "cat", "sat", "on", "mat", "dog", "a", "saw", "and", "it"}
    assert words() == words(min_count=0) == words(max_vocab_size=10) == everything
    assert words(min_count=60) == {"the", "dog"}
    assert words(max_final_vocab=2) == {"the", "dog"}
    assert words(trim_rule=lambda word, count, min_count: 1 if word == "the" else 0) == everything - {"the"}
    assert words(min_count=60, trim_rule=lambda word, count, min_count: 2 * (word == "it")) == {"the", "dog", "it"}
    assert "the" in words(max_vocab_size=5)
    assert len(words(max_vocab_size=5)) <= 5
    unsorted = Word2Vec(SENTENCES, **SMALL, sorted_vocab=0)
    assert unsorted.wv.index_to_key == list(dict.fromkeys(word for sentence in SENTENCES for word in sentence))
    assert Word2Vec(SENTENCES, **SMALL, max_final_vocab=2).effective_min_count == 41


def test_words_that_the_vocabulary_lacks_are_left_out(model):
    assert model.train([["the", "unheard"], ["unheard"]], epochs=3)[1] == 9
    before = snapshot(model)
    assert model.train([["unheard"]] * 4, epochs=2) == (0, 8)
    assert model.train([]) == (0, 0)
    assert_same(before, snapshot(model))


# ---- what is read again, and what not ----


@pytest.fixture
def count_readings(monkeypatch):
    """Counts how often a file is turned into ids."""
    readings = []
    real = encode.encode_files
    monkeypatch.setattr(encode, "encode_files", lambda *args, **more: readings.append(args[0]) or real(*args, **more))
    return readings


@pytest.mark.parametrize("build", [lambda p: {"corpus_file": p}, lambda p: {"corpus_iterable": LineSentence(p)}])
@pytest.mark.parametrize("train", [lambda p: {"corpus_file": str(p)}, lambda p: {"corpus_iterable": LineSentence(p)}])
def test_a_file_is_read_once(path, count_readings, build, train, monkeypatch):
    model = Word2Vec(**SMALL)
    model.build_vocab(**build(path))
    model.train(**train(path))
    monkeypatch.chdir(path.parent)
    model.train(**train("text"))
    model.train()
    assert len(count_readings) == 1
    Word2Vec(corpus_file=path, **SMALL)
    assert len(count_readings) == 2


def test_a_file_that_changed_is_read_again(path, count_readings):
    model = Word2Vec(**SMALL)
    model.build_vocab(corpus_file=path)
    path.write_text(TEXT + "the cat\n", encoding="utf-8")
    assert model.train(corpus_file=path, epochs=1)[1] == 382
    os.utime(path, ns=(1, 1))
    assert model.train(LineSentence(path), epochs=1)[1] == 382
    assert len(count_readings) == 3
    assert model.train(epochs=1)[1] == 380  # what the vocabulary was built from
    path.unlink()
    with pytest.raises(FileNotFoundError) as error:
        model.train(corpus_file=path)
    assert isinstance(error.value, TypeError)  # as in gensim


def test_other_readings_of_the_file_are_other_corpora(path, count_readings):
    model = Word2Vec(**SMALL)
    model.build_vocab(corpus_file=path)
    assert model.train(LineSentence(path, limit=2), epochs=1)[1] == 9
    other = path.with_name("other")
    other.write_text("the cat\n", encoding="utf-8")
    assert model.train(corpus_file=other, epochs=1)[1] == 2
    packed = path.with_name("text.gz")
    packed.write_bytes(gzip.compress(TEXT.encode()))
    assert model.train(LineSentence(packed), epochs=1)[1] == 380


# ---- one call after another ----


def test_build_vocab_starts_afresh(model):
    first = copy.deepcopy(model)
    model.train(SENTENCES)
    assert model.train_count == 2
    model.build_vocab(SENTENCES)
    state = model.__getstate__()
    assert [state[name] for name in ("losses", "train_count", "total_train_time", "running_training_loss")] == [
        [],
        0,
        0,
        0,
    ]
    assert not model.syn1neg.any()
    model.train(SENTENCES, total_examples=model.corpus_count, epochs=model.epochs)
    assert_equal_vectors(model, first)
    model.build_vocab([["other", "words"]])
    assert model.wv.index_to_key == ["words", "other"]


def test_assigned_settings_count(model):
    changes = {"alpha": 0.1, "min_alpha": 0.02, "epochs": 3, "window": 1, "seed": 5, "negative": 2, "sg": 1}
    changes |= {"cbow_mean": 0, "shrink_windows": False, "ns_exponent": -0.5, "sample": 0, "window_side": "left"}
    for settings in ({name: value} for name, value in changes.items()):
        plain, other = copy.deepcopy(model), copy.deepcopy(model)
        plain.train(SENTENCES)
        for name, value in settings.items():
            setattr(other, name, value)
        other.train(SENTENCES)
        assert (plain.wv.vectors != other.wv.vectors).any(), settings
    model.workers, model.alpha = np.int64(1), np.float32(0.25)
    model.train(SENTENCES)
    assert (model.workers, model.alpha) == (1, 0.25)


def test_arguments_of_train_are_kept(model):
    model.train(SENTENCES, epochs=3, start_alpha=0.5, end_alpha=0, compute_loss=True)
    assert (model.epochs, model.alpha, model.min_alpha, model.compute_loss) == (3, 0.5, 0, True)
    model.train(SENTENCES)
    assert len(model.losses) == 2 + 3 + 3


# ---- copies, and arrays that the user puts in their place ----


@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))])
def test_copies_are_models_of_their_own(model, duplicate):
    other = duplicate(model)
    before = snapshot(model)
    other.train(SENTENCES)
    assert_same(before, snapshot(model))
    model.train(SENTENCES)
    assert_equal_vectors(model, other)
    assert other.wv.most_similar("cat") == model.wv.most_similar("cat")


REPLACED = {
    "dense": lambda a: np.ascontiguousarray(a),
    "float64": lambda a: a.astype(np.float64),
    "fortran": lambda a: np.asfortranarray(a),
    "view": lambda a: a[:],
    "read-only": lambda a: (a.setflags(write=False), a)[1],
}


@pytest.mark.parametrize("kind", REPLACED)
def test_replaced_arrays_are_trained(model, kind):
    other = copy.deepcopy(model)
    model.train(SENTENCES)
    other.wv.vectors, other.syn1neg = REPLACED[kind](other.wv.vectors), REPLACED[kind](other.syn1neg)
    other.train(SENTENCES)
    assert_equal_vectors(model, other)
    assert other.wv.vectors.dtype == np.float32


def test_own_initial_vectors(model):
    own = np.random.default_rng(1).normal(size=(10, 12))
    model.wv.vectors = own
    model.train(SENTENCES, start_alpha=1e-6, end_alpha=1e-6)
    np.testing.assert_allclose(model.wv.vectors, own, atol=1e-3)


def test_replaced_wv(model):
    other = copy.deepcopy(model)
    wv = KeyedVectors(12)
    wv.add_vectors(other.wv.index_to_key, other.wv.vectors)
    other.wv = wv
    other.train(SENTENCES)
    model.train(SENTENCES)
    assert_equal_vectors(model, other)
    assert other.wv is wv


@pytest.mark.parametrize("name", ["order", "size", "shape", "syn1neg", "vector_size", "not finite"])
def test_weights_that_do_not_fit(model, name, tmp_path):
    if name == "order":
        model.wv = KeyedVectors.from_pieces(model.wv.index_to_key[::-1], model.wv.vectors, {})
    elif name == "size":
        model.wv = KeyedVectors.from_pieces(model.wv.index_to_key[:-1], model.wv.vectors[:-1], {})
    elif name == "shape":
        model.wv.vectors = np.zeros((10, 13), np.float32)
    elif name == "syn1neg":
        model.syn1neg = model.syn1neg[:-1]
    elif name == "vector_size":
        model.vector_size = 11
    else:
        model.wv.vectors = np.full((10, 12), np.nan)
    refused(model, ValueError)
    if name != "not finite":
        with pytest.raises(ValueError):
            model.save(tmp_path / "model")
        assert not os.listdir(tmp_path)


def test_wv_may_grow_and_change_without_harm_to_the_vocabulary(model):
    model.wv.set_vecattr("the", "count", 1)
    model.wv.add_vectors(["new"], np.ones((1, 12)))
    assert (len(model.vocab), model.vocab.counts[0]) == (10, 100)


def test_queries_see_what_was_trained(model):
    model.wv.fill_norms()
    model.train(SENTENCES, start_alpha=0.5)
    expected = np.linalg.norm(model.wv.vectors, axis=1)
    model.wv.fill_norms()
    np.testing.assert_allclose(model.wv.norms, expected, rtol=1e-6)


# ---- parts and state ----


def test_settings_of_a_copy_are_its_own(model):
    other = copy.copy(model)
    other.alpha, other.syn1neg = 0.5, other.syn1neg[:2]
    assert (model.alpha, len(model.syn1neg)) == (0.025, 10)
    assert other.wv is model.wv


def test_pickles_are_flat(model):
    """Settings and outputs are kept under their own names, so that versions of w2v read each other's pickles."""
    state = model.__getstate__()
    assert {"alpha", "window_side", "syn1neg", "position_weights", "losses", "wv"} <= state.keys()
    older = {**state, "load": print}
    del older["_cum_table"]
    again = Word2Vec.__new__(Word2Vec)
    again.__setstate__(older)
    assert_equal_vectors(again, model)
    assert again.checked().alpha == model.alpha
    assert again.cum_table is not None
    with pytest.raises(AttributeError, match="method of the class"):
        again.load("x")
