"""The fuzzer of loaders runs on every kind of files, where atheris is; and it finds what is put in its way."""

import subprocess
import sys

import pytest
from places import ROOT

pytest.importorskip("atheris", reason="pip install atheris")
TOOL = ROOT / "tools" / "fuzz_loaders.py"


def run(*arguments, program=TOOL, folder=None):
    command = [sys.executable, str(program), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=1500, cwd=folder)  # a process for each kind


def test_every_kind_can_be_fuzzed(tmp_path):
    done = run("all", "--runs", "60", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("==") == 21
    assert done.stderr.count("stat::number_of_executed_units: 60") == 21


def test_what_must_not_happen_is_found(tmp_path):
    for name in ("fuzz_loaders.py", "fuzz_formats.py"):
        text = (TOOL.parent / name).read_text().replace("_ALLOWANCE = 16 << 20", "_ALLOWANCE = -(16 << 20)")
        (tmp_path / name).write_text(text.replace("Path(__file__).parents[1]", f"Path({str(ROOT)!r})"))
    done = run("fasttext", "--runs", "60", program=tmp_path / "fuzz_loaders.py", folder=tmp_path)
    assert done.returncode != 0
    assert "bytes of memory" in done.stdout + done.stderr
    assert list(tmp_path.glob("crash-*"))
