"""All that training does, in shards: any corpus, callbacks, freezing, growth, files, ends and errors."""

import logging
import os
import subprocess
import sys

import numpy as np
import pytest
from console import fails, needs_posix, run

from w2v import DivergedError, Word2Vec
from w2v.callbacks import CallbackAny2Vec
from w2v.training.shards import memory
from w2v.training.shards import trainer as shard_trainer

RANDOM = np.random.default_rng(7)
WORDS = np.array([f"word{i}" for i in range(600)])
SHARES = 1 / np.arange(1, 601)
SENTENCES = [WORDS[RANDOM.choice(600, size=12, p=SHARES / SHARES.sum())].tolist() for _ in range(2000)]
SMALL = {"vector_size": 16, "min_count": 1, "epochs": 2, "workers": 2, "shards": 3, "sg": 1}


def same(model, other):
    return np.array_equal(model.wv.vectors, other.wv.vectors) and np.array_equal(model.syn1neg, other.syn1neg)


def spread(model):
    return float(np.abs(model.wv.vectors).mean())


def test_one_shard_gives_the_bits_of_one_worker():
    alone = Word2Vec(SENTENCES, **{**SMALL, "shards": None, "workers": 1})
    assert same(alone, Word2Vec(SENTENCES, **{**SMALL, "shards": 1, "workers": 4}))
    assert not same(alone, Word2Vec(SENTENCES, **SMALL))


def test_shards_learn_what_one_worker_learns():
    topics = np.random.default_rng(1).integers(0, 2, 3000)
    ids = np.random.default_rng(2).integers(0, 300, (3000, 12)) + 300 * topics[:, None]  # two halves that never meet
    found = []
    for shards in (None, 2, 8):
        model = Word2Vec(ids, **{**SMALL, "workers": 1, "shards": shards, "epochs": 5, "alpha": 0.05, "sample": 0})
        unit = model.wv.get_normed_vectors()
        centre = unit[:300].mean(axis=0) - unit[300:].mean(axis=0)
        found.append(float(np.mean((unit @ centre > 0) == (np.arange(600) < 300))))
    assert min(found) > 0.98, found


@pytest.mark.parametrize("cache", ["memory", "disk"])
def test_files_lists_and_ids_on_disk_give_the_same_bits(cache, tmp_path):
    text = tmp_path / "text"
    text.write_text("\n".join(map(" ".join, SENTENCES)))
    expected = Word2Vec(SENTENCES, **SMALL)
    assert same(expected, Word2Vec(corpus_file=text, **SMALL, cache=cache))
    assert same(expected, Word2Vec(SENTENCES, **SMALL, cache=cache))


def test_a_corpus_that_is_read_anew_gives_the_same_bits_with_any_threads():
    found = [Word2Vec(SENTENCES, **{**SMALL, "workers": workers}, cache=False) for workers in (1, 2, 8)]
    assert same(found[0], found[1])
    assert same(found[0], found[2])
    kept = Word2Vec(SENTENCES, **SMALL)
    assert found[0].losses == pytest.approx(kept.losses, rel=0.05)  # other sentences meet in a round
    assert spread(found[0]) == pytest.approx(spread(kept), rel=0.05)


def test_an_error_of_the_reader_keeps_what_was_learnt():
    def sentences():
        yield from SENTENCES
        if model.losses:
            raise OSError("the line is dead")

    model = Word2Vec(**SMALL, cache=False)
    model.build_vocab(sentences)
    with pytest.raises(OSError, match="the line is dead"):
        model.train()
    assert len(model.losses) == 1
    assert np.isfinite(model.wv.vectors).all()


def test_weights_of_sentences_count():
    equal = Word2Vec(SENTENCES, **SMALL, sentence_weights=np.ones(2000))
    assert same(equal, Word2Vec(SENTENCES, **SMALL))
    unequal = Word2Vec(SENTENCES, **SMALL, sentence_weights=np.repeat([0.0, 1.0], 1000))
    assert same(unequal, Word2Vec(SENTENCES, **{**SMALL, "workers": 1}, sentence_weights=np.repeat([0.0, 1.0], 1000)))
    assert not same(unequal, equal)


