"""Damages files of vectors at random and loads them: what comes of it must be vectors, or an error that names the file.

python tools/fuzz_formats.py 60                     a minute for each kind, files that w2v writes
python tools/fuzz_formats.py 600 --seeds FOLDER     also the files of a folder, such as real ones of gensim and fastText
python tools/fuzz_formats.py 5 --only gensim --seed 7

Ctrl-C ends a kind early, with what came of it so far.

Each load must end within ten seconds, with less new memory at its highest point than twice the file and an allowance,
and raise nothing but FormatError, UnicodeDecodeError, or OSError for a file that is not there. Of files of word2vec and
GloVe with a single change, what is loaded may differ only in the rows where the change is; where it is in the header,
there may be fewer rows.
"""

import argparse
import contextlib
import faulthandler
import importlib.util
import json
import logging
import pickle
import random
import shutil
import sys
import tempfile
import time
import tracemalloc
import types
import warnings
import zlib
from pathlib import Path
from unittest import mock

import numpy as np

from w2v import FormatError, KeyedVectors, Phrases, Word2Vec, formats
from w2v.ann import Index
from w2v.formats.detect import detect_format

KINDS = (*formats.LOADED, "model", "gensim-model", "phrases", "index")
COMPRESSED = (".gz", ".bz2", ".xz", ".zst")
_ALLOWANCE = 16 << 20  # bytes: buffers of two blocks of 4 MiB; objects of short words, which are longer than these
_UNPACKED = 1 << 20  # bytes: more than any compressed seed has
_NUMBERS = [b"\x00", b"\xff", b"\xff\xff\xff\xff", b"\xff\xff\xff\x7f", b"\x00\x00\x00\x80", b"\xff" * 7 + b"\x7f"]
_BY_ROWS = ("word2vec-text", "word2vec-binary", "glove")
_TOKENS = [*_NUMBERS, b" ", b"\n", b"-1", b"nan", b"1e999", b"9" * 20]


def save_seeds(folder):
    """A small file of every kind, as w2v and others write them."""
    generator = np.random.default_rng(1)
    words = ["</s>", "the", "naïve", "日本", "a", "x" * 40, "1.5"]
    vectors = generator.normal(size=(len(words), 5)).astype(np.float32)
    kv = KeyedVectors.from_pieces(words, vectors, {"count": np.arange(len(words), 0, -1)})
    kv.save(folder / "vectors.w2v")
    kv.astype("int8").save(folder / "vectors8.w2v")
    notes = {"note": np.array(["x", None, 5], object)}
    KeyedVectors.from_pieces([1, 2, "a"], vectors[:3], notes).save(folder / "odd.w2v")
    sentences = [["new", "york", "is", "big"], ["in", "new", "york"]] * 5
    for hs in (0, 1):
        Word2Vec(sentences, vector_size=5, min_count=1, epochs=1, hs=hs).save(folder / f"model{hs}.w2v")
    phrases = Phrases(sentences, min_count=1, threshold=0.1, connector_words={"is"})
    phrases.save(folder / "phrases.w2v")
    phrases.freeze().save(folder / "frozen.w2v")
    if importlib.util.find_spec("usearch"):
        kv.build_index().save(folder / "vectors.index")
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


def resealed(data):
    """The bytes with the checksums that they should have, where they still are a file of safetensors layout.

    Somebody who means harm would do so, too: without it, hardly any damage gets past the checksums.
    """
    length = int.from_bytes(data[:8], "little")
    try:
        header = json.loads(data[8 : 8 + length])
        tensors = {name: entry["data_offsets"] for name, entry in header.items() if name != "__metadata__"}
        body = data[8 + length :]
        sums = {name: zlib.crc32(body[first:last]) for name, (first, last) in tensors.items()}
        header["__metadata__"]["checksums"] = json.dumps(sums)
        text = json.dumps(header).encode()
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return data
    text += b" " * (-(8 + len(text)) % 64)
    return len(text).to_bytes(8, "little") + text + body


