"""Whatever is done with a model, in any order: words and rows belong together, frozen ones stay, files give it back."""

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from snapshots import assert_same, snapshot

from w2v import KeyedVectors, VocabularyError, Word2Vec

SIZE = 6
WORDS = [f"w{i}" for i in range(12)]
SENTENCES = st.lists(st.lists(st.sampled_from(WORDS), max_size=6), max_size=8)
KINDS = st.sampled_from(
    [
        {"sg": 1},
        {"sg": 0},
        {"hs": 1, "negative": 0},
        {"objective": "nce", "nce_bias": True, "sg": 1},
        {"objective": "softmax"},
        {"positional": "outputs", "sg": 1},
        {"positional": "weights"},
        {"kernel": "pairwise", "sg": 1},
    ]
)


class AnyOrder(RuleBasedStateMachine):
    """Build, train, add, save, load, ask, freeze, grow, go on from a checkpoint."""

    @initialize(kind=KINDS, workers=st.integers(1, 2), min_count=st.integers(1, 2))
    def begin(self, kind, workers, min_count):
        self.folder = tempfile.TemporaryDirectory()
        self.model = Word2Vec(vector_size=SIZE, min_count=min_count, workers=workers, epochs=2, sample=0, **kind)
        self.added = {}  # words of the user's own and their vectors, which no training changes
        self.frozen = set()

    def teardown(self):
        if hasattr(self, "folder"):
            self.folder.cleanup()

    def has_words(self):
        return len(self.model.vocab) > 0

    def path(self, name):
        return Path(self.folder.name, name)

    # ---- what changes the model ----

    @rule(sentences=SENTENCES)
    def build(self, sentences):
        before = snapshot(self.model)
        try:
            self.model.build_vocab(sentences)
        except VocabularyError:
            assert_same(before, snapshot(self.model))
            return
        self.added, self.frozen = {}, set()

    @precondition(has_words)
    @rule(sentences=SENTENCES)
    def grow(self, sentences):
        words, wv = self.model.vocab.words, self.model.wv
        before = {word: wv[word].copy() for word in wv.index_to_key}
        self.model.build_vocab(sentences, update=True)
        assert self.model.vocab.words[: len(words)] == words
        for word, vector in before.items():
            np.testing.assert_array_equal(self.model.wv[word], vector)
        self.added = {word: vector for word, vector in self.added.items() if word not in self.model.vocab.index}

    @precondition(has_words)
    @rule(sentences=SENTENCES, epochs=st.integers(1, 2))
    def train(self, sentences, epochs):
        still = {word: self.model.wv[word].copy() for word in self.frozen}
        trained = self.model.train_count
        self.model.train(sentences, epochs=epochs)
        assert self.model.train_count - trained in (0, 1)
        for word, vector in still.items():
            np.testing.assert_array_equal(self.model.wv[word], vector)

    @precondition(has_words)
    @rule(word=st.sampled_from([*WORDS, "own", "other"]), number=st.integers(-3, 3), replace=st.booleans())
    def add(self, word, number, replace):
        wv, vector = self.model.wv, np.full(SIZE, number, np.float32)
        is_new = word not in wv.key_to_index
        wv.add_vectors([word], [vector], replace=replace)
        if is_new or (replace and word in self.added):
            self.added[word] = vector
        if is_new or replace:
            np.testing.assert_array_equal(wv[word], vector)

    @precondition(has_words)
    @rule(place=st.integers(0, 50), free=st.booleans())
    def freeze(self, place, free):
        words = self.model.vocab.words
        word = words[place % len(words)]
        (self.frozen.discard if free else self.frozen.add)(word)
        locks = [word not in self.frozen for word in self.model.wv.index_to_key]
        self.model.wv.vectors_lockf = np.array(locks, np.float32)

    # ---- what changes nothing ----

    @precondition(has_words)
    @rule(mmap=st.sampled_from([None, "r"]))
    def save_and_load(self, mmap):
        before = snapshot(self.model)
        self.model.save(self.path("model"))
        assert list(self.path("").iterdir()) == [self.path("model")]
        self.model = Word2Vec.load(self.path("model"), mmap=mmap)
        after = snapshot(self.model)
        for name in ("words", "counts", "keys", "vectors"):
            np.testing.assert_array_equal(before[name], after[name], err_msg=name)
        for name, matrix in self.model._outputs:
            np.testing.assert_array_equal(before[name], matrix, err_msg=name)

    @precondition(has_words)
    @rule()
    def save_vectors(self):
        self.model.wv.save(self.path("vectors"))
        again = KeyedVectors.load(self.path("vectors"))
        assert again.index_to_key == self.model.wv.index_to_key
        np.testing.assert_array_equal(again.vectors, self.model.wv.vectors)
        self.path("vectors").unlink()

    @precondition(has_words)
    @rule(place=st.integers(0, 50), topn=st.integers(1, 20))
    def ask(self, place, topn):
        wv = self.model.wv
        word = wv.index_to_key[place % len(wv)]
        found = wv.most_similar(word, topn=topn)
        rows = wv.vectors / np.maximum(np.linalg.norm(wv.vectors, axis=1, keepdims=True), 1e-30)
        cosines = dict(zip(wv.index_to_key, rows @ rows[wv.key_to_index[word]], strict=True))
        del cosines[word]
        assert len(found) == min(topn, len(cosines))
        for (other, cosine), best in zip(found, sorted(cosines.values(), reverse=True), strict=False):
            assert cosine == pytest.approx(cosines[other], abs=1e-5) == pytest.approx(best, abs=1e-5)

    @precondition(has_words)
    @rule(wrong=st.sampled_from([{"epochs": 0}, {"corpus_iterable": "text"}, {"callbacks": "x"}, {"start_alpha": -1}]))
    def refuse(self, wrong):
        before = snapshot(self.model)
        with pytest.raises((ValueError, TypeError)):
            self.model.train(**{"corpus_iterable": [["w1", "w2"]], **wrong})
        assert_same(before, snapshot(self.model))

    # ---- what always holds ----

    @invariant()
    def words_and_rows_belong_together(self):
        if not hasattr(self, "model"):
            return
        model, wv = self.model, self.model.wv
        assert wv.key_to_index == {word: row for row, word in enumerate(wv.index_to_key)}
        assert wv.vectors.shape == (len(wv.index_to_key), SIZE) or not len(wv)
        assert wv.index_to_key[: len(model.vocab)] == model.vocab.words
        assert np.isfinite(wv.vectors).all()
        assert all(len(matrix) in (0, len(model.vocab)) for matrix in (model.syn1neg, model.syn1))
        for word, vector in self.added.items():
            np.testing.assert_array_equal(wv[word], vector)


AnyOrder.TestCase.settings = settings(
    max_examples=40, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)
TestAnyOrder = AnyOrder.TestCase
