"""How fast: w2v and its peers side by side, alternating; prints tables and writes JSON.

python bench/train.py                          everything (about 20 minutes)
python bench/train.py --only sg,whole --reps 5
python bench/train.py --smoke                  one tiny round of everything, without peers
"""

from dataclasses import dataclass
from pathlib import Path

import _resources
import _shapes
import _training
import _whole
from _common import corpus_5m, corpus_17m, make_corpus
from _programs import PEERS
from _several import benchmark_parser, parse_benchmarks, run_benchmarks

BENCHMARKS = {
    "sg": _training.skip_gram,
    "cbow": _training.cbow,
    "sg-hs": _training.skip_gram_hs,
    "cbow-hs": _training.cbow_hs,
    "whole": _whole.whole_job,
    "pairwise": _training.pairwise,
    "encode": _resources.encode,
    "kernels": _training.kernel_sets,
    "memory": _resources.memory,
    "loss": _training.loss,
    "shapes": _shapes.shapes,
}


@dataclass
class Setup:
    """What a benchmark needs to know: two texts, how often, where the peers are, and a folder for outputs."""

    corpus: Path  # for most: 5 million words
    large: Path  # for memory and encoding: 17 million words
    repetitions: int
    peers: Path
    folder: Path
    smoke: bool


def parse_arguments():
    parser = benchmark_parser(
        __doc__, BENCHMARKS, "train", "a tiny text, once, no peers", readme="bench/README.md and README.md"
    )
    parser.add_argument("--corpus", type=Path, help="text, one sentence a line (default: first 30 MB of the large one)")
    parser.add_argument("--large", type=Path, help="larger text (default: the benchmark corpus beside the repository)")
    return parse_benchmarks(parser, BENCHMARKS)


def setup(options, folder):
    if options.smoke:
        text = make_corpus(folder / "text.txt")
        return Setup(text, text, 1, folder / "no-peers", folder, True)
    return Setup(options.corpus or corpus_5m(), options.large or corpus_17m(), options.reps, PEERS, folder, False)


if __name__ == "__main__":
    run_benchmarks(parse_arguments(), BENCHMARKS, setup)
