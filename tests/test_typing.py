"""Types: the stub says what the compiled module has, and users' mistakes are found by mypy."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from places import ROOT

from w2v import _core

pytest.importorskip("mypy", reason="mypy is not installed")

STUB = Path(_core.__file__).with_name("_core.pyi")
SOURCE = ROOT / "src" / "w2v"

# What the stub may leave out, or have beyond the module: what Cython adds, and a name for a type.
NOT_COMPARED = r"""
w2v\._core\.(Ids|__test__)
w2v\._core\..*__(reduce|setstate)_cython__
"""

# Every line with "type: ignore" must be an error of that kind, because an ignore that is not needed is an error too.
USER = """
import numpy as np
import numpy.typing as npt
from w2v import DivergedError, KeyedVectors, LineSentence, Word2Vec

def train(path: str) -> KeyedVectors:
    model = Word2Vec(corpus_file=path, vector_size=50, sg=1, workers=2, seed=7)
    words, raw = model.train(epochs=3)
    share: float = words / raw
    last: float = model.losses[-1] * share
    size: int = model.vector_size
    print(last, size)
    return model.wv

def ask(kv: KeyedVectors) -> None:
    cosine: float = kv.similarity("king", "queen")
    length: int = len(kv)
    found: bool = "king" in kv
    vectors: npt.NDArray[np.float32] = kv.vectors
    kv.save_word2vec_format("v.txt", binary=False)
    print(cosine, length, found, vectors, kv.most_similar(["king"], ["man"], topn=3))

try:
    Word2Vec([["a", "b"], ("c", 4)], min_count=1)
    Word2Vec(LineSentence("text.txt"))
except DivergedError as error:
    print(error)

Word2Vec(size=100)  # type: ignore[arg-type]
Word2Vec(vector_size="100")  # type: ignore[arg-type]
Word2Vec(5)  # type: ignore[arg-type]
KeyedVectors()  # type: ignore[call-arg]
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
    run("mypy", "--config-file=", "--strict", "user.py", cwd=tmp_path)
