"""Epochs over pairs on an NVIDIA card."""

import time
from typing import Any

import numpy as np

from w2v.base.weights import Matrix, whole_rows
from w2v.corpus.noise import Noise
from w2v.cuda.card import Card
from w2v.cuda.job import JOB, PAIR_JOB, PAIR_TALLY, Shape, shape_of

_POLL = 0.02  # seconds between looks at what runs
_PAIRS_A_WARP = 8000  # more warps at once would train on rows that are too old


class CudaPairs:
    """Trains `inp` and `out` on pairs of their rows; `collect` brings them back, `close` frees the card's memory."""

    def __init__(
        self, inp: Matrix, out: Matrix, pairs: Any, noise: Noise, card: Card, epochs: int, **settings: Any
    ) -> None:
        self._card, self._inp, self._out, self._n_pairs = card, inp, out, len(pairs)
        self._shape = self._shape_of(inp.shape[1], settings["negative"] + 1)
        card.build(self._shape.macros)
        arrays = {"centers": pairs.centers, "context_words": pairs.contexts, "noise": noise.table}
        if pairs.weights is not None:
            arrays["weights"] = pairs.weights
        arrays |= {"inp": whole_rows(inp), "out": whole_rows(out)}
        card.check_room(sum(array.nbytes for array in arrays.values()))
        self._places = {name: card.allocate(array.nbytes) for name, array in arrays.items()}
        for name, array in arrays.items():
            card.write(self._places[name], np.ascontiguousarray(array))
        self._places |= {"next": card.allocate(16), "pair_tally": card.allocate(PAIR_TALLY.itemsize)}
        self._job = self._new_job(epochs, settings)

    def _shape_of(self, vector_size: int, outputs: int) -> Shape:
        return shape_of(vector_size, outputs, tile=1, cbow=False)

    def _new_job(self, epochs: int, settings: dict[str, Any]) -> Any:
        job = np.zeros((), dtype=PAIR_JOB)
        inner = job["job"]
        for name, address in self._places.items():
            target = job if name in (PAIR_JOB.names or ()) else inner
            target[name] = address
        rows, size = self._out.shape
        shape = {"n_words": rows, "size4": -(-size // 4), "stride4": whole_rows(self._inp).shape[1] // 4, "tile": 1}
        shape |= {"most_outputs": settings["negative"] + 1}
        for name, value in (shape | settings).items():
            if name in (JOB.names or ()):
                inner[name] = value
        job["n_pairs"], job["pairs"] = self._n_pairs, self._n_pairs * epochs
        return job

    def run_epoch(self, number: int) -> tuple[float, float]:
        """Train one epoch, numbered from 0; return the sums of the losses and of the weights that were tallied."""
        card, job = self._card, self._job
        job["job"]["epoch"], job["pairs_before"] = number, number * self._n_pairs
        card.clear(self._places["next"], 8)
        card.clear(self._places["pair_tally"], PAIR_TALLY.itemsize)
        warps = max(1, min(card.warps_at_once("pairs", self._shape.shared), self._n_pairs // _PAIRS_A_WARP))
        card.launch("pairs", job.tobytes(), warps, shared=self._shape.shared)
        mark = card.mark()
        while not card.has_passed(mark):
            time.sleep(_POLL)
        tally = np.zeros(1, dtype=PAIR_TALLY)
        card.read(self._places["pair_tally"], tally)
        return tally["loss"].item(), tally["weight"].item()

    def collect(self) -> None:
        """Copy what was learnt back into the matrices."""
        self._card.read(self._places["inp"], whole_rows(self._inp))
        self._card.read(self._places["out"], whole_rows(self._out))

    def close(self) -> None:
        """Give the card's memory back."""
        self._card.close()
