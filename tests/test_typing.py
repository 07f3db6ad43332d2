"""Types: the stub says what the compiled module has, and users' mistakes are found by mypy."""

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from places import ROOT

import w2v
from w2v import _core

pytest.importorskip("mypy", reason="mypy is not installed")

STUB = Path(_core.__file__).with_name("_core.pyi")
SOURCE = ROOT / "src" / "w2v"
PLACE = Path(w2v.__file__).parent.parent  # told to the checkers, for they may not see what an editable install does
ENVIRONMENT = {
    **os.environ,
    "PYTHONPATH": str(PLACE),
    **({} if PLACE.name == "site-packages" else {"MYPYPATH": str(PLACE)}),
}

# What the stub may leave out, or have beyond the module: what Cython adds, and a name for a type.
NOT_COMPARED = r"""
w2v\._core\.(Ids|__test__)
w2v\._core\..*__(reduce|setstate)_cython__
"""

# Every line with "type: ignore" must be an error of that kind, because an ignore that is not needed is an error too.
USER = """
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from w2v import (
    CallbackAny2Vec, DivergedError, FrozenPhrases, Ids, KeyedVectors, LineSentence, Noise, PairModel, Phrases,
    StopTraining, TokenCorpus, Vocab, Word2Vec, align, simple_preprocess,
)
from w2v.corpus import encode_file, encode_iterable

def train(path: str) -> KeyedVectors:
    model = Word2Vec(corpus_file=path, vector_size=50, sg=1, workers=2, seed=7)
    words, raw = model.train(epochs=3)
    share: float = words / raw
    last: float = model.losses[-1] * share
    size: int = model.vector_size
    outputs: npt.NDArray[np.float32] = model.syn1neg
    model.alpha = 0.05
    model.save(path + ".w2v")
    loaded: Word2Vec = Word2Vec.load(path + ".w2v", mmap="r")
    print(last, size, outputs.shape, loaded.vocab.words[:3])
    return model.wv

def ask(kv: KeyedVectors) -> None:
    cosine: float = kv.similarity("king", "queen")
    length: int = len(kv)
    found: bool = "king" in kv
    vectors: npt.NDArray[np.float32] = kv.vectors
    kv.save_word2vec_format("v.txt", binary=False)
    odd: str = kv.doesnt_match(["king", "queen", "car"])
    print(cosine, length, found, vectors, odd, kv.most_similar(["king"], ["man"], topn=3))

def count(path: str) -> tuple[Vocab, TokenCorpus]:
    vocab = Vocab.from_file(path, min_count=2, trim_rule=lambda word, count, min_count: None)
    counts: npt.NDArray[np.int64] = vocab.counts
    place: int = vocab["the"]
    kept: npt.NDArray[np.float64] = vocab.keep_probabilities(1e-3)
    noise: Noise = vocab.noise()
    drawn: npt.NDArray[np.int32] = noise.sample(10, seed=1)
    print(counts, place, kept, drawn, noise.probabilities, vocab.huffman().path("the"))
    other, corpus = encode_iterable([["to", "be"], ["or", "not"]], min_count=1)
    print(other.total, corpus.ids, corpus[0], len(corpus), corpus.n_words)
    return encode_file(path, vocab=vocab, workers=2)

def join(sentences: list[list[str]]) -> Iterator[list[str]]:
    phrases: Phrases = Phrases(sentences, min_count=1, threshold=0.1)
    frozen: FrozenPhrases = phrases.freeze()
    counts: dict[str, int] = phrases.vocab
    print(counts, frozen.phrasegrams)
    yield from phrases[sentences]

class Watch(CallbackAny2Vec):
    def on_epoch_end(self, model: Word2Vec) -> None:
        if model.losses[-1] < 1.0:
            raise StopTraining("good enough")

try:
    model = Word2Vec([["a", "b"], ("c", 4)], min_count=1, callbacks=[Watch()])
    Word2Vec(LineSentence("text.txt"), cache=False)
    Word2Vec(lambda: iter([["a", "b"]]))
    Word2Vec(Ids(np.array([[0, 1], [1, -1]])))
    Word2Vec(map(simple_preprocess, ["To be", "or not"]))
    align(model.wv, train("text.txt"))
    PairModel(vector_size=8).train_pairs(np.array([0, 1]), np.array([1, 0]), weight=[1.0, 2.0])
except DivergedError as error:
    print(error)

Word2Vec(size=100)  # type: ignore[arg-type]
Word2Vec(vector_size="100")  # type: ignore[arg-type]
Word2Vec(5)  # type: ignore[arg-type]
KeyedVectors()  # type: ignore[call-arg]
Vocab(["a"])  # type: ignore[call-arg]
Noise("abc").sample("ten")  # type: ignore[arg-type]
encode_file("text.txt", min_count="2")  # type: ignore[arg-type]
model.losses.append("low")  # type: ignore[arg-type]
word: str = KeyedVectors.load("v.w2v").similarity("a", "b")  # type: ignore[assignment]
"""


