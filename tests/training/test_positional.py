"""Models with positions: what they learn and predict, their settings and files, and how they grow and freeze."""

import numpy as np
import pytest

from w2v import FormatError, Word2Vec
from w2v.formats import native

SENTENCES = [["the", "cat", "sat", "on", "it"], ["the", "dog", "sat", "too"]] * 50
OPTIONS = {"vector_size": 17, "min_count": 1, "window": 3, "epochs": 2, "workers": 1, "shrink_windows": False}
MODELS = [{"sg": 1, "positional": "outputs"}, {"sg": 0, "positional": "outputs"}, {"sg": 0, "positional": "weights"}]
SMALL = {"vector_size": 16, "min_count": 1, "sample": 0, "window": 1, "epochs": 10, "workers": 1, "alpha": 0.05}


# ---- what they learn ----


def sides_of_verbs(positional):
    """Train on sentences subject, verb, object; return the mean products of verbs with subjects and objects, (2, 2).

    Row 0: the verb stands before the word in question; row 1: it stands after it.
    """
    rng = np.random.default_rng(4)
    sentences = [[f"{kind}{rng.integers(6)}" for kind in "svo"] for _ in range(3000)]
    model = Word2Vec(sentences, sg=1, positional=positional, **SMALL)
    subjects, verbs, objects = ([model.wv.key_to_index[f"{kind}{i}"] for i in range(6)] for kind in "svo")
    outputs = model.syn1pos if positional else [model.syn1neg] * 2
    inp = model.wv.vectors[verbs]
    return np.array([[(inp @ rows[words].T).mean() for words in (subjects, objects)] for rows in outputs])


def test_structured_skipgram_tells_subjects_from_objects():
    plain, placed = sides_of_verbs(None), sides_of_verbs("outputs")
    assert np.abs(plain[:, 0] - plain[:, 1]).max() < 0.2  # both are neighbours of verbs: that is all it can know
    assert placed[0, 1] - placed[0, 0] > 2  # after a verb comes an object
    assert placed[1, 0] - placed[1, 1] > 2  # before it, a subject


@pytest.mark.parametrize("positional", ["outputs", "weights"])
def test_order_helps_to_predict(positional):
    # "a x b" or "b x a": which of two words comes between depends on the order of the same context words.
    rng = np.random.default_rng(4)
    sentences = [["a", "ab", "b"] if rng.integers(2) else ["b", "ba", "a"] for _ in range(3000)]
    losses = [
        Word2Vec(sentences, positional=kind, **{**SMALL, "alpha": 0.1, "epochs": 20}).losses[-1]
        for kind in (None, positional)
    ]
    assert losses[1] < losses[0] - 0.1


# ---- settings and files ----


@pytest.mark.parametrize("kind", MODELS)
def test_shapes(kind):
    model = Word2Vec(SENTENCES, **OPTIONS, **kind)
    outputs = kind["positional"] == "outputs"
    assert model.syn1pos.shape == ((6, 7, 17) if outputs else (0, 0, 17))
    assert model.position_weights.shape == ((0, 17) if outputs else (6, 17))
    assert model.syn1neg.shape == ((0, 17) if outputs else (7, 17))
    assert (model.syn1pos != 0).any() == outputs
    assert (model.position_weights != 1).any() != outputs


def test_weights_begin_with_what_shrinking_windows_do():
    model = Word2Vec(positional="weights", window=3, vector_size=2, min_count=1)
    model.build_vocab(SENTENCES)
    np.testing.assert_array_equal(model.position_weights, 1)  # windows shrink themselves
    model.shrink_windows = False
    model.build_vocab(SENTENCES)
    expected = np.array([1, 2, 3, 3, 2, 1]) / 2
    np.testing.assert_array_equal(model.position_weights, np.stack([expected] * 2, axis=1).astype(np.float32))


