"""The emulated card notices what a real one would hang at, or write where it must not: such kernels end the program."""

import ctypes
import subprocess
import sys

import numpy as np
import pytest
from emulator import compile_emulation
from fake_driver import FakeDriver
from places import TESTS

from w2v.cuda.card import Card

BROKEN = """
#include "emulated_warp.h"
static float rows[64];
extern "C" void kernel(int what) {
    matrices[0] = {rows, 64};
    run_warp([&](int lane) {
        int32_t x = lane;
        switch (what) {
        case 0:
            x = SHUFFLE(x, 31);
            MEET();
            (void)load4(rows, (size_t)(x - 16));
            break;
        case 1:
            if (lane < 16)
                MEET();
            else
                (void)BALLOT(true);
            break;
        case 2:
            if (lane != 7)
                MEET();
            break;
        case 3:
            for (int i = 0; i <= lane / 31; i++)
                MEET();
            break;
        case 4:
            (void)load4(rows, 16);
            break;
        case 5:
            add_to4(rows, (size_t)-1, make_float4(1, 1, 1, 1));
            break;
        case 6:
            fetch4(rows + 4, 0);
            break;
        }
    });
}
"""
FAULTS = {
    1: "lanes diverge at line",
    2: "lanes diverge at line|lanes that ended",
    3: "lanes diverge at line|lanes that ended",
    4: "a row outside its matrix, at float4 [(]16[)]",
    5: "a row outside its matrix, at float4 [(]-1[)]",
    6: "a row outside its matrix, at float4 [(]0[)]",
}


@pytest.fixture(scope="module")
def broken(tmp_path_factory):
    """Run a case of BROKEN in a process of its own."""
    folder = tmp_path_factory.mktemp("broken")
    (folder / "broken.cpp").write_text(BROKEN)
    compile_emulation(folder / "broken.so", folder / "broken.cpp", "-Wno-unused-function")

    def run(case):
        code = f"import ctypes; ctypes.CDLL({str(folder / 'broken.so')!r}).kernel({case})"
        return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)

    return run


def test_a_kernel_that_is_right_ends(broken):
    done = broken(0)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("case", FAULTS)
def test_a_broken_kernel_ends_the_program(case, broken):
    done = broken(case)
    assert done.returncode < 0
    assert any(part in done.stderr for part in FAULTS[case].replace("[(]", "(").replace("[)]", ")").split("|"))


def test_a_row_number_that_is_too_large_ends_the_training(kernels_folder):
    """Of the kernels themselves, told of a smaller matrix than the words need."""
    code = f"""
import sys
sys.path[:0] = [{str(TESTS)!r}]
from pathlib import Path
import pytest
from emulator import fake_driver
from w2v import Word2Vec
with pytest.MonkeyPatch.context() as patch:
    driver = fake_driver(Path({str(kernels_folder)!r}), patch)
    allocate = driver.cuMemAlloc
    def less(size):
        status, address = allocate(size)
        memory, size = driver.held[address]
        driver.held[address] = memory, size // 2 if size == 64 * 100 else size
        return status, address
    driver.cuMemAlloc, driver._size_of = less, lambda address: 1 << 40
    Word2Vec([[str(word) for word in range(100)]], vector_size=16, min_count=1, sample=0, device="cuda", warps=1)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert done.returncode < 0
    assert "emulated warp: a row outside its matrix" in done.stderr


def test_streams_of_a_fake_driver_run_late(emulated):
    """So that a kernel which does not wait for what it reads gives wrong numbers in tests."""
    card, ones = Card(), np.ones(4, dtype=np.float32)
    address = card.allocate(16)
    driver = emulated.driver
    driver.cuMemcpyHtoDAsync(address, ones.ctypes.data, 16, card._streams["train"])
    before = np.empty(4, dtype=np.float32)
    driver.cuMemcpyDtoH(before.ctypes.data, address, 16)
    after = np.empty(4, dtype=np.float32)
    card.read(address, after)
    assert not np.array_equal(before, ones)
    assert np.array_equal(after, ones)
    mark = card.mark()
    assert [card.has_passed(mark), card.has_passed(mark)] == [False, True]
    card.close()


def test_memory_written_past_its_end_is_noticed():
    driver = FakeDriver(None)
    _, address = driver.cuMemAlloc(100)
    ctypes.memset(address, 0, 101)
    with pytest.raises(AssertionError, match="written past the end"):
        driver.cuMemFree(address)
