"""What training draws: kept words, windows and noise follow the exact distributions.

To see what the compiled trainer drew, it trains rows that it hardly moves: out is 0 and each word's row of inp is a
unit vector, so all products are 0 and every sigmoid is 1/2. Each pair then adds half the rate at out[target, context]
for the right word, and takes it away for a noise word: counts, exact as long as the rate is tiny.
"""

import subprocess
import sys
from collections import Counter

import numpy as np
import pytest
from places import TESTS
from scipy.stats import chi2_contingency, chisquare
from toy import Toy, aligned

from w2v import _core
from w2v.reference import replay
from w2v.reference.objectives import table_sigmoid

RATE = 2.0**-40  # so small that 10,000 changes leave sigmoids at 1/2 to the last bit
each_kernel = pytest.mark.parametrize("kernel", ["batched", "pairwise"])
# With and without pools of noise, here of four sentences
each_noise = pytest.mark.parametrize(
    ("kernel", "block"), [("batched", 0), ("batched", 4), ("pairwise", 0)], ids=["fresh", "pool", "pairwise"]
)


def counting(sentences, n_words, **settings):
    """A Toy whose out counts pairs."""
    still = {"inp": np.eye(n_words), "out": np.zeros((n_words, n_words)), "alpha": RATE, "min_alpha": RATE}
    return Toy(sentences, **still, **settings)


def counted(toy):
    """How often each target (row) was right, less how often it was noise, for each context (column)."""
    inp, out, tally = toy.train()
    assert np.abs(inp[:, : toy.size] - toy.inp).max() < 1e-9
    half = 0.5 if toy.settings["kernel"] == "batched" else table_sigmoid(0.0)
    changes = out[:, : toy.size] / RATE
    changes /= np.where(changes > 0, 1 - half, half)
    counts = np.rint(changes)
    assert np.abs(changes - counts).max() < 0.25
    return counts.astype(int), tally


def replayed(toy, epoch=0):
    """(centre, contexts, noise) of all sentences, drawn by the replay."""
    settings = dict(toy.settings)
    settings["pairwise"] = settings.pop("kernel") != "batched"
    corpus = (toy.ids, toy.offsets, toy.keep, toy.noise)
    for drawn in replay.draw_corpus(*corpus, replay.Settings(**settings), epoch):
        yield from drawn


@each_noise
@pytest.mark.parametrize("sg", [True, False], ids=["skipgram", "cbow"])
def test_noise_follows_its_distribution_without_the_centre(sg, kernel, block):
    # Sentences are the pairs (0, 1) and (2, 3): the only context says what the centre is.
    weights = np.array([40, 20, 10, 8, 8, 5, 5, 2, 1, 0.5, 0.5, 0])
    toy = counting(
        [[0, 1], [2, 3]] * 1500, 12, weights=weights, sg=sg, kernel=kernel, block=16 * block, window=1, negative=6
    )
    counts, _ = counted(toy)
    for centre, context in [(0, 1), (1, 0), (2, 3), (3, 2)]:
        assert counts[centre, context] == 1500  # every time the right word, never noise
        drawn = -np.delete(counts[:, context], centre)
        assert drawn[-1] == 0  # the word without weight
        assert drawn.sum() == 1500 * 6
        probabilities = np.delete(weights, centre)
        expected = drawn.sum() * probabilities / probabilities.sum()
        # Of 128 words, each drawn 6 times on average while it is in the pool: counts of draws vary 7 times as much.
        uses = 7 if block else 1
        assert chisquare(drawn[:-1] / uses, expected[:-1] / uses).pvalue > 1e-4


@each_kernel
def test_noise_of_one_centre_is_independent(kernel):
    # Two noise words of three: how often each pair of them is drawn. Every sentence has a context of its own.
    sentences = [[0, context] for context in range(4, 404)]
    weights = [1, 2, 3, 4, *[0] * 400]
    toy = counting(sentences, 404, weights=weights, kernel=kernel, window=1, negative=2, shrink_windows=False)
    counts, _ = counted(toy)
    pairs = Counter(tuple(np.repeat([1, 2, 3], -counts[1:4, context])) for context in range(4, 404))
    share = np.array([2, 3, 4]) / 9
    expected = {(a, b): share[a - 1] * share[b - 1] * (1 + (a != b)) * 400 for a in (1, 2, 3) for b in range(a, 4)}
    assert sum(pairs.values()) == 400
    assert set(pairs) <= set(expected)
    assert chisquare([pairs[pair] for pair in expected], list(expected.values())).pvalue > 1e-4


