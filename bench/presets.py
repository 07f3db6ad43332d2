"""What the presets of `w2v train` are worth: scores and seconds of each, on two corpora; a table and JSON.

python bench/presets.py                              all presets, 17 and 5 million words, one thread (10 minutes a seed)
python bench/presets.py --only fast,gensim --corpora 5m
python bench/presets.py --try '{"alpha": 0.1}'       settings that might become one, beside them
python bench/presets.py --smoke                      one tiny round, nothing written

Seconds are those of the whole command, from its start to the saved vectors; CPU seconds are those of all its threads,
which say more where others use the machine, too.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from _common import (
    BENCH,
    CORPORA,
    DATA,
    describe,
    fill_readmes,
    machine,
    make_corpus,
    number,
    read_json,
    table,
    write_json,
)
from _scores import MEASURES, make_sets, score

from w2v.presets import ABOUT

COLUMNS = [*MEASURES, "seconds", "CPU seconds"]


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default=",".join(ABOUT), help="presets, with commas (default: all)")
    parser.add_argument("--corpora", default="17m,5m", help="17m, 5m (words of Wikipedia), or both with a comma")
    parser.add_argument(
        "--try", dest="tried", type=json.loads, default=None, help="settings as JSON, in place of presets"
    )
    parser.add_argument("--seeds", default="1", help="with commas (default: %(default)s)")
    parser.add_argument("--threads", type=int, default=1, help="default: %(default)s")
    parser.add_argument("--sets", type=Path, default=DATA / "eval", help="folder of the evaluation sets")
    parser.add_argument("--out", type=Path, default=BENCH / "results" / "presets.json", help="default: %(default)s")
    parser.add_argument("--readme", action="store_true", help="also put the table into bench/README.md")
    parser.add_argument("--smoke", action="store_true", help="a tiny text, one preset, nothing written")
    return parser.parse_args()


def measure(corpus, flags, seed, options, folder):
    """Train once in a process of its own; return scores and seconds."""
    output = folder / "vectors.bin"
    command = [sys.executable, "-m", "w2v", "train", corpus, "-o", output, "--quiet", *flags]
    started, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([*map(str, command), "--seed", str(seed), "--workers", str(options.threads)], check=True)
    seconds, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {**score(output, options.sets), "seconds": seconds, "CPU seconds": cpu}


def candidates(options):
    """Names and flags of what is compared."""
    if options.tried is None:
        return {name: ["--preset", name] for name in options.only.split(",")}
    flags = [text for name, value in options.tried.items() for text in (f"--{name.replace('_', '-')}", str(value))]
    return {json.dumps(options.tried): flags}


def render(results):
    """A row for each preset and corpus: means over the seeds."""
    rows = []
    for name, runs in results.items():
        means = [sum(run[column] for run in runs["runs"]) / len(runs["runs"]) for column in COLUMNS]
        rows.append([*name.split("/"), *(f"{mean:.3f}" for mean in means[:3]), *map(number, means[3:])])
    return table(["corpus", "preset", *COLUMNS], rows)


def main():
    options = parse_arguments()
    info = machine()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if options.smoke:
            corpora, options.sets = {"tiny": make_corpus(folder / "text.txt")}, make_sets(folder)
            options.only = "fast"
        else:
            corpora = {corpus: CORPORA[corpus]() for corpus in options.corpora.split(",")}
        results = {} if options.smoke else read_json(options.out)
        for corpus, path in corpora.items():
            for preset, flags in candidates(options).items():
                runs = [measure(path, flags, seed, options, folder) for seed in options.seeds.split(",")]
                results[f"{corpus}/{preset}"] = {"runs": runs, "machine": info}
                print(f"{corpus} {preset}: {runs}", file=sys.stderr, flush=True)
                if not options.smoke and options.tried is None:
                    write_json(options.out, results)
    text = render(results)
    print(f"{describe(info)}\n\n{text}")
    if options.readme:
        fill_readmes("presets", f"{text}\n\n{describe(info)}")


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("stopped; what had finished is kept")