def run(*command, **options):
    done = subprocess.run([sys.executable, "-m", *map(str, command)], capture_output=True, text=True, **options)
    assert done.returncode == 0, done.stdout + done.stderr


def test_stub_has_the_names_and_parameters_of_the_module(tmp_path):
    allowed = tmp_path / "allowed"
    allowed.write_text(NOT_COMPARED)
    run("mypy.stubtest", "w2v._core", "--ignore-disjoint-bases", "--allowlist", allowed, "--ignore-unused-allowlist")


def in_stub():
    """Compiled classes and the parameters of their constructors, as the stub has them."""
    for node in ast.parse(STUB.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ClassDef):
            made = [part.args for part in node.body if getattr(part, "name", "") in ("__init__", "__new__")]
            yield node.name, [parameter.arg for args in made for parameter in (*args.args[1:], *args.kwonlyargs)]


def in_source():
    """The same, as the Cython source has them."""
    files = [SOURCE / "_core.pyx", *(SOURCE / "seam").glob("*.pxi")]
    source = "".join(path.read_text(encoding="utf-8") for path in files)
    for name, body in re.findall(r"^cdef class (\w+)(?:\(\w+\))?:\n((?:[ \n].*\n|\n)*)", source, re.MULTILINE):
        made = re.search(r"def __c?init__\(self(.*?)\):", body, re.DOTALL)
        parameters = re.sub(r"\[[^]]*\]|=[^,]*|\bnot None\b|\*,", "", made[1] if made else "").split(",")
        yield name, [parameter.split()[-1] for parameter in parameters if parameter.strip()]


@pytest.mark.skipif(not (SOURCE / "_core.pyx").exists(), reason="needs the source tree")
def test_stub_has_the_parameters_of_constructors():
    """Compiled classes do not tell these when they run, so stubtest cannot compare them."""
    assert dict(in_stub()) == dict(in_source())


def test_user_program(tmp_path):
    (tmp_path / "user.py").write_text(USER)
    run("mypy", "--config-file=", "--strict", "user.py", cwd=tmp_path, env=ENVIRONMENT)


def pyright(folder, *options):
    """What pyright finds, as its JSON; it must be installed from a wheel, for it shall fetch nothing."""
    pytest.importorskip("basedpyright", reason="basedpyright is not installed")
    command = [sys.executable, "-m", "basedpyright", "--outputjson", "--pythonpath", sys.executable, *options]
    return json.loads(subprocess.run(command, capture_output=True, text=True, cwd=folder, env=ENVIRONMENT).stdout)


def test_user_program_by_pyright(tmp_path):
    (tmp_path / "user.py").write_text(re.sub(r"# type: ignore\[.*\]", "# pyright: ignore", USER))
    rules = {"typeCheckingMode": "strict", "reportUnnecessaryTypeIgnoreComment": True}
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(rules))
    found = pyright(tmp_path)["generalDiagnostics"]
    assert [f"{one['range']['start']['line']}: {one['message']}" for one in found] == []


@pytest.mark.slow
def test_all_that_users_see_is_typed(tmp_path):
    public = [getattr(w2v, name) for name in w2v.__all__]
    kinds = {kind for one in public for kind in getattr(one, "__mro__", [one]) if hasattr(kind, "__qualname__")}
    names = {f"{kind.__module__}.{kind.__qualname__}" for kind in kinds}
    symbols = pyright(tmp_path, "--verifytypes", "w2v", "--ignoreexternal")["typeCompleteness"]["symbols"]
    seen = [symbol for symbol in symbols if {symbol["name"], symbol["name"].rpartition(".")[0]} & names]
    assert len(seen) > 300
    # Parts of a class assign attributes that their base declares, which is no news of its type.
    news = ("Ambiguous base class override", "Type of base class")
    found = [(symbol["name"], one["message"]) for symbol in seen for one in symbol.get("diagnostics", ())]
    assert [(name, message) for name, message in found if not message.startswith(news)] == []
