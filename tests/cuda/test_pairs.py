"""Pairs on an emulated card: the same draws and steps as on one thread of the CPU."""

import re

import numpy as np
import pytest
from emulator import SOURCE

from w2v import DeviceError, DivergedError, PairModel, Word2Vec
from w2v.cuda import device
from w2v.cuda.card import Card
from w2v.cuda.job import PAIR_JOB
from w2v.training import cuda_pairs

RANDOM = np.random.default_rng(2)
CENTERS, CONTEXTS = (40 * RANDOM.random(700) ** 2).astype(int), (30 * RANDOM.random(700) ** 2).astype(int)
SETTINGS = {"vector_size": 20, "epochs": 2, "workers": 1, "alpha": 0.15, "seed": 3, "warps": 1}


def models(**settings):
    return [PairModel(device=name, **SETTINGS | settings) for name in ("cpu", "cuda")]


@pytest.mark.parametrize("weight", [None, np.linspace(0, 2, 700)], ids=["", "weights"])
@pytest.mark.parametrize("negative", [1, 5, 40])
def test_a_warp_does_what_a_thread_does(negative, weight, cards):
    expected, found = models(negative=negative)
    for model in (expected, found):
        assert model.train_pairs(CENTERS, CONTEXTS, weight) == 700
    assert set(cards.launches) == {("pairs", 1)}
    for side in ("wv", "contexts"):
        before, after = getattr(expected, side).vectors, getattr(found, side).vectors
        assert np.abs(before).max() > 0.05
        assert np.abs(before - after).max() < 1e-4
    assert found.losses == pytest.approx(expected.losses, rel=1e-4)
    assert cards.are_closed


def test_parts_in_turn_are_the_whole(cards, monkeypatch):
    monkeypatch.setattr(cuda_pairs, "part_size", lambda *about: 300)
    expected, found = models()
    for model in (expected, found):
        model.train_pairs(CENTERS, CONTEXTS, np.linspace(0, 2, 700))
    assert cards.launches == [("pairs", 1)] * 6
    assert np.allclose(expected.wv.vectors, found.wv.vectors, atol=1e-4)


def test_pairs_of_a_model_s_own_words(cards):
    trained = []
    for name in ("cpu", "cuda"):
        model = Word2Vec(device=name, warps=1, min_count=1, vector_size=16, workers=1)
        model.build_vocab([[str(word) for word in range(40)]])
        model.train_pairs(CENTERS, CENTERS[::-1].copy(), epochs=2)
        trained.append(model.wv.vectors)
    assert ("pairs", 1) in cards.launches
    assert np.allclose(*trained, atol=1e-5)


def test_an_interruption_leaves_what_was_learnt(emulated, monkeypatch):
    looks = []

    def has_passed(card, mark, look=Card.has_passed):
        looks.append(mark)
        if len(looks) == 3:
            raise KeyboardInterrupt
        return look(card, mark)

    monkeypatch.setattr(cuda_pairs, "part_size", lambda *about: 256)
    monkeypatch.setattr(Card, "has_passed", has_passed)
    model, whole = models()[1], models()[0]
    with pytest.raises(KeyboardInterrupt):
        model.train_pairs(CENTERS, CONTEXTS)
    monkeypatch.undo()
    whole.train_pairs(CENTERS, CONTEXTS)
    assert 0 < np.abs(model.contexts.vectors).max() < np.abs(whole.contexts.vectors).max()
    assert emulated.are_closed


def test_divergence(emulated):
    with pytest.raises(DivergedError, match="lower alpha"):
        PairModel(device="cuda", **SETTINGS | {"alpha": 1e38}).train_pairs(CENTERS, CONTEXTS, epochs=5)
    assert emulated.are_closed


def test_what_a_card_has_no_room_for(emulated):
    model = PairModel(device="cuda", **SETTINGS | {"vector_size": 1024})
    emulated.driver.size = 100_000
    with pytest.raises(DeviceError, match=r"expected [\d,]+ bytes of free memory, got 100,000"):
        model.train_pairs(CENTERS, CONTEXTS)
    assert emulated.are_closed


def test_sizes_that_the_kernels_are_not_made_for():
    for sizes in ({"vector_size": 1025}, {"negative": 65}):
        with pytest.raises(ValueError, match=r"device='cuda': expected .* of at most"):
            PairModel(device="cuda", **SETTINGS | sizes)
        assert PairModel(device="auto", **SETTINGS | sizes).train_pairs(CENTERS[:9], CONTEXTS[:9]) == 9


def test_a_job_is_what_the_kernel_is_told():
    source = (SOURCE / "pairs.h").read_text(encoding="utf-8")
    struct = re.sub(r"/\*.*?\*/", "", source[source.index("struct PairJob {") : source.index("enum { PAIR_CHUNK")])
    lines = re.findall(r"^    (?:const )?\w+ (.*?);", struct, re.MULTILINE)
    assert [name.strip(" *") for line in lines for name in line.split(",")] == list(PAIR_JOB.names)


def test_names_of_devices():
    with pytest.raises(ValueError, match="expected 'cpu', 'cuda'"):
        PairModel(device="gpu")
    assert device.open_card("cpu", 10**9) is None
    assert device.open_card("auto", 100) is None
