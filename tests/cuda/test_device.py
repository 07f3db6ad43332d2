"""device="cuda" through Word2Vec: what users see is what they see on the processor."""

import logging

import numpy as np
import pytest

from w2v import DeviceError, DivergedError, Word2Vec
from w2v.cuda.card import Card
from w2v.cuda.warps import warps_for
from w2v.training import cuda_trainer

SENTENCES = [[str(int(word)) for word in 600 * np.random.default_rng(row).random(12) ** 3] for row in range(120)]
SETTINGS = {"vector_size": 12, "min_count": 1, "sg": 1, "workers": 1, "epochs": 3, "seed": 2, "warps": 1}


class Watcher:
    """Remembers the vectors that it sees after every epoch."""

    def __init__(self):
        self.seen = []

    def on_train_begin(self, model):
        pass

    on_epoch_begin = on_train_end = on_train_begin

    def on_epoch_end(self, model):
        self.seen.append(model.wv.vectors.copy())


def both(**changes):
    """A model trained on the processor, and one trained on a card."""
    return [Word2Vec(SENTENCES, device=device, **SETTINGS | changes) for device in ("cpu", "cuda")]


def test_a_model_is_like_any_other(cards, tmp_path):
    watchers = Watcher(), Watcher()
    models = [Word2Vec(SENTENCES, callbacks=[watcher], device=device, **SETTINGS)
              for watcher, device in zip(watchers, ("cpu", "cuda"), strict=True)]  # fmt: skip
    assert "skipgram" in [kernel for kernel, _ in cards.launches]
    assert cards.are_closed
    for expected, found in zip(watchers[0].seen, watchers[1].seen, strict=True):
        assert np.allclose(expected, found, atol=1e-5)
    assert models[1].losses == pytest.approx(models[0].losses, rel=1e-4)
    assert models[1].train(SENTENCES[:50], total_examples=50, epochs=2) == models[0].train(
        SENTENCES[:50], total_examples=50, epochs=2
    )
    models[1].save(tmp_path / "m.w2v")
    loaded = Word2Vec.load(tmp_path / "m.w2v")
    assert (loaded.device, loaded.warps) == ("cuda", 1)
    assert np.array_equal(loaded.wv.vectors, models[1].wv.vectors)


def test_progress_and_losses(cards, capsys, caplog):
    caplog.set_level(logging.INFO)
    expected, found = both(compute_loss=True)
    assert found.get_latest_training_loss() == pytest.approx(expected.get_latest_training_loss(), rel=1e-4)
    assert "1 warps at once (alpha=0.025)" in caplog.text
    capsys.readouterr()
    found.train(SENTENCES, total_examples=120, epochs=1)
    model = Word2Vec(SENTENCES, device="cuda", progress=True, **SETTINGS)
    assert "100%" in capsys.readouterr().err
    assert model.train_count == 1


def test_init_from_and_freeze(cards):
    start = Word2Vec(SENTENCES, **SETTINGS)
    some = [word for word in start.wv.index_to_key if int(word) % 3 == 0]
    for freeze in ("output", some):
        expected, found = both(init_from=start, freeze=freeze)
        assert np.allclose(expected.wv.vectors, found.wv.vectors, atol=1e-5)
    still = [found.wv.key_to_index[word] for word in some]
    assert np.array_equal(found.wv.vectors[still], start.wv[some])
    assert not np.array_equal(found.wv.vectors, start.wv[found.wv.index_to_key])


def test_streams_and_what_callbacks_change(cards):
    class Doubler(Watcher):
        def on_epoch_end(self, model):
            model.wv.vectors *= 2

    models = [
        Word2Vec(SENTENCES, callbacks=[Doubler()], cache=False, device=device, **SETTINGS) for device in ("cpu", "cuda")
    ]
    assert np.allclose(models[0].wv.vectors, models[1].wv.vectors, atol=1e-4)


def test_a_stream_that_ends_or_breaks(emulated, caplog):
    class Once:
        def __init__(self):
            self.readings = 0

        def __iter__(self):
            self.readings += 1
            if self.readings == 3:
                raise OSError("gone")
            return iter(SENTENCES if self.readings < 2 else [])

    with pytest.raises(OSError, match="gone"):
        Word2Vec(Once(), device="cuda", cache=False, **SETTINGS)
    assert "epoch 1 had nothing to train" in caplog.text
    assert "while the corpus was read for epoch 2 of 3" in caplog.text
    assert emulated.are_closed


