"""Merging what shards changed: what C does is the reference's rule, on all kernel sets to the bit."""

import numpy as np
import pytest
from toy import aligned

from w2v import _core
from w2v.reference import merging
from w2v.training.shards.merging import belonging

SETS = _core.kernel_sets()
SIZES = (1, 5, 16, 17, 100)
STRENGTHS = np.array([0.0, 1e-4, 0.01, 1.0, 100.0])  # of five classes of rows
SHARDS, ROWS = 4, 60


def drawn(size, seed=1):
    """What rows meet, with a mean and a few long axes; a matrix, and replicas of it that differ in some rows."""
    rng = np.random.default_rng(seed)
    met = np.float32(rng.normal(size=(300, size)) * 0.9 ** np.arange(size) + 1)
    base = rng.normal(size=(ROWS, size)).astype(np.float32)
    replicas = [base.copy() for _ in range(SHARDS)]
    for replica in replicas:
        changed = rng.random(ROWS) < 0.6
        replica[changed] += rng.normal(size=(changed.sum(), size)).astype(np.float32)
    return met, base, replicas, rng.integers(0, len(STRENGTHS), ROWS).astype(np.uint8)


def rule(met, classes, size, kernels):
    basis = _core.leading_directions(aligned(met), size, kernels)
    factors = _core.merging_factors(basis, STRENGTHS, SHARDS, -(-size // 16) * 16)
    return basis, _core.Merging(size, basis, factors, classes, kernels)


def in_place(size, kernels, seed=1):
    """The merged matrix, and what became of the replicas."""
    met, base, replicas, classes = drawn(size, seed)
    matrices = [aligned(matrix) for matrix in (base, *replicas)]
    chosen = rule(met, classes, size, kernels)[1]
    chosen.merge_rows(matrices[0], matrices[1:], 0, 20)
    chosen.merge_rows(matrices[0], matrices[1:], 20, ROWS)
    return matrices


def changes_of(base, replica):
    rows = np.flatnonzero((base != replica).any(axis=1)).astype(np.int32)
    return rows, replica[rows] - base[rows], np.ones(len(rows), np.uint16), 1


@pytest.mark.parametrize("kernels", SETS)
@pytest.mark.parametrize("size", SIZES)
def test_merged_rows_are_the_reference_s(kernels, size):
    met, base, replicas, classes = drawn(size)
    basis = rule(met, classes, size, kernels)[0]
    stride = -(-size // 16) * 16
    directions = basis[: _core.DIRECTIONS * stride].reshape(-1, stride)[:, :size].astype(float)
    values = basis[_core.DIRECTIONS * stride :].astype(float)
    given = merging.Basis(directions, values[: _core.DIRECTIONS], values[_core.DIRECTIONS])
    found = in_place(size, kernels)
    for row in range(ROWS):
        changes = [(one[row] - base[row]).astype(float) for one in replicas if (one[row] != base[row]).any()]
        step = merging.merged(changes, given, STRENGTHS[classes[row]]) if changes else 0
        np.testing.assert_allclose(found[0][row, :size], base[row] + step, rtol=1e-5, atol=1e-5)
    assert not found[0][:, size:].any()
    for replica in found[1:]:
        assert np.array_equal(replica, found[0])


@pytest.mark.parametrize("size", [*SIZES, 300])
def test_every_kernel_set_merges_shards_to_the_same_bits(size):
    expected = in_place(size, "portable")[0]
    for kernels in SETS:
        assert np.array_equal(in_place(size, kernels)[0].view(np.int32), expected.view(np.int32))


@pytest.mark.parametrize("shards", range(2, 18))
def test_sums_of_shards_that_belong_together_are_parts_of_the_sum_of_all(shards):
    rng, size = np.random.default_rng(shards), 20
    base = aligned(rng.normal(size=(ROWS, size)))
    replicas = [aligned(base[:, :size]) for _ in range(shards)]
    for replica in replicas:
        changed = rng.random(ROWS) < 0.6
        replica[changed, :size] += rng.normal(size=(changed.sum(), size)).astype(np.float32)
    basis = _core.leading_directions(aligned(rng.normal(size=(300, size))), size, "portable")
    factors = _core.merging_factors(basis, STRENGTHS, shards, 32)
    chosen = _core.Merging(size, basis, factors, np.full(ROWS, 3, np.uint8), "portable")

    def parts(hosts):
        ranks = [range(shards * host // hosts, shards * (host + 1) // hosts) for host in range(hosts)]
        groups = [group for mine in ranks for group in belonging(mine, shards)]
        assert [rank for group in groups for rank in group] == list(range(shards))
        mine = [[replicas[rank] for rank in group] for group in groups]
        return [(*_core.changed_rows(one, base, size, 0, ROWS), len(one)) for one in mine]

    expected = chosen.merge_changes(parts(shards))
    for hosts in {1, 2, 3, min(5, shards)}:
        found = chosen.merge_changes(parts(hosts))
        assert np.array_equal(found[0], expected[0])
        assert np.array_equal(found[1].view(np.int32), expected[1].view(np.int32))
    assert len(belonging(range(shards), shards)) == shards.bit_count()
    assert len(belonging(range(shards), 2 * shards)) <= 2 * shards.bit_length()
    rows, steps = expected
    after = base.copy()
    after[rows, :size] += steps
    chosen.merge_rows(base, replicas, 0, ROWS)
    assert np.array_equal(after.view(np.int32), base.view(np.int32))


@pytest.mark.parametrize("kernels", SETS)
@pytest.mark.parametrize("size", SIZES)
def test_changes_that_come_as_arrays_give_the_same_bits(kernels, size):
    met, base, replicas, classes = drawn(size)
    chosen = rule(met, classes, size, kernels)[1]
    given = [changes_of(base, replica) for replica in replicas]
    rows, steps = chosen.merge_changes(given)
    assert np.array_equal(rows, np.unique(np.concatenate([part[0] for part in given])))
    base[rows] += steps
    assert np.array_equal(
        base.view(np.int32), np.ascontiguousarray(in_place(size, kernels)[0][:, :size]).view(np.int32)
    )
    nothing = [changes_of(base[:0], base[:0])] * SHARDS
    assert [len(part) for part in chosen.merge_changes(nothing)] == [0, 0]


def test_shares_are_exact_whatever_the_strength():
    strengths = np.concatenate([np.geomspace(1e-3, 1e5, 400), [0.125, 0.1250001, 512, 1e300]])
    basis = np.zeros(_core.DIRECTIONS * 16 + 32, dtype=np.float32)
    basis[_core.DIRECTIONS * 16 :][: _core.DIRECTIONS + 1] = 1
    found = _core.merging_factors(basis, strengths, 64, 16)
    for strength, factors in zip(strengths, found, strict=True):
        expected = [merging.share_of_sum(strength, n) if strength > 0.01 else 1 for n in range(2, 65)]
        np.testing.assert_allclose(factors[:, 0], expected, rtol=1e-7)
        assert (factors == factors[:, :1]).all()


def test_one_shard_s_changes_are_due_as_they_are():
    met, base, replicas, classes = drawn(20)
    nothing = changes_of(base[:0], base[:0])
    alone = changes_of(base, replicas[2])
    rows, steps = rule(met, classes, 20, "portable")[1].merge_changes([nothing, nothing, alone, nothing])
    assert np.array_equal(rows, alone[0])
    assert np.array_equal(steps, alone[1])


def refused(**changes):
    """A rule, or what is given to it, with something wrong."""
    met, base, replicas, classes = drawn(20)
    basis = _core.leading_directions(aligned(met), 20, "portable")
    factors = _core.merging_factors(basis, STRENGTHS, changes.pop("shards", SHARDS), 32)
    given = {"vector_size": 20, "basis": basis, "factors": factors, "classes": classes, **changes}
    rows = given.pop("rows", (0, ROWS))
    matrices = given.pop("matrices", [aligned(matrix) for matrix in (base, *replicas)])
    pairs = given.pop("pairs", None)
    chosen = _core.Merging(**given, kernels="portable")
    return chosen.merge_rows(matrices[0], matrices[1:], *rows) if pairs is None else chosen.merge_changes(pairs)


def part(rows=(), columns=20, counts=1, shards=1):
    n = len(rows)
    return np.array(rows, np.int32), np.zeros((n, columns), np.float32), np.full(n, counts, np.uint16), shards


NOTHING = part()


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"shards": 1}, ValueError, "shards of at least 2"),
        ({"vector_size": 33}, ValueError, "vectors of 33 numbers"),
        ({"classes": np.full(ROWS, 5, np.uint8)}, ValueError, "5 that have factors"),
        ({"rows": (0, ROWS + 1)}, IndexError, "rows: expected some of 60, got 0..61"),
        ({"rows": (-1, 3)}, IndexError, "got -1..3"),
        ({"matrices": [aligned(np.zeros((ROWS, 20)))] * 4}, ValueError, "replicas: expected 4, got 3"),
        ({"matrices": [aligned(np.zeros((ROWS - 1, 20)))] * 5}, ValueError, "base: expected 64-byte aligned rows"),
        ({"pairs": [NOTHING] * 3}, ValueError, "parts: expected those of 4 shards, got 3"),
        ({"pairs": [NOTHING] * 4 + [part(shards=2)]}, ValueError, "parts: expected those of 4 shards, got 6"),
        ({"pairs": [NOTHING] * 4 + [part(shards=0)]}, ValueError, "parts: expected 1, 2, 4, .* got 0 from 4 on"),
        ({"pairs": [NOTHING, part(shards=3)]}, ValueError, "parts: expected 1, 2, 4, .* got 3 from 1 on"),
        ({"pairs": [NOTHING, part(shards=2), NOTHING]}, ValueError, "multiple of that on, got 2 from 1 on"),
        ({"shards": 5000}, ValueError, "factors: expected those of 4096 shards at most, got 5000"),
        ({"pairs": [NOTHING] * 3 + [part([60])]}, ValueError, "rows: expected some of 60, in rising"),
        ({"pairs": [NOTHING] * 3 + [part([2, 1])]}, ValueError, "in rising order"),
        ({"pairs": [NOTHING] * 3 + [part([1], counts=2)]}, ValueError, "counts: expected 1 to 1 shards, got 2..2"),
        ({"pairs": [NOTHING] * 3 + [part([1], columns=16)]}, ValueError, r"changes: expected shape \(1, 20\)"),
    ],
    ids=str,
)
def test_what_does_not_fit_is_refused(changes, error, message):
    with pytest.raises(error, match=message):
        refused(**changes)
