"""How fast and how exact is the full softmax: its share of the machine's sgemm rate, and a planted language learned.

python bench/softmax.py                        vocabularies of 1,000 to 50,000 words (about 2 minutes)
python bench/softmax.py --smoke                one tiny round
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from _common import (
    BENCH,
    alternate,
    corpus_17m,
    describe,
    fill_readmes,
    machine,
    make_corpus,
    median,
    number,
    spread,
    table,
    write_json,
)

from w2v import Word2Vec
from w2v.reference.softmax import log_softmax

WORDS = [1_000, 10_000, 20_000, 50_000]  # of the vocabularies
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--words", default=",".join(map(str, WORDS)), help="of vocabularies (default: %(default)s)")
    parser.add_argument("--corpus", type=Path, help="text (default: the benchmark corpus beside the repository)")
    parser.add_argument("--reps", type=int, default=5, help="repetitions (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=1.0, help="about so long is one (default: %(default)s)")
    parser.add_argument("--out", type=Path, default=BENCH / "results" / "softmax.json", help="default: %(default)s")
    parser.add_argument("--readme", action="store_true", help="also put the table into bench/README.md")
    parser.add_argument("--smoke", action="store_true", help="a tiny text, once, nothing written")
    options = parser.parse_args()
    options.words = [int(words) for words in options.words.split(",")]
    return options


def sgemm_rate(side):
    """Billions of operations a second of numpy's product of two square float32 matrices."""
    matrix = np.random.default_rng(1).random((side, side), dtype=np.float32)
    best = min(_seconds(lambda: matrix @ matrix) for _ in range(3))
    return 2 * side**3 / best / 1e9


def _seconds(work):
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


class Speed:
    """Trains the same few sentences again and again; knows what its matrix products cost."""

    def __init__(self, text, words, sg, seconds):
        self.model = Word2Vec(
            vector_size=100, min_count=1, max_final_vocab=words, sg=sg, objective="softmax", workers=1, epochs=1
        )
        self.model.build_vocab(corpus_file=text)
        tokens = int(seconds * 90e9 / (6 * 100 * len(self.model.wv)) / 0.75)  # 90 GFLOP/s, a quarter thinned out
        self.sentences = []
        with open(text, encoding="utf-8") as lines:
            for line in lines:
                self.sentences.append(line.split())
                tokens -= len(self.sentences[-1])
                if tokens <= 0:
                    break

    def rate(self):
        """Billions of operations a second of all of training, counting those of the three products alone."""
        before = self.model.total_train_time
        self.trained, self.raw = self.model.train(self.sentences)
        self.seconds = self.model.total_train_time - before
        return 6 * self.trained * self.model.vector_size * len(self.model.wv) / self.seconds / 1e9


def measure_speed(text, words, sg, options):
    """One row: rates of training and of sgemm in turn."""
    training = Speed(text, words, sg, 0.01 if options.smoke else options.seconds)
    side = 64 if options.smoke else 1024
    rates = alternate({"softmax": training.rate, "sgemm": lambda: sgemm_rate(side)}, options.reps)
    shares = [softmax / sgemm for softmax, sgemm in zip(rates["softmax"], rates["sgemm"], strict=True)]
    per_word = 6 * training.model.vector_size * len(training.model.wv) / 1e9 * training.trained / training.raw
    return {
        "architecture": "skip-gram" if sg else "CBOW",
        "vocabulary": len(training.model.wv),
        "words_a_second": median(rates["softmax"]) / per_word,
        **{f"{name}_gflops": values for name, values in rates.items()},
        "share": median(shares),
        "spread": spread(shares),
    }


def measure_divergence(options, n_words=50):
    """KL from the true conditionals of a planted language of two-word sentences to those learned, in nats."""
    rng = np.random.default_rng(3)
    joint = rng.dirichlet(np.full(n_words * n_words, 0.3)).reshape(n_words, n_words)
    joint = (joint + joint.T) / 2
    drawn = rng.choice(n_words * n_words, size=400 if options.smoke else 400_000, p=joint.ravel())
    sentences = np.stack([drawn // n_words, drawn % n_words], axis=1).tolist()
    settings = {"vector_size": 64, "window": 1, "min_count": 0, "sample": 0, "alpha": 0.05}
    epochs = 2 if options.smoke else 6
    model = Word2Vec(sentences, sg=1, objective="softmax", epochs=epochs, workers=1, **settings)
    words = model.wv.index_to_key
    joint = joint[np.ix_(words, words)]
    share = joint.sum(1)
    learned = log_softmax(model.wv.vectors.astype(float) @ model.syn1neg.T.astype(float))
    true = np.log(joint / share[:, None])
    return {"divergence": float((joint * (true - learned)).sum()), "entropy": float(-(joint * true).sum())}


def render(result):
    rows = [
        [
            row["architecture"],
            row["vocabulary"],
            number(row["words_a_second"]),
            number(median(row["softmax_gflops"])),
            number(median(row["sgemm_gflops"])),
            number(row["share"]),
            number(row["spread"]),
        ]
        for row in result["speed"]
    ]
    header = ["", "vocabulary", "words/s", "GFLOP/s", "sgemm GFLOP/s", "share", "spread"]
    divergence = result["planted"]["divergence"]
    return (
        f"{table(header, rows)}\n\nPlanted language of 50 words: "
        f"KL {divergence:.4f} nats, of an entropy of {result['planted']['entropy']:.3f}."
    )


def main():
    options = parse_arguments()
    if any(os.environ.get(name) != value for name, value in ONE_THREAD.items()):  # BLAS reads them when it is loaded
        sys.exit(subprocess.run([sys.executable, *sys.argv], env={**os.environ, **ONE_THREAD}).returncode)
    info = machine()
    print(describe(info), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        if options.smoke:
            options.words, options.reps = [100], 1
            text = make_corpus(Path(folder) / "text.txt")
        else:
            text = options.corpus or corpus_17m()
        speed = [measure_speed(text, words, 1, options) for words in options.words]
        speed.append(measure_speed(text, 100 if options.smoke else 10_000, 0, options))
    result = {"speed": speed, "planted": measure_divergence(options), "machine": info}
    text = render(result)
    print(f"\n## softmax\n\n{text}")
    if not options.smoke:
        write_json(options.out, result)
    if options.readme:
        fill_readmes("softmax", f"{text}\n\n{describe(info)}")


if __name__ == "__main__":
    main()