def ways(kind, path):
    """The ways there are to load a file of one kind."""
    if kind in ("model", "gensim-model"):
        return [lambda: Word2Vec.load(path), lambda: Word2Vec.load(path, mmap="r")]
    if kind == "phrases":
        return [lambda: Phrases.load(path)]
    if kind == "index":
        return [lambda: Index.load(path)]
    options = {"no_header": kind == "glove", "binary": kind == "word2vec-binary"}
    return [
        lambda: formats.load(path),
        lambda: formats.load(path, kind, mmap="r", limit=3),
        lambda: KeyedVectors.load_word2vec_format(path, **options),
    ]


def changed(data, generator):
    """A copy of the bytes with one change, and where in the original that begins and ends."""
    place, length = generator.randrange(len(data)), generator.choice((1, 1, 2, 8))
    end = place + length
    match generator.randrange(5):
        case 0:
            new = bytes([data[place] ^ 1 << generator.randrange(8)])
            end = place + 1
        case 1:
            new = b""
        case 2:
            new, end = generator.choice(_TOKENS), place
        case 3:
            new, end = data[place:end], place
        case 4:
            new, end = generator.choice(_TOKENS), place + 1
    return data[:place] + new + data[end:], place, end


def row_starts(data, kind, rows, size):
    """Where each row of a file begins, and the last one ends."""
    if kind != "word2vec-binary":
        starts = [0, *(i + 1 for i, byte in enumerate(data) if byte == 10)]
        return starts[len(starts) - 1 - rows :]
    starts = [data.index(b"\n") + 1]
    for _ in range(rows):
        starts.append(data.index(b" ", starts[-1]) + 1 + 4 * size)
    return starts


def check_change(kind, data, generator, path):
    """Load a file with one change; AssertionError if rows differ where it is not."""
    before = KeyedVectors.load(path, format=kind)
    starts = row_starts(data, kind, len(before), before.vector_size)
    new, place, end = changed(data, generator)
    path.write_bytes(new)
    repeated = logging.getLogger("w2v.formats.word2vec_rows")
    with mock.patch.object(repeated, "warning") as warned:
        try:
            after = KeyedVectors.load(path)
        except (FormatError, OSError):
            return
    if any("repeated" in call.args[0] for call in warned.call_args_list):
        return  # the change made a word another one, which comes first or is left out
    assert after.vector_size == before.vector_size, f"{after.vector_size} values"
    # Bytes more or less among the floats of a binary row move the start of the next word, too.
    begins = [starts[0], *starts] if kind == "word2vec-binary" else starts
    touched = [i for i in range(len(before)) if begins[i] - 1 <= end and place <= starts[i + 1]]
    kept = [word for i, word in enumerate(before.index_to_key) if i not in touched]
    found = [word for word in after.index_to_key if word in kept]
    if place >= starts[0]:
        assert found == kept, f"{set(kept) - set(found)} gone by a change in bytes {place} to {end}"
        assert len(after) <= len(before) + 1, "more rows than there were"
    else:
        assert found == after.index_to_key == kept[: len(found)], "other words by a change in the header"
    for word in found:
        assert np.array_equal(after[word], before[word], equal_nan=True), f"{word} differs; bytes {place} to {end}"


class Tally:
    """What came of the files that were tried."""

    def __init__(self):
        self.inputs = self.loaded = self.refused = self.seconds = 0
        self.slowest = self.most = 0  # seconds; bytes more than twice the file

    def __str__(self):
        counts = f"{self.inputs} damaged files in {self.seconds:.0f} s, {self.loaded} loads, {self.refused} refusals"
        most = f"most memory {self.most / (1 << 20):.1f} MiB over twice the file"
        return f"{counts}, slowest {self.slowest:.2f} s, {most}"

    def load(self, call, path, size):
        """Load a damaged file; raises AssertionError for what must not happen."""
        tracemalloc.reset_peak()
        before, started = tracemalloc.get_traced_memory()[0], time.process_time()
        try:
            found = call()
            if isinstance(found, KeyedVectors):
                assert len(found) == len(found.key_to_index) == len(found.vectors), "words and vectors differ"
                found.most_similar(found.vectors[0], topn=3) if len(found) else None
            self.loaded += 1
        except (FormatError, OSError) as error:
            if Path(path).name not in str(error):
                raise AssertionError(f"the error does not name the file: {error!r}") from error
            self.refused += 1
        except UnicodeDecodeError:
            self.refused += 1
        used, took = tracemalloc.get_traced_memory()[1] - before - 2 * size, time.process_time() - started
        self.most, self.slowest = max(self.most, used), max(self.slowest, took)
        assert used < _ALLOWANCE, f"{used} bytes more than twice the {size} of the file"
        assert took < 10, "took more than ten seconds"


