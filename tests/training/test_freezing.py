"""Frozen and given vectors: frozen ones stay to the bit, factors scale, the others train as if nothing were frozen."""

import copy

import numpy as np
import pytest
from toy import KERNELS, Toy

from w2v import KeyedVectors, Word2Vec, _core

RNG = np.random.default_rng(5)
SENTENCES = [[f"w{i}" for i in (30 * RNG.random(20) ** 2).astype(int)] for _ in range(400)]
SMALL = {"vector_size": 20, "min_count": 1, "sample": 0, "epochs": 2}
KINDS = [(1, "batched"), (1, "pairwise"), (1, "blas"), (0, "batched"), (0, "pairwise")]


def train(locks=None, frozen_output=False, threads=1, kernels=None, **settings):
    """Train a toy; return inp and out before and after."""
    toy = Toy.random([30] * 20, 25, 20, **settings)
    rows = [None if locks is None else np.asarray(locks, dtype=np.float32)]
    inp, out, _ = toy.train(kernels, threads=threads, locks=rows[0], frozen_output=frozen_output)
    return toy, inp[:, :20], out[:, :20]


@pytest.mark.parametrize("sg", [True, False])
@pytest.mark.parametrize("kernel", [*KERNELS, "blas"])
def test_rows_by_factor(sg, kernel):
    if kernel == "blas":
        pytest.importorskip("scipy")
    toy, inp, out = train(sg=sg, kernel=kernel)
    _, same_inp, same_out = train(np.ones(25), sg=sg, kernel=kernel)
    np.testing.assert_array_equal(inp, same_inp)
    np.testing.assert_array_equal(out, same_out)
    locks = np.ones(25)
    locks[[0, 3]] = 0
    _, frozen, _ = train(locks, sg=sg, kernel=kernel)
    np.testing.assert_array_equal(frozen[[0, 3]], toy.inp[[0, 3]])
    assert (frozen[1] != toy.inp[1]).any()


@pytest.mark.parametrize("sg", [True, False])
@pytest.mark.parametrize("kernel", [*KERNELS, "blas"])
def test_the_output_matrix(sg, kernel):
    if kernel == "blas":
        pytest.importorskip("scipy")
    toy, inp, out = train(frozen_output=True, sg=sg, kernel=kernel)
    np.testing.assert_array_equal(out, toy.out)
    assert (inp != toy.inp).any()
    toy, inp, out = train(np.zeros(25), sg=sg, kernel=kernel)
    np.testing.assert_array_equal(inp, toy.inp)
    assert (out != toy.out).any()


@pytest.mark.parametrize("sg", [True, False])
@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("factor", [0.5, 2.0, -1.0])
def test_a_factor_scales_one_step(sg, kernel, factor):
    settings = {"sg": sg, "kernel": kernel, "window": 1, "shrink_windows": False, "negative": 3}
    given = [np.random.default_rng(k).normal(0, 0.3, (5, 20)).astype(np.float32) for k in (1, 2)]
    toy = Toy([[1, 0]], *given, **settings, seed=3)
    free = toy.train()[0][:, :20] - given[0]
    locks = np.array([1, factor, 1, 1, 1], dtype=np.float32)
    scaled = toy.train(locks=locks)[0][:, :20] - given[0]
    np.testing.assert_allclose(scaled[1], factor * free[1], rtol=1e-4, atol=1e-7)
    assert free[1].any()


@pytest.mark.parametrize("kernels", _core.kernel_sets())
@pytest.mark.parametrize("sg", [True, False])
def test_every_kernel_set_gives_the_same_bits(kernels, sg):
    locks = np.tile([0, 1, 0.5], 9)[:25]
    expected = train(locks, frozen_output=sg, sg=sg)
    got = train(locks, frozen_output=sg, sg=sg, kernels=kernels)
    np.testing.assert_array_equal(got[1], expected[1])
    np.testing.assert_array_equal(got[2], expected[2])


