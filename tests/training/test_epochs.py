"""Training: what reproduces, what the losses say, callbacks, progress, odd shapes, divergence, Ctrl-C."""

import hashlib
import os
import random
import signal
import subprocess
import sys

import numpy as np
import pytest

from w2v import DivergedError, Word2Vec, kernels

SMALL = {"vector_size": 12, "min_count": 1, "epochs": 2}


def sentences_of_two_topics(n, seed=1):
    """Sentences of ten words, all of them from one of two topics."""
    rng = random.Random(seed)
    topics = [[f"{topic}{i}" for i in range(20)] for topic in "ab"]
    return [rng.choices(rng.choice(topics), k=10) for _ in range(n)]


SENTENCES = sentences_of_two_topics(300)

PROGRAM = """
import hashlib, random, sys
from w2v import Word2Vec
rng = random.Random(1)
words = [f"w{i}" for i in range(500)]
sentences = [rng.choices(words, k=rng.randrange(1, 40)) for _ in range(int(sys.argv[1]))]
model = Word2Vec(sentences, vector_size=int(sys.argv[2]), min_count=1, workers=int(sys.argv[3]), sg=int(sys.argv[4]))
print(hashlib.sha256(model.wv.vectors.tobytes() + model.syn1neg.tobytes()).hexdigest())
"""


def run_program(program, *arguments, **environment):
    command = [sys.executable, "-c", program, *map(str, arguments)]
    environment = {**os.environ, **environment}
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=300)


def digest_of_program(*arguments, **environment):
    done = run_program(PROGRAM, *arguments, **environment)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def digest(**settings):
    model = Word2Vec(SENTENCES, **{**SMALL, **settings})
    return hashlib.sha256(model.wv.vectors.tobytes() + model.syn1neg.tobytes()).hexdigest()


# ---- what reproduces ----


def test_seeds():
    assert digest() == digest() == digest(seed=1)
    assert len({digest(seed=seed) for seed in (1, 2, -1, 2**63)}) == 4
    assert digest(seed=1) == digest(seed=1 + 2**64)


@pytest.mark.parametrize("sg", [0, 1])
def test_small_corpora_reproduce_whatever_the_workers(sg):
    assert len(SENTENCES) * 10 <= 10_000
    assert digest(workers=1, sg=sg, epochs=20) == digest(workers=8, sg=sg, epochs=20)


def test_processes_and_kernel_sets_agree():
    small = [digest_of_program(400, 33, workers, 1, PYTHONHASHSEED=str(workers)) for workers in (1, 8)]
    assert len(set(small)) == 1
    large = [digest_of_program(2000, 100, 1, 0, W2V_KERNELS=name) for name in ("", "portable")]
    assert len(set(large)) == 1


def test_kernel_sets_are_chosen_by_the_environment(monkeypatch):
    digests = set()
    for name in kernels():
        monkeypatch.setenv("W2V_KERNELS", name)
        digests |= {digest(sg=sg, vector_size=size) for sg, size in [(0, 17)]}
    assert len(digests) == 1
    done = run_program("from w2v import Word2Vec\nWord2Vec([['a', 'b']], min_count=1)", W2V_KERNELS="nonsense")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("ValueError: W2V_KERNELS: expected one of ")
    assert "portable on this processor, got 'nonsense'" in done.stderr


def test_many_workers_learn_the_same_topics():
    sentences = sentences_of_two_topics(3000)
    model = Word2Vec(sentences, vector_size=10, min_count=1, workers=4, sample=0)
    assert model.losses[-1] < model.losses[0]
    for word in ("a3", "b5"):
        assert {key[0] for key, _ in model.wv.most_similar(word, topn=19)} == {word[0]}


# ---- losses ----


def untrained_loss(negative):
    """All dot products are 0 at first: each of 1 + negative sigmoids is one half."""
    return (1 + negative) * np.log(2)


