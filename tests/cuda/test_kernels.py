"""One emulated warp of a card does what one thread of the CPU does: same draws, same steps, float32 rounding aside."""

import copy
import re

import numpy as np
import pytest
from emulator import SOURCE

from w2v import Word2Vec
from w2v.base.progress import Bar
from w2v.base.weights import padded
from w2v.cuda.card import Card
from w2v.cuda.job import JOB
from w2v.training import cuda_trainer
from w2v.training.cuda_trainer import CudaTrainer
from w2v.training.place import Place
from w2v.training.trainer import Trainer

SETTINGS = {"vector_size": 20, "min_count": 1, "sample": 1e-2, "epochs": 2, "workers": 1, "alpha": 0.05, "seed": 5}


def sentences(lengths, words=700, seed=3):
    """Sentences in which low words are frequent, and every word occurs."""
    rng = np.random.default_rng(seed)
    drawn = [(words * rng.random(length) ** 3).astype(int).tolist() for length in lengths]
    return [*drawn, *np.array_split(np.arange(words), max(1, words // 20))]


def built(corpus, **changes):
    """A model with outputs that are not zero, and its corpus as ids."""
    model = Word2Vec(**SETTINGS | changes)
    model.build_vocab([[str(word) for word in sentence] for sentence in corpus])
    rng = np.random.default_rng(1)
    for matrix in (model.syn1neg, model.syn1):
        matrix[:] = rng.normal(0, 0.2, matrix.shape)
    model.wv.vectors[:] = rng.normal(0, 0.2, model.wv.vectors.shape)
    return model


def trained(model, make, **more):
    """Weights and losses after training by a trainer that `make` makes."""
    inp, outputs = padded(model.wv.vectors.copy()), copy.deepcopy(model._outputs).trainable()
    trainer = make(model.checked(), model.vocab, model._corpus, inp, outputs, **more)
    with Bar(trainer.words, False) as bar:
        epochs = [trainer.run_epoch(bar, Place(number)) for number in range(model.epochs)]
    if isinstance(trainer, CudaTrainer):
        trainer.collect()
    trainer.close()
    return inp, outputs, epochs


def trained_by_a_card(model, warps=1, **more):
    return trained(model, CudaTrainer, card=Card(), warps=warps, **more)


def assert_same(model, cards, rel=2e-4, **more):
    """One warp, whichever the card, does what one thread does."""
    inp, outputs, epochs = trained(model, Trainer, **more)
    found, found_outputs, found_epochs = trained_by_a_card(model, **more)
    assert {blocks for kernel, blocks in cards.launches if kernel != "downsample"} == {1}
    assert cards.are_closed
    assert not np.array_equal(inp, model.wv.vectors) or more
    for expected, got in ((inp, found), (outputs.syn1neg, found_outputs.syn1neg), (outputs.syn1, found_outputs.syn1)):
        assert np.abs(expected - got).max(initial=0) < rel * max(1, np.abs(expected).max(initial=0))
    for expected, got in zip(epochs, found_epochs, strict=True):
        assert got.words == expected.words
        assert got.loss == pytest.approx(expected.loss, rel=1e-4)


ODD = [1, 2, 3, 1, 40, 17, 90, 64, 65, 5]
CASES = {
    "skipgram": {"sg": 1},
    "cbow": {},
    "sum": {"cbow_mean": 0},
    "corrected": {"cbow_corrected": True},
    "fixed windows": {"sg": 1, "shrink_windows": False, "window": 3},
    "left": {"sg": 1, "window_side": "left"},
    "right": {"window_side": "right"},
    "wide": {"sg": 1, "window": 40},
    "wide bag": {"window": 40},
    "no sample": {"sg": 1, "sample": 0},
    "two": {"sg": 1, "negative": 2},
    "eleven": {"sg": 1, "negative": 11},
    "sixty-four": {"sg": 1, "negative": 64},
    "sixty-four, cbow": {"negative": 64},
    "tree": {"sg": 1, "hs": 1, "negative": 0},
    "tree, cbow": {"hs": 1, "negative": 0},
    "tree and noise": {"sg": 1, "hs": 1},
    "all losses": {"sg": 1, "compute_loss": True},
    "17": {"sg": 1, "vector_size": 17},
    "1": {"sg": 1, "vector_size": 1},
    "100": {"sg": 1, "vector_size": 100},
    "300": {"sg": 1, "vector_size": 300},
    "300, cbow": {"vector_size": 300},
    "1,024": {"sg": 1, "vector_size": 1024},
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.filterwarnings("ignore:Both hierarchical")
def test_a_warp_does_what_a_thread_does(name, cards):
    assert_same(built(sentences(ODD), **CASES[name]), cards)


def test_few_words_repeat_and_clash(cards):
    assert_same(built(sentences([30] * 10, words=7), sg=1), cards)


def test_frozen_rows_and_weights_of_sentences(cards):
    model = built(sentences(ODD), sg=1)
    locks = np.resize(np.float32([0, 1, 0.5]), len(model.vocab))
    assert_same(model, cards, locks=locks)
    assert_same(model, cards, frozen_output=True)
    weighted = Word2Vec(**SETTINGS | {"sg": 1})
    corpus = [[str(word) for word in sentence] for sentence in sentences(ODD)]
    weighted.build_vocab(corpus, sentence_weights=np.linspace(0, 2, len(corpus)))
    assert_same(weighted, cards)


@pytest.mark.parametrize("sg", [0, 1])
@pytest.mark.parametrize("room", [1 << 30, 0], ids=["all parts on the card", "two parts in turn"])
def test_parts_in_turn_are_the_whole(sg, room, cards, monkeypatch):
    model = built(sentences([20] * 150), sg=sg)
    whole = trained_by_a_card(model)
    monkeypatch.setattr(cuda_trainer, "part_size", lambda *about: 1500)
    monkeypatch.setattr(Card, "free", property(lambda card: room))
    monkeypatch.setattr(Card, "check_room", lambda card, size: None)
    cards.launches.clear()
    parts = trained_by_a_card(model)
    assert len(cards.launches) > 2 * 2 * model.epochs
    if cards.is_fake:
        assert np.array_equal(parts[0], whole[0])
    assert np.allclose(parts[0], whole[0], atol=1e-5)


def test_two_parts_of_a_corpus_are_on_a_card_at_once(emulated, monkeypatch):
    """Of a corpus that is larger than the card's memory."""
    monkeypatch.setattr(cuda_trainer, "part_size", lambda *about: 1280)
    monkeypatch.setattr(cuda_trainer, "_SPARE", 0)
    model = built(sentences([20] * 1500), sg=1, sample=0, epochs=1)
    emulated.driver.size = 240_000  # both matrices have room, and ids and words that stay of a seventh of the corpus
    assert 8 * model._corpus.n_words > emulated.driver.size
    inp, _, _ = trained_by_a_card(model)
    assert len(emulated.launches) > 2 * 10
    assert np.allclose(inp, trained(model, Trainer)[0], atol=1e-5)


def test_many_warps_learn_what_one_learns(cards):
    if cards.is_fake:
        pytest.skip("an emulated card runs one warp at a time")
    model = built(sentences([20] * 4000, words=3000), sg=1, epochs=1)
    one, many = trained_by_a_card(model), trained_by_a_card(model, warps=64)
    assert ("skipgram", 64) in cards.launches
    assert many[2][0].words == one[2][0].words
    assert many[2][0].loss == pytest.approx(one[2][0].loss, rel=0.02)
    assert np.corrcoef(one[0].ravel(), many[0].ravel())[0, 1] > 0.95


@pytest.mark.parametrize("sg", [0, 1])
def test_the_largest_tiles_fit_the_card(sg, cards):
    """More shared memory than a kernel has without asking for it."""
    assert_same(built(sentences([80, 7]), sg=sg, vector_size=1024, window=40, epochs=1), cards)


def test_long_sentences(cards):
    assert_same(built(sentences([10_000, 3]), sg=1, epochs=1), cards)


def test_a_job_is_what_the_kernels_are_told():
    source = (SOURCE / "job.h").read_text(encoding="utf-8")
    struct = re.sub(r"/\*.*?\*/", "", source[source.index("struct Job {") :])
    lines = re.findall(r"^    (?:const )?(?:unsigned long long|\w+) (.*?);", struct, re.MULTILINE)
    assert [name.strip(" *") for line in lines for name in line.split(",")] == list(JOB.names)
