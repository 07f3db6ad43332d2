"""Programs written for gensim 4 run with w2v in its place: what they call, what they rely on, and gensim's bugs not."""

import copy
import gzip
import io
import pickle

import numpy as np
import pytest

import w2v
from w2v import CallbackAny2Vec, KeyedVectors, LineSentence, Word2Vec, word2vec

RNG = np.random.default_rng(11)
PETS, FOOD = [["cat", "dog", "horse", "cow"], ["bread", "milk", "rice", "egg"]]
SENTENCES = [RNG.choice([*group, "the"], 6).tolist() for group in (PETS, FOOD) * 400]
SMALL = {"vector_size": 16, "window": 3, "min_count": 1, "sample": 0, "alpha": 0.1}


@pytest.fixture(scope="module")
def trained():
    return Word2Vec(SENTENCES, **SMALL, workers=1, epochs=10)


@pytest.fixture
def model(trained):
    return copy.deepcopy(trained)


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "text.txt"
    path.write_text("\n".join(map(" ".join, SENTENCES)), encoding="utf-8")
    return path


def of_one_kind(wv):
    return {word for word, _ in wv.most_similar("cat", topn=3)} == {"dog", "horse", "cow"}


# ---- what typical users call ----


def test_constructor_with_a_corpus():
    model = Word2Vec(
        sentences=SENTENCES, vector_size=20, window=4, min_count=2, workers=2, sg=1, epochs=3, negative=4, hs=0,
        sample=1e-2, seed=7, alpha=0.05, min_alpha=0.001, ns_exponent=0.5, cbow_mean=1, shrink_windows=False,
        batch_words=4, hashfxn=hash, sorted_vocab=1, null_word=0, max_vocab_size=None, max_final_vocab=8,
        trim_rule=None, compute_loss=True, callbacks=(), comment="mine",
    )  # fmt: skip
    assert (len(model.wv), model.vector_size, model.layer1_size, model.wv.vector_size) == (8, 20, 20, 20)
    assert (model.window, model.min_count, model.workers, model.sg, model.epochs, model.negative) == (4, 2, 2, 1, 3, 4)
    assert (model.hs, model.sample, model.seed, model.alpha, model.min_alpha) == (0, 1e-2, 7, 0.05, 0.001)
    assert (model.ns_exponent, model.cbow_mean, model.shrink_windows, model.batch_words) == (0.5, 1, False, 4)
    assert (model.hashfxn, model.sorted_vocab, model.null_word, model.max_vocab_size) == (hash, 1, 0, None)
    assert (model.max_final_vocab, model.compute_loss, model.comment) == (8, True, "mine")
    assert model.effective_min_count > 2


def test_most_similar(model):
    assert of_one_kind(model.wv)
    nearest = model.wv.most_similar(positive=["cat", "dog"], negative=["bread"], topn=2)
    assert [type(item) for item in nearest[0]] == [str, float]
    assert {word for word, _ in nearest} == {"horse", "cow"}
    assert model.wv.most_similar("cat", topn=3, restrict_vocab=2) != []


def test_vocabulary_then_training(trained):
    model = Word2Vec(**SMALL, workers=1, epochs=10)
    model.build_vocab(SENTENCES)
    model.train(SENTENCES, total_examples=model.corpus_count, epochs=model.epochs)
    np.testing.assert_array_equal(model.wv.vectors, trained.wv.vectors)
    model.build_vocab(corpus_iterable=SENTENCES, progress_per=1)
    model.train(corpus_iterable=SENTENCES, total_words=model.corpus_total_words, epochs=model.epochs)
    np.testing.assert_array_equal(model.wv.vectors, trained.wv.vectors)


def test_files_of_models(model, tmp_path):
    model.save(str(tmp_path / "word2vec.model"))
    loaded = Word2Vec.load(str(tmp_path / "word2vec.model"))
    np.testing.assert_array_equal(loaded.wv.vectors, model.wv.vectors)
    loaded.train([["cat", "dog"]], total_examples=1, epochs=1)
    model.save(tmp_path / "word2vec.model", separately=None, sep_limit=0, ignore=["cum_table"], pickle_protocol=4)
    handle = io.BytesIO()
    model.save(handle)
    (tmp_path / "again").write_bytes(handle.getvalue())
    assert len(Word2Vec.load(tmp_path / "again", rethrow=True).wv) == 9
    model.wv.save(str(tmp_path / "vectors.kv"), separately=None, sep_limit=0, ignore=[], pickle_protocol=4)
    assert len(KeyedVectors.load(str(tmp_path / "vectors.kv"), mmap="r")) == 9
    with open(tmp_path / "vectors.kv", "wb") as file:
        model.wv.save(file)
    assert len(KeyedVectors.load(tmp_path / "vectors.kv")) == 9


