"""Parts of the commands' parsers: numbers that say what they expect, and options that several commands share."""

import argparse
import math
import textwrap
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from w2v.cli.registry import COMMANDS

Run = Callable[[argparse.Namespace], int | None]
Commands = Any  # what add_subparsers returns: argparse has no public name for it


class Parser(argparse.ArgumentParser):
    """A parser whose errors are one line, whose text keeps its lines, and which guesses no abbreviations."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("formatter_class", argparse.RawDescriptionHelpFormatter)
        super().__init__(allow_abbrev=False, **options)

    def error(self, message: str) -> NoReturn:
        """Exit with 2 after one line on stderr."""
        self.exit(2, f"{self.prog}: error: {message}\n")


def add_command(commands: Commands, name: str, run: Run, description: str, examples: Sequence[str]) -> Parser:
    """Add the parser of a command, with the help of the registry.

    Parameters
    ----------
    commands
        What ``add(commands)`` is given.
    name : str
        A name in `w2v.cli.registry.COMMANDS`.
    run : callable
        ``run(options) -> int | None`` does the work and returns the exit code.
    description : str
        What it does, in whole sentences.
    examples : sequence of str
        Command lines that follow the options, as one would type them.
    """
    lines = "\n".join(f"  {example}" for example in examples)
    parser: Parser = commands.add_parser(
        name, help=COMMANDS[name].help, description=textwrap.fill(description, 79), epilog=f"examples:\n{lines}"
    )
    parser.set_defaults(run=run)
    return parser


def number(kind: type, low: float, high: float = math.inf, above: bool = False) -> Callable[[str], float]:
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


def add_file(parser: argparse.ArgumentParser, name: str = "file") -> None:
    """Add FILE, with vectors in any format."""
    parser.add_argument(name, metavar=name.upper(), help="vectors in any format, told by its content")


def add_topn(parser: argparse.ArgumentParser, what: str = "how many") -> None:
    """Add --topn."""
    parser.add_argument("--topn", type=number(int, 1), default=10, metavar="N", help=f"{what} (default: 10)")
