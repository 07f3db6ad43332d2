"""Several threads at one set of vectors: changes wait for each other, and questions get answers of one moment."""

import copy
import pickle
import sys
import threading

import numpy as np
import pytest

from w2v import Doc2Vec, FastText, KeyedVectors, TaggedDocument, Word2Vec

SIZE = 8


@pytest.fixture(autouse=True)
def hurry():
    """Let threads take turns so often that what can go wrong does."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def vector(number):
    """A vector that tells its number."""
    return np.full(SIZE, number, np.float32)


def together(*jobs):
    """Run jobs in threads that begin at once; the first error is raised here."""
    barrier, errors = threading.Barrier(len(jobs)), []

    def run(job):
        barrier.wait()
        try:
            job()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


@pytest.mark.parametrize("kind", ["float32", "int8"])
def test_vectors_added_by_several_threads_keep_their_words(kind):
    kv = KeyedVectors(SIZE)
    kv.add_vectors(["0"], [vector(0.5)], extras={"count": [0]})
    kv = kv.astype(kind)

    def add(first):
        def run():
            for start in range(first, first + 300, 10):
                numbers = range(start, start + 10)
                rows = [vector(number) for number in numbers]
                kv.add_vectors([f"w{number}" for number in numbers], rows, extras={"count": list(numbers)})

        return run

    together(*(add(1000 * thread) for thread in range(1, 5)))
    assert len(kv) == len(kv.vectors) == len(kv.expandos["count"]) == 1201
    for thread in range(1, 5):
        for number in range(1000 * thread, 1000 * thread + 300):
            assert kv.index_to_key[kv.key_to_index[f"w{number}"]] == f"w{number}"
            np.testing.assert_allclose(kv[f"w{number}"], vector(number), rtol=1e-6)
            assert kv.get_vecattr(f"w{number}", "count") == number


def test_questions_while_vectors_are_added():
    kv = KeyedVectors(2)
    kv.add_vectors(["east", "north"], [[1, 0], [0, 2]])
    done = threading.Event()

    def add():
        for start in range(0, 4000, 10):
            angles = np.arange(start, start + 10) + 1.0
            kv.add_vectors([f"w{angle:.0f}" for angle in angles], np.stack([-angles, -angles / 2], axis=1))
        done.set()

    def ask():
        while not done.is_set():
            assert kv.most_similar("east", topn=1) == [("north", 0.0)]  # all others lie behind
            assert kv.most_similar_batch(["east"], topn=1) == [[("north", 0.0)]]
            assert kv.most_similar_cosmul("east", topn=1)[0][0] == "north"
            last = kv.index_to_key[-1]
            row = kv[last]
            assert last == "north" or row[0] == -float(last[1:])
            np.testing.assert_allclose(np.linalg.norm(kv.get_vector(last, norm=True)), 1, rtol=1e-6)
            assert len(kv.distances("east")) >= 2

    together(add, ask, ask)
    assert len(kv) == 4002
    np.testing.assert_allclose(kv.distances("east")[2:], 1 + 2 / np.sqrt(5), rtol=1e-5)


def test_attributes_and_orders_from_several_threads():
    kv = KeyedVectors(SIZE)
    kv.add_vectors([f"w{i}" for i in range(200)], [vector(i) for i in range(200)], extras={"count": np.arange(200)})

    def add():
        for number in range(200, 400, 20):
            numbers = range(number, number + 20)
            kv.add_vectors([f"w{i}" for i in numbers], [vector(i) for i in numbers], extras={"count": list(numbers)})

    def turn():
        for _ in range(20):
            kv.sort_by_descending_frequency()

    def note():
        for number in range(200):
            kv.set_vecattr(f"w{number}", "score", 1.5)

    together(add, turn)
    together(turn, add)
    note()
    assert len(kv) == 400
    for number in range(400):
        np.testing.assert_array_equal(kv[f"w{number}"], vector(number))
        assert kv.get_vecattr(f"w{number}", "count") == number


def test_copies_and_pickles_have_a_lock_of_their_own():
    kv = KeyedVectors(2)
    kv.add_vectors(["a"], [[1, 2]])
    with kv._changing:
        for made in (copy.deepcopy(kv), pickle.loads(pickle.dumps(kv)), kv.astype("float16")):
            made.most_similar("a")
            together(lambda made=made: made.add_vectors(["b"], [[3, 4]]))
            assert "b" in made
    assert "b" not in kv
    assert copy.copy(kv)._changing is kv._changing  # it has the same lists


def test_files_saved_while_vectors_are_added_are_whole(tmp_path):
    kv = KeyedVectors(SIZE)
    kv.add_vectors(["w0"], [vector(0)], extras={"count": [0]})
    done = threading.Event()

    def add():
        for number in range(1, 2000):
            kv.add_vectors([f"w{number}"], [vector(number)], extras={"count": [number]})
        done.set()

    def save():
        rounds = 0
        while not done.is_set() or rounds < 3:
            rounds += 1
            for name in ("v.w2v", "v.txt"):
                kv.save(tmp_path / name) if name == "v.w2v" else kv.save_word2vec_format(tmp_path / name)
                loaded = KeyedVectors.load(tmp_path / name)
                numbers = [int(word[1:]) for word in loaded.index_to_key]
                assert sorted(numbers) == list(range(len(loaded)))
                np.testing.assert_array_equal(loaded.vectors[:, 0], numbers)
            counts = KeyedVectors.load(tmp_path / "v.w2v").expandos["count"]
            assert counts.tolist() == list(range(len(counts)))

    together(add, save)


@pytest.mark.parametrize("kind", ["Word2Vec", "FastText", "Doc2Vec"])
def test_models_saved_while_vectors_are_added_are_whole(kind, tmp_path):
    texts = [[f"w{i}" for i in range(20)]] * 20
    settings = {"vector_size": SIZE, "min_count": 1, "workers": 1, "epochs": 1}
    if kind == "Doc2Vec":
        model = Doc2Vec([TaggedDocument(words, [number]) for number, words in enumerate(texts)], **settings)
    else:
        model = FastText(texts, **settings, bucket=50) if kind == "FastText" else Word2Vec(texts, **settings)
    sets = (model.wv, model.dv) if kind == "Doc2Vec" else (model.wv,)
    done = threading.Event()

    def add():
        for number in range(1500):
            for kv in sets:
                kv.add_vectors([f"own{number}"], [vector(number)])
        done.set()

    def save():
        while not done.is_set():
            model.save(tmp_path / "model")
            loaded = type(model).load(tmp_path / "model")
            for kv in (loaded.wv, loaded.dv) if kind == "Doc2Vec" else (loaded.wv,):
                assert kv.index_to_key[20:] == [f"own{number}" for number in range(len(kv) - 20)]
                np.testing.assert_array_equal(kv.vectors[20:, 0], np.arange(len(kv) - 20))

    together(add, save)


@pytest.mark.parametrize("format", ["model", "vectors", "word2vec"])
def test_files_saved_while_a_model_is_trained_are_whole(tmp_path, format):
    """The checksums in the file are those of the bytes in it, though these change while they are written."""
    sentences = [[f"w{(7 * i * j) % 997}" for j in range(20)] for i in range(400)]
    model = Word2Vec(sentences, vector_size=64, min_count=1, workers=2, epochs=1, negative=5)
    size = len(model.wv)
    stop = threading.Event()

    def train():
        while not stop.is_set():
            model.train(sentences, total_examples=len(sentences), epochs=2)

    def save():
        path = tmp_path / "saved"
        try:
            for _ in range(20):
                if format == "model":
                    model.save(path)
                    loaded = Word2Vec.load(path).wv
                elif format == "vectors":
                    model.wv.save(path)
                    loaded = KeyedVectors.load(path)
                else:
                    model.wv.save_word2vec_format(path, binary=True)
                    loaded = KeyedVectors.load_word2vec_format(path, binary=True)
                assert len(loaded) == size
                assert np.isfinite(loaded.vectors).all()
        finally:
            stop.set()

    together(train, save)
