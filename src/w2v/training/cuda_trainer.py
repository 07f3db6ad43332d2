"""Epochs on an NVIDIA card: weights and ids live there, and weights come back when somebody wants to see them."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from w2v import _core
from w2v.base.progress import Bar
from w2v.base.weights import Matrix, whole_rows
from w2v.corpus.source import Corpus
from w2v.corpus.stream import Part, StreamCorpus, whole_groups
from w2v.corpus.tokens import TokenCorpus
from w2v.corpus.vocab import Vocab
from w2v.cuda.card import Address, Card
from w2v.cuda.job import TALLY, Shape, job_of, shape_of, tile_that_fits
from w2v.training.jobs import loss_every, noise_block, tile_inputs
from w2v.training.outputs import Outputs
from w2v.training.place import BEGINNING, Pauses, Place, Tallies
from w2v.training.settings import ALL, SIDES, Settings
from w2v.training.trainer import Epoch, diverged

_PART = (
    1 << 23
)  # tokens a launch: some ten milliseconds, so that Ctrl-C is answered and screens on the card do not freeze
_GROUP = 64  # sentences: parts are whole groups, and these whole blocks with a common pool of noise
WARPS: int | None = None  # at once, instead of what `warps_for` says; for measurements
_POLL = 0.02  # seconds between looks at what runs
_SPARE = 64 << 20  # bytes left free
# Warps at once, at most: more train on rows that are too old. Measured on 17 million words: 2,112 at alpha 0.025 are as
# good as one, at 0.05 no more than a quarter of them are. Smaller corpora and vocabularies meet the same rows sooner.
_WARPS_TIMES_ALPHA_SQUARED = 2112 * 0.025**2
_TOKENS_A_WARP, _WORDS_A_WARP = 8000, 32


def warps_for(settings: Settings, n_tokens: int, n_words: int) -> int:
    """Return how many warps may train at once without a loss of quality.

    Examples
    --------
    >>> from w2v import Word2Vec
    >>> warps_for(Word2Vec().checked(), 17_000_000, 70_000), warps_for(Word2Vec().checked(), 100_000, 5_000)
    (2112, 12)
    """
    by_rate = _WARPS_TIMES_ALPHA_SQUARED / max(settings.alpha, 1e-4) ** 2
    return max(1, int(min(by_rate + 0.5, n_tokens / _TOKENS_A_WARP, n_words / _WORDS_A_WARP)))


class CudaTrainer:
    """Trains `inp` and the outputs on one corpus, which is not empty, epoch after epoch.

    `collect` writes what was learnt back into `inp` and the outputs.

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
    ) -> None:
        self.settings, self.vocab = settings, vocab
        self.words = corpus.n_words * settings.epochs
        self.loss_every = 1 if settings.compute_loss else loss_every(corpus.n_words)
        self._corpus, self._card = corpus, card
        self._warps = WARPS or warps_for(settings, corpus.n_words, len(vocab))
        self._matrices = {"inp": inp, "out": outputs.syn1neg, "nodes": outputs.syn1}
        self._matrices = {name: matrix for name, matrix in self._matrices.items() if len(matrix)}
        self._fields = self._plain_fields(corpus, inp, frozen_output)
        self._shape = self._shape_of(inp.shape[1])
        self._card.build(self._shape.macros)
        self._addresses: dict[str, Address] = {}
        self._slots: list[Slot] = []
        self._kept = False  # whether each part of the corpus has a slot of its own
        self._collected = True
        try:
            self._upload_tables(locks)
        except BaseException:
            self._card.close()
            raise

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

    # ---- what is on the card ----

    def _put(self, array: npt.NDArray[Any]) -> Address:
        array = np.ascontiguousarray(array)
        address = self._card.allocate(max(array.nbytes, 16))
        self._card.write(address, array)
        return address

    def _upload_tables(self, locks: npt.NDArray[np.float32] | None) -> None:
        """Everything but ids and weights: it does not change."""
        settings, card = self.settings, self._card
        self._check_memory()
        tables: dict[str, Any] = {"locks": locks}
        if settings.sample:
            tables["keep"] = self.vocab.keep_thresholds(settings.sample)
        if settings.negative:
            tables["noise"] = self.vocab.noise(settings.ns_exponent).table
        if self._tree is not None:
            tables["paths"] = (self._tree.points << 1 | self._tree.codes).astype(np.int32)
            tables["path_starts"] = self._tree.starts.astype(np.int64)
        self._addresses = {name: self._put(table) for name, table in tables.items() if table is not None}
        self._addresses |= {"next": card.allocate(16), "tally": card.allocate(TALLY.itemsize)}
        for name, matrix in self._matrices.items():
            self._addresses[name] = card.allocate(whole_rows(matrix).nbytes)

    def _check_memory(self) -> None:
        """Refuse a model that the card has no room for, with the sizes."""
        wanted = sum(whole_rows(matrix).nbytes for matrix in self._matrices.values()) + 12 * len(self.vocab) + _SPARE
        self._card.check_room(wanted + 3 * 8 * _PART)

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
        try:
            self._train(place, tallies, bar.watch(tallies, place.epoch) or (lambda: None), pauses)
        finally:
            self._card.wait()
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
            while not card.has_passed(slot.mark):
                time.sleep(_POLL)
                watch()
            now = np.zeros(1, dtype=TALLY)
            card.peek(self._addresses["tally"], now)
            for name in TALLY.names or ():
                tallies[name] = begun[name] + now[name].astype(tallies[name].dtype)
            watch()

        for slot, part in self._placed_parts(place.sentence):
            if len(under_way) == 2:
                ends(under_way.pop(0))
            if under_way and pauses and pauses.due():
                ends(under_way.pop())
                self.collect()
                pauses.save(place.within(slot.first_sentence if part is None else part.first_sentence, tallies))
                self._collected = False
            if part is not None:
                slot.fill(card, part)
            self._launch(slot, place.epoch)
            under_way.append(slot)
        for slot in under_way:
            ends(slot)

    def _placed_parts(self, first: int) -> Iterator[tuple["Slot", Part | None]]:
        """Every part from a sentence on, with its slot: its own, filled once, where all have room; else two take turns.

        No part: the slot has it already.
        """
        if isinstance(self._corpus, StreamCorpus):
            groups = whole_groups(self._corpus.parts(), _GROUP)
            parts, keep = gathered(part for part in groups if part.first_sentence >= first), False
        else:
            size = 8 * (self._corpus.n_words + 2 * len(self._corpus))
            has_room = bool(self._slots) or self._card.free > 2 * size + _SPARE
            parts, keep = cut(self._corpus, first), has_room and not first
        known = len(self._slots) if keep and self._kept else 0
        self._kept = keep
        for place, part in enumerate(parts):
            number = place if keep else place % 2
            if number == len(self._slots):
                self._slots.append(Slot())
            yield self._slots[number], None if place < known else part

    def _launch(self, slot: "Slot", epoch: int) -> None:
        """Begin a part: downsampling, then the warps that train it."""
        card, words_before = self._card, self.words // self.settings.epochs * epoch
        card.clear(self._addresses["next"], 8)
        numbers = {"epoch": epoch, "words_before": words_before}
        job = job_of(**self._fields, **self._addresses, **slot.fields, **numbers).tobytes()
        card.launch("downsample", job, 16 * card.facts.multiprocessors, threads=128)
        warps = min(self._warps, card.warps_at_once(self._kernel, self._shape.shared))
        card.launch(self._kernel, job, warps, shared=self._shape.shared)
        slot.mark = card.mark()

    @property
    def _kernel(self) -> str:
        return "cbow" if self._fields["cbow"] else "skipgram"


