"""Where the server listens, and what it bears from those who connect: slow ones, and many at once."""

import contextlib
import errno
import os
import socket
import time
from typing import Any

__all__ = ["LIMITS", "MOST", "SECONDS", "bind", "bounded"]

#: Settings of waitress: more connections than `MOST` may only be some that are being closed.
LIMITS = {"connection_limit": 1000, "asyncore_use_poll": True, "max_request_body_size": 1}

SECONDS = 20.0  # a client has to send a whole request, in which it may not dawdle, and then the next one
MOST = 200  # clients that have not sent a whole request; beyond that, the one that waits longest has to go
_TRIES = 10  # ports, until one is free at all addresses

Address = tuple[socket.AddressFamily, Any]


def bind(host: str, port: int | None, usual: int) -> list[socket.socket]:
    """Return a socket for every address of a host, all at one port: this one, or the usual one, or any that is free.

    Raises
    ------
    OSError
        The host is not known, or has no address of this machine, or the port is taken.
    """
    addresses = _addresses(host)
    for wanted in (usual, *[0] * _TRIES) if port is None else (port,):
        try:
            return _bound(addresses, wanted)
        except OSError as error:
            failure = error
            failure.filename = f"{host}:{wanted}"
            if error.errno != errno.EADDRINUSE:
                break
    raise failure


def _addresses(host: str) -> list[Address]:
    """The addresses that a name stands for, each once."""
    try:
        found = socket.getaddrinfo(host, 0, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except socket.gaierror as error:
        raise OSError(f"{host}: expected a name or an address of this machine: {error.strerror}") from error
    return list(dict.fromkeys((family, address) for family, _, _, _, address in found))


def _bound(addresses: list[Address], port: int) -> list[socket.socket]:
    """Sockets at these addresses; a family that this machine does not have is passed over, if there is another."""
    made: list[socket.socket] = []
    failure: OSError | None = None
    with contextlib.ExitStack() as stack:
        for family, (host, _, *rest) in addresses:
            try:
                made.append(_one(family, (host, port, *rest)))
            except OSError as error:
                failure = error
                if error.errno not in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
                    raise
                continue
            stack.callback(made[-1].close)
            port = made[-1].getsockname()[1]
        if made:
            stack.pop_all()
            return made
    raise failure or OSError("expected an address to listen at")


def _one(family: socket.AddressFamily, address: Any) -> socket.socket:
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        if os.name == "posix":  # elsewhere it would let two programs listen at one port
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        made.bind(address)
    except BaseException:
        made.close()
        raise
    return made


def bounded() -> Any:
    """The class of waitress's channels, one for each client, with a deadline, and with a bound on how many wait."""
    from waitress.channel import HTTPChannel

    class Channel(HTTPChannel):  # type: ignore[misc]
        """A client that is given up if it dawdles, or if too many others wait."""

        def __init__(self, server: Any, *arguments: Any, **named: Any) -> None:
            super().__init__(server, *arguments, **named)
            self._since = time.monotonic()
            waiting = [other for other in server.active_channels.values() if not other._is_served()]
            if len(waiting) >= MOST:
                min(waiting, key=lambda other: other._since).handle_close()

        def _is_served(self) -> bool:
            return bool(self.requests or self.total_outbufs_len)

        def readable(self) -> Any:
            """Called once a second at least."""
            if self._is_served():
                self._since = time.monotonic()
            elif time.monotonic() - self._since > SECONDS:
                self.will_close = True
            return super().readable()

    return Channel
