"""Serving the explorer: on this machine alone, unless told otherwise, and then to those who have the token."""

import logging
import secrets
import socket
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from w2v.explore import plain
from w2v.explore.answers import Answers
from w2v.explore.app import App, is_loopback
from w2v.explore.clients import LIMITS, bind, bounded
from w2v.keyedvectors import KeyedVectors

__all__ = ["PORT", "serve"]

PORT = 8765
_THREADS = 4
_AT_ONCE = 128  # clients that connect before one is accepted


def serve(
    models: Mapping[str, KeyedVectors],
    *,
    host: str = "127.0.0.1",
    port: int | None = None,
    layout: str = "tsne",
    saved: Sequence[str | None] = (),
    ready: Callable[[str], Any] = print,
) -> None:
    """Serve the explorer until Ctrl-C.

    Parameters
    ----------
    models : mapping of str -> KeyedVectors
        One or two, under the names they are shown by.
    host : str, default "127.0.0.1"
        Address to listen at, or a name, all whose addresses are meant. At any that is not this machine's loopback,
        every request must bring a token, which is part of the address that `ready` gets.
    port : int, optional
        Without it, 8765, or any that is free if that is taken.
    layout : "pca", "tsne" or "umap", default "tsne"
        Of the map; the last two are shown as soon as they are computed, and "umap" needs the library of that name.
    saved : sequence of path or None, optional
        Where such a map of each model is kept.
    ready : callable, default print
        Called with the address of the page as soon as it can be opened.

    Raises
    ------
    OSError
        The port is taken.

    Examples
    --------
    >>> serve({"novels": model.wv})  # doctest: +SKIP
    http://127.0.0.1:8765/
    """
    answers = Answers(models, layout, saved)
    sockets = bind(host, port, PORT)
    addresses = [made.getsockname() for made in sockets]
    token = None if all(is_loopback(address[0]) for address in addresses) else secrets.token_urlsafe(24)
    for made in sockets:
        made.listen(_AT_ONCE)
    threading.Thread(target=answers.layouts[0].prepare, daemon=True).start()
    shown = f"[{host}]" if ":" in host else host
    ready(f"http://{shown}:{addresses[0][1]}/" + (f"?token={token}" if token else ""))
    _run(App(answers, token), sockets)


def _run(app: App, sockets: list[socket.socket]) -> None:
    """Serve by waitress where it is installed, else by the standard library."""
    try:
        from waitress import create_server
    except ImportError:
        return plain.run(app, sockets)
    logging.getLogger("waitress").setLevel(logging.ERROR)  # it warns whenever a page asks for several files at once
    clients: dict[int, Any] = {}  # what the server looks after: its sockets at first, then those of clients, too
    server = create_server(app, clients, sockets=sockets, threads=_THREADS, ident=None, **LIMITS)
    channel = bounded()
    for listening in clients.values():
        listening.channel_class = channel
    try:
        server.run()
    finally:
        server.close()
