"""Damages files of vectors at random and loads them: what comes of it must be vectors, or an error that names the file.

python tools/fuzz_formats.py 60                     a minute for each format, files that w2v writes
python tools/fuzz_formats.py 180 --seeds FOLDER     also the files of a folder, such as real ones of gensim and fastText
python tools/fuzz_formats.py 5 --only gensim --seed 7

Each load must end within ten seconds, with less new memory at its highest point than twice the file plus what Python's
objects of that many bytes take (`_ALLOWANCE`), and raise nothing but FormatError or UnicodeDecodeError.
"""

import argparse
import faulthandler
import logging
import pickle
import random
import sys
import tempfile
import time
import tracemalloc
import types
import warnings
from pathlib import Path
from unittest import mock

import numpy as np

from w2v import FormatError, KeyedVectors, formats
from w2v.formats.detect import detect_format

_ALLOWANCE = 48 << 20  # bytes: buffers of two blocks of 4 MiB that may double, the interpreter's own
_PER_BYTE = 80  # a word of one letter is an object of 50 bytes, an entry of a dict and of a list
_NUMBERS = [b"\x00", b"\xff", b"\xff\xff\xff\xff", b"\xff\xff\xff\x7f", b"\x00\x00\x00\x80", b"\xff" * 7 + b"\x7f"]
_TOKENS = [*_NUMBERS, b" ", b"\n", b"-1", b"nan", b"1e999", b"9" * 20]


def save_seeds(folder):
    """A small file of every format, as w2v and others write them."""
    generator = np.random.default_rng(1)
    words = ["</s>", "the", "naïve", "日本", "a", "x" * 40, "1.5"]
    vectors = generator.normal(size=(len(words), 5)).astype(np.float32)
    kv = KeyedVectors.from_pieces(words, vectors, {"count": np.arange(len(words), 0, -1)})
    kv.save(folder / "vectors.w2v")
    for extension in ("", ".gz", ".bz2", ".xz"):
        kv.save_word2vec_format(folder / f"vectors.txt{extension}")
    kv.save_word2vec_format(folder / "vectors.bin", binary=True)
    kv.save_glove(folder / "glove.txt")
    (folder / "fasttext.bin").write_bytes(fasttext_bin(words, vectors))
    for protocol in (2, 4, 5):
        (folder / f"gensim{protocol}.model").write_bytes(gensim_pickle(words, vectors, protocol))


def fasttext_bin(words, vectors, buckets=11):
    """A fastText model with these words."""
    size = vectors.shape[1]
    numbers = [793712314, 12, size, 5, 5, 1, 5, 1, 2, 1, buckets, 3, 6, 100]
    start = np.array(numbers, "<i4").tobytes() + np.array([1e-4], "<f8").tobytes()
    start += np.array([len(words), len(words), 0], "<i4").tobytes() + np.array([100, -1], "<i8").tobytes()
    entries = b"".join(word.encode() + b"\0" + (7).to_bytes(8, "little") + b"\0" for word in words)
    rows = np.concatenate([vectors, np.ones((buckets, size), np.float32)])
    matrices = [b"\0" + np.array(matrix.shape, "<i8").tobytes() + matrix.tobytes() for matrix in (rows, vectors)]
    return start + entries + b"".join(matrices)


def gensim_pickle(words, vectors, protocol):
    """A pickle of gensim's KeyedVectors, without gensim."""
    module = types.ModuleType("gensim.models.keyedvectors")
    kind = type("KeyedVectors", (), {"__module__": module.__name__})
    module.KeyedVectors = kind
    kv = kind()
    kv.__dict__.update(vector_size=vectors.shape[1], index_to_key=list(words), vectors=vectors, norms=None)
    kv.__dict__.update(key_to_index=dict(zip(words, range(len(words)), strict=True)))
    kv.__dict__.update(expandos={"count": np.arange(len(words))})
    packages = {name: types.ModuleType(name) for name in ("gensim", "gensim.models")}
    with mock.patch.dict(sys.modules, {**packages, module.__name__: module}):
        return pickle.dumps(kv, protocol)


