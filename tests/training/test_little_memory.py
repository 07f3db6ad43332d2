"""Where memory runs out, whenever it does: an error, and a model that is as it was, or trained less, and can go on."""

import json
import subprocess
import sys
import sysconfig

import pytest

#: Calls a function with ever more memory, until it succeeds; prints how many calls failed, and with what.
PROGRAM = """
import ctypes, json, logging, os, resource, sys, tempfile
import numpy as np
sys.path.insert(0, sys.argv[1])
from snapshots import assert_same, snapshot
from w2v import KeyedVectors, Phrases, Word2Vec
logging.disable(logging.CRITICAL)
ctypes.CDLL(None).mallopt(-3, 1 << 17)  # what is freed goes back, so that the limit means something
numbers = np.random.default_rng(1)
words = np.array([f"word{i}" for i in range(12_000)])
sentences = [words[numbers.integers(0, 12_000, 12)].tolist() for _ in range(4000)]
folder = tempfile.mkdtemp()
path = os.path.join(folder, "text")
with open(path, "w") as file:
    file.writelines(" ".join(sentence) + "\\n" for sentence in sentences)
settings = {"vector_size": 64, "min_count": 1, "epochs": 1, "workers": 2}
model = Word2Vec(corpus_file=path, **settings)
model.save(os.path.join(folder, "model"))
model.wv.save_word2vec_format(os.path.join(folder, "vectors.txt"))
before = open(os.path.join(folder, "model"), "rb").read()
NONE = -1, -1

def limited(room):
    if room is None:  # which must take no memory
        resource.setrlimit(resource.RLIMIT_DATA, NONE)
        return
    taken = int(open("/proc/self/statm").read().split()[5]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_DATA, (taken + room, -1))

def call(what):
    if what == "new":
        Word2Vec(corpus_file=path, **settings)
    elif what == "build_vocab":
        model.build_vocab(corpus_file=path)
    elif what == "grow":
        model.build_vocab([["another"] + sentences[0]], update=True)
    elif what == "train":
        model.train(corpus_file=path)
    elif what == "stream":
        model.train(lambda: iter(sentences))
    elif what == "checkpoint":
        model.train(corpus_file=path, checkpoint=os.path.join(folder, "run.ckpt"), checkpoint_every=0)
    elif what == "save":
        model.save(os.path.join(folder, "model"))
    elif what == "load":
        Word2Vec.load(os.path.join(folder, "model"))
    elif what == "load text":
        KeyedVectors.load(os.path.join(folder, "vectors.txt"))
    elif what == "add":
        model.wv.add_vectors(["own"], np.ones((1, 64), np.float32))
    elif what == "phrases":
        Phrases(sentences, min_count=1)

what, failures, room = sys.argv[2], [], 0
while True:
    state = snapshot(model)
    try:
        limited(room)
        call(what)
        limited(None)
        break
    except (MemoryError, RuntimeError) as error:
        limited(None)
        assert isinstance(error, MemoryError) or "start new thread" in str(error), error
        failures.append(type(error).__name__)
        if what not in ("train", "stream", "checkpoint"):  # which may have trained for a while
            found = snapshot(model)
            assert state.pop("lifecycle_events") is not None and found.pop("lifecycle_events") is not None
            assert_same(state, found)
        del error
    assert open(os.path.join(folder, "model"), "rb").read() == before
    assert not [name for name in os.listdir(folder) if name.endswith(".tmp")]
    assert model.vocab.words == model.wv.index_to_key and np.isfinite(model.wv.vectors).all()
    room += max(24 << 10, room // 4)
    assert room < 1 << 30
del state
model.train(sentences[:500])
assert len(model.wv.most_similar("word2")) == 10
print(json.dumps([room, failures]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux to limit memory")
@pytest.mark.parametrize(
    "what",
    ["new", "build_vocab", "grow", "train", "stream", "checkpoint", "save", "load", "load text", "add", "phrases"],
)
def test_the_model_can_be_used_afterwards(what, request):
    command = [sys.executable, "-c", PROGRAM, str(request.config.rootpath / "tests"), what]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    room, failures = json.loads(done.stdout)
    if not failures and sysconfig.get_config_var("Py_GIL_DISABLED"):
        pytest.skip("Python without the GIL reserves memory ahead, which was enough")
    assert "MemoryError" in failures, f"{room} bytes were enough at once"
