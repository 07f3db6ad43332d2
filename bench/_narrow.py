"""Approximate answers: of an index, and of vectors kept in fewer bytes; how fast, and how near the exact ones."""

import importlib.util
import statistics
import time

import numpy as np
from _common import CACHE
from _compare import compare, ratio

from w2v import KeyedVectors
from w2v.ann import Index

KINDS = ["float32", "float16", "int8"]


def _vectors(setup, shape):
    vectors, words = setup.vectors(shape)
    return KeyedVectors.from_pieces(words.read_text().split(), np.load(vectors), {})


def _milliseconds(answer, keys):
    """Median time of answering for one key."""
    times = []
    for key in keys:
        start = time.perf_counter()
        answer(key)
        times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times)


def _recall(true, found):
    """Share of the true answers that were found; both are lists of lists of (key, cosine)."""
    shares = [len({key for key, _ in t} & {key for key, _ in f}) / len(t) for t, f in zip(true, found, strict=True)]
    return statistics.mean(shares)


def _sample(kv, count):
    return [kv.index_to_key[place] for place in np.random.default_rng(7).choice(len(kv), count, replace=False)]


def approximate(setup):
    """Nearest ten of random keys by an index, against all cosines."""
    kv = _vectors(setup, setup.large)
    keys = _sample(kv, setup.many)
    path = (setup.smoke_folder or CACHE) / "queries.index"
    index, note = None, ""
    if importlib.util.find_spec("usearch"):
        if not (setup.reuse and path.exists()):
            start = time.perf_counter()
            kv.build_index().save(path)
            note = f", built in {time.perf_counter() - start:.0f} s"
        index = Index.load(path, mmap="r")
    vectors = {key: kv.get_vector(key, norm=True) for key in keys}
    variants = {
        "exact": lambda: _milliseconds(lambda key: kv.most_similar([vectors[key]]), keys[:30]),
        "index": lambda: index and _milliseconds(lambda key: index.most_similar(vectors[key], 10), keys),
    }
    rows = compare(variants, setup.repetitions)
    if index:
        true = kv.most_similar_batch(list(vectors.values()))
        recall = _recall(true, index.most_similar_batch(list(vectors.values()), 10))
        rows[1]["note"] = f"recall@10 {recall:.4f} of {len(keys)} keys, {path.stat().st_size / 1e6:.0f} MB{note}"
    title = "approximate nearest ten, {:,} x {}".format(*setup.large)
    return {"title": title, "unit": "ms", "rows": rows, "ratios": ratio("exact over index", *rows)}


def narrow(setup):
    """Trained vectors as float16 and int8: time of a question, and what the answers lose."""
    wide = _vectors(setup, setup.small)
    kept = {kind: wide.astype(kind) for kind in KINDS}
    keys = _sample(wide, min(setup.many, len(wide)))
    true = wide.most_similar_batch(keys)
    rows = compare(
        {kind: lambda k=kind: _milliseconds(kept[k].most_similar, keys[:30]) for kind in KINDS}, setup.repetitions
    )
    for row in rows:
        kv = kept[row["name"]]
        size = kv.vectors.nbytes + (0 if kv.scales is None else kv.scales.nbytes)
        score, _ = kv.evaluate_word_analogies(setup.sets / "questions-words.txt", 30000)
        spearman = [kv.evaluate_word_pairs(setup.sets / name)[1][0] for name in ("wordsim353.tsv", "simlex999.txt")]
        off = np.abs(
            np.array([kv.most_similar(key, topn=None) - wide.most_similar(key, topn=None) for key in keys[:50]])
        )
        row["note"] = (
            f"{size / 1e6:.1f} MB; same nearest ten {_recall(true, kv.most_similar_batch(keys)):.4f}; cosines off by "
            f"{off.mean():.1e}, at most {off.max():.1e}; analogies {score:.4f}, WordSim-353 {spearman[0]:.4f}, "
            f"SimLex-999 {spearman[1]:.4f}"
        )
    return {"title": "vectors in fewer bytes, {:,} x {}".format(*setup.small), "unit": "ms", "rows": rows, "ratios": []}
