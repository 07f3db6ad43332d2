"""The program `w2v`: finds the command and runs it; every failure is one line on stderr."""

import importlib
import sys
from collections.abc import Sequence
from types import ModuleType

from w2v.cli.console import console, give_up_output
from w2v.cli.options import Parser
from w2v.cli.registry import COMMANDS
from w2v.cli.typos import check_names
from w2v.errors import VocabularyError

_EPILOG = """\
examples:
  w2v demo                                    learn from books that come with w2v
  w2v train text.txt -o vectors.w2v           learn from a text: one sentence a line
  w2v similar vectors.w2v paris
  w2v analogy vectors.w2v man king woman

`w2v COMMAND --help` has the options of a command, with examples."""


def parser(command: str | None = None) -> Parser:
    """The parser of the command line, complete only for one command and those of its module; None: for all."""
    top = Parser(prog="w2v", description="Word vectors from text, and answers from word vectors.", epilog=_EPILOG)
    top.add_argument("--version", action="store_true", help="print the version and the kernels in use, and exit")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    wanted = COMMANDS[command].module if command in COMMANDS else None
    added = set()
    for name, (module, text, raw) in COMMANDS.items():
        if raw:
            commands.add_parser(name, help=text, add_help=False)
        elif command is None or module == wanted:
            if module not in added:
                _module(module).add(commands)
            added.add(module)
        else:
            commands.add_parser(name, help=text)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code: 0, 1 for "no", 2 for an error, 130 after Ctrl-C.

    Examples
    --------
    >>> main(["similar", "no-such-file", "king"])
    2
    """
    argv = list(sys.argv[1:] if arguments is None else arguments)
    with console():
        try:
            return _answered(argv)
        finally:
            give_up_output()


def _answered(argv: list[str]) -> int:
    """Run the command and return its exit code, whatever happens."""
    try:
        try:
            code = _run(argv)
        except SystemExit as end:  # so argparse leaves after --help and errors
            code = int(end.code or 0)
        _flush()
        return code
    except KeyboardInterrupt:
        return _fail("interrupted", 130)
    except BrokenPipeError:  # whoever read our output has seen enough
        return 1
    except MemoryError as error:
        return _fail(f"out of memory: {error}" if str(error) else "out of memory")
    except OSError as error:
        where = "" if error.filename is None else f"{error.filename or repr('')}: "
        return _fail(where + error.strerror if error.strerror else str(error))
    except (ImportError, ValueError, VocabularyError) as error:
        return _fail(str(error))


def _run(argv: list[str]) -> int:
    """Run the command that stands first."""
    if argv[:1] == ["help"]:
        argv = [*argv[1:2], "--help"]
    name = argv[0] if argv else ""
    if name in COMMANDS and COMMANDS[name].raw:
        return int(_module(COMMANDS[name].module).main(name, argv[1:]))
    top = parser(name)
    if not argv:
        top.print_help()
        return 0
    check_names(argv, top)
    options = top.parse_args(argv)
    if options.version:
        from w2v import show_config

        show_config()
        return 0
    if options.command is None:
        top.error(f"expected a COMMAND: {', '.join(COMMANDS)}")
    return int(options.run(options) or 0)


def _flush() -> None:
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        error.filename = "standard output"
        raise


def _module(name: str) -> ModuleType:
    return importlib.import_module(f"w2v.cli.commands.{name}")


def _fail(message: str, code: int = 2) -> int:
    print(f"w2v: {'error: ' if code == 2 else ''}{' '.join(message.split())}", file=sys.stderr)
    return code
