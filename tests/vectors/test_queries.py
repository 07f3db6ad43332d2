"""What KeyedVectors answers, against plain numpy in float64, and every error and oddity of its contract."""

import importlib.util
import logging
import sys
import types

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import optimize

from w2v import KeyedVectors
from w2v.vectors.cosine import highest, widened

WORDS = ["the", "cat", "dog", "car", "bus", "Haus", "naïve"]


def padded(vectors, stride=16):
    """The same vectors as a view of a matrix with longer rows, filled with what must not be looked at."""
    matrix = np.full((len(vectors), stride), np.nan, dtype=np.float32)
    matrix[:, : vectors.shape[1]] = vectors
    return matrix[:, : vectors.shape[1]]


@pytest.fixture(params=["dense", "padded", "read-only"])
def kv(request):
    vectors = np.random.default_rng(1).normal(size=(len(WORDS), 5)).astype(np.float32)
    if request.param == "padded":
        vectors = padded(vectors)
    if request.param == "read-only":
        vectors.flags.writeable = False
    return KeyedVectors.from_pieces(list(WORDS), vectors, {"count": np.arange(len(WORDS), 0, -1)})


def unit(vector):
    vector = np.asarray(vector, dtype=np.float64)
    return vector / np.linalg.norm(vector)


def cosines(kv, vector):
    return np.array([unit(row) @ unit(vector) for row in kv.vectors])


def expected(kv, vector, without=(), topn=10, places=None):
    """What most_similar answers, by sorting all cosines."""
    scores = cosines(kv, vector)
    places = range(len(kv)) if places is None else places
    keys = [kv.index_to_key[i] for i in sorted(places, key=lambda i: -scores[i])]
    return [(key, pytest.approx(scores[kv.get_index(key)], abs=1e-6)) for key in keys if key not in without][:topn]


# ---- most_similar ----


def test_most_similar_of_a_key(kv):
    assert kv.most_similar("cat") == expected(kv, kv["cat"], ["cat"])
    assert kv.most_similar(positive=["cat"], topn=3) == expected(kv, kv["cat"], ["cat"], 3)
    assert kv.similar_by_word("cat", 2) == kv.similar_by_key("cat", topn=2) == kv.most_similar("cat", topn=2)
    assert all(type(score) is float for _, score in kv.most_similar("cat"))


def test_key_and_its_unit_vector_give_equal_floats(kv):
    by_key = kv.most_similar("cat", topn=6)
    by_vector = kv.similar_by_vector(kv.get_vector("cat", norm=True), topn=7)
    assert by_vector[0][0] == "cat"
    assert by_vector[1:] == by_key


def test_vectors_are_not_left_out(kv):
    assert kv.most_similar(positive=[kv["cat"]])[0] == ("cat", pytest.approx(1.0))


def test_mean_of_unit_vectors(kv):
    mean = unit(kv["cat"]) + unit(kv["bus"]) - unit(kv["dog"])
    assert kv.most_similar(["cat", "bus"], ["dog"]) == expected(kv, mean, ["cat", "bus", "dog"])
    assert kv.most_similar(("cat", "bus"), "dog") == expected(kv, mean, ["cat", "bus", "dog"])
    assert kv.most_similar(negative="dog") == expected(kv, -kv["dog"], ["dog"])


def test_weights(kv):
    mean = 0.5 * unit(kv["cat"]) - 2 * kv["dog"] + 3 * kv["bus"]
    answer = kv.most_similar([("cat", 0.5), kv["bus"] * 3], [(kv["dog"], -2)])
    assert answer == expected(kv, mean, ["cat"])
    assert kv.most_similar("cat", [("dog", -1)]) == kv.most_similar("cat", ["dog"])


def test_numbers_of_answers_of_numpy(kv):
    """gensim's WordEmbeddingSimilarityIndex asks for an np.uint8."""
    assert kv.most_similar("cat", topn=np.uint8(2)) == kv.most_similar("cat", topn=2)
    assert kv.most_similar_batch(["cat"], topn=np.uint8(2)) == kv.most_similar_batch(["cat"], topn=2)
    assert kv.most_similar_cosmul("cat", topn=np.uint8(2)) == kv.most_similar_cosmul("cat", topn=2)
    with pytest.raises(TypeError):
        kv.most_similar("cat", topn=2.0)


def test_arrays_of_vectors(kv):
    mean = kv["cat"] + kv["dog"]
    assert kv.most_similar(kv[["cat", "dog"]]) == expected(kv, mean)
    assert kv.most_similar(kv["cat"]) == expected(kv, kv["cat"])


