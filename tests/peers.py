"""Other programs, to compare with: where bench/peers.sh has put them, or in this Python."""

import subprocess
import sys
from pathlib import Path

import pytest
from places import ROOT

PEERS = ROOT / "bench" / ".peers"


def peer(package, code, *arguments):
    """Run code by a Python that has the package; skip where there is none."""
    python = PEERS / package / "bin" / "python"
    if not python.exists():
        pytest.importorskip(package)
        python = Path(sys.executable)
    done = subprocess.run([python, "-c", code, *map(str, arguments)], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout
