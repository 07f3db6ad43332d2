"""Serving the explorer: on this machine alone, unless told otherwise, and then to those who have the token."""

import secrets
import threading
from collections.abc import Callable, Mapping
from typing import Any

from w2v.explore.answers import Answers
from w2v.explore.app import App, is_loopback
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
        Address to listen at. At any that is not this machine's loopback, every request must bring a token, which is
        part of the address that `ready` gets.
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
    token = None if is_loopback(host) else secrets.token_urlsafe(24)
    answers = Answers(models, layout, saved)
    app = App(answers, token)
    options = {"host": host, "threads": _THREADS, "ident": None, "max_request_body_size": 1}
    try:
        server = create_server(app, port=PORT if port is None else port, **options)
    except OSError:
        if port is not None:
            raise
        server = create_server(app, port=0, **options)
    threading.Thread(target=answers.layouts[0].prepare, daemon=True).start()
    shown = f"[{host}]" if ":" in host else host
    ready(f"http://{shown}:{server.effective_port}/" + (f"?token={token}" if token else ""))
    try:
        server.run()
    finally:
        server.close()
