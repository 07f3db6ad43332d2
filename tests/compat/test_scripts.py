"""Scripts as gensim's tutorials and users have them, in which only the imports are changed.

Each is written down as such a script would be; what the tests check is at its end.
"""

import copy
import logging
import os
import pickle
import random
import tempfile
import warnings

import numpy as np
import pytest

from w2v import utils
from w2v.callbacks import CallbackAny2Vec
from w2v.keyedvectors import KeyedVectors
from w2v.phrases.phrases import ENGLISH_CONNECTOR_WORDS, Phraser, Phrases
from w2v.word2vec import LineSentence, PathLineSentences, Word2Vec

RNG = np.random.default_rng(5)
KINDS = (["king", "queen", "prince", "throne"], ["bread", "milk", "rice", "soup"], ["car", "road", "wheel", "truck"])
LINES = [" ".join(RNG.choice([*kind, "the", "of"], 8)) for kind in KINDS * 300]


@pytest.fixture
def text(tmp_path):
    path = tmp_path / "corpus.txt"
    path.write_text("\n".join(LINES), encoding="utf-8")
    return str(path)


def test_the_tutorial_of_word2vec(text):
    logging.getLogger("w2v").setLevel(logging.INFO)

    class MyCorpus:
        """An iterator that yields sentences (lists of str)."""

        def __iter__(self):
            with open(text, encoding="utf-8") as file:
                for line in file:
                    # assume there's one document per line, tokens separated by whitespace
                    yield utils.simple_preprocess(line)

    sentences = MyCorpus()
    model = Word2Vec(sentences=sentences)
    vec_king = model.wv["king"]
    for index, word in enumerate(model.wv.index_to_key):
        if index == 10:
            break
        print(f"word #{index}/{len(model.wv.index_to_key)} is {word}")
    try:
        model.wv["cameroon"]
    except KeyError:
        print("The word 'cameroon' does not appear in this model")

    with tempfile.NamedTemporaryFile(prefix="gensim-model-", delete=False) as tmp:
        temporary_filepath = tmp.name
        model.save(temporary_filepath)
    new_model = Word2Vec.load(temporary_filepath)
    os.remove(temporary_filepath)

    model = Word2Vec(sentences, min_count=10)
    model = Word2Vec(sentences, vector_size=40)
    model = Word2Vec(sentences, workers=4)
    pairs = [("car", "truck"), ("car", "bread"), ("car", "queen")]
    for w1, w2 in pairs:
        print(f"{w1!r}\t{w2!r}\t{model.wv.similarity(w1, w2):.2f}")
    print(model.wv.most_similar(positive=["car", "truck"], topn=5))
    print(model.wv.doesnt_match(["bread", "milk", "rice", "truck"]))

    # training with more text
    more_sentences = [["Advanced", "users", "of", "the", "king", "continue", "training", "it"]]
    new_model.build_vocab(more_sentences, update=True)
    new_model.train(more_sentences, total_examples=new_model.corpus_count, epochs=new_model.epochs)

    # instantiating and training the Word2Vec model
    model_with_loss = Word2Vec(sentences, min_count=1, compute_loss=True, hs=0, sg=1, seed=42)
    training_loss = model_with_loss.get_latest_training_loss()

    assert vec_king.shape == (100,)
    assert training_loss > 0
    assert new_model.train_count == 2
    logging.getLogger("w2v").setLevel(logging.NOTSET)


class EpochLogger(CallbackAny2Vec):
    """Callback to log information about training."""

    def __init__(self):
        self.epoch = 0

    def on_epoch_begin(self, model):
        print(f"Epoch #{self.epoch} start")

    def on_epoch_end(self, model):
        print(f"Epoch #{self.epoch} end")
        self.epoch += 1


class EpochSaver(CallbackAny2Vec):
    """Callback to save model after each epoch."""

    def __init__(self, path_prefix):
        self.path_prefix = path_prefix
        self.epoch = 0

    def on_epoch_end(self, model):
        model.save(f"{self.path_prefix}_epoch{self.epoch}.model")
        self.epoch += 1


class LossLogger(CallbackAny2Vec):
    """The loss of each epoch, which gensim users get as the difference of two sums."""

    def __init__(self):
        self.epoch = 1
        self.losses = []

    def on_epoch_end(self, model):
        loss = model.get_latest_training_loss()
        if self.epoch == 1:
            self.losses.append(loss)
        else:
            self.losses.append(loss - self.loss_previous_step)
        self.epoch += 1
        self.loss_previous_step = loss


class LossResetter(CallbackAny2Vec):
    def __init__(self):
        self.losses = []

    def on_epoch_end(self, model):
        self.losses.append(model.get_latest_training_loss())
        model.running_training_loss = 0.0


