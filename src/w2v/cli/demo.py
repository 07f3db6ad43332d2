"""w2v demo: learn from the novels that come with w2v, and show what is near."""

import argparse
import lzma
import os
import shutil
import tempfile
import time
from importlib import resources

from w2v.cli.options import Commands, add_command
from w2v.cli.output import print_columns, shows_progress
from w2v.cli.train import cores, learn, report, save

_SETTINGS = {"vector_size": 100, "epochs": 20, "sg": 1}
_WORDS = ["holmes", "elizabeth", "london", "morning"]
_ANALOGIES = [("elizabeth", "darcy", "emma"), ("father", "mother", "brother")]


def add(commands: Commands) -> None:
    """Add the command."""
    about = "Learn vectors from 13 novels that come with w2v, and print what is near."
    parser = add_command(commands, "demo", run, about, ["w2v demo", "w2v demo -o novels.w2v"])
    parser.add_argument("-o", "--output", metavar="FILE", help="where to save the vectors")


def run(options: argparse.Namespace) -> None:
    """Learn vectors from the novels that come with w2v and print some neighbours and analogies."""
    from w2v.formats import format_of
    from w2v.formats._files import check_writable

    if options.output:
        check_writable(options.output)
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        text = os.path.join(folder, "novels.txt")
        packed = resources.files("w2v.data").joinpath("novels.txt.xz")
        with packed.open("rb") as raw, lzma.open(raw) as source, open(text, "wb") as target:
            shutil.copyfileobj(source, target, 1 << 20)
        model = learn(text, {**_SETTINGS, "workers": cores()}, shows_progress(options))
    if options.output:
        save(model, options.output, format_of(options.output))
    report(model, time.perf_counter() - started, options.output)
    near = [[word, *(key for key, _ in model.wv.most_similar(word, topn=5))] for word in _WORDS]
    print_columns(near)
    print()
    print_columns(
        [f"{a} : {b} :: {c} :", ", ".join(key for key, _ in model.wv.most_similar([b, c], [a], topn=3))]
        for a, b, c in _ANALOGIES
    )
