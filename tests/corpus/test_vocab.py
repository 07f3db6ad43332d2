"""Vocab: order, files, and the distributions that training draws by."""

import doctest
import stat

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare

import w2v.corpus.vocab
from w2v.corpus.noise import Noise
from w2v.corpus.vocab import Vocab
from w2v.errors import FormatError


@pytest.mark.thread_unsafe
def test_examples():
    result = doctest.testmod(w2v.corpus.vocab)
    assert result.attempted > 0
    assert result.failed == 0


def test_words_counts_index():
    vocab = Vocab(["b", "a", 3], [5, 2, 0])
    assert (list(vocab), len(vocab), vocab.total) == (["b", "a", 3], 3, 7)
    assert vocab.index == {"b": 0, "a": 1, 3: 2}
    assert vocab[3] == 2
    assert "c" not in vocab
    assert vocab.counts.dtype == np.int64
    with pytest.raises(KeyError):
        vocab["c"]
    with pytest.raises(ValueError, match="read-only"):
        vocab.counts[0] = 1


@pytest.mark.parametrize(
    ("words", "counts", "message"),
    [
        (["a", "b", "a"], [1, 1, 1], "got 'a' again"),
        (["a", "b"], [1], "expected one for each of 2 words, got 1"),
        (["a"], [-1], "at least 0, got -1"),
    ],
)
def test_refused(words, counts, message):
    with pytest.raises(ValueError, match=message):
        Vocab(words, counts)


def test_given_counts_are_not_shared():
    counts = np.array([3, 2])
    vocab = Vocab("ab", counts)
    counts[0] = 9
    assert vocab.counts.tolist() == [3, 2]


def test_from_frequencies():
    frequencies = {"once": 1, "first": 3, "second": 3, "top": 9, "none": 0}
    vocab = Vocab.from_frequencies(frequencies, min_count=2)
    assert vocab.words == ["top", "second", "first"]  # ties in reversed order, as in gensim
    assert vocab.counts.tolist() == [9, 3, 3]
    assert vocab.min_count == 2
    assert Vocab.from_frequencies(frequencies, min_count=0, sorted_vocab=False).words == list(frequencies)
    limited = Vocab.from_frequencies(frequencies, min_count=1, max_final_vocab=2)
    assert (limited.words, limited.min_count) == (["top"], 4)
    keep_none = Vocab.from_frequencies(frequencies, trim_rule=lambda word, count, min_count: 2 if word == "none" else 0)
    assert keep_none.words == ["top", "none"]


def test_from_file_and_from_iterable_agree(tmp_path):
    lines = ["b a b c", "", "c b d a"]
    paths = [tmp_path / "1", tmp_path / "2"]
    for path, half in zip(paths, (lines[:2], lines[2:]), strict=True):
        path.write_text("\n".join(half))
    expected = Vocab.from_iterable([line.split() for line in lines], min_count=2)
    assert expected.words == ["b", "c", "a"]
    for workers in (1, 2):
        vocab = Vocab.from_file(paths, min_count=2, workers=workers)
        assert (vocab.words, vocab.counts.tolist()) == (expected.words, expected.counts.tolist())
    assert Vocab.from_file(str(paths[0]), min_count=1).words == ["b", "c", "a"]


words = st.text(min_size=1, max_size=20).filter(lambda word: word.split() == [word])


@pytest.mark.thread_unsafe
@given(st.dictionaries(words, st.integers(0, 2**50), max_size=30))
def test_save_and_load(tmp_path_factory, frequencies):
    path = tmp_path_factory.getbasetemp() / "vocab.txt"
    vocab = Vocab(frequencies, frequencies.values())
    vocab.save(path)
    loaded = Vocab.load(path)
    assert (loaded.words, loaded.counts.tolist(), loaded.index) == (vocab.words, vocab.counts.tolist(), vocab.index)


def test_saving_is_all_or_nothing(tmp_path):
    path = tmp_path / "vocab.txt"
    Vocab(["a"], [1]).save(path)
    for words in (["b", 7], ["b", "no good"], ["b", ""]):
        with pytest.raises(ValueError, match="cannot write"):
            Vocab(words, [1, 1]).save(path)
    with pytest.raises(UnicodeEncodeError):
        Vocab(["b", "\ud800"], [1, 1]).save(path)
    assert [file.name for file in tmp_path.iterdir()] == ["vocab.txt"]
    assert path.read_text() == "a 1\n"
    other = tmp_path / "other"
    other.touch()
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE(other.stat().st_mode)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"a 1\nb\n", "line 2: expected 'word count', got b'b.n'"),
        (b"a 1\n 2\n", "line 2: expected 'word count'"),
        (b"a 1\n\nb 2\n", "line 2: expected 'word count'"),
        (b"a -1\n", "line 1: expected 'word count'"),
        (b"a 99999999999999999999\n", "line 1: expected 'word count'"),
        (b"a 1\na 2\n", "line 2: expected each word once, got 'a' again"),
        (b"\xff 2\n", "line 1: expected UTF-8"),
    ],
)
def test_malformed_files(tmp_path, data, message):
    path = tmp_path / "vocab.txt"
    path.write_bytes(data)
    with pytest.raises(FormatError, match=message):
        Vocab.load(path)