@pytest.mark.parametrize("kernel", ["batched", "pairwise"])
@pytest.mark.parametrize("sg", [0, 1])
def test_losses_fall(sg, kernel):
    model = Word2Vec(SENTENCES, **SMALL | {"epochs": 12}, sg=sg, kernel=kernel, sample=0)
    assert len(model.losses) == 12
    assert all(isinstance(loss, float) and np.isfinite(loss) for loss in model.losses)
    assert model.losses[0] < untrained_loss(5) + 0.05
    assert model.losses[-1] < model.losses[0] - 0.1


@pytest.mark.parametrize("sg", [0, 1])
def test_the_first_loss_is_known(sg):
    model = Word2Vec(SENTENCES, **SMALL | {"epochs": 1}, sg=sg, alpha=1e-9, min_alpha=1e-9, negative=3)
    assert model.losses == pytest.approx([untrained_loss(3)], rel=1e-4)


def test_the_sampled_loss_is_close_to_the_exact_one():
    sentences = sentences_of_two_topics(20_000)
    exact = Word2Vec(sentences, **SMALL, workers=1, compute_loss=True)
    sampled = Word2Vec(sentences, **SMALL, workers=1)
    np.testing.assert_array_equal(exact.wv.vectors, sampled.wv.vectors)
    assert exact.losses != sampled.losses
    np.testing.assert_allclose(sampled.losses, exact.losses, rtol=0.03)
    assert sampled.get_latest_training_loss() == pytest.approx(exact.get_latest_training_loss(), rel=0.06)


def test_latest_training_loss_is_the_sum_of_one_call():
    model = Word2Vec(**SMALL, sg=1, sample=0, window=2, shrink_windows=False, compute_loss=True)
    assert model.get_latest_training_loss() == 0
    model.build_vocab(SENTENCES)
    for _ in range(2):
        model.train(SENTENCES)
        pairs = len(SENTENCES) * (10 * 4 - 6)  # the words at the ends have one or two contexts less
        assert model.get_latest_training_loss() == pytest.approx(pairs * sum(model.losses[-2:]))


def test_words_trained():
    assert Word2Vec(**SMALL).epochs == 2
    model = Word2Vec(SENTENCES, **SMALL, sample=0)
    assert model.train(SENTENCES) == (6000, 6000)
    model.sample = 0.001
    trained, raw = model.train(SENTENCES)
    expected = 2 * (model.vocab.counts * model.vocab.keep_probabilities(0.001)).sum()
    assert (trained, raw) == (pytest.approx(expected, rel=0.1), 6000)


def test_the_learning_rate_falls_evenly_over_all_epochs():
    """At rates so small that sigmoids stay at one half, outputs move in each epoch as far as its mean rate says."""
    settings = {"sg": 1, "negative": 1, "sample": 0, "shrink_windows": False, "workers": 1, "epochs": 8}
    model = Word2Vec(**SMALL | settings, alpha=4e-6, min_alpha=1e-6)
    model.build_vocab(SENTENCES)
    before, moved = model.syn1neg.copy(), []

    class Watcher(Recorder):
        def on_epoch_end(self, model):
            moved.append(np.linalg.norm(model.syn1neg - before))
            before[:] = model.syn1neg

    model.train(callbacks=[Watcher([])])
    expected = 4 - 3 * (np.arange(8) + 0.5) / 8
    np.testing.assert_allclose(moved / moved[0], expected / expected[0], rtol=0.1)


@pytest.mark.parametrize("cbow_mean, share", [(1, 0.5), (0, 1.0)])
def test_cbow_takes_the_mean_or_the_sum_of_the_context(cbow_mean, share):
    """The first step moves an output vector, which is 0, by half the rate along it; nearly all noise is "filler"."""
    text = [["a", "b", "c"], *[["filler"]] * 300]
    model = Word2Vec(vector_size=12, min_count=1, sample=0, cbow_mean=cbow_mean, ns_exponent=5, alpha=1e-3)
    model.build_vocab(text)
    context = model.wv["a"] + model.wv["c"]
    model.train(text, epochs=1)
    np.testing.assert_allclose(model.syn1neg[model.vocab["b"]], 5e-4 * share * context, rtol=0.02, atol=1e-8)


# ---- odd shapes ----


