"""Checkpoints of w2v train: what they remember of the command line, and the signals that have one written."""

import argparse
import os
import signal
import threading
from types import FrameType
from typing import Any

from w2v.callbacks import Checkpoint
from w2v.cli.options import Parser, number
from w2v.cli.streams import STANDARD, check_output

_SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
_REMEMBERED = ("text", "column", "output", "format", "watch", "quiet", "json", "cache", "cache_dir")
_LATER = {"ray": None, "deadline": None, "add_outputs": False}  # which older checkpoints do not remember


def add_checkpoints(parser: Parser) -> None:
    """Add --checkpoint, --every, --continue and --force."""
    group = parser.add_argument_group("training that may be interrupted")
    text = "write a file to go on from; Ctrl-C and SIGTERM write it, too; it goes once the vectors are saved"
    group.add_argument("--checkpoint", metavar="FILE", help=text)
    text = "seconds from one checkpoint to the next (default: 60)"
    group.add_argument("--every", type=number(float, 0), metavar="SECONDS", help=text)
    text = "go on from a checkpoint, with the command line that began it; nothing else needs to be said"
    group.add_argument("--continue", dest="unfinished", metavar="FILE", help=text)
    group.add_argument("--force", action="store_true", help="with --continue: even if the text is another one")


def check_checkpoint(options: argparse.Namespace, paths: list[str]) -> None:
    """Refuse options that contradict each other, and a checkpoint that is there already, for work may be in it."""
    if options.checkpoint is None:
        if options.every is not None:
            raise ValueError("--every: expected --checkpoint FILE with it")
        return
    if options.checkpoint == STANDARD:
        raise ValueError("--checkpoint -: expected the name of a file")
    if os.path.exists(options.checkpoint):
        advice = f"w2v train --continue {options.checkpoint} goes on from it; remove it to begin anew"
        raise ValueError(f"{options.checkpoint}: expected no such file, got one: {advice}")
    check_output(options.checkpoint, *paths)


def asked(options: argparse.Namespace) -> "Stoppable | None":
    """What writes the checkpoints that a command line asks for, if it does."""
    if options.checkpoint is None:
        return None
    command = {name: getattr(options, name) for name in (*_REMEMBERED, *_LATER)}
    command["text"] = [_absolute(text) for text in options.text]
    command["output"] = _absolute(options.output)
    return Stoppable(options.checkpoint, 60.0 if options.every is None else options.every, {"command": command})


def restored(path: str, note: dict[str, Any] | None) -> argparse.Namespace:
    """The command line that a checkpoint remembers."""
    command = (note or {}).get("command")
    command = {**_LATER, **command} if isinstance(command, dict) else command
    if not isinstance(command, dict) or set(command) != {*_REMEMBERED, *_LATER}:
        raise ValueError(f"{path}: expected a checkpoint of w2v train, got another: Word2Vec.resume goes on from it")
    return argparse.Namespace(**command)


def _absolute(path: str) -> str:
    return path if path == STANDARD else os.path.abspath(path)


class Stoppable(Checkpoint):
    """Checkpoints of training that Ctrl-C, SIGTERM and SIGHUP end only after another one; the second signal at once."""

    def __init__(self, path: str, every: float, note: dict[str, Any] | None) -> None:
        super().__init__(path, every, note)
        self.signal: int | None = None
        self._before: dict[int, Any] = {}

    def on_train_begin(self, model: Any) -> None:
        """Take over the signals; before, there is nothing that a checkpoint could keep."""
        if threading.current_thread() is threading.main_thread():
            wanted = [number for number in _SIGNALS if signal.getsignal(number) is not signal.SIG_IGN]
            self._before = {number: signal.signal(number, self._stop) for number in wanted}

    def on_train_end(self, model: Any) -> None:
        """Give the signals back."""
        self.release()

    def release(self) -> None:
        """Give the signals back, if they have been taken."""
        while self._before:
            signal.signal(*self._before.popitem())

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.signal = number
        self.release()  # a second one ends the program as it always does
        self.stop()
