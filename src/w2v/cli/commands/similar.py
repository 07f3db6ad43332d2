"""w2v similar: the nearest words."""

import argparse

from w2v.cli.options import Commands, add_command, add_file, add_topn
from w2v.cli.output import add_json, print_rows
from w2v.cli.streams import words_of


def add(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(
        commands,
        "similar",
        run,
        "Print the words nearest to each word, with their cosines.",
        ["w2v similar vectors.w2v paris", "w2v similar vectors.bin.gz paris london --topn 3 --json"],
    )
    add_file(parser)
    parser.add_argument("words", metavar="WORD", nargs="+", help="- for those of standard input")
    add_topn(parser)
    add_json(parser)


def run(options: argparse.Namespace) -> None:
    """Print the words nearest to each word."""
    from w2v.cli.vectors import load
    from w2v.vectors.lookup import find_key

    vectors = load(options.file)
    keys = [find_key(vectors, word, options.file) for word in words_of(options.words)]
    rows = [(key, *found) for key in keys for found in vectors.most_similar([key], topn=options.topn)]
    if len(keys) == 1 and not options.json:
        rows = [row[1:] for row in rows]
    print_rows(options, ["word", "near", "cosine"], rows)
