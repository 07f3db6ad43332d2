"""Names of commands and options that were typed wrong: told first, with those that may be meant."""

import argparse
import difflib
from collections.abc import Iterable, Sequence
from typing import NoReturn

_SHOWN = 3  # names that may be meant, at most


def check_names(argv: Sequence[str], top: argparse.ArgumentParser) -> None:
    """End the program with a line about the first command or option that there is not, before anything else is checked.

    Parameters
    ----------
    argv : sequence of str
    top : ArgumentParser
        Of the whole program.
    """
    parser, below = top, _commands(top)
    for word in argv:
        if word == "--":
            return
        if _is_option(word):
            if not _known(word, parser):
                _fail(parser, "option", word.partition("=")[0], parser._option_string_actions)
        elif below is not None:
            if word not in below.choices:
                _fail(parser, "kind" if below.dest == "kind" else "command", word, below.choices)
            parser = below.choices[word]
            below = _commands(parser)


def similar(word: str, names: Iterable[str]) -> list[str]:
    """Names that a word may be meant for: spelt nearly like it, or longer or shorter by some letters at an end.

    Examples
    --------
    >>> similar("trian", ["train", "tune", "plot"]), similar("--vector_size", ["--vector-size", "--window"])
    (['train'], ['--vector-size'])
    >>> similar("--neg", ["--negative", "--ns-exponent"]), similar("xyz", ["train"])
    (['--negative'], [])
    """
    plain = {name: _plain(name) for name in names}
    asked = _plain(word)
    same = [name for name, text in plain.items() if text == asked]
    begun = [name for name, text in plain.items() if len(asked) > 2 and (text.startswith(asked) or asked == text + "s")]
    close = difflib.get_close_matches(asked, plain.values(), n=_SHOWN, cutoff=0.65)
    spelt = [name for text in close for name, other in plain.items() if other == text]
    return list(dict.fromkeys(same or [*begun, *spelt]))[:_SHOWN]


def _plain(name: str) -> str:
    return name.lstrip("-").replace("_", "-").lower()


def _is_option(word: str) -> bool:
    return word.startswith("-") and word.lstrip("-")[:1].isalpha()


def _known(word: str, parser: argparse.ArgumentParser) -> bool:
    """Whether a parser has this option; of one letter, its value may follow at once."""
    options, name = parser._option_string_actions, word.partition("=")[0]
    return name in options or (not word.startswith("--") and word[:2] in options and len(word) > 2)


def _commands(parser: argparse.ArgumentParser) -> argparse._SubParsersAction | None:  # type: ignore[type-arg]
    return next((action for action in parser._actions if isinstance(action, argparse._SubParsersAction)), None)


def _fail(parser: argparse.ArgumentParser, what: str, word: str, names: Iterable[str]) -> NoReturn:
    found = similar(word, names)
    advice = f"did you mean {' or '.join(found)}?" if found else f"`{parser.prog} --help` has all {what}s"
    parser.error(f"there is no {what} {word!r}; {advice}")
