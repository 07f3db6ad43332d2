"""Kill training by SIGKILL at random moments, go on from its checkpoint each time, and compare the bits at the end.

python tools/kill_training.py                 200 kills (about ten minutes)
python tools/kill_training.py --kills 16
"""

import argparse
import itertools
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from w2v import Doc2Vec, FastText, Word2Vec
from w2v.base import threads
from w2v.callbacks import CallbackAny2Vec

# Bits are compared where checkpoints are as frequent as they can be: whatever is due is begun at once.
_EVERY = 0.0
_KINDS: list[dict[str, Any]] = [
    {"sg": 1},
    {"sg": 0},
    {"hs": 1, "negative": 0},
    {"sg": 1, "kernel": "pairwise"},
    {"sg": 1, "objective": "nce", "nce_bias": True},
    {"positional": "weights"},
    {"sg": 1, "positional": "outputs", "window": 2},
    {"sg": 1, "cache": False},
    {"sg": 1, "objective": "nce", "shards": 3, "workers": 2},
    {"class": "FastText", "bucket": 5000},
    {"class": "Doc2Vec"},
    {"class": "Doc2Vec", "dm": 0, "dbow_words": 1},
]
_CLASSES = {"Word2Vec": Word2Vec, "FastText": FastText, "Doc2Vec": Doc2Vec}


def main() -> int:
    """Print a line for each kind of training, and return whether any came to other bits."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sentences", type=int, default=40_000)
    parser.add_argument("--train", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.train:
        train(*options.train)
        return 0
    chance, killed, models, wrong = random.Random(options.seed), 0, 0, 0
    with tempfile.TemporaryDirectory() as folder:
        text = Path(folder, "text")
        write_text(text, options.sentences)
        each = -(-options.kills // len(_KINDS))
        for kind in itertools.cycle(_KINDS):  # some come to their end before they have been killed so often
            if killed == options.kills:
                break
            kills, begun, same = kill(Path(folder), text, kind, min(each, options.kills - killed), chance)
            killed, models, wrong = killed + kills, models + 1, wrong + (not same)
            bits = "the same bits" if same else "OTHER BITS"
            print(f"{kind}: {kills} kills, {begun} of them with a checkpoint to go on from: {bits}", flush=True)
            left = sorted(set(os.listdir(folder)) - {"text"})
            assert left == [], left
    print(f"{killed} kills, {wrong} of {models} models with other bits")
    return int(wrong > 0)


def write_text(path: Path, sentences: int) -> None:
    """Write sentences of words as frequent as in natural text."""
    numbers = np.random.default_rng(1)
    shares = 1 / np.arange(1, 2001)
    words = np.array([f"word{i}" for i in range(2000)])
    with open(path, "w") as file:
        for n in numbers.integers(1, 20, sentences):
            file.write(" ".join(words[numbers.choice(2000, size=n, p=shares / shares.sum())]) + "\n")


def class_of(kind: dict[str, Any]) -> type[Word2Vec]:
    """The class of a model."""
    return _CLASSES[kind.get("class", "Word2Vec")]


def settings_of(kind: dict[str, Any]) -> dict[str, Any]:
    """The settings of a model whose training takes some seconds."""
    settings = {"vector_size": 100, "min_count": 1, "epochs": 6, "workers": 1, **kind}
    settings.pop("class", None)
    return settings


def weights(model: Word2Vec) -> list[np.ndarray]:
    """All that is trained."""
    names = ("syn1neg", "syn1", "syn1neg_bias", "syn1pos", "position_weights")
    own = [model.wv.vectors, *(getattr(model, name) for name in names)]
    if isinstance(model, FastText):
        own += [model.wv.vectors_vocab, model.wv.vectors_ngrams]
    if isinstance(model, Doc2Vec):
        own += [model.dv.vectors]
    return own


def train(text: str, kind: str, path: str) -> None:
    """Train in this process, from the checkpoint if there is one; then save."""
    threads._POLL = 0.005  # seconds between questions whether a checkpoint is due
    told = [Told()]
    kept = eval(kind)
    made = class_of(kept)
    if os.path.exists(path):
        model = made.resume(path, callbacks=told)
    else:
        how: dict[str, Any] = {"checkpoint": path, "checkpoint_every": _EVERY, "callbacks": told}
        model = made(corpus_file=text, **settings_of(kept), **how)
    model.save(f"{path}.model")


class Told(CallbackAny2Vec):
    """Says when training begins."""

    def on_train_begin(self, model: Word2Vec) -> None:
        """Say it."""
        print(flush=True)


def kill(folder: Path, text: Path, kind: dict[str, Any], wanted: int, chance: random.Random) -> tuple[int, int, bool]:
    """Kill training so many times; return how many times, how many found a checkpoint, and whether the bits agree."""
    path, result = folder / "run.ckpt", folder / "run.ckpt.model"
    started = time.monotonic()
    whole = class_of(kind)(corpus_file=text, **settings_of(kind))
    took, kills, begun = time.monotonic() - started, 0, 0
    command = [sys.executable, __file__, "--train", str(text), repr(kind), str(path)]
    while not result.exists():
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            try:  # so that all kills together take about as long as training
                process.wait(None if kills == wanted else chance.random() * 2 * took / wanted)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                kills, begun = kills + 1, begun + path.exists()
            else:
                assert process.returncode == 0
    model = class_of(kind).load(result)
    pairs = zip(weights(whole), weights(model), strict=True)
    same = all(np.array_equal(one, other) for one, other in pairs) and whole.losses == model.losses
    path.unlink()
    result.unlink()
    return kills, begun, same


if __name__ == "__main__":
    sys.exit(main())
