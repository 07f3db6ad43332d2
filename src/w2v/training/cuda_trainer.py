"""Epochs on an NVIDIA card: weights and ids live there, and weights come back when somebody wants to see them."""

import logging
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from w2v import _core
from w2v.base.progress import Bar
from w2v.base.weights import Matrix, whole_rows
from w2v.corpus.source import Corpus
from w2v.corpus.stream import Part, StreamCorpus, whole_groups
from w2v.corpus.vocab import Vocab
from w2v.cuda.card import Address, Card
from w2v.cuda.job import TALLY, Shape, job_of, shape_of, tile_that_fits
from w2v.cuda.warps import part_size
from w2v.training.cuda_parts import GROUP, Slot, cut, gathered, until_passed
from w2v.training.jobs import loss_every, noise_block, tile_inputs
from w2v.training.outputs import Outputs
from w2v.training.place import BEGINNING, Pauses, Place, Tallies
from w2v.training.settings import ALL, SIDES, Settings
from w2v.training.trainer import Epoch, diverged, told, warn_of_nothing

logger = logging.getLogger("w2v.model")

_SPARE = 64 << 20  # bytes left free
_FROM_READING = 1 << 20  # words, at most, that a card waits for while a corpus is read anew


class CudaTrainer:
    """Trains `inp` and the outputs on one corpus, which is not empty, epoch after epoch.

    `warps` train at once, or as many as the card can hold. `collect` writes what was learnt back into `inp` and the
    outputs.

    Raises
    ------
    DeviceError
        The card has not enough memory, or fails.
    """

    def __init__(
        self,
        settings: Settings,
        vocab: Vocab,
        corpus: Corpus,
        inp: Matrix,
        outputs: Outputs,
        locks: npt.NDArray[np.float32] | None = None,
        frozen_output: bool = False,
        *,
        card: Card,
        warps: int,
    ) -> None:
        self.settings, self.vocab = settings, vocab
        self.words = corpus.n_words * settings.epochs
        self.loss_every = 1 if settings.compute_loss else loss_every(corpus.n_words)
        self._corpus, self._card = corpus, card
        self._warps = warps
        self._matrices = {"inp": inp, "out": outputs.syn1neg, "nodes": outputs.syn1}
        self._matrices = {name: matrix for name, matrix in self._matrices.items() if len(matrix)}
        self._fields = self._plain_fields(corpus, inp, frozen_output)
        self._shape = self._shape_of(inp.shape[1])
        self._part = self._part_size()
        self._addresses: dict[str, Address] = {}
        self._slots: list[Slot] = []
        self._kept = False  # whether each part of the corpus has a slot of its own
        self._collected = True
        try:
            self._check_memory()
            self._card.build(self._shape.macros)
            self._upload_tables(locks)
        except BaseException:
            self._card.close()
            raise
        names = card.facts.name, min(warps, card.warps_at_once(self._kernel, self._shape.shared)), settings.alpha
        logger.info("training on %s, %d warps at once (alpha=%s)", *names)

    def _plain_fields(self, corpus: Corpus, inp: Matrix, frozen_output: bool) -> dict[str, Any]:
        """What every launch is told, but for addresses."""
        settings = self.settings
        whole = settings.window == ALL
        window = int(min(_core.LONGEST_SENTENCE if whole else int(settings.window), _core.LONGEST_SENTENCE))
        self._tree = self.vocab.huffman() if settings.hs else None
        longest = int(np.diff(self._tree.starts).max()) if self._tree else 0
        return {
            "n_words": len(self.vocab),
            "size4": -(-inp.shape[1] // 4),
            "stride4": whole_rows(inp).shape[1] // 4,
            "window": window,
            "shrink": settings.shrink_windows and not whole,
            "side": SIDES[settings.window_side],
            "negative": settings.negative,
            "most_outputs": max(settings.negative + 1, longest),
            "tile": min(tile_inputs(len(self.vocab), bool(settings.hs)), 2 * window),
            "cbow": not settings.sg,
            "cbow_mean": settings.cbow_mean,
            "cbow_corrected": settings.cbow_corrected,
            "frozen_output": frozen_output,
            "block": noise_block(len(self.vocab), corpus.n_words / max(1, corpus.n_sentences))
            if settings.negative
            else 0,
            "seed": settings.seed % 2**64,
            "alpha": settings.alpha,
            "min_alpha": settings.min_alpha,
            "words": self.words,
            "loss_every": self.loss_every,
        }

    def _shape_of(self, vector_size: int) -> Shape:
        fields = self._fields
        cbow, outputs = bool(fields["cbow"]), int(fields["most_outputs"])
        tile = min(32, int(fields["tile"]))
        if not cbow:
            tile = tile_that_fits(int(fields["size4"]), outputs, tile, self._card.facts.shared)
        fields["tile"] = tile
        return shape_of(vector_size, outputs, tile, cbow)

    def _part_size(self) -> int:
        """Words that are given to the card at a time."""
        corpus, fields = self._corpus, self._fields
        length = corpus.n_words / max(1, corpus.n_sentences)
        reach = min(int(fields["window"]), length)
        contexts = int(min(length, reach + 1 if fields["shrink"] else 2 * reach))
        size = part_size(self._warps, contexts, int(fields["most_outputs"]), int(fields["size4"]), length)
        return min(size, max(1, corpus.n_words))

    # ---- what is on the card ----

    def _put(self, array: npt.NDArray[Any]) -> Address:
        array = np.ascontiguousarray(array)
        address = self._card.allocate(max(array.nbytes, 16))
        self._card.write(address, array)
        return address

    def _upload_tables(self, locks: npt.NDArray[np.float32] | None) -> None:
        """Everything but ids and weights: it does not change."""
        settings, card = self.settings, self._card
        tables: dict[str, Any] = {"locks": locks}
        if settings.sample:
            tables["keep"] = self.vocab.keep_thresholds(settings.sample)
        if settings.negative:
            tables["noise"] = self.vocab.noise(settings.ns_exponent).table
        if self._tree is not None:
            tables["paths"] = (self._tree.points << 1 | self._tree.codes).astype(np.int32)
            tables["path_starts"] = self._tree.starts.astype(np.int64)
        self._addresses = {name: self._put(table) for name, table in tables.items() if table is not None}
        self._addresses |= {name: card.allocate(TALLY.itemsize) for name in ("next", "stop", "tally")}
        for name, matrix in self._matrices.items():
            self._addresses[name] = card.allocate(whole_rows(matrix).nbytes)

    def _check_memory(self) -> None:
        """Refuse a model that the card has no room for, with the sizes."""
        wanted = sum(whole_rows(matrix).nbytes for matrix in self._matrices.values()) + 12 * len(self.vocab) + _SPARE
        self._card.check_room(wanted + 3 * 8 * self._part)

    def upload(self) -> None:
        """Copy the weights to the card, as they are now."""
        for name, matrix in self._matrices.items():
            self._card.write(self._addresses[name], whole_rows(matrix))

    def collect(self) -> None:
        """Copy the weights back, if they have changed since."""
        if not self._collected:
            for name, matrix in self._matrices.items():
                self._card.read(self._addresses[name], whole_rows(matrix))
            self._collected = True

    def close(self) -> None:
        """Give the card's memory back; `collect` before."""
        self._card.close()

    # ---- an epoch ----

    def run_epoch(self, bar: Bar, place: Place = BEGINNING, pauses: Pauses | None = None) -> Epoch:
        """Train one epoch, from a place in it to its end; see `w2v.training.trainer.Trainer.run_epoch`.

        Raises
        ------
        DivergedError
            The weights are not finite any more.
        """
        if self._collected:
            self.upload()
        self._collected = False
        tallies = np.zeros(1, dtype=_core.TALLY)
        place.fill(tallies)
        self._card.clear(self._addresses["stop"], 4)
        try:
            self._train(place, tallies, bar.watch(tallies, place.epoch) or (lambda: None), pauses)
        except BaseException:
            self._card.write(self._addresses["stop"], np.ones(1, dtype=np.uint32), stream="copy")
            self._card.wait()
            raise
        words, pairs, loss = (tallies[name].item() for name in ("words", "pairs", "loss"))
        if not np.isfinite(loss):
            self.collect()
            raise diverged(self.settings, place.epoch)
        return Epoch(words, loss / max(1, pairs), loss * self.loss_every)

    def _train(self, place: Place, tallies: Tallies, watch: Callable[[], None], pauses: Pauses | None) -> None:
        """Train part after part, the next one being copied meanwhile; pause between parts if that is asked for."""
        card, begun = self._card, tallies.copy()
        card.clear(self._addresses["tally"], TALLY.itemsize)
        under_way: list[Slot] = []

        def ends(slot: Slot) -> None:
            until_passed(card, slot.mark, watch)
            now = np.zeros(1, dtype=TALLY)
            card.peek(self._addresses["tally"], now)
            for name in TALLY.names or ():
                tallies[name] = begun[name] + now[name].astype(tallies[name].dtype)
            watch()

        for slot, part in self._placed_parts(place):
            if len(under_way) == 2:
                ends(under_way.pop(0))
            if under_way and pauses and pauses.due():
                ends(under_way.pop())
                self.collect()
                first = slot.fields["first_sentence"] if part is None else part.first_sentence
                pauses.save(place.within(first, tallies))
                self._collected = False
            if part is not None:
                slot.fill_with(card, part)
            self._launch(slot, place.epoch)
            under_way.append(slot)
        for slot in under_way:
            ends(slot)
        if isinstance(self._corpus, StreamCorpus):
            warn_of_nothing(tallies, place.epoch)

    def _placed_parts(self, begun: Place) -> Iterator[tuple[Slot, Part | None]]:
        """Every part from a place on, with its slot: its own, filled once, where all have room; else two take turns.

        No part: the slot has it already.
        """
        first = begun.sentence
        if isinstance(self._corpus, StreamCorpus):
            read = told(self._corpus.parts(), begun.epoch + 1, self.settings.epochs)
            groups = (part for part in whole_groups(read, GROUP) if part.first_sentence >= first)
            parts, keep = gathered(groups, min(self._part, _FROM_READING)), False
        else:
            size = 8 * (self._corpus.n_words + 2 * len(self._corpus))
            has_room = bool(self._slots) or self._card.free > 2 * size + _SPARE
            parts, keep = cut(self._corpus, self._part, first), has_room and not first
        known = len(self._slots) if keep and self._kept else 0
        self._kept = keep
        for place, part in enumerate(parts):
            number = place if keep else place % 2
            if number == len(self._slots):
                self._slots.append(Slot())
            yield self._slots[number], None if place < known else part

    def _launch(self, slot: Slot, epoch: int) -> None:
        """Begin a part: downsampling, then the warps that train it."""
        card, words_before = self._card, self.words // self.settings.epochs * epoch
        card.clear(self._addresses["next"], 8)
        numbers = {"epoch": epoch, "words_before": words_before}
        job = job_of(**self._fields, **self._addresses, **slot.fields, **numbers).tobytes()
        card.launch("downsample", job, 16 * card.facts.multiprocessors, threads=128)
        warps = min(self._warps, card.warps_at_once(self._kernel, self._shape.shared))
        card.launch(self._kernel, job, warps, shared=self._shape.shared)
        slot.mark = card.mark(slot.mark)

    @property
    def _kernel(self) -> str:
        return "cbow" if self._fields["cbow"] else "skipgram"
