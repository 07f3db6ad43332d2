"""Run tests, or inputs that fuzzing found, with the sanitizers of gcc: errors of memory, undefined behaviour, races.

python tools/sanitize.py address tests/c tests/formats        AddressSanitizer and UndefinedBehaviorSanitizer
python tools/sanitize.py thread tests/training tests/oracles  ThreadSanitizer; tools/races.txt names what may race
python tools/sanitize.py thread --each tests/vectors          each file of tests on its own, the rest after a stop
python tools/sanitize.py address --corpus FOLDER              every input of a folder of `fuzz_loaders.py --corpus`
python tools/sanitize.py fuzz --seconds 60                    the reader of texts and rows, by clang's libFuzzer

Without tests, all but those that measure time or compile are run. The module is built once for each kind, below
build/. A report ends the process that made it, and so its test; with --each the other files go on, their logs and
reports are in the folder `logs` of the build, and a file that has passed is run again only when it changes, or the C
does (remove the file `passed` to begin anew). Without --each, what comes after the tests goes to pytest.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KINDS = {"address": ("address,undefined", "libasan.so"), "thread": ("thread", "libtsan.so")}
#: Tests whose C is that of a plain build, or another project's, or that measure memory and time.
LEFT_OUT = [
    "test_bench_smoke.py",
    "test_packaging.py",
    "test_typing.py",
    "test_docs.py",
    "c/test_build.py",
    "formats/test_bounds.py",
    "inputs/test_scale.py",
    "cuda",
    "plot",
]


def run(command: list[object], environment: dict[str, str] | None = None) -> int:
    """Run a command with more in its environment; return how it ended."""
    return subprocess.run(
        [str(part) for part in command], env={**os.environ, **(environment or {})}, cwd=ROOT
    ).returncode


def must(command: list[object], environment: dict[str, str] | None = None) -> None:
    """Run a command that must succeed."""
    if run(command, environment):
        sys.exit(f"failed: {' '.join(map(str, command))}")


def built(kind: str) -> Path:
    """Build the module with sanitizers beside a copy of the Python sources; return their folder."""
    import cython_cmake

    folder = ROOT / "build" / f"sanitize-{kind}"
    source = folder / "src" / "w2v"
    shutil.copytree(
        ROOT / "src", folder / "src", dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.so", "__pycache__")
    )
    modules = Path(cython_cmake.__file__).parent / "cmake"
    options = [
        f"-DW2V_SANITIZE={KINDS[kind][0]}",
        f"-DPython_EXECUTABLE={sys.executable}",
        "-DCMAKE_BUILD_TYPE=Release",
    ]
    options += [
        f"-DCMAKE_MODULE_PATH={modules}",
        f"-DCMAKE_LIBRARY_OUTPUT_DIRECTORY={source}",
        "-DCMAKE_C_COMPILER=gcc",
    ]
    must(["cmake", "-S", ROOT, "-B", folder / "cmake", "-G", "Ninja", *options], {"CMAKE_BUILD_PARALLEL_LEVEL": "2"})
    must(["cmake", "--build", folder / "cmake"])
    return folder / "src"


def environment_of(kind: str, source: Path) -> dict[str, str]:
    """What Python needs to load the module: the sanitizer's library before all others, and its options."""
    names = [KINDS[kind][1], "libstdc++.so.6"]  # the second has the exceptions of C++ that the first looks for
    files = [subprocess.check_output(["gcc", f"-print-file-name={name}"], text=True).strip() for name in names]
    races = Path(__file__).with_name("races.txt")
    return {
        "PYTHONPATH": str(source),
        "LD_PRELOAD": " ".join(files),
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONMALLOC": "malloc",  # so that each object is memory of its own
        # Python gives not all back at its end, and loads libraries that are not built so.
        # A test shows what becomes of a process whose mapped file is cut short: SIGBUS is no fault of ours.
        "ASAN_OPTIONS": "detect_leaks=0:allocator_may_return_null=1:handle_segv=1:handle_sigbus=0",
        "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1",
        # Equal addresses: what races where a named function raced before is a report, too.
        "TSAN_OPTIONS": f"suppressions={races}:suppress_equal_addresses=0:ignore_noninstrumented_modules=1:exitcode=66"
        ":history_size=4:print_suppressions=0",
    }


