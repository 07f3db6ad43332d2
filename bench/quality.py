"""How good: analogies and word similarity of w2v's vectors and the peers', over several seeds; a table and JSON.

python bench/quality.py                        w2v and gensim, skip-gram and CBOW, seeds 1, 2, 3 (about 25 minutes)
python bench/quality.py --reuse                the same, with peers' vectors of an earlier run where they fit
python bench/quality.py --only sg-hs,cbow-hs   hierarchical softmax in place of noise words; a table of its own
python bench/quality.py --only sg --programs w2v --alpha 0.05 --out bench/results/quality-alpha05.json
python bench/quality.py --smoke                one tiny round, without peers
"""

import argparse
import hashlib
import json
import sys
import tempfile
from pathlib import Path

from _common import (
    BENCH,
    CACHE,
    DATA,
    SETTINGS,
    corpus_17m,
    describe,
    fill_readmes,
    machine,
    make_corpus,
    read_json,
    table,
    write_json,
)
from _programs import MODULES, original, run, train
from _scores import MEASURES, holds, make_sets, score, summary

HS = {"hs": 1, "negative": 0}
ARCHITECTURES = {"sg": {"sg": 1}, "cbow": {"sg": 0}, "sg-hs": {"sg": 1, **HS}, "cbow-hs": {"sg": 0, **HS}}
PROGRAMS = ["w2v", "gensim", "word2vec.c"]


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="sg,cbow", help=f"some of {','.join(ARCHITECTURES)} (default: %(default)s)")
    parser.add_argument("--programs", default="w2v,gensim", help=f"some of {','.join(PROGRAMS)} (default: %(default)s)")
    parser.add_argument("--seeds", default="1,2,3", help="word2vec.c has none: it runs as often as there are seeds")
    parser.add_argument("--epochs", type=int, default=5, help="default: %(default)s")
    parser.add_argument("--alpha", type=float, default=0.025, help="default: %(default)s")
    parser.add_argument("--kernel", default="batched", help="of w2v (default: %(default)s)")
    parser.add_argument("--threads", type=int, default=1, help="of w2v (default: %(default)s)")
    parser.add_argument("--corpus", type=Path, help="text (default: the benchmark corpus beside the repository)")
    parser.add_argument("--sets", type=Path, default=DATA / "eval", help="folder of the evaluation sets")
    parser.add_argument("--reuse", action="store_true", help="take peers' vectors of an earlier run if settings agree")
    parser.add_argument("--out", type=Path, default=BENCH / "results" / "quality.json", help="default: %(default)s")
    parser.add_argument("--readme", action="store_true", help="also put the table into bench/README.md and README.md")
    parser.add_argument("--smoke", action="store_true", help="a tiny text, one seed, no peers, nothing written")
    options = parser.parse_args()
    for name, allowed in (("only", ARCHITECTURES), ("programs", PROGRAMS)):
        chosen = getattr(options, name).split(",")
        if not set(chosen) <= set(allowed):
            parser.error(f"--{name}: expected some of {', '.join(allowed)}, got {getattr(options, name)}")
        setattr(options, name, chosen)
    options.seeds = [int(seed) for seed in options.seeds.split(",")]
    return options


def prepare(options, folder):
    """Fill in the corpus, the evaluation sets and the folder of vectors."""
    options.vectors = CACHE / "quality"
    if options.smoke:
        options.corpus, options.sets = make_corpus(folder / "text.txt"), make_sets(folder)
        options.programs, options.seeds, options.epochs, options.vectors = ["w2v"], [1], 1, folder
    options.corpus = options.corpus or corpus_17m()
    options.vectors.mkdir(parents=True, exist_ok=True)


def settings_of(program, architecture, seed, options):
    settings = {**SETTINGS, **ARCHITECTURES[architecture], "seed": seed}
    settings.update(epochs=options.epochs, alpha=options.alpha)
    if program == "w2v":
        settings.update(kernel=options.kernel, workers=options.threads)
    return settings


def label(program, architecture, options):
    """Name of a row: the program, the architecture, and what differs from the usual settings."""
    usual = {"epochs": 5, "alpha": 0.025, "kernel": "batched", "threads": 1}
    if program != "w2v":
        usual = {"epochs": 5, "alpha": 0.025}
    changed = [f"{name}={getattr(options, name)}" for name, value in usual.items() if getattr(options, name) != value]
    return " ".join([program, architecture, *changed])


def vectors_of(program, settings, options):
    """The file of vectors, trained unless --reuse finds it; None if the program is not installed."""
    content = {**settings, "corpus": options.corpus.name, "bytes": options.corpus.stat().st_size}
    digest = hashlib.sha1(json.dumps(content, sort_keys=True).encode()).hexdigest()[:8]
    path = options.vectors / f"{program}-{digest}.bin"
    if options.reuse and program != "w2v" and path.exists():
        return path
    partial = path.with_suffix(".part")
    if program in MODULES:
        done = train(program, options.corpus, settings, "--save", partial)
    else:
        command = original("ofast", options.corpus, partial, settings)
        done = command and [run(command)]
    return partial.replace(path) if done else None


def measure(program, architecture, options):
    """Scores of every seed: a list of dicts, empty if the program is not installed."""
    scores = []
    for seed in options.seeds:
        path = vectors_of(program, settings_of(program, architecture, seed, options), options)
        if path is None:
            return []
        scores.append(score(path, options.sets))
        print(f"{program} {architecture} seed {seed}: {scores[-1]}", file=sys.stderr, flush=True)
    return scores


def render_front(results):
    """The table of the front page: mean ± standard deviation of each measure."""
    parts = {name: summary(result["scores"]) for name, result in results.items() if result["scores"]}
    cells = {name: [f"{part['mean']:.3f} ± {part['sd']:.3f}" for part in of.values()] for name, of in parts.items()}
    return table(["program and model", *MEASURES], [[name, *row] for name, row in cells.items()])


def render(results):
    """Mean ± standard deviation, and highest less lowest, of each measure; and whether w2v holds against gensim."""
    rows = []
    for name, result in results.items():
        parts = summary(result["scores"])
        cells = [f"{part['mean']:.4f} ± {part['sd']:.4f} ({part['spread']:.4f})" for part in parts.values()]
        verdict = ""
        rival = results.get(f"gensim {name.split()[1]}", {"scores": []})
        if name.startswith("w2v") and parts and rival["scores"]:
            verdict = "holds" if holds(parts, summary(rival["scores"])) else "fails"
        rows.append([name, *(cells or ["not installed"] * len(MEASURES)), verdict])
    return table(["mean ± sd (spread)", *MEASURES, "not below gensim by more than its spread"], rows)


def main():
    options = parse_arguments()
    info = machine()
    results = {} if options.smoke else read_json(options.out)
    with tempfile.TemporaryDirectory() as folder:
        prepare(options, Path(folder))
        print(describe(info), f"seeds {options.seeds}", sep=", ", flush=True)
        for architecture in options.only:
            for program in options.programs:
                scores = measure(program, architecture, options)
                result = {"scores": scores, "summary": summary(scores), "seeds": options.seeds, "machine": info}
                results[label(program, architecture, options)] = result
                if not options.smoke:
                    write_json(options.out, results)
    shown = {name: result for name, result in results.items() if name.split()[1] in options.only}
    text = render(shown)
    print(f"\n{text}")
    if options.readme:
        place = "quality-hs" if any("hs" in name for name in options.only) else "quality"
        fill_readmes(place, f"{text}\n\n{describe(info)}", render_front(shown))


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("stopped; vectors and scores of what had finished are kept")
