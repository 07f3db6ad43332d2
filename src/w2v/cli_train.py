"""w2v train and w2v demo: from text to a file of vectors."""

import argparse
import lzma
import os
import shutil
import sys
import tempfile
import time
from importlib import resources
from typing import Any

from w2v import formats
from w2v.cli_query import print_columns
from w2v.formats._files import check_writable

_DEMO = {"vector_size": 100, "epochs": 20, "sg": 1}
_DEMO_WORDS = ["holmes", "elizabeth", "london", "morning"]
_DEMO_ANALOGIES = [("elizabeth", "darcy", "emma"), ("father", "mother", "brother")]


def train(options: argparse.Namespace) -> None:
    """Learn vectors from a text and save them; every error that can be foreseen is raised before learning."""
    check_text(options.text)
    check_writable(options.output)
    if os.path.realpath(options.text) == os.path.realpath(options.output):
        raise ValueError(f"{options.output}: is the text itself")
    settings = {
        name: getattr(options, name) for name in ("window", "negative", "sample", "min_count", "epochs", "sg", "seed")
    }
    settings.update(vector_size=options.size, workers=options.threads, alpha=options.alpha, kernel=options.kernel)
    started = time.perf_counter()
    model = learn(options.text, settings, progress=not options.quiet and sys.stderr.isatty())
    save(model, options.output, options.format or formats.format_of(options.output))
    if not options.quiet:
        report(model, time.perf_counter() - started, options.output)


def demo(options: argparse.Namespace) -> None:
    """Learn vectors from the novels that come with w2v and print some neighbours and analogies."""
    from w2v.cli import _cores

    if options.output:
        check_writable(options.output)
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        text = os.path.join(folder, "novels.txt")
        packed = resources.files("w2v.data").joinpath("novels.txt.xz")
        with packed.open("rb") as raw, lzma.open(raw) as source, open(text, "wb") as target:
            shutil.copyfileobj(source, target, 1 << 20)
        model = learn(text, {**_DEMO, "workers": _cores()}, progress=sys.stderr.isatty())
    if options.output:
        save(model, options.output, formats.format_of(options.output))
    report(model, time.perf_counter() - started, options.output)
    near = [[word, *(key for key, _ in model.wv.most_similar(word, topn=5))] for word in _DEMO_WORDS]
    print_columns(near)
    print()
    print_columns(
        [f"{a} : {b} :: {c} :", ", ".join(key for key, _ in model.wv.most_similar([b, c], [a], topn=3))]
        for a, b, c in _DEMO_ANALOGIES
    )


def check_text(path: str) -> None:
    """Raise the error that reading a text would raise."""
    with open(path, "rb") as file:
        if not file.read(1):
            raise ValueError(f"{path}: expected text, got an empty file")


def learn(text: str, settings: dict[str, Any], progress: bool) -> Any:
    """Train a model on a file of text."""
    from w2v import Word2Vec

    model = Word2Vec(**settings)
    model.build_vocab(corpus_file=text, progress=progress)
    model.train(corpus_file=text, epochs=model.epochs, progress=progress)
    return model


def save(model: Any, path: str, kind: str) -> None:
    """Save a model in the native format, or its vectors in another one."""
    if kind == "native":
        model.save(path)
    else:
        formats.save(model.wv, path, kind)


def report(model: Any, seconds: float, path: str | None) -> None:
    """Print one line on stderr about what was learnt."""
    words = f"{model.corpus_total_words} words of text, {model.epochs} epochs, {seconds:.1f} s"
    vectors = f"{len(model.wv)} vectors of {model.wv.vector_size}, loss {model.losses[-1]:.4f}"
    print(f"{words}: {vectors}{', saved to ' + path if path else ''}", file=sys.stderr)
