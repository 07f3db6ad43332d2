"""Files that ask for more memory or time than their length explains are refused before they get it."""

import gzip
import io
import json
import os
import pickle
import random
import re
import struct
import subprocess
import sys

import numpy as np
import pytest
from fasttext_files import fasttext_bin
from pickled import classes, filled, pickled

from w2v import FastText

KEYED = "gensim.models.keyedvectors.KeyedVectors"
PHRASES = "gensim.models.phrases.Phrases"
PHRASER = "gensim.models.phrases.Phraser"
SAME_HASH = 2**61 - 1  # numbers this far apart have one hash

#: Loads the files that it is told and prints, for each, the most new memory (bytes), seconds, and what came of it.
MEASURE = """
import json, resource, sys, time, tracemalloc
from w2v import FastText, FormatError, KeyedVectors, Phrases, Word2Vec
from w2v.formats import fasttext_bin, gensim_phrases, gensim_saved  # imported before anything is measured
used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + (1 << 30),) * 2)
tracemalloc.start()
found = {}
for name, path in json.loads(sys.argv[1]).items():
    kinds = {"phrases": Phrases.load, "model": Word2Vec.load, "n-grams": FastText.load}
    load = kinds.get(name.split()[0], KeyedVectors.load)
    tracemalloc.reset_peak()
    before, started = tracemalloc.get_traced_memory()[0], time.process_time()
    try:
        load(path)
        came = "loaded"
    except FormatError as error:
        came = str(error)
    except MemoryError:
        came = "MemoryError"
    found[name] = tracemalloc.get_traced_memory()[1] - before, time.process_time() - started, came
print(json.dumps(found))
"""


def keyed(**changes):
    state = {"vector_size": 2, "index_to_key": ["a"], "vectors": np.ones((1, 2), np.float32), "norms": None}
    return pickled(KEYED, {**state, **changes})


def fasttext(words=("a",), size=1, rows=10, **claimed):
    return fasttext_bin(words, np.zeros((len(words), size)), np.zeros((rows, size)), **claimed)


def phrases(kind=PHRASES, **changes):
    state = {"min_count": 1, "threshold": 0.1, "delimiter": "_", "scoring": "default", "connector_words": {"a"}}
    return pickled(kind, {**state, **changes})


def model(**changes):
    with classes("gensim.models.word2vec.Word2Vec", KEYED) as (kind, wv):
        state = {"index_to_key": ["a", "b"], "vectors": np.ones((2, 3), np.float32), "expandos": {"count": np.ones(2)}}
        state = {"vector_size": 3, "negative": 5, "syn1neg": np.ones((2, 3), np.float32), "wv": filled(wv, **state)}
        return pickle.dumps(filled(kind, **{**state, **changes}), 4)


def pickle_of(opcodes):
    return b"\x80\x04" + opcodes + b"."


def names(count=200):
    """Globals of every combination of a few long names."""
    texts = b"".join(b"X" + struct.pack("<I", 200) + b"%0200d" % i + b"\x94" for i in range(count))
    return texts + b"".join(b"h%ch%c\x930" % (i, j) for i in range(count) for j in range(count)) + b"N"


def same_hashes(count):
    """Tuples of floats that all have the same hash."""
    generator = random.Random(1)
    exponents = [tuple(generator.randrange(-16, 16) for _ in range(5)) for _ in range(count)]
    return [tuple(2.0 ** (61 * power) for power in powers) for powers in dict.fromkeys(exponents)]


# Each yields a name, whose first word says what loads it, bytes, and what the error says; None: it is loaded.


def hostile_headers():
    yield "word2vec columns", b"0 2000000000\n", None
    yield "word2vec packed", gzip.compress(b"0 2000000000\n\n"), None
    yield "word2vec rest", b"0 2000000000\na 1\n", "line 2: expected a word and 2000000000 values, got 1 values"


def hostile_models_of_fasttext():
    yield "fasttext buckets", fasttext(rows=1, kept={5: 0}, buckets=2**31 - 1), "buckets that the length of the file"
    yield "fasttext word", fasttext([b"x" * 3_000_000]), "word 1 of 1: expected at most 1048576 bytes"
    yield "fasttext wide", fasttext([b"x" * 90_000], 1000, minn=1, maxn=64), "the longest word has 90000 bytes"
    yield "fasttext counts", fasttext(sizes=(2**31 - 1, 2**31 - 1, 0)), "at most .* together"
    yield "fasttext rows", fasttext(shape=(2**40, 1)), "expected 4398046511104 bytes"
    yield "fasttext pruned", fasttext(pruned=2**60), "numbers of the n-grams that were kept"