@pytest.mark.parametrize("sg", [True, False])
def test_words_that_repeat_and_windows_wider_than_the_sentence(sg):
    given = [np.random.default_rng(k).normal(0, 0.3, (3, 20)).astype(np.float32) for k in (1, 2)]
    toy = Toy([[0, 1, 0, 0, 1, 2, 0] * 12], *given, sg=sg, window=1000, shrink_windows=False)
    inp, out, _ = toy.train(locks=np.array([0, 1, 1], dtype=np.float32), frozen_output=True)
    np.testing.assert_array_equal(inp[0, :20], given[0][0])
    np.testing.assert_array_equal(out[:, :20], given[1])
    assert (inp[1, :20] != given[0][1]).any()


@pytest.mark.parametrize("sg", [True, False])
def test_many_threads_do_not_touch_frozen_rows(sg):
    locks = np.ones(25)
    locks[:12] = 0
    toy, inp, out = train(locks, frozen_output=True, threads=4, sg=sg)
    np.testing.assert_array_equal(inp[:12], toy.inp[:12])
    np.testing.assert_array_equal(out, toy.out)


def test_factors_that_do_not_fit():
    with pytest.raises(ValueError, match="locks: expected one factor for each of 25 rows, got 24"):
        train(np.ones(24))


# ---- vectors_lockf ----


def built(**settings):
    model = Word2Vec(**{**SMALL, **settings})
    model.build_vocab(SENTENCES)
    return model


def test_one_factor_for_all_words():
    model = built()
    assert model.wv.vectors_lockf.tolist() == [1.0]
    assert model.wv.vectors_lockf.dtype == np.float32
    before = model.wv.vectors.copy()
    model.wv.vectors_lockf[0] = 0
    model.train()
    np.testing.assert_array_equal(model.wv.vectors, before)
    assert model.syn1neg.any()


@pytest.mark.parametrize("sg, kernel", KINDS)
def test_single_words(sg, kernel):
    model = built(sg=sg, kernel=kernel)
    before = model.wv.vectors.copy()
    model.wv.vectors_lockf = np.ones(len(model.wv), dtype=np.float32)
    model.wv.vectors_lockf[[0, 7]] = 0
    model.train()
    same = (model.wv.vectors == before).all(axis=1)
    assert np.flatnonzero(same).tolist() == [0, 7]


def test_factors_repeat_as_in_gensim():
    model = built()
    before = model.wv.vectors.copy()
    model.wv.vectors_lockf = np.array([0, 1, 1], dtype=np.float32)
    model.train()
    same = (model.wv.vectors == before).all(axis=1)
    np.testing.assert_array_equal(np.flatnonzero(same), np.arange(0, len(before), 3))


def test_ones_change_nothing():
    model, other = built(), built()
    other.wv.vectors_lockf = np.ones(len(other.wv), dtype=np.float32)
    model.train()
    other.train()
    np.testing.assert_array_equal(model.wv.vectors, other.wv.vectors)


@pytest.mark.parametrize("locks", [[], [float("nan")], ["a"]])
def test_senseless_factors_are_refused(locks):
    model = built()
    model.wv.vectors_lockf = locks
    with pytest.raises(ValueError):
        model.train()
    assert model.train_count == 0


def test_factors_are_saved(tmp_path):
    model = built(freeze=["w3"])
    model.save(tmp_path / "model")
    loaded = Word2Vec.load(tmp_path / "model")
    np.testing.assert_array_equal(loaded.wv.vectors_lockf, model.wv.vectors_lockf)
    assert loaded.freeze == ["w3"]
    assert 0 in loaded.wv.vectors_lockf
    built().save(tmp_path / "model")
    assert Word2Vec.load(tmp_path / "model").wv.vectors_lockf.tolist() == [1.0]


def test_grown_words_are_free():
    model = built(freeze=["w0", "new"])
    model.build_vocab([["new", "newer", "w0"]], update=True)
    place = model.wv.key_to_index
    locks = model.wv.vectors_lockf
    assert (locks[place["w0"]], locks[place["new"]], locks[place["newer"]]) == (0, 0, 1)
    model = built()
    model.build_vocab([["new"]], update=True)
    assert model.wv.vectors_lockf.tolist() == [1.0]


