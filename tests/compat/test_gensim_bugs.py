"""What goes wrong in gensim 4.4 does not go wrong here; the numbers B1, B2, ... are those of docs/migration.md."""

import itertools

import numpy as np
import pytest

from w2v import KeyedVectors, Word2Vec

RNG = np.random.default_rng(11)
SENTENCES = [RNG.choice(group, 6).tolist() for group in (["cat", "dog", "horse"], ["bread", "milk", "rice"]) * 400]
SMALL = {"vector_size": 16, "window": 3, "min_count": 1, "sample": 0, "alpha": 0.1}


@pytest.fixture
def model():
    return Word2Vec(SENTENCES, **SMALL, workers=1, epochs=10)


def test_errors_while_training_do_not_hang(model):
    """gensim (B2) hangs for ever."""

    def broken():
        yield from SENTENCES[:10]
        raise OSError("the disk broke")

    with pytest.raises(OSError, match="the disk broke"):
        model.train(broken(), epochs=1)
    with pytest.raises(TypeError):
        model.train([["cat"], [["dog"]]])
    with pytest.raises(ValueError, match="window"):
        Word2Vec(SENTENCES, window=0)
    matrix = np.random.default_rng(1).normal(size=(5, 3))
    assert Word2Vec(list(matrix), vector_size=4, min_count=1).corpus_total_words == 15


def test_training_after_reset_from(model):
    """gensim (B3) hangs for ever."""
    other = Word2Vec(**SMALL)
    other.reset_from(model)
    other.train(SENTENCES, total_examples=len(SENTENCES), epochs=10)
    assert {word for word, _ in other.wv.most_similar("cat", topn=2)} == {"dog", "horse"}


def test_training_a_mapped_model(model, tmp_path):
    """gensim (B4) crashes."""
    model.save(tmp_path / "model")
    mapped = Word2Vec.load(tmp_path / "model", mmap="r")
    mapped.train(SENTENCES, epochs=1)
    model.train(SENTENCES, epochs=1)
    np.testing.assert_array_equal(mapped.wv.vectors, model.wv.vectors)


def test_analogies_are_answered_as_asked(tmp_path):
    """gensim (B5) ignores similarity_function."""
    kv = KeyedVectors(3)
    kv.add_vectors(list("abcdefgh"), np.random.default_rng(2).normal(size=(8, 3)))
    for function in ("most_similar", "most_similar_cosmul"):
        answer = getattr(kv, function)(["b", "c"], ["a"], topn=1)[0][0]
        (tmp_path / function).write_text(f": all\na b c {answer}\n")
        for other in ("most_similar", "most_similar_cosmul"):
            score, _ = kv.evaluate_word_analogies(tmp_path / function, similarity_function=other)
            assert score == (other == function)


def test_the_loss_is_right():
    """gensim (B6) adds in float32, loses what other threads add, and forgets compute_loss (B7)."""
    text = [[str(word) for word in row] for row in RNG.integers(0, 50, (3000, 10))]
    totals = []
    for workers in (1, 4):
        model = Word2Vec(text, vector_size=8, min_count=1, sample=0, workers=workers, compute_loss=True, epochs=2)
        totals.append(model.get_latest_training_loss())
        assert 6 * np.log(2) > model.losses[0] > model.losses[1] > 6 * np.log(6) - 5 * np.log(5)  # nothing to learn
        assert totals[-1] == pytest.approx(sum(model.losses) * 30_000, rel=1e-9)
        model.train(text, total_examples=3000, epochs=1)
        assert (model.compute_loss, isinstance(totals[-1], float)) == (True, True)
    assert totals[0] == pytest.approx(totals[1], rel=1e-3)


def test_no_words_are_lost(tmp_path):
    """gensim leaves out the rest of long sentences (B8), and what lies between its threads' parts of a file (B9)."""
    words = [str(word) for word in RNG.integers(0, 50, 25_000)]
    settings = {"vector_size": 4, "min_count": 1, "sample": 0, "epochs": 1}
    for corpus, batch_words in itertools.product(([words], [words[:12_000], words[12_000:]]), (10_000, 100_000)):
        model = Word2Vec(**settings, batch_words=batch_words)
        model.build_vocab(corpus)
        assert model.train(corpus) == (25_000, 25_000)
    (tmp_path / "text").write_text(" ".join(words) + "\n" + "\n".join(words[:5000]))
    for workers in (1, 4):
        model = Word2Vec(**settings, workers=workers)
        model.build_vocab(corpus_file=tmp_path / "text")
        assert model.train(corpus_file=tmp_path / "text", total_words=model.corpus_total_words) == (30_000, 30_000)


def test_refused_calls_change_nothing(model):
    """gensim (B11) has overwritten epochs and alphas by then."""
    for arguments in ({"epochs": 0}, {"epochs": None, "start_alpha": -1}, {"corpus_file": "missing", "epochs": 9}):
        with pytest.raises((ValueError, TypeError)):
            model.train(**{"corpus_iterable": SENTENCES, **arguments})
        assert (model.epochs, model.alpha, model.min_alpha, model.train_count) == (10, 0.1, 0.0001, 1)
    model.train(SENTENCES, end_alpha=0, epochs=1)
    assert model.min_alpha == 0


def test_one_shot_iterators_train_every_epoch():
    """gensim (B12) trains a map or filter for one epoch only."""
    model = Word2Vec(**SMALL, epochs=4)
    model.build_vocab(SENTENCES)
    words = sum(map(len, SENTENCES))
    assert model.train(map(list, SENTENCES), total_examples=len(SENTENCES), epochs=4) == (4 * words, 4 * words)
    for workers in (0, -1):
        with pytest.raises(ValueError, match="workers"):
            Word2Vec(SENTENCES, workers=workers)


def test_dry_runs_are_dry(model):
    """gensim (B16) sorts and builds tables all the same."""
    words, event_count = list(model.wv.index_to_key), model.train_count
    model.scan_vocab([["new"] * 10])
    assert model.prepare_vocab(dry_run=True)["num_retained_words"] == 1
    assert (model.wv.index_to_key, model.train_count) == (words, event_count)
