"""Checkpoints: training that ends at any moment goes on from the last one, with the same bits."""

import logging
import os
import subprocess
import sys
import time

import numpy as np
import pytest
from console import needs_posix

from w2v import FormatError, LineSentence, Word2Vec
from w2v.base import threads
from w2v.callbacks import CallbackAny2Vec, Checkpoint
from w2v.corpus import stream
from w2v.formats import native
from w2v.training import checkpoints

RANDOM = np.random.default_rng(7)
WORDS = np.array([f"word{i}" for i in range(300)])
SHARES = 1 / np.arange(1, 301)
LENGTHS = RANDOM.integers(1, 12, 6000)
SENTENCES = [WORDS[RANDOM.choice(300, size=n, p=SHARES / SHARES.sum())].tolist() for n in LENGTHS]
SMALL = {"vector_size": 64, "min_count": 1, "epochs": 2, "workers": 1}
KINDS = {
    "cbow": {},
    "skip-gram": {"sg": 1},
    "pairwise": {"sg": 1, "kernel": "pairwise"},
    "tree": {"hs": 1, "negative": 0},
    "nce": {"sg": 1, "objective": "nce", "nce_bias": True},
    "softmax": {"objective": "softmax", "sg": 1},
    "structured": {"positional": "outputs", "sg": 1},
    "weights": {"positional": "weights"},
    "frozen": {"freeze": ["word1", "word2"], "window": 1},
    "shards": {"objective": "nce", "nce_bias": True, "sg": 1, "shards": 3, "workers": 2},
    "all losses": {"compute_loss": True, "alpha": 0.05, "min_alpha": 0.01},
}


class Impatient(Checkpoint):
    """Ends training at the so-many-th question whether to pause; of a kept corpus the first comes after a moment."""

    def __init__(self, path, questions=1):
        super().__init__(path, 1e9)
        self.questions = questions

    @property
    def ends(self):
        self.questions -= 1
        return self.questions < 0

    @ends.setter
    def ends(self, value):
        pass


@pytest.fixture(autouse=True)
def often(monkeypatch):
    """Have whoever watches the threads ask a thousand times a second, and streams read in small parts."""
    monkeypatch.setattr(threads, "_POLL", 0.001)
    monkeypatch.setattr(stream, "_ITEMS", 4000)


@pytest.fixture
def text(tmp_path):
    path = tmp_path / "text"
    path.write_text("\n".join(map(" ".join, SENTENCES)))
    return path


@pytest.fixture
def path(tmp_path):
    return tmp_path / "run.ckpt"


def trained(model):
    """All that training has made of a model, but times."""
    history = model.losses, model.train_count, model.running_training_loss, model.min_alpha_yet_reached
    return [model.wv.vectors, *dict(model._outputs).values()], history, model.checked()


def assert_same(model, other):
    (matrices, history, settings), (others, other_history, other_settings) = trained(model), trained(other)
    for matrix, same in zip(matrices, others, strict=True):
        np.testing.assert_array_equal(matrix, same)
    assert history == other_history
    assert vars(settings) == vars(other_settings)


def interrupted(path, begin, go_on):
    """Train with ends after ever more questions; return the model, and the places where it was interrupted."""
    places = []
    while True:
        try:
            callbacks = [Impatient(path, len(places) % 3)]
            return (go_on(callbacks) if places else begin(callbacks)), places
        except KeyboardInterrupt:
            place = native.load_settings(path)["checkpoint"]["place"]
            places.append((place["epoch"], place["sentence"] + place["round"]))


