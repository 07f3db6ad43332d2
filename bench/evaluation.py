"""How long `w2v eval` takes, from the start of the process: analogies and six similarity sets; writes JSON.

python bench/evaluation.py            68,000 vectors of 100 dimensions (half a minute, once the vectors are trained)
python bench/evaluation.py --smoke    one tiny round

WordSim-353 and SimLex-999 are the real ones; four sets of the sizes of MEN, RW, SimVerb-3500 and MTurk-771 are made of
random words of the vocabulary, for what they score does not matter here.
"""

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from _common import BENCH, DATA, alternate, describe, fill_readmes, machine, median, spread, write_json
from _programs import run
from _render import render
from _scores import make_sets
from _vectors import trained

from w2v import KeyedVectors

MADE_UP = {"men": 3000, "rw": 2034, "simverb": 3500, "mturk": 771}  # pairs
VARIANTS = {  # name -> what is asked
    "30,000 words, with intervals": [],
    "all words, with intervals": ["--restrict-vocab", "0"],
    "30,000 words, no intervals": ["--resamples", "0"],
}


def prepare(folder, options):
    """Write vectors and evaluation sets; return their paths."""
    matrix, names = trained(*(200, 16) if options.smoke else (68_000, 100), folder if options.smoke else None)
    words, vectors, sets = names.read_text().split("\n"), folder / "vectors.w2v", folder / "sets"
    KeyedVectors.from_pieces(words, np.load(matrix), {}).save(vectors)
    sets.mkdir()
    if options.smoke:
        make_sets(sets)
    else:
        for path in options.sets.iterdir():
            shutil.copy(path, sets)
    random = np.random.default_rng(1)
    for name, count in MADE_UP.items():
        pairs = random.integers(0, len(words), (20 if options.smoke else count, 2))
        lines = [f"{words[a]}\t{words[b]}\t{random.random():.4f}\n" for a, b in pairs]
        (sets / f"{name}.tsv").write_text("".join(lines))
    return vectors, sets


def seconds(vectors, sets, flags):
    """Wall-clock time of one process."""
    started = time.perf_counter()
    run([sys.executable, "-m", "w2v", "eval", vectors, sets, "--json", *flags])
    return time.perf_counter() - started


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reps", type=int, default=5, help="repetitions (default: %(default)s)")
    parser.add_argument("--sets", type=Path, default=DATA / "eval", help="folder of the evaluation sets")
    parser.add_argument("--out", type=Path, default=BENCH / "results" / "evaluation.json", help="default: %(default)s")
    parser.add_argument("--readme", action="store_true", help="also put the table into bench/README.md")
    parser.add_argument("--smoke", action="store_true", help="tiny vectors, once, nothing written")
    return parser.parse_args()


def main():
    options = parse_arguments()
    options.reps = 1 if options.smoke else options.reps
    info = machine()
    print(describe(info), f"repetitions {options.reps}", sep=", ", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        vectors, sets = prepare(Path(folder), options)
        runs = {name: lambda flags=flags: seconds(vectors, sets, flags) for name, flags in VARIANTS.items()}
        measured = alternate(runs, options.reps)
    rows = [
        {"name": name, "values": values, "median": median(values), "spread": spread(values)}
        for name, values in measured.items()
    ]
    result = {"title": "w2v eval", "unit": "seconds", "rows": rows, "ratios": []}
    text = render(result)
    print(f"\n## evaluation: {result['title']}\n\n{text}", flush=True)
    if not options.smoke:
        write_json(options.out, {"evaluation": {**result, "repetitions": options.reps, "machine": info}})
    if options.readme:
        fill_readmes("evaluation", f"{text}\n\n{describe(info)}")


if __name__ == "__main__":
    main()
