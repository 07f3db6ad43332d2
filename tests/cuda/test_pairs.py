"""Pairs on an emulated card: the same draws and steps as on one thread of the CPU."""

import re

import numpy as np
import pytest
from emulator import SOURCE, EmulatedCard

from w2v import PairModel
from w2v.cuda import device
from w2v.cuda.job import PAIR_JOB
from w2v.training import pairs as module

RANDOM = np.random.default_rng(2)
CENTERS, CONTEXTS = (40 * RANDOM.random(700) ** 2).astype(int), (30 * RANDOM.random(700) ** 2).astype(int)
SETTINGS = {"vector_size": 20, "epochs": 2, "workers": 1, "alpha": 0.15, "seed": 3}


@pytest.fixture
def on_card(tmp_path, monkeypatch):
    """Make every card an emulated one; return what was launched."""
    card = EmulatedCard(tmp_path)
    monkeypatch.setattr(module, "open_card", lambda name, n: None if name == "cpu" else card)
    return card


@pytest.mark.parametrize("weight", [None, np.linspace(0, 2, 700)])
@pytest.mark.parametrize("negative", [1, 5, 40])
def test_a_warp_does_what_a_thread_does(negative, weight, on_card):
    models = [PairModel(negative=negative, device=name, **SETTINGS) for name in ("cpu", "cuda")]
    for model in models:
        assert model.train_pairs(CENTERS, CONTEXTS, weight) == 700
    expected, found = models
    assert [kernel for kernel, _ in on_card.launches] == ["pairs", "pairs"]
    for side in ("wv", "contexts"):
        before, after = getattr(expected, side).vectors, getattr(found, side).vectors
        assert np.abs(before).max() > 0.05
        assert np.abs(before - after).max() < 1e-4
    assert found.losses == pytest.approx(expected.losses, rel=1e-4)


def test_memory_comes_back_after_an_error(on_card, monkeypatch):
    monkeypatch.setattr(on_card, "has_passed", lambda mark: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        PairModel(device="cuda", **SETTINGS).train_pairs(CENTERS, CONTEXTS)
    assert not on_card.held


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
