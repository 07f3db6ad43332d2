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


FILES = {
    "test_good.py": "def test_it(): pass\n",
    "test_bad.py": "def test_it(): assert False\n",
    "test_reported.py": """
import os
def test_it():
    for option in os.environ["TSAN_OPTIONS"].split(":"):
        if option.startswith("log_path="):  # where ThreadSanitizer writes what it finds
            open(option[9:] + ".123", "w").close()
""",
}


def test_files_are_sanitized_one_by_one_until_each_has_passed(tmp_path, monkeypatch, capsys):
    monkeypatch.syspath_prepend(ROOT / "tools")
    sanitize = pytest.importorskip("sanitize")
    monkeypatch.setattr(sanitize, "ROOT", tmp_path)
    tests, build = tmp_path / "tests", tmp_path / "build"
    for folder in (tests / "cuda", build):
        folder.mkdir(parents=True)
    for name, text in FILES.items():
        (tests / name).write_text(text)
    (tests / "cuda" / "test_left_out.py").write_text("assert False")

    def run():
        ended = sanitize.each(["tests"], build, {"TSAN_OPTIONS": "exitcode=66"})
        return ended, sorted(line.split(":")[0] for line in capsys.readouterr().out.splitlines()[:-1])

    failed = ["FAILED tests/test_bad.py", "FAILED tests/test_reported.py"]
    assert run() == (1, [*failed, "passed tests/test_good.py"])
    assert run() == (1, failed)
    (tests / "test_bad.py").write_text("def test_it(): pass\n")
    (tests / "test_reported.py").write_text("def test_it(): pass\n")
    assert run() == (0, [name.replace("FAILED", "passed") for name in failed])
    assert run() == (0, [])
    (tests / "test_good.py").write_text("def test_another(): pass\n")
    assert run() == (0, ["passed tests/test_good.py"])
