"""Cards for tests: those of this machine, or a fake one, which runs one warp at a time, with 32 emulated lanes."""

import ctypes
import shutil
import subprocess
from functools import cache

import numpy as np
import pytest
from fake_driver import FakeDriver
from places import ROOT, TESTS

from w2v.cuda import card as card_module
from w2v.cuda.job import JOB, PAIR_JOB
from w2v.errors import DeviceError

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


def compile_emulation(target, source, *options):
    """Compile C++ with the emulated warp, or skip the test where there is no compiler; return the path."""
    compiler = shutil.which("g++") or shutil.which("clang++") or pytest.skip("no C++ compiler is installed")
    paths = [f"-I{TESTS / 'cuda'}", f"-I{SOURCE}", str(source), "-o", str(target)]
    done = subprocess.run([compiler, *FLAGS, *options, *paths], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return target


@cache
def library(folder, macros):
    """The emulated kernels, compiled with these macros."""
    target = folder / ("-".join(f"{name}{value}" for name, value in macros) + ".so")
    defined = [f"-D{name}={value}" for name, value in macros]
    return ctypes.CDLL(str(compile_emulation(target, TESTS / "cuda" / "emulate.cpp", *defined)))


class Emulation:
    """What the kernels of a fake driver do."""

    def __init__(self, folder):
        self.folder, self.driver = folder, None

    def job(self, kernel, address):
        """The job as it is at the launch."""
        return ctypes.string_at(address, (PAIR_JOB if kernel == "pairs" else JOB).itemsize)

    def __call__(self, kernel, image, job, shared):
        if kernel not in card_module.KERNELS:  # of a benchmark
            return
        emulated = library(self.folder, tuple((name, int(value)) for name, value in map(str.split, image.split(";"))))
        pairs = kernel == "pairs"
        assert len(job) == (emulated.emulate_pair_job_size if pairs else emulated.emulate_job_size)()
        if kernel == "downsample":
            emulated.emulate_downsample(job)
            return
        fields = np.frombuffer(job, dtype=PAIR_JOB)[0]["job"] if pairs else np.frombuffer(job, dtype=JOB)[0]
        matrices = [int(fields[name]) for name in ("inp", "out", "nodes")]
        starts = (ctypes.c_void_p * 3)(*matrices)
        floats = (ctypes.c_size_t * 3)(*[self.driver.held[address][1] // 4 if address else 0 for address in matrices])
        emulated.emulate_matrices(starts, floats)
        train = emulated.emulate_pairs if pairs else emulated.emulate_train
        train(job, ctypes.c_size_t(shared))


def fake_driver(folder, monkeypatch, **facts):
    """Let all cards be those of a fake driver, whose facts may be given; return it."""
    emulation = Emulation(folder)
    driver = emulation.driver = FakeDriver(emulation, **facts)
    monkeypatch.setattr(card_module, "_driver", lambda: driver)
    monkeypatch.setattr(card_module, "compiler_version", lambda: "12.9")
    monkeypatch.setattr(card_module, "compiled", image_of)
    return driver


def image_of(capability, macros, more_sources=None, *, anew=False):
    """What takes the place of compiled code: the macros."""
    return ";".join(f"{name} {value}" for name, value in sorted(macros.items()))


class Cards:
    """Cards as tests see them, emulated or not: what was launched, and whether all memory was given back."""

    def __init__(self, is_fake, driver, monkeypatch):
        self.is_fake, self.driver, self.launches, self._made = is_fake, driver, [], []
        make, launch = card_module.Card.__init__, card_module.Card.launch

        def remembered(card, *arguments):
            make(card, *arguments)
            self._made.append(card)

        def recorded(card, kernel, job, blocks, *rest, **more):
            self.launches.append((kernel, blocks))
            launch(card, kernel, job, blocks, *rest, **more)

        monkeypatch.setattr(card_module.Card, "__init__", remembered)
        monkeypatch.setattr(card_module.Card, "launch", recorded)

    @property
    def are_closed(self):
        """Whether cards were opened, and all is as it was before."""
        fake_is_left = self.is_fake and (self.driver.held or self.driver.contexts or self.driver.streams)
        return bool(self._made) and not any(card._streams or card._held for card in self._made) and not fake_is_left


def cards_for(kind, folder, monkeypatch):
    """The cards of this machine ("card"), or emulated ones; the test is skipped where there are none."""
    if kind == "emulation":
        return Cards(True, fake_driver(folder, monkeypatch), monkeypatch)
    try:
        card_module.Card().close()
    except (ImportError, DeviceError) as error:
        pytest.skip(f"no CUDA device: {error}")
    return Cards(False, None, monkeypatch)
