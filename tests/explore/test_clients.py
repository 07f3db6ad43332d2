"""The server and those who connect: half a request, a letter at a time, very many; and names of two addresses."""

import contextlib
import errno
import http.client
import re
import signal
import socket
import subprocess
import sys
import time

import numpy as np
import pytest

from w2v import KeyedVectors
from w2v.explore.clients import bind

PROGRAM = """
import socket, sys
server, path, seconds, *names = sys.argv[1:]
if server == "plain":
    sys.modules["waitress"] = None
import w2v.explore.clients as clients
from w2v import KeyedVectors
clients.SECONDS = float(seconds)
from w2v.explore.server import serve
if names:
    clients._addresses = lambda host: [(socket.AF_INET, (name, 0)) for name in names]
serve({"v": KeyedVectors.load(path)}, host="localhost" if names else "127.0.0.1", port=0)
"""


@pytest.fixture
def path(tmp_path):
    KeyedVectors.from_pieces(["a", "b", "c"], np.eye(3, dtype=np.float32), {}).save(tmp_path / "v.w2v")
    return tmp_path / "v.w2v"


@pytest.fixture(params=["waitress", "plain"])
def server(request):
    """Which server: waitress, or that of the standard library."""
    if request.param == "waitress":
        pytest.importorskip("waitress", reason="waitress is not installed")
    return request.param


@contextlib.contextmanager
def serving(server, path, *arguments):
    """The port of a server in a process of its own, and the address that it says."""
    command = [sys.executable, "-u", "-c", PROGRAM, server, str(path), *map(str, arguments)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            address = process.stdout.readline().strip()
            yield int(re.fullmatch(r"http://.*:(\d+)/", address).group(1)), address
        finally:
            process.terminate()
            _, said = process.communicate(timeout=30)
    assert said == ""


def answers(port, host="127.0.0.1"):
    """Whether a client that behaves is answered."""
    connection = http.client.HTTPConnection(host, port, timeout=30)
    with contextlib.closing(connection):
        connection.request("GET", "/api/about")
        return connection.getresponse().status == 200


@contextlib.contextmanager
def half_sent(port, n):
    """So many clients that have sent half a request and wait."""
    with contextlib.ExitStack() as stack:
        clients = []
        for _ in range(n):
            clients.append(stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=30)))
            clients[-1].sendall(b"GET /api/about HTTP/1.1\r\nHost: loc")
        yield clients


@pytest.mark.parametrize("n", [150, 500])
def test_half_sent_requests_stop_nobody(server, path, n):
    with serving(server, path, 600) as (port, _), half_sent(port, n):
        assert answers(port)


def test_the_youngest_of_many_may_finish(server, path):
    with serving(server, path, 600) as (port, _), half_sent(port, 300) as clients:
        assert answers(port)
        clients[-1].sendall(b"alhost\r\n\r\n")
        assert clients[-1].recv(15)[8:] == b" 200 OK"
        assert clients[0].recv(15) == b""  # given up


def test_a_client_that_dawdles_is_given_up(server, path):
    with serving(server, path, 1) as (port, _), half_sent(port, 1) as (client,):
        begin = time.monotonic()
        with contextlib.suppress(ConnectionError):
            while time.monotonic() - begin < 60:
                client.sendall(b"x")  # never idle
                time.sleep(0.2)
        assert time.monotonic() - begin < 60
        assert answers(port)


def test_a_connection_is_kept_as_long_as_it_is_used(server, path):
    with serving(server, path, 3) as (port, _):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        with contextlib.closing(connection):
            for _ in range(12):
                connection.request("GET", "/api/about")
                response = connection.getresponse()
                assert (response.status, bool(response.read())) == (200, True)
                time.sleep(0.5)


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals of POSIX")
def test_an_interrupt_is_the_usual_end(server, path):
    command = [sys.executable, "-u", "-c", PROGRAM, server, str(path), "20"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        port = int(process.stdout.readline().rpartition(":")[2].strip().strip("/"))
        assert answers(port)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
    assert (process.returncode, said) == (0, "")


@pytest.mark.skipif(sys.platform != "linux", reason="needs the addresses 127.0.0.x")
def test_a_name_of_two_addresses(server, path):
    with serving(server, path, 20, "127.0.0.1", "127.0.0.2") as (port, address):
        assert address == f"http://localhost:{port}/"
        assert answers(port)
        assert answers(port, "127.0.0.2")


def test_localhost_as_it_is_here():
    sockets = bind("localhost", None, 0)
    ports = {made.getsockname()[1] for made in sockets}
    for made in sockets:
        made.close()
    assert len(ports) == 1


def test_ports_that_are_taken():
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(OSError, match=r"127\.0\.0\.1") as told:
            bind("127.0.0.1", port, 0)
        assert told.value.errno == errno.EADDRINUSE
        (made,) = bind("127.0.0.1", None, port)
        assert made.getsockname()[1] not in (0, port)
        made.close()


def test_hosts_that_are_not_there():
    with pytest.raises(OSError, match=r"no\.such\.host\.invalid: expected a name or an address of this machine"):
        bind("no.such.host.invalid", None, 0)
    with pytest.raises(OSError, match=r"203\.0\.113\.7"):
        bind("203.0.113.7", None, 0)
