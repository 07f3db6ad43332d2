"""Serving the explorer: on this machine alone, unless told otherwise, and then to those who have the token."""

import secrets
import threading
from collections.abc import Callable, Mapping
from typing import Any

from w2v.explore.answers import Answers
from w2v.explore.app import App, is_loopback
from w2v.explore.clients import LIMITS, bind, bounded
from w2v.keyedvectors import KeyedVectors

__all__ = ["PORT", "serve"]

PORT = 8765
_THREADS = 4


def serve(
    models: Mapping[str, KeyedVectors],
    *,
    host: str = "127.0.0.1",
    port: int | None = None,
    layout: str = "pca",
    saved: str | None = None,
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
    layout : "pca", "tsne" or "umap", default "pca"
        Of the map; the last two are shown when they are computed, and need the libraries of `w2v.projection`.
    saved : path, optional
        Where such a map of the first model is kept.
    ready : callable, default print
        Called with the address of the page as soon as it can be opened.

    Raises
    ------
    ImportError
        waitress is not installed: ``pip install "w2v[explore]"``.
    OSError
        The port is taken.

    Examples
    --------
    >>> serve({"novels": model.wv})  # doctest: +SKIP
    http://127.0.0.1:8765/
    """
    try:
        from waitress import create_server
    except ImportError as error:
        raise ImportError('this needs waitress, which is not installed: pip install "w2v[explore]"') from error
    answers = Answers(models, layout, saved)
    sockets = bind(host, port, PORT)
    addresses = [made.getsockname() for made in sockets]
    token = None if all(is_loopback(address[0]) for address in addresses) else secrets.token_urlsafe(24)
    clients: dict[int, Any] = {}  # what the server looks after: its sockets at first, then those of clients, too
    server = create_server(App(answers, token), clients, sockets=sockets, threads=_THREADS, ident=None, **LIMITS)
    channel = bounded()
    for listening in clients.values():
        listening.channel_class = channel
    threading.Thread(target=answers.layouts[0].prepare, daemon=True).start()
    shown = f"[{host}]" if ":" in host else host
    ready(f"http://{shown}:{addresses[0][1]}/" + (f"?token={token}" if token else ""))
    try:
        server.run()
    finally:
        server.close()