# ---- freeze, init_from ----


def test_freeze_words():
    model = Word2Vec(SENTENCES, **SMALL, freeze=["w0", "w9", "unheard"])
    start = built()
    same = (model.wv.vectors == start.wv.vectors).all(axis=1)
    assert {model.wv.index_to_key[place] for place in np.flatnonzero(same)} == {"w0", "w9"}


def test_freeze_matrices():
    start = built()
    model = Word2Vec(SENTENCES, **SMALL, freeze="input")
    np.testing.assert_array_equal(model.wv.vectors, start.wv.vectors)
    assert model.syn1neg.any()
    compass = Word2Vec(SENTENCES, **SMALL)
    model = Word2Vec(SENTENCES, **SMALL, init_from=compass, freeze="output")
    np.testing.assert_array_equal(model.syn1neg, compass.syn1neg)
    assert (model.wv.vectors != compass.wv.vectors).any()
    model.freeze = None
    model.train(SENTENCES)
    assert (model.syn1neg != compass.syn1neg).any()


def test_compass_alignment():
    """Two slices trained against the outputs of both come out in one space."""
    other = [[word.replace("w1", "w2") for word in sentence] for sentence in SENTENCES]
    settings = {**SMALL, "epochs": 20, "alpha": 0.1, "workers": 1}
    compass = Word2Vec(SENTENCES + other, **settings)
    slices = [Word2Vec(text, **settings, init_from=compass, freeze="output", seed=9) for text in (SENTENCES, other)]
    free = [Word2Vec(text, **settings, seed=seed) for seed, text in enumerate((SENTENCES, other))]

    def cosine(models):
        pairs = [(models[0].wv[word], models[1].wv[word]) for word in ("w0", "w3", "w4", "w5")]
        return np.mean([a @ b / np.linalg.norm(a) / np.linalg.norm(b) for a, b in pairs])

    assert cosine(slices) > 0.6 > 0.4 > cosine(free)


def test_given_vectors():
    kv = KeyedVectors(20)
    kv.add_vectors(["w3", "unheard", "w5"], RNG.normal(size=(3, 20)))
    model = built(init_from=kv)
    np.testing.assert_array_equal(model.wv["w3"], kv["w3"])
    np.testing.assert_array_equal(model.wv["w5"], kv["w5"])
    np.testing.assert_array_equal(model.wv["w4"], built().wv["w4"])
    assert "unheard" not in model.wv
    assert not model.syn1neg.any()
    model.train()
    assert (model.wv["w3"] != kv["w3"]).any()
    frozen = Word2Vec(SENTENCES, **SMALL, init_from=kv, freeze=kv.index_to_key)
    np.testing.assert_array_equal(frozen.wv["w3"], kv["w3"])
    again = copy.deepcopy(model)
    assert again._init_from is None


def test_given_vectors_that_do_not_fit():
    with pytest.raises(ValueError, match="init_from: expected vectors of 20 dimensions, got 3"):
        Word2Vec(SENTENCES, **SMALL, init_from=KeyedVectors.from_pieces(["w0"], np.ones((1, 3), np.float32), {}))
    with pytest.raises(TypeError, match="init_from: expected KeyedVectors or a Word2Vec, got dict"):
        Word2Vec(SENTENCES, **SMALL, init_from={"w0": [1] * 20})
    for freeze in ("outptu", 5):
        with pytest.raises(ValueError, match="freeze: expected None, 'input', 'output' or a list of words, got"):
            Word2Vec(freeze=freeze)
    with pytest.raises(ValueError, match="freeze='output': expected init_from=a Word2Vec"):
        Word2Vec(SENTENCES, **SMALL, freeze="output")
    model = built()
    model.freeze = "nonsense"
    with pytest.raises(ValueError, match="freeze"):
        model.train()
