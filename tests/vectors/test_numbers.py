"""Answers are right whatever the numbers are: very large, very small, equal, or not numbers at all."""

import logging
import math

import numpy as np
import pytest

from w2v import KeyedVectors
from w2v.comparison import compare
from w2v.projection import project

WORDS = [f"w{i}" for i in range(60)]


def vectors_of(rows, words=WORDS):
    kv = KeyedVectors(rows.shape[1])
    kv.vectors = np.array(rows)
    kv.index_to_key = list(words[: len(rows)])
    kv.key_to_index = {word: place for place, word in enumerate(kv.index_to_key)}
    return kv


@pytest.fixture
def rows():
    return np.random.default_rng(1).normal(size=(60, 25))


def ask(kv):
    """What does not depend on the length of vectors."""
    return {
        "most_similar": kv.most_similar("w3", topn=59),
        "analogy": kv.most_similar(["w3", "w4"], ["w5"], topn=57),
        "batch": kv.most_similar_batch(["w3"], topn=59)[0],
        "cosmul": kv.most_similar_cosmul(["w3", "w4"], ["w5"], topn=57),
        "all": list(enumerate(kv.most_similar("w3", topn=None))),
        "all of a batch": list(enumerate(kv.most_similar_batch(["w3"], topn=None)[0])),
        "distances": list(enumerate(kv.distances("w3"))),
        "some distances": list(enumerate(kv.distances("w3", WORDS[5:9]))),
        "similarity": [(0, kv.similarity("w3", "w7")), (1, kv.distance("w3", "w7"))],
        "n_similarity": [(0, kv.n_similarity(["w3", "w4"], ["w7"]))],
        "centrality": [(word, score) for score, word in kv.rank_by_centrality(WORDS)],
        "rank": [(0, kv.rank("w3", "w7")), (1, len(kv.closer_than("w3", "w9")))],
        "relative": [(0, kv.relative_cosine_similarity("w3", "w7"))],
        "static": list(enumerate(kv.cosine_similarities(kv["w3"], kv.vectors))),
        "normed": list(enumerate(kv.get_normed_vectors().ravel())),
        "one normed": list(enumerate(kv.get_vector("w3", norm=True))),
        "mean": list(enumerate(kv.get_mean_vector(["w3", "w4"], post_normalize=True))),
        "given": [(kv.most_similar_to_given("w3", WORDS[4:]), 0)],
        "map": list(enumerate(project(kv.vectors).ravel())),
    }


@pytest.mark.parametrize(
    "dtype, scale",
    [(np.float32, scale) for scale in (1e-36, 1e-30, 1e-20, 1e15, 1e19, 1e30, 5e37)]
    + [(np.float64, 1e-300), (np.float64, 1e300)],
)
def test_cosines_do_not_depend_on_lengths(rows, dtype, scale):
    expected = ask(vectors_of(rows))
    kv = vectors_of((rows * scale).astype(dtype))
    for name, answer in ask(kv).items():
        assert [key for key, _ in answer] == [key for key, _ in expected[name]], name
        np.testing.assert_allclose([x for _, x in answer], [x for _, x in expected[name]], atol=2e-6, err_msg=name)
    kv.unit_normalize_all()
    np.testing.assert_allclose(kv.vectors, vectors_of(rows).get_normed_vectors(), atol=1e-6)
    assert compare(kv, vectors_of(rows)).cosine == pytest.approx(1)


def test_one_row_of_another_size_changes_no_other_answer(rows):
    expected = ask(vectors_of(rows))
    mixed = rows.astype(np.float32)
    mixed[7] *= np.float32(1e37)
    mixed[9] *= np.float32(1e-37)
    answers = ask(vectors_of(mixed))
    for name in ("most_similar", "analogy", "batch", "distances", "similarity", "rank", "normed", "static"):
        assert [key for key, _ in answers[name]] == [key for key, _ in expected[name]], name
        np.testing.assert_allclose([x for _, x in answers[name]], [x for _, x in expected[name]], atol=2e-6)


