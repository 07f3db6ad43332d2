"""What every benchmark shares: corpora, medians, tables, result files, and what machine it ran on."""

import json
import lzma
import os
import platform
import random
import re
import shutil
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

import numpy

import w2v
from w2v import _core

BENCH = Path(__file__).resolve().parent
DATA = BENCH.parent.parent / "shared" / "data"
CACHE = Path(os.environ.get("W2V_BENCH_CACHE", Path(tempfile.gettempdir(), "w2v-bench")))

SETTINGS = {
    "vector_size": 100,
    "window": 5,
    "negative": 5,
    "sample": 1e-3,
    "min_count": 5,
    "alpha": 0.025,
    "epochs": 1,
    "seed": 1,
    "workers": 1,
}


def corpus_17m(archive=DATA / "wiki17m_sent.txt.xz"):
    """Path of the whole benchmark corpus, unpacked into the cache on first use."""
    return _cached("wiki17m.txt", archive, size=None)


def corpus_5m(archive=DATA / "wiki17m_sent.txt.xz"):
    """Path of the first 30,000,000 bytes of the benchmark corpus: 5.07 million words."""
    return _cached("wiki5m.txt", archive, size=30_000_000)


CORPORA = {"17m": corpus_17m, "5m": corpus_5m}  # by the number of words, as options name them


def _cached(name, archive, size):
    path = CACHE / name
    if path.exists():
        return path
    if not archive.exists():
        raise FileNotFoundError(f"{archive}: expected the corpus here; give your own text with --corpus")
    CACHE.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".part")
    with lzma.open(archive) as source, open(partial, "wb") as target:
        if size is None:
            shutil.copyfileobj(source, target)
        else:
            target.write(source.read(size))
    partial.rename(path)
    return path


def make_corpus(path, sentences=1500, words=200):
    """Write a small random text whose word frequencies fall as in real text; return its path."""
    generator = random.Random(1)
    vocabulary = [f"word{number}" for number in range(words)]
    weights = [1 / (rank + 3) for rank in range(words)]
    lines = (" ".join(generator.choices(vocabulary, weights, k=generator.randint(5, 25))) for _ in range(sentences))
    path.write_text("\n".join(lines) + "\n")
    return path


def machine():
    """What a reader needs to know of the machine and the build to judge a timing."""
    return {
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "load": [round(load, 2) for load in os.getloadavg()] if hasattr(os, "getloadavg") else None,
        "compiler": _first_line(os.environ.get("CC", "gcc"), "--version"),
        "commit": _first_line("git", "-C", str(BENCH), "describe", "--always", "--dirty"),
        "python": platform.python_version(),
        "numpy": numpy.__version__,
        "w2v": getattr(w2v, "__version__", "unknown"),
        "kernels": os.environ.get("W2V_KERNELS") or _core.kernel_sets()[0],
        "date": time.strftime("%Y-%m-%d %H:%M", time.gmtime()),
    }


def _cpu():
    try:
        found = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    except OSError:
        found = None
    return found[1] if found else platform.processor() or platform.machine()


def _first_line(*command):
    try:
        output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return output.partition("\n")[0]


def describe(machine_info):
    """One line for people."""
    return ", ".join(f"{key} {value}" for key, value in machine_info.items())


def alternate(variants, repetitions):
    """Call every variant in turn, `repetitions` times over, so that drift of the machine meets all alike.

    variants: dict of name -> function without arguments that returns a number, or None if it cannot run here.
    Returns a dict of name -> list of numbers.
    """
    values = {name: [] for name in variants}
    for _ in range(repetitions):
        for name, measure in variants.items():
            value = measure()
            if value is not None:
                values[name].append(value)
    return values


def median(values):
    return statistics.median(values) if values else None


def spread(values):
    """Highest less lowest."""
    return max(values) - min(values) if values else None


def number(value, digits=3):
    """A number for a table: significant digits, no exponent; other things as they are."""
    if value is None:
        return ""
    if not isinstance(value, float):
        return str(value)
    if value == 0 or abs(value) >= 10**digits:
        return f"{value:.0f}"
    return f"{float(f'{value:.{digits}g}'):g}"


def table(header, rows):
    """A markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def write_json(path, content):
    """Write through a temporary name, so that an interrupted run leaves the earlier results whole."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".part")
    partial.write_text(json.dumps(content, indent=1) + "\n")
    partial.replace(path)


def read_json(path):
    """Contents of an earlier result file, or an empty dict."""
    return json.loads(Path(path).read_text()) if Path(path).exists() else {}


def keep_result(path, name, result):
    """Write a result beside the others of a file, in the place of an earlier one of this name."""
    write_json(path, {**read_json(path), name: result})


def fill_readmes(name, text, front=None):
    """Put text between <!-- NAME --> and <!-- /NAME -->: here, and on the front page, or what that shows instead."""
    pattern = re.compile(f"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
    for readme, shown in ((BENCH / "README.md", text), (BENCH.parent / "README.md", front or text)):
        content = readme.read_text(encoding="utf-8")
        filled = pattern.sub(lambda found, shown=shown: f"{found[1]}{shown}\n{found[2]}", content)
        readme.write_text(filled, encoding="utf-8")
