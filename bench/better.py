"""Better vectors from the same text: what each change of the settings is worth, sums with outputs, and ensembles.

python bench/better.py --readme              17 and 5 million words, three seeds (about an hour with two threads)
python bench/better.py --reuse --readme      again, with the scores of an earlier run that was interrupted
python bench/better.py --sizes 300 --corpora 5m --only "20 epochs;window 10"
python bench/better.py --smoke               one tiny round, nothing written
"""

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

from _common import (
    BENCH,
    CORPORA,
    DATA,
    describe,
    fill_readmes,
    machine,
    make_corpus,
    read_json,
    table,
    write_json,
)
from _scores import MEASURES, make_sets, score_of

from w2v import FastText, Word2Vec, ensemble

SETTINGS = {"sg": 1, "alpha": 0.05, "sample": 1e-4, "epochs": 10, "min_count": 5}
CHANGES = {  # of the settings above, one at a time
    "window 2": {"window": 2},
    "window 10": {"window": 10},
    "windows whole (shrink_windows=False)": {"shrink_windows": False},
    "10 noise words": {"negative": 10},
    "rarer noise words (ns_exponent=0.5)": {"ns_exponent": 0.5},
    "noise by frequency (ns_exponent=1)": {"ns_exponent": 1.0},
    "20 epochs": {"epochs": 20},
    "outputs of their own for each position": {"positional": "outputs"},
    "n-grams (FastText)": {"min_n": 3},
    "CBOW": {"sg": 0},
    "CBOW, window 8, 10 noise words": {"sg": 0, "window": 8, "negative": 10},
    "CBOW, weights of positions, windows whole": {"sg": 0, "positional": "weights", "shrink_windows": False},
}
EACH, ALL = "each training", "all trainings"
FIRST = f"{EACH}: vectors"


def made_of(trained):
    """Yield (what it is made of and how, vectors) for everything that is made of trainings with several seeds."""
    sums = [model.with_outputs() for model in trained]
    for model, summed in zip(trained, sums, strict=True):
        yield FIRST, model.wv
        yield f"{EACH}: vectors + outputs", summed
        yield f"{EACH}: all-but-the-top", model.wv.postprocess(top=max(1, model.vector_size // 100))
    for method in ("mean", "concatenate"):
        yield f"{ALL}: vectors, {method}", ensemble(trained, method)
        made = ensemble(sums, method)
        yield f"{ALL}: vectors + outputs, {method}", made
        yield f"{ALL}: vectors + outputs, {method}, all-but-the-top", made.postprocess(top=1)


def trained(text, change, options, size, seed):
    """A model with one change of the settings."""
    settings = {**SETTINGS, **change, "vector_size": size, "seed": seed, "workers": options.workers}
    return (FastText if "min_n" in settings else Word2Vec)(corpus_file=str(text), **settings)


def vectors_of(text, change, options, size):
    """Yield (how, vectors) of all seeds; how is empty with a change, because nothing is made of these trainings."""
    models = (trained(text, change, options, size, seed) for seed in options.seeds)
    if change:
        yield from (("", model.wv) for model in models)
    else:
        yield from made_of(list(models))


def measure(corpora, options, scores, save):
    """Fill scores in, by corpus, dimensions, and what the vectors are; call `save` after each change."""
    for corpus, text in corpora.items():
        for size in options.sizes:
            for name, change in {"": {}, **CHANGES}.items():
                place = f"{corpus}/{size}"
                if name not in options.only or f"{place}/{name or FIRST}" in scores:
                    continue
                for how, kv in vectors_of(text, change, options, size):
                    found = scores.setdefault(f"{place}/{name or how}", [])
                    found.append(score_of(kv.index_to_key, kv.vectors, options.sets))
                print(f"{corpus}, {size} dimensions: {name or 'nothing changed'}", file=sys.stderr, flush=True)
                save()


def row(name, scores):
    """A line of the table: means, and the spread where there are several."""
    cells = []
    for measure in MEASURES:
        values = [found[measure] for found in scores]
        spread = f" ± {statistics.stdev(values):.3f}" if len(values) > 1 else ""
        cells.append(f"{statistics.mean(values):.3f}{spread}")
    return [name, *cells]


def make_parser(description, results, flag, default, what):
    """A parser with the options of a benchmark of quality, and one of its own: numbers with commas."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--sets", type=Path, default=DATA / "eval", help="folder of evaluation sets (default: %(default)s)"
    )
    parser.add_argument(flag, default=default, type=numbers, help=f"{what}, with commas (default: %(default)s)")
    parser.add_argument("--seeds", default="1,2,3", type=numbers, help="with commas (default: %(default)s)")
    parser.add_argument("--workers", type=int, default=2, help="threads (default: %(default)s)")
    parser.add_argument("--out", type=Path, default=BENCH / "results" / results, help="default: %(default)s")
    parser.add_argument("--readme", action="store_true", help="also put the table into bench/README.md")
    parser.add_argument("--smoke", action="store_true", help="a tiny text, small vectors, nothing written")
    return parser


def numbers(text):
    """Numbers of an option that has them with commas."""
    return [int(number) for number in text.split(",")]


def seeds_of(options):
    """The seeds, as a line below a table has them."""
    return f"seeds {','.join(map(str, options.seeds))}"


def main():
    parser = make_parser(__doc__, "better.json", "--sizes", "100", "dimensions")
    parser.add_argument("--corpora", default="17m,5m", help="17m, 5m (words of Wikipedia), or both with a comma")
    parser.add_argument(
        "--only", default=";".join(["", *CHANGES]), help="changes, with semicolons; nothing for the settings themselves"
    )
    parser.add_argument("--reuse", action="store_true", help="keep the scores that are in the file of results")
    options = parser.parse_args()
    options.only = options.only.split(";")
    info = machine()
    print(describe(info), flush=True)
    scores = read_json(options.out).get("scores", {}) if options.reuse else {}

    def save():
        if not options.smoke:
            write_json(options.out, {"scores": scores, "settings": SETTINGS, "seeds": options.seeds, "machine": info})

    with tempfile.TemporaryDirectory() as folder:
        if options.smoke:
            corpora, options.sets = {"tiny": make_corpus(Path(folder, "text.txt"))}, make_sets(Path(folder))
            options.sizes, options.seeds, options.only = [16], [1, 2], ["", "n-grams (FastText)"]
        else:
            corpora = {name: CORPORA[name]() for name in options.corpora.split(",")}
        measure(corpora, options, scores, save)
    rows = [[*name.split("/"), *row(name, found)[1:]] for name, found in scores.items()]
    shown = table(["words", "dimensions", "what", *MEASURES], rows)
    print(f"\n## better: what is worth how much\n\n{shown}", flush=True)
    if options.readme:
        fill_readmes("better", f"{shown}\n\n{describe(info)}, {seeds_of(options)}")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("stopped; what had finished is kept")