def put(seed, folder, contents, generator):
    """Write a damaged copy of a seed, and of the files beside it; returns its path and how many bytes it unpacks to."""
    data = damaged(contents[seed], list(contents.values()), generator)
    if data[8:9] == b"{" and generator.random() < 0.7:
        data = resealed(data)
    path = folder / f"damaged{seed.suffix}"
    path.write_bytes(data)
    size = len(data) if seed.suffix not in COMPRESSED else _UNPACKED
    for side in seed.parent.glob(f"{seed.name}.*"):
        if side.suffix in (".npy", ".npz"):
            whole = side.read_bytes()
            size += len(whole)
            whole = damaged(whole, [whole], generator) if generator.random() < 0.3 else whole
            path.with_name(path.name + side.name.removeprefix(seed.name)).write_bytes(whole)
    return path, size


def fuzz(kind, seeds, seconds, generator, folder):
    """Damage files of one kind for so many seconds of processor time; returns what came of it."""
    contents = {seed: seed.read_bytes() for seed in seeds}
    started, tally = time.process_time(), Tally()
    with contextlib.suppress(KeyboardInterrupt):
        while time.process_time() - started < seconds:
            seed = generator.choice(seeds)
            path, size = put(seed, folder, contents, generator)
            faulthandler.dump_traceback_later(300, exit=True)  # a crash or hang leaves the file in `folder`
            try:
                if kind in _BY_ROWS and seed.suffix not in COMPRESSED and generator.random() < 0.5:
                    path.write_bytes(contents[seed])
                    check_change(kind, contents[seed], generator, path)
                    tally.inputs += 1
                    continue
                for call in ways(kind, path):
                    tally.load(call, path, size)
            except Exception as error:
                kept = Path(f"fuzz-failure-{kind}{path.suffix}")
                kept.write_bytes(path.read_bytes())
                what = f"{type(error).__name__}: {error}; from {seed.name}, kept as {kept}"
                raise SystemExit(f"{kind}: {what}") from error
            tally.inputs += 1
    tally.seconds = time.process_time() - started
    faulthandler.cancel_dump_traceback_later()
    return tally


def kind_of(path):
    """What loads a file, by its content."""
    try:
        kind = detect_format(path)
    except FormatError:  # a vocabulary and the like, beside real files
        return None
    if kind == "native":
        start = path.read_bytes()[:4096]
        marks = {b'"w2v-phrases"': "phrases", b'"w2v-index"': "index", b'"syn1neg"': "model", b'"syn1"': "model"}
        return next((marks[mark] for mark in marks if mark in start), kind)
    return kind


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("seconds", type=float, help="of processor time, for each kind")
    parser.add_argument("--seeds", type=Path, help="folder of more files to damage")
    parser.add_argument("--only", default=",".join(KINDS), help="kinds of files, with commas (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=None, help="of the random numbers")
    options = parser.parse_args()
    number = random.randrange(1 << 32) if options.seed is None else options.seed
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    tracemalloc.start()
    # A folder that is kept: a crash of the whole process leaves in it what crashed it.
    folder = Path(tempfile.mkdtemp(prefix="fuzz-formats-"))
    seeds = folder / "seeds"
    seeds.mkdir()
    save_seeds(seeds)
    kinds = {}
    for path in sorted(seeds.iterdir()) + sorted(options.seeds.iterdir() if options.seeds else []):
        if path.suffix not in (".npy", ".npz"):
            kinds.setdefault(kind_of(path), []).append(path)
    kinds["gensim-model"] = [path for path in kinds["gensim"] if b"Word2Vec" in path.read_bytes()[:200]]
    for kind in options.only.split(","):
        if kinds.get(kind):
            tally = fuzz(kind, kinds[kind], options.seconds, random.Random(f"{number} {kind}"), folder)
            print(f"{kind}: {tally}, seed {number}, {len(kinds[kind])} originals", flush=True)
        else:
            print(f"{kind}: no file of this kind to damage", flush=True)
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
