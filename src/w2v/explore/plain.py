"""The server of the standard library, where waitress is not installed, with the same bounds on those who connect."""

import contextlib
import socket
import threading
import time
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from w2v.explore.clients import MOST, SECONDS

__all__ = ["run"]


class _Handler(WSGIRequestHandler):
    """One request, without a line in the terminal."""

    server: "_Server"

    def setup(self) -> None:
        super().setup()
        self.server.waiting[self.connection] = time.monotonic()

    def parse_request(self) -> bool:
        understood = super().parse_request()
        self.server.waiting.pop(self.connection, None)  # it has sent all that we read
        return understood

    def finish(self) -> None:
        self.server.waiting.pop(self.connection, None)
        with contextlib.suppress(OSError):  # it is gone
            super().finish()

    def address_string(self) -> str:
        return str(self.client_address[0])  # asking for its name may take seconds

    def log_message(self, format: str, *arguments: Any) -> None:
        """Say nothing: the page's own requests interest nobody."""


class _Server(ThreadingMixIn, WSGIServer):
    """A server at a socket that listens already; clients that dawdle, or wait longest among too many, are given up."""

    daemon_threads = True

    def __init__(self, listening: socket.socket, app: Any) -> None:
        super().__init__(listening.getsockname()[:2], _Handler, bind_and_activate=False)
        self.socket.close()
        self.socket = listening
        self.waiting: dict[socket.socket, float] = {}  # clients that have not sent a whole request, and since when
        self.server_name, self.server_port = str(listening.getsockname()[0]), listening.getsockname()[1]
        self.setup_environ()
        self.set_app(app)

    def service_actions(self) -> None:
        """Called with each client, and twice a second at least."""
        oldest = sorted(self.waiting.items(), key=lambda item: item[1])
        too_many = max(0, len(oldest) - MOST)
        now = time.monotonic()
        for place, (client, since) in enumerate(oldest):
            if place < too_many or now - since > SECONDS:
                self.waiting.pop(client, None)
                with contextlib.suppress(OSError):
                    client.shutdown(socket.SHUT_RDWR)  # its thread reads the end

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a client that went away is no error, and the application tells its own."""


def run(app: Any, sockets: list[socket.socket]) -> None:
    """Serve at these sockets until Ctrl-C."""
    servers = [_Server(listening, app) for listening in sockets]
    for server in servers[1:]:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        with contextlib.suppress(KeyboardInterrupt):
            servers[0].serve_forever()
    finally:
        for server in servers:
            server.server_close()
