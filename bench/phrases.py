"""How fast phrases are found: w2v and gensim side by side, alternating; prints tables and writes JSON.

python bench/phrases.py            counting and joining, 5 million words (about 3 minutes)
python bench/phrases.py --smoke    one tiny round, without gensim
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

from _common import (
    BENCH,
    corpus_5m,
    describe,
    fill_readmes,
    machine,
    make_corpus,
    median,
    spread,
    write_json,
)
from _compare import ratio
from _programs import PEERS, python_of, run
from _render import render

MODULES = {"w2v": ("w2v", "w2v"), "gensim": ("gensim.models.phrases", "gensim.models.word2vec")}
STEPS = {  # name of a step -> what it is
    "count_lists": "Phrases(lists of words)",
    "count_file": "Phrases(LineSentence(path))",
    "join_live": "phrases[sentences]",
    "freeze": "freeze()",
    "join_frozen": "frozen[sentences]",
}


def measure(package, corpus, peers):
    """The report of a process, or None if the package is not installed."""
    python = python_of(package, peers)
    return python and json.loads(run([python, BENCH / "_phrases_worker.py", *MODULES[package], corpus]))


def phrases(corpus, repetitions, peers):
    """Every step by both packages, in turn."""
    reports = {package: [] for package in MODULES}
    for _ in range(repetitions):
        for package, found in reports.items():
            report = measure(package, corpus, peers)
            if report:
                found.append(report)
    rows, ratios = [], []
    for step, title in STEPS.items():
        pair = {package: row(f"{package} {title}", step, found) for package, found in reports.items()}
        rows += pair.values()
        ratios += ratio(title, pair["gensim"], pair["w2v"])
    ours, theirs = (found[-1] if found else None for found in reports.values())
    same = theirs and all(ours[name] == theirs[name] for name in ("tokens", "phrases", "scores"))
    rows[0]["note"] = f"{ours['phrases']} phrases" + (
        (theirs and (", same scores" if same else ", OTHER SCORES")) or ""
    )
    title = f"phrases in {ours['words'] / 1e6:.3g} million words"
    return {"title": title, "unit": "seconds", "rate_unit": "M words/s", "rows": rows, "ratios": ratios}


def row(name, step, reports):
    values = [report[step] for report in reports]
    rate = reports[0]["words"] / median(values) / 1e6 if values and step != "freeze" else None
    note = "" if values else "not installed"
    return {
        "name": name,
        "values": values,
        "median": median(values),
        "spread": spread(values),
        "rate": rate,
        "note": note,
    }


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, help="text, one sentence a line (default: 5 million words of Wikipedia)")
    parser.add_argument("--reps", type=int, default=3, help="repetitions (default: %(default)s)")
    parser.add_argument("--peers", type=Path, default=PEERS, help="where peers.sh installed gensim")
    parser.add_argument("--out", type=Path, default=BENCH / "results" / "phrases.json", help="default: %(default)s")
    parser.add_argument("--readme", action="store_true", help="also put the table into bench/README.md")
    parser.add_argument("--smoke", action="store_true", help="a tiny text, once, no gensim, nothing written")
    return parser.parse_args()


def main():
    options = parse_arguments()
    info = machine()
    with tempfile.TemporaryDirectory() as folder:
        if options.smoke:
            options.corpus, options.reps = make_corpus(Path(folder, "text.txt")), 1
            options.peers = Path(folder, "no-peers")
        print(describe(info), f"repetitions {options.reps}", sep=", ", flush=True)
        result = phrases(options.corpus or corpus_5m(), options.reps, options.peers)
    text = render(result)
    print(f"\n## phrases: {result['title']}\n\n{text}", flush=True)
    if not options.smoke:
        write_json(options.out, {"phrases": {**result, "repetitions": options.reps, "machine": info}})
    if options.readme:
        fill_readmes("phrases", f"{text}\n\n{describe(info)}")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("stopped")
