"""Reading speed and peak memory."""

from _common import SETTINGS
from _compare import add_rate, compare
from _programs import train


def encode(setup):
    """Megabytes of text counted and encoded per second by one thread, making of the weights included."""

    def measure():
        return train("w2v", setup.large, SETTINGS, "--stop-after", "vocab")["vocab_s"]

    rows = compare({"w2v": measure}, setup.repetitions)
    add_rate(rows, setup.large.stat().st_size / 1e6)
    return {"title": "build_vocab, 1 thread", "unit": "seconds", "rate_unit": "MB/s", "rows": rows, "ratios": []}


def memory(setup):
    """Peak memory of one training, less that of the same Python with numpy alone, against what the data need."""
    reports = []

    def measure():
        reports.append(train("w2v", setup.large, {**SETTINGS, "sg": 1}))
        return (reports[-1]["peak"] - reports[-1]["peak_numpy"]) / 1e6

    rows = compare({"w2v": measure}, setup.repetitions)
    rows.append({"name": "matrices and tokens alone", "median": needed(reports[-1]) / 1e6, "spread": None})
    return {"title": "peak memory over Python with numpy", "unit": "MB", "rows": rows, "ratios": []}


def needed(report):
    """Bytes of the two matrices, rows padded to 16 floats, and of the tokens, 4 bytes each."""
    stride = -(-SETTINGS["vector_size"] // 16) * 16
    return report["vocab"] * stride * 4 * 2 + report["words"] * 4
