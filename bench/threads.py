"""All cores: words a second at 1, 2, 4, ... threads, beside what the machine could do, and quality at the most threads.

python bench/threads.py                 d=100 and 300, sample 1e-3 and 1e-4, skip-gram and CBOW, and the peers
python bench/threads.py --quick         d=100, sample 1e-3, one repetition: about five minutes on two cores
python bench/threads.py --quality       instead, analogies and similarities at 1 and at the most threads, three seeds
python bench/threads.py --only w2v      parts: names, or beginnings of names, of programs and architectures, with commas
python bench/threads.py --plot all.svg  a picture of words a second, of all results in the file (needs matplotlib)
python bench/threads.py --smoke         one tiny round, without peers

Results are kept in one file: a part that is measured again takes the place of what was there.

Training alone, after the text has been read. "Separate" is the machine's own limit: as many processes as there are
threads train a model each, and share nothing; what they reach together is what threads could, if rows did not travel
between cores. The round trip of a cache line says how far cores are apart: two threads wait for each other by turns.
"""

import argparse
import itertools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from _common import (
    BENCH,
    DATA,
    SETTINGS,
    corpus_5m,
    corpus_17m,
    describe,
    machine,
    make_corpus,
    number,
    read_json,
    table,
    write_json,
)
from _programs import original, run, train
from _scores import MEASURES, make_sets, mean_and_range, score

ARCHITECTURES = {"skip-gram": 1, "CBOW": 0}
PROGRAMS = ["w2v", "separate", "gensim corpus_file", "word2vec.c, whole job"]
CASE = ["architecture", "size", "sample", "threads", "program"]
SEPARATE = """
import sys, time
from w2v import Word2Vec
import json
settings = json.loads(sys.argv[2])
model = Word2Vec(**settings)
model.build_vocab(corpus_file=sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
started = time.perf_counter()
model.train()
print(model.vocab.total * settings["epochs"] / (time.perf_counter() - started), flush=True)
"""
ROUND_TRIP = """
#include <pthread.h>
#include <stdio.h>
#include <time.h>
enum { TRIPS = 200000 };
static _Alignas(128) volatile int ball;
static void *answer(void *unused) {
    for (int i = 0; i < TRIPS; i++) {
        while (__atomic_load_n(&ball, __ATOMIC_ACQUIRE) != 2 * i + 1) {}
        __atomic_store_n(&ball, 2 * i + 2, __ATOMIC_RELEASE);
    }
    return unused;
}
int main(void) {
    pthread_t other;
    struct timespec from, to;
    pthread_create(&other, NULL, answer, NULL);
    clock_gettime(CLOCK_MONOTONIC, &from);
    for (int i = 0; i < TRIPS; i++) {
        __atomic_store_n(&ball, 2 * i + 1, __ATOMIC_RELEASE);
        while (__atomic_load_n(&ball, __ATOMIC_ACQUIRE) != 2 * i + 2) {}
    }
    clock_gettime(CLOCK_MONOTONIC, &to);
    pthread_join(other, NULL);
    printf("%.0f", ((to.tv_sec - from.tv_sec) * 1e9 + (to.tv_nsec - from.tv_nsec)) / TRIPS);
    return 0;
}
"""


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", help="numbers of threads (default: 1, 2, 4, ... up to the processors)")
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--sizes", default="100,300", help="vector sizes (default: %(default)s)")
    parser.add_argument("--samples", default="1e-3,1e-4", help="default: %(default)s")
    parser.add_argument("--only", default="", help="parts (default: all)")
    parser.add_argument("--corpus", type=Path, help="text (default: the benchmark corpus beside the repository)")
    parser.add_argument("--sets", type=Path, default=DATA / "eval", help="folder of the evaluation sets")
    parser.add_argument("--seeds", default="1,2,3", help="for --quality")
    parser.add_argument("--out", type=Path, default=BENCH / "results" / "threads.json")
    parser.add_argument("--plot", type=Path, help="file of a picture")
    parser.add_argument("--quality", action="store_true")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--smoke", action="store_true")
    arguments = parser.parse_args()
    if arguments.smoke or arguments.quick:
        arguments.repetitions, arguments.sizes, arguments.samples = 1, "100", "1e-3"
    return arguments


