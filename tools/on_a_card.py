"""What only a machine with an NVIDIA card can tell, in one command of under eight minutes: tests on it, and benchmarks.

    python tools/on_a_card.py --out build/card [--archive wiki17m_sent.txt.xz] [--sets FOLDER] [--minutes 8]

w2v has to be importable (`pip install -e '.[cuda,test]'`, or PYTHONPATH=src with the compiled module in src/w2v). Each
step is a process of its own with its share of the time; one that fails does not keep the others from running. What they
print goes into the folder, the numbers as cuda.json; the last line says what failed.
"""

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TESTS_AT_MOST = 120  # seconds


def parse_arguments() -> argparse.Namespace:
    """Return the options of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "card", help="default: %(default)s")
    parser.add_argument("--archive", type=Path, help="the benchmark corpus, if it is not beside the repository")
    parser.add_argument("--sets", type=Path, help="folder of evaluation sets, likewise")
    parser.add_argument("--minutes", type=float, default=8, help="for all of it (default: %(default)s)")
    parser.add_argument("--smoke", action="store_true", help="a tiny round, without a card on an emulated one")
    return parser.parse_args()


def steps_of(options: argparse.Namespace) -> dict[str, list[object]]:
    """Return the commands by the names of their logs."""
    bench: list[object] = [sys.executable, ROOT / "bench" / "cuda.py", "--out", options.out.resolve() / "cuda.json"]
    for name in ("archive", "sets"):
        if getattr(options, name):
            bench += [f"--{name}", getattr(options, name).resolve()]
    which = "wants_a_card" if options.smoke else "card"
    tests = [sys.executable, "-m", "pytest", "-rs", "-p", "no:cacheprovider", "tests/cuda", "-k", which]
    return {"nvidia-smi": ["nvidia-smi"], "tests": tests, "bench": [*bench, "--smoke"] if options.smoke else bench}


def run(name: str, command: list[object], folder: Path, limit: float) -> str | None:
    """Run a step, show what it prints and keep it; return what is wrong, if anything is."""
    print(f"== {name} (at most {limit:.0f} s)", flush=True)
    started, path = time.monotonic(), folder / f"{name}.log"
    try:
        with path.open("w", encoding="utf-8") as log:
            arguments = [str(part) for part in command]
            done = subprocess.run(arguments, cwd=ROOT, stdout=log, stderr=log, timeout=max(1, limit))
        wrong = f"{name} ended with {done.returncode}" if done.returncode else None
    except OSError as error:
        wrong = f"{name}: {error}"
    except subprocess.TimeoutExpired:
        wrong = f"{name} took more than {limit:.0f} s"
    print(path.read_text(encoding="utf-8", errors="replace")[-6000:], f"{time.monotonic() - started:.0f} s", flush=True)
    return wrong


def main() -> None:
    """Run all steps."""
    options = parse_arguments()
    options.out.mkdir(parents=True, exist_ok=True)
    end, wrong = time.monotonic() + 60 * options.minutes, []
    os.environ["PYTHONUNBUFFERED"] = "1"
    for name, command in steps_of(options).items():
        left = end - time.monotonic()
        wrong.append(run(name, command, options.out, min(left, TESTS_AT_MOST) if name != "bench" else left))
    failed = "; ".join(filter(None, wrong))
    print(failed or "all steps ended well")
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