def test_clipping(kv):
    assert kv.most_similar("dog", clip_start=1, clip_end=4) == expected(kv, kv["dog"], ["dog"], places=[1, 2, 3])
    assert kv.most_similar("dog", restrict_vocab=2) == expected(kv, kv["dog"], ["dog"], places=[0, 1])
    assert kv.most_similar("dog", restrict_vocab=100) == kv.most_similar("dog")
    assert kv.most_similar("dog", clip_start=5, clip_end=3) == []
    np.testing.assert_allclose(
        kv.most_similar("dog", topn=None, clip_start=1, clip_end=3), cosines(kv, kv["dog"])[1:3], atol=1e-6
    )


def test_topn(kv):
    assert kv.most_similar("cat", topn=0) == []
    for ask in (
        kv.most_similar,
        kv.most_similar_cosmul,
        kv.similar_by_key,
        lambda key, topn: kv.most_similar_batch([key], topn=topn),
    ):
        with pytest.raises(ValueError, match="topn: expected 0 or more, or None for all, got -1"):
            ask("cat", topn=-1)
    assert len(kv.most_similar("cat", topn=1000)) == len(WORDS) - 1
    assert len(kv.most_similar("cat", topn=np.int32(2))) == 2
    np.testing.assert_allclose(kv.most_similar("cat", topn=None), cosines(kv, kv["cat"]), atol=1e-6)
    with pytest.raises(TypeError):
        kv.most_similar("cat", topn=2.5)


def test_most_similar_refuses(kv):
    with pytest.raises(ValueError, match="at least one"):
        kv.most_similar()
    with pytest.raises(ValueError, match="at least one"):
        kv.most_similar(positive=[], negative=[])
    with pytest.raises(KeyError, match="Key 'cow' not present"):
        kv.most_similar(["cat", "cow"])
    with pytest.raises(ValueError, match="vector of 5 numbers"):
        kv.most_similar([np.ones(1, dtype=np.float32)])
    with pytest.raises(KeyError, match=r"Key 0\.5 not present"):
        kv.most_similar(["cat", 0.5])


def test_indexer(kv):
    class Indexer:
        def most_similar(self, vector, topn):
            self.asked = vector, topn
            return "its answer"

    indexer = Indexer()
    assert kv.most_similar("cat", topn=3, indexer=indexer) == "its answer"
    vector, topn = indexer.asked
    assert (vector.dtype, topn) == (np.float32, 3)
    np.testing.assert_allclose(vector, unit(kv["cat"]), rtol=1e-6)
    assert len(kv.most_similar("cat", topn=None, indexer=indexer)) == len(WORDS)


def test_batch_answers_what_single_questions_do(kv):
    positive = ["cat", ["cat", "bus"], kv["dog"] * 2, [("cat", 0.5), kv["bus"]], []]
    negative = [None, "dog", ["the", "car"], None, ["Haus"]]
    for clip in ({}, {"clip_start": 1, "clip_end": 5}, {"restrict_vocab": 3}, {"clip_start": 5, "clip_end": 3}):
        for topn in (0, 1, 3, 100):
            batch = kv.most_similar_batch(positive, negative, topn=topn, **clip)
            single = [kv.most_similar(*pair, topn=topn, **clip) for pair in zip(positive, negative, strict=True)]
            assert batch == [[(key, pytest.approx(score, abs=1e-6)) for key, score in answer] for answer in single]
        batch = kv.most_similar_batch(positive, negative, topn=None, **clip)
        single = [kv.most_similar(*pair, topn=None, **clip) for pair in zip(positive, negative, strict=True)]
        np.testing.assert_allclose(batch, single, atol=1e-6)
    assert kv.most_similar_batch(iter(["cat"])) == kv.most_similar_batch(["cat"])
    assert kv.most_similar_batch([]) == []
    assert kv.most_similar_batch([], topn=None).shape == (0, len(WORDS))


def test_batch_refuses(kv):
    with pytest.raises(ValueError, match="negative: expected 2, one for each of positive, got 1"):
        kv.most_similar_batch(["cat", "dog"], ["car"])
    with pytest.raises(ValueError, match="at least one"):
        kv.most_similar_batch([["cat"], []])
    with pytest.raises(KeyError, match="Key 'cow' not present"):
        kv.most_similar_batch(["cat", "cow"])


