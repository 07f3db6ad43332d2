"""Fuzzes the loaders guided by coverage, with atheris (libFuzzer): inputs that do something new are changed further.

pip install atheris                                       up to Python 3.13, on Linux
python tools/fuzz_loaders.py gensim --seconds 600         ten minutes for one kind of files
python tools/fuzz_loaders.py fasttext --runs 1000000      so many inputs
python tools/fuzz_loaders.py all --seconds 60             a minute for each kind, one process after the other
python tools/fuzz_loaders.py gensim --repeat crash-0f1e   what a found input, or each of a folder, does without fuzzing

Seeds are those of `tools/fuzz_formats.py` and more of gensim's. Half of the changes to them are libFuzzer's, half know
the structure: opcodes of pickles are left out, doubled, moved and put in from a list; headers get numbers that are
wrong; checksums are set right again. --corpus FOLDER keeps what was found for the next time.

A load must end with vectors, or with FormatError or UnicodeDecodeError, within ten seconds, and must never have more
than twice the bytes of the input and 16 MiB of memory: the system refuses more while an input is loaded. An input that
does otherwise is kept as crash-* in the current folder; make a test of it.
"""

import argparse
import bz2
import contextlib
import ctypes
import gzip
import io
import logging
import lzma
import os
import pickle
import pickletools
import random
import resource
import struct
import subprocess
import sys
import tempfile
import time
import warnings
import zipfile
from itertools import pairwise
from pathlib import Path

import numpy as np

try:
    import atheris
except ImportError:
    atheris = None  # --repeat does without it

with atheris.instrument_imports(include=["w2v"]) if atheris else contextlib.nullcontext():
    from w2v import Doc2Vec, FastText, FormatError, KeyedVectors, Phrases, TaggedDocument, Word2Vec, formats
    from w2v.evaluate.sets import read_set
    from w2v.fasttext import load_facebook_model, save_facebook_model
    from w2v.formats.npy import load_npy, load_npz
    from w2v.formats.word2vec_rows import read_counts
    from w2v.inputs.pruning import Pruning
    from w2v.inputs.reading import encode_files
    from w2v.training import checkpoints
    from fuzz_formats import damaged, resealed, save_seeds  # isort: skip  which imports w2v

_ALLOWANCE = 16 << 20  # bytes beyond twice the input
_LONGEST = 1 << 13  # bytes of an input
_PAGE = resource.getpagesize()
_is_fenced = "san.so" not in os.environ.get("LD_PRELOAD", "")  # sanitizers need memory of their own
_MMAP_THRESHOLD = -3  # of mallopt
_NUMBERS = [0, 1, 2, 127, 128, 255, 256, 65535, 2**31 - 1, 2**31, 2**32 - 1, 2**40, 2**62, 2**63 - 1, -1, -(2**31)]
_OPCODES = [  # of pickles
    b"N", b"]", b"}", b")", b"(", b"t", b"l", b"d", b"a", b"e", b"s", b"u", b"0", b"1", b"2", b"R", b"b", b"o",
    b"\x81", b"\x92", b"\x93", b"\x94", b"\x8f", b"\x90", b"\x91", b"\x85", b"\x86", b"\x87", b"h\x00", b"h\x05",
    b"q\x01", b"r\xff\xff\xff\x7f", b"K\x05", b"M\x00\x02", b"J\xff\xff\xff\xff", b"I01\n", b"I99999999999\n",
    b"L5L\n", b"F1.5\n", b"S'a'\n", b"Va\n", b"U\x02\xc3\xa9", b"C\x01\xff", b"X\x01\0\0\0a", b"\x8c\x01a",
    b"\x8a\x09" + b"\xff" * 9, b"\x8b\xff\xff\xff\x7f", b"\x8e" + b"\xff" * 7 + b"\x7f",
    b"\x96\x01" + b"\0" * 7 + b"a", b"cnumpy\nndarray\n", b"cnumpy\ndtype\n",
    b"cnumpy.core.multiarray\n_reconstruct\n", b"cnumpy.core.multiarray\nscalar\n", b"ccopy_reg\n_reconstructor\n",
    b"c_codecs\nencode\n", b"cposix\nsystem\n", b"ios\nsystem\n", b"Px\n", b"Q", b"\x82\x01", b"\x97", b"\x98",
]  # fmt: skip


