"""w2v completion: a script by which a shell completes w2v's command lines."""

import argparse
import sys

from w2v.cli.options import Commands, add_command

_SHELLS = ("bash", "zsh", "fish", "tcsh", "powershell")  # of shtab, which may know fewer in older versions


def add(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(
        commands,
        "completion",
        run,
        "Print a script by which a shell completes w2v's commands and options. It needs the package shtab.",
        [
            'eval "$(w2v completion bash)"',
            "w2v completion zsh > ~/.zfunc/_w2v",
            "w2v completion fish > ~/.config/fish/completions/w2v.fish",
        ],
    )
    parser.add_argument("shell", choices=_SHELLS)


def run(options: argparse.Namespace) -> None:
    """Print the script."""
    from w2v.cli.program import parser

    try:
        import shtab
    except ImportError as error:
        raise ImportError('completion needs shtab: pip install "w2v[completion]"') from error
    if options.shell not in shtab.SUPPORTED_SHELLS:
        known = ", ".join(shtab.SUPPORTED_SHELLS)
        raise ValueError(f"{options.shell}: expected a shell that shtab {shtab.__version__} knows: {known}")
    top = parser()
    for action in _actions(top):  # words that name a file
        if action.metavar in ("FILE", "TEXT", "MODEL", "A", "B", "INPUT", "OUTPUT") and not action.choices:
            action.complete = shtab.FILE  # type: ignore[attr-defined]
    sys.stdout.write(shtab.complete(top, options.shell))


def _actions(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    """The options and words of a parser and of all below it."""
    found: list[argparse.Action] = []
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for below in action.choices.values():
                found += _actions(below)
        else:
            found.append(action)
    return found
