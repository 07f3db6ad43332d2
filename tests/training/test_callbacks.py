"""What happens around training: callbacks, the log, the numbers that are kept, the history."""

import logging
import re

import numpy as np
import pytest

from w2v import CallbackAny2Vec, StopTraining, Word2Vec
from w2v.callbacks import Hooks

SENTENCES = [["the", "cat", "sat", "on", "the", "mat"], ["the", "dog", "sat"], ["a", "cat", "saw", "the", "dog"]] * 10
SMALL = {"vector_size": 8, "min_count": 1, "epochs": 3, "sample": 0}
WORDS = 140


class Recorder(CallbackAny2Vec):
    """Remembers which hooks were called, and does something in one of them."""

    def __init__(self, when=None, do=None):
        self.calls, self.when, self.do = [], when, do

    def _called(self, hook, model):
        self.calls.append(hook)
        return self.do(model) if hook == self.when else None

    def on_train_begin(self, model):
        return self._called("train begins", model)

    def on_epoch_begin(self, model):
        return self._called("epoch begins", model)

    def on_epoch_end(self, model):
        return self._called("epoch ends", model)

    def on_train_end(self, model):
        return self._called("train ends", model)


ALL = ["train begins", *["epoch begins", "epoch ends"] * 3, "train ends"]


@pytest.fixture
def model():
    model = Word2Vec(**SMALL)
    model.build_vocab(SENTENCES)
    return model


# ---- hooks ----


def test_hooks_are_called_in_order(model):
    recorder, other = Recorder(), Recorder()
    assert Word2Vec(SENTENCES, **SMALL, callbacks=[recorder, other]).train_count == 1
    assert recorder.calls == other.calls == ALL
    model.train(callbacks=(recorder,))
    assert recorder.calls == ALL * 2


def test_all_hooks_must_be_there(model):
    class Half:
        def on_epoch_end(self, model):
            pass

    with pytest.raises(AttributeError, match="on_train_begin"):
        model.train(callbacks=[Half()])
    assert model.train_count == 0


def test_a_base_is_not_needed(model):
    class Own:
        def hook(self, model):
            self.losses = list(model.losses)

        on_train_begin = on_epoch_begin = on_epoch_end = on_train_end = hook

    own = Own()
    model.train(callbacks=[own])
    assert own.losses == model.losses
    assert len(own.losses) == 3


def stop(model):
    raise StopTraining


@pytest.mark.parametrize("do", [stop, lambda model: True])
@pytest.mark.parametrize(
    "when, calls", [("train begins", 1), ("epoch begins", 2), ("epoch ends", 3), ("train ends", len(ALL) - 1)]
)
def test_stopping(model, do, when, calls):
    recorder, other = Recorder(when, do), Recorder()
    words = model.train(callbacks=[recorder, other])
    assert recorder.calls == other.calls == [*ALL[:calls], "train ends"]
    done = recorder.calls.count("epoch ends")
    assert words == (WORDS * done, WORDS * done)
    assert len(model.losses) == done
    assert model.train_count == 1


def test_only_true_stops():
    for value in (1, "yes", np.True_, [1], None, False):
        assert not Hooks([Recorder("epoch ends", lambda model, value=value: value)], None).call("on_epoch_end")


def test_errors_end_training(model):
    def fail(model):
        raise ArithmeticError("mine")

    recorder = Recorder("epoch ends", fail)
    with pytest.raises(ArithmeticError, match="mine"):
        model.train(callbacks=[recorder])
    assert recorder.calls == ["train begins", "epoch begins", "epoch ends"]
    assert len(model.losses) == 1
    model.train()


def test_hooks_may_save_and_ask(model, tmp_path):
    saved = []

    def save(model):
        path = tmp_path / f"epoch{len(model.losses)}"
        model.save(path)
        saved.append((path, model.wv.vectors.copy(), model.wv.most_similar("cat")))

    plain = Word2Vec(SENTENCES, **SMALL)
    model.train(callbacks=[Recorder("epoch ends", save)])
    np.testing.assert_array_equal(model.wv.vectors, plain.wv.vectors)
    for path, vectors, nearest in saved:
        loaded = Word2Vec.load(path)
        np.testing.assert_array_equal(loaded.wv.vectors, vectors)
        assert [word for word, _ in loaded.wv.most_similar("cat")] == [word for word, _ in nearest]
    assert len({str(nearest) for _, _, nearest in saved}) == 3
    assert model.wv.most_similar("cat") == nearest


