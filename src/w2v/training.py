"""Epochs, threads and progress around the compiled trainer."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from w2v import _core
from w2v.config import active_kernels
from w2v.corpus import TokenCorpus
from w2v.errors import DivergedError
from w2v.threads import run_threads
from w2v.vocab import Vocab
from w2v.weights import Matrix, whole_rows

_ONE_THREAD = 10_000  # words: up to here one thread trains, so that small models reproduce whatever `workers` says
_LOSS_EVERY = 512  # centres of which one is tallied, unless all are asked for: costs about one hundredth of the time
_LOSS_CENTRES = 4096  # in small corpora, tally more often to have about this many
_CHUNK = 64  # sentences that a thread takes at a time, fewer where there are few


@dataclass(frozen=True)
class Settings:
    """What the trainer needs to know; see `w2v.Word2Vec`."""

    kernel: str
    sg: int
    cbow_mean: int
    shrink_windows: bool
    window: int
    negative: int
    sample: float
    ns_exponent: float
    seed: int
    alpha: float
    min_alpha: float
    workers: int
    epochs: int
    compute_loss: bool


@dataclass(frozen=True)
class Epoch:
    """What one pass over the corpus did: words trained, raw words seen, mean and (estimated) total loss."""

    words: int
    tokens: int
    loss: float
    total_loss: float


def epochs(
    settings: Settings, vocab: Vocab, corpus: TokenCorpus, inp: Matrix, out: Matrix, progress: bool
) -> Iterator[Epoch]:
    """Train `inp` and `out` in place, yielding after each epoch.

    Raises
    ------
    DivergedError
        The weights are not finite any more.
    """
    workers = settings.workers if len(corpus.ids) > _ONE_THREAD else 1
    loss_every = 1 if settings.compute_loss else max(1, min(_LOSS_EVERY, len(corpus.ids) // _LOSS_CENTRES))
    job = _core.TrainJob(
        whole_rows(inp),
        whole_rows(out),
        inp.shape[1],
        corpus.ids,
        corpus.offsets,
        vocab.keep_thresholds(settings.sample) if settings.sample else None,
        vocab.noise(settings.ns_exponent).table,
        kernels=active_kernels(),
        kernel=settings.kernel,
        sg=settings.sg,
        cbow_mean=settings.cbow_mean,
        shrink_windows=settings.shrink_windows,
        window=min(settings.window, 2**30),
        negative=settings.negative,
        seed=settings.seed % 2**64,
        alpha=settings.alpha,
        min_alpha=settings.min_alpha,
        words=len(corpus.ids) * settings.epochs,
        loss_every=loss_every,
        chunk=max(1, min(_CHUNK, len(corpus) // (64 * workers))),
    )
    with _Bar(len(corpus.ids) * settings.epochs, progress) as bar:
        for number in range(settings.epochs):
            job.begin_epoch(number, len(corpus.ids) * number)
            tallies = np.zeros(workers, dtype=_core.TALLY)
            bar.begin(number, tallies)
            run_threads(lambda worker, stop, into=tallies: job.run(into, worker), workers, bar.show, job.stop)
            epoch = _summary(tallies, loss_every)
            if not (np.isfinite(epoch.loss) and np.isfinite(inp.sum()) and np.isfinite(out.sum())):
                raise DivergedError(f"training diverged in epoch {number + 1}: use an alpha below {settings.alpha:g}")
            yield epoch


def _summary(tallies: np.ndarray[Any, Any], loss_every: int) -> Epoch:
    words, pairs, loss = int(tallies["words"].sum()), int(tallies["pairs"].sum()), float(tallies["loss"].sum())
    return Epoch(words, int(tallies["tokens"].sum()), loss / max(1, pairs), loss * loss_every)


class _Bar:
    """A progress bar over all epochs (words, words a second, time left, mean loss), or nothing."""

    def __init__(self, total: int, wanted: bool) -> None:
        self.bar: Any = None
        if wanted:
            from tqdm.auto import tqdm  # takes a tenth of a second

            self.bar = tqdm(total=total, unit=" words", unit_scale=True, delay=0.5, desc="training")

    def __enter__(self) -> "_Bar":
        return self

    def __exit__(self, *error: object) -> None:
        if self.bar is not None:
            self.bar.close()

    def begin(self, epoch: int, tallies: np.ndarray[Any, Any]) -> None:
        self.tallies = tallies
        self.before = self.bar.n if self.bar is not None else 0

    def show(self) -> None:
        if self.bar is not None:
            pairs = self.tallies["pairs"].sum()
            if pairs:
                self.bar.set_postfix(loss=f"{self.tallies['loss'].sum() / pairs:.4f}", refresh=False)
            self.bar.update(self.before + int(self.tallies["tokens"].sum()) - self.bar.n)
