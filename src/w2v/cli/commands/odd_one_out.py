"""w2v odd-one-out: which word does not belong to the others?"""

import argparse

from w2v.cli.options import Commands, add_command, add_file
from w2v.cli.output import add_json, print_rows
from w2v.cli.streams import words_of


def add(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(
        commands,
        "odd-one-out",
        run,
        "Print words with their cosines to the mean of all of them, the one that belongs least first.",
        ["w2v odd-one-out vectors.w2v breakfast lunch dinner cereal", "w2v odd-one-out vectors.w2v - < words.txt"],
    )
    add_file(parser)
    parser.add_argument("words", metavar="WORD", nargs="+", help="two or more; - for those of standard input")
    add_json(parser)


def run(options: argparse.Namespace) -> None:
    """Print the words, the odd one first."""
    from w2v.cli.vectors import load
    from w2v.vectors.lookup import find_key

    words = words_of(options.words)
    if len(words) < 2:
        raise ValueError(f"expected two words or more, got {len(words)}")
    vectors = load(options.file)
    ranked = vectors.rank_by_centrality([find_key(vectors, word, options.file) for word in words])
    print_rows(options, ["word", "cosine"], [(word, cosine) for cosine, word in reversed(ranked)])
