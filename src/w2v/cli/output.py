"""How results are printed: aligned columns for people, JSON for programs (--json), progress bars for those who wait."""

import argparse
import codecs
import contextlib
import json
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any


def add_json(parser: argparse.ArgumentParser) -> None:
    """Add --json."""
    parser.add_argument("--json", action="store_true", help="print one JSON document instead of columns")


def print_rows(options: argparse.Namespace, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Print rows in columns; with --json as a list of objects with these names.

    Examples
    --------
    >>> print_rows(argparse.Namespace(json=False), ["word", "cosine"], [("queen", 0.70710678), ("man", 0.5)])
    queen  0.707
    man    0.500
    >>> print_rows(argparse.Namespace(json=True), ["word", "cosine"], [("queen", 0.5)])
    [{"word": "queen", "cosine": 0.5}]
    """
    if options.json:
        print_json([dict(zip(names, row, strict=True)) for row in rows])
    else:
        print_columns(rows)


def print_json(value: Any) -> None:
    """Print a JSON document on one line; numpy's numbers as Python's, what is not finite as null.

    Unicode is printed as it is, or as JSON's own escapes where standard output is not UTF-8.
    """
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    as_it_is = codecs.lookup(encoding).name == "utf-8"
    print(json.dumps(_plain(value), ensure_ascii=not as_it_is, allow_nan=False))


def print_columns(rows: Iterable[Sequence[Any]]) -> None:
    """Print rows with their columns aligned; floats with three decimals."""
    cells = [[f"{cell:.3f}" if isinstance(cell, float) else str(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def shows_progress(options: argparse.Namespace) -> bool:
    """Whether progress bars are wanted: somebody watches standard error, and has not said --quiet."""
    return sys.stderr.isatty() and not getattr(options, "quiet", False)


@contextlib.contextmanager
def waiting(what: str) -> Iterator[None]:
    """Say on a terminal what takes long, from the second second on, and for how long it has; then take it back.

    For work that cannot tell how far it is; what can, has a progress bar.
    """
    if not sys.stderr.isatty():
        yield
        return
    done, started = threading.Event(), time.perf_counter()

    def show() -> None:
        while not done.wait(1):
            print(f"\r{what} ... {time.perf_counter() - started:.0f} s", end="", file=sys.stderr, flush=True)

    thread = threading.Thread(target=show, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
        if time.perf_counter() - started > 1:
            print(f"\r{' ' * (len(what) + 12)}\r", end="", file=sys.stderr, flush=True)


def _plain(value: Any) -> Any:
    """The same value, made of what JSON has."""
    if isinstance(value, Mapping):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if hasattr(value, "tolist"):  # numpy's arrays and numbers
        return _plain(value.tolist())
    if isinstance(value, float):
        return value if value - value == 0 else None
    return value if isinstance(value, (str, int, bool, type(None))) else str(value)