def test_hooks_may_reset_the_loss(model):
    seen = []

    def reset(model):
        seen.append(model.get_latest_training_loss())
        model.running_training_loss = 0.0

    model.train(compute_loss=True, callbacks=[Recorder("epoch ends", reset)])
    assert model.get_latest_training_loss() == 0
    np.testing.assert_allclose(seen, np.array(model.losses) * WORDS, rtol=1e-12)


CHANGES = {
    "alpha": lambda model: setattr(model, "alpha", 0.5),
    "window": lambda model: setattr(model, "window", 1),
    "vectors": lambda model: setattr(model.wv, "vectors", np.ones_like(model.wv.vectors)),
    "in place": lambda model: model.wv.vectors.fill(0.5),
    "syn1neg": lambda model: setattr(model, "syn1neg", np.ones_like(model.syn1neg)),
    "locks": lambda model: setattr(model.wv, "vectors_lockf", np.zeros(1, np.float32)),
    "freeze": lambda model: setattr(model, "freeze", "input"),
    "growth": lambda model: model.build_vocab([["new"]] * 50, update=True),
}


@pytest.mark.parametrize("kind", CHANGES)
def test_hooks_may_change_the_model(model, kind):
    plain = Word2Vec(SENTENCES, **SMALL)
    model.train(callbacks=[Recorder("epoch ends", CHANGES[kind])])
    assert len(model.losses) == 3
    rows = len(plain.wv)
    assert (model.wv.vectors[:rows] != plain.wv.vectors).any()
    if kind in ("locks", "freeze"):
        once = Word2Vec(**SMALL)
        once.build_vocab(SENTENCES)
        once.train(callbacks=[Recorder("epoch ends", lambda model: True)])
        np.testing.assert_array_equal(model.wv.vectors, once.wv.vectors)
    if kind == "growth":
        assert model.wv.index_to_key[-1] == "new"


def test_hooks_must_not_replace_the_vocabulary(model):
    with pytest.raises(RuntimeError, match="replaced the vocabulary"):
        model.train(callbacks=[Recorder("epoch ends", lambda model: model.build_vocab([["other"]]))])


def test_hooks_that_break_the_model(model):
    with pytest.raises(ValueError, match="window"):
        model.train(callbacks=[Recorder("epoch ends", lambda model: setattr(model, "window", 0))])


# ---- numbers ----


def test_numbers_of_a_call(model):
    assert model.train(SENTENCES, total_examples=30, epochs=2) == (2 * WORDS, 2 * WORDS)
    assert (model.epochs, model.train_count) == (2, 1)
    assert model.train([*SENTENCES, ["unheard"] * 7], total_words=WORDS + 7) == (2 * WORDS, 2 * WORDS + 14)
    assert model.total_train_time > 0
    model.total_train_time = 1000.0
    model.train(SENTENCES)
    assert model.total_train_time > 1000
    assert model.train_count == 3


def test_the_loss_of_a_call(model):
    model.compute_loss = True
    model.train()
    assert model.get_latest_training_loss() == model.running_training_loss > 0
    np.testing.assert_allclose(model.running_training_loss, sum(model.losses) * WORDS, rtol=1e-12)
    first = model.running_training_loss
    model.train()
    assert model.compute_loss  # gensim forgets it here
    np.testing.assert_allclose(model.running_training_loss, sum(model.losses[3:]) * WORDS, rtol=1e-12)
    assert model.running_training_loss < first


def test_the_least_alpha(model):
    assert model.min_alpha_yet_reached == 0.025
    model.train(start_alpha=0.5, end_alpha=0.1, callbacks=[Recorder("epoch ends", lambda model: True)])
    assert model.min_alpha_yet_reached == pytest.approx(0.5 - 0.4 / 3)
    model.train()
    assert model.min_alpha_yet_reached == pytest.approx(0.1)
    model.build_vocab(SENTENCES)
    assert model.min_alpha_yet_reached == 0.5


