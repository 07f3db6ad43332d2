"""The Huffman tree: optimal by an independent construction, and word2vec.c's own among the optimal ones."""

import heapq
from itertools import pairwise

import numpy as np
import pytest

from w2v import Vocab, _core
from w2v.corpus.huffman import Huffman


def paths(counts):
    """(code, points) of every word, as lists."""
    codes, points, offsets = _core.huffman(np.array(counts, dtype=np.int64))
    return [(codes[a:b].tolist(), points[a:b].tolist()) for a, b in pairwise(offsets)]


def shortest_length(counts):
    """Sum of count * code length in an optimal tree: the sum of all inner nodes' counts."""
    heap, total = list(counts), 0
    heapq.heapify(heap)
    while len(heap) > 1:
        both = heapq.heappop(heap) + heapq.heappop(heap)
        total += both
        heapq.heappush(heap, both)
    return total


@pytest.mark.parametrize("n", [1, 2, 3, 4, 10, 1000, 30_000])
@pytest.mark.parametrize("seed", range(3))
def test_optimal(n, seed):
    rng = np.random.default_rng(seed)
    counts = np.sort(rng.zipf(1.2, n).clip(max=10**6) if seed else rng.integers(1, 5, n))[::-1]
    found = paths(counts)
    length = sum(int(count) * len(code) for count, (code, _) in zip(counts, found, strict=True))
    assert length == shortest_length(counts.tolist())
    assert len({tuple(code) for code, _ in found}) == n


@pytest.mark.parametrize(
    "counts, expected",
    [
        ([7], [([], [])]),
        ([5, 3], [([1], [0]), ([0], [0])]),
        # 2 + 1 -> node 0 of 3; node 0 + 4 (on equal terms the node is smaller: 4 > 3) -> node 1, the root
        ([4, 2, 1], [([1], [1]), ([0, 1], [1, 0]), ([0, 0], [1, 0])]),
        # 1 + 1 -> node 0 of 2; then 2 against node 0 of 2: the node goes first; node 0 + 2 -> node 1
        ([2, 1, 1], [([1], [1]), ([0, 1], [1, 0]), ([0, 0], [1, 0])]),
        # four equal words: 0 <- (3, 2), 1 <- (1, 0), root 2 <- (0, 1)
        ([1, 1, 1, 1], [([1, 1], [2, 1]), ([1, 0], [2, 1]), ([0, 1], [2, 0]), ([0, 0], [2, 0])]),
        # "</s>" out of order in front: taken when its turn comes from the right, not by its count
        ([1, 5, 4], [([0], [1]), ([1, 1], [1, 0]), ([1, 0], [1, 0])]),
    ],
)
def test_by_hand(counts, expected):
    assert paths(counts) == expected


def test_paths_lead_from_the_root_to_different_places():
    counts = np.sort(np.random.default_rng(1).zipf(1.3, 500).clip(max=10**6))[::-1]
    children = {}
    for word, (code, points) in enumerate(paths(counts)):
        assert points[0] == len(counts) - 2
        for place, side, below in zip(points, code, [*points[1:], f"word {word}"], strict=True):
            assert children.setdefault((place, side), below) == below
    assert len(children) == 2 * (len(counts) - 1)


def test_deep_tree():
    """Fibonacci counts give the deepest tree. The original's codes end at 40; here they need not."""
    counts = [1, 1]
    while len(counts) < 60:
        counts.append(counts[-1] + counts[-2])
    assert max(len(code) for code, _ in paths(counts[::-1])) == 59


@pytest.mark.parametrize("counts", [[], [-1, 2], [10**15]])
def test_refused(counts):
    with pytest.raises(ValueError, match="huffman: expected"):
        paths(counts)


# ---- the class ----


def test_drawn():
    tree = Vocab(["a", "b", "c", "d"], [9, 4, 2, 1]).huffman()
    assert tree.draw().splitlines() == [
        "2 (16)",
        "├─0─ 1 (7)",
        "│    ├─0─ 0 (3)",
        "│    │    ├─0─ d (1)",
        "│    │    └─1─ c (2)",
        "│    └─1─ b (4)",
        "└─1─ a (9)",
    ]
    assert tree.nested() == ((("d", "c"), "b"), "a")
    assert repr(tree) == "Huffman<4 words, longest code 3>"
    assert len(tree) == 4


def test_words_in_any_order_have_the_tree_of_their_counts():
    counts = np.random.default_rng(2).permutation(np.arange(1, 31) ** 2)
    tree, ordered = (Huffman(some.tolist(), some) for some in (counts, np.sort(counts)[::-1]))
    for count in counts.tolist():
        assert tree.path(count) == ordered.path(count)
    assert tree.lengths.tolist() == [len(tree.path(count)[0]) for count in counts.tolist()]
    assert np.array_equal(np.diff(tree.starts), tree.lengths)


def test_small_trees():
    assert Huffman(["a"], [3]).draw() == "a (3)"
    assert Huffman(["a"], [3]).nested() == "a"
    assert Huffman(["a"], [3]).path("a") == ([], [])


def test_what_cannot_be_drawn_or_found_is_refused():
    tree = Huffman(range(201), np.ones(201, dtype=int))
    with pytest.raises(ValueError, match=r"expected up to 200 words to draw, got 201; see nested\(\)"):
        tree.draw()
    with pytest.raises(KeyError, match="'x' is not in the vocabulary of 201 words"):
        tree.path("x")
