"""What callbacks are: objects with four hooks, called with the model, between epochs, in the thread that trains."""

import math
from collections.abc import Iterable
from os import PathLike
from typing import Any, Protocol

_HOOKS = ("on_train_begin", "on_epoch_begin", "on_epoch_end", "on_train_end")


class StopTraining(Exception):
    """Raise it in a hook, or return True there, to end training early; the model keeps what it has learnt."""


class Callback(Protocol):
    """The hooks, all of which must be there. They may query, save or change the model, or stop; an error ends training.

    A hook that returns True, or raises `StopTraining`, ends the training before the next epoch; `on_train_end` is
    still called.
    """

    def on_train_begin(self, model: Any, /) -> object:
        """Before the first epoch of a call of `train`."""

    def on_epoch_begin(self, model: Any, /) -> object:
        """Before each epoch."""

    def on_epoch_end(self, model: Any, /) -> object:
        """After each epoch."""

    def on_train_end(self, model: Any, /) -> object:
        """After the last epoch."""


class CallbackAny2Vec:
    """A base for callbacks, under gensim's name, whose hooks do nothing: override those you need.

    Examples
    --------
    >>> from w2v import Word2Vec
    >>> class Losses(CallbackAny2Vec):
    ...     def on_epoch_end(self, model):
    ...         print(f"epoch {len(model.losses)}: {model.losses[-1]:.1f}")
    ...         return len(model.losses) == 2
    >>> corpus = [["to", "be", "or", "not", "to", "be"]] * 20
    >>> model = Word2Vec(corpus, vector_size=8, min_count=1, sample=0, callbacks=[Losses()])
    epoch 1: 4.1
    epoch 2: 3.3
    """

    def on_train_begin(self, model: Any) -> object:
        """Before the first epoch of a call of `train`."""

    def on_epoch_begin(self, model: Any) -> object:
        """Before each epoch."""

    def on_epoch_end(self, model: Any) -> object:
        """After each epoch."""

    def on_train_end(self, model: Any) -> object:
        """After the last epoch."""


class Checkpoint(CallbackAny2Vec):
    """Has training written to a file every so often, so that it can go on from there: `w2v.Word2Vec.resume`.

    ``train(checkpoint=path, checkpoint_every=every)`` is short for it. With this object, another thread or the handler
    of a signal can also end training by `stop`, without losing anything.

    Parameters
    ----------
    path : path
        Written beside and renamed, so that it always is whole.
    every : float, default 60.0
        Seconds from one to the next; 0: as often as possible.
    note : dict, optional
        Anything that JSON can hold; it is kept in the file, for the program that goes on.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from w2v import Word2Vec
    >>> path = pathlib.Path(tempfile.mkdtemp(), "run.ckpt")
    >>> model = Word2Vec([["to", "be"]] * 20, vector_size=8, callbacks=[Checkpoint(path, every=600)])
    >>> len(Word2Vec.load(path).losses)
    5
    """

    def __init__(self, path: str | PathLike[str], every: float = 60.0, note: dict[str, Any] | None = None) -> None:
        if isinstance(every, bool) or not isinstance(every, int | float) or not 0 <= every < math.inf:
            raise ValueError(f"checkpoint_every: expected seconds, 0 or more, got {every!r}")
        if not isinstance(path, str | PathLike):
            raise TypeError(f"checkpoint: expected a path, got {type(path).__name__}")
        self.path, self.every, self.note = path, every, note
        self.ends = False

    def stop(self) -> None:
        """Have a last checkpoint written at the next quiet point; then `train` raises KeyboardInterrupt."""
        self.ends = True


class Hooks:
    """The hooks of several callbacks, looked up at once: AttributeError if one is not there.

    Examples
    --------
    >>> class Greeter:
    ...     def on_train_begin(self, model):
    ...         print("hello,", model)
    ...
    ...     on_epoch_begin = on_epoch_end = on_train_end = on_train_begin
    >>> Hooks([Greeter(), Greeter()], "model").call("on_epoch_end")
    hello, model
    hello, model
    False
    """

    def __init__(self, callbacks: Iterable[Callback], model: Any) -> None:
        if isinstance(callbacks, str | bytes) or not isinstance(callbacks, Iterable):
            raise TypeError(f"callbacks: expected a list of objects with {', '.join(_HOOKS)}, got {callbacks!r}")
        callbacks = list(callbacks)
        asked = [callback for callback in callbacks if isinstance(callback, Checkpoint)]
        if len(asked) > 1:
            raise ValueError(f"expected one checkpoint, got {' and '.join(str(callback.path) for callback in asked)}")
        self.checkpoint = asked[0] if asked else None
        self._model = model
        self._methods = [{hook: getattr(callback, hook) for hook in _HOOKS} for callback in callbacks]

    @property
    def are_there(self) -> bool:
        """Whether anybody looks at the model after an epoch."""
        return bool(self._methods) or self.checkpoint is not None

    def call(self, hook: str) -> bool:
        """Call a hook of each callback, in their order; return whether any of them wants training to stop."""
        stop = False
        for methods in self._methods:
            try:
                stop |= methods[hook](self._model) is True
            except StopTraining:
                stop = True
        return stop
