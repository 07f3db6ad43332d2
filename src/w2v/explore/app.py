"""The explorer as a WSGI application: which requests it answers, and what it refuses.

Only GET and HEAD. A request must name a host that is ours, so that no page from elsewhere can reach us through a name
that it lets point here (DNS rebinding); or, where other machines may ask, bring the token. Files of the page are those
known when it starts, by their whole names: no path of a request ever reaches the disk.
"""

import hmac
import ipaddress
import json
import logging
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from importlib import resources
from typing import Any
from urllib.parse import parse_qs, urlsplit

from w2v.explore.answers import Answers, NotThere

__all__ = ["App", "is_loopback"]

logger = logging.getLogger("w2v.explore")

Start = Callable[[str, list[tuple[str, str]]], Any]

_COOKIE = "w2v_token"
_LONGEST_QUERY = 4096
_LONGEST_WORD = 200
_TYPES = {"html": "text/html", "css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
_SECURITY = [
    (
        "Content-Security-Policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cache-Control", "no-store"),
]


class _Refused(Exception):
    """A request that gets no answer, and why."""

    def __init__(self, status: HTTPStatus, message: str) -> None:
        super().__init__(message)
        self.status = status


class App:
    """The application.

    Parameters
    ----------
    answers : Answers
    token : str, optional
        What a request must bring, as ``/?token=...`` once and in a cookie from then on. Without it, requests must be
        for this machine by a name of its loopback interface.

    Examples
    --------
    >>> from w2v import KeyedVectors
    >>> kv = KeyedVectors(2)
    >>> kv.add_vectors(["cat", "dog"], [[1, 0], [1, 1]])
    >>> request = {"REQUEST_METHOD": "GET", "PATH_INFO": "/api/suggest", "QUERY_STRING": "text=d"}
    >>> request["HTTP_HOST"] = "localhost:8765"
    >>> App(Answers({"animals": kv}))(request, lambda status, headers: print(status))
    200 OK
    [b'["dog"]']
    """

    def __init__(self, answers: Answers, token: str | None = None) -> None:
        self._answers = answers
        self._token = token
        self._files = _page()
        self._routes: dict[str, Callable[[_Query], Any]] = {
            "/api/about": lambda query: {**answers.about(), "layout": answers.layouts[0].method},
            "/api/suggest": lambda query: answers.suggest(query.number("model", 0), query.word("text")),
            "/api/neighbours": lambda query: answers.neighbours(
                query.number("model", 0), query.words("plus"), query.words("minus"), query.number("topn", 20)
            ),
            "/api/compare": lambda query: answers.compare(query.word("word"), query.number("topn", 20)),
            "/api/moved": lambda query: answers.moved(),
            "/api/map": lambda query: answers.map(query.number("model", 0), query.text("layout") or "pca"),
        }

    def __call__(self, environ: Mapping[str, Any], start_response: Start) -> Iterable[bytes]:
        """Answer a request."""
        headers: list[tuple[str, str]] = []
        try:
            status, kind, body = self._respond(environ, headers)
        except _Refused as error:
            status, kind, body = error.status, "application/json", _json({"error": str(error)})
        except NotThere as error:
            status, kind, body = HTTPStatus.NOT_FOUND, "application/json", _json({"error": str(error)})
        except (ValueError, KeyError) as error:
            status, kind, body = HTTPStatus.BAD_REQUEST, "application/json", _json({"error": str(error)})
        except Exception:
            logger.exception("%s", environ.get("PATH_INFO"))
            status, kind = HTTPStatus.INTERNAL_SERVER_ERROR, "application/json"
            body = _json({"error": "this should not happen: see the terminal"})
        headers += [("Content-Type", f"{kind}; charset=utf-8"), ("Content-Length", str(len(body))), *_SECURITY]
        start_response(f"{status.value} {status.phrase}", headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    def _respond(self, environ: Mapping[str, Any], headers: list[tuple[str, str]]) -> tuple[HTTPStatus, str, bytes]:
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            headers.append(("Allow", "GET, HEAD"))
            raise _Refused(HTTPStatus.METHOD_NOT_ALLOWED, "expected GET or HEAD")
        text = environ.get("QUERY_STRING", "")
        if len(text) > _LONGEST_QUERY:
            raise _Refused(HTTPStatus.REQUEST_URI_TOO_LONG, f"expected a query of at most {_LONGEST_QUERY} bytes")
        query, path = _Query(text), environ.get("PATH_INFO", "/")
        if self._admit(environ, query):
            cookie = f"{_COOKIE}={self._token}; HttpOnly; SameSite=Strict; Path=/"
            headers += [("Set-Cookie", cookie), ("Location", "/")]
            return HTTPStatus.SEE_OTHER, "text/plain", b""
        if path in self._files:
            kind, body = self._files[path]
            return HTTPStatus.OK, kind, body
        if path not in self._routes:
            raise _Refused(HTTPStatus.NOT_FOUND, "there is nothing under this name")
        answer = self._routes[path](query)
        return HTTPStatus.OK, "application/json", _json(answer)

    def _admit(self, environ: Mapping[str, Any], query: "_Query") -> bool:
        """Raise unless the request may be answered; return whether it brings the token and shall get the cookie."""
        if self._token is None:
            host = _host_name(environ.get("HTTP_HOST", ""))
            if not is_loopback(host):
                raise _Refused(HTTPStatus.MISDIRECTED_REQUEST, f"expected a request to localhost, got one to {host!r}")
            return False
        if given := query.text("token"):
            if hmac.compare_digest(given.encode(), self._token.encode()):
                return True
        elif hmac.compare_digest(_cookie(environ).encode(), self._token.encode()):
            return False
        raise _Refused(HTTPStatus.FORBIDDEN, "expected the token: open the address that w2v explore has printed")


class _Query:
    """What stands after the question mark."""

    def __init__(self, text: str) -> None:
        self._fields = parse_qs(text, max_num_fields=40)

    def text(self, name: str) -> str:
        return self._fields.get(name, [""])[0]

    def word(self, name: str) -> str:
        return _checked(self.text(name))

    def words(self, name: str) -> list[str]:
        return [_checked(word) for word in self._fields.get(name, [])]

    def number(self, name: str, default: int) -> int:
        text = self.text(name)
        if not text:
            return default
        if not (text.isascii() and text.isdecimal() and len(text) <= 6):
            raise ValueError(f"{name}: expected a whole number, got {text[:20]!r}")
        return int(text)


def _checked(word: str) -> str:
    if len(word) > _LONGEST_WORD:
        raise ValueError(f"expected a word of at most {_LONGEST_WORD} characters, got {len(word)}")
    return word


def _host_name(host: str) -> str:
    """The name in a Host header, without its port."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return host


def is_loopback(host: str) -> bool:
    """Whether an address can be reached from this machine alone.

    Examples
    --------
    >>> is_loopback("localhost"), is_loopback("127.0.0.1"), is_loopback("0.0.0.0")
    (True, True, False)
    """
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _cookie(environ: Mapping[str, Any]) -> str:
    try:
        morsel = SimpleCookie(environ.get("HTTP_COOKIE", "")).get(_COOKIE)
    except CookieError:
        return ""
    return morsel.value if morsel else ""


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode("utf-8", "replace")


def _page() -> dict[str, tuple[str, bytes]]:
    """Type and bytes of every file of the page, under its path."""
    files = {}
    for file in resources.files("w2v.explore").joinpath("page").iterdir():
        kind = _TYPES.get(file.name.rpartition(".")[2])
        if kind:
            files["/" + file.name] = kind, file.read_bytes()
    return {"/": files["/index.html"], **files}
