"""w2v plot: pictures of vectors and models."""

import argparse
import os
from collections.abc import Callable
from typing import Any

from w2v.cli.models import load_model
from w2v.cli.options import Commands, Parser, add_command, add_file, number

_KINDS = {".svg": "svg", ".png": "png", ".pdf": "pdf"}


def add(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(
        commands,
        "plot",
        run,
        "Draw a picture: SVG, PNG or PDF, by the extension of its name.",
        [
            "w2v plot map vectors.w2v london guitar -o map.svg --method tsne",
            "w2v plot similarity vectors.w2v monday friday london paris -o cosines.png",
            "w2v plot analogies vectors.w2v questions-words.txt -o analogies.svg",
            "w2v plot movement old.w2v new.w2v -o moved.svg",
        ],
    )
    kinds = parser.add_subparsers(dest="kind", metavar="KIND", title="kinds", required=True)

    _add_map(kinds)
    cosines = _add(kinds, "similarity", "cosines of words with each other as a heat map", _similarity)
    add_file(cosines)
    cosines.add_argument("words", metavar="WORD", nargs="+")
    cosines.add_argument("--order", choices=["similar", "given"], default="similar", help="default: similar")

    counts = _add(kinds, "zipf", "counts of the words by rank", _zipf)
    add_file(counts)
    counts.add_argument("words", metavar="WORD", nargs="*", help="words to be named")

    losses = _add(kinds, "losses", "loss and learning rate, epoch by epoch", _losses)
    losses.add_argument("files", metavar="MODEL", nargs="+", help="models that `w2v train` has saved")

    analogies = _add(kinds, "analogies", "analogies answered right, section by section", _analogies)
    analogies.add_argument("files", metavar="FILE", nargs="+", help="vectors in any format")
    analogies.add_argument("questions", metavar="QUESTIONS", help="such as questions-words.txt")

    moved = _add(kinds, "movement", "where words went between two models", _movement)
    add_file(moved, "before")
    add_file(moved, "after")
    moved.add_argument("words", metavar="WORD", nargs="*", help="without one: those that moved most")
    moved.add_argument("--topn", type=number(int, 1, 100), default=12, metavar="N", help="how many (default: 12)")


def _add_map(kinds: Commands) -> None:
    words = _add(kinds, "map", "words and their neighbours on a plane", _map)
    add_file(words)
    words.add_argument("words", metavar="WORD", nargs="*", help="without one: the 100 most frequent words")
    words.add_argument("--topn", type=number(int, 0, 100), default=8, metavar="N", help="neighbours (default: 8)")
    words.add_argument("--method", choices=["pca", "tsne", "umap"], default="pca", help="default: pca")
    text = "two words to be joined by a line; may be given again"
    words.add_argument("--pair", nargs=2, action="append", default=[], metavar=("A", "B"), help=text)
    words.add_argument("--seed", type=number(int, 0, 2**32 - 1), default=1, metavar="N", help="of tsne and umap")


def _add(kinds: Commands, name: str, text: str, draw: Callable[[argparse.Namespace], Any]) -> Parser:
    parser: Parser = kinds.add_parser(name, help=text, description=f"Draw {text}.")
    parser.add_argument("-o", "--output", metavar="FILE", required=True, help="ends in .svg, .png or .pdf")
    parser.add_argument("--title", metavar="TEXT", help="above the picture")
    parser.set_defaults(draw=draw)
    return parser


def run(options: argparse.Namespace) -> None:
    """Draw the picture and save it, whole or not at all."""
    kind = _KINDS.get(os.path.splitext(options.output)[1].lower())
    if kind is None:
        raise ValueError(f"{options.output}: expected a name that ends in {', '.join(_KINDS)}")
    from w2v.base.files import check_writable, open_to_write

    check_writable(options.output)
    figure = options.draw(options)
    import matplotlib

    # The same picture is the same bytes: no date, no random names.
    metadata = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}.get(kind)
    with matplotlib.rc_context({"svg.hashsalt": "w2v"}), open_to_write(options.output) as file:
        figure.savefig(file, format=kind, dpi=150, metadata=metadata)


def _load(path: str, words: list[str]) -> tuple[Any, list[Any]]:
    """The vectors of a file, and the keys that the words mean."""
    from w2v.cli.vectors import load
    from w2v.vectors.lookup import find_key

    vectors = load(path)
    return vectors, [find_key(vectors, word, path) for word in words]


def _map(options: argparse.Namespace) -> Any:
    vectors, keys = _load(options.file, options.words)
    pairs = [_load(options.file, pair)[1] for pair in options.pair]
    chosen = {"topn": options.topn, "method": options.method, "seed": options.seed, "title": options.title}
    return vectors.plot(keys or None, pairs=pairs, **chosen)


def _similarity(options: argparse.Namespace) -> Any:
    vectors, keys = _load(options.file, options.words)
    return vectors.plot.similarity(keys, order=options.order, title=options.title)


def _zipf(options: argparse.Namespace) -> Any:
    vectors, keys = _load(options.file, options.words)
    return vectors.plot.zipf(keys, title=options.title)


def _losses(options: argparse.Namespace) -> Any:
    from w2v.plot import losses

    models = [load_model(path, mmap="r") for path in options.files]
    return losses(models, names=_names(options.files), title=options.title)


def _analogies(options: argparse.Namespace) -> Any:
    from w2v.plot import analogies

    results = {
        name: _load(path, [])[0].evaluate_word_analogies(options.questions)[1]
        for name, path in zip(_names(options.files), options.files, strict=True)
    }
    return analogies(results if len(results) > 1 else next(iter(results.values())), title=options.title)


def _movement(options: argparse.Namespace) -> Any:
    before, _ = _load(options.before, options.words)
    after, keys = _load(options.after, options.words)
    names = tuple(_names([options.before, options.after]))
    return before.plot.movement(after, keys or None, topn=options.topn, names=names, title=options.title)


def _names(paths: list[str]) -> list[str]:
    """What files are called in a picture: without their folders, unless that makes two alike."""
    short = [os.path.basename(path) for path in paths]
    return short if len(set(short)) == len(paths) else list(paths)