def test_keep_probabilities():
    vocab = Vocab("abcd", [1000, 100, 10, 0])
    t = 0.01 * 1110
    expected = [(np.sqrt(c / t) + 1) * t / c for c in (1000, 100)]
    np.testing.assert_allclose(vocab.keep_probabilities(0.01), [*expected, 1, 1], rtol=1e-14)
    assert vocab.keep_probabilities(0).tolist() == [1, 1, 1, 1]
    assert vocab.keep_thresholds(0).tolist() == [2**32 - 1] * 4
    # From 1 on, a count: int(20 * 2.618) = 52.
    np.testing.assert_allclose(vocab.keep_probabilities(20)[0], (np.sqrt(1000 / 52) + 1) * 52 / 1000)
    for sample in (-1, float("nan")):
        with pytest.raises(ValueError, match="sample"):
            vocab.keep_probabilities(sample)


@pytest.mark.parametrize("sample", [1e15, 1e30, 1e308, 10**400])
def test_a_sample_beyond_all_counts_keeps_everything(sample):
    vocab = Vocab(["the", "cat"], [10**15, 1])
    assert vocab.keep_probabilities(sample).tolist() == [1, 1]
    assert vocab.keep_thresholds(sample).tolist() == [2**32 - 1] * 2


def test_keep_draws_follow_the_probabilities():
    vocab = Vocab("abcdef", [9000, 700, 200, 60, 39, 1])
    sample, n = 1e-3, 200_000
    draws = np.random.default_rng(1).integers(0, 2**32, (n, 6), dtype=np.uint32)
    thresholds, probabilities = vocab.keep_thresholds(sample), vocab.keep_probabilities(sample)
    kept = ((draws < thresholds) | (thresholds == 2**32 - 1)).sum(axis=0)
    always = probabilities == 1
    assert always.tolist() == [False] * 4 + [False, True]
    assert (kept[always] == n).all()
    for count, probability in zip(kept[~always], probabilities[~always], strict=True):
        assert chisquare([count, n - count], [n * probability, n * (1 - probability)]).pvalue > 1e-4


@pytest.mark.parametrize("ns_exponent", [0.75, 1, 0, -0.5])
def test_noise_draws_follow_the_probabilities(ns_exponent):
    counts = np.array([10_000, 2000, 2000, 300, 40, 5, 1, 0])
    noise = Vocab("abcdefgh", counts).noise(ns_exponent)
    exact = np.append(counts[:-1].astype(float) ** ns_exponent, 0)
    np.testing.assert_allclose(noise.probabilities, exact / exact.sum(), rtol=1e-12)
    n = 500_000
    drawn = np.bincount(noise.sample(n, seed=3), minlength=len(counts))
    assert drawn[-1] == 0  # never a word that was never seen
    assert chisquare(drawn[:-1], n * noise.probabilities[:-1]).pvalue > 1e-4
    assert (noise.sample(100, seed=3) == noise.sample(n, seed=3)[:100]).all()
    assert (noise.sample(100, seed=3) != noise.sample(100, seed=4)).any()


def test_noise_of_large_vocabularies():
    counts = np.sort(np.random.default_rng(5).zipf(1.3, 100_000))[::-1] % 10**9
    noise = Vocab(range(len(counts)), counts).noise()
    assert noise.table.shape == (100_000, 2)
    order = np.argsort(-noise.probabilities)
    drawn = np.bincount(noise.sample(1_000_000, seed=1), minlength=len(counts))[order]
    expected = 1_000_000 * noise.probabilities[order]
    cells = np.searchsorted(np.cumsum(expected), np.linspace(0, 1_000_000, 100)[1:-1])  # about 10,000 draws in each
    cells = np.unique(cells)
    sums = [np.add.reduceat(x, np.append(0, cells[cells > 0])) for x in (drawn, expected)]
    assert chisquare(*sums).pvalue > 1e-4


def test_noise_at_the_edges():
    assert Vocab("ab", [0, 0]).noise().probabilities.tolist() == [0.5, 0.5]
    assert Vocab("ab", [10**9, 1]).noise(1000).probabilities.tolist() == [1, 0]
    assert Vocab("ab", [10**9, 1]).noise(-1000).probabilities.tolist() == [0, 1]
    assert Noise([3]).sample(3).tolist() == [0, 0, 0]
    for weights in ([], [0, 0], [1, -1], [1, np.inf], [[1]]):
        with pytest.raises(ValueError, match="weights"):
            Noise(weights)
