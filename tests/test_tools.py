"""Tools that stay: each does a few rounds of what it does for hours, and finds nothing."""

import shutil
import subprocess
import sys

import pytest
from console import needs_posix
from places import ROOT


def run(*command):
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=300)


@needs_posix
@pytest.mark.parametrize(
    "arguments",
    [("saves", 3), ("answers", 9), ("interrupts", 3), ("leftovers", 2), ("leaks", 3)],
    ids=lambda each: each[0],
)
def test_what_must_not_happen(arguments):
    what, times = arguments
    done = run(sys.executable, ROOT / "tools" / "stress.py", what, "--times", times)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"{what}: ")


@pytest.mark.skipif(shutil.which("clang") is None, reason="no clang")
def test_texts_are_fuzzed(tmp_path):
    source, c = ROOT / "tools" / "fuzz_text.c", ROOT / "src" / "w2v" / "c"
    parts = [*(c / "text").glob("*.c"), *(c / "phrases").glob("*.c")]
    flags = ["-std=c11", "-O1", "-ffp-contract=off", "-fsanitize=fuzzer", f"-I{c}", "-Wall", "-Werror"]
    done = run("clang", *flags, source, *parts, "-lm", "-lpthread", "-o", tmp_path / "fuzz")
    if done.returncode and "libclang_rt.fuzzer" in done.stderr:
        pytest.skip("clang without libFuzzer")
    assert done.returncode == 0, done.stderr
    done = run(tmp_path / "fuzz", "-runs=2000", "-seed=1", "-max_len=300", f"-artifact_prefix={tmp_path}/")
    assert done.returncode == 0, done.stderr
    assert "Done 2000 runs" in done.stderr
