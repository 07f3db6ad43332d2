"""Odd shapes against common ones next to them: time for each multiplication that the shape asks for."""

from collections import Counter

import numpy as np
from _common import SETTINGS
from _compare import compare
from _training import seconds

# (parameter, common value, odd neighbours)
NEIGHBOURS = [
    ("vector_size", 100, (97, 101, 113)),
    ("vector_size", 300, (299, 301)),
    ("negative", 5, (4, 6, 7)),
    ("negative", 10, (9, 11)),
    ("negative", 20, (19, 21)),
    ("window", 5, (4, 6, 7)),
    ("window", 10, (9, 11)),
]


def shapes(setup):
    neighbours = NEIGHBOURS[:1] if setup.smoke else NEIGHBOURS
    chosen = [(parameter, value) for parameter, common, odd in neighbours for value in (common, *odd)]
    settings = {choice: {**SETTINGS, "sg": 1, choice[0]: choice[1]} for choice in chosen}
    variants = {f"{name} {value}": seconds(setup, "w2v", settings[name, value]) for name, value in chosen}
    rows = compare(variants, setup.repetitions)
    lengths = kept_lengths(setup.corpus, SETTINGS["min_count"], SETTINGS["sample"])
    cost = {}
    for choice, row in zip(chosen, rows, strict=True):
        row["rate"] = products(settings[choice], lengths) / row["median"] / 1e9
        cost[choice] = 1 / row["rate"]
    ratios = [
        {"name": f"{parameter} {value} over {common}", "value": cost[parameter, value] / cost[parameter, common]}
        for parameter, common, odd in neighbours
        for value in odd
    ]
    title = "skip-gram, time per multiplication of odd shapes over common ones"
    return {"title": title, "unit": "seconds", "rate_unit": "G products/s", "rows": rows, "ratios": ratios}


def products(settings, lengths):
    """Multiplications of the dot products of one epoch: vector_size for each pair of context and output word."""
    pairs = sum(count * contexts(length, settings["window"]) for length, count in lengths.items())
    return pairs * (1 + settings["negative"]) * settings["vector_size"]


def contexts(length, window):
    """Expected context words in a sentence of this many words, the reach drawn evenly from 1..window."""
    distances = np.arange(1, window + 1)
    reached = (window - distances + 1) / window  # chance that the reach covers this distance
    return float(2 * (np.maximum(length - distances, 0) * reached).sum())


def kept_lengths(corpus, min_count, sample):
    """How many sentences have which length after rare words are dropped and frequent ones thinned: one random draw."""
    with open(corpus, encoding="utf-8") as lines:
        sentences = [line.split() for line in lines]
    counts = Counter(word for sentence in sentences for word in sentence)
    counts = {word: count for word, count in counts.items() if count >= min_count}
    threshold = sample * sum(counts.values())
    keep = {word: (np.sqrt(count / threshold) + 1) * threshold / count for word, count in counts.items()}
    chance = np.array([keep.get(word, 0.0) for sentence in sentences for word in sentence])
    kept = np.random.default_rng(1).random(len(chance)) < chance
    kept_before = np.append(0, np.cumsum(kept))
    ends = np.cumsum([len(sentence) for sentence in sentences])
    return Counter(np.diff(kept_before[ends], prepend=0).tolist())
