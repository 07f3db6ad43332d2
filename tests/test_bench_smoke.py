"""One tiny round of every benchmark script, so that none rots between releases."""

import re
import shutil
import subprocess
import sys

import pytest
from places import ROOT

BENCH = ROOT / "bench"
SPEED = ["sg", "cbow", "whole", "pairwise", "encode", "kernels", "memory", "loss", "shapes"]
FILES = ["load_text", "save_text", "load_binary", "open_native"]
INPUTS = ["forms", "workers", "vocab", "walks", "pairs", "short", "cache"]
CUDA = ["ceilings", "speed", "accel", "whole", "quality", "processor"]
QUERIES = ["one", "many", "analogies", "approximate", "narrow"]

if not BENCH.is_dir():
    pytest.skip("bench/ is not part of an installed package", allow_module_level=True)


def smoke(script):
    command = [sys.executable, BENCH / script, "--smoke"]
    finished = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert finished.returncode == 0, finished.stderr
    return finished.stdout


def test_speed():
    output = smoke("train.py")
    assert re.findall(r"^## (\w+):", output, re.MULTILINE) == SPEED
    assert "| gensim corpus_file |  |  |  | not installed |" in output
    assert re.search(r"^\| w2v command line \| [\d.]+ \|", output, re.MULTILINE)


def test_quality():
    rows = re.findall(r"^\| (w2v \w+) epochs=1 \| ([\d.]+) ±", smoke("quality.py"), re.MULTILINE)
    assert [name for name, _ in rows] == ["w2v sg", "w2v cbow"]


def test_queries():
    output = smoke("queries.py")
    assert re.findall(r"^## (\w+):", output, re.MULTILINE) == QUERIES
    assert re.search(r"^\| w2v, 300 x 24 \| [\d.]+ \|", output, re.MULTILINE)
    assert "| gensim |  |  |  | not installed |" in output
    assert re.search(r"^\| int8 \| [\d.]+ \|.* same nearest ten (0\.9|1\.0)", output, re.MULTILINE)


def test_files():
    output = smoke("files.py")
    assert re.findall(r"^## (\w+):", output, re.MULTILINE) == FILES
    assert re.search(r"^\| open and first query \| [\d.]+ \|", output, re.MULTILINE)
    assert "| gensim |  |  |  | not installed |" in output


def test_phrases():
    output = smoke("phrases.py")
    assert re.search(r"^\| w2v Phrases\(lists of words\) \| [\d.]+ \|", output, re.MULTILINE)
    assert "| gensim freeze() |  |  |  | not installed |" in output


def test_walks():
    output = smoke("walks.py")
    assert re.search(r"^\| w2v, p=0.5, q=2 \| [\d.]+ \|.*\| graph made in [\d.]+ s", output, re.MULTILINE)
    assert "| node2vec, p=1, q=1 |  |  |  | not installed |" in output


def test_spark():
    output = smoke("spark.py")
    assert re.search(r"^\| w2v-hs, 8 shards \| [\d.e-]+ \| [\d.e-]+ \| [\d.]+ \|", output, re.MULTILINE)
    assert "| Spark, 4 partitions | not installed |" in output


def test_better():
    output = smoke("better.py")
    assert re.search(
        r"^\| tiny \| 16 \| each training: vectors \+ outputs \| [-\d.]+ ± [\d.]+ \|", output, re.MULTILINE
    )
    assert re.search(r"^\| tiny \| 16 \| all trainings: vectors \+ outputs, mean \| [-\d.]+ \|", output, re.MULTILINE)
    assert re.search(r"^\| tiny \| 16 \| n-grams \(FastText\) \| [-\d.]+ ± [\d.]+ \|", output, re.MULTILINE)


def test_best():
    output = smoke("best.py")
    assert re.search(r"^\| skip-gram, window 2, outputs added \| [-\d.]+ ± [\d.]+ \|", output, re.MULTILINE)
    assert re.search(r"^\| all, in 16 dimensions \| [-\d.]+ ± [\d.]+ \|", output, re.MULTILINE)


def test_cuda():
    if not (shutil.which("g++") or shutil.which("clang++")):
        pytest.skip("no C++ compiler is installed, for the emulated card")
    output = smoke("cuda.py")
    assert re.findall(r"^## (\w+):", output, re.MULTILINE) == CUDA
    assert re.search(r", compute capability \d+\.\d, .*driver for CUDA .*, compiler ", output)
    assert re.search(r"^\| rows of 100 read and added to, 1 warps \| [\d.e-]+ \|.* M rows/s \|$", output, re.MULTILINE)
    assert re.search(r"^\| skip-gram, d=100, card \| [\d.]+ \|", output, re.MULTILINE)
    assert "| w2v-accel, d=128 |  |  |  | not installed |" in output
    assert re.search(r"^\| text, skip-gram, alpha 0.025, 1 warps \| [\d.]+ \|.* analogies ", output, re.MULTILINE)
    assert re.search(r"^\| text, skip-gram, alpha 0.025, one core \| [\d.]+ \|.* analogies ", output, re.MULTILINE)


