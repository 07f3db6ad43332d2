"""Standard output and error as the program uses them: escaped where need be, and closed ones stop nothing."""

import contextlib
import os
import sys
from collections.abc import Iterator
from typing import Any, TextIO, cast


@contextlib.contextmanager
def console() -> Iterator[None]:
    """Within, standard output escapes what its encoding does not have, and standard error never fails.

    Messages that nobody can read are no reason to give up a training. Results that nobody can read are an error, or, if
    whoever read them has seen enough, BrokenPipeError.
    """
    before = sys.stdout, sys.stderr
    errors = getattr(sys.stdout, "errors", None)
    if sys.stdout is None:
        sys.stdout = cast(TextIO, _Closed())
    elif hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")
    sys.stderr = cast(TextIO, _Messages(sys.stderr))
    try:
        yield
    finally:
        if hasattr(before[0], "reconfigure"):
            before[0].reconfigure(errors=errors)
        sys.stdout, sys.stderr = before


def give_up_output() -> None:
    """Let what is still to be printed vanish, so that the end of the program does not try it again."""
    try:
        sys.stdout.flush()
    except (OSError, ValueError):
        with contextlib.suppress(OSError, ValueError):
            nothing = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nothing, sys.stdout.fileno())
            os.close(nothing)


class _Closed:
    """Standard output that whoever started the program has closed."""

    encoding = "utf-8"

    def write(self, text: str) -> int:
        raise OSError("standard output is closed")

    def flush(self) -> None:
        """Do nothing."""

    def isatty(self) -> bool:
        return False

    @property
    def buffer(self) -> Any:
        raise OSError("standard output is closed")


class _Messages:
    """Standard error: what cannot be written is left out."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        with contextlib.suppress(OSError, ValueError):
            if self._stream is not None:
                self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            if self._stream is not None:
                self._stream.flush()

    def isatty(self) -> bool:
        return self._stream is not None and bool(self._stream.isatty())

    def fileno(self) -> int:
        if self._stream is None:
            raise OSError("standard error is closed")
        return int(self._stream.fileno())

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)
