"""How training goes, a line an epoch on standard error: w2v train --watch."""

import sys
import time
from typing import Any

_BLOCKS = "▁▂▃▄▅▆▇█"
_WIDTH = 24  # epochs in the picture


class Watch:
    """A callback that prints number, loss, learning rate and seconds of every epoch, and draws the losses so far.

    Parameters
    ----------
    above_bar : bool
        Whether there is a progress bar, which the lines then leave alone.
    done : int
        Epochs that were done before the training went on.
    """

    def __init__(self, above_bar: bool = False, done: int = 0) -> None:
        self._above_bar, self._done = above_bar, done
        self._before = 0
        self._started = 0.0

    def on_train_begin(self, model: Any) -> None:
        """Remember how many losses are those of earlier training."""
        self._before = len(model.losses) - self._done

    def on_epoch_begin(self, model: Any) -> None:
        """Look at the clock."""
        self._started = time.perf_counter()

    def on_epoch_end(self, model: Any) -> None:
        """Print the line."""
        losses = model.losses[self._before :]
        done, epochs = len(losses), model.epochs
        seconds = time.perf_counter() - self._started
        number, rate = f"epoch {done:>{len(str(epochs))}}/{epochs}", model.min_alpha_yet_reached
        self._print(f"{number}  loss {losses[-1]:.4f}  alpha {rate:.4f}  {seconds:.1f} s  {drawn(losses)}")

    def on_train_end(self, model: Any) -> None:
        """Do nothing."""

    def _print(self, line: str) -> None:
        if self._above_bar:
            from w2v.base.progress import print_above

            print_above(line)
        else:
            print(line, file=sys.stderr, flush=True)


def drawn(losses: list[float]) -> str:
    """The last losses as a row of blocks, the highest the fullest; "" where the terminal cannot show them.

    Examples
    --------
    >>> drawn([3.0, 2.0, 1.5, 1.0]) in ("█▅▃▁", "")
    True
    """
    shown = losses[-_WIDTH:]
    low, high = min(shown), max(shown)
    scale = (len(_BLOCKS) - 1) / (high - low) if high > low else 0
    text = "".join(_BLOCKS[int((loss - low) * scale + 0.5)] for loss in shown)
    try:
        text.encode(getattr(sys.stderr, "encoding", None) or "ascii")
    except UnicodeEncodeError:
        return ""
    return text
