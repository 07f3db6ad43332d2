"""Epochs over pairs on an NVIDIA card."""

import logging
from typing import Any

import numpy as np

from w2v.base.weights import Matrix, whole_rows
from w2v.corpus.noise import Noise
from w2v.cuda.card import Address, Card
from w2v.cuda.job import JOB, PAIR_JOB, PAIR_TALLY, shape_of
from w2v.cuda.warps import part_size
from w2v.training.cuda_parts import Slot, until_passed

logger = logging.getLogger("w2v.model")

_CHUNK = 256  # pairs with a stream of draws of their own: PAIR_CHUNK of source/pairs.h


class CudaPairs:
    """Trains `inp` and `out` on pairs of their rows; `collect` brings them back, `close` frees the card's memory.

    `warps` train at once, or as many as the card can hold. Pairs are copied part by part while the card trains.

    Raises
    ------
    DeviceError
        The card has not enough memory, or fails.
    """

    def __init__(
        self, inp: Matrix, out: Matrix, pairs: Any, noise: Noise, card: Card, warps: int, epochs: int, **settings: Any
    ) -> None:
        self._card, self._inp, self._out, self._pairs = card, inp, out, pairs
        outputs, size4 = settings["negative"] + 1, -(-inp.shape[1] // 4)
        self._shape = shape_of(inp.shape[1], outputs, tile=1, cbow=False)
        part = part_size(warps, 1, outputs, size4, _CHUNK)
        self._part = max(1, min(part, len(pairs)) // _CHUNK) * _CHUNK
        self._slots = [Slot(), Slot()]
        try:
            self._upload(noise)
            self._warps = min(warps, card.warps_at_once("pairs", self._shape.shared))
        except BaseException:
            card.close()
            raise
        self._job = self._new_job(epochs, outputs, size4, settings)
        logger.info("training pairs on %s, %d warps at once", card.facts.name, self._warps)

    def _upload(self, noise: Noise) -> None:
        """All that does not change, once there is room for all."""
        card, matrices = self._card, {"inp": whole_rows(self._inp), "out": whole_rows(self._out)}
        arrays = {"noise": noise.table, **matrices}
        card.check_room(sum(array.nbytes for array in arrays.values()) + 3 * 12 * self._part)
        card.build(self._shape.macros)
        self._places: dict[str, Address] = {name: card.allocate(array.nbytes) for name, array in arrays.items()}
        for name, array in arrays.items():
            card.write(self._places[name], np.ascontiguousarray(array))
        self._places |= {name: card.allocate(PAIR_TALLY.itemsize) for name in ("next", "stop", "pair_tally")}

    def _new_job(self, epochs: int, outputs: int, size4: int, settings: dict[str, Any]) -> Any:
        job = np.zeros((), dtype=PAIR_JOB)
        shape = {"n_words": len(self._out), "size4": size4, "stride4": whole_rows(self._inp).shape[1] // 4, "tile": 1}
        fields = self._places | shape | {"most_outputs": outputs} | settings
        for name, value in fields.items():
            if name in (PAIR_JOB.names or ()):
                job[name] = value
            elif name in (JOB.names or ()):
                job["job"][name] = value
        job["pairs"] = len(self._pairs) * epochs
        return job

    def run_epoch(self, number: int) -> tuple[float, float]:
        """Train one epoch, numbered from 0; return the sums of the losses and of the weights that were tallied."""
        card = self._card
        self._job["job"]["epoch"], self._job["pairs_before"] = number, number * len(self._pairs)
        card.clear(self._places["stop"], 4)
        card.clear(self._places["pair_tally"], PAIR_TALLY.itemsize)
        try:
            self._train()
        except BaseException:
            card.write(self._places["stop"], np.ones(1, dtype=np.uint32), stream="copy")
            raise
        tally = np.zeros(1, dtype=PAIR_TALLY)
        card.read(self._places["pair_tally"], tally)
        return tally["loss"].item(), tally["weight"].item()

    def _train(self) -> None:
        """Train part after part, the next one being copied meanwhile."""
        card, under_way = self._card, list[Slot]()
        for place, first in enumerate(range(0, len(self._pairs), self._part)):
            slot = self._slots[place % 2]
            if len(under_way) == 2:
                until_passed(card, under_way.pop(0).mark)
            self._fill(slot, first)
            self._launch(slot)
            under_way.append(slot)
        for slot in under_way:
            until_passed(card, slot.mark)

    def _fill(self, slot: Slot, first: int) -> None:
        pairs, these = self._pairs, slice(first, first + self._part)
        arrays = {"centers": pairs.centers[these], "context_words": pairs.contexts[these]}
        if pairs.weights is not None:
            arrays["weights"] = pairs.weights[these]
        slot.fill(self._card, arrays, {}, n_pairs=len(arrays["centers"]), first_pair=first)

    def _launch(self, slot: Slot) -> None:
        for name, value in slot.fields.items():
            self._job[name] = value
        self._card.clear(self._places["next"], 8)
        self._card.launch("pairs", self._job.tobytes(), self._warps, shared=self._shape.shared)
        slot.mark = self._card.mark(slot.mark)

    def collect(self) -> None:
        """Copy what was learnt back into the matrices."""
        self._card.read(self._places["inp"], whole_rows(self._inp))
        self._card.read(self._places["out"], whole_rows(self._out))

    def close(self) -> None:
        """Give the card's memory back."""
        self._card.close()