@pytest.mark.parametrize("name, binary", [("v.txt", False), ("v.bin", True), ("v.txt.gz", False), ("v.bin.gz", True)])
def test_files_of_vectors(model, tmp_path, name, binary):
    model.wv.save_word2vec_format(str(tmp_path / name), binary=binary)
    wv = KeyedVectors.load_word2vec_format(str(tmp_path / name), binary=binary)
    np.testing.assert_array_equal(wv["cat"], model.wv["cat"])
    assert wv.index_to_key == model.wv.index_to_key


def test_looking_up(model):
    wv = model.wv
    assert wv["cat"].shape == (16,)
    assert "cat" in wv
    assert "unheard" not in wv
    assert wv.index_to_key[wv.key_to_index["cat"]] == "cat"
    assert wv.vectors.shape == (len(wv), model.vector_size) == (9, 16)
    assert wv.get_vecattr("the", "count") == sum(sentence.count("the") for sentence in SENTENCES)
    np.testing.assert_allclose(np.linalg.norm(wv.get_normed_vectors(), axis=1), 1, rtol=1e-6)
    np.testing.assert_allclose(wv.get_vector("cat", norm=True), wv["cat"] / np.linalg.norm(wv["cat"]), rtol=1e-6)


class Corpus:
    """What users write: any class with __iter__."""

    def __iter__(self):
        yield from SENTENCES


def test_corpora(path, trained):
    packed = path.with_name("text.txt.gz")
    packed.write_bytes(gzip.compress(path.read_bytes()))
    settings = {**SMALL, "workers": 1, "epochs": 10}
    with open(path, "rb") as file:
        for corpus in (Corpus(), LineSentence(str(path)), LineSentence(packed), word2vec.LineSentence(file)):
            np.testing.assert_array_equal(Word2Vec(corpus, **settings).wv.vectors, trained.wv.vectors)
    np.testing.assert_array_equal(Word2Vec(corpus_file=str(path), **settings).wv.vectors, trained.wv.vectors)


def test_evaluation(model, tmp_path):
    (tmp_path / "questions").write_text(": kinds\ncat dog bread milk\nhorse cow rice egg\n")
    score, sections = model.wv.evaluate_word_analogies(str(tmp_path / "questions"), case_insensitive=True)
    assert 0 <= score <= 1
    assert sections[-1]["section"] == "Total accuracy"
    (tmp_path / "pairs").write_text("cat\tdog\t9\ncat\tmilk\t1\nbread\trice\t8\n")
    pytest.importorskip("scipy")
    pearson, spearman, oov = model.wv.evaluate_word_pairs(str(tmp_path / "pairs"))
    assert (pearson[0] > 0, spearman[0] > 0, oov) == (True, True, 0)


def test_similarities(model):
    assert model.wv.similarity("cat", "dog") > model.wv.similarity("cat", "milk")
    assert model.wv.doesnt_match(["cat", "dog", "milk", "cow"]) == "milk"
    assert model.wv.n_similarity(["cat"], ["dog"]) == model.wv.similarity("cat", "dog")


def test_callbacks_and_loss():
    class Losses(CallbackAny2Vec):
        def __init__(self):
            self.epoch, self.losses = 0, []

        def on_epoch_end(self, model):
            self.losses.append(model.get_latest_training_loss())
            self.epoch += 1

    losses = Losses()
    Word2Vec(SENTENCES, **SMALL, compute_loss=True, callbacks=[losses])
    assert losses.epoch == 5
    assert losses.losses == sorted(losses.losses)
    steps = np.diff([0, *losses.losses])
    assert steps[-1] < steps[0]


def test_more_text(model):
    more = [["cat", "dog", "wolf"]] * 50
    model.build_vocab(more, update=True)
    model.train(more, total_examples=model.corpus_count, epochs=model.epochs)
    assert "wolf" in model.wv
    assert model.wv.index_to_key[-1] == "wolf"


def test_rules_and_limits():
    def rule(word, count, min_count):
        return {"the": 1, "cat": 2}.get(word, 0)

    assert "the" not in Word2Vec(SENTENCES, **SMALL, trim_rule=rule).wv
    assert len(Word2Vec(SENTENCES, **SMALL, max_final_vocab=4).wv) <= 4
    assert len(Word2Vec(SENTENCES, **SMALL, max_vocab_size=100).wv) == 9
    for settings in ({"shrink_windows": False}, {"ns_exponent": 0}, {"ns_exponent": -0.5}):
        assert len(Word2Vec(SENTENCES, **SMALL, **settings).wv) == 9