@pytest.mark.parametrize("kind", MODELS)
@pytest.mark.parametrize("mmap", [None, "r"])
def test_saved_models_go_on(kind, mmap, tmp_path):
    model = Word2Vec(SENTENCES, **OPTIONS, **kind)
    model.save(tmp_path / "model")
    loaded = Word2Vec.load(tmp_path / "model", mmap=mmap)
    assert loaded.positional == kind["positional"]
    for _ in range(2):
        for name in ("syn1neg", "syn1pos", "position_weights"):
            np.testing.assert_array_equal(getattr(loaded, name), getattr(model, name))
        np.testing.assert_array_equal(loaded.wv.vectors, model.wv.vectors)
        model.train(SENTENCES)
        loaded.train(SENTENCES)


def test_files_from_before_positions_load(tmp_path):
    model = Word2Vec(SENTENCES, **OPTIONS)
    model.save(tmp_path / "model")
    pieces = native.load_model(tmp_path / "model")._asdict()
    del pieces["settings"]["positional"]
    native.save_model(tmp_path / "model", **pieces)
    loaded = Word2Vec.load(tmp_path / "model")
    assert loaded.positional is None
    loaded.train(SENTENCES)


@pytest.mark.parametrize("kind, name", [(MODELS[0], "syn1pos"), (MODELS[2], "position_weights")])
def test_files_without_their_positions_are_refused(kind, name, tmp_path):
    Word2Vec(SENTENCES, **OPTIONS, **kind).save(tmp_path / "model")
    pieces = native.load_model(tmp_path / "model")._asdict()
    for change in (None, np.zeros((2, 17), np.float32)):
        pieces["matrices"][name] = change
        matrices = {key: matrix for key, matrix in pieces["matrices"].items() if matrix is not None}
        native.save_model(tmp_path / "model", **{**pieces, "matrices": matrices})
        with pytest.raises(FormatError, match=name):
            Word2Vec.load(tmp_path / "model")


@pytest.mark.parametrize(
    "settings, fix",
    [
        ({"positional": "magic"}, "expected one of None, outputs, weights, got 'magic'"),
        ({"positional": "weights", "sg": 1}, 'set sg=0, or positional="outputs"'),
        ({"positional": "outputs", "hs": 1}, "negative sampling alone: set hs=0"),
        ({"positional": "outputs", "hs": 1, "negative": 0}, "negative sampling alone: set hs=0"),
        ({"positional": "weights", "objective": "nce"}, "objective='negative'"),
        ({"positional": "weights", "cbow_corrected": True}, "cbow_corrected=False"),
        ({"positional": "outputs", "kernel": "pairwise"}, "set kernel='batched'"),
        ({"positional": "outputs", "window": 10_001}, "window to at most 10000"),
    ],
)
def test_what_positions_do_not_go_with(settings, fix):
    with pytest.raises(ValueError, match=fix):
        Word2Vec(**settings)
    model = Word2Vec(SENTENCES, **OPTIONS)
    for name, value in settings.items():
        setattr(model, name, value)
    with pytest.raises(ValueError, match=fix):
        model.train(SENTENCES)


def test_another_window_needs_another_vocabulary():
    model = Word2Vec(SENTENCES, **OPTIONS, **MODELS[0])
    model.window = 4
    with pytest.raises(ValueError, match=r"syn1pos: expected shape \(8, 7, 17\) for these settings, got \(6, 7, 17\)"):
        model.train(SENTENCES)
    model.build_vocab(SENTENCES)
    model.train(SENTENCES)


# ---- beside the rest of the library ----


@pytest.mark.parametrize("kind", MODELS)
def test_new_words_get_fresh_rows_and_the_others_keep_theirs(kind):
    model = Word2Vec(SENTENCES, **OPTIONS, **kind)
    before = {name: getattr(model, name).copy() for name in ("syn1neg", "syn1pos", "position_weights")}
    model.build_vocab([["a", "bird", "sat"]], update=True)
    assert len(model.wv) == 9
    np.testing.assert_array_equal(model.syn1neg[: len(before["syn1neg"])], before["syn1neg"])
    np.testing.assert_array_equal(model.syn1pos[:, : before["syn1pos"].shape[1]], before["syn1pos"])
    np.testing.assert_array_equal(model.position_weights, before["position_weights"])
    assert not model.syn1neg[7:].any()
    assert not model.syn1pos[:, 7:].any()
    model.train([["a", "bird", "sat"]] * 20)
    assert model.wv["bird"].any()