def test_all_that_a_card_is_asked_for(tmp_path):
    if not (shutil.which("g++") or shutil.which("clang++")):
        pytest.skip("no C++ compiler is installed, for the emulated card")
    script = ROOT / "tools" / "on_a_card.py"
    command = [sys.executable, script, "--smoke", "--out", tmp_path / "card"]
    finished = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert {path.name for path in (tmp_path / "card").iterdir()} == {"nvidia-smi.log", "tests.log", "bench.log"}
    assert " passed" in (tmp_path / "card" / "tests.log").read_text() or "no CUDA device" in finished.stdout
    assert "## quality:" in finished.stdout
    assert not re.search(r"(tests|bench) ended with", finished.stdout)


def test_threads():
    output = smoke("threads.py")
    assert re.search(r"^\| skip-gram \| 100 \| 0.001 \| w2v \| [\d.]+ \(1.00x\) \|", output, re.MULTILINE)
    assert re.search(r"^\| CBOW \| 100 \| 0.001 \| separate \| [\d.]+ \(1.00x\) \|", output, re.MULTILINE)
    assert re.search(r"^\| CBOW \| 1 \| 1 \| [\d.]+ \(", output, re.MULTILINE)


def test_shards():
    output = smoke("shards.py")
    assert re.search(r"^\| skip-gram \| \d+ shards \| [\d.]+ \| [\d.]+ \|", output, re.MULTILINE)
    assert "8 shards, 1, 2 and 8 threads: the same bits" in output
    assert re.search(r"^\| CBOW \| 16 shards \| 0.05 \| 1 \| [\d.]+ \(", output, re.MULTILINE)


def test_evaluation():
    assert re.search(r"^\| all words, with intervals \| [\d.]+ \|", smoke("evaluation.py"), re.MULTILINE)


def test_softmax():
    output = smoke("softmax.py")
    assert re.search(r"^\| skip-gram \| 100 \| \d+ \|", output, re.MULTILINE)
    assert re.search(r"Planted language of 50 words: KL [\d.]+ nats", output)


def test_positions():
    output = smoke("positions.py")
    assert re.search(r"^\| structured skip-gram \| [\d.]+ \| 0 \| [\d.]+ \(.*\) x skip-gram \|", output, re.MULTILINE)
    assert re.search(r"^\| position-weighted CBOW \| 1 \| [\d.]+ \|", output, re.MULTILINE)


def test_maps():
    output = smoke("maps.py")
    kept = {
        name: float(share) for name, share in re.findall(r"^\| ([^|]+) \| [\d.]+ \| ([\d.]+) \|", output, re.MULTILINE)
    }
    assert kept["t-SNE, w2v"] > kept["principal components"] > 0


def test_sentences():
    output = smoke("sentences.py")
    assert re.findall(r"^## (\w+):", output, re.MULTILINE) == ["mean", "sif"]
    assert re.search(r"^\| w2v, texts \| [\d.]+ \|", output, re.MULTILINE)
    assert "| fse Average |  |  |  | not installed |" in output


def test_presets():
    assert re.search(r"^\| tiny \| fast \| [\d.]+ \|", smoke("presets.py"), re.MULTILINE)


def test_inputs():
    output = smoke("inputs.py")
    assert re.findall(r"^## (\w+):", output, re.MULTILINE) == INPUTS
    assert re.search(r"^\| LineSentence over file \| [\d.]+ \|", output, re.MULTILINE)
    assert "| gensim, lists |  |  |  | not installed |" in output


def test_readme_has_a_place_for_every_table():
    readme = (BENCH / "README.md").read_text(encoding="utf-8")
    positions = ["positions-speed", "positions-quality"]
    inputs = [f"inputs-{name}" for name in INPUTS]
    sentences = ["sentences-mean", "sentences-sif"]
    others = ["quality", *QUERIES, *FILES, "phrases", "walks", "better", "evaluation", "softmax", "presets"]
    for name in [*SPEED, *inputs, *positions, *sentences, *others]:
        assert readme.count(f"<!-- {name} -->\n") == readme.count(f"<!-- /{name} -->\n") == 1


@pytest.mark.parametrize(
    "script, option",
    [("train.py", "--only=nonsense"), ("queries.py", "--only=nonsense"), ("quality.py", "--programs=nonsense")],
)
def test_unknown_names_are_refused(script, option):
    finished = subprocess.run([sys.executable, BENCH / script, option], capture_output=True, text=True, timeout=60)
    assert finished.returncode == 2
    assert "got nonsense" in finished.stderr


def test_subwords():
    output = smoke("subwords.py")
    assert re.findall(r"^## (\w+):", output, re.MULTILINE) == ["speed", "quality"]
    assert len(re.findall(r"^\| w2v \| [\d.]+", output, re.MULTILINE)) == 2


def test_documents():
    pytest.importorskip("sklearn")
    output = smoke("documents.py")
    assert re.findall(r"^## (\w+):", output, re.MULTILINE) == ["speed", "quality"]
    assert len(re.findall(r"^\| w2v \| [\d.]+", output, re.MULTILINE)) == 2


def test_cluster():
    output = smoke("cluster.py")
    found, expected = map(float, re.search(r"([\d.]+) MB, by the formula ([\d.]+) MB", output).groups())
    assert found == pytest.approx(expected, rel=0.1)
