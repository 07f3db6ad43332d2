"""Against Spark MLlib's Word2Vec, which averages what partitions learn: seconds and quality, of the same text.

python bench/spark.py                     4 and 8 partitions, and as many shards; one epoch, which is Spark's default
python bench/spark.py --epochs 5          several
python bench/spark.py --only spark,w2v-hs parts, by name
python bench/spark.py --smoke             one tiny round, without Spark

Spark has skip-gram with hierarchical softmax only, no thinning of frequent words, and windows of full width; it is
given 2 to many cores as `local[N]`. Its seconds are those of `fit`, on sentences that are in memory, and count words,
too; those of w2v are of training, and beside them of reading and counting. Needs bench/peers.sh spark, and Java.
"""

import argparse
import json
import os
import tempfile
from pathlib import Path

from _common import BENCH, DATA, SETTINGS, corpus_17m, describe, machine, make_corpus, number, table, write_json
from _programs import python_of, run, train
from _scores import MEASURES, make_sets, score

WAYS = {"w2v": {}, "w2v-hs": {"hs": 1, "negative": 0}}


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--partitions", default="4,8", help="of Spark, and shards of w2v (default: %(default)s)")
    parser.add_argument("--epochs", type=int, default=1, help="default: %(default)s")
    parser.add_argument("--alpha", type=float, default=0.025, help="default: %(default)s")
    parser.add_argument("--only", default="one,w2v,w2v-hs,spark", help="default: %(default)s")
    parser.add_argument("--corpus", type=Path, help="text (default: the benchmark corpus beside the repository)")
    parser.add_argument("--sets", type=Path, default=DATA / "eval", help="folder of the evaluation sets")
    parser.add_argument("--out", type=Path, default=BENCH / "results" / "spark.json")
    parser.add_argument("--smoke", action="store_true")
    return parser.parse_args()


def spark(corpus, settings, vectors):
    """Train with Spark in a process of its own; None if it is not installed."""
    python = python_of("spark")
    if python is None:
        return None
    words = [python, BENCH / "_spark_worker.py", corpus, json.dumps(settings), vectors]
    return json.loads(run(words).splitlines()[-1])


def cases(arguments):
    """The name of each way to train, the program, and what it is given."""
    cores = os.cpu_count() or 1
    given = {**SETTINGS, "sg": 1, "alpha": arguments.alpha, "epochs": arguments.epochs}
    given["min_count"] = 1 if arguments.smoke else 5
    for part in arguments.only.split(","):
        if part == "one":
            yield "w2v, one worker", "w2v", given
            continue
        for n in map(int, arguments.partitions.split(",")):
            if part == "spark":
                yield f"Spark, {n} partitions", "spark", {**given, "partitions": n}
            else:
                yield f"{part}, {n} shards", "w2v", {**given, **WAYS[part], "shards": n, "workers": cores}


def measured(arguments, folder, corpus, sets):
    """Reports and scores, in order; None for what is not installed."""
    for name, program, settings in cases(arguments):
        vectors = folder / "vectors.bin"
        if program == "spark":
            report = None if arguments.smoke else spark(corpus, settings, vectors)
        else:
            report = train("w2v", corpus, settings, "--save", vectors)
        yield {"way": name, "report": report, "scores": score(vectors, sets) if report else None}


def line(result):
    report, scores = result["report"], result["scores"]
    if report is None:
        return [result["way"], "not installed", *[""] * (1 + len(MEASURES))]
    seconds = number(report["train_s"]), number(report.get("vocab_s", 0.0))
    return [result["way"], *seconds, *(f"{scores[measure]:.3f}" for measure in MEASURES)]


def main():
    arguments = parse_arguments()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        content = {"machine": machine(), "epochs": arguments.epochs, "alpha": arguments.alpha, "results": []}
        corpus = make_corpus(folder / "text") if arguments.smoke else arguments.corpus or corpus_17m()
        sets = make_sets(folder) if arguments.smoke else arguments.sets
        print(describe(content["machine"]), flush=True)
        for result in measured(arguments, folder, corpus, sets):
            content["results"].append(result)
            print("...", line(result), flush=True)
    print(table(["way", "seconds of training", "seconds of reading", *MEASURES], map(line, content["results"])))
    if not arguments.smoke:
        write_json(arguments.out, content)


if __name__ == "__main__":
    main()
