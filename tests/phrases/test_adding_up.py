"""Counts of phrases by several threads, added up."""

import numpy as np
import pytest

from w2v._core import PhraseTable
from w2v.phrases.counts import PhraseCounts, count_files


@pytest.mark.parametrize("connectors", [(), ("of",)])
def test_tables_of_many_workers_add_up_to_that_of_one(tmp_path, connectors):
    rng = np.random.default_rng(1)
    words = np.array(["a", "of", *(f"w{i}" for i in range(500))])
    path = tmp_path / "text"
    lines = ["a a a", *(" ".join(words[rng.zipf(1.3, 12) % 502]) for _ in range(8_000))]
    path.write_text("\n".join(lines))
    one, many = (count_files([str(path)], connectors, 0, workers, 4096) for workers in (1, 8))
    found = []
    for counted in (one, many):
        counts = PhraseCounts("\n")
        counts.add(counted)
        found.append(counts.strings())
    assert found[0] == found[1]
    assert (len(one.table), one.n_words) == (len(many.table), many.n_words)


def test_pairs_that_crowd_around_the_key_of_empty_slots_are_added():
    slots_of_new_table = 12
    keys = [first << 32 | second for first in range(1, 40) for second in range(1000)]
    hashes = [((key ^ key >> 29) * 0x9E3779B97F4A7C15) % 2**64 for key in keys]
    crowd = [key for key, value in zip(keys, hashes, strict=True) if value >> (64 - slots_of_new_table) == 0]
    assert len(crowd) > 5  # they all begin where (0, 0) is, whose key is that of an empty slot
    pairs = [(0, 0), *((key >> 32, key % 2**32) for key in crowd)]
    words = np.array(pairs, dtype=np.int32).ravel()
    offsets, counts = np.arange(0, len(words) + 1, 2), np.arange(1, len(pairs) + 1)
    table = PhraseTable()
    table.add(np.zeros(2, np.int32), np.array([0, 2]), np.array([5]))
    table.add_others(words, offsets, counts)
    table.add_pairs(words, offsets, counts, 0, len(counts))
    listed = table.list()
    found = dict(zip(map(tuple, listed[0].reshape(-1, 2).tolist()), listed[2].tolist(), strict=True))
    assert found == {pair: count + 5 * (pair == (0, 0)) for pair, count in zip(pairs, counts.tolist(), strict=True)}
    assert len(table) == len(pairs)