def doublings(most):
    """1, 2, 4, ... and the most."""
    return sorted({*itertools.takewhile(lambda n: n <= most, (2**k for k in range(12))), most})


def round_trip(folder):
    """Nanoseconds of a cache line's way to another core and back, or None without a compiler, or with one processor."""
    source, program = folder / "round_trip.c", folder / "round_trip"
    source.write_text(ROUND_TRIP)
    if (os.cpu_count() or 1) < 2:
        return None
    try:
        subprocess.run(["gcc", "-O2", "-o", program, source, "-lpthread"], check=True, capture_output=True)
        return min(float(run([program])) for _ in range(3))
    except (OSError, RuntimeError, subprocess.CalledProcessError):
        return None


def separate(corpus, settings, n):
    """Words a second of n processes together that train a model each, all at the same time."""
    command = [sys.executable, "-c", SEPARATE, str(corpus), json.dumps({**settings, "workers": 1})]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    processes = [subprocess.Popen(command, **pipes) for _ in range(n)]
    for process in processes:
        process.stdout.readline()
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    rates = [float(process.stdout.readline()) for process in processes]
    for process in processes:
        process.communicate()
    return sum(rates)


def rate_of(package, corpus, settings):
    report = train(package, corpus, settings)
    return None if report is None else report["words"] * settings["epochs"] / report["train_s"]


def word2vec_c(folder, corpus, settings):
    """Words a second of the whole job: the original reads and trains at once."""
    command = original("ofast", corpus, folder / "original.bin", settings)
    return None if command is None else _timed(command, corpus, settings)


def _timed(command, corpus, settings):
    started = time.perf_counter()
    run(command)
    words = sum(len(line.split()) for line in corpus.open(encoding="utf-8"))
    return words * settings["epochs"] / (time.perf_counter() - started)


def programs(folder, corpus, settings, peers):
    """What is measured, by name: functions without arguments that return words a second, or None."""
    found = {
        PROGRAMS[0]: lambda: rate_of("w2v", corpus, settings),
        PROGRAMS[1]: lambda: separate(corpus, settings, settings["workers"]),
    }
    if peers:
        found[PROGRAMS[2]] = lambda: rate_of("gensim", corpus, settings)
        found[PROGRAMS[3]] = lambda: word2vec_c(folder, corpus, settings)
    return found


def chosen(name, only, others):
    """Whether a name is asked for: it begins with one of `only`, or that speaks of others alone."""
    parts = [part for part in only.split(",") if part]
    of_this_kind = [part for part in parts if not any(other.startswith(part) for other in others)]
    return not of_this_kind or any(name.startswith(part) for part in of_this_kind)


def measure(arguments, folder, corpus, cases):
    """All cases at all numbers of threads; a list of results."""
    counts = [int(n) for n in arguments.threads.split(",")] if arguments.threads else doublings(os.cpu_count() or 1)
    results = []
    for (name, sg), size, sample in cases:
        if not chosen(name, arguments.only, PROGRAMS):
            continue
        for threads in counts:
            settings = {**SETTINGS, "sg": sg, "vector_size": size, "sample": sample, "workers": threads}
            settings |= {"min_count": 1} if arguments.smoke else {}
            for program, rate in programs(folder, corpus, settings, not arguments.smoke).items():
                if not chosen(program, arguments.only, ARCHITECTURES):
                    continue
                rates = [found for _ in range(arguments.repetitions) if (found := rate()) is not None]
                case = {"architecture": name, "size": size, "sample": sample, "threads": threads, "program": program}
                results.append({**case, "rates": rates, "rate": statistics.median(rates) if rates else None})
                print("...", case, number(results[-1]["rate"]), file=sys.stderr, flush=True)
    return results


def merged(old, new, names):
    """Results, of which a new one takes the place of the old one of the same case."""
    kept = {tuple(result[name] for name in names): result for result in [*old, *new]}
    return list(kept.values())