@pytest.mark.parametrize("sg", [0, 1])
@pytest.mark.parametrize(
    "settings",
    [
        {"sample": 0},
        {"window": 1000},
        {"window": 10**12},
        {"negative": 1},
        {"negative": 100},
        {"vector_size": 1},
        {"vector_size": 300},
        {"cbow_mean": 0},
        {"shrink_windows": False},
        {"ns_exponent": 0},
        {"ns_exponent": -1},
        {"kernel": "pairwise"},
        {"workers": 100},
    ],
    ids=str,
)
def test_odd_settings(settings, sg):
    model = Word2Vec(SENTENCES, **{**SMALL, **settings}, sg=sg)
    start = Word2Vec(**{**SMALL, **settings})
    start.build_vocab(SENTENCES)
    assert np.isfinite(model.wv.vectors).all()
    assert (model.wv.vectors != start.wv.vectors).any(axis=1).all()
    assert model.syn1neg.any(axis=1).all()


@pytest.mark.parametrize("sg", [0, 1])
def test_blas(sg):
    pytest.importorskip("scipy")
    both = [Word2Vec(SENTENCES, **SMALL, sg=sg, kernel=kernel) for kernel in ("pairwise", "blas")]
    np.testing.assert_allclose(both[0].wv.vectors, both[1].wv.vectors, atol=1e-3)


@pytest.mark.parametrize("kernel", ["batched", "pairwise"])
@pytest.mark.parametrize("sg", [0, 1])
@pytest.mark.parametrize("words", [["a"], ["a", "b"]])
def test_tiny_vocabularies(words, sg, kernel):
    model = Word2Vec([words * 5] * 20, **SMALL, sg=sg, kernel=kernel, negative=20)
    assert np.isfinite(model.wv.vectors).all()
    Word2Vec([["lonely"]], **SMALL, sg=sg, kernel=kernel)


def test_a_sentence_of_more_than_10000_words():
    words = [word for sentence in sentences_of_two_topics(2500) for word in sentence]
    model = Word2Vec([words], **SMALL, sample=0)
    assert (model.corpus_count, model.train([words])) == (1, (50_000, 50_000))


# ---- divergence ----


@pytest.mark.parametrize("sg", [0, 1])
def test_divergence(sg, tmp_path):
    model = Word2Vec(**SMALL, sg=sg, alpha=1e6)
    model.build_vocab(SENTENCES)
    with pytest.raises(DivergedError, match=r"epoch 1: use an alpha below 1e\+06; build_vocab gives fresh weights"):
        model.train(SENTENCES, epochs=5)
    assert (model.losses, model.train_count, len(model.wv)) == ([], 0, 40)
    with pytest.raises(ValueError, match="not finite"):
        model.train(SENTENCES, start_alpha=0.025)
    model.alpha = 0.025
    model.build_vocab(SENTENCES)
    model.train(SENTENCES)
    assert np.isfinite(model.wv.vectors).all()
    model.save(tmp_path / "model")


# ---- callbacks ----


class Recorder:
    """Writes down what is called; fails at one hook, if asked to."""

    def __init__(self, log, failing=""):
        self.log, self.failing = log, failing

    def _record(self, name, model):
        self.log.append((name, model.train_count, len(model.losses)))
        if name == self.failing:
            raise ArithmeticError(name)

    def on_train_begin(self, model):
        self._record("on_train_begin", model)

    def on_epoch_begin(self, model):
        self._record("on_epoch_begin", model)

    def on_epoch_end(self, model):
        self._record("on_epoch_end", model)

    def on_train_end(self, model):
        self._record("on_train_end", model)


def test_callbacks_come_in_order():
    log, second = [], []
    model = Word2Vec(SENTENCES, **SMALL, callbacks=[Recorder(log), Recorder(second)])
    epochs = [("on_epoch_begin", 0, 0), ("on_epoch_end", 0, 1), ("on_epoch_begin", 0, 1), ("on_epoch_end", 0, 2)]
    assert log == second == [("on_train_begin", 0, 0), *epochs, ("on_train_end", 1, 2)]
    model.train(SENTENCES, callbacks=iter([Recorder(log)]), epochs=1)
    assert log[6:] == [
        ("on_train_begin", 1, 2),
        ("on_epoch_begin", 1, 2),
        ("on_epoch_end", 1, 3),
        ("on_train_end", 2, 3),
    ]