def test_a_vocabulary_cannot_grow_under_another_window():
    model = Word2Vec(SENTENCES, **OPTIONS, **MODELS[0])
    model.window = 4
    with pytest.raises(ValueError, match="syn1pos: expected 8 positions for these settings, got 6"):
        model.build_vocab([["a", "bird", "sat"]], update=True)


@pytest.mark.parametrize("kind", MODELS)
@pytest.mark.parametrize("freeze", ["input", ["cat", "dog"]])
def test_frozen_vectors_stay(kind, freeze):
    start = Word2Vec(**OPTIONS, **kind, freeze=freeze)
    start.build_vocab(SENTENCES)
    before = start.wv.vectors.copy()
    start.train()
    stays = np.array([freeze == "input" or word in freeze for word in start.wv.index_to_key])
    moved = (start.wv.vectors != before).any(axis=1)
    np.testing.assert_array_equal(moved, ~stays)
    trained = start.syn1neg if kind["positional"] == "weights" else start.syn1pos
    assert trained.any()


@pytest.mark.parametrize("kind", MODELS)
def test_factors_of_one_for_all_but_an_absent_word_change_nothing(kind):
    plain = Word2Vec(SENTENCES, **OPTIONS, **kind)
    locked = Word2Vec(**OPTIONS, **kind)
    locked.build_vocab([*SENTENCES, ["never"]])
    locked.wv.vectors_lockf = np.ones(8, np.float32)
    locked.wv.vectors_lockf[locked.wv.key_to_index["never"]] = 0
    plain.build_vocab([*SENTENCES, ["never"]])
    for model in (plain, locked):
        model.train(SENTENCES)
    np.testing.assert_array_equal(plain.wv.vectors, locked.wv.vectors)


def test_frozen_output():
    with_positions = {**OPTIONS, **MODELS[2]}
    first = Word2Vec(SENTENCES, **with_positions)
    model = Word2Vec(SENTENCES, **with_positions, init_from=first, freeze="output")
    np.testing.assert_array_equal(model.syn1neg, first.syn1neg)
    assert (model.wv.vectors != first.wv.vectors).any()
    outputs = {**OPTIONS, **MODELS[0]}
    with pytest.raises(ValueError, match="set freeze=None"):
        Word2Vec(SENTENCES, **outputs, init_from=first, freeze="output")


@pytest.mark.parametrize("kind", MODELS)
def test_memory_is_what_the_arrays_take(kind):
    model = Word2Vec(SENTENCES, **OPTIONS, **kind)
    sizes = model.estimate_memory()
    if kind["positional"] == "outputs":
        assert "syn1neg" not in sizes
        assert sizes["syn1pos"] == 4 * 32 * 6 * 7
    else:
        assert sizes["syn1neg"] == 4 * 32 * 7


def test_weights_of_sentences_that_could_be_joined():
    settings = {**OPTIONS, **MODELS[0], "min_alpha": 0.0, "sample": 0}
    weighted = Word2Vec(SENTENCES, sentence_weights=[2.0] * len(SENTENCES), **settings, alpha=0.025)
    plain = Word2Vec(SENTENCES, **settings, alpha=0.05)
    np.testing.assert_array_equal(weighted.wv.vectors, plain.wv.vectors)
    model = Word2Vec(**settings)
    model.build_vocab([["a", "b", "c"], ["d", "e", "f"]] * 20)
    before = model.wv.vectors.copy()
    model.train([["a", "b", "c"], ["d", "e", "f"]] * 20, sentence_weights=[1, 0] * 20)
    moved = (model.wv.vectors != before).any(axis=1)
    assert {word for word, has in zip(model.wv.index_to_key, moved, strict=True) if has} == set("abc")


# ---- predictions ----

ORDERED = {**SMALL, "alpha": 0.1, "epochs": 20, "negative": 5}