class Slot:
    """Memory of the card for one part of a corpus."""

    def __init__(self) -> None:
        self.fields: dict[str, int] = {}
        self.mark: Any = None
        self._room: dict[str, tuple[Address, int]] = {}

    @property
    def first_sentence(self) -> int:
        """The number of its first sentence in the corpus."""
        return self.fields["first_sentence"]

    def fill(self, card: Card, part: Part) -> None:
        """Copy a part to the card, beside what trains there."""
        tokens, sentences = len(part.ids), len(part.offsets) - 1
        first = int(part.offsets[0])
        arrays: dict[str, npt.NDArray[Any]] = {"ids": part.ids, "offsets": part.offsets - first}
        if part.weights is not None:
            arrays["sentence_weights"] = part.weights
        sizes = {name: array.nbytes for name, array in arrays.items()} | {"kept": 4 * tokens, "n_kept": 4 * sentences}
        for name, size in sizes.items():
            address, room = self._room.get(name, (0, 0))
            if size > room:
                card.free_memory(address)
                self._room[name] = card.allocate(size + size // 8), size + size // 8
        for name, array in arrays.items():
            card.write(self._room[name][0], np.ascontiguousarray(array), stream="copy")
        card.wait("copy")
        self.fields = {name: self._room[name][0] for name in sizes}
        self.fields |= {"n_sentences": sentences, "first_sentence": part.first_sentence, "first_token": first}


def cut(corpus: TokenCorpus, first: int = 0) -> Iterator[Part]:
    """Cut a corpus that is kept into parts of some million tokens, between blocks of sentences with a common pool."""
    begin, n = first, len(corpus)
    while begin < n:
        end = int(np.searchsorted(corpus.offsets, corpus.offsets[begin] + _PART, side="right")) - 1
        end = min(n, max(begin + 1, end))
        if end < n:
            end = min(n, max(1, (end - begin) // _GROUP) * _GROUP + begin)
        offsets = corpus.offsets[begin : end + 1]
        weights = None if corpus.weights is None else corpus.weights[begin:end]
        yield Part(corpus.ids[offsets[0] : offsets[-1]], offsets, begin, weights)
        begin = end


def gathered(parts: Iterator[Part]) -> Iterator[Part]:
    """Join parts of a corpus that is read anew until they have a million tokens or more."""
    waiting: list[Part] = []
    tokens = 0
    for part in parts:
        waiting.append(part)
        tokens += len(part.ids)
        if tokens >= _PART // 8:
            yield _joined(waiting)
            waiting, tokens = [], 0
    if waiting:
        yield _joined(waiting)


def _joined(parts: list[Part]) -> Part:
    offsets = [part.offsets[:-1] for part in parts[:-1]] + [parts[-1].offsets]
    return Part(np.concatenate([part.ids for part in parts]), np.concatenate(offsets), parts[0].first_sentence)
