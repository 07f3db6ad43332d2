"""w2v demo: learn from the books that come with w2v, and show what is near."""

import argparse
import bz2
import os
import shutil
import tempfile
import time
from importlib import resources
from typing import Any

from w2v.base.threads import available_workers
from w2v.cli.commands.train import report, save
from w2v.cli.options import Commands, add_command
from w2v.cli.output import add_json, print_columns, print_json, shows_progress

_SETTINGS: dict[str, Any] = {"vector_size": 100, "epochs": 30, "sg": 1}
_WORDS = ["holmes", "elizabeth", "london", "morning"]
_ANALOGIES = [("elizabeth", "darcy", "emma"), ("his", "he", "her")]


def add(commands: Commands) -> None:
    """Add the command."""
    about = "Learn vectors from six books that come with w2v, and print what is near."
    parser = add_command(commands, "demo", run, about, ["w2v demo", "w2v demo -o novels.w2v"])
    parser.add_argument("-o", "--output", metavar="FILE", help="where to save the vectors")
    add_json(parser)


def run(options: argparse.Namespace) -> None:
    """Learn vectors from the books that come with w2v and print some neighbours and analogies."""
    from w2v.base.files import check_writable
    from w2v.formats import format_of

    if options.output:
        check_writable(options.output)
    started = time.perf_counter()
    model = _learn(shows_progress(options))
    if options.output:
        save(model, options.output, format_of(options.output))
    report(model, time.perf_counter() - started, options.output)
    near = {word: [key for key, _ in model.wv.most_similar(word, topn=5)] for word in _WORDS}
    answers = {abc: [key for key, _ in model.wv.most_similar([abc[1], abc[2]], [abc[0]], topn=3)] for abc in _ANALOGIES}
    if options.json:
        analogies = [{"a": a, "b": b, "c": c, "answers": found} for (a, b, c), found in answers.items()]
        print_json({"near": near, "analogies": analogies})
        return
    print_columns([word, *found] for word, found in near.items())
    print()
    print_columns([f"{a} : {b} :: {c} :", ", ".join(found)] for (a, b, c), found in answers.items())


def _learn(progress: bool) -> Any:
    from w2v import Word2Vec

    with tempfile.TemporaryDirectory() as folder:
        text = os.path.join(folder, "novels.txt")
        packed = resources.files("w2v.data").joinpath("novels.txt.bz2")
        with packed.open("rb") as raw, bz2.open(raw) as source, open(text, "wb") as target:
            shutil.copyfileobj(source, target, 1 << 20)
        model = Word2Vec(**_SETTINGS, workers=available_workers())
        model.build_vocab(corpus_file=text, progress=progress)
        model.train(epochs=model.epochs, progress=progress)
    return model