class Watching(CallbackAny2Vec):
    """Sees the model after each epoch, and may change it or stop."""

    def __init__(self, change=lambda model: None):
        self.change, self.seen = change, []

    def on_epoch_end(self, model):
        self.seen.append(model.wv.vectors.copy())
        return self.change(model)


def test_callbacks_see_and_change_the_model():
    watching = Watching()
    model = Word2Vec(SENTENCES, **SMALL, callbacks=[watching])
    assert same(model, Word2Vec(SENTENCES, **SMALL))
    assert len(watching.seen) == 2
    assert np.array_equal(watching.seen[1], model.wv.vectors)
    assert not np.array_equal(*watching.seen)

    def halve(model):
        model.wv.vectors *= 0.5

    def replace(model):
        model.wv.vectors = model.wv.vectors * np.float32(0.5)

    halved, replaced = (Word2Vec(SENTENCES, **SMALL, callbacks=[Watching(change)]) for change in (halve, replace))
    assert same(halved, replaced)
    assert not same(halved, model)
    assert len(Word2Vec(SENTENCES, **SMALL, callbacks=[Watching(lambda model: True)]).losses) == 1


def test_rows_that_are_frozen_or_locked():
    start = Word2Vec(**SMALL)
    start.build_vocab(SENTENCES)
    before = start.wv.vectors.copy()
    assert np.array_equal(Word2Vec(SENTENCES, **SMALL, freeze="input").wv.vectors, before)
    some = Word2Vec(SENTENCES, **SMALL, freeze=["word1", "word2"])
    moved = (some.wv.vectors != before).any(axis=1)
    assert [word for word, moves in zip(some.wv.index_to_key, moved, strict=True) if not moves] == ["word1", "word2"]
    given = Word2Vec(SENTENCES, **SMALL)
    kept = Word2Vec(SENTENCES, **SMALL, init_from=given, freeze="output")
    assert np.array_equal(kept.syn1neg, given.syn1neg)
    assert not np.array_equal(kept.wv.vectors, given.wv.vectors)
    start.wv.vectors_lockf = np.float32([0.25])
    start.train()
    assert 0 < np.abs(start.wv.vectors - before).mean() < np.abs(given.wv.vectors - before).mean()


def test_training_again_and_growing():
    def grown(workers):
        model = Word2Vec(SENTENCES[:1000], **{**SMALL, "workers": workers})
        model.build_vocab([*SENTENCES[1000:], ["new", "words"] * 10], update=True)
        model.train([*SENTENCES[1000:], ["new", "words"] * 10], epochs=1, start_alpha=0.01)
        return model

    model = grown(1)
    assert same(model, grown(2))
    assert len(model.losses) == 3
    assert "new" in model.wv


def test_the_setting_is_saved(tmp_path):
    model = Word2Vec(SENTENCES, **SMALL)
    model.save(tmp_path / "model.w2v")
    again = Word2Vec.load(tmp_path / "model.w2v")
    assert again.shards == 3
    assert "in 3 shards" in next(event["msg"] for event in model.lifecycle_events if event["event"] == "train")
    model.train(SENTENCES)
    again.train(SENTENCES)
    assert same(model, again)


def test_losses_and_progress(caplog, monkeypatch):
    with caplog.at_level(logging.INFO, logger="w2v.model"):
        model = Word2Vec(SENTENCES, **SMALL, compute_loss=True)
    assert len(model.losses) == 2
    assert model.losses[1] < model.losses[0]
    assert model.get_latest_training_loss() > 0
    assert sum("EPOCH" in record.message and "training on" in record.message for record in caplog.records) == 2
    assert model.train(SENTENCES, compute_loss=False)[1] == 2 * 24_000