def test_callbacks(text, tmp_path, capsys):
    epoch_logger, losses, resetter = EpochLogger(), LossLogger(), LossResetter()
    saver = EpochSaver(str(tmp_path / "temporary"))
    model = Word2Vec(
        corpus_file=text, sg=1, epochs=4, workers=1, compute_loss=True, callbacks=[epoch_logger, saver, losses]
    )
    again = Word2Vec(corpus_file=text, sg=1, epochs=4, workers=1, compute_loss=True, callbacks=[resetter])
    saved = [Word2Vec.load(str(tmp_path / f"temporary_epoch{epoch}.model")) for epoch in range(4)]

    assert capsys.readouterr().out.startswith("Epoch #0 start\nEpoch #0 end\nEpoch #1 start\n")
    np.testing.assert_array_equal(saved[3].wv.vectors, model.wv.vectors)
    assert (saved[0].wv.vectors != model.wv.vectors).any()
    assert losses.losses == pytest.approx(resetter.losses)
    assert losses.losses[0] > losses.losses[3] > 0
    np.testing.assert_array_equal(again.wv.vectors, model.wv.vectors)


def test_phrases_and_then_vectors(tmp_path):
    reviews = ["new york is a city", "the statue of liberty is in new york", "the statue of liberty stands", "a city"]
    sent = [row.split() for row in reviews * 20]
    phrases = Phrases(sent, min_count=1, threshold=0.1, connector_words=ENGLISH_CONNECTOR_WORDS, progress_per=10000)
    bigram = Phraser(phrases)
    sentences = bigram[sent]
    trigram = Phrases(bigram[sentences], min_count=1, threshold=1)
    model = Word2Vec(min_count=5, window=2, vector_size=30, sample=6e-5, alpha=0.03, min_alpha=0.0007, negative=20)
    model.build_vocab(sentences, progress_per=10000)
    model.train(sentences, total_examples=model.corpus_count, epochs=3, report_delay=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        model.init_sims(replace=True)
    model.wv.most_similar(positive=["new_york"])
    bigram.save(str(tmp_path / "bigram.pkl"))
    for phrase, score in phrases.find_phrases(sent).items():
        print(phrase, score)

    assert {"new_york", "statue_of_liberty"} <= set(model.wv.index_to_key)
    assert Phrases.load(str(tmp_path / "bigram.pkl"))[sent[0]] == bigram[sent[0]] == ["new_york", "is_a_city"]
    assert len(trigram.vocab) > 0
    np.testing.assert_allclose(np.linalg.norm(model.wv.vectors, axis=1), 1, rtol=1e-5)


def test_deepwalk():
    """Two cliques joined by one edge; the nodes are str, as most scripts make them."""
    edges = [(a, b) for start in (0, 8) for a in range(start, start + 8) for b in range(start, a)] + [(0, 8)]
    neighbours = {}
    for a, b in edges:
        neighbours.setdefault(a, []).append(b)
        neighbours.setdefault(b, []).append(a)

    def random_walk(path_length, rand, start):
        path = [start]
        while len(path) < path_length:
            path.append(rand.choice(neighbours[path[-1]]))
        return [str(node) for node in path]

    rand = random.Random(0)
    walks = [random_walk(20, rand, node) for _ in range(20) for node in neighbours]
    rand.shuffle(walks)
    model = Word2Vec(walks, vector_size=16, window=5, min_count=0, sg=1, hs=1, negative=0, workers=2, epochs=5)
    embeddings = np.array([model.wv[str(node)] for node in sorted(neighbours)])
    fd, name = tempfile.mkstemp()
    os.close(fd)
    model.wv.save_word2vec_format(name)
    loaded = KeyedVectors.load_word2vec_format(name)
    os.remove(name)

    assert embeddings.shape == (16, 16)
    assert {int(node) < 8 for node, _ in loaded.most_similar("3", topn=4)} == {True}
    np.testing.assert_array_equal(loaded["3"], embeddings[3])


def test_node2vec_by_a_subclass(text):
    class Embedding(Word2Vec):
        def __init__(self, walks, **kwargs):
            kwargs["sentences"] = walks
            kwargs["min_count"] = kwargs.get("min_count", 0)
            kwargs["sg"] = 1
            super().__init__(**kwargs)

        def get_embeddings(self, nodes):
            return {node: self.wv[node] for node in nodes}

    model = Embedding(LineSentence(text), vector_size=8, workers=2, window=3, epochs=1, batch_words=4)
    assert sorted(model.get_embeddings(["car", "road"])) == ["car", "road"]
    assert str(model).startswith("Embedding<vocab=14, vector_size=8")


def test_online_training(text, tmp_path):
    model = Word2Vec(LineSentence(text), vector_size=20, min_count=5, epochs=5, seed=3, workers=1)
    before, known = model.wv["king"].copy(), len(model.wv)
    model.save(str(tmp_path / "model"))
    model = Word2Vec.load(str(tmp_path / "model"))
    new = [["the", "emperor", "and", "the", "king"]] * 50
    model.min_count = 1
    model.build_vocab(new, update=True)
    print(model)
    model.train(new, total_examples=model.corpus_count, epochs=model.epochs)
    after = model.wv["king"]

    assert sorted(model.wv.index_to_key[known:]) == ["and", "emperor"]
    assert (before != after).any()
    assert model.wv.similarity("emperor", "king") > -1
    assert (model.corpus_count, model.wv.get_vecattr("emperor", "count")) == (50, 50)


def test_transfer_from_pretrained_vectors(text, tmp_path):
    pretrained = Word2Vec(LineSentence(text), vector_size=20, min_count=1, epochs=5, workers=1)
    pretrained.wv.save_word2vec_format(str(tmp_path / "pretrained.bin"), binary=True)

    model = Word2Vec(vector_size=20, min_count=1, workers=1)
    sentences = [["king", "emperor", "throne"], ["queen", "empress", "throne"]] * 30
    model.build_vocab(sentences)
    total_examples = model.corpus_count
    model_2 = KeyedVectors.load_word2vec_format(str(tmp_path / "pretrained.bin"), binary=True)
    model.build_vocab([list(model_2.key_to_index.keys())], update=True)
    model.wv.vectors_lockf = np.ones(len(model.wv), dtype=np.float32)
    model.wv.intersect_word2vec_format(str(tmp_path / "pretrained.bin"), binary=True, lockf=0.0)
    model.train(sentences, total_examples=total_examples, epochs=model.epochs)

    np.testing.assert_array_equal(model.wv["king"], pretrained.wv["king"])
    assert "emperor" in model.wv
    assert len(model.wv.vectors_lockf) == len(model.wv) == 16


def test_an_embedding_matrix_for_a_network(text):
    w2v_model = Word2Vec(LineSentence(text), vector_size=12, min_count=1)
    word_index = {word: number + 1 for number, word in enumerate(["king", "unheard", "bread"])}
    embedding_matrix = np.zeros((len(word_index) + 1, 12))
    for word, i in word_index.items():
        if word in w2v_model.wv:
            embedding_matrix[i] = w2v_model.wv[word]

    def sentence_vector(words):
        vectors = [w2v_model.wv[word] for word in words if word in w2v_model.wv.key_to_index]
        return np.mean(vectors, axis=0) if vectors else np.zeros(w2v_model.vector_size)

    assert [bool(row.any()) for row in embedding_matrix] == [False, True, False, True]
    np.testing.assert_allclose(sentence_vector(["king", "bread"]), w2v_model.wv[["king", "bread"]].mean(axis=0))
    assert w2v_model.wv.get_mean_vector(["king", "bread"], pre_normalize=False).shape == (12,)


def test_folders_of_texts_and_rules(text, tmp_path):
    folder = tmp_path / "texts"
    folder.mkdir()
    for number in range(3):
        utils.save_as_line_sentence([line.split() for line in LINES[number::3]], str(folder / f"{number}.txt"))

    def my_rule(word, count, min_count):
        if word == "the":
            return utils.RULE_DISCARD
        return utils.RULE_KEEP if word == "king" else utils.RULE_DEFAULT

    model = Word2Vec(PathLineSentences(str(folder)), min_count=5, trim_rule=my_rule, vector_size=8)
    assert "the" not in model.wv
    assert "king" in model.wv
    assert model.corpus_count == len(LINES)


@pytest.mark.parametrize("protocol", [2, 4, pickle.HIGHEST_PROTOCOL])
def test_models_that_travel(text, protocol):
    """Models in a pickle, a copy, a pool of processes: as whole as before."""
    model = Word2Vec(corpus_file=text, vector_size=8, min_count=1, workers=1)
    phrases = Phrases(LineSentence(text), min_count=1, threshold=0.01)
    for whole in (model, model.wv, phrases, phrases.freeze()):
        for other in (pickle.loads(pickle.dumps(whole, protocol)), copy.deepcopy(whole), copy.copy(whole)):
            assert type(other) is type(whole)
            assert str(other) == str(whole)
            if hasattr(whole, "vectors"):
                np.testing.assert_array_equal(other.vectors, whole.vectors)
                assert other.most_similar("king", topn=1)[0][0] == whole.most_similar("king", topn=1)[0][0]
            if hasattr(whole, "phrasegrams"):
                assert list(other[["the", "king"]]) == list(whole[["the", "king"]])
