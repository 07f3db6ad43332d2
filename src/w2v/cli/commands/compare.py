"""w2v compare: how much two sets of vectors agree."""

import argparse
from typing import Any

from w2v.cli.options import Commands, add_command, add_file, add_topn, number
from w2v.cli.output import add_json, print_columns, print_json, waiting


def add(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(
        commands,
        "compare",
        run,
        "Compare two sets of vectors by the words that both have: the share of nearest words that agree, the mean "
        "cosine and the (Procrustes) distance after the best rotation, and the words that moved most.",
        ["w2v compare old.w2v new.w2v", "w2v compare 1900.w2v 2000.w2v --words 20000 --topn 30 --json"],
    )
    add_file(parser, "a")
    add_file(parser, "b")
    text = "use the first so many words that both have (default: 10000)"
    parser.add_argument("--words", type=number(int, 2), default=10_000, metavar="N", help=text)
    text = "nearest words of each that are compared (default: 10)"
    parser.add_argument("--near", type=number(int, 1), default=10, metavar="N", help=text)
    add_topn(parser, "words that moved")
    add_json(parser)


def run(options: argparse.Namespace) -> None:
    """Print what is alike and what is not."""
    from w2v.cli.vectors import load
    from w2v.comparison import compare

    a, b = load(options.a), load(options.b)
    with waiting("comparing"):
        found = compare(a, b, words=options.words, near=options.near, topn=options.topn)
    facts: dict[str, Any] = {
        "words in A": len(a),
        "words in B": len(b),
        "shared words": found.shared,
        "shared neighbours": found.overlap,
        "mean cosine": found.cosine,
        "Procrustes distance": found.distance,
    }
    if options.json:
        names = {name.replace(" ", "_").lower(): value for name, value in facts.items()}
        print_json({**names, "moved": [word._asdict() for word in found.moved]})
        return
    sizes = f"none: sizes {a.vector_size} and {b.vector_size}"
    print_columns((name, sizes if value is None else value) for name, value in facts.items())
    if found.moved:
        print("\nmoved most: cosine, nearest in A, nearest in B")
        print_columns((word, cosine, _joined(in_a), _joined(in_b)) for word, cosine, in_a, in_b in found.moved)


def _joined(words: list[Any]) -> str:
    return ", ".join(map(str, words))