def files_of(tests: list[str]) -> list[str]:
    """The files of tests in these files and folders, but those left out."""
    named = [ROOT / name for name in tests if not name.startswith("-")] or [ROOT / "tests"]
    found = [path for place in named for path in (sorted(place.rglob("test_*.py")) if place.is_dir() else [place])]
    relative = [path.relative_to(ROOT).as_posix() for path in found]
    return [path for path in relative if not path.startswith(tuple(f"tests/{name}" for name in LEFT_OUT))]


def sources() -> bytes:
    """A hash of all C and Cython."""
    found = (path for path in (ROOT / "src").rglob("*") if path.suffix in (".c", ".h", ".pyx", ".pxi", ".pxd"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in sorted(found))).digest()


def each(tests: list[str], folder: Path, environment: dict[str, str]) -> int:
    """Run every file of tests in a process of its own, unless it has passed already."""
    notes, compiled, failed, files = folder / "passed", sources(), 0, files_of(tests)
    passed = notes.read_text().splitlines() if notes.exists() else []
    for path in files:
        line = f"{hashlib.sha256(compiled + (ROOT / path).read_bytes()).hexdigest()} {path}"
        if line in passed:
            continue
        is_good, last = alone(path, folder / "logs", environment)
        print(f"{'passed' if is_good else 'FAILED'} {path}: {last}", flush=True)
        failed += not is_good
        if is_good:
            with notes.open("a") as file:
                file.write(f"{line}\n")
    print(f"{len(files) - failed} of {len(files)} files of tests passed; logs are in {folder / 'logs'}")
    return int(failed > 0)


def alone(path: str, logs: Path, environment: dict[str, str]) -> tuple[bool, str]:
    """Run one file of tests; return whether it passed without a report of any process, and pytest's last line."""
    logs.mkdir(exist_ok=True)
    log, reports = logs / f"{path.replace('/', '-')}.log", f"{path.replace('/', '-')}.report"
    for old in logs.glob(f"{reports}*"):
        old.unlink()
    options = {name: f"{value}:log_path={logs / reports}" for name, value in environment.items() if "OPTIONS" in name}
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-m", "not slow", path]
    with log.open("wb") as file:
        whole = {**os.environ, **environment, **options}
        ended = subprocess.run(command, env=whole, cwd=ROOT, stdout=file, stderr=subprocess.STDOUT).returncode
    found = len([*logs.glob(f"{reports}*")])
    last = (log.read_text(errors="replace").strip().splitlines() or [""])[-1]
    return ended in (0, 5) and not found, f"{last}, {found} reports"  # 5: all its tests are slow


def fuzz(seconds: int) -> int:
    """Fuzz the C that reads text, with clang."""
    folder = ROOT / "build" / "fuzz-text"
    (folder / "corpus").mkdir(parents=True, exist_ok=True)
    sources = [*(ROOT / "src/w2v/c/text").glob("*.c"), *(ROOT / "src/w2v/c/phrases").glob("*.c")]
    flags = ["-std=c11", "-O2", "-g", "-ffp-contract=off", "-fsanitize=fuzzer,address,undefined"]
    flags += ["-fno-sanitize-recover=undefined", f"-I{ROOT / 'src/w2v/c'}"]
    must(["clang", *flags, ROOT / "tools/fuzz_text.c", *sources, "-lm", "-lpthread", "-o", folder / "fuzz"])
    limits = [f"-max_total_time={seconds}", "-max_len=512", "-print_final_stats=1", f"-artifact_prefix={folder}/"]
    return run([folder / "fuzz", *limits, folder / "corpus"])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=[*KINDS, "fuzz"])
    parser.add_argument("--corpus", type=Path, help="load the inputs in this folder, in place of tests")
    parser.add_argument("--each", action="store_true", help="each file of tests in a process of its own")
    parser.add_argument("--seconds", type=int, default=60, help="of fuzzing (default: %(default)s)")
    options, tests = parser.parse_known_args()
    if options.kind == "fuzz":
        return fuzz(options.seconds)
    environment = environment_of(options.kind, built(options.kind))
    if options.corpus:
        folders = sorted(path for path in options.corpus.iterdir() if path.is_dir())
        tool = ROOT / "tools/fuzz_loaders.py"
        return max(run([sys.executable, tool, path.name, "--repeat", path], environment) for path in folders)
    if options.each:
        return each(tests, ROOT / "build" / f"sanitize-{options.kind}", environment)
    ignored = [f"--ignore=tests/{name}" for name in LEFT_OUT]
    tests = tests or ["tests", "-m", "not slow"]
    return run([sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *ignored, *tests], environment)


if __name__ == "__main__":
    sys.exit(main())