def test_batch_over_many_tiles(monkeypatch):
    """Rows and questions that fill several tiles, with ties, NaN, zeros, and more answers than a tile has rows."""
    monkeypatch.setattr("w2v.vectors.cosine._ROWS", 16)
    monkeypatch.setattr("w2v.vectors.cosine._QUERIES", 8)
    vectors = np.random.default_rng(3).integers(-2, 3, size=(100, 3)).astype(np.float32)
    vectors[[5, 40]] = 0
    vectors[[3, 77]] = np.nan
    kv = KeyedVectors.from_pieces([f"w{i}" for i in range(100)], vectors, {})
    asked = [f"w{i}" for i in range(100) if i not in (3, 77)]
    for topn in (1, 12, 40):
        for word, answer in zip(asked, kv.most_similar_batch(asked, topn=topn), strict=True):
            found, scores = [score for _, score in answer], kv.most_similar(word, topn=None)
            assert found == pytest.approx([score for _, score in kv.most_similar(word, topn=topn)], abs=1e-6)
            assert [scores[kv.get_index(key)] for key, _ in answer] == pytest.approx(found, abs=1e-6)
            assert len({key for key, _ in answer} - {word}) == topn


def test_equal_cosines_in_order_of_position(monkeypatch):
    monkeypatch.setattr("w2v.vectors.cosine._ROWS", 8)
    kv = KeyedVectors.from_pieces(list(range(40)), np.ones((40, 2), np.float32), {})
    assert [key for key, _ in kv.most_similar_batch([39], topn=20)[0]] == list(range(20))
    assert [key for key, _ in kv.most_similar(39, topn=20)] == list(range(20))


def test_highest_of_more_scores_than_groups():
    scores = np.random.default_rng(4).normal(size=70_001).astype(np.float32)
    assert highest(scores, 12).tolist() == np.argsort(-scores)[:12].tolist()
    scores[::1000] = np.nan
    order = np.argsort(np.where(np.isnan(scores), np.inf, -scores), kind="stable")
    assert highest(scores, 12).tolist() == order[:12].tolist()


def test_every_float16_is_widened():
    numbers = np.arange(1 << 16, dtype=np.uint16).view(np.float16)
    numbers = numbers[np.isfinite(numbers)].reshape(-1, 1024)
    np.testing.assert_array_equal(widened(numbers, np.float32), numbers.astype(np.float32))


@pytest.mark.parametrize("kind, error", [("float16", 1e-3), ("int8", 1e-2), ("float64", 1e-6)])
def test_narrow_vectors_answer_alike(kind, error):
    vectors = np.random.default_rng(5).normal(size=(500, 40)).astype(np.float32)
    wide = KeyedVectors.from_pieces([f"w{i}" for i in range(500)], vectors, {})
    kv = wide.astype(kind)
    assert kv.similarity("w1", "w2") == pytest.approx(wide.similarity("w1", "w2"), abs=error)
    np.testing.assert_allclose(kv.distances("w3"), wide.distances("w3"), atol=error)
    np.testing.assert_allclose(kv.distances("w3", ["w4"]), wide.distances("w3", ["w4"]), atol=error)
    question = (["w4", "w5"], ["w6"])
    np.testing.assert_allclose(
        kv.most_similar(*question, topn=None), wide.most_similar(*question, topn=None), atol=error
    )
    assert kv.most_similar(*question, topn=1)[0][0] == wide.most_similar(*question, topn=1)[0][0]
    assert kv.most_similar_batch(["w7"], topn=1)[0][0][0] == wide.most_similar("w7", topn=1)[0][0]
    assert kv.most_similar_cosmul("w7", topn=1)[0][0] == wide.most_similar_cosmul("w7", topn=1)[0][0]
    assert kv.n_similarity(["w1"], ["w2", "w3"]) == pytest.approx(wide.n_similarity(["w1"], ["w2", "w3"]), abs=error)
    assert kv.doesnt_match(["w1", "w2", "w3"]) == wide.doesnt_match(["w1", "w2", "w3"])


def test_many_rows_of_float16():
    vectors = np.random.default_rng(2).normal(size=(20_000, 3)).astype(np.float16) * 100
    kv = KeyedVectors.from_pieces(list(range(20_000)), vectors, {})
    single = KeyedVectors.from_pieces(list(range(20_000)), vectors.astype(np.float32), {})
    assert [key for key, _ in kv.most_similar(19_999)] == [key for key, _ in single.most_similar(19_999)]
    assert kv.norms.dtype == np.float32
    assert kv.get_normed_vectors().dtype == np.float16


