"""A card that is a CPU: the kernels' source, compiled with 32 emulated lanes, one warp at a time."""

import ctypes
import shutil
import subprocess
from functools import cache

import numpy as np
import pytest
from places import ROOT, TESTS

from w2v.cuda.card import CardFacts
from w2v.cuda.job import JOB, PAIR_JOB

SOURCE = ROOT / "src" / "w2v" / "cuda" / "source"
FLAGS = (
    "-O1",
    "-std=c++17",
    "-Wall",
    "-Wextra",
    "-Werror",
    "-Wno-unknown-pragmas",
    "-ffp-contract=off",
    "-fPIC",
    "-shared",
)


@cache
def library(folder, **macros):
    """The emulated kernels, compiled with these macros."""
    compiler = shutil.which("g++") or shutil.which("clang++") or pytest.skip("no C++ compiler is installed")
    target = folder / ("-".join(f"{name}{value}" for name, value in macros.items()) + ".so")
    defined = [f"-D{name}={value}" for name, value in macros.items()]
    paths = [f"-I{TESTS / 'cuda'}", f"-I{SOURCE}", TESTS / "cuda" / "emulate.cpp", "-o", target]
    done = subprocess.run([compiler, *FLAGS, *defined, *map(str, paths)], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return ctypes.CDLL(str(target))


class EmulatedCard:
    """What `w2v.cuda.card.Card` is to its users; memory are numpy arrays, and launches have ended when they return."""

    facts = CardFacts("emulated", (9, 0), 1, 1 << 30, 227 << 10)
    free = 1 << 30

    def __init__(self, folder):
        self.folder, self.held, self.launches = folder, {}, []

    def check_room(self, size):
        assert size < 1 << 31

    def allocate(self, size):
        array = np.full(size + 64, 0x5A, dtype=np.uint8)
        address = -(-array.ctypes.data // 64) * 64
        self.held[address] = array, size
        return address

    def write(self, address, array, stream=None):
        assert array.nbytes <= self.held[address][1]
        ctypes.memmove(address, array.ctypes.data, array.nbytes)

    def read(self, address, array):
        assert array.nbytes <= self.held[address][1]
        ctypes.memmove(array.ctypes.data, address, array.nbytes)

    peek = read

    def clear(self, address, size):
        ctypes.memset(address, 0, size)

    def free_memory(self, address):
        self.held.pop(address, None)

    def build(self, macros):
        self.library = library(self.folder, **macros)

    def launch(self, kernel, job, blocks, threads=32, shared=0):
        self.launches.append((kernel, blocks))
        pairs = kernel == "pairs"
        size = self.library.emulate_pair_job_size if pairs else self.library.emulate_job_size
        assert len(job) == size()
        if kernel == "downsample":
            self.library.emulate_downsample(job)
            return
        fields = np.frombuffer(job, dtype=PAIR_JOB)[0]["job"] if pairs else np.frombuffer(job, dtype=JOB)[0]
        matrices = [int(fields[name]) for name in ("inp", "out", "nodes")]
        starts = (ctypes.c_void_p * 3)(*matrices)
        floats = (ctypes.c_size_t * 3)(*[self.held[address][1] // 4 if address else 0 for address in matrices])
        self.library.emulate_matrices(starts, floats)
        train = self.library.emulate_pairs if pairs else self.library.emulate_train
        train(job, ctypes.c_size_t(shared))

    def warps_at_once(self, kernel, shared):
        return 1

    def mark(self):
        return None

    def has_passed(self, mark):
        return True

    def wait(self, *streams):
        pass

    def close(self):
        self.held.clear()
