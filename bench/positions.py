"""What positions give and cost: structured skip-gram, CWindow and position-weighted CBOW beside skip-gram and CBOW.

python bench/positions.py --readme             speed, and the quality of three seeds (about 15 minutes)
python bench/positions.py --trials             also with other settings (as long again, and more)
python bench/positions.py --only quality --kinds "CBOW;CWindow" --seeds 4 --reuse
                                               some more scores beside those of an earlier run
python bench/positions.py --reuse --readme     again, with the scores of an earlier run that was interrupted
python bench/positions.py --smoke              one tiny round, nothing written
"""

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

from _common import (
    BENCH,
    DATA,
    SETTINGS,
    alternate,
    corpus_5m,
    corpus_17m,
    describe,
    fill_readmes,
    machine,
    make_corpus,
    median,
    number,
    read_json,
    spread,
    table,
    write_json,
)
from _scores import make_sets

from w2v import Word2Vec
from w2v.evaluate import word_analogies, word_pairs
from w2v.training import outputs

PARTS = ["speed", "quality"]
KINDS = {
    "skip-gram": {"sg": 1},
    "structured skip-gram": {"sg": 1, "positional": "outputs"},
    "CBOW": {"sg": 0},
    "CWindow": {"sg": 0, "positional": "outputs"},
    "position-weighted CBOW": {"sg": 0, "positional": "weights", "shrink_windows": False},
}
PLAIN = {"structured skip-gram": "skip-gram", "CWindow": "CBOW", "position-weighted CBOW": "CBOW"}
TRIALS = {  # what else was tried; the rate of weights, and what they begin with, are no settings of a model
    "CBOW, windows whole": {"sg": 0, "shrink_windows": False},
    "weights, windows whole, rate 0": {"shrink_windows": False, "rate": 0.0},
    "weights, windows whole, rate 0.001": {"shrink_windows": False, "rate": 0.001},
    "weights, windows whole, rate 0.1": {"shrink_windows": False, "rate": 0.1},
    "weights, windows whole, begun with ones": {"shrink_windows": False, "ones": True},
    "weights, windows drawn": {},
    "weights, windows drawn, rate 0.001": {"rate": 0.001},
    "weights, windows drawn, rate 1": {"rate": 1.0},
    "skip-gram, alpha 0.05": {"sg": 1, "alpha": 0.05},
    "structured skip-gram, alpha 0.05": {"sg": 1, "positional": "outputs", "alpha": 0.05},
}
MEASURES = ["analogies", "syntactic", "semantic", "WordSim-353", "SimLex-999"]


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default=",".join(PARTS), help="parts, with commas (default: %(default)s)")
    parser.add_argument("--seeds", default="1,2,3", help="default: %(default)s")
    parser.add_argument("--epochs", type=int, default=5, help="of the quality (default: %(default)s)")
    parser.add_argument("--reps", type=int, default=5, help="of the speed (default: %(default)s)")
    parser.add_argument("--trials", action="store_true", help="also other settings")
    parser.add_argument("--kinds", help="of the quality, by their names in the table, with semicolons")
    parser.add_argument("--corpus", type=Path, help="text (default: the benchmark corpora beside the repository)")
    parser.add_argument("--sets", type=Path, default=DATA / "eval", help="folder of the evaluation sets")
    parser.add_argument("--reuse", action="store_true", help="keep what an earlier run of these settings has measured")
    parser.add_argument("--out", type=Path, default=BENCH / "results" / "positions.json", help="default: %(default)s")
    parser.add_argument("--readme", action="store_true", help="also put the tables into bench/README.md")
    parser.add_argument("--smoke", action="store_true", help="a tiny text, one seed, nothing written")
    options = parser.parse_args()
    options.only = options.only.split(",")
    if not set(options.only) <= set(PARTS):
        parser.error(f"--only: expected some of {', '.join(PARTS)}, got {','.join(options.only)}")
    options.seeds = options.seeds.split(",")
    names = options.kinds.split(";") if options.kinds else [*KINDS, *(TRIALS if options.trials else [])]
    if unknown := set(names) - {*KINDS, *TRIALS}:
        parser.error(f"--kinds: expected some of {', '.join([*KINDS, *TRIALS])}, got {', '.join(unknown)}")
    options.kinds = {name: {**KINDS, **TRIALS}[name] for name in names}
    return options


# ---- speed ----


