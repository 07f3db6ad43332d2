"""How good is a map of words, and how long does it take: our t-SNE beside openTSNE, UMAP and PaCMAP.

python bench/maps.py VECTORS         a table: seconds, and the share of a word's nearest neighbours that the map keeps
python bench/maps.py --smoke         a tiny round
"""

import argparse
import importlib.util
import time
from pathlib import Path

import numpy as np
from _common import describe, machine, number, table

from w2v import KeyedVectors
from w2v.base.norms import unit_rows
from w2v.projection import project

NEIGHBOURS = 10
REACHES = (10, 30)  # nearest on the map among which they are looked for
BLOCK = 500  # rows compared at once with all others


def opentsne(rows):
    from openTSNE import TSNE

    return np.asarray(TSNE(metric="cosine", n_jobs=-1, random_state=1).fit(rows))


def umap(rows):
    return project(rows, "umap")


def pacmap(rows):
    from pacmap import PaCMAP

    return PaCMAP(distance="angular", random_state=1).fit_transform(rows)


METHODS = {
    "t-SNE, w2v": (lambda rows: project(rows, "tsne"), "numpy"),
    "t-SNE, openTSNE": (opentsne, "openTSNE"),
    "UMAP, umap-learn": (umap, "umap"),
    "PaCMAP, pacmap": (pacmap, "pacmap"),
    "principal components": (project, "numpy"),
}


def nearest(rows, count, closeness):
    """The nearest rows of each row (n, count), the nearest first, without itself."""
    found = np.empty((len(rows), count), np.int64)
    for start in range(0, len(rows), BLOCK):
        close = closeness(rows[start : start + BLOCK], rows)
        close[np.arange(len(close)), np.arange(start, start + len(close))] = -np.inf
        some = np.argpartition(-close, count - 1, axis=1)[:, :count]
        order = np.argsort(-np.take_along_axis(close, some, axis=1), axis=1)
        found[start : start + BLOCK] = np.take_along_axis(some, order, axis=1)
    return found


def kept(true, places, reach):
    """The mean share of the true neighbours that are among the nearest on the map."""
    on_map = nearest(places, reach, lambda some, all_: -((some[:, None] - all_) ** 2).sum(axis=2))
    return float((true[:, :, None] == on_map[:, None, :]).any(axis=2).mean())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("vectors", type=Path, nargs="?", help="in any format that w2v loads")
    parser.add_argument("--words", type=int, default=20_000, help="the most frequent (default: %(default)s)")
    parser.add_argument("--smoke", action="store_true", help="random vectors, ours alone")
    options = parser.parse_args()
    if not (options.vectors or options.smoke):
        parser.error("expected vectors")
    if options.smoke:
        rows = unit_rows(np.random.default_rng(1).normal(size=(200, 8)).astype(np.float32))
    else:
        rows = unit_rows(np.array(KeyedVectors.load(options.vectors).vectors[: options.words], np.float32))
    true = nearest(rows, NEIGHBOURS, lambda some, all_: some @ all_.T)
    lines = []
    for name, (method, package) in METHODS.items():
        if importlib.util.find_spec(package) is None or (options.smoke and package != "numpy"):
            lines.append([name, "not installed", *[""] * len(REACHES)])
            continue
        start = time.perf_counter()
        places = np.asarray(method(rows), np.float32)
        seconds = time.perf_counter() - start
        lines.append([name, number(seconds), *(f"{kept(true, places, reach):.3f}" for reach in REACHES)])
    print(describe(machine()))
    print(table(["map", "seconds", *(f"{NEIGHBOURS} kept among {reach}" for reach in REACHES)], lines))


if __name__ == "__main__":
    main()