def speed_table(results):
    """A row for each case and program, a column for each number of threads: million words/s, and times one thread."""
    counts = sorted({result["threads"] for result in results})
    rows = {}
    for result in results:
        key = (result["architecture"], result["size"], result["sample"], result["program"])
        rows.setdefault(key, {})[result["threads"]] = result["rate"]
    lines = []
    for key, rates in rows.items():
        measured = {n: rate for n, rate in rates.items() if rate is not None}
        first = measured.get(min(rates))
        cells = [f"{number(measured[n] / 1e6)} ({measured[n] / first:.2f}x)" if n in measured else "" for n in counts]
        lines.append([*map(str, key), *cells])
    return table(["architecture", "d", "sample", "program", *map(str, counts)], lines)


def quality(arguments, folder, corpus, sets):
    """Scores at one thread and at the most threads, a row for each seed."""
    counts = [int(n) for n in arguments.threads.split(",")] if arguments.threads else [1, max(2, os.cpu_count() or 1)]
    rows = []
    for (name, sg), threads, seed in itertools.product(ARCHITECTURES.items(), counts, arguments.seeds.split(",")):
        if not chosen(name, arguments.only, PROGRAMS):
            continue
        settings = {**SETTINGS, "sg": sg, "workers": threads, "seed": int(seed), "epochs": 1 if arguments.smoke else 5}
        settings |= {"min_count": 1} if arguments.smoke else {}
        train("w2v", corpus, settings, "--save", folder / "vectors.bin")
        case = {"architecture": name, "threads": threads, "seed": int(seed)}
        rows.append({**case, "scores": score(folder / "vectors.bin", sets)})
        print("...", rows[-1], file=sys.stderr, flush=True)
    return rows


def quality_table(rows):
    """A row for each architecture and number of threads: means over seeds, lowest and highest."""
    found = {}
    for row in rows:
        found.setdefault((row["architecture"], row["threads"]), []).append(row["scores"])

    lines = [
        [*key, len(scores), *(mean_and_range(scores, measure) for measure in MEASURES)] for key, scores in found.items()
    ]
    return table(["architecture", "threads", "seeds", *MEASURES], lines)


def plot(results, path):
    """Words a second by threads, a line for each program."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    lines = {}
    for result in results:
        if result["rate"] is not None:
            label = f"{result['program']}, {result['architecture']}, d={result['size']}, sample {result['sample']:g}"
            lines.setdefault(label, []).append((result["threads"], result["rate"] / 1e6))
    figure, axes = pyplot.subplots(figsize=(8, 5))
    for label, points in lines.items():
        axes.plot(*zip(*points, strict=True), marker="o", label=label)
    axes.set(xlabel="threads", ylabel="million words/s", xscale="log", yscale="log")
    axes.legend(fontsize=6)
    figure.savefig(path)


def main():
    arguments = parse_arguments()
    sizes, samples = map(int, arguments.sizes.split(",")), map(float, arguments.samples.split(","))
    before = {} if arguments.smoke else read_json(arguments.out)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        content = {"machine": machine(), "round_trip_ns": round_trip(folder)}
        if arguments.smoke:
            corpus = make_corpus(folder / "text")
        else:
            corpus = arguments.corpus or (corpus_17m() if arguments.quality else corpus_5m())
        print(describe(content["machine"]))
        print(f"A cache line goes to another core and back in {number(content['round_trip_ns'])} ns.\n")
        if arguments.quality:
            content["quality"] = quality(arguments, folder, corpus, arguments.sets)
            names = ["architecture", "threads", "seed"]
            content["quality"] = merged(before.get("quality", []), content["quality"], names)
            print(quality_table(content["quality"]))
        else:
            cases = itertools.product(ARCHITECTURES.items(), sizes, samples)
            content["speed"] = merged(before.get("speed", []), measure(arguments, folder, corpus, cases), CASE)
            print(speed_table(content["speed"]))
        if arguments.smoke:
            arguments.seeds = "1"
            content["quality"] = quality(arguments, folder, corpus, make_sets(folder))
            print("\n" + quality_table(content["quality"]))
    if arguments.plot and "speed" in content:
        plot(content["speed"], arguments.plot)
    if not arguments.smoke:
        write_json(arguments.out, {**before, **content})


if __name__ == "__main__":
    main()