@pytest.mark.parametrize("scale", [1e-30, 1.0, 1e30])
def test_int8_of_any_size(rows, scale):
    expected = [key for key, _ in vectors_of(rows).astype("int8").most_similar("w3")]
    kv = vectors_of((rows * scale).astype(np.float32)).astype("int8")
    assert [key for key, _ in kv.most_similar("w3")] == expected
    np.testing.assert_allclose(
        kv.vectors.astype(np.float64) * kv.scales[:, np.newaxis], rows * scale, atol=0.02 * scale
    )


def test_int8_of_the_smallest_numbers():
    kv = vectors_of(np.array([[1e-45, 0], [1e-42, -1e-42]], np.float32)).astype("int8")
    np.testing.assert_allclose(np.asarray(kv), np.array([[1e-45, 0], [1e-42, -1e-42]], np.float32), rtol=0.01)


def test_numbers_too_large_for_a_narrow_type(rows):
    kv = vectors_of(rows * 1e5)
    with pytest.raises(ValueError, match=r"dtype: expected one that holds numbers up to .*e.05, got float16"):
        kv.astype("float16")
    with pytest.raises(ValueError, match="got float32"):
        vectors_of(rows * 1e300).astype("float32")
    assert kv.astype("float32").most_similar("w3")


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "int8"])
def test_cosines_stay_between_their_ends(dtype):
    rows = np.repeat(np.random.default_rng(3).normal(size=(100, 25)), 3, axis=0)
    rows[1::3] *= 3  # the same direction, and the other one
    rows[2::3] *= -0.1
    kv = vectors_of(rows.astype(np.float32), [f"w{i}" for i in range(300)]).astype(dtype)
    for word in kv.index_to_key:
        distances = kv.distances(word)
        assert 0 <= distances.min() <= distances.max() <= 2
        assert kv.distances(word, kv.index_to_key).min() >= 0
        assert 0 <= kv.distance(word, word) <= kv.distance(word, kv.index_to_key[2])
        cosines = [cosine for _, cosine in kv.most_similar(word, topn=299)]
        assert -1 <= min(cosines) <= max(cosines) <= 1
        assert all(0 <= score <= 1 for _, score in kv.most_similar_cosmul(word, topn=299))
        assert np.abs(kv.cosine_similarities(kv[word], np.asarray(kv))).max() <= 1
    batch = kv.most_similar_batch(kv.index_to_key, topn=299)
    assert max(abs(cosine) for answer in batch for _, cosine in answer) <= 1
    assert np.abs(kv.most_similar_batch(kv.index_to_key, topn=None)).max() <= 1
    assert max(score for score, _ in kv.rank_by_centrality(["w0", "w1"])) <= 1


# What is not a number.


@pytest.fixture(params=[np.nan, np.inf, -np.inf])
def damaged(request, rows):
    rows = rows.astype(np.float32)
    rows[5] = request.param
    rows[8, 2] = request.param
    return vectors_of(rows)


def test_vectors_that_are_not_finite_come_last(damaged, rows):
    whole = vectors_of(np.delete(rows, [5, 8], axis=0).astype(np.float32), [w for w in WORDS if w not in ("w5", "w8")])
    expected = whole.most_similar("w3", topn=57)
    for answer in (damaged.most_similar("w3", topn=59), damaged.most_similar_batch(["w1", "w3"], topn=59)[1]):
        assert [key for key, _ in answer[:57]] == [key for key, _ in expected]
        np.testing.assert_allclose([x for _, x in answer[:57]], [x for _, x in expected], rtol=1e-5)
        assert {key for key, _ in answer[57:]} == {"w5", "w8"}
        assert all(math.isnan(cosine) for _, cosine in answer[57:])
    assert [key for key, _ in damaged.most_similar("w3", topn=10)] == [key for key, _ in expected[:10]]
    assert damaged.rank("w3", "w5") == 58
    assert damaged.rank("w3", "w7") == whole.rank("w3", "w7")
    assert damaged.most_similar_to_given("w3", ["w5", "w7", "w8"]) == "w7"


