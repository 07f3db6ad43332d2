"""Which device `device=` means."""

import logging
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from w2v.cuda.warps import warps_for
from w2v.errors import DeviceError

if TYPE_CHECKING:
    from w2v.cuda.card import Card

logger = logging.getLogger("w2v.model")

Trainer = TypeVar("Trainer")

_LEAST_TOKENS = 1_000_000  # of all epochs: with fewer, starting a card takes longer than training


def checked(device: str) -> str:
    """Return a device's name if it can be one.

    Examples
    --------
    >>> checked("cuda:1")
    'cuda:1'
    >>> checked("gpu")
    Traceback (most recent call last):
    ValueError: device: expected 'cpu', 'cuda', 'cuda:0', 'cuda:1', ... or 'auto', got 'gpu'
    """
    if not isinstance(device, str) or not re.fullmatch(r"cpu|auto|cuda(:\d{1,3})?", device):
        raise ValueError(f"device: expected 'cpu', 'cuda', 'cuda:0', 'cuda:1', ... or 'auto', got {device!r}")
    return device


def check_available(device: str) -> None:
    """Raise what `open_card` would, before anything is done."""
    if device not in ("cpu", "auto"):
        _card(device).close()


def check_memory(device: str, size: int) -> None:
    """Refuse what a card has no room for, so many bytes, before the processor's memory is filled with it.

    That there is no card is left to `check_available`, which is asked when training begins.

    Raises
    ------
    DeviceError
        There is a card, and it has not so much free memory.
    """
    if device in ("cpu", "auto"):
        return
    try:
        card = _card(device)
    except (ImportError, DeviceError):
        return
    try:
        card.check_room(size)
    finally:
        card.close()


def open_card(device: str, n_tokens: int, warps: int | None = None) -> "Card | None":
    """Return the card that a device's name means; None for the processor.

    Parameters
    ----------
    device : str
    n_tokens : int
        Words or pairs to be trained in all.
    warps : int, optional
        How many warps may train at once, where the user has not chosen the number: one alone is not worth a card.

    Raises
    ------
    ImportError, DeviceError
        A card was asked for, and there is none that can be used.
    """
    if device == "cpu":
        return None
    if warps == 1:
        why = "corpus and vocabulary are so small that one warp alone could train at a time"
        logger.info("device=%r: training on the processor, since %s; warps=1 trains on the card", device, why)
        return None
    if device != "auto":
        return _card(device)
    if n_tokens < _LEAST_TOKENS:
        logger.info("device='auto': training on the processor, since %d words are too few for a card", n_tokens)
        return None
    try:
        return _card("cuda")
    except (ImportError, DeviceError) as error:
        logger.info("device='auto': training on the processor: %s", error)
        return None


def on_card(
    device: str,
    warps: int | None,
    alpha: float,
    n_tokens: int,
    epochs: int,
    n_words: int,
    make: "Callable[[Card, int], Trainer]",
) -> Trainer | None:
    """Return ``make(card, warps)`` for the card that a device's name means; None for the processor.

    Parameters
    ----------
    device : str
    warps : int or None
        How many train at once, if the user has chosen the number.
    alpha, n_tokens, n_words
        As for `warps_for`, which chooses it else.
    epochs : int
    make : callable

    Raises
    ------
    ImportError, DeviceError
        A card was asked for, and there is none that can be used; with ``device="auto"`` the log says so.
    """
    chosen = warps or warps_for(alpha, n_tokens, n_words)
    card = open_card(device, n_tokens * epochs, None if warps else chosen)
    if card is None:
        return None
    try:
        return make(card, chosen)
    except DeviceError as error:
        if device != "auto":
            raise
        logger.info("device='auto': training on the processor: %s", error)
        return None


def _card(device: str) -> "Card":
    from w2v.cuda import card  # here, because most programs never need one

    return card.Card(int(device.partition(":")[2] or 0))
