"""Large things: more ids than memory, millions of words, long sentences, more tokens than 32 bits count."""

import os
import subprocess
import sys

import numpy as np
import pytest

from w2v import Ids, Word2Vec
from w2v.corpus.encode import encode_iterable

LEAN = {"vector_size": 16, "window": 1, "negative": 1, "min_count": 1, "epochs": 1, "workers": 2}

# 40 million ids are 160 MB; thinning leaves few of them to train.
MORE_THAN_MEMORY = """
import resource, sys
import numpy as np
from w2v import Word2Vec

limit, allowed, cache, folder = sys.argv[1:]
block = np.tile(np.arange(1000, dtype=np.int32), (1000, 1))
field = {"RLIMIT_DATA": "VmData", "RLIMIT_AS": "VmSize"}[limit]
used = next(int(line.split()[1]) * 1024 for line in open("/proc/self/status") if line.startswith(field))
resource.setrlimit(getattr(resource, limit), (used + int(allowed),) * 2)
settings = dict(vector_size=16, window=1, negative=1, epochs=1, sample=1e-8, workers=1, sg=1)
model = Word2Vec(lambda: (block for _ in range(40)), cache=eval(cache), cache_dir=folder, **settings)
print(model.corpus_total_words)
"""

COUNT_MILLIONS = """
import sys
from w2v.corpus import encode_file

def peak():
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM")) / 1024

before = peak()
vocab, corpus = encode_file(sys.argv[1], min_count=2, max_vocab_size=int(sys.argv[2]) or None)
print(len(vocab), corpus.n_words_raw, peak() - before)
"""

needs_proc = pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="needs /proc/self/status")


def run(program, *arguments):
    """Run a program in a process for whose threads glibc does not reserve addresses that nobody uses, 64 MiB each."""
    command = [sys.executable, "-c", program, *map(str, arguments)]
    env = {**os.environ, "MALLOC_ARENA_MAX": "1"}
    return subprocess.run(command, capture_output=True, text=True, timeout=120, env=env)


@needs_proc
@pytest.mark.parametrize("limit, cache", [("RLIMIT_DATA", "disk"), ("RLIMIT_DATA", 50_000_000), ("RLIMIT_AS", False)])
def test_more_ids_than_memory(limit, cache, tmp_path):
    """The file of the cache is no data of the process; what is read anew in every epoch needs no address space."""
    allowed = 100 << 20
    done = run(MORE_THAN_MEMORY, limit, allowed, repr(cache), tmp_path)
    assert done.stdout == "40000000\n", done.stderr
    assert os.listdir(tmp_path) == []


@needs_proc
def test_ids_that_do_not_fit_into_memory_are_an_error(tmp_path):
    done = run(MORE_THAN_MEMORY, "RLIMIT_DATA", 100 << 20, repr("memory"), tmp_path)
    assert "MemoryError" in done.stderr


@pytest.fixture(scope="module")
def millions(tmp_path_factory):
    """A text of 5 million different words, once each, and of one word more, 5000 times."""
    path = tmp_path_factory.mktemp("scale") / "text"
    with open(path, "w") as file:
        for start in range(0, 5_000_000, 1000):
            file.write(" ".join(map(str, range(start, start + 1000))) + " always\n")
    return path


@needs_proc
@pytest.mark.parametrize("most, megabytes", [(0, 600), (100_000, 60)])
def test_five_million_words_are_counted_in_bounded_memory(millions, most, megabytes):
    done = run(COUNT_MILLIONS, millions, most)
    assert done.returncode == 0, done.stderr
    words, tokens, peak = done.stdout.split()
    assert (words, tokens) == ("1", "5005000")
    assert float(peak) < megabytes


def test_a_document_of_ten_million_words_loses_nothing(tmp_path):
    path = tmp_path / "text"
    path.write_text(" ".join(f"w{number % 977}" for number in range(100_000)) + " ")
    path.write_text(path.read_text() * 100)
    model = Word2Vec(sample=0, **LEAN)
    model.build_vocab(corpus_file=path)
    assert (model.corpus_count, model.corpus_total_words) == (1, 10_000_000)
    assert model.train(corpus_file=path, epochs=1) == (10_000_000, 10_000_000)


def test_a_million_sentences():
    vocab, corpus = encode_iterable(([str(number % 9), "x"] for number in range(1_000_000)), min_count=1, workers=2)
    assert (len(vocab), len(corpus), corpus.n_words_raw) == (10, 1_000_000, 2_000_000)
    assert corpus.ids[-2:].tolist() == [vocab.index[str(999_999 % 9)], vocab.index["x"]]


@pytest.mark.slow
def test_tokens_beyond_32_bits():
    """Zeros take no memory until they are written to; nearly all are thinned out, none of the words after 2**31 is."""
    n, words = 2**31, 2000
    try:
        ids = np.zeros(n + words, dtype=np.int32)
    except MemoryError:
        pytest.skip("no address space for 2**31 ids")
    ids[n:] = np.arange(1, words + 1)
    offsets = np.append(np.arange(0, n, 8192), np.arange(n, n + words + 1, 10))
    model = Word2Vec(sample=4e-10, alpha=0.05, min_alpha=0.05, sg=1, **LEAN)
    model.build_vocab(Ids(ids, offsets))
    fresh = model.wv.vectors.copy()
    trained, seen = model.train()
    assert (model.corpus_total_words, seen) == (n + words, n + words)
    assert words < trained < n / 1000
    assert (model.wv.vectors[1:] != fresh[1:]).any(axis=1).mean() > 0.9
