"""Vectors from pairs of a centre and a context that the user chose: dependency contexts, clicks, weighted edges."""

from functools import partial
from threading import Event
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from w2v import _core
from w2v.base.threads import run_threads
from w2v.base.weights import Matrix, padded, padded_zeros, uniform, whole_rows
from w2v.config import active_kernels
from w2v.corpus.noise import Noise
from w2v.corpus.vocab import Vocab
from w2v.cuda.device import check_available, checked, on_card
from w2v.cuda.job import why_not_a_card
from w2v.errors import DivergedError, VocabularyError
from w2v.inputs.ids import check_rows
from w2v.inputs.objects import encode_sentences
from w2v.inputs.pruning import Pruning
from w2v.keyedvectors import KeyedVectors
from w2v.training.settings import check_real, check_whole
from w2v.vectors.rows import changing_in_place

if TYPE_CHECKING:
    from w2v.cuda.card import Card
    from w2v.training.cuda_pairs import CudaPairs

__all__ = ["PairModel", "Pairs", "train_epochs"]

_ONE_THREAD = 10_000  # pairs: fewer train in one thread, so that they reproduce whatever `workers` says
_LOSS_EVERY = 31  # one pair of so many is tallied where there are many

Ids = npt.NDArray[np.int32]


class Pairs:
    """Pairs as rows of the two sides; those with a word that a side does not have are left out.

    Parameters
    ----------
    center, context : integer arrays or sequences of tokens
        Integers of an array are rows; anything else is looked up.
    weight : sequence of float, optional
    sides : (Vocab, Vocab)
    """

    centers: Ids  # (n,)
    contexts: Ids  # (n,)
    weights: npt.NDArray[np.float32] | None  # (n,)

    def __init__(self, center: Any, context: Any, weight: Any, sides: tuple[Vocab, Vocab]) -> None:
        ids = [_ids(name, side, vocab) for name, side, vocab in zip(_NAMES, (center, context), sides, strict=True)]
        if len(ids[0]) != len(ids[1]):
            raise ValueError(f"context: expected one for each of {len(ids[0])} centers, got {len(ids[1])}")
        kept = (ids[0] >= 0) & (ids[1] >= 0)
        self.centers, self.contexts = (side if kept.all() else side[kept] for side in ids)
        self.weights = None
        if weight is not None:
            weights = np.asarray(weight, dtype=np.float32)
            if weights.shape != ids[0].shape:
                raise ValueError(f"weight: expected one for each of {len(ids[0])} pairs, got shape {weights.shape}")
            if not (np.isfinite(weights).all() and (weights >= 0).all()):
                raise ValueError("weight: expected finite numbers of at least 0")
            self.weights = np.ascontiguousarray(weights[kept])

    def __len__(self) -> int:
        return len(self.centers)


_NAMES = ("center", "context")


def _ids(name: str, tokens: Any, vocab: Vocab) -> Ids:
    """The rows of one side; -2 for what is not in the vocabulary."""
    if isinstance(tokens, np.ndarray) and tokens.dtype.kind in "iu":
        if tokens.ndim != 1:
            raise ValueError(f"{name}: expected one dimension, got {tokens.ndim}")
        low, high = (int(tokens.min()), int(tokens.max())) if len(tokens) else (0, -1)
        if low < 0 or high >= len(vocab):
            raise ValueError(f"{name}: expected rows 0..{len(vocab) - 1}, got {low if low < 0 else high}")
        return np.ascontiguousarray(tokens, dtype=np.int32)
    get = vocab.index.get
    return np.fromiter((get(token, _core.UNKNOWN) for token in _tokens(name, tokens)), dtype=np.int32)


def _tokens(name: str, tokens: Any) -> list[Any]:
    if isinstance(tokens, str | bytes):
        raise TypeError(f"{name}: expected a sequence of tokens, got {type(tokens).__name__}")
    return tokens.tolist() if isinstance(tokens, np.ndarray) else list(tokens)


def _vocabulary(name: str, tokens: Any, min_count: int) -> Vocab:
    """The words of one side, most frequent first; for an array of integers, all rows up to the largest."""
    if isinstance(tokens, np.ndarray) and tokens.dtype.kind in "iu":
        if tokens.min(initial=0) < 0:
            raise ValueError(f"{name}: expected rows from 0 on, got {tokens.min()}")
        check_rows(int(tokens.max(initial=0)) + 1)
        counts = np.bincount(tokens)
        return Vocab(range(len(counts)), counts)
    chosen, _ = encode_sentences([_tokens(name, tokens)], Pruning(min_count))
    assert chosen is not None
    return Vocab.from_chosen(chosen)


