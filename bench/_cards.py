"""What bench/cuda.py does with a card: time its epochs, its memory and its rows; and a fake one where there is none."""

import shutil
import sys
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from _common import BENCH

from w2v.base.threads import available_workers
from w2v.cuda import card as card_module
from w2v.cuda.job import job_of, shape_of
from w2v.errors import DeviceError
from w2v.training.cuda_trainer import CudaTrainer

ROUNDS = 2000  # of six rows a warp


@contextmanager
def card_for(smoke):
    """A card, which is looked at and closed again; in a smoke test a fake one if there is none. None: say why."""
    with ExitStack() as stack:
        try:
            card_module.Card().close()
        except (ImportError, DeviceError) as error:
            compiler = shutil.which("g++") or shutil.which("clang++")
            if not (smoke and compiler):
                print(f"nothing was measured: {error}")
                yield False
                return
            import pytest  # which the tests have

            sys.path.append(str(BENCH.parent / "tests"))
            from emulator import fake_driver

            folder = stack.enter_context(TemporaryDirectory())
            fake_driver(Path(folder), stack.enter_context(pytest.MonkeyPatch.context()))
            print(f"an emulated card, whose times mean nothing: {error}")
        yield True


def describe_card():
    """Name, compute capability, multiprocessors, memory, driver and toolkit."""
    card = card_module.Card()
    facts, versions = card.facts, card.versions()
    card.close()
    capability = "{}.{}".format(*facts.capability)
    size = f"{facts.multiprocessors} multiprocessors, {facts.memory / 2**30:.0f} GiB"
    return f"{facts.name}, compute capability {capability}, {size}; {versions}; {available_workers()} cores beside it"


def train_on_card(model):
    """Train a model that has a vocabulary; return seconds of every epoch, and of all, starting the card included."""
    seconds, run_epoch = [], CudaTrainer.run_epoch

    def timed(trainer, *arguments):
        started = time.perf_counter()
        epoch = run_epoch(trainer, *arguments)
        seconds.append(time.perf_counter() - started)
        return epoch

    started = time.perf_counter()
    CudaTrainer.run_epoch = timed
    try:
        model.train()
    finally:
        CudaTrainer.run_epoch = run_epoch
    if not seconds:
        raise RuntimeError("the model was trained by the processor: set warps")
    return seconds, time.perf_counter() - started


def copy_seconds(size):
    """Seconds of a copy within the card's memory."""
    card = card_module.Card()
    try:
        source, target = card.allocate(size), card.allocate(size)
        card.copy_seconds(source, target, size)  # the first is slower
        return card.copy_seconds(source, target, size)
    finally:
        card.close()


def row_seconds(noise, vector_size, warps, rounds=ROUNDS):
    """Seconds in which so many warps read `6 * rounds` rows each and add to them."""
    card = card_module.Card()
    try:
        shape = shape_of(vector_size, 6, 10, False)
        source = {"kernels.cu": (BENCH / "row_rate.cu").read_text(encoding="utf-8")}
        card.load(card_module.compiled(card.facts.capability, shape.macros, source), ["touch_rows"])
        stride4 = -(-vector_size // 16) * 4
        table = np.ascontiguousarray(noise.table)
        places = {"noise": card.allocate(table.nbytes), "out": card.allocate(16 * stride4 * len(table))}
        card.write(places["noise"], table)
        card.clear(places["out"], 16 * stride4 * len(table))
        sizes = {"n_words": len(table), "size4": -(-vector_size // 4), "stride4": stride4, "words": rounds}
        job = job_of(**places, **sizes).tobytes()
        for _ in range(2):  # the first is slower
            card.wait()
            started = time.perf_counter()
            card.launch("touch_rows", job, warps)
            card.wait()
        return time.perf_counter() - started
    finally:
        card.close()
