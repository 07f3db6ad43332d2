"""What callbacks are: objects with four hooks, called with the model, between epochs, in the thread that trains."""

from collections.abc import Iterable
from typing import Any, Protocol

_HOOKS = ("on_train_begin", "on_epoch_begin", "on_epoch_end", "on_train_end")


class Callback(Protocol):
    """The hooks, all of which must be there. They may query, save or change the model; an error ends training."""

    def on_train_begin(self, model: Any, /) -> object:
        """Before the first epoch of a call of `train`."""

    def on_epoch_begin(self, model: Any, /) -> object:
        """Before each epoch."""

    def on_epoch_end(self, model: Any, /) -> object:
        """After each epoch."""

    def on_train_end(self, model: Any, /) -> object:
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
    """

    def __init__(self, callbacks: Iterable[Callback], model: Any) -> None:
        self._model = model
        self._methods = [{hook: getattr(callback, hook) for hook in _HOOKS} for callback in callbacks]

    def call(self, hook: str) -> None:
        """Call a hook of each callback, in their order."""
        for methods in self._methods:
            methods[hook](self._model)