def train_epochs(
    inp: Matrix,
    out: Matrix,
    pairs: Pairs,
    noise: Noise,
    *,
    epochs: int,
    workers: int,
    device: str = "cpu",
    warps: int | None = None,
    **settings: Any,
) -> list[float]:
    """Train matrices in place, by threads or on a card; return the mean loss of every epoch.

    `settings` are negative, seed, alpha and min_alpha.
    """
    settings = {**settings, "seed": settings["seed"] % 2**64}
    settings["loss_every"] = _LOSS_EVERY if len(pairs) > _ONE_THREAD else 1
    trainer = _cuda_pairs(inp, out, pairs, noise, device, warps, epochs, settings)
    if trainer is not None:
        return _card_epochs(trainer, epochs)
    workers = workers if len(pairs) > _ONE_THREAD else 1
    job = _core.PairJob(
        whole_rows(inp),
        whole_rows(out),
        inp.shape[1],
        pairs.centers,
        pairs.contexts,
        pairs.weights,
        noise.table,
        kernels=active_kernels(),
        pairs=len(pairs) * epochs,
        **settings,
    )
    losses = []
    for epoch in range(epochs):
        tallies = np.zeros(workers, dtype=_core.PAIR_TALLY)
        job.begin_epoch(epoch, epoch * len(pairs))
        run_threads(partial(_work, job, tallies), workers, cancel=job.stop)
        loss, weight = float(tallies["loss"].sum()), float(tallies["weight"].sum())
        losses.append(_mean_loss(epoch, loss, weight, np.isfinite(inp.sum()) and np.isfinite(out.sum())))
    return losses


def _cuda_pairs(
    inp: Matrix,
    out: Matrix,
    pairs: Pairs,
    noise: Noise,
    device: str,
    warps: int | None,
    epochs: int,
    settings: dict[str, Any],
) -> "CudaPairs | None":
    """A trainer on the card that `device` means; None if it means the processor."""
    if device == "cpu" or (device == "auto" and why_not_a_card(inp.shape[1], settings["negative"])):
        return None

    def make(card: "Card", warps: int) -> "CudaPairs":
        from w2v.training.cuda_pairs import CudaPairs  # here, because most programs never need it

        return CudaPairs(inp, out, pairs, noise, card, warps, epochs, **settings)

    return on_card(device, warps, settings["alpha"], len(pairs), epochs, len(out), make)


def _card_epochs(trainer: "CudaPairs", epochs: int) -> list[float]:
    """The same on a card, whose matrices come back however it ends."""
    try:
        return [_mean_loss(epoch, *trainer.run_epoch(epoch)) for epoch in range(epochs)]
    finally:
        try:
            trainer.collect()
        finally:
            trainer.close()


def _mean_loss(epoch: int, loss: float, weight: float, finite: Any = True) -> float:
    if not (np.isfinite(loss) and finite):
        raise DivergedError(f"training diverged in epoch {epoch + 1}: lower alpha, or the weights of the pairs")
    return loss / weight if weight else 0.0


def _work(job: _core.PairJob, tallies: npt.NDArray[np.void], worker: int, stop: Event) -> None:
    job.run(tallies, worker)


