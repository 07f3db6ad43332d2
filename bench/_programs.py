"""How each program is started: w2v by this Python, the peers from where peers.sh put them; BLAS on one thread."""

import json
import os
import subprocess
import sys
import time

from _common import BENCH
from _worker import FASTTEXT_NAMES

PEERS = BENCH / ".peers"
MODULES = {"w2v": "w2v", "gensim": "gensim.models.word2vec"}

FASTTEXT = """
import json, sys, fasttext
corpus, output, settings = sys.argv[1:]
fasttext.train_unsupervised(corpus, **json.loads(settings)).save_model(output)
"""


def python_of(package, peers=PEERS):
    """The Python that has the package, or None if peers.sh has not installed it."""
    if package == "w2v":
        return sys.executable
    python = peers / package / "bin" / "python"
    return str(python) if python.exists() else None


def run(command, **environment):
    """Run a program to its end and return what it printed; its last words become the error if it fails."""
    one_thread = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    finished = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **one_thread, **environment})
    if finished.returncode:
        last = (finished.stderr.strip() or finished.stdout.strip() or "no message").splitlines()[-1]
        raise RuntimeError(f"{' '.join(map(str, command))}: exit {finished.returncode}: {last}")
    return finished.stdout


def train(package, corpus, settings, *options, peers=PEERS, **environment):
    """Train in a process of its own; return the report of _worker.py, or None if the package is not installed."""
    python = python_of(package, peers)
    if python is None:
        return None
    command = [python, BENCH / "_worker.py", MODULES[package], corpus, json.dumps(settings), *options]
    return json.loads(run(command, **environment).splitlines()[-1])


def original(build, corpus, output, settings, peers=PEERS):
    """The command that trains with word2vec.c as compiled under this name, or None if it is not there."""
    program = peers / f"word2vec-{build}"
    if not program.exists():
        return None
    flags = {
        "-train": corpus,
        "-output": output,
        "-binary": 1,
        "-hs": 0,
        "-cbow": 0 if settings["sg"] else 1,
        "-size": settings["vector_size"],
        "-threads": settings["workers"],
        "-iter": settings["epochs"],
        "-min-count": settings["min_count"],
        **{f"-{name}": settings[name] for name in ("window", "negative", "sample", "alpha")},
    }
    return [program, *(str(part) for flag in flags.items() for part in flag)]


def fasttext(corpus, output, settings, peers=PEERS):
    """The command that trains fastText's skip-gram on whole words, or None if it is not installed."""
    python = python_of("fasttext", peers)
    translated = {theirs: settings[ours] for ours, theirs in FASTTEXT_NAMES.items()}
    translated.update(model="skipgram", minn=0, maxn=0, verbose=0)
    return python and [python, "-c", FASTTEXT, corpus, output, json.dumps(translated)]


def whole_jobs(corpus, output, settings, peers=PEERS):
    """Commands that turn the text into a file of vectors: name -> list of arguments, or None if not installed."""

    def job(package, reading):
        python = python_of(package, peers)
        return python and [python, BENCH / "_job.py", MODULES[package], corpus, output, reading, json.dumps(settings)]

    return {
        "w2v command line": command_line(corpus, output, settings),
        "w2v script": job("w2v", "corpus_file"),
        "gensim corpus_file": job("gensim", "corpus_file"),
        "gensim LineSentence": job("gensim", "sentences"),
        "word2vec.c, flags of its makefile": original("makefile", corpus, output, settings, peers),
        "word2vec.c, -Ofast": original("ofast", corpus, output, settings, peers),
        "fastText": fasttext(corpus, output, settings, peers),
    }


def command_line(corpus, output, settings):
    """`w2v train` with these settings."""
    options = [
        part for name, value in settings.items() if name != "sg" for part in (f"--{name.replace('_', '-')}", str(value))
    ]
    architecture = "--sg" if settings["sg"] else "--cbow"
    train_command = [sys.executable, "-m", "w2v", "train", corpus, "-o", output, architecture]
    return [*train_command, *options, "--format", "word2vec-binary"]


def wall_time(command):
    """Seconds from starting a program to its end, or None where there is no command."""
    if command is None:
        return None
    start = time.perf_counter()
    run(command)
    return time.perf_counter() - start
