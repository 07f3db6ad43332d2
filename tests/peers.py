"""Other programs, to compare with: where bench/peers.sh has put them, or in this Python."""

import os
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
    plain = {name: value for name, value in os.environ.items() if name != "LD_PRELOAD"}  # sanitizers are for w2v alone
    command = [python, "-c", code, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, env=plain)
    assert done.returncode == 0, done.stderr
    return done.stdout