class PairModel:
    """Vectors of centers and of contexts, each side with a vocabulary of its own (Levy and Goldberg 2014, word2vecf).

    Parameters
    ----------
    vector_size, alpha, min_alpha, negative, ns_exponent, epochs, seed, workers, device, warps
        As for `w2v.Word2Vec`.
    min_count : int, default 1
        Leave out centers and contexts that occur less often. Rows of integer arrays all stay.

    Attributes
    ----------
    wv, contexts : KeyedVectors
        The vectors of either side.
    losses : list of float
        Mean loss of every epoch so far, weighted as the pairs are.

    Examples
    --------
    >>> model = PairModel(vector_size=16, epochs=20, alpha=0.1, workers=1)
    >>> relations = ["subject:eats", "subject:eats", "object:drive", "object:drive"]
    >>> model.train_pairs(["cat", "dog", "car", "bus"] * 50, relations * 50)
    200
    >>> model.wv.most_similar("cat", topn=1)[0][0], len(model.contexts)
    ('dog', 2)
    """

    vector_size: int
    negative: int
    epochs: int
    workers: int
    min_count: int
    seed: int
    alpha: float
    min_alpha: float
    ns_exponent: float
    device: str
    warps: int | None
    wv: KeyedVectors
    contexts: KeyedVectors

    def __init__(
        self,
        vector_size: int = 100,
        alpha: float = 0.025,
        min_alpha: float = 0.0001,
        negative: int = 5,
        ns_exponent: float = 0.75,
        epochs: int = 5,
        seed: int = 1,
        workers: int = 3,
        min_count: int = 1,
        device: str = "cpu",
        warps: int | None = None,
    ) -> None:
        self.vector_size, self.negative, self.epochs = vector_size, negative, epochs
        self.workers, self.min_count, self.seed = workers, min_count, seed
        self.alpha, self.min_alpha, self.ns_exponent = alpha, min_alpha, ns_exponent
        self.device, self.warps = device, warps
        self._check()
        self.wv, self.contexts = KeyedVectors(self.vector_size), KeyedVectors(self.vector_size)
        self._sides: tuple[Vocab, Vocab] | None = None
        self._noise = Noise([1])
        self.losses: list[float] = []

    def __repr__(self) -> str:
        sides = f"{len(self.wv)} centers, {len(self.contexts)} contexts"
        return f"{type(self).__name__}<{sides}, vector_size={self.vector_size}, negative={self.negative}>"

    def _check(self) -> None:
        for name in ("vector_size", "negative", "epochs", "workers", "min_count", "seed"):
            setattr(self, name, check_whole(name, getattr(self, name)))
        for name in ("alpha", "min_alpha", "ns_exponent"):
            setattr(self, name, check_real(name, getattr(self, name)))
        checked(self.device)
        if self.warps is not None:
            self.warps = check_whole("warps", self.warps)
        why = why_not_a_card(self.vector_size, self.negative)
        if why and self.device.startswith("cuda"):
            raise ValueError(f"device={self.device!r}: {why}; device='cpu' trains it")
        if not self.negative:
            raise ValueError("negative: expected a whole number of at least 1, got 0")

    def train_pairs(self, center: Any, context: Any, weight: Any = None, epochs: int | None = None) -> int:
        """Train on pairs, in the order given; the first call makes the vocabularies of both sides.

        Pairs that are sorted should be shuffled before, by ``numpy.random.Generator.permutation``.

        Parameters
        ----------
        center, context : integer arrays of shape (n,), or sequences of n tokens
            Integers of an array are rows.
        weight : sequence of n floats, optional
            Factors of the learning rate; 2 is nearly the same as giving the pair twice.
        epochs : int, optional
            In place of the model's.

        Returns
        -------
        int
            Pairs that were trained in each epoch: those whose words are known.

        Raises
        ------
        ValueError
            The lengths differ, or a row is not there.
        VocabularyError
            No word is left on one side.
        DivergedError
            The learning rate was so high that the weights overflowed.
        """
        self._check()
        check_available(self.device)
        epochs = check_whole("epochs", self.epochs if epochs is None else epochs)
        sides = self._sides or self._count(center, context)
        pairs = Pairs(center, context, weight, sides)
        if self._sides is None:
            self._start(sides, pairs)
        if len(pairs):
            names = ("workers", "negative", "seed", "alpha", "min_alpha", "device", "warps")
            settings = {name: getattr(self, name) for name in names}
            matrices = [kv.vectors[: len(side)] for kv, side in zip((self.wv, self.contexts), sides, strict=True)]
            inp, out = map(padded, matrices)  # copies, where users have added to them
            with changing_in_place(self.wv, self.contexts):
                try:
                    self.losses += train_epochs(inp, out, pairs, self._noise, epochs=epochs, **settings)
                finally:
                    matrices[0][:], matrices[1][:] = inp, out
        return len(pairs)

    def _count(self, center: Any, context: Any) -> tuple[Vocab, Vocab]:
        sides = _vocabulary("center", center, self.min_count), _vocabulary("context", context, self.min_count)
        for name, vocab in zip(_NAMES, sides, strict=True):
            if not len(vocab):
                raise VocabularyError(f"{name}: no word is left (min_count={self.min_count})")
        return sides

    def _start(self, sides: tuple[Vocab, Vocab], pairs: Pairs) -> None:
        """Fresh vectors; the noise follows the weights of the pairs."""
        rows, size = [len(side) for side in sides], self.vector_size
        matrices = uniform(rows[0], size, self.seed % 2**64), padded_zeros(rows[1], size)
        made = [
            KeyedVectors.from_pieces(list(vocab.words), matrix, {"count": vocab.counts.copy()})
            for vocab, matrix in zip(sides, matrices, strict=True)
        ]
        counts = np.bincount(pairs.contexts, pairs.weights, len(sides[1])).astype(np.float64)
        seen = counts > 0
        counts[seen] = (counts[seen] / counts.max(initial=1)) ** self.ns_exponent
        self.wv, self.contexts = made
        self._sides, self._noise = sides, Noise(counts if seen.any() else np.ones(len(counts)))
