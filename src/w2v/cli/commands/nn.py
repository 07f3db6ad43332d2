"""w2v nn: nearest words of whatever is typed, one question a line, as fastText's nn."""

import argparse
import contextlib
import sys
from typing import Any

from w2v.cli.options import Commands, add_command, add_file, add_topn
from w2v.cli.output import add_json, print_columns, print_json
from w2v.cli.streams import input_lines

_PROMPT = "Query word? "


def add(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(
        commands,
        "nn",
        run,
        "Read words, one question a line, and print the words nearest to each, with their cosines. Several words of a "
        "line are one question, and words behind a minus sign are taken away: king -man woman. An empty line is "
        "passed over; the end of the input (Ctrl-D) or Ctrl-C ends it.",
        ["w2v nn vectors.w2v", "echo 'king -man woman' | w2v nn vectors.w2v --topn 3"],
    )
    add_file(parser)
    add_topn(parser)
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Answer every line of standard input; 1 if there was a word that is not there."""
    from w2v.cli.vectors import load

    vectors = load(options.file)
    typed, unknown = sys.stdin is not None and sys.stdin.isatty(), False
    if typed:
        with contextlib.suppress(ImportError):  # Windows
            import readline  # noqa: F401  (lines can be edited and called back)
    for line in _typed_lines() if typed else input_lines():
        words = line.split()
        if not words:
            continue
        try:
            found = _nearest(vectors, words, options)
        except (KeyError, ValueError) as error:
            unknown = True
            print(f"w2v nn: {error.args[0] if error.args else error}", file=sys.stderr, flush=True)
            continue
        if options.json:
            print_json([{"word": line.strip(), "near": word, "cosine": cosine} for word, cosine in found])
        else:
            print_columns(found)
        sys.stdout.flush()
    return int(unknown and not typed)


def _typed_lines() -> Any:
    """Lines of somebody who types them, until the end of the input."""
    while True:
        try:
            yield input(_PROMPT)
        except EOFError:
            print()
            return


def _nearest(vectors: Any, words: list[str], options: argparse.Namespace) -> list[tuple[Any, float]]:
    """The words nearest to the sum of those words, less those behind a minus sign."""
    from w2v.vectors.lookup import find_key

    plus: list[Any] = []
    minus: list[Any] = []
    for word in words:
        taken = len(word) > 1 and word.startswith("-") and word not in vectors.key_to_index
        key = find_key(vectors, word[1:] if taken else word, options.file)
        (minus if taken else plus).append(key)
    found: list[tuple[Any, float]] = vectors.most_similar(plus, minus, topn=options.topn)
    return found