# ---- the log ----


def test_other_totals_are_warned_of(model, caplog):
    model.train(SENTENCES, total_examples=30, total_words=WORDS)
    assert not caplog.records
    model.train(SENTENCES, total_examples=31, total_words=5)
    assert "supplied example count (30) did not equal expected count (31)" in caplog.text
    assert "supplied raw word count (140) did not equal expected count (5)" in caplog.text
    assert {record.name for record in caplog.records} == {"w2v.model"}


def test_a_rising_alpha_is_warned_of(model, caplog):
    for _ in range(3):
        model.train(SENTENCES, total_examples=model.corpus_count, epochs=1)
        model.alpha = model.min_alpha = 0.0001
    assert "alpha" not in caplog.text
    model.alpha = 0.05
    model.train(SENTENCES)
    assert "Effective 'alpha' higher than previous training cycles" in caplog.text


def test_empty_iterators_are_warned_of(model, caplog):
    assert model.train([]) == (0, 0)
    assert "train() called with an empty iterator" in caplog.text
    assert model.train([["unheard"]], epochs=2) == (0, 2)
    assert "no word of the corpus is in the vocabulary" in caplog.text


def test_what_is_not_kept_is_warned_of(caplog):
    Word2Vec(trim_rule=lambda *_: 0)
    Word2Vec(callbacks=[CallbackAny2Vec()])
    assert caplog.text.count("are not kept") == 2


def test_progress_in_the_log(model, caplog):
    with caplog.at_level(logging.INFO, logger="w2v"):
        model.train(report_delay=0)
    lines = [record.getMessage() for record in caplog.records]
    summary = "training model with 3 workers on 8 vocabulary and 8 features, using sg=0 hs=0"
    assert any(summary in line for line in lines)
    progress = [re.fullmatch(r"EPOCH (\d) - PROGRESS: at (\d+\.\d\d)% words, \d+ words/s", line) for line in lines]
    found = [(int(match[1]), float(match[2])) for match in progress if match]
    assert found[-1] == (2, 100.0)
    assert [epoch for epoch, _ in found] == sorted(epoch for epoch, _ in found)
    assert sum(line.startswith("EPOCH 2: training on 140 words took") for line in lines) == 1


def test_no_progress_without_looking(model, caplog):
    with caplog.at_level(logging.INFO, logger="w2v"):
        model.train(report_delay=1000)
    assert "PROGRESS" not in caplog.text


# ---- history ----


def test_history(tmp_path, caplog):
    with caplog.at_level(logging.INFO, logger="w2v"):
        model = Word2Vec(SENTENCES, **SMALL)
    assert "Word2Vec lifecycle event {" in caplog.text
    model.add_lifecycle_event("mine", note=object(), log_level=logging.DEBUG)
    model.build_vocab_from_freq({"new": 5}, update=True)
    model.save(tmp_path / "model")
    loaded = Word2Vec.load(tmp_path / "model")
    names = ["prepare_vocab", "build_vocab", "train", "created", "mine", "prepare_vocab", "build_vocab", "saving"]
    assert [event["event"] for event in model.lifecycle_events] == names
    assert [event["event"] for event in loaded.lifecycle_events] == [*names, "loaded"]
    assert {"datetime", "w2v", "python", "platform", "update"} <= set(model.lifecycle_events[6])
    assert model.lifecycle_events[3]["params"] == str(Word2Vec(SENTENCES, **SMALL))


def test_no_history(model, tmp_path):
    model.lifecycle_events = None
    model.train()
    model.add_lifecycle_event("mine")
    model.save(tmp_path / "model")
    assert model.lifecycle_events is None
    assert Word2Vec.load(tmp_path / "model").lifecycle_events is None


@pytest.mark.parametrize("callbacks", ["x", b"x", 5, CallbackAny2Vec()], ids=["str", "bytes", "int", "one callback"])
def test_what_is_no_list_of_callbacks_is_refused(callbacks, model):
    with pytest.raises(TypeError, match="callbacks: expected a list of objects with on_train_begin"):
        model.train(callbacks=callbacks)
