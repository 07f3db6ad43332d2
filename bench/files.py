"""How fast files of vectors are read and written: w2v and gensim side by side; prints tables and writes JSON.

python bench/files.py                            everything (about 3 minutes)
python bench/files.py --only load_text --reps 5
python bench/files.py --smoke                    one tiny round of everything, without gensim
"""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy
from _common import BENCH
from _compare import compare, fastest, ratio
from _programs import MODULES, PEERS, python_of, run
from _several import benchmark_parser, parse_benchmarks, run_benchmarks

from w2v import KeyedVectors


@dataclass
class Setup:
    """Files to read, the number of repetitions, where gensim is, and a folder for what is written."""

    text: Path  # 68,000 x 100
    small: Path  # the same vectors, binary
    binary: Path  # 400,000 x 300
    native: Path  # the same vectors
    repetitions: int
    peers: Path
    folder: Path


def measure(prepared, operation, path, key="seconds", programs=("w2v", "gensim")):
    """Rows for the programs that do this operation, each time in a process of its own."""

    def variant(program):
        python = python_of(program, prepared.peers)
        if python is None:
            return None
        module = "gensim.models" if program == "gensim" else MODULES[program]
        command = [python, BENCH / "_files_worker.py", module, operation, path, prepared.folder / f"{program}.out"]
        return json.loads(run(command))[key]

    return compare({program: lambda program=program: variant(program) for program in programs}, prepared.repetitions)


def against_gensim(prepared, operation, path, title):
    rows = measure(prepared, operation, path)
    ratios = ratio(f"{title} against gensim", fastest(rows, ["gensim"]), fastest(rows, ["w2v"]))
    return {"title": title, "unit": "seconds", "rows": rows, "ratios": ratios}


def load_text(prepared):
    return against_gensim(prepared, "load_text", prepared.text, "load word2vec text, 68,000 x 100")


def save_text(prepared):
    return against_gensim(prepared, "save_text", prepared.small, "save word2vec text, 68,000 x 100")


def load_binary(prepared):
    return against_gensim(prepared, "load_binary", prepared.binary, "load word2vec binary, 400,000 x 300")


def open_native(prepared):
    rows = []
    for name, key in (("open", "open"), ("open and first query", "seconds")):
        rows.append({**measure(prepared, "open", prepared.native, key, ["w2v"])[0], "name": name})
    return {"title": "open a native file, 400,000 x 300, mapped", "unit": "seconds", "rows": rows, "ratios": []}


BENCHMARKS = {"load_text": load_text, "save_text": save_text, "load_binary": load_binary, "open_native": open_native}


def parse_arguments():
    parser = benchmark_parser(__doc__, BENCHMARKS, "files", "tiny files, once, no gensim")
    return parse_benchmarks(parser, BENCHMARKS)


def make_vectors(rows, columns):
    """Random vectors of the length of trained ones, and words as long as words are."""
    generator = numpy.random.default_rng(1)
    vectors = generator.normal(0, 0.3, (rows, columns)).astype(numpy.float32)
    words = [f"w{number * 7919 % 1_000_003}" for number in range(rows)]
    return KeyedVectors.from_pieces(words, vectors, {"count": numpy.arange(rows, 0, -1)})


def setup(options, folder):
    """The files that the benchmarks asked for need."""
    small, large = ((500, 10), (1000, 10)) if options.smoke else ((68_000, 100), (400_000, 300))
    paths = [folder / name for name in ("small.txt", "small.bin", "large.bin", "large.w2v")]
    if {"load_text", "save_text"} & set(options.only):
        vectors = make_vectors(*small)
        vectors.save_word2vec_format(paths[0])
        vectors.save_word2vec_format(paths[1], binary=True)
    if {"load_binary", "open_native"} & set(options.only):
        vectors = make_vectors(*large)
        vectors.save_word2vec_format(paths[2], binary=True)
        vectors.save(paths[3])
    peers = folder / "no-peers" if options.smoke else PEERS
    return Setup(*paths, 1 if options.smoke else options.reps, peers, folder)


if __name__ == "__main__":
    run_benchmarks(parse_arguments(), BENCHMARKS, setup)