def measure_speed(text, repetitions):
    """Seconds of one epoch of each kind, in turns, training alone."""
    models = {name: Word2Vec(**SETTINGS, **kind) for name, kind in KINDS.items()}
    for model in models.values():
        model.build_vocab(corpus_file=text)

    def train(model):
        before = model.total_train_time
        model.train(start_alpha=1e-4)  # hardly moves: every repetition trains the same weights
        return model.total_train_time - before

    return alternate({name: lambda model=model: train(model) for name, model in models.items()}, repetitions)


def render_speed(seconds):
    rows = []
    for name, values in seconds.items():
        plain = PLAIN.get(name, name)
        ratios = [one / other for one, other in zip(values, seconds[plain], strict=True)]
        ratio = f"{number(median(ratios))} ({number(min(ratios))} to {number(max(ratios))})"
        beside = "" if plain == name else f"{ratio} x {plain}"
        rows.append([name, number(median(values)), number(spread(values)), beside])
    return table(["", "seconds", "spread", "ratio"], rows)


# ---- quality ----


def train(text, kind, seed, epochs):
    """A model of these settings; `rate` and `ones` are what no setting says."""
    kind = dict(kind) if "sg" in kind else {"sg": 0, "positional": "weights", **kind}
    usual = outputs.WEIGHT_RATE
    outputs.WEIGHT_RATE, ones = kind.pop("rate", usual), kind.pop("ones", False)
    try:
        model = Word2Vec(**{**SETTINGS, "epochs": epochs, "seed": seed, **kind})
        model.build_vocab(corpus_file=text)
        if ones:
            model.position_weights[:] = 1
        model.train()
    finally:
        outputs.WEIGHT_RATE = usual
    return model


def score(wv, sets):
    """Analogies, all and by the kind of their section, and Spearman correlations with people's judgements."""
    words, vectors = wv.index_to_key, wv.vectors
    share, sections = word_analogies(words, vectors, sets / "questions-words.txt")
    sections = [section for section in sections if section["section"] != "Total accuracy"]
    return {
        "analogies": share,
        "syntactic": _share(section for section in sections if section["section"].startswith("gram")),
        "semantic": _share(section for section in sections if not section["section"].startswith("gram")),
        "WordSim-353": float(word_pairs(words, vectors, sets / "wordsim353.tsv")[1].statistic),
        "SimLex-999": float(word_pairs(words, vectors, sets / "simlex999.txt")[1].statistic),
    }


def _share(sections):
    right, asked = 0, 0
    for section in sections:
        right += len(section["correct"])
        asked += len(section["correct"]) + len(section["incorrect"])
    return right / max(1, asked)


def measure_quality(text, options, results, save):
    """Fill `results` in: name -> seed -> scores; call `save` after each."""
    for seed in options.seeds:
        for name, kind in options.kinds.items():
            scores = results.setdefault(name, {})
            if seed in scores:
                continue
            started = time.perf_counter()
            scores[seed] = score(train(text, kind, int(seed), options.epochs).wv, options.sets)
            took = time.perf_counter() - started
            print(f"{name}, seed {seed}, {took:.0f} s: {scores[seed]}", file=sys.stderr, flush=True)
            save()


def render_quality(results, names):
    rows = []
    for name in names:
        scores = list(results.get(name, {}).values())
        if scores:
            rows.append([name, len(scores), *(_cell([one[measure] for one in scores]) for measure in MEASURES)])
    return table(["mean ± sd (spread)", "seeds", *MEASURES], rows)


def _cell(values):
    if len(values) == 1:
        return f"{values[0]:.4f}"
    return f"{statistics.mean(values):.4f} ± {statistics.stdev(values):.4f} ({spread(values):.4f})"


def main():
    options = parse_arguments()
    info = machine()
    print(describe(info), flush=True)
    results = read_json(options.out) if options.reuse else {}
    with tempfile.TemporaryDirectory() as folder:
        large = small = options.corpus
        if options.smoke:
            large = small = make_corpus(Path(folder) / "text.txt")
            options.sets, options.seeds, options.epochs, options.reps = make_sets(Path(folder)), ["1"], 1, 1
        for part in options.only:
            results.setdefault(part, {})
            results[part]["machine"] = info

            def save():
                if not options.smoke:
                    write_json(options.out, results)

            if part == "speed":
                results[part]["seconds"] = measure_speed(small or corpus_5m(), options.reps)
                text = render_speed(results[part]["seconds"])
            else:
                scores = results[part].setdefault("scores", {})
                measure_quality(large or corpus_17m(), options, scores, save)
                text = render_quality(scores, [*KINDS, *TRIALS])
            save()
            print(f"\n## {part}\n\n{text}")
            if options.readme:
                fill_readmes(f"positions-{part}", f"{text}\n\n{describe(info)}")


if __name__ == "__main__":
    main()
