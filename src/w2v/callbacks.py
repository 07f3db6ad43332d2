"""What callbacks are: objects with four hooks, called with the model, between epochs, in the thread that trains."""

from collections.abc import Iterable
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
        self._model = model
        self._methods = [{hook: getattr(callback, hook) for hook in _HOOKS} for callback in callbacks]

    def call(self, hook: str) -> bool:
        """Call a hook of each callback, in their order; return whether any of them wants training to stop."""
        stop = False
        for methods in self._methods:
            try:
                stop |= methods[hook](self._model) is True
            except StopTraining:
                stop = True
        return stop
