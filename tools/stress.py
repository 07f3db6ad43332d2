"""Measure what must not happen: damaged files, wrong answers, memory or files left behind, threads that go on.

python tools/stress.py saves          200 saves of a model while another thread trains it: how many are whole
python tools/stress.py answers        1,000 answers after questions were asked during training: how many are right
python tools/stress.py interrupts     300 times Ctrl-C during training: after how many of them threads go on writing
python tools/stress.py leftovers      54 processes killed while they save, 12 ended by SIGTERM: temporary files left
python tools/stress.py leaks          2,000 rounds of everything: how much memory is taken after the first and the last
"""

import argparse
import contextlib
import gc
import logging
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from w2v import FormatError, KeyedVectors, Phrases, Word2Vec

_NUMBERS = np.random.default_rng(1)
_WORDS = np.array([f"w{i}" for i in range(997)])
SENTENCES = [_WORDS[_NUMBERS.integers(0, 997, 20)].tolist() for _ in range(400)]
SAVE = """
import sys
import numpy as np
from w2v import KeyedVectors
kv = KeyedVectors.from_pieces([f"w{i}" for i in range(20_000)], np.ones((20_000, 50), np.float32), {})
print(flush=True)
while True:
    kv.save(sys.argv[1])
"""


def main() -> int:
    """Measure one of them, print a line, and return whether it happened."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=_MEASURES)
    parser.add_argument("--times", type=int, help="other than by default")
    options = parser.parse_args()
    logging.disable(logging.WARNING)
    measure, times = _MEASURES[options.what]
    with tempfile.TemporaryDirectory() as folder:
        text, is_good = measure(options.times or times, Path(folder))
    print(f"{options.what}: {text}")
    return int(not is_good)


def trained() -> Word2Vec:
    """A model of a thousand words."""
    return Word2Vec(SENTENCES, vector_size=64, min_count=1, workers=2, epochs=1)


@contextlib.contextmanager
def training(model: Word2Vec) -> Iterator[None]:
    """Within, another thread trains the model again and again."""
    done = threading.Event()

    def train() -> None:
        while not done.is_set():
            model.train(SENTENCES, epochs=3)

    thread = threading.Thread(target=train)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def saves(times: int, folder: Path) -> tuple[str, bool]:
    """Save while a model is trained, and load what came of it."""
    model, whole, changed, last = trained(), 0, 0, b""
    with training(model):
        for _ in range(times):
            model.save(folder / "model")
            with contextlib.suppress(FormatError):
                whole += len(Word2Vec.load(folder / "model").wv) == len(model.wv)
            content = (folder / "model").read_bytes()
            changed, last = changed + (content != last), content
    return f"{whole} of {times} files are whole, {changed} of them with other bytes than the one before", whole == times


def answers(times: int, folder: Path) -> tuple[str, bool]:
    """Ask while a model is trained; then compare answers with those of its vectors alone."""
    model, asked = trained(), 0
    with training(model):
        started = time.monotonic()
        while time.monotonic() < started + 5:
            model.wv.most_similar(f"w{asked % 997}")
            model.wv.similarity("w1", f"w{asked % 997}")
            asked += 1
    plain, right = KeyedVectors.from_pieces(model.wv.index_to_key, model.wv.vectors.copy(), {}), 0
    for number in range(times):
        word = f"w{number % 997}"
        right += model.wv.most_similar(word, topn=5) == plain.most_similar(word, topn=5)
    return f"{right} of {times} answers are right, after {asked} questions during training", right == times


def interrupts(times: int, folder: Path) -> tuple[str, bool]:
    """Interrupt training at random moments, and see whether weights still change afterwards."""
    model, chance, going, came = trained(), random.Random(1), 0, 0
    for _ in range(times):
        timer = threading.Timer(chance.random() * 0.05, signal.raise_signal, [signal.SIGINT])
        try:
            timer.start()
            model.train(SENTENCES, epochs=50)
        except KeyboardInterrupt:
            came += 1
            before = model.wv.vectors.copy()
            time.sleep(0.01)
            going += not np.array_equal(before, model.wv.vectors)
        timer.join()
    return f"threads went on after {going} of {came} interrupts", going == 0 and came == times


def leftovers(times: int, folder: Path) -> tuple[str, bool]:
    """Kill processes that save, and count files that are not theirs to leave."""
    chance, counts = random.Random(1), {}
    for number, rounds in ((signal.SIGKILL, times), (signal.SIGTERM, max(1, times * 12 // 54))):
        counts[number.name] = counts[f"after the next write, {number.name}"] = 0
        for _ in range(rounds):
            with subprocess.Popen([sys.executable, "-c", SAVE, str(folder / "v")], stdout=subprocess.PIPE) as process:
                assert process.stdout is not None
                process.stdout.readline()
                time.sleep(chance.random() * 0.3)
                process.send_signal(number)
            counts[number.name] += bool(set(os.listdir(folder)) - {"v"})
            KeyedVectors(2).save(folder / "other")
            counts[f"after the next write, {number.name}"] += set(os.listdir(folder)) - {"v"} != {"other"}
            (folder / "other").unlink()
    left = ", ".join(f"{name}: {count}" for name, count in counts.items())
    return f"runs with files left: {left}", sum(counts.values()) == counts["SIGKILL"]


def leaks(times: int, folder: Path) -> tuple[str, bool]:
    """Do all there is to do, again and again."""
    used = []
    for number in range(times + 1):
        _everything(folder, number)
        if number in (times // 10, times):
            gc.collect()
            used.append(_resident())
    text = f"{used[0] / 2**20:.1f} MiB after {times // 10} rounds, {used[1] / 2**20:.1f} after {times}"
    return text, used[1] - used[0] < 4 << 20


def _everything(folder: Path, number: int) -> None:
    few = SENTENCES[: 20 + number % 3]
    model = Word2Vec(few, vector_size=16, min_count=1, workers=2, epochs=1, hs=number % 2, checkpoint=folder / "c")
    model.build_vocab([["another", "w1"]], update=True)
    model.train(few, epochs=1)
    model.wv.add_vectors(["own"], np.ones((1, 16)))
    model.wv.most_similar("own")
    model.save(folder / "model")
    Word2Vec.load(folder / "model", mmap="r" if number % 2 else None)
    for name in ("v.txt", "v.bin"):
        model.wv.save_word2vec_format(folder / name, binary=name == "v.bin")
        KeyedVectors.load(folder / name)
    with contextlib.suppress(FormatError):
        (folder / "damaged").write_bytes((folder / "model").read_bytes()[:-1])
        KeyedVectors.load(folder / "damaged")
    Phrases(few, min_count=1, threshold=0.1).freeze()[few[0]]


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE")


_MEASURES = {
    "saves": (saves, 200),
    "answers": (answers, 1000),
    "interrupts": (interrupts, 300),
    "leftovers": (leftovers, 54),
    "leaks": (leaks, 2000),
}

if __name__ == "__main__":
    sys.exit(main())