@each_kernel
@pytest.mark.parametrize("window", [1, 3, 7])
def test_windows_reach_evenly_far(kernel, window):
    # The noise is one word that does not occur, so that other counts are of right words alone: how often the centre of
    # the sentence, the word `window`, had a word at some distance within its reach.
    n = 3000 // window
    toy = counting([list(range(2 * window + 1))] * n, 2 * window + 2, weights=[0] * (2 * window + 1) + [1],
                   kernel=kernel, window=window, negative=1)  # fmt: skip
    counts, _ = counted(toy)
    reached = counts[window, :-1]
    assert np.array_equal(reached, reached[::-1])  # as far to the left as to the right
    assert reached[window] == 0  # the centre is not its own context
    at_distance = reached[window + 1 :]
    assert at_distance[0] == n
    ends = -np.diff(at_distance, append=0)  # windows that reach just so far
    assert window == 1 or chisquare(ends).pvalue > 1e-4
    # Windows of neighbours are independent: they have their words in common as often as chance has it.
    toy.settings["shrink_windows"] = False
    assert (counted(toy)[0][window, :-1] == np.where(np.arange(2 * window + 1) == window, 0, n)).all()


def test_windows_of_neighbours_are_independent():
    drawn = list(replayed(counting([[0, 1, 2, 3, 4]] * 4000, 6, weights=[0] * 5 + [1], window=3, negative=1)))
    reaches = np.array([max(abs(context - centre) for context in contexts) for centre, contexts, _ in drawn])
    table = np.zeros((3, 2))
    np.add.at(table, (reaches[1::5] - 1, (reaches[2::5] > 1).astype(int)), 1)  # words 1 and 2 of each sentence
    assert chi2_contingency(table).pvalue > 1e-4


@each_noise
@pytest.mark.parametrize("sg", [True, False], ids=["skipgram", "cbow"])
@pytest.mark.parametrize("negative", [7, 19])
def test_the_replay_draws_what_training_draws(sg, kernel, block, negative):
    rng = np.random.default_rng(2)
    sentences = [rng.integers(0, 19, length).tolist() for length in rng.integers(0, 25, 60)]
    keep = rng.integers(0, 2**32, 20).astype(np.uint32)
    toy = counting(
        sentences, 20, keep=keep, weights=rng.random(20), sg=sg, kernel=kernel, block=block, window=4, negative=negative
    )
    toy.settings["cbow_mean"] = False  # each context counts a whole pair
    expected, kept = np.zeros((20, 20), dtype=int), 0
    for centre, contexts, noise in replayed(toy):
        kept += 1
        for context, words in zip(contexts, noise if len(noise) > 1 else noise * len(contexts), strict=True):
            expected[centre, context] += 1
            np.subtract.at(expected[:, context], words, 1)
    counts, tally = counted(toy)
    assert np.array_equal(counts, expected)
    short = sum(toy.job("portable")[0].downsample(s).size == 1 for s in range(60))  # kept, but without context
    assert tally["words"] == kept + short


def in_parts(toy, block, firsts):
    """Train 20 sentences from each of `firsts` on, one part after the other; return what `out` counts."""
    inp, out = aligned(toy.inp), aligned(toy.out)
    for first in firsts:
        offsets = toy.offsets[first : first + 21]
        tables = {"inp": inp, "out": out, "ids": toy.ids[offsets[0] : offsets[-1]], "offsets": offsets}
        place = {"first_sentence": first, "first_token": int(offsets[0])}
        settings = {**toy.settings, "block": block, "kernels": "portable", "loss_every": 0, "chunk": 1}
        job = _core.TrainJob(vector_size=toy.size, keep=None, noise=toy.noise, **tables, **place, **settings)
        job.begin_epoch(0, 0)
        job.run(np.zeros(1, _core.TALLY), 0)
    return np.rint(2 * out / RATE)  # counts, for which it is all the same what came first


