"""What is said where a card cannot be used: one clear error, before anything is done."""

import sys

import numpy as np
import pytest
from emulator import cards_for, fake_driver, image_of

from w2v import DeviceError, Word2Vec
from w2v.cuda import card as card_module
from w2v.cuda import device, program
from w2v.cuda.card import Card

SENTENCES = [["to", "be", "or", "not", "to", "be"]] * 20
SETTINGS = {"vector_size": 12, "min_count": 1, "sg": 1, "workers": 1, "epochs": 1, "warps": 1}


class Untouched:
    """A corpus that must not be read."""

    def __iter__(self):
        raise AssertionError("the corpus was read")


def refused(error, match, name="cuda"):
    """A card is refused before the corpus is read, and again when a model that has a vocabulary is trained."""
    with pytest.raises(error, match=match):
        Word2Vec(Untouched(), device=name, **SETTINGS)
    model = Word2Vec(**SETTINGS)
    model.build_vocab(SENTENCES)
    model.device, before = name, model.wv.vectors.copy()
    with pytest.raises(error, match=match):
        model.train(epochs=1)
    assert np.array_equal(model.wv.vectors, before)
    assert model.train_count == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"kernel": "pairwise"},
        {"objective": "nce"},
        {"objective": "softmax"},
        {"positional": "outputs"},
        {"vector_size": 1025},
        {"negative": 65},
    ],
    ids=str,
)
def test_what_a_card_cannot_train(changes):
    with pytest.raises(ValueError, match=r"device='cuda': expected .*; device='cpu' trains it"):
        Word2Vec(device="cuda", **SETTINGS | changes)
    Word2Vec(device="auto", **SETTINGS | changes)


@pytest.mark.parametrize("name", ["gpu", "cuda:", "cuda:x", "cuda:-1", "CUDA", 0, None])
def test_names_that_are_no_device(name):
    with pytest.raises(ValueError, match="device: expected 'cpu', 'cuda', 'cuda:0', 'cuda:1'"):
        Word2Vec(device=name)


@pytest.mark.parametrize("warps", [0, -1, 1.5])
def test_numbers_that_warps_cannot_be(warps):
    with pytest.raises((ValueError, TypeError), match="warps: expected a whole number"):
        Word2Vec(warps=warps)


def test_without_the_libraries(monkeypatch):
    monkeypatch.setitem(sys.modules, "cuda.bindings", None)
    for name in ("cuda", "cuda:1"):
        refused(ImportError, r'pip install "w2v\[cuda\]"', name)
    assert Word2Vec(SENTENCES, device="auto", **SETTINGS).train_count == 1


def test_without_the_compiler(kernels_folder, monkeypatch):
    fake_driver(kernels_folder, monkeypatch)

    class Compiler:
        def nvrtcVersion(self):
            raise RuntimeError("libnvrtc.so.12 is not there")

    class Bindings:
        nvrtc = Compiler()

    monkeypatch.setattr(card_module, "compiler_version", program.compiler_version)
    monkeypatch.setitem(sys.modules, "cuda", Bindings)
    monkeypatch.setitem(sys.modules, "cuda.bindings", Bindings)
    refused(ImportError, r"run-time compiler: pip install")


def test_without_a_driver(kernels_folder, monkeypatch):
    driver = fake_driver(kernels_folder, monkeypatch)

    def is_not_there(flags):
        raise RuntimeError("libcuda.so.1 is not there")

    monkeypatch.setattr(driver, "cuInit", is_not_there)
    refused(DeviceError, "no NVIDIA driver was found: install one, or use device='cpu'")


@pytest.mark.parametrize(
    "facts, name, match",
    [
        ({"cards": 0}, "cuda", "no CUDA-capable device is detected; is one built in"),
        ({"version": 11040}, "cuda", r"expected a driver for CUDA 12.0 or later.* got one for 11.4: update the NVIDIA"),
        ({"capability": (6, 1)}, "cuda", "fake card: expected compute capability 7.0 or later, got 6.1"),
        ({"cards": 2}, "cuda:2", "expected a number below 2, that of the cards here"),
        ({}, "cuda:1", "expected a number below 1"),
    ],
    ids=str,
)
def test_cards_that_cannot_be_used(facts, name, match, kernels_folder, monkeypatch):
    driver = fake_driver(kernels_folder, monkeypatch, **facts)
    refused(DeviceError, match, name)
    assert driver.contexts == 0


def test_the_second_card(kernels_folder, monkeypatch):
    driver = fake_driver(kernels_folder, monkeypatch, cards=2)
    Word2Vec(SENTENCES, device="cuda:1", **SETTINGS)
    assert driver.used == {1}
    assert driver.launches


def test_memory_is_asked_for_before_weights_are_made(emulated, monkeypatch):
    monkeypatch.setattr("w2v.training.weights.fresh", lambda *about: pytest.fail("weights were made"))
    emulated.driver.size = 10_000
    wanted = 2 * 4 * 112 * 400
    words = [[str(word) for word in range(400)]]
    with pytest.raises(DeviceError, match=f"expected {wanted:,} bytes of free memory, got 10,000: set a smaller vec"):
        Word2Vec(words, device="cuda", **SETTINGS | {"vector_size": 100})
    assert emulated.are_closed


def test_memory_that_others_have_taken_meanwhile(emulated):
    model = Word2Vec(device="cuda", **SETTINGS)
    model.build_vocab(SENTENCES)
    before, emulated.driver.size = model.wv.vectors.copy(), 10_000
    with pytest.raises(DeviceError, match=r"expected [\d,]+ bytes of free memory, got 10,000"):
        model.train(epochs=1)
    assert np.array_equal(model.wv.vectors, before)
    assert emulated.are_closed


def test_check_memory_leaves_other_errors_to_training(monkeypatch, kernels_folder):
    device.check_memory("cpu", 10**15)
    device.check_memory("auto", 10**15)
    fake_driver(kernels_folder, monkeypatch, cards=0)
    device.check_memory("cuda", 10**15)
    driver = fake_driver(kernels_folder, monkeypatch)
    device.check_memory("cuda", 1000)
    with pytest.raises(DeviceError, match="1,000,000,000,000,000"):
        device.check_memory("cuda", 10**15)
    assert driver.contexts == 0


def test_code_that_was_kept_and_is_damaged_is_compiled_anew(emulated, monkeypatch):
    def compiled(capability, macros, *, anew=False):
        return image_of(capability, macros) if anew else b"damaged"

    monkeypatch.setattr(card_module, "compiled", compiled)
    assert Word2Vec(SENTENCES, device="cuda", **SETTINGS).train_count == 1


def test_the_context_of_others_is_left_as_it_was(emulated):
    emulated.driver.current = 7
    card = Card()
    emulated.driver.current = 8  # as a callback may do
    card.allocate(16)
    card.close()
    card.close()
    assert (emulated.driver.current, emulated.driver.contexts) == (7, 0)


def test_a_test_that_wants_a_card_says_that_there_is_none(monkeypatch, kernels_folder):
    monkeypatch.setitem(sys.modules, "cuda.bindings", None)
    with pytest.raises(pytest.skip.Exception, match="no CUDA device: device='cuda' needs the bindings"):
        cards_for("card", kernels_folder, monkeypatch)
