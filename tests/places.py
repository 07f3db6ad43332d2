"""Where things are in the source tree, and the shared data beside it, which may be absent."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TESTS = ROOT / "tests"
SHARED = ROOT.parent / "shared"
GOLDEN = TESTS / "data" / "golden"  # files that the original programs wrote
SHARED_GOLDEN = SHARED / "golden"  # and larger ones