def hostile_n_grams():
    """Models that say they have more numbers of n-grams than a file of this length explains."""
    file = io.BytesIO()
    FastText([["to", "be"]] * 5, vector_size=4, min_count=1, epochs=1, workers=1, bucket=50).save(file)
    data = file.getvalue()
    length = int.from_bytes(data[:8], "little")
    header, body = json.loads(data[8 : 8 + length]), data[8 + length :]
    told = header["__metadata__"]
    for name in ("settings", "subwords"):
        told[name] = told[name].replace('"bucket": 50', '"bucket": 2147483647')
    yield "n-grams listed", joined(header, body), "ngram_rows: expected a tensor of this name"
    del told["subwords"]
    yield "n-grams none", joined(header, body), "subwords: expected n-grams, for bucket=2147483647"


def joined(header, body):
    text = json.dumps(header).encode()
    text += b" " * (-(8 + len(text)) % 64)
    return len(text).to_bytes(8, "little") + text + body


def hostile_objects():
    numbers = [str(i) for i in range(20_000)]
    one = np.arange(20_000, dtype=np.float32)
    long_word, text = "x" * 100_000, "a_" * 1000
    yield (
        "keyed arrays",
        keyed(index_to_key=numbers, vectors=one[:, None], expandos=dict.fromkeys(numbers, one)),
        ("together no longer than the file"),
    )
    yield "keyed words", keyed(index_to_key=[long_word] * 100_000), "vectors: expected 100000 rows"
    yield "keyed tuples", keyed(index_to_key=[tuple(range(1000))] * 100_000), "tuples without end"
    yield "keyed numbers", keyed(key_to_index={5 + SAME_HASH * i: i for i in range(3000)}), "only seem to be"
    yield "keyed floats", keyed(key_to_index=dict.fromkeys(same_hashes(3000))), "only seem to be"
    yield "keyed floats as words", keyed(index_to_key=same_hashes(30_000)), "only seem to be"
    yield "keyed shape", keyed(vectors=np.ones((1, 0), np.float32)), "expected 1 rows"
    yield "phrases refs", phrases(PHRASER, phrasegrams={(*[text] * 9, str(i)): 1.0 for i in range(5000)}), "more text"
    yield "phrases ways", phrases(PHRASER, phrasegrams={"_".join("a" * 45_000): 1.0}), "too many ways to cut it"
    yield "phrases many", phrases(PHRASER, phrasegrams={f"{'a_' * 20}{i}": 1.0 for i in range(2000)}), "too many ways"
    yield "phrases counts", phrases(vocab={"_" * 90_000: 1, "a_" * 45_000: 2}, max_vocab_size=2**62), None
    for setting in ("workers", "vector_size"):
        yield f"model {setting}", model(**{setting: 2**30}), setting
    for setting in ("seed", "corpus_count"):
        yield f"model {setting}", model(**{setting: 2**4000}), "corpus_count" if setting == "corpus_count" else None


def hostile_opcodes():
    yield "pickle lists", pickle_of(b"]" * 10**6), "explains"
    yield "pickle dicts", pickle_of(b"}" * 10**6), "explains"
    yield "pickle marks", pickle_of(b"N(" * 500_000), "in one another"
    yield "pickle memo", pickle_of(b"N\x94" * 500_000), "got None"
    yield (
        "pickle gaps",
        pickle_of(b"N" + b"".join(b"r%b" % struct.pack("<I", 7919 * i) for i in range(99_999))),
        "explai",
    )
    yield "pickle nested", pickle_of(b"]" * 200_000 + b"a" * 199_999), "explains"
    yield "pickle tuples", pickle_of(b"N" + b"\x85" * 30_000), "explains"
    yield "pickle names", pickle_of(names()), "different names"
    yield "pickle old texts", pickle_of(b"U\x01\x80" * 333_333), "explains"
    yield "pickle long number", pickle_of(b"\x8b\xff\xff\xff\x7f"), "at most 512 bytes"
    yield "pickle long bytes", pickle_of(b"\x8e" + b"\xff" * 7 + b"\x7f"), "expected 9223372036854775807 bytes"


@pytest.mark.skipif(not os.path.exists("/proc/self/statm"), reason="needs Linux to limit memory")
def test_memory_and_time_are_bounded_by_the_length_of_a_file(tmp_path):
    cases = [
        *hostile_headers(),
        *hostile_models_of_fasttext(),
        *hostile_n_grams(),
        *hostile_objects(),
        *hostile_opcodes(),
    ]
    paths = {name: str(tmp_path / name.replace(" ", "-")) for name, _, _ in cases}
    for name, data, _ in cases:
        with open(paths[name], "wb") as file:
            file.write(data)
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, json.dumps(paths)], capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    for name, (most, seconds, came) in json.loads(done.stdout).items():
        data, message = next((data, message) for known, data, message in cases if known == name)
        assert most <= 2 * len(data) + (16 << 20), f"{name}: {most} bytes for {len(data)}"
        assert seconds < 10, f"{name}: {seconds} seconds"
        assert came == "loaded" if message is None else paths[name] in came and re.search(message, came), (
            f"{name}: {came}"
        )