@pytest.mark.parametrize("cache", [True, False], ids=["kept", "read anew"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_same_bits_as_without_interruptions(kind, cache, text, path):
    settings = {**SMALL, **KINDS[kind], "cache": cache}
    texts = [text] * (8 if cache else 1)  # what is read in parts asks between them
    whole = Word2Vec(corpus_file=texts, **settings)
    model, places = interrupted(
        path,
        lambda callbacks: Word2Vec(corpus_file=texts, **settings, callbacks=callbacks),
        lambda callbacks: Word2Vec.resume(path, callbacks=callbacks),
    )
    assert_same(whole, model)
    assert places == sorted(set(places))
    assert any(sentence for _, sentence in places)
    assert model.wv.most_similar("word5") == whole.wv.most_similar("word5")


@pytest.mark.parametrize(
    "given",
    [
        lambda text: {"sentences": SENTENCES},
        lambda text: {"sentences": (sentence for sentence in SENTENCES)},
        lambda text: {"sentences": lambda: iter(SENTENCES)},
        lambda text: {"sentences": LineSentence(text)},
        lambda text: {"sentences": map(" ".join, SENTENCES), "tokenizer": str.split},
        lambda text: {"sentences": SENTENCES, "sentence_weights": [0.5] * 3000 + [1.5] * 3000},
        lambda text: {"corpus_file": [text, text]},
    ],
    ids=["list", "generator", "function", "LineSentence", "tokenizer", "weights", "files"],
)
def test_every_kind_of_corpus(given, text, path):
    settings = {**SMALL, "cache": True, "sg": 1}
    whole = Word2Vec(**given(text), **settings)
    with pytest.raises(KeyboardInterrupt):
        Word2Vec(**given(text), **settings, callbacks=[Impatient(path)])
    assert_same(whole, Word2Vec.resume(path, **given(text)))


def test_ids(path):
    walks = RANDOM.integers(0, 50, size=(9000, 6), dtype=np.int32)
    whole = Word2Vec(walks, **SMALL)
    with pytest.raises(KeyboardInterrupt):
        Word2Vec(walks, **SMALL, callbacks=[Impatient(path)])
    assert_same(whole, Word2Vec.resume(path, walks))


def test_several_workers_go_on_with_the_same_draws(text, path):
    """The words that are left after thinning tell the draws."""
    model = Word2Vec(**{**SMALL, "workers": 3, "sample": 0.01, "epochs": 3})
    model.build_vocab(corpus_file=text)
    words, _ = model.train()
    with pytest.raises(KeyboardInterrupt):
        model.train(callbacks=[Impatient(path)])
    again = Word2Vec.resume(path)
    assert (len(again.losses), again.train_count) == (6, 2)
    assert native.load_settings(path)["checkpoint"]["place"]["words"] == words


def test_training_goes_on_while_a_checkpoint_is_written(text, path, monkeypatch):
    save, wrote, begun = native.save_model, [], []

    def slow(*arguments, **pieces):
        time.sleep(0.05)  # in which some epochs end
        wrote.append((pieces["settings"]["checkpoint"]["place"]["epoch"], len(pieces["settings"]["losses"])))
        save(*arguments, **pieces)

    monkeypatch.setattr(native, "save_model", slow)
    monkeypatch.setattr(checkpoints, "Thread", lambda write: begun.append(threads.Thread(write)) or begun[-1])
    settings = {**SMALL, "epochs": 20}
    whole = Word2Vec(corpus_file=text, **settings)
    model = Word2Vec(corpus_file=text, **settings, checkpoint=path, checkpoint_every=0)
    assert_same(whole, model)
    assert begun
    assert wrote[-1] == (20, 20)
    assert [losses for _, losses in wrote] == [epoch for epoch, _ in wrote]
    assert all(thread.has_ended() for thread in begun)
    assert sorted(os.listdir(path.parent)) == ["run.ckpt", "text"]


def test_a_full_disk_costs_a_warning_and_nothing_else(text, path, monkeypatch, caplog):
    Word2Vec(corpus_file=text, **SMALL, checkpoint=path)
    before = path.read_bytes()

    def full(*arguments, **pieces):
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(native, "save_model", full)
    model = Word2Vec(corpus_file=text, **SMALL, seed=5, checkpoint=path, checkpoint_every=0)
    assert_same(model, Word2Vec(corpus_file=text, **SMALL, seed=5))
    assert path.read_bytes() == before
    assert "No space left on device" in caplog.text
    assert "run.ckpt: this checkpoint could not be written" in caplog.text


def test_without_memory_for_copies_training_waits(text, path, monkeypatch):
    class Short:
        def __getattr__(self, name):
            return getattr(np, name)

        def array(self, matrix):
            raise MemoryError

    monkeypatch.setattr(checkpoints, "np", Short())
    with pytest.raises(KeyboardInterrupt):
        Word2Vec(corpus_file=text, **SMALL, callbacks=[Impatient(path)])
    monkeypatch.undo()
    assert_same(Word2Vec.resume(path), Word2Vec(corpus_file=text, **SMALL))


def test_a_path_that_cannot_be_written_is_refused_at_once(text, tmp_path):
    model = Word2Vec(**SMALL)
    model.build_vocab(corpus_file=text)
    before = model.wv.vectors.copy()
    with pytest.raises(OSError, match="run"):
        model.train(checkpoint=tmp_path / "nowhere" / "run")
    np.testing.assert_array_equal(model.wv.vectors, before)
    assert model.train_count == 0


def test_weights_that_diverged_are_not_kept(text, path):
    model = Word2Vec(**SMALL)
    model.build_vocab(corpus_file=text)
    model.train(checkpoint=path)
    before = path.read_bytes()
    model.wv.vectors[3, 3] = np.inf
    asked = Checkpoint(path)
    asked.stop()
    with pytest.raises(KeyboardInterrupt):
        checkpoints.Writer(asked, model, model._corpus, 2).save(checkpoints.Place())
    assert path.read_bytes() == before


def test_a_finished_run_is_the_model(text, path):
    model = Word2Vec(corpus_file=text, **SMALL, checkpoint=path)
    text.unlink()
    assert_same(model, Word2Vec.resume(path))
    assert_same(model, Word2Vec.load(path))


def test_a_checkpoint_is_a_model(text, path):
    with pytest.raises(KeyboardInterrupt):
        Word2Vec(corpus_file=text, **SMALL, callbacks=[Impatient(path)])
    model = Word2Vec.load(path)
    model.train(SENTENCES)
    model.save(path)
    with pytest.raises(FormatError, match=r"Word2Vec.load"):
        Word2Vec.resume(path)


class Hooked(CallbackAny2Vec):
    def __init__(self):
        self.called = []

    def on_train_begin(self, model):
        self.called.append("train begins")

    def on_epoch_begin(self, model):
        self.called.append("epoch begins")

    def on_epoch_end(self, model):
        self.called.append("epoch ends")
        model.alpha = 0.01

    def on_train_end(self, model):
        self.called.append("train ends")


def test_callbacks_are_called_for_what_is_left(text, path):
    whole = Word2Vec(corpus_file=text, **SMALL, callbacks=[Hooked()])
    first, then = Hooked(), Hooked()
    with pytest.raises(KeyboardInterrupt):
        Word2Vec(corpus_file=text, **SMALL, callbacks=[first, Impatient(path)])
    assert_same(whole, Word2Vec.resume(path, callbacks=[then]))
    assert then.called[0] == "train begins"
    assert first.called + then.called[1:] == ["train begins", *["epoch begins", "epoch ends"] * 2, "train ends"]


# ---- what is refused ----


@pytest.fixture
def begun(text, path):
    with pytest.raises(KeyboardInterrupt):
        Word2Vec(corpus_file=text, **SMALL, callbacks=[Impatient(path)])
    return path


def test_another_text_is_refused(begun, text, tmp_path):
    other = tmp_path / "other"
    other.write_text(text.read_text() + "word1\n")
    with pytest.raises(ValueError, match=r"other: expected the \d+ bytes .* force=True"):
        Word2Vec.resume(begun, corpus_file=other)
    with pytest.raises(ValueError, match="expected 1 files, as before, got 2"):
        Word2Vec.resume(begun, corpus_file=[text, text])
    assert len(Word2Vec.resume(begun, corpus_file=other, force=True).losses) == 2


def test_a_text_that_was_written_since_is_refused(begun, text):
    os.utime(text, ns=(1, 1))
    with pytest.raises(ValueError, match="text: expected the text that training began with, but it was written since"):
        Word2Vec.resume(begun)
    assert len(Word2Vec.resume(begun, force=True).losses) == 2


def test_a_copy_of_the_text_will_do(begun, text, tmp_path):
    text.rename(tmp_path / "moved")
    with pytest.raises(OSError, match="text"):
        Word2Vec.resume(begun)
    assert_same(Word2Vec.resume(begun, corpus_file=tmp_path / "moved"), Word2Vec(SENTENCES, **SMALL))


def test_other_words_of_the_same_number_are_refused(begun, text, tmp_path):
    other = tmp_path / "other"
    other.write_text(text.read_text().replace("word11 ", "word12 "))
    with pytest.raises(ValueError, match="other words"):
        Word2Vec.resume(begun, corpus_file=other)
    shorter = [sentence[:1] for sentence in SENTENCES]
    with pytest.raises(ValueError, match=rf"expected {LENGTHS.sum()} words, as before, got 6000"):
        Word2Vec.resume(begun, shorter)


def test_sentences_must_be_given_again(path):
    with pytest.raises(KeyboardInterrupt):
        Word2Vec(SENTENCES, **SMALL, callbacks=[Impatient(path)])
    with pytest.raises(TypeError, match="expected the corpus that training began with"):
        Word2Vec.resume(path)


@pytest.mark.parametrize(
    "change",
    [
        {"place": None},
        {"place": {"epoch": -1, "sentence": 0, "tallies": [], "words": 0}},
        {"place": {"epoch": 0, "sentence": "5", "tallies": [], "words": 0}},
        {"place": {"epoch": 0, "sentence": 5, "tallies": [[1, 2]], "words": 0}},
        {"epochs": "2"},
        {"corpus": []},
        {"more": 1},
    ],
    ids=str,
)
def test_damaged_checkpoints_are_refused(begun, change):
    model = Word2Vec.load(begun)
    settings = native.load_settings(begun)
    settings["checkpoint"] |= change
    matrices = {"vectors": model.wv.vectors, "syn1neg": model.syn1neg}
    words, counts = model.vocab.words, model.vocab.counts
    native.save_model(begun, settings=settings, words=words, counts=counts, matrices=matrices)
    with pytest.raises(FormatError, match=f"{next(iter(change))}|expected place"):
        Word2Vec.resume(begun)


@pytest.mark.parametrize("every", [-1, float("nan"), float("inf"), "60", True])
def test_senseless_intervals(every, path):
    with pytest.raises(ValueError, match="checkpoint_every: expected seconds"):
        Word2Vec(SENTENCES, **SMALL, checkpoint=path, checkpoint_every=every)


def test_two_checkpoints_are_refused(path):
    with pytest.raises(ValueError, match="expected one checkpoint"):
        Word2Vec(SENTENCES, **SMALL, callbacks=[Checkpoint(path), Checkpoint(path)])


def test_the_mirror_has_none(text, path):
    with pytest.raises(ValueError, match="expected no checkpoint"):
        Word2Vec(corpus_file=text, vector_size=8, workers=1, kernel="mirror", checkpoint=path)


# ---- processes that end ----

TRAIN = """
import sys
from w2v import Word2Vec
from w2v.base import threads
threads._POLL = 0.001
Word2Vec(corpus_file=sys.argv[1], **eval(sys.argv[2]), checkpoint=sys.argv[3], checkpoint_every=0)
"""


@needs_posix
def test_a_killed_process(text, path):
    """tools/kill_training.py does it two hundred times, at random moments."""
    settings = {**SMALL, "epochs": 50, "sg": 1}
    whole = Word2Vec(corpus_file=text, **settings)
    with subprocess.Popen([sys.executable, "-c", TRAIN, str(text), repr(settings), str(path)]) as process:
        while not path.exists():
            time.sleep(0.001)
        process.kill()
    assert native.load_settings(path)["checkpoint"]["place"]["epoch"] < 50
    assert_same(Word2Vec.resume(path), whole)
    assert sorted(os.listdir(path.parent)) == ["run.ckpt", "text"]


def test_the_log_tells_nothing_of_a_finished_run(text, path, caplog):
    with caplog.at_level(logging.WARNING):
        Word2Vec(corpus_file=text, **SMALL, checkpoint=path)
    assert not caplog.records
