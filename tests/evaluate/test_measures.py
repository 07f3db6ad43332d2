"""Outliers, clusters and retrieval: against values worked out by hand, and against scikit-learn."""

import math

import numpy as np
import pytest

from w2v.base.norms import unit_rows
from w2v.evaluate import k_means, mutual_information, outlier_positions, purity, retrieve
from w2v.evaluate.clusters import contingency

GROUP = np.array([[1, 0, 0], [0.8, 0.6, 0], [0.8, 0, 0.6]])


def compactness(rows, left_out):
    """The score of Camacho-Collados and Navigli as they define it: mean similarity of all pairs of other words."""
    others = [row for place, row in enumerate(rows) if place != left_out]
    pairs = [a @ b for i, a in enumerate(others) for j, b in enumerate(others) if i != j]
    return sum(pairs) / len(pairs)


def test_outlier_is_found():
    # Sums of similarities: 1.6 - 0.6, 0.8 + 0.64 - 0.48, ..., and for the outlier -0.6 - 0.48 - 0.48.
    result = outlier_positions([(GROUP, np.array([-0.6, 0, 0.8]))])
    assert (result.accuracy, result.opp) == (1.0, 1.0)


def test_position_of_an_outlier_by_the_definition():
    generator = np.random.default_rng(1)
    questions, expected = [], []
    for _ in range(50):
        rows = unit_rows(generator.normal(size=(6, 4))).astype(np.float64)
        scores = [compactness(rows, place) for place in range(6)]
        questions.append((rows[:5], rows[5]))
        expected.append(sum(score < scores[5] for score in scores[:5]) / 5)
    result = outlier_positions(questions)
    np.testing.assert_allclose(result.positions, expected)
    assert result.found.tolist() == [position == 1 for position in expected]
    assert result.opp == pytest.approx(np.mean(expected))


def test_ties_count_against_the_outlier():
    assert outlier_positions([(np.ones((3, 1)), np.ones(1))]).opp == 0.0


def test_no_outliers_to_find():
    assert math.isnan(outlier_positions([]).accuracy)


def test_purity_and_information_by_hand():
    # Two clusters of two: one pure, one split. Purity 3/4; information 0.5 + 0.25 log 2 - ... in nats as below.
    table = contingency([0, 0, 1, 1], ["a", "a", "a", "b"])
    assert table.tolist() == [[2, 0], [1, 1]]
    assert purity(table) == 0.75
    information = 0.5 * math.log(0.5 / (0.5 * 0.75)) + 0.25 * math.log(0.25 / (0.5 * 0.75)) + 0.25 * math.log(2)
    entropies = math.log(2) - 0.75 * math.log(0.75) - 0.25 * math.log(0.25)
    assert mutual_information(table) == pytest.approx(2 * information / entropies)


def test_information_at_its_ends():
    assert mutual_information([[3, 0], [0, 2]]) == pytest.approx(1.0)
    assert mutual_information([[2, 2], [2, 2]]) == pytest.approx(0.0)
    assert mutual_information([[4]]) == 1.0


def test_purity_of_many_tables_at_once():
    assert purity([[[3, 2], [0, 1]], [[1, 0], [0, 1]]]).tolist() == [4 / 6, 1.0]


def test_information_agrees_with_scikit_learn():
    metrics = pytest.importorskip("sklearn.metrics")
    generator = np.random.default_rng(2)
    clusters, categories = generator.integers(0, 5, 200), generator.integers(0, 4, 200)
    table = contingency(clusters, categories)
    assert mutual_information(table) == pytest.approx(metrics.normalized_mutual_info_score(categories, clusters))
    np.testing.assert_array_equal(table, metrics.cluster.contingency_matrix(clusters, categories))


def blobs(count, seed=1):
    generator = np.random.default_rng(seed)
    centres = generator.normal(size=(count, 8)) * 5
    labels = np.repeat(np.arange(count), 20)
    return centres[labels] + generator.normal(size=(len(labels), 8)), labels


def test_planted_clusters_come_back():
    rows, labels = blobs(6)
    assert purity(contingency(k_means(rows, 6), labels)) == 1.0