def test_seldom_used(model, tmp_path):
    other = Word2Vec(**SMALL)
    other.reset_from(model)
    other.build_vocab_from_freq({"a": 5, "b": 7})
    assert other.wv.index_to_key == ["b", "a"]
    assert of_one_kind(KeyedVectors.load_word2vec_format(saved(model, tmp_path), binary=True))
    assert model.wv.most_similar_cosmul(positive=["cat", "dog"], topn=1)[0][0] in PETS
    assert model.wv.similar_by_vector(model.wv["cat"], topn=1)[0][0] == "cat"
    assert model.wv.similar_by_word("cat", topn=1)[0][0] in PETS


def test_other_questions(model):
    wv = model.wv
    assert wv.distances("cat", ["dog", "milk"]).argmin() == 0
    assert wv.rank("cat", "milk") > wv.rank("cat", "dog")
    assert wv.closer_than("cat", wv.most_similar("cat", topn=2)[1][0]) == [wv.most_similar("cat", topn=1)[0][0]]
    assert 0 < wv.relative_cosine_similarity("cat", "dog", topn=5) < 1
    wv.add_vectors(["new"], [wv["cat"]])
    assert wv.most_similar("new", topn=1)[0][0] == "cat"


def test_given_vectors_in_a_file(model, tmp_path):
    """gensim (B10) raises IndexError."""
    other = Word2Vec(**SMALL)
    other.build_vocab([*SENTENCES, ["unknown", "words"]])
    before = other.wv["unknown"].copy()
    other.wv.intersect_word2vec_format(saved(model, tmp_path), lockf=0.0, binary=True)
    np.testing.assert_array_equal(other.wv["cat"], model.wv["cat"])
    other.train(SENTENCES + [["unknown", "words"]] * 9)
    np.testing.assert_array_equal(other.wv["cat"], model.wv["cat"])
    assert (other.wv["unknown"] != before).any()
    other.wv.intersect_word2vec_format(saved(model, tmp_path), lockf=1.0, binary=True)
    other.train(SENTENCES)
    assert (other.wv["cat"] != model.wv["cat"]).any()


class Indexer:
    """What an indexer is: anything with this method."""

    def most_similar(self, vector, topn):
        return [("found", float(np.linalg.norm(vector)))] * topn


def test_indexers(model):
    assert model.wv.most_similar("cat", topn=2, indexer=Indexer()) == [("found", pytest.approx(1.0))] * 2


def test_phrases(path):
    text = [["new", "york", "is", "big"], ["new", "york", "has", "a", "park"]] * 20
    phrases = w2v.Phrases(text, min_count=1, threshold=0.1)
    assert phrases[text[0]][0] == "new_york"
    assert "new_york" in Word2Vec(phrases[text], **SMALL).wv
    assert phrases.freeze()[text[1]][0] == "new_york"
    assert w2v.Phraser(phrases)[text[1]][0] == "new_york"


def test_folders_and_streams(path, trained):
    settings = {**SMALL, "workers": 1, "epochs": 10}
    folder = Word2Vec(word2vec.PathLineSentences(str(path.parent)), **settings)
    np.testing.assert_array_equal(folder.wv.vectors, trained.wv.vectors)
    assert len(Word2Vec(word2vec.Text8Corpus(str(path)), **settings).wv) == 9
    (path.parent / "brown").mkdir()
    (path.parent / "brown" / "ca01").write_text("The/at Jury/nn said/vbd\n" * 9)
    assert "jury/nn" in Word2Vec(word2vec.BrownCorpus(path.parent / "brown"), **settings).wv


def saved(model, folder):
    model.wv.save_word2vec_format(folder / "saved.bin", binary=True)
    return folder / "saved.bin"


# ---- patterns in the wild ----


def test_constructor_then_vocabulary_then_training(trained):
    """gensim (B1) trains on from vectors that it has shuffled among the words."""
    model = Word2Vec(sentences=SENTENCES, **SMALL, workers=1, epochs=10)
    model.build_vocab(SENTENCES)
    model.train(SENTENCES, total_examples=model.corpus_count, epochs=model.epochs)
    np.testing.assert_array_equal(model.wv.vectors, trained.wv.vectors)
    model.build_vocab(SENTENCES + [["another", "corpus"]] * 9)
    assert len(model.wv) == 11


