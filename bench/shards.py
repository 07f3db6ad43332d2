"""Shards against one worker: words a second of training alone, the same bits with any threads, and quality.

python bench/shards.py                   one worker, as many shards as there are processors, and separate processes
python bench/shards.py --quality         instead, analogies and similarities of one worker, 8 and 16 shards, three seeds
python bench/shards.py --smoke           one tiny round

"Separate" is the machine's own limit: as many processes as there are shards train a model each, and share nothing.
"""

import argparse
import hashlib
import itertools
import os
import statistics
import sys
import tempfile
from pathlib import Path

from _common import BENCH, DATA, SETTINGS, corpus_17m, describe, machine, make_corpus, number, table, write_json
from _programs import train
from _scores import MEASURES, make_sets, mean_and_range, score
from threads import round_trip, separate

ARCHITECTURES = {"skip-gram": 1, "CBOW": 0}


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shards", help="numbers of shards (default: the processors; for --quality 8,16)")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="threads (default: the processors)")
    parser.add_argument("--alpha", type=float, default=0.05, help="learning rate (default: 0.05)")
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--seeds", default="1,2,3", help="for --quality")
    parser.add_argument("--only", choices=list(ARCHITECTURES), help="one architecture")
    parser.add_argument("--corpus", type=Path, help="text (default: the benchmark corpus beside the repository)")
    parser.add_argument("--sets", type=Path, default=DATA / "eval", help="folder of the evaluation sets")
    parser.add_argument("--out", type=Path, default=BENCH / "results" / "shards.json")
    parser.add_argument("--quality", action="store_true")
    parser.add_argument("--smoke", action="store_true")
    arguments = parser.parse_args()
    if arguments.smoke:
        arguments.repetitions, arguments.epochs, arguments.seeds = 1, 1, "1"
    return arguments


def settings_of(arguments, sg, **changes):
    given = {**SETTINGS, "sg": sg, "alpha": arguments.alpha, "epochs": arguments.epochs}
    return {**given, "min_count": 1 if arguments.smoke else 5, **changes}


def architectures(arguments):
    return {name: sg for name, sg in ARCHITECTURES.items() if arguments.only in (None, name)}.items()


def numbers(arguments, usual):
    return [int(n) for n in arguments.shards.split(",")] if arguments.shards else usual


def rate(corpus, settings):
    report = train("w2v", corpus, settings)
    return report["words"] * settings["epochs"] / report["train_s"]


def speed(arguments, corpus):
    """Words a second of each way to train; medians, in turn, so that drift of the machine meets all alike."""
    results = []
    for (name, sg), n in itertools.product(architectures(arguments), numbers(arguments, [max(2, arguments.workers)])):
        alone = settings_of(arguments, sg)
        ways = {
            "one worker": lambda alone=alone: rate(corpus, alone),
            f"{n} shards": lambda alone=alone, n=n: rate(corpus, {**alone, "shards": n, "workers": arguments.workers}),
            f"{n} separate": lambda alone=alone, n=n: separate(corpus, alone, n),
        }
        rates = {way: [] for way in ways}
        for _, (way, measure) in itertools.product(range(arguments.repetitions), ways.items()):
            rates[way].append(measure())
            print("...", name, way, number(rates[way][-1]), file=sys.stderr, flush=True)
        for way, found in rates.items():
            results.append({"architecture": name, "way": way, "rates": found, "rate": statistics.median(found)})
    return results


def speed_table(results):
    lines, first = [], {}
    for result in results:
        alone = first.setdefault(result["architecture"], result["rate"])
        times = f"{result['rate'] / alone:.2f}"
        lines.append([result["architecture"], result["way"], number(result["rate"] / 1e6), times])
    return table(["architecture", "way", "million words/s", "times one worker"], lines)


def same_bits(arguments, folder, corpus):
    """Whether 8 shards give the same vectors with 1, 2 and 8 threads."""
    digests = set()
    for workers in (1, 2, 8):
        settings = settings_of(arguments, 1, shards=8, workers=workers, epochs=1)
        train("w2v", corpus, settings, "--save", folder / "vectors.bin")
        digests.add(hashlib.sha256((folder / "vectors.bin").read_bytes()).hexdigest())
    return len(digests) == 1


def quality(arguments, folder, corpus, sets):
    """Scores of one worker and of shards, a row for each seed."""
    rows = []
    seeds = [int(seed) for seed in arguments.seeds.split(",")]
    ways = [None, *numbers(arguments, [8, 16])]
    for (name, sg), shards, seed in itertools.product(architectures(arguments), ways, seeds):
        workers = arguments.workers if shards else 1
        settings = settings_of(arguments, sg, shards=shards, workers=workers, seed=seed)
        train("w2v", corpus, settings, "--save", folder / "vectors.bin")
        case = {"architecture": name, "shards": shards, "alpha": arguments.alpha, "seed": seed}
        rows.append({**case, "scores": score(folder / "vectors.bin", sets)})
        print("...", rows[-1], file=sys.stderr, flush=True)
    return rows


def quality_table(rows):
    """A row for each way to train: means over seeds, lowest and highest."""
    found = {}
    for row in rows:
        way = f"{row['shards']} shards" if row["shards"] else "one worker"
        found.setdefault((row["architecture"], way, row["alpha"]), []).append(row["scores"])

    lines = [
        [*key, len(scores), *(mean_and_range(scores, measure) for measure in MEASURES)] for key, scores in found.items()
    ]
    return table(["architecture", "way", "alpha", "seeds", *MEASURES], lines)


def main():
    arguments = parse_arguments()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        content = {"machine": machine(), "round_trip_ns": round_trip(folder)}
        corpus = make_corpus(folder / "text") if arguments.smoke else arguments.corpus or corpus_17m()
        print(describe(content["machine"]))
        print(f"A cache line goes to another core and back in {number(content['round_trip_ns'])} ns.\n")
        if not arguments.quality:
            content["speed"] = speed(arguments, corpus)
            content["same_bits"] = same_bits(arguments, folder, corpus)
            print(speed_table(content["speed"]))
            print(f"\n8 shards, 1, 2 and 8 threads: {'the same bits' if content['same_bits'] else 'OTHER BITS'}\n")
        if arguments.quality or arguments.smoke:
            sets = make_sets(folder) if arguments.smoke else arguments.sets
            content["quality"] = quality(arguments, folder, corpus, sets)
            print(quality_table(content["quality"]))
    if not arguments.smoke:
        write_json(arguments.out, content)


if __name__ == "__main__":
    main()
