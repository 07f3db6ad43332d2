"""w2v train: from text to a file of vectors."""

import argparse
import os
import sys
import time
from collections.abc import Callable
from typing import Any

from w2v.cli.options import Commands, add_command, number
from w2v.cli.output import shows_progress

_NATIVE, _BINARY, _TEXT = "native", "word2vec-binary", "word2vec-text"


def add(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(
        commands,
        "train",
        run,
        "Learn vectors from text.",
        ["w2v train text.txt -o vectors.w2v", "w2v train text.txt.gz -o vectors.bin --cbow --size 200 --epochs 10"],
    )
    parser.add_argument("text", metavar="TEXT", help="plain text: one sentence a line, words separated by white space")
    parser.add_argument("-o", "--output", metavar="FILE", required=True, help="where to save the vectors")
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--sg", dest="sg", action="store_const", const=1, default=1, help="skip-gram (default)")
    kind.add_argument("--cbow", dest="sg", action="store_const", const=0, help="continuous bag of words")

    def add_number(name: str, convert: Callable[[str], float], default: float, text: str) -> None:
        parser.add_argument(name, type=convert, default=default, metavar="N", help=f"{text} (default: {default:g})")

    add_number("--size", number(int, 1, 100_000), 100, "dimensions of the vectors")
    add_number("--window", number(int, 1, 100_000), 5, "words on either side that count as context")
    add_number("--negative", number(int, 1, 10_000), 5, "noise words for each word")
    add_number("--epochs", number(int, 1, 1_000_000), 5, "passes over the text")
    add_number("--min-count", number(int, 0), 5, "leave out words that occur less often")
    add_number("--sample", number(float, 0), 1e-3, "thin out words above this share of the text; 0 keeps all")
    add_number("--alpha", number(float, 0, above=True), 0.025, "learning rate at the start")
    add_number("--threads", number(int, 1, 4096), cores(), "threads; 1 gives the same vectors every time")
    add_number("--seed", number(int, 0, 2**63 - 1), 1, "of all random numbers")
    parser.add_argument("--kernel", choices=["batched", "pairwise", "blas"], default="batched", help="how to compute")
    formats = [_NATIVE, _BINARY, _TEXT]
    text = "default: by extension, .bin or .txt or .vec, else native"
    parser.add_argument("--format", choices=formats, help=text)
    parser.add_argument("--quiet", action="store_true", help="print nothing but errors")


def run(options: argparse.Namespace) -> None:
    """Learn vectors from a text and save them; every error that can be foreseen is raised before learning."""
    from w2v.formats import format_of
    from w2v.formats._files import check_writable

    _check_text(options.text)
    check_writable(options.output)
    if os.path.realpath(options.text) == os.path.realpath(options.output):
        raise ValueError(f"{options.output}: is the text itself")
    settings = {
        name: getattr(options, name) for name in ("window", "negative", "sample", "min_count", "epochs", "sg", "seed")
    }
    settings.update(vector_size=options.size, workers=options.threads, alpha=options.alpha, kernel=options.kernel)
    started = time.perf_counter()
    model = learn(options.text, settings, shows_progress(options))
    save(model, options.output, options.format or format_of(options.output))
    if not options.quiet:
        report(model, time.perf_counter() - started, options.output)


def cores() -> int:
    """Processor cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def learn(text: str, settings: dict[str, Any], progress: bool) -> Any:
    """Train a model on a file of text."""
    from w2v import Word2Vec

    model = Word2Vec(**settings)
    model.build_vocab(corpus_file=text, progress=progress)
    model.train(corpus_file=text, epochs=model.epochs, progress=progress)
    return model


def save(model: Any, path: str, kind: str) -> None:
    """Save a model in the native format, or its vectors in another one."""
    from w2v import formats

    if kind == _NATIVE:
        model.save(path)
    else:
        formats.save(model.wv, path, kind)


def report(model: Any, seconds: float, path: str | None) -> None:
    """Print one line on stderr about what was learnt."""
    words = f"{model.corpus_total_words} words of text, {model.epochs} epochs, {seconds:.1f} s"
    vectors = f"{len(model.wv)} vectors of {model.wv.vector_size}, loss {model.losses[-1]:.4f}"
    print(f"{words}: {vectors}{', saved to ' + path if path else ''}", file=sys.stderr)


def _check_text(path: str) -> None:
    """Raise the error that reading a text would raise."""
    with open(path, "rb") as file:
        if not file.read(1):
            raise ValueError(f"{path}: expected text, got an empty file")