scores = hnp.arrays(np.float32, st.integers(0, 60), elements=st.sampled_from([-1.0, 0.0, 0.25, 0.5, 1.0, np.nan]))


@given(scores, st.integers(-1, 70))
def test_highest_scores_in_order(scores, count):
    order = sorted(range(len(scores)), key=lambda i: (np.isnan(scores[i]), -scores[i]))
    assert highest(scores, count).tolist() == order[: max(count, 0)]


@given(st.integers(1, 40), st.integers(1, 20), st.integers(0, 2**32 - 1), st.integers(1, 45))
def test_most_similar_of_random_vectors(rows, size, seed, topn):
    generator = np.random.default_rng(seed)
    vectors = padded(generator.normal(size=(rows, size)), stride=32)
    kv = KeyedVectors.from_pieces([f"w{i}" for i in range(rows)], vectors, {})
    query = generator.normal(size=size)
    answer = kv.most_similar([query], topn=topn)
    scores = cosines(kv, query)
    assert [score for _, score in answer] == pytest.approx(sorted(scores, reverse=True)[:topn], abs=1e-5)
    assert [scores[kv.get_index(key)] for key, _ in answer] == pytest.approx([s for _, s in answer], abs=1e-5)


# ---- other questions ----


def test_cosine_similarities():
    cosines = KeyedVectors.cosine_similarities(np.array([3.0, 4.0]), np.array([[3.0, 4.0], [-6.0, -8.0], [0.0, 0.0]]))
    assert cosines.tolist() == [1.0, -1.0, 0.0]
    with pytest.raises(ValueError, match=r"\(n, d\), got \(2,\) and \(1, 3\)"):
        KeyedVectors.cosine_similarities([1, 2], [[1, 2, 3]])


def emd2(first, second, costs):
    """What POT computes: the least cost of moving one distribution into the other."""
    rows, columns = costs.shape
    sums = np.vstack([np.kron(np.eye(rows), np.ones(columns)), np.kron(np.ones(rows), np.eye(columns))])
    return optimize.linprog(costs.ravel(), A_eq=sums, b_eq=np.concatenate([first, second])).fun


def test_word_movers_distance(kv, monkeypatch):
    if importlib.util.find_spec("ot") is None:
        monkeypatch.setitem(sys.modules, "ot", types.SimpleNamespace(emd2=emd2))
    points = {word: unit(kv[word]) for word in WORDS}
    from_cat = [np.linalg.norm(points["cat"] - points[word]) for word in ("dog", "car")]
    assert kv.wmdistance(["cat", "cow"], ["dog", "car"]) == pytest.approx(sum(from_cat) / 2)
    assert kv.wmdistance(iter(["cat"]), iter(["dog", "dog", "dog", "car"])) == pytest.approx(
        from_cat @ np.array([0.75, 0.25])
    )
    assert kv.wmdistance(["cat", "dog"], ["dog", "cat"]) == pytest.approx(0.0)
    assert kv.wmdistance(["cat"], ["cat", "cat"]) == 0.0
    assert kv.wmdistance(["cat", "dog", "dog"], ["cat", "cat", "dog"]) == pytest.approx(from_cat[0] / 3)
    raw = np.linalg.norm(kv["cat"].astype(float) - kv["dog"])
    assert kv.wmdistance(["cat"], ["dog"], norm=False) == pytest.approx(raw)
    assert kv.wmdistance(["cow"], ["cat"]) == kv.wmdistance([], ["cat"]) == np.inf


def test_word_movers_distance_without_its_library(kv, monkeypatch):
    monkeypatch.setitem(sys.modules, "ot", None)
    with pytest.raises(ImportError, match=r'needs POT: pip install "w2v\[wmd\]"'):
        kv.wmdistance(["cat"], ["dog"])


def test_cosmul(kv):
    def similarity(word):
        return (1 + cosines(kv, kv[word])) / 2

    scores = similarity("cat") * similarity("bus") / (similarity("dog") + 1e-6)
    order = [WORDS[i] for i in np.argsort(-scores) if WORDS[i] not in ("cat", "bus", "dog")]
    answer = kv.most_similar_cosmul(["cat", "bus"], ["dog"])
    assert answer == [(word, pytest.approx(scores[WORDS.index(word)], rel=1e-5)) for word in order]
    assert kv.most_similar_cosmul([kv["cat"] * 2, "bus"], "dog", topn=None) == pytest.approx(scores, rel=1e-5)
    few = kv.most_similar_cosmul("cat", restrict_vocab=3)
    assert {word for word, _ in few} == {"the", "dog"}
    assert kv.most_similar_cosmul("cat", topn=0) == []
    with pytest.raises(ValueError, match="positive"):
        kv.most_similar_cosmul(negative=["dog"])
    with pytest.raises(KeyError, match="Key 'cow' not present"):
        kv.most_similar_cosmul(["cow"])