def test_divergence_is_told():
    with pytest.raises(DivergedError, match="use an alpha below 1e\\+20"):
        Word2Vec(SENTENCES, **SMALL, alpha=1e20)


def test_replicas_that_do_not_fit_are_refused_before_anything_is_lost(monkeypatch):
    model = Word2Vec(SENTENCES, **SMALL)
    before, each = model.wv.vectors.copy(), 2 * 600 * 16 * 4
    assert model.estimate_memory()["replicas"] == 3 * each
    monkeypatch.setattr(memory, "available_memory", lambda: 3 * each - 1)
    message = f"shards=3: expected {3 * each:,} bytes of free memory, {each:,} for each replica, got .*at most 2"
    with pytest.raises(MemoryError, match=message):
        model.train(SENTENCES)
    assert np.array_equal(model.wv.vectors, before)
    assert len(model.losses) == 2
    monkeypatch.setattr(memory, "available_memory", lambda: 3 * each)
    model.train(SENTENCES)


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"kernel": "mirror", "workers": 1}, "in one thread"),
        ({"device": "cuda"}, "expected shards=None, got 3"),
        ({"shards": 0}, "shards: expected a whole number of at least 1, got 0"),
        ({"shards": 5000}, "at most 4096"),
    ],
    ids=str,
)
def test_what_does_not_hold_up_is_refused_with_the_reason(settings, reason):
    with pytest.raises(ValueError, match=reason):
        Word2Vec(**{**SMALL, **settings})


def test_ctrl_c_leaves_what_was_merged_last(monkeypatch):
    seen = []
    merge = shard_trainer.ShardTrainer._merge

    def interrupting(trainer, now):
        merge(trainer, now)
        seen.append(trainer.weights[0].copy())
        if len(seen) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(shard_trainer.ShardTrainer, "_merge", interrupting)
    model = Word2Vec(**SMALL)
    model.build_vocab(SENTENCES)
    with pytest.raises(KeyboardInterrupt):
        model.train()
    assert np.array_equal(model.wv.vectors, seen[-1])
    model.train()


INTERRUPTED = """
import _thread, numpy as np, threading, time, os, signal
from w2v import Word2Vec
ids = np.random.default_rng(1).integers(0, 2000, (20000, 20))
model = Word2Vec(vector_size=100, sg=1, epochs=10000, workers=2, shards=4, min_count=1)
model.build_vocab(ids)
threading.Timer(1.5, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
began = time.perf_counter()
try:
    model.train()
except KeyboardInterrupt:
    time.sleep(0.2)  # a thread that has done its work is counted until Python has cleared up
    print("ended", np.isfinite(model.wv.vectors).all(), len(model.wv.most_similar(5)), _thread._count())
"""


@needs_posix
def test_ctrl_c_ends_all_threads_and_leaves_a_model():
    done = subprocess.run([sys.executable, "-c", INTERRUPTED], capture_output=True, text=True, timeout=120)
    assert done.stdout.split() == ["ended", "True", "10", "0"], done.stdout + done.stderr


def test_the_command_line(tmp_path):
    text = tmp_path / "text"
    text.write_text("\n".join(map(" ".join, SENTENCES)))
    common = ("train", text, "--shards", "3", "--size", "16", "--epochs", "2", "--min-count", "1", "--quiet")
    for workers in ("1", "2"):
        run(*common, "--workers", workers, "-o", tmp_path / f"{workers}.txt")
    assert (tmp_path / "1.txt").read_bytes() == (tmp_path / "2.txt").read_bytes()
    run(*common[:2], *common[4:], "--workers", "1", "-o", tmp_path / "none.txt")
    assert (tmp_path / "none.txt").read_bytes() != (tmp_path / "1.txt").read_bytes()
    assert "shards: expected" in fails("train", text, "--shards", "0", "-o", tmp_path / "no.txt")
    assert sorted(os.listdir(tmp_path)) == ["1.txt", "2.txt", "none.txt", "text"]
