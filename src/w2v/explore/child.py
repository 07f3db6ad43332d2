"""A map computed by another process of low priority: in a thread it would hold Python's lock, and the page would stand.

The process gets rows by its standard input, and prints how far it has come, a share a line, then "done" and the places.
It ends when its standard input does, and so with us, however we end.
"""

import atexit
import contextlib
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable

import numpy as np

from w2v.base.arrays import Array
from w2v.projection import project

__all__ = ["compute"]

_STEPS = 200  # of progress


def compute(rows: Array, method: str, progress: Callable[[float], object]) -> Array:
    """Places (n, 2) of rows (n, d), float32.

    Raises
    ------
    ValueError
        The process failed, with the last line that it said.
    """
    command = [sys.executable, "-m", "w2v.explore.child", method, *map(str, rows.shape)]
    pipe = subprocess.PIPE
    with tempfile.TemporaryFile() as errors:
        with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=errors) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            atexit.register(process.kill)
            with contextlib.suppress(BrokenPipeError):  # its own words say more
                process.stdin.write(rows.astype(np.float32).tobytes())
                process.stdin.flush()
            for line in iter(process.stdout.readline, b""):
                if line == b"done\n":
                    break
                progress(float(line))
            made = process.stdout.read()
            atexit.unregister(process.kill)
        if process.returncode or len(made) != 8 * len(rows):
            errors.seek(0)
            lines = errors.read().decode(errors="replace").strip().splitlines()
            raise ValueError(f"{method} failed: {lines[-1] if lines else 'no message'}")
    return np.frombuffer(made, dtype=np.float32).reshape(-1, 2)


def main(method: str, n: str, size: str) -> None:
    """Read rows of this size and write their places, both float32."""
    with contextlib.suppress(AttributeError, OSError):  # not on every system
        os.nice(10)
    rows = np.frombuffer(sys.stdin.buffer.read(int(n) * int(size) * 4), dtype=np.float32).reshape(-1, int(size))
    threading.Thread(target=_end_with_input, daemon=True).start()
    out = sys.stdout.buffer
    told = -1

    def tell(share: float) -> None:
        nonlocal told
        if int(share * _STEPS) > told:
            told = int(share * _STEPS)
            out.write(f"{share:.3f}\n".encode())
            out.flush()

    with contextlib.redirect_stdout(sys.stderr):  # in case a library prints
        places = project(rows, method, progress=tell)
    out.write(b"done\n" + places.astype(np.float32).tobytes())
    out.flush()


def _end_with_input() -> None:
    while os.read(sys.stdin.fileno(), 1):
        pass
    os._exit(1)


if __name__ == "__main__":
    main(*sys.argv[1:])
