"""device="cuda" through Word2Vec: what users see is what they see on the processor; and what is said without a card."""

import sys

import numpy as np
import pytest
from emulator import EmulatedCard

from w2v import DivergedError, Word2Vec
from w2v.cuda import card as card_module
from w2v.training import cuda_trainer, epochs

SENTENCES = [[str(int(word)) for word in 600 * np.random.default_rng(row).random(12) ** 3] for row in range(120)]
SETTINGS = {"vector_size": 12, "min_count": 1, "sg": 1, "workers": 1, "epochs": 3, "seed": 2}


@pytest.fixture
def card(tmp_path, monkeypatch):
    """Make every card an emulated one; return it."""
    card = EmulatedCard(tmp_path)
    monkeypatch.setattr("w2v.model.check_available", lambda device: None)
    monkeypatch.setattr(epochs, "check_available", lambda device: None)
    monkeypatch.setattr(epochs, "open_card", lambda device, n: None if device == "cpu" else card)
    return card


class Watcher:
    """Remembers the vectors that it sees after every epoch."""

    def __init__(self):
        self.seen = []

    def on_train_begin(self, model):
        pass

    on_epoch_begin = on_train_end = on_train_begin

    def on_epoch_end(self, model):
        self.seen.append(model.wv.vectors.copy())


def test_a_model_is_like_any_other(card, tmp_path):
    watchers = Watcher(), Watcher()
    models = [Word2Vec(SENTENCES, callbacks=[watcher], device=device, **SETTINGS)
              for watcher, device in zip(watchers, ("cpu", "cuda"), strict=True)]  # fmt: skip
    assert "skipgram" in [kernel for kernel, _ in card.launches]
    assert not card.held
    for expected, found in zip(watchers[0].seen, watchers[1].seen, strict=True):
        assert np.allclose(expected, found, atol=1e-5)
    assert models[1].losses == pytest.approx(models[0].losses, rel=1e-4)
    assert models[1].train(SENTENCES[:50], total_examples=50, epochs=2) == models[0].train(
        SENTENCES[:50], total_examples=50, epochs=2
    )
    models[1].save(tmp_path / "m.w2v")
    loaded = Word2Vec.load(tmp_path / "m.w2v")
    assert loaded.device == "cuda"
    assert np.array_equal(loaded.wv.vectors, models[1].wv.vectors)


def test_streams_and_what_callbacks_change(card):
    class Doubler(Watcher):
        def on_epoch_end(self, model):
            model.wv.vectors *= 2

    models = [
        Word2Vec(SENTENCES, callbacks=[Doubler()], cache=False, device=device, **SETTINGS) for device in ("cpu", "cuda")
    ]
    assert np.allclose(models[0].wv.vectors, models[1].wv.vectors, atol=1e-4)


def test_checkpoints_hold_the_weights(card, tmp_path, monkeypatch):
    monkeypatch.setattr(cuda_trainer, "_PART", 800)
    monkeypatch.setattr(cuda_trainer, "_GROUP", 64)
    whole = Word2Vec(SENTENCES, device="cuda", checkpoint=tmp_path / "c", checkpoint_every=1e-9, **SETTINGS)
    plain = Word2Vec(SENTENCES, device="cuda", **SETTINGS)
    assert np.array_equal(whole.wv.vectors, plain.wv.vectors)
    assert np.array_equal(Word2Vec.resume(tmp_path / "c", SENTENCES).wv.vectors, plain.wv.vectors)


def test_an_interruption_leaves_what_was_learnt(card, monkeypatch):
    model = Word2Vec(device="cuda", **SETTINGS)
    model.build_vocab(SENTENCES)
    before = model.wv.vectors.copy()

    def interrupted(mark):
        raise KeyboardInterrupt

    monkeypatch.setattr(card, "has_passed", interrupted)
    with pytest.raises(KeyboardInterrupt):
        model.train(epochs=1)
    assert not np.array_equal(model.wv.vectors, before)
    assert not card.held


def test_divergence(card):
    with pytest.raises(DivergedError, match="use an alpha below"):
        Word2Vec(SENTENCES, device="cuda", compute_loss=True, **SETTINGS | {"alpha": 1e30})
    assert not card.held


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


def test_without_the_libraries(monkeypatch):
    monkeypatch.setitem(sys.modules, "cuda.bindings", None)
    with pytest.raises(ImportError, match=r'pip install "w2v\[cuda\]"'):
        Word2Vec(SENTENCES, device="cuda", **SETTINGS)
    model = Word2Vec(device="cuda:1", **SETTINGS)
    model.build_vocab(SENTENCES)
    with pytest.raises(ImportError, match="cuda"):
        model.train(epochs=1)
    assert Word2Vec(SENTENCES, device="auto", **SETTINGS).train_count == 1


def test_without_a_driver(monkeypatch):
    class Driver:
        def cuInit(self, flags):
            raise RuntimeError("libcuda.so.1 is not there")

    monkeypatch.setattr(card_module, "_driver", Driver)
    with pytest.raises(RuntimeError, match="no NVIDIA driver was found: install one, or use device='cpu'"):
        Word2Vec(SENTENCES, device="cuda", **SETTINGS)


def test_too_little_memory(card, monkeypatch):
    def refuse(size):
        raise MemoryError(size)

    monkeypatch.setattr(card, "check_room", refuse)
    model = Word2Vec(device="cuda", **SETTINGS)
    model.build_vocab(SENTENCES)
    with pytest.raises(MemoryError):
        model.train(epochs=1)
    assert not card.held


def test_warps():
    warps = cuda_trainer.warps_for
    settings = Word2Vec(alpha=0.05).checked()
    assert warps(settings, 17_000_000, 70_000) == 528
    assert warps(settings, 10**10, 10**7) == 528
    assert warps(settings, 1000, 10) == 1