@pytest.mark.parametrize("sg", [True, False], ids=["skipgram", "cbow"])
def test_noise_depends_neither_on_chunks_nor_on_who_trains_what_when(sg):
    rng = np.random.default_rng(3)
    sentences = [rng.integers(0, 19, length).tolist() for length in rng.integers(0, 25, 60)]
    toy = counting(sentences, 20, weights=rng.random(20), sg=sg, block=4, window=3, negative=5)
    toy.settings["cbow_mean"] = False  # each context counts a whole pair
    whole = in_parts(toy, 4, [0, 20, 40])
    for chunk in (1, 13, 64):
        assert np.array_equal(np.rint(2 * toy.train("portable", chunk=chunk)[1] / RATE), whole)
    assert np.array_equal(in_parts(toy, 4, [40, 0, 20]), whole)
    assert not np.array_equal(in_parts(toy, 5, [0, 20, 40]), whole)


def test_a_part_begins_with_a_block():
    toy = Toy.random([3] * 8, 9, 5, block=4)
    with pytest.raises(ValueError, match="first_sentence: expected a multiple of 4, got 2"):
        toy.job("portable", first_sentence=2)


def test_words_are_kept_as_often_as_their_thresholds_say():
    chances = np.array([0, 0.001, 0.1, 0.5, 0.9, 1])
    keep = np.minimum(chances * 2**32, 2**32 - 1).astype(np.uint32)
    words = np.random.default_rng(6).integers(0, 6, 61)
    toy = Toy([words.tolist()] * 2000, np.eye(6), np.eye(6), keep=keep)
    job = toy.job("portable")[0]
    counts = sum(np.bincount(job.downsample(s), minlength=6) for s in range(2000))
    n = 2000 * np.bincount(words)
    assert counts[0] == 0
    assert counts[5] == n[5]
    for count, total, chance in zip(counts[1:5], n[1:5], chances[1:5], strict=True):
        assert chisquare([count, total - count], [total * chance, total * (1 - chance)]).pvalue > 1e-4
    assert toy.train()[2]["words"] == counts.sum()


def test_neighbours_are_kept_independently():
    # Word k of the sentence is word k: which were kept can be seen.
    keep = np.full(9, 2**31, dtype=np.uint32)
    toy = Toy([list(range(9))] * 4000, np.eye(9), np.eye(9), keep=keep)
    job = toy.job("portable")[0]
    kept = np.zeros((4000, 9), dtype=int)
    for s in range(4000):
        kept[s, job.downsample(s)] = 1
    for a in range(8):
        table = np.zeros((2, 2))
        np.add.at(table, (kept[:, a], kept[:, a + 1]), 1)
        assert chi2_contingency(table).pvalue > 1e-4
    epochs = np.zeros((2, 2))
    job.begin_epoch(1, 0)
    for s in range(4000):
        np.add.at(epochs, (kept[s], np.isin(np.arange(9), job.downsample(s)).astype(int)), 1)
    assert chi2_contingency(epochs).pvalue > 1e-4


@each_noise
def test_a_frequent_centre_is_never_its_own_noise(kernel, block):
    # Redraws are bounded: noise that would still be the centre is left out.
    toy = counting([[0, 1]] * 2000, 2, weights=[0.9, 0.1], kernel=kernel, block=block, window=1, negative=5)
    counts, _ = counted(toy)
    assert counts[0, 1] == counts[1, 0] == 2000
    assert -2000 * 5 < counts[1, 1] < -2000 * 5 * 0.75  # 1 - 0.9**17 = 0.83 of them found the other word
    assert counts[0, 0] == -2000 * 5


ONLY_WORD = """
import sys
sys.path.insert(0, sys.argv[1])
import numpy as np
from toy import Toy
for weights in ([1], [1, 0]):
    for settings in ({"sg": True}, {"sg": False}, {"kernel": "pairwise"}, {"block": 8}, {"block": 8, "sg": False}):
        toy = Toy([[0] * 50] * 20, np.ones((len(weights), 3)), np.zeros((len(weights), 3)), weights=weights, **settings)
        inp, out, tally = toy.train()
        assert tally["words"] == 1000, tally
        assert (out[0, :3] > 0).all() and not out[1:].any(), out
"""


def test_a_vocabulary_of_one_word_does_not_hang():
    subprocess.run([sys.executable, "-c", ONLY_WORD, TESTS], timeout=60, check=True)