class Mine(Word2Vec):
    """A subclass, with a signature and attributes of its own."""

    def __init__(self, walks, **settings):
        self.walks = walks
        super().__init__(sentences=walks, min_count=1, **settings)

    def nearest(self, word):
        return self.wv.most_similar(word, topn=1)[0][0]


def test_subclasses(tmp_path):
    model = Mine(SENTENCES, vector_size=16, sample=0, alpha=0.1)
    assert model.nearest("cat") in PETS
    assert str(model) == "Mine<vocab=9, vector_size=16, alpha=0.1>"
    model.save(tmp_path / "mine")
    loaded = Mine.load(tmp_path / "mine")
    assert type(loaded) is Mine
    assert loaded.nearest("cat") == model.nearest("cat")
    assert pickle.loads(pickle.dumps(model)).walks == model.walks
    model.note = "anything"
    assert copy.copy(model).note == "anything"


def test_nodes_of_graphs():
    walks = [[str(node) for node in range(start, start + 8)] for start in range(30)]
    settings = {"vector_size": 8, "window": 5, "min_count": 0, "sg": 1, "workers": 2, "epochs": 1}
    model = Word2Vec(walks, **settings, batch_words=4)
    assert model.wv["0"].shape == (8,)
    numbers = Word2Vec([[int(node) for node in walk] for walk in walks], **settings)
    np.testing.assert_array_equal(numbers.wv[7], model.wv["7"])
    assert numbers.wv.most_similar(7, topn=1)[0][0] in range(40)


def test_vectors_for_other_libraries(model):
    matrix = model.wv.vectors
    assert (matrix.dtype, matrix.flags.writeable, matrix.ndim) == (np.float32, True, 2)
    assert np.ascontiguousarray(matrix).shape == (9, 16)
    torch = pytest.importorskip("torch")
    assert torch.from_numpy(matrix).shape == (9, 16)


def test_pickles(model, tmp_path):
    for again in (pickle.loads(pickle.dumps(model)), pickle.loads(pickle.dumps(model, 2)), copy.deepcopy(model)):
        np.testing.assert_array_equal(again.wv.vectors, model.wv.vectors)
        assert again.wv.most_similar("cat") == pickle.loads(pickle.dumps(again)).wv.most_similar("cat")
        again.train(SENTENCES, total_examples=again.corpus_count, epochs=1)
    joblib = pytest.importorskip("joblib")
    joblib.dump(model, tmp_path / "model.joblib")
    np.testing.assert_array_equal(joblib.load(tmp_path / "model.joblib").wv.vectors, model.wv.vectors)


def test_words_that_are_missing(model):
    with pytest.raises(KeyError, match="Key 'unheard' not present"):
        model.wv["unheard"]
    try:
        vector = model.wv["unheard"]
    except KeyError:
        vector = np.zeros(16)
    assert not vector.any()


def test_telling_gensim_3_from_4(model):
    assert not hasattr(model.wv, "vocab")
    assert not hasattr(model.wv, "index2word") or hasattr(model.wv, "index_to_key")
    assert hasattr(model.wv, "key_to_index")


def test_printing(model):
    assert str(model) == f"{model}" == "Word2Vec<vocab=9, vector_size=16, alpha=0.1>"
    settings = "Word2Vec<vocab=9, vector_size=16, alpha=0.1, CBOW, negative=5, window=3, epochs=10: "
    assert repr(model).startswith(settings)
    assert str(model.wv) == "KeyedVectors<vector_size=16, 9 keys>"


def test_assigning_settings_between_calls(model):
    for _ in range(3):
        model.train(SENTENCES, total_examples=model.corpus_count, epochs=1)
        model.alpha -= 0.02
        model.min_alpha = model.alpha
    model.workers, model.epochs, model.window = 2, 3, 5
    model.train(SENTENCES)
    assert len(model.losses) == 10 + 3 + 3
    model.wv = model.wv


def test_modules():
    assert word2vec.Word2Vec is Word2Vec
    assert word2vec.MAX_WORDS_IN_BATCH == 10000
    assert min(word2vec.FAST_VERSION, word2vec.CORPUSFILE_VERSION) >= 0
    assert w2v.keyedvectors.KeyedVectors is KeyedVectors


def test_load_is_a_method_of_the_class(model, tmp_path):
    model.save(tmp_path / "model")
    with pytest.raises(AttributeError, match="method of the class"):
        model.load(tmp_path / "model")
    model.wv.save(tmp_path / "vectors")
    with pytest.raises(AttributeError):
        Word2Vec.load(tmp_path / "vectors")
