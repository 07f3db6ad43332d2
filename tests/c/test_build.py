"""The C core by itself: every compiler at hand takes it without a warning, and all kernel sets agree to the bit."""

import platform
import shutil
import subprocess

import pytest
from places import ROOT

import w2v
from w2v import _core

INCLUDE = ROOT / "src" / "w2v" / "c"
SOURCES = sorted((ROOT / "src" / "w2v" / "c").rglob("*.c"))
KERNELS = [source for source in SOURCES if source.parent.name == "kernels"]
STRICT = ["-std=c11", "-O3", "-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math"]
FLAGS = [*STRICT, "-Wall", "-Wextra", "-Werror", f"-I{INCLUDE}"]
WINDOWS, ARM = "x86_64-w64-mingw32-gcc", "aarch64-linux-gnu-gcc"

if not SOURCES:
    pytest.skip("the C sources are not part of an installed package", allow_module_level=True)


def find(*programs):
    """The first of some programs that is installed; skip the test without one."""
    found = next(filter(None, map(shutil.which, programs)), None)
    return found or pytest.skip(f"{' or '.join(programs)} is not installed")


def run(*command):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def build_program(compiler, folder, *flags):
    """Compile the comparison of all kernel sets."""
    program = folder / "kernels_agree"
    source = ROOT / "tests" / "c" / "kernels_agree.c"
    run(compiler, *FLAGS, *flags, f"-I{INCLUDE}", source, *KERNELS, "-lm", "-o", program)
    return program


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_kernel_sets_agree(compiler, tmp_path):
    output = run(build_program(find(compiler), tmp_path))
    if len(w2v.kernels()) == 1:
        pytest.skip("this processor runs portable kernels only")
    assert output.split("\n") == [*(f"{name} agrees" for name in w2v.kernels()[:-1]), ""]


def test_neon_agrees(tmp_path):
    emulator = find("qemu-aarch64-static", "qemu-aarch64")
    assert run(emulator, build_program(find(ARM), tmp_path, "-static")) == "neon agrees\n"


@pytest.mark.parametrize("compiler", ["gcc", "clang", WINDOWS, ARM])
def test_compiles_without_warnings(compiler):
    run(find(compiler), *FLAGS, "-fsyntax-only", *SOURCES)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="elsewhere mathematics is in libc")
def test_the_library_of_mathematics_is_linked():
    """Not only found because Python has loaded it."""
    assert "[libm.so.6]" in run(find("readelf"), "-d", _core.__file__)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="asks the linker of Linux")
def test_the_module_is_hardened():
    """Its tables of functions are read-only once it is loaded, its stack runs nothing, and a broken stack ends it."""
    text = run(find("readelf"), "-W", "-l", "-d", "--dyn-syms", _core.__file__)
    stack = next(line.split() for line in text.splitlines() if "GNU_STACK" in line)
    assert "GNU_RELRO" in text
    assert "BIND_NOW" in text
    assert "RWE" not in stack
    assert "__stack_chk_fail" in text