def test_statistics_of_what_is_not_a_number(damaged, caplog):
    assert math.isnan(damaged.similarity("w3", "w5"))
    assert math.isnan(damaged.distance("w5", "w3"))
    assert math.isnan(damaged.n_similarity(["w3"], ["w8", "w4"]))
    assert np.isnan(damaged.distances("w5")).all()
    assert np.flatnonzero(np.isnan(damaged.distances("w3"))).tolist() == [5, 8]
    with caplog.at_level(logging.WARNING, "w2v"):
        ranked = damaged.rank_by_centrality(["w1", "w5", "w2", "w8"])
    assert {word for _, word in ranked} == {"w1", "w2"}
    assert "their vectors are not finite: ['w5', 'w8']" in caplog.text
    with pytest.raises(ValueError, match="finite"):
        damaged.doesnt_match(["w5", "w8"])


def test_word_movers_distance_of_what_is_not_a_number(damaged):
    pytest.importorskip("ot", reason="POT is not installed")
    assert math.isnan(damaged.wmdistance(["w3"], ["w5"]))
    assert damaged.wmdistance(["w3", "w4"], ["w4", "w3"]) == pytest.approx(0, abs=1e-6)


def test_evaluations_leave_out_and_count(damaged, tmp_path, caplog):
    pairs = tmp_path / "pairs.tsv"
    lines = [f"w{i}\tw{i + 1}\t{i % 7}" for i in range(20)]
    pairs.write_text("\n".join([*lines, "w30\tw31\tnan", "w32\tw33\tinf"]))
    with caplog.at_level(logging.WARNING, "w2v"):
        pearson, spearman, unknown = damaged.evaluate_word_pairs(pairs)
    assert "left out 2 pairs whose judgement is not finite" in caplog.text
    assert unknown == 100 * 4 / 20
    kept = [line for line in lines if not {"w5", "w8"} & set(line.split("\t"))]
    pairs.write_text("\n".join(kept))
    assert damaged.evaluate_word_pairs(pairs) == (pearson, spearman, 0.0)
    pairs.write_text("\n".join([*lines, "w30\tw31\tnan"]))
    score = damaged.evaluate_sets(pairs)["pairs"]
    assert (score.used, score.total) == (16, 21)
    assert score.value == pytest.approx(spearman.statistic)
    analogies = tmp_path / "analogies.txt"
    analogies.write_text(": one\nw1 w2 w3 w4\nw1 w5 w3 w4\n")
    assert sum(len(damaged.evaluate_word_analogies(analogies)[1][0][kind]) for kind in ("correct", "incorrect")) == 1
    assert damaged.evaluate_sets(analogies)["analogies"].used == 1


@pytest.mark.parametrize("scale", [1e-30, 1.0, 1e30])
@pytest.mark.parametrize("kind", ["float32", "int8"])
def test_indexes_do_not_depend_on_lengths(rows, scale, kind):
    pytest.importorskip("usearch", reason="usearch is not installed")
    kv = vectors_of((rows * scale).astype(np.float32)).astype(kind)
    index = kv.build_index(dtype="float32")
    found, exact = kv.most_similar("w3", topn=60, indexer=index), kv.most_similar("w3", topn=59)
    assert [key for key, _ in found[1:6]] == [key for key, _ in exact[:5]]
    assert max(cosine for _, cosine in found) <= 1
    assert index.most_similar((rows[3] * 1e200).tolist(), 1)[0][0] == "w3"


def test_numbers_of_comparisons_that_make_no_sense(rows, tmp_path):
    kv = vectors_of(rows)
    for name, least in {"words": 2, "asked": 1, "near": 1, "topn": 0}.items():
        with pytest.raises(ValueError, match=f"{name}: expected {least} or more, got -1"):
            compare(kv, kv, **{name: -1})
    path = tmp_path / "pairs.tsv"
    path.write_text("w1\tw2\t3\nw2\tw3\t1\n")
    for ask in (kv.evaluate_word_pairs, kv.evaluate_word_analogies, kv.evaluate_sets):
        with pytest.raises(ValueError, match="restrict_vocab: expected how many of the first words to ask, got -1"):
            ask(path, restrict_vocab=-1)