def damaged(data, others, generator):
    """A copy of the bytes with a few changes."""
    data = bytearray(data)
    for _ in range(generator.choice((1, 1, 1, 2, 4, 16))):
        if not data:
            break
        # Half of the changes near the start, where headers are.
        place = generator.randrange(min(len(data), 200) if generator.random() < 0.5 else len(data))
        length = generator.choice((1, 1, 2, 4, 8, 64))
        match generator.randrange(8):
            case 0:
                data[place] ^= 1 << generator.randrange(8)
            case 1:
                data[place] = generator.randrange(256)
            case 2:
                del data[place:]
            case 3:
                del data[place : place + length]
            case 4:
                data[place:place] = generator.randbytes(length)
            case 5:
                token = generator.choice(_TOKENS)
                data[place : place + len(token)] = token
            case 6:
                data[place:place] = data[place : place + length] * generator.choice((1, 2, 100))
            case 7:
                other = generator.choice(others)
                start = generator.randrange(max(1, len(other)))
                data[place : place + length] = other[start : start + length]
    return bytes(data)


def try_file(path, size, kind):
    """Load a damaged file in the ways there are; raises AssertionError for what must not happen."""
    for call in (
        lambda: formats.load(path),
        lambda: formats.load(path, kind, mmap="r", limit=3),
        lambda: KeyedVectors.load_word2vec_format(path, no_header=kind == "glove", binary=kind == "word2vec-binary"),
    ):
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        started = time.perf_counter()
        try:
            kv = call()
            assert len(kv) == len(kv.key_to_index) == len(kv.vectors), "words and vectors differ"
        except FormatError as error:
            if str(path) not in str(error):
                raise AssertionError(f"the error does not name the file: {error}") from error
        except UnicodeDecodeError:
            pass
        used = tracemalloc.get_traced_memory()[1] - before
        allowed = 2 * size + _ALLOWANCE + _PER_BYTE * size
        assert used < allowed, f"{used} bytes for a file of {size}"
        assert time.perf_counter() - started < 10, "took more than ten seconds"


def fuzz(kind, seeds, seconds, generator, folder):
    """Damage files of one format for so many seconds; returns how many were tried."""
    contents = [seed.read_bytes() for seed in seeds]
    end, tried = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        choice = generator.randrange(len(seeds))
        data = damaged(contents[choice], contents, generator)
        path = folder / f"damaged{''.join(seeds[choice].suffixes[-1:])}"
        path.write_bytes(data)
        faulthandler.dump_traceback_later(30, exit=True)
        try:
            unpacked = len(data) if path.suffix not in (".gz", ".bz2", ".xz") else 1 << 20
            try_file(path, unpacked, kind)
        except Exception as error:
            kept = Path(f"fuzz-failure-{kind}{path.suffix}")
            kept.write_bytes(data)
            what = f"{type(error).__name__}: {error}; from {seeds[choice].name}, kept as {kept}"
            raise SystemExit(f"{kind}: {what}") from error
        tried += 1
    faulthandler.cancel_dump_traceback_later()
    return tried


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("seconds", type=float, help="for each format")
    parser.add_argument("--seeds", type=Path, help="folder of more files to damage")
    parser.add_argument("--only", default=",".join(formats.LOADED), help="formats, with commas")
    parser.add_argument("--seed", type=int, default=None, help="of the random numbers")
    options = parser.parse_args()
    seed = random.randrange(1 << 32) if options.seed is None else options.seed
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    tracemalloc.start()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        save_seeds(folder)
        files = sorted(folder.iterdir()) + sorted(options.seeds.iterdir() if options.seeds else [])
        kinds = {}
        for path in files:
            if path.suffix not in (".npy", ".npz"):
                kinds.setdefault(detect_format(path), []).append(path)
        for kind in options.only.split(","):
            started = time.monotonic()
            tried = fuzz(kind, kinds[kind], options.seconds, random.Random(f"{seed} {kind}"), folder)
            print(f"{kind}: {tried} damaged files in {time.monotonic() - started:.0f} s, seed {seed}", flush=True)


if __name__ == "__main__":
    main()