def test_similarity_and_distance(kv):
    cosine = unit(kv["cat"]) @ unit(kv["dog"])
    assert kv.similarity("cat", "dog") == pytest.approx(cosine)
    assert type(kv.similarity("cat", "dog")) is float
    assert kv.similarity("cat", "cat") == pytest.approx(1.0)
    assert kv.similarity("cat", "cat") <= 1.0
    assert kv.distance("cat", "dog") == 1 - kv.similarity("cat", "dog")
    with pytest.raises(KeyError):
        kv.similarity("cat", "cow")


@pytest.mark.parametrize("others", [["dog", "car"], ("dog", "car"), np.array(["dog", "car"]), np.array([2, 3])])
def test_distances(kv, others):
    np.testing.assert_allclose(kv.distances("cat", others), 1 - cosines(kv, kv["cat"])[[2, 3]], atol=1e-6)
    np.testing.assert_allclose(kv.distances(kv["cat"] * 3), 1 - cosines(kv, kv["cat"]), atol=1e-6)
    with pytest.raises(KeyError):
        kv.distances("cat", ["cow"])


def test_n_similarity(kv):
    cosine = unit(kv["cat"] + kv["dog"]) @ unit(kv["car"] + kv["bus"])
    assert kv.n_similarity(["cat", "dog", "cow"], ["car", "bus"]) == pytest.approx(cosine, abs=1e-6)
    assert kv.n_similarity(["cow"], ["cat"]) == 0.0
    with pytest.raises(ZeroDivisionError):
        kv.n_similarity([], ["cat"])


def test_mean_vector(kv):
    mean = (2 * unit(kv["cat"]) - unit(kv["dog"])) / 3
    np.testing.assert_allclose(kv.get_mean_vector(["cat", "dog"], [2, -1]), mean, atol=1e-6)
    raw = kv.get_mean_vector(["cat", kv["dog"]], pre_normalize=False)
    np.testing.assert_allclose(raw, (kv["cat"] + kv["dog"]) / 2, atol=1e-6)
    np.testing.assert_allclose(np.linalg.norm(kv.get_mean_vector(WORDS, post_normalize=True)), 1, rtol=1e-6)
    assert not kv.get_mean_vector(["cow"]).any()
    with pytest.raises(ValueError, match="at least one"):
        kv.get_mean_vector([])
    with pytest.raises(ValueError, match="expected 2"):
        kv.get_mean_vector(["cat", "dog"], [1])
    with pytest.raises(KeyError, match="Key 'cow' not present"):
        kv.get_mean_vector(["cat", "cow"], ignore_missing=False)


def test_doesnt_match(kv, caplog):
    words = ["cat", "dog", "bus", "car"]
    centre = sum(unit(kv[word]) for word in words)
    central = sorted(words, key=lambda word: -unit(kv[word]) @ centre)
    assert kv.doesnt_match(words) == central[-1]
    ranking = kv.rank_by_centrality(iter(words))
    assert [word for _, word in ranking] == central
    assert [score for score, _ in ranking] == pytest.approx(
        [unit(kv[word]) @ unit(centre) for word in central], abs=1e-6
    )
    with caplog.at_level(logging.WARNING, logger="w2v"):
        assert kv.doesnt_match([*words, "cow"]) == central[-1]
    assert "cow" in caplog.text
    with pytest.raises(ValueError, match="at least one"):
        kv.doesnt_match(["cow"])


def test_ranks(kv):
    distance = 1 - cosines(kv, kv["cat"])
    nearer = [word for i, word in enumerate(WORDS) if distance[i] < distance[2] and word != "cat"]
    assert kv.closer_than("cat", "dog") == nearer
    assert kv.rank("cat", "dog") == len(nearer) + 1
    words = ["the", "dog", "bus"]
    assert kv.most_similar_to_given("cat", words) == max(words, key=lambda word: kv.similarity("cat", word))
    share = kv.similarity("cat", "dog") / sum(score for _, score in kv.most_similar("cat", topn=3))
    assert kv.relative_cosine_similarity("cat", "dog", topn=3) == pytest.approx(share)