class _Memory:
    """A file in memory that has a path, for what takes no open file."""

    def __init__(self):
        self._descriptor = os.memfd_create("input")
        self.path = f"/proc/self/fd/{self._descriptor}"

    def holding(self, data):
        """The path, at which these bytes lie now."""
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, data, 0)
        return self.path


_memory = _Memory()


def _text(data):
    """Read a text as a corpus: in blocks that are small, so that words lie across their ends."""
    encode_files([_memory.holding(data)], Pruning(min_count=1), block_size=64 + len(data) // 4)


#: What loads each kind.
LOADERS = {
    "native": lambda data: KeyedVectors.load(io.BytesIO(data)),
    "model": lambda data: Word2Vec.load(io.BytesIO(data)),
    "n-grams": lambda data: FastText.load(io.BytesIO(data)),
    "documents": lambda data: Doc2Vec.load(io.BytesIO(data)),
    "resume": lambda data: checkpoints.load(Word2Vec._empty(), io.BytesIO(data)),
    "phrases": lambda data: Phrases.load(io.BytesIO(data)),
    "word2vec-text": lambda data: KeyedVectors.load_word2vec_format(io.BytesIO(data)),
    "word2vec-binary": lambda data: KeyedVectors.load_word2vec_format(io.BytesIO(data), binary=True),
    "glove": lambda data: KeyedVectors.load_glove(io.BytesIO(data)),
    "fasttext": lambda data: formats.load(io.BytesIO(data), "fasttext"),
    "fasttext-model": lambda data: load_facebook_model(io.BytesIO(data)),
    "gensim": lambda data: formats.load(io.BytesIO(data), "gensim"),
    "gensim-model": lambda data: Word2Vec.load(io.BytesIO(data)),
    "gensim-phrases": lambda data: Phrases.load(io.BytesIO(data)),
    "packed": lambda data: KeyedVectors.load(io.BytesIO(data), max_bytes=_LONGEST),
    "any": lambda data: KeyedVectors.load(io.BytesIO(data)),
    "array": lambda data: load_npy(_memory.holding(data), None),
    "arrays": lambda data: load_npz(_memory.holding(data), "values"),
    "counts": lambda data: read_counts(io.BytesIO(data), "utf-8", "strict"),
    "questions": lambda data: read_set(_memory.holding(data)),
    "text": _text,
}
_SEEDS = {  # beginnings of the names of seeds
    "native": ("vectors.w2v", "vectors8", "odd", "n-grams"), "model": ("model",), "n-grams": ("n-grams",),
    "documents": ("documents",), "resume": ("checkpoint",),
    "phrases": ("phrases", "frozen"), "word2vec-text": ("vectors.txt",), "word2vec-binary": ("vectors.bin",),
    "glove": ("glove",), "fasttext": ("fasttext",), "fasttext-model": ("fasttext",), "gensim": ("gensim",),
    "gensim-model": ("gensim",),
    "gensim-phrases": ("gensim-phrases",), "packed": ("packed",), "any": ("",), "array": ("array.",),
    "arrays": ("arrays.",), "counts": ("counts",), "questions": ("questions",), "text": ("text", "glove"),
}  # fmt: skip
_PICKLES = ("gensim", "gensim-model", "gensim-phrases")


def more_seeds(folder):
    """What `save_seeds` lacks: texts, arrays, what is compressed, a checkpoint; and what others here make."""
    (folder / "text.txt").write_text("the naïve cat\nthe 日本 dog\n\n" * 5)
    (folder / "counts.txt").write_text("the 5\nnaïve 3\n日本 1\n")
    for number, text in enumerate(
        (": a\na b c d\n# x\n: b\ne f g h\n", "a;b;5\nb;c;0.5\n", "word,category\na,x\nb,x\n")
    ):
        (folder / f"questions{number}.txt").write_text(text)
    np.save(folder / "array.npy", np.ones((3, 2), np.float32))
    np.savez(folder / "arrays.npz", values=np.ones((3, 2), np.float32))
    np.savez_compressed(folder / "arrays.packed.npz", values=np.ones((3, 2), np.float32))
    text = (folder / "glove.txt").read_bytes()
    for pack in (gzip, bz2, lzma):
        (folder / f"packed.{pack.__name__}").write_bytes(pack.compress(text))
    with zipfile.ZipFile(folder / "packed.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("glove.txt", text)
    sentences = [["new", "york", "is", "big"]] * 5
    Word2Vec(sentences, vector_size=5, min_count=1, workers=1, checkpoint=folder / "checkpoint.w2v")
    model_seeds(folder, sentences)
    gensim_seeds(folder)


def model_seeds(folder, sentences):
    """Models of n-grams and of documents, with all that their files can have."""
    settings = {"vector_size": 5, "min_count": 1, "workers": 1, "epochs": 1}
    for hs in (0, 1):
        model = FastText(sentences, **settings, bucket=30, hs=hs, negative=0 if hs else 5)
        save_facebook_model(model, folder / f"fasttext-model{hs}.bin")
        model.wv.vectors_ngrams_lockf = np.array([0.5, 1], np.float32)
        model.wv.add_vectors(["own"], np.ones((1, 5)))
        model.save(folder / f"n-grams{hs}.w2v")
    documents = [TaggedDocument(words, [number, f"x{number % 2}", (1, 2)]) for number, words in enumerate(sentences)]
    for dm in (0, 1):
        model = Doc2Vec(documents, **settings, dm=dm)
        model.dv.vectors_lockf = np.linspace(0, 1, len(model.dv), dtype=np.float32)
        model.save(folder / f"documents{dm}.w2v")


def gensim_seeds(folder):
    """Phrases and a whole model of gensim's in every protocol."""
    sys.path.append(str(Path(__file__).parents[1] / "tests"))
    from pickled import classes, filled, python2

    kinds = ["models.word2vec.Word2Vec", "models.keyedvectors.Vocab", "models.keyedvectors.KeyedVectors"]
    kinds += ["models.phrases.Phrases", "models.phrases.Phraser"]
    with classes(*(f"gensim.{kind}" for kind in kinds)) as (model, entry, keyed, phrases, phraser):
        words, rows = ["a", "naïve", "c"], np.ones((3, 2), np.float32)
        vocab = {word: filled(entry, count=5, index=row, sample_int=2**32) for row, word in enumerate(words)}
        wv = filled(keyed, vocab=vocab, index2word=words, syn0=rows)
        settings = {"vector_size": 2, "negative": 5, "syn1neg": rows, "min_count": 1, "iter": 5}
        settings["random"] = np.random.RandomState(1)
        rules = {"min_count": 1, "threshold": 0.1, "delimiter": b"_", "scoring": "npmi"}
        made = {"model": filled(model, wv=wv, **settings)}
        made["phrases"] = filled(phrases, vocab={b"a": 3, b"a_b": 2}, common_terms={"of"}, **rules)
        made["phrases-frozen"] = filled(phraser, phrasegrams={(b"a", b"b"): (2, 0.5)}, **rules)
        for name, value in made.items():
            for protocol in range(6):
                (folder / f"gensim-{name}.{protocol}").write_bytes(pickle.dumps(value, protocol))
            (folder / f"gensim-{name}.python2").write_bytes(python2(value, 2, unicode=words))


def opcodes(data):
    """A pickle cut into its opcodes, as far as it makes sense; the rest is one piece."""
    places = [0]
    with contextlib.suppress(Exception):  # whatever the module raises for damage: what was found until then is used
        for _, _, place in pickletools.genops(data):
            places.append(place)
    return [data[start:end] for start, end in pairwise([*places, len(data)]) if end > start]


def mutated_pickle(data, generator):
    """Opcodes left out, doubled, moved, or others put in."""
    pieces = opcodes(data) or [b"."]
    for _ in range(generator.choice((1, 1, 2, 4))):
        place = generator.randrange(len(pieces))
        match generator.randrange(5):
            case 0:
                pieces[place : place + generator.choice((1, 1, 4))] = []
            case 1:
                pieces[place:place] = pieces[place : place + generator.choice((1, 8))] * generator.choice((1, 2, 50))
            case 2:
                other = generator.randrange(len(pieces))
                pieces[place], pieces[other] = pieces[other], pieces[place]
            case 3:
                pieces.insert(place, generator.choice(_OPCODES))
            case 4:
                pieces[place] = generator.choice(_OPCODES)
        pieces = pieces or [b"."]
    return b"".join(pieces)


def mutated_numbers(data, generator):
    """A number of a header replaced by one that is wrong."""
    data = bytearray(data)
    layout = generator.choice(("<b", "<h", "<i", "<q"))
    size = struct.calcsize(layout)
    if len(data) >= size:
        place = generator.randrange(min(len(data), 160) - size + 1)
        number = generator.choice(_NUMBERS) + generator.choice((0, 0, 1, -1))
        data[place : place + size] = (number % (1 << 8 * size)).to_bytes(size, "little")
    return bytes(data)


def mutator(kind):
    """The function by which libFuzzer changes an input of one kind."""

    def mutate(data, most, seed):
        generator = random.Random(seed)
        chance = generator.random()
        if chance < 0.5:
            data = atheris.Mutate(data, most)
        elif kind in _PICKLES and chance < 0.85:
            data = mutated_pickle(data, generator)
        elif chance < 0.7:
            data = mutated_numbers(data, generator)
        else:
            data = damaged(data, [data], generator)
        if data[8:9] == b"{" and generator.random() < 0.7:
            data = resealed(data)
        return data[:most]

    return mutate


def check(kind, data):
    """Load one input; raise AssertionError for what must not happen."""
    taken, started = int(os.pread(_statm, 200, 0).split()[5]) * _PAGE, time.process_time()
    if _is_fenced:
        resource.setrlimit(resource.RLIMIT_DATA, (taken + 2 * len(data) + _ALLOWANCE, resource.RLIM_INFINITY))
    try:
        found = LOADERS[kind](data)
        if isinstance(found, KeyedVectors):
            assert len(found) == len(found.key_to_index) == len(found.vectors), "words and vectors differ"
    except (FormatError, UnicodeDecodeError):
        pass
    except MemoryError as error:
        raise AssertionError(f"more than {2 * len(data) + _ALLOWANCE} bytes of memory for {len(data)}") from error
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (resource.RLIM_INFINITY,) * 2)
    took = time.process_time() - started
    assert took < 10, f"{took} seconds"


def fuzz(kind, corpus, options):
    """Let libFuzzer try one kind; never returns."""
    for path in sorted(_seeds.iterdir()):
        if path.name.startswith(_SEEDS[kind]) and path.suffix not in (".gz", ".bz2", ".xz"):
            (corpus / path.name).write_bytes(path.read_bytes())
    flags = [f"-max_len={_LONGEST}", "-timeout=600", f"-runs={options.runs}", f"-max_total_time={options.seconds}"]
    flags += ["-rss_limit_mb=0", "-print_final_stats=1", "-verbosity=0"]
    atheris.Setup([sys.argv[0], *flags, str(corpus)], lambda data: check(kind, data), custom_mutator=mutator(kind))
    atheris.Fuzz()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=[*LOADERS, "all"])
    parser.add_argument("--seconds", type=int, default=0, help="for each kind (default: no limit)")
    parser.add_argument("--runs", type=int, default=-1, help="inputs of each kind (default: no limit)")
    parser.add_argument("--corpus", type=Path, help="folder that keeps inputs which do something new")
    parser.add_argument("--repeat", type=Path, help="load this one input alone, or a folder of them")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    if options.kind == "all":
        for kind in LOADERS:
            print(f"== {kind}", flush=True)
            arguments = [argument if argument != "all" else kind for argument in sys.argv]
            if subprocess.run([sys.executable, *arguments], check=False).returncode:
                sys.exit(1)
        return
    # Whatever is larger goes back to the system when it is freed, so that the next input cannot use it unnoticed.
    ctypes.CDLL(None).mallopt(_MMAP_THRESHOLD, 1 << 18)
    if options.repeat:
        found = sorted(options.repeat.iterdir()) if options.repeat.is_dir() else [options.repeat]
        for path in found:
            check(options.kind, path.read_bytes())
        print(f"{options.kind}: {len(found)} inputs", flush=True)
        return
    if atheris is None:
        sys.exit("fuzz_loaders needs atheris: pip install atheris")
    _seeds.mkdir()
    save_seeds(_seeds)
    more_seeds(_seeds)
    corpus = options.corpus / options.kind if options.corpus else _scratch / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    fuzz(options.kind, corpus, options)


_statm = os.open("/proc/self/statm", os.O_RDONLY)
_scratch = Path(tempfile.mkdtemp(prefix="fuzz-loaders-", dir="/dev/shm" if os.path.isdir("/dev/shm") else None))
_seeds = _scratch / "seeds"
if __name__ == "__main__":
    main()
