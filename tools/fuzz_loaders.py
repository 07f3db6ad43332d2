"""Fuzzes the loaders guided by coverage, with atheris (libFuzzer): inputs that do something new are changed further.

pip install atheris                                       up to Python 3.13, on Linux
python tools/fuzz_loaders.py gensim --seconds 600         ten minutes for one kind of files
python tools/fuzz_loaders.py fasttext --runs 1000000      so many inputs
python tools/fuzz_loaders.py all --seconds 60             a minute for each kind, one process after the other
python tools/fuzz_loaders.py gensim --repeat crash-0f1e   what a found input does, without fuzzing

Seeds are those of `tools/fuzz_formats.py` and more of gensim's. Half of the changes to them are libFuzzer's, half know
the structure: opcodes of pickles are left out, doubled, moved and put in from a list; headers get numbers that are
wrong; checksums are set right again. --corpus FOLDER keeps what was found for the next time.

A load must end with vectors, or with FormatError or UnicodeDecodeError, within ten seconds, and must never have more
than twice the bytes of the input and 16 MiB of memory. An input that does otherwise is kept as crash-* in the current
folder; make a test of it.
"""

import argparse
import contextlib
import io
import logging
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
import tracemalloc
import warnings
from itertools import pairwise
from pathlib import Path

import numpy as np

try:
    import atheris
except ImportError:
    sys.exit("fuzz_loaders needs atheris: pip install atheris")

with atheris.instrument_imports(include=["w2v"]):
    import w2v.formats.fasttext_bin
    import w2v.formats.gensim_phrases
    import w2v.formats.gensim_saved
    import w2v.formats.glove
    import w2v.formats.word2vec_binary
    import w2v.formats.word2vec_text
    from w2v import FormatError, KeyedVectors, Phrases, Word2Vec, formats
    from fuzz_formats import damaged, resealed, save_seeds  # isort: skip  which imports w2v

_ALLOWANCE = 16 << 20  # bytes beyond twice the input
_LONGEST = 1 << 13  # bytes of an input
_FENCE = 512 << 20  # bytes of address space beyond those at the start, for what C takes
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


def _text(data):
    """Read a text as a corpus: from a file in memory, for that is what is read in blocks by C."""
    path = _scratch / "text"
    path.write_bytes(data)
    w2v.Vocab.from_file(path, min_count=1, workers=1)


#: What loads each kind.
LOADERS = {
    "native": lambda data: KeyedVectors.load(io.BytesIO(data)),
    "model": lambda data: Word2Vec.load(io.BytesIO(data)),
    "phrases": lambda data: Phrases.load(io.BytesIO(data)),
    "word2vec-text": lambda data: KeyedVectors.load_word2vec_format(io.BytesIO(data)),
    "word2vec-binary": lambda data: KeyedVectors.load_word2vec_format(io.BytesIO(data), binary=True),
    "glove": lambda data: KeyedVectors.load_glove(io.BytesIO(data)),
    "fasttext": lambda data: formats.load(io.BytesIO(data), "fasttext"),
    "gensim": lambda data: formats.load(io.BytesIO(data), "gensim"),
    "gensim-model": lambda data: Word2Vec.load(io.BytesIO(data)),
    "gensim-phrases": lambda data: Phrases.load(io.BytesIO(data)),
    "any": lambda data: KeyedVectors.load(io.BytesIO(data)),
    "text": _text,
}
_SEEDS = {  # beginnings of the names of seeds
    "native": ("vectors.w2v", "vectors8", "odd"), "model": ("model",), "phrases": ("phrases", "frozen"),
    "word2vec-text": ("vectors.txt",), "word2vec-binary": ("vectors.bin",), "glove": ("glove",),
    "fasttext": ("fasttext",), "gensim": ("gensim",), "gensim-model": ("gensim",),
    "gensim-phrases": ("gensim-phrases",), "any": ("",), "text": ("text", "glove"),
}  # fmt: skip
_PICKLES = ("gensim", "gensim-model", "gensim-phrases")


def more_seeds(folder):
    """What `save_seeds` lacks: texts, phrases and a whole model of gensim's in every protocol."""
    sys.path.append(str(Path(__file__).parents[1] / "tests"))
    from pickled import classes, filled, python2

    (folder / "text.txt").write_text("the naïve cat\nthe 日本 dog\n\n" * 5)
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
    tracemalloc.reset_peak()
    before, started = tracemalloc.get_traced_memory()[0], time.process_time()
    try:
        found = LOADERS[kind](data)
        if isinstance(found, KeyedVectors):
            assert len(found) == len(found.key_to_index) == len(found.vectors), "words and vectors differ"
    except (FormatError, UnicodeDecodeError):
        pass
    used, took = tracemalloc.get_traced_memory()[1] - before, time.process_time() - started
    assert used <= 2 * len(data) + _ALLOWANCE, f"{used} bytes of memory for {len(data)}"
    assert took < 10, f"{took} seconds"


def fuzz(kind, corpus, options):
    """Let libFuzzer try one kind; never returns."""
    for path in sorted(_seeds.iterdir()):
        if path.name.startswith(_SEEDS[kind]) and path.suffix not in (".gz", ".bz2", ".xz"):
            (corpus / path.name).write_bytes(path.read_bytes())
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + _FENCE,) * 2)
    tracemalloc.start()
    flags = [f"-max_len={_LONGEST}", "-timeout=60", f"-runs={options.runs}", f"-max_total_time={options.seconds}"]
    flags += ["-rss_limit_mb=0", "-print_final_stats=1", "-verbosity=0"]
    atheris.Setup([sys.argv[0], *flags, str(corpus)], lambda data: check(kind, data), custom_mutator=mutator(kind))
    atheris.Fuzz()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=[*LOADERS, "all"])
    parser.add_argument("--seconds", type=int, default=0, help="for each kind (default: no limit)")
    parser.add_argument("--runs", type=int, default=-1, help="inputs of each kind (default: no limit)")
    parser.add_argument("--corpus", type=Path, help="folder that keeps inputs which do something new")
    parser.add_argument("--repeat", type=Path, help="load this one input alone")
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
    if options.repeat:
        tracemalloc.start()
        check(options.kind, options.repeat.read_bytes())
        return
    _seeds.mkdir()
    save_seeds(_seeds)
    more_seeds(_seeds)
    corpus = options.corpus / options.kind if options.corpus else _scratch / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    fuzz(options.kind, corpus, options)


_scratch = Path(tempfile.mkdtemp(prefix="fuzz-loaders-", dir="/dev/shm" if os.path.isdir("/dev/shm") else None))
_seeds = _scratch / "seeds"
if __name__ == "__main__":
    main()
