"""What scripts of several benchmarks share: their command line, and running those that are asked for."""

import argparse
import sys
import tempfile
from pathlib import Path

from _common import BENCH, describe, fill_readmes, machine, read_json, write_json
from _render import render, render_front


def benchmark_parser(doc, benchmarks, name, smoke, repetitions=3, readme="bench/README.md"):
    """A parser of what every script of several benchmarks takes; the script adds its own, then `parse_benchmarks`."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default=",".join(benchmarks), help="names, with commas: %(default)s")
    parser.add_argument("--reps", type=int, default=repetitions, help="repetitions (default: %(default)s)")
    parser.add_argument("--out", type=Path, default=BENCH / "results" / f"{name}.json", help="default: %(default)s")
    parser.add_argument("--readme", action="store_true", help=f"also put the tables into {readme}")
    parser.add_argument("--smoke", action="store_true", help=f"{smoke}, nothing written")
    return parser


def parse_benchmarks(parser, benchmarks):
    """Options of the command line; `only` is a list of benchmarks that there are."""
    options = parser.parse_args()
    options.only = options.only.split(",")
    unknown = set(options.only) - set(benchmarks)
    if unknown:
        parser.error(f"--only: expected some of {', '.join(benchmarks)}, got {', '.join(sorted(unknown))}")
    return options


def run_benchmarks(options, benchmarks, prepare, place=""):
    """Print the tables of `options.only`, write their JSON, and fill in READMEs where that is asked for.

    ``prepare(options, folder)`` makes what the benchmarks take. `place`: how the names of places in READMEs begin.
    """
    info = machine()
    results = {} if options.smoke else read_json(options.out)
    try:
        with tempfile.TemporaryDirectory() as folder:
            setup = prepare(options, Path(folder))
            print(describe(info), f"repetitions {setup.repetitions}", sep=", ", flush=True)
            for name in options.only:
                result = benchmarks[name](setup)
                text = render(result)
                print(f"\n## {name}: {result['title']}\n\n{text}", flush=True)
                if not options.smoke:
                    results[name] = {**result, "repetitions": setup.repetitions, "machine": info}
                    write_json(options.out, results)
                if options.readme:
                    fill_readmes(place + name, f"{text}\n\n{describe(info)}", render_front(result))
    except KeyboardInterrupt:
        sys.exit("stopped; results of the benchmarks that had finished are kept")
