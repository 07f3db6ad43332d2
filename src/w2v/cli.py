"""The command line: what can be typed, and what every failure looks like (one line on stderr, exit code 2)."""

import argparse
import math
import os
import sys
from collections.abc import Callable, Sequence
from typing import NoReturn

from w2v.errors import VocabularyError

# The programs of the original package, which read their command lines themselves.
_ORIGINALS = {
    "word2vec": "as word2vec.c, flag for flag and byte for byte",
    "word2phrase": "as word2phrase.c: join words that belong together",
    "distance": "as distance.c: nearest words, asked on standard input",
    "word-analogy": "as word-analogy.c: analogies, asked on standard input",
    "compute-accuracy": "as compute-accuracy.c: score analogies",
}

_BINARY, _TEXT, _NATIVE = "word2vec-binary", "word2vec-text", "native"


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: error: {message}\n")


def _number(kind: type, low: float, high: float = math.inf, above: bool = False) -> Callable[[str], float]:
    """A converter for finite numbers from `low` (with `above`: past it) to `high`, which says what it expected."""
    bounds = f"above {low:g}" if above else f"of at least {low:g}"
    bounds += f" and at most {high:g}" if high < math.inf else ""
    wanted = f"expected {'a whole' if kind is int else 'a finite'} number {bounds}"

    def convert(text: str) -> float:
        try:
            value = kind(text)
        except ValueError:
            value = math.nan
        if not (math.isfinite(value) and low <= value <= high and not (above and value == low)):
            raise argparse.ArgumentTypeError(f"{wanted}, got {text!r}")
        return value  # type: ignore[no-any-return]

    return convert


def _cores() -> int:
    """Processor cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _add_training(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("text", metavar="TEXT", help="plain text: one sentence a line, words separated by white space")
    parser.add_argument("-o", "--output", metavar="FILE", required=True, help="where to save the vectors")
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--sg", dest="sg", action="store_const", const=1, default=1, help="skip-gram (default)")
    kind.add_argument("--cbow", dest="sg", action="store_const", const=0, help="continuous bag of words")

    def number(name: str, convert: Callable[[str], float], default: float, text: str) -> None:
        parser.add_argument(name, type=convert, default=default, metavar="N", help=f"{text} (default: {default:g})")

    number("--size", _number(int, 1, 100_000), 100, "dimensions of the vectors")
    number("--window", _number(int, 1, 100_000), 5, "words on either side that count as context")
    number("--negative", _number(int, 1, 10_000), 5, "noise words for each word")
    number("--epochs", _number(int, 1, 1_000_000), 5, "passes over the text")
    number("--min-count", _number(int, 0), 5, "leave out words that occur less often")
    number("--sample", _number(float, 0), 1e-3, "thin out words above this share of the text; 0 keeps all")
    number("--alpha", _number(float, 0, above=True), 0.025, "learning rate at the start")
    number("--threads", _number(int, 1, 4096), _cores(), "threads; 1 gives the same vectors every time")
    number("--seed", _number(int, 0, 2**63 - 1), 1, "of all random numbers")
    parser.add_argument("--kernel", choices=["batched", "pairwise", "blas"], default="batched", help="how to compute")
    formats = [_NATIVE, _BINARY, _TEXT]
    text = "default: by extension, .bin or .txt or .vec, else native"
    parser.add_argument("--format", choices=formats, help=text)
    parser.add_argument("--quiet", action="store_true", help="print nothing but errors")


def _add_vectors(parser: argparse.ArgumentParser, topn: bool = True) -> None:
    parser.add_argument("file", metavar="FILE", help="vectors in any format: native, word2vec text or binary")
    if topn:
        parser.add_argument("--topn", type=_number(int, 1), default=10, metavar="N", help="how many (default: 10)")


def _parser() -> argparse.ArgumentParser:
    from w2v import cli_query, cli_train

    parser = _Parser(prog="w2v", description="Word vectors from text, and answers from word vectors.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    train = commands.add_parser("train", help="learn vectors from text", description="Learn vectors from text.")
    _add_training(train)
    train.set_defaults(run=cli_train.train)

    similar = commands.add_parser("similar", help="nearest words", description="Print the words nearest to each word.")
    _add_vectors(similar)
    similar.add_argument("words", metavar="WORD", nargs="+")
    similar.set_defaults(run=cli_query.similar)

    analogy = commands.add_parser(
        "analogy", help="A is to B as C is to ?", description="Answer: A is to B as C is to ?"
    )
    _add_vectors(analogy)
    for name in "abc":
        analogy.add_argument(name, metavar=name.upper())
    analogy.set_defaults(run=cli_query.analogy)

    info = commands.add_parser("info", help="what a file of vectors holds", description="Print what FILE holds.")
    _add_vectors(info, topn=False)
    info.set_defaults(run=cli_query.info)

    about = "Learn vectors from 13 novels that come with w2v, and print what is near."
    demo = commands.add_parser("demo", help="try it on novels", description=about)
    demo.add_argument("-o", "--output", metavar="FILE", help="where to save the vectors")
    demo.set_defaults(run=cli_train.demo)

    for name, text in _ORIGINALS.items():
        commands.add_parser(name, help=text, add_help=False)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code: 0, 2 for an error, 130 after Ctrl-C."""
    arguments = sys.argv[1:] if arguments is None else arguments
    try:
        if arguments and arguments[0] in _ORIGINALS:
            from w2v.cli_word2vec import COMMANDS

            code = COMMANDS[arguments[0]](list(arguments[1:]))
            sys.stdout.flush()
            return code
        options = _parser().parse_args(arguments)
        options.run(options)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return _fail("interrupted", 130)
    except BrokenPipeError:  # whoever read our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except MemoryError as error:
        return _fail(f"out of memory: {error}" if str(error) else "out of memory")
    except OSError as error:
        return _fail(f"{error.filename}: {error.strerror}" if error.filename and error.strerror else str(error))
    except (ImportError, ValueError, VocabularyError) as error:
        return _fail(str(error))
    return 0


def _fail(message: str, code: int = 2) -> int:
    print(f"w2v: {'error: ' if code == 2 else ''}{' '.join(message.split())}", file=sys.stderr)
    return code
