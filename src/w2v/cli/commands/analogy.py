"""w2v analogy: A is to B as C is to what?"""

import argparse

from w2v.cli.options import Commands, add_command, add_file, add_topn
from w2v.cli.output import add_json, print_rows


def add(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(
        commands,
        "analogy",
        run,
        "Answer: A is to B as C is to ?",
        ["w2v analogy vectors.w2v man king woman", "w2v analogy vectors.w2v paris france rome --topn 1 --json"],
    )
    add_file(parser)
    for name in "abc":
        parser.add_argument(name, metavar=name.upper())
    add_topn(parser)
    add_json(parser)


def run(options: argparse.Namespace) -> None:
    """Print the answers to "A is to B as C is to ?"."""
    from w2v.cli.vectors import load
    from w2v.vectors.lookup import find_key

    vectors = load(options.file)
    a, b, c = (find_key(vectors, word, options.file) for word in (options.a, options.b, options.c))
    print_rows(options, ["word", "cosine"], vectors.most_similar([b, c], [a], topn=options.topn))
