"""Better vectors from the same text: what sums with output vectors, ensembles and fewer components are worth.

python bench/better.py                       17 million words, 100 and 300 dimensions, three seeds (30 minutes)
python bench/better.py --sizes 100 --seeds 1,2,3,4
python bench/better.py --smoke               one tiny round, nothing written
"""

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

from _common import BENCH, DATA, corpus_17m, describe, fill_readmes, machine, make_corpus, table, write_json
from _scores import MEASURES, make_sets, score_of

from w2v import Word2Vec, ensemble

SETTINGS = {"sg": 1, "alpha": 0.05, "sample": 1e-4, "epochs": 10, "min_count": 5}
EACH, ALL = "each training", "all trainings"


def made_of(trained):
    """Yield (what it is made of, how, vectors) for everything that is made of trainings with several seeds."""
    sums = [model.with_outputs() for model in trained]
    for model, summed in zip(trained, sums, strict=True):
        yield EACH, "vectors", model.wv
        yield EACH, "vectors + outputs", summed
        yield EACH, "all-but-the-top", model.wv.postprocess(top=max(1, model.vector_size // 100))
    for method in ("mean", "concatenate"):
        yield ALL, f"vectors, {method}", ensemble(trained, method)
        made = ensemble(sums, method)
        yield ALL, f"vectors + outputs, {method}", made
        yield ALL, f"vectors + outputs, {method}, all-but-the-top", made.postprocess(top=1)


def train_and_score(text, size, seeds, workers, sets):
    """Scores of everything, by what it is."""
    trained = []
    for seed in seeds:
        trained.append(Word2Vec(corpus_file=str(text), vector_size=size, seed=seed, workers=workers, **SETTINGS))
        print(f"{size} dimensions, seed {seed}: trained", file=sys.stderr, flush=True)
    found = {}
    for of, how, kv in made_of(trained):
        found.setdefault(f"{of}: {how}", []).append(score_of(kv.index_to_key, kv.vectors, sets))
    return found


def row(size, name, scores):
    """A line of the table: means, and the spread where there are several."""
    cells = []
    for measure in MEASURES:
        values = [found[measure] for found in scores]
        spread = f" ± {statistics.stdev(values):.3f}" if len(values) > 1 else ""
        cells.append(f"{statistics.mean(values):.3f}{spread}")
    return [size, name, *cells]


def parse_arguments(description, results, flag, default, what):
    """Options of a benchmark of quality, with one of its own: numbers with commas."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--corpus", type=Path, help="text, one sentence a line (default: 17 million words of Wikipedia)"
    )
    parser.add_argument(
        "--sets", type=Path, default=DATA / "eval", help="folder of evaluation sets (default: %(default)s)"
    )
    parser.add_argument(flag, default=default, help=f"{what}, with commas (default: %(default)s)")
    parser.add_argument("--seeds", default="1,2,3", help="with commas (default: %(default)s)")
    parser.add_argument("--workers", type=int, default=2, help="threads (default: %(default)s)")
    parser.add_argument("--out", type=Path, default=BENCH / "results" / results, help="default: %(default)s")
    parser.add_argument("--readme", action="store_true", help="also put the table into bench/README.md")
    parser.add_argument("--smoke", action="store_true", help="a tiny text, small vectors, nothing written")
    return parser.parse_args()


def main():
    options = parse_arguments(__doc__, "better.json", "--sizes", "100,300", "dimensions")
    info = machine()
    with tempfile.TemporaryDirectory() as folder:
        if options.smoke:
            options.corpus, options.sizes, options.seeds = make_corpus(Path(folder, "text.txt")), "16", "1,2"
            options.sets = make_sets(Path(folder))
        text, seeds = options.corpus or corpus_17m(), [int(seed) for seed in options.seeds.split(",")]
        print(describe(info), f"seeds {options.seeds}", sep=", ", flush=True)
        results = {
            size: train_and_score(text, size, seeds, options.workers, options.sets)
            for size in map(int, options.sizes.split(","))
        }
    rows = [row(size, name, scores) for size, found in results.items() for name, scores in found.items()]
    shown = table(["dimensions", "what", *MEASURES], rows)
    print(f"\n## better: what is worth how much\n\n{shown}", flush=True)
    if not options.smoke:
        write_json(options.out, {"better": {"scores": results, "settings": SETTINGS, "seeds": seeds, "machine": info}})
    if options.readme:
        fill_readmes("better", f"{shown}\n\n{describe(info)}, seeds {options.seeds}")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("stopped")
