"""How far training is: a progress bar over all epochs, and lines in the log."""

import logging
import time
from typing import Any

import numpy as np
import numpy.typing as npt

logger = logging.getLogger("w2v.model")

Tallies = npt.NDArray[np.void]


class Bar:
    """Shows words, words a second, time left and mean loss: as a bar if it is wanted, in the log at the level INFO.

    Parameters
    ----------
    total : int
        Words of all epochs.
    wanted : bool
        Whether there is a bar.
    report_delay : float
        Seconds between lines in the log.
    """

    def __init__(self, total: int, wanted: bool, report_delay: float = 1.0) -> None:
        self._total, self._report_delay = total, report_delay
        self._done = 0
        self._bar: Any = None
        if wanted:
            from tqdm.auto import tqdm  # takes a tenth of a second

            self._bar = tqdm(total=total, unit=" words", unit_scale=True, delay=0.5, desc="training")

    def __enter__(self) -> "Bar":
        return self

    def __exit__(self, *error: object) -> None:
        if self._bar is not None:
            self._bar.close()

    def watch(self, tallies: Tallies, epoch: int = 0) -> Any:
        """Return a function that shows how far an epoch is which begins now; None if nobody looks."""
        logs = logger.isEnabledFor(logging.INFO)
        if self._bar is None and not logs:
            return None
        before, started = self._done, time.perf_counter()
        reported = started

        def show() -> None:
            nonlocal reported
            tokens = int(tallies["tokens"].sum())
            now = time.perf_counter()
            self._done = before + tokens
            if self._bar is not None:
                self._update(tallies)
            if logs and now - reported >= self._report_delay:
                reported = now
                percent = 100 * self._done / self._total
                rate = tokens / (now - started)
                logger.info("EPOCH %d - PROGRESS: at %.2f%% words, %.0f words/s", epoch, percent, rate)

        return show

    def _update(self, tallies: Tallies) -> None:
        pairs = tallies["pairs"].sum()
        if pairs:
            self._bar.set_postfix(loss=f"{tallies['loss'].sum() / pairs:.4f}", refresh=False)
        self._bar.update(self._done - self._bar.n)