def ordered(**settings):
    """A model of "a ab b" and "b ba a": what stands between depends on the order."""
    rng = np.random.default_rng(4)
    sentences = [["a", "ab", "b"] if rng.integers(2) else ["b", "ba", "a"] for _ in range(3000)]
    return Word2Vec(sentences, **{**ORDERED, **settings})


@pytest.mark.parametrize("positional", ["outputs", "weights"])
def test_predictions_know_the_order(positional):
    model = ordered(positional=positional)
    for context, between in ((["a", "b"], "ab"), (["b", "a"], "ba")):
        pairs = model.predict_output_word(context, topn=None)
        assert pairs[0][0] == between
        assert sum(chance for _, chance in pairs) == pytest.approx(1, abs=1e-5)
        other = "ba" if between == "ab" else "ab"
        assert model.log_prob(between, context) > model.log_prob(other, context) + 1


@pytest.mark.parametrize("kind", MODELS[1:])
def test_predictions_are_those_of_the_definition(kind):
    model = Word2Vec(SENTENCES, **OPTIONS, **kind)
    context = ["the", None, "dog", "unheard", "on", "it"]
    ids = [model.wv.key_to_index[word] for word in ("the", "dog", "on", "it")]
    positions = [0, 2, 4, 5]
    inp, logits = model.wv.vectors.astype(float), []
    for word in range(len(model.wv)):
        if kind["positional"] == "weights":
            hidden = (model.position_weights[positions] * inp[ids]).mean(0)
            logits.append(hidden @ model.syn1neg[word])
        else:
            logits.append((inp[ids] * model.syn1pos[positions, word]).sum())
    expected = np.exp(logits) / np.exp(logits).sum()
    for word, chance in model.predict_output_word(context, topn=None):
        assert chance == pytest.approx(expected[model.wv.key_to_index[word]], rel=1e-4)
    known = ["the", None, "dog", None, "on", "it"]
    noise = model.vocab.noise(model.ns_exponent).probabilities * np.exp(logits)
    assert model.log_prob("cat", known) == pytest.approx(
        np.log(noise / noise.sum())[model.wv.key_to_index["cat"]], abs=1e-4
    )


def test_structured_skipgram_predicts_a_mixture_of_positions():
    sentences = [["left", "middle", "right", "far"]] * 2000
    settings = {**SMALL, "window": 2, "negative": 10, "epochs": 10}
    model = Word2Vec(sentences, sg=1, positional="outputs", **settings)
    pairs = dict(model.predict_context("left", topn=None))
    assert sum(pairs.values()) == pytest.approx(1, abs=1e-5)
    assert max(pairs, key=pairs.get) in ("middle", "right")
    assert model.log_prob("middle", "left") == pytest.approx(np.log(pairs["middle"]), abs=1e-4)
    near, far = (
        model.syn1pos[position] @ model.wv["left"] for position in (1, 0)
    )  # before "middle", two before "right"
    bias = np.log(model.vocab.noise(model.ns_exponent).probabilities)
    softmaxes = [np.exp(rows @ model.wv["left"] + bias) for rows in model.syn1pos]
    softmaxes = [one / one.sum() for one in softmaxes]
    expected = np.average(softmaxes, axis=0, weights=[1, 2, 2, 1])
    for word, chance in pairs.items():
        assert chance == pytest.approx(expected[model.wv.key_to_index[word]], rel=1e-4)
    assert near.argmax() == model.wv.key_to_index["middle"]
    assert far.argmax() == model.wv.key_to_index["right"]


def test_contexts_that_do_not_fit():
    model = ordered(positional="weights")
    with pytest.raises(ValueError, match="expected up to 2 words, for the window, got 3"):
        model.predict_output_word(["a", "ab", "b"])
    with pytest.raises(ValueError, match="expected a word or more, got none"):
        model.log_prob("ab", [None, None])
    model.window = 2
    outputs = ordered(positional="outputs", epochs=1)
    outputs.window = 2
    with pytest.raises(RuntimeError, match=r"syn1pos of shape \(4, 4, 16\)"):
        outputs.predict_output_word(["a", "b"])