@pytest.mark.parametrize("hook", ["on_train_begin", "on_epoch_begin", "on_epoch_end", "on_train_end"])
def test_an_error_in_a_callback_ends_training(hook):
    log = []
    model = Word2Vec(**SMALL)
    model.build_vocab(SENTENCES)
    with pytest.raises(ArithmeticError):
        model.train(SENTENCES, callbacks=[Recorder(log, hook)])
    assert log[-1][0] == hook
    assert [name for name, _, _ in log].count(hook) == 1
    before = model.wv.vectors.copy()
    model.train(SENTENCES)
    assert (model.wv.vectors != before).any()


def test_callbacks_may_query_change_and_save(tmp_path):
    exact = []

    class Busy(Recorder):
        def on_epoch_end(self, model):
            cosines = model.wv.vectors @ model.wv.vectors[0] / np.linalg.norm(model.wv.vectors[0])
            cosines = cosines / np.linalg.norm(model.wv.vectors, axis=1)
            key, cosine = model.wv.most_similar(model.wv.index_to_key[0], topn=1)[0]
            self.log.append([cosine, cosine])
            exact.append([cosines[model.wv.key_to_index[key]], np.sort(cosines)[-2]])
            model.save(tmp_path / "model")
            model.running_training_loss = 0

    busy = Busy([])
    model = Word2Vec(SENTENCES, **SMALL | {"epochs": 4}, alpha=0.2, callbacks=[busy])
    found = [entry for entry in busy.log if isinstance(entry, list)]
    np.testing.assert_allclose(found, exact, rtol=1e-5)
    assert len(found) == 4
    assert model.get_latest_training_loss() == 0
    np.testing.assert_array_equal(Word2Vec.load(tmp_path / "model").wv.vectors, model.wv.vectors)


# ---- progress, Ctrl-C ----


def test_progress(capfd):
    sentences = sentences_of_two_topics(2000)
    Word2Vec(sentences, min_count=1, epochs=60, progress=True, kernel="pairwise", negative=100)
    out, errors = capfd.readouterr()
    assert out == ""
    last = errors.replace("\r", "\n").strip().splitlines()[-1]
    assert last.startswith("training: 100%")
    assert "1.20M/1.20M" in last
    assert last.endswith(" words/s")
    assert "00:00 left, loss=" in last
    Word2Vec(sentences, min_count=1, epochs=60, kernel="pairwise", negative=100)
    assert capfd.readouterr() == ("", "")


INTERRUPTED = """
import sys, time
import numpy as np
from w2v import Word2Vec

class Announcer:
    def on_epoch_begin(self, model):
        print("training", flush=True)
    on_train_begin = on_epoch_end = on_train_end = lambda self, model: None

words = [f"w{i}" for i in range(1000)]
model = Word2Vec(vector_size=100, min_count=1, workers=2, negative=20)
model.build_vocab([words] * 5000)
start = model.wv.vectors.copy()
try:
    model.train(epochs=1000, callbacks=[Announcer()], progress=sys.argv[2] == "bar")
except KeyboardInterrupt:
    left = model.wv.vectors.copy(), model.syn1neg.copy()
    time.sleep(0.3)
    print("quiet:", (model.wv.vectors == left[0]).all() and (model.syn1neg == left[1]).all())
    model.save(sys.argv[1])
    print(len(model.wv.most_similar("w0")), (model.wv.vectors != start).any(), np.isfinite(model.wv.vectors).all())
    print(model.train_count, model.losses)
"""


@pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals")
@pytest.mark.parametrize("progress", ["bar", "none"])
def test_interrupt(tmp_path, progress):
    command = [sys.executable, "-c", INTERRUPTED, str(tmp_path / "model"), progress]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "training\n"
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.5)  # an epoch takes much longer
        process.send_signal(signal.SIGINT)
        out, errors = process.communicate(timeout=60)
    assert (process.returncode, out.splitlines()) == (0, ["quiet: True", "10 True True", "0 []"])
    assert "Traceback" not in errors
    assert len(Word2Vec.load(tmp_path / "model").wv) == 1000
