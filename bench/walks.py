"""How fast random walks are drawn: w2v, a loop over networkx, node2vec and PecanPy in turn; prints tables, writes JSON.

python bench/walks.py            two graphs: 1,000,000 nodes, 10,000,000 edges; 10,000 nodes, 100,000 edges (10 minutes)
python bench/walks.py --smoke    one tiny round, without the peers
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

import numpy as np
from _common import BENCH, describe, fill_readmes, machine, median, spread, write_json
from _compare import ratio
from _programs import PEERS, python_of, run
from _render import render

LENGTH, NUMBER = 40, 10
LARGE, SMALL = (1_000_000, 10_000_000), (10_000, 100_000)
#: Implementation, p, q, and how many of the large graph's nodes it begins at where all would take an hour (0: all).
LARGE_ROWS = [("w2v", 1, 1, 0), ("networkx", 1, 1, 2_000), ("w2v", 0.5, 2, 0)]
SMALL_ROWS = [(name, p, q, 0) for p, q in ((1, 1), (0.5, 2)) for name in ("w2v", "networkx", "pecanpy", "node2vec")]
SMALL_ROWS.remove(("networkx", 0.5, 2, 0))


def make_graph(path, nodes, edges):
    """Write a random graph; a ring among its edges leaves no node without neighbours."""
    random = np.random.default_rng(1)
    ring = np.stack([np.arange(nodes), np.roll(np.arange(nodes), 1)], axis=1)
    others = random.integers(0, nodes, (edges - nodes, 2))
    np.save(path, np.concatenate([ring, others]).astype(np.int32))


def measure(row, path, peers):
    """A report of one implementation, or None if it is not installed."""
    name, p, q, starts = row
    python = python_of("w2v" if name == "w2v" else "walks", peers)
    arguments = [name, path, LENGTH, NUMBER, p, q, starts]
    return python and json.loads(run([python, BENCH / "_walks_worker.py", *map(str, arguments)]).splitlines()[-1])


def table(title, rows, path, repetitions, peers):
    """Nanoseconds a step, by every implementation in turn."""
    reports = {row: [] for row in rows}
    for _ in range(repetitions):
        for row, found in reports.items():
            report = measure(row, path, peers)
            if report:
                found.append(report)
    lines = [line(row, found) for row, found in reports.items()]
    return {
        "title": title,
        "unit": "ns a step",
        "rate_unit": "M steps/s",
        "rows": lines,
        "ratios": ratios(reports, lines),
    }


def line(row, reports):
    """A line of the table."""
    name, p, q, starts = row
    values = [report["walk_s"] / report["steps"] * 1e9 for report in reports]
    notes = [] if values else ["not installed"]
    if starts:
        notes.append(f"walks from {starts} nodes")
    if reports:
        memory = reports[0]["memory"] / 1e6
        notes.append(f"graph made in {median([report['build_s'] for report in reports]):.2f} s, {memory:.0f} MB")
    if reports and "held" in reports[0]:
        notes.append(f"of which the graph {reports[0]['held'] / 1e6:.0f} MB")
    return {
        "name": f"{name}, p={p:g}, q={q:g}",
        "values": values,
        "median": median(values),
        "spread": spread(values),
        "rate": 1e3 / median(values) if values else None,
        "note": "; ".join(notes),
    }


def ratios(reports, lines):
    """How many times faster w2v is than each peer at the same p and q."""
    ours = {row[1:3]: made for row, made in zip(reports, lines, strict=True) if row[0] == "w2v"}
    return [
        found
        for (name, p, q, _), made in zip(reports, lines, strict=True)
        if name != "w2v"
        for found in ratio(f"w2v over {made['name']}", made, ours[p, q])
    ]


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reps", type=int, default=3, help="repetitions (default: %(default)s)")
    parser.add_argument("--peers", type=Path, default=PEERS, help="where peers.sh installed the others")
    parser.add_argument("--out", type=Path, default=BENCH / "results" / "walks.json", help="default: %(default)s")
    parser.add_argument("--graph", choices=["large", "small", "both"], default="both", help="default: %(default)s")
    parser.add_argument("--readme", action="store_true", help="also put the tables into bench/README.md")
    parser.add_argument("--smoke", action="store_true", help="a tiny graph, once, no peers, nothing written")
    return parser.parse_args()


def main():
    options = parse_arguments()
    info, texts, results = machine(), [], {}
    sizes = {"large": (LARGE, LARGE_ROWS), "small": (SMALL, SMALL_ROWS)}
    wanted = sizes if options.graph == "both" else {options.graph: sizes[options.graph]}
    print(describe(info), f"repetitions {options.reps}", sep=", ", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        if options.smoke:
            options.reps, options.peers = 1, Path(folder, "no-peers")
            wanted = {"small": ((100, 500), SMALL_ROWS)}
        for name, ((nodes, edges), rows) in wanted.items():
            make_graph(Path(folder, "edges.npy"), nodes, edges)
            title = f"walks of {LENGTH}, {nodes:,} nodes, {edges:,} edges, one thread"
            results[name] = table(title, rows, Path(folder, "edges.npy"), options.reps, options.peers)
            texts.append(f"{title[0].upper()}{title[1:]}:\n\n{render(results[name])}")
            print(f"\n## {title}\n\n{texts[-1]}", flush=True)
    if not options.smoke:
        write_json(options.out, {"walks": {**results, "repetitions": options.reps, "machine": info}})
    if options.readme:
        fill_readmes("walks", "\n\n".join([*texts, describe(info)]))


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("stopped")