def test_checkpoints_hold_the_weights(cards, tmp_path, monkeypatch):
    monkeypatch.setattr(cuda_trainer, "part_size", lambda *about: 800)
    whole = Word2Vec(SENTENCES, device="cuda", checkpoint=tmp_path / "c", checkpoint_every=1e-9, **SETTINGS)
    plain = Word2Vec(SENTENCES, device="cuda", **SETTINGS)
    resumed = Word2Vec.resume(tmp_path / "c", SENTENCES)
    for vectors in (whole.wv.vectors, resumed.wv.vectors):
        assert np.allclose(vectors, plain.wv.vectors, atol=0 if cards.is_fake else 1e-5)


def test_an_interruption_leaves_what_was_learnt(emulated, monkeypatch):
    model, whole = (Word2Vec(device="cuda", **SETTINGS) for _ in range(2))
    for one in (model, whole):
        one.build_vocab(SENTENCES)
    before, looks = model.wv.vectors.copy(), []

    def has_passed(card, mark, look=Card.has_passed):
        looks.append(mark)
        if len(looks) == 3:
            raise KeyboardInterrupt
        return look(card, mark)

    monkeypatch.setattr(cuda_trainer, "part_size", lambda *about: 700)
    with monkeypatch.context() as interrupted:
        interrupted.setattr(Card, "has_passed", has_passed)
        with pytest.raises(KeyboardInterrupt):
            model.train(epochs=1)
    whole.train(epochs=1)
    changed = np.abs(model.wv.vectors - before).max(axis=1) > 0
    assert 0 < changed.sum() < (np.abs(whole.wv.vectors - before).max(axis=1) > 0).sum()  # what came later was stopped
    assert emulated.are_closed


def test_a_card_that_fails(emulated, monkeypatch):
    model = Word2Vec(device="cuda", **SETTINGS)
    model.build_vocab(SENTENCES)
    monkeypatch.setattr(emulated.driver, "cuEventQuery", lambda event: (2,))
    with pytest.raises(DeviceError, match="cuEventQuery failed: out of memory"):
        model.train(epochs=1)
    assert emulated.are_closed


def test_divergence(cards):
    with pytest.raises(DivergedError, match="use an alpha below"):
        Word2Vec(SENTENCES, device="cuda", compute_loss=True, **SETTINGS | {"alpha": 1e30})
    assert cards.are_closed


def test_warps():
    assert warps_for(0.05, 17_000_000, 70_000) == 528
    assert warps_for(0.05, 10**10, 10**7) == 528
    assert warps_for(0.025, 10**10, 10**7) == 2112
    assert warps_for(0.025, 5_000_000, 70_000) == 625
    assert warps_for(0.025, 10**10, 3200) == 100
    assert warps_for(0.025, 1000, 10) == 1
    assert warps_for(0, 10**10, 10**7) > 2112


def test_warps_that_are_chosen(emulated, caplog):
    caplog.set_level(logging.INFO)
    many = [[str(word) for word in range(row, row + 20)] for row in range(0, 2000, 20)] * 40
    for warps, expected in ((None, 10), (7, 7)):
        emulated.launches.clear()
        Word2Vec(many, device="cuda", **SETTINGS | {"warps": warps, "epochs": 1})
        assert {blocks for kernel, blocks in emulated.launches if kernel == "skipgram"} == {expected}
        assert f"{expected} warps at once" in caplog.text


def test_a_small_corpus_trains_on_the_processor(emulated, caplog):
    caplog.set_level(logging.INFO)
    settings = SETTINGS | {"warps": None}
    model = Word2Vec(SENTENCES, device="cuda", **settings)
    assert not emulated.launches
    assert "training on the processor, since corpus and vocabulary are so small" in caplog.text
    assert np.array_equal(model.wv.vectors, Word2Vec(SENTENCES, **settings).wv.vectors)


def test_auto_takes_a_card_for_large_corpora(emulated, caplog, monkeypatch):
    caplog.set_level(logging.INFO)
    Word2Vec(SENTENCES, device="auto", **SETTINGS)
    assert not emulated.launches
    assert "4320 words are too few for a card" in caplog.text
    monkeypatch.setattr("w2v.cuda.device._LEAST_TOKENS", 4000)
    Word2Vec(SENTENCES, device="auto", **SETTINGS)
    assert emulated.launches
    emulated.launches.clear()
    emulated.driver.size = 1000
    Word2Vec(SENTENCES, device="auto", **SETTINGS)
    assert not emulated.launches
    assert "device='auto': training on the processor: fake card: expected" in caplog.text
    assert emulated.are_closed