def test_k_means_costs_no_more_than_scikit_learns():
    cluster = pytest.importorskip("sklearn.cluster")
    rows = np.random.default_rng(4).normal(size=(150, 5))
    parts = k_means(rows, 8, starts=10)
    cost = sum(((rows[parts == part] - rows[parts == part].mean(axis=0)) ** 2).sum() for part in np.unique(parts))
    theirs = cluster.KMeans(8, n_init=10, random_state=1).fit(rows).inertia_
    assert cost <= 1.02 * theirs


def test_one_seed_one_clustering():
    rows, _ = blobs(6)
    rows += np.random.default_rng(0).normal(size=rows.shape) * 9
    assert (k_means(rows, 9, seed=1) == k_means(rows, 9, seed=1)).all()
    assert (k_means(rows, 9, seed=1) != k_means(rows, 9, seed=2)).any()


def test_k_means_of_equal_rows_and_of_wrong_counts():
    assert k_means(np.ones((4, 2)), 3).tolist() == [0, 0, 0, 0]
    for count in (0, 5):
        with pytest.raises(ValueError, match="expected 1 to 4 clusters"):
            k_means(np.ones((4, 2)), count)


def angles(*degrees):
    """Vectors of length 1 at these angles: the nearer the angle, the higher the cosine."""
    return np.array([[math.cos(math.radians(one)), math.sin(math.radians(one))] for one in degrees])


def test_ranks_of_held_out_items_by_hand():
    # From row 0 the others follow in order: rows 2 and 4 are at ranks 2 and 4.
    unit = angles(0, 10, 20, 30, 40)
    result = retrieve(unit, {0: [4, 2]}, topn=3)
    assert result.hits.tolist() == [1.0]
    assert result.reciprocal_ranks.tolist() == [0.5]
    # Within 3: 1 / log2(3); the best order has ranks 1 and 2.
    best = 1 + 1 / math.log2(3)
    assert result.ndcg[0] == pytest.approx(1 / math.log2(3) / best)
    assert retrieve(unit, {0: [4, 2]}, topn=4).ndcg[0] == pytest.approx((1 / math.log2(3) + 1 / math.log2(5)) / best)
    assert retrieve(unit, {0: [4, 2]}, topn=1).hits.tolist() == [0.0]


def test_known_items_are_left_out():
    unit = angles(0, 10, 20, 30, 40)
    assert retrieve(unit, {0: [4]}, {0: [1, 2, 4]}).reciprocal_ranks.tolist() == [0.5]  # 4 is asked for all the same


def test_equal_cosines_count_against_the_item():
    assert retrieve(angles(0, 10, 10, 10), {0: [2]}).reciprocal_ranks.tolist() == [1 / 3]
    assert retrieve(np.zeros((5, 2)), {0: [1, 2]}).reciprocal_ranks.tolist() == [1 / 3]
    assert retrieve(np.zeros((20, 2)), {0: range(1, 11)}).reciprocal_ranks.tolist() == [1 / 10]


@pytest.mark.parametrize("items", [1, 3, 20])
def test_many_queries_agree_with_scikit_learn(items):
    metrics = pytest.importorskip("sklearn.metrics")
    generator = np.random.default_rng(items)
    unit = unit_rows(generator.normal(size=(200, 6))).astype(np.float64)
    held_out = {query: generator.choice(np.arange(150, 200), items, replace=False) for query in range(150)}
    result = retrieve(unit, held_out, topn=10)
    for place, (query, wanted) in enumerate(held_out.items()):
        others = np.delete(np.arange(200), query)
        relevant, scores = np.isin(others, wanted), unit[others] @ unit[query]
        assert result.ndcg[place] == pytest.approx(metrics.ndcg_score([relevant], [scores], k=10))
        ranks = np.flatnonzero(relevant[np.argsort(-scores)]) + 1
        assert result.reciprocal_ranks[place] == pytest.approx(1 / ranks[0])
        assert result.hits[place] == (ranks[0] <= 10)


def test_retrieval_of_nothing():
    assert retrieve(angles(0, 10), {}).hits.shape == (0,)
    with pytest.raises(ValueError, match="topn: expected 1 or more"):
        retrieve(angles(0, 10), {0: [1]}, topn=0)
