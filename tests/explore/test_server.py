"""The explorer without a browser: its answers, what its server refuses, and that it is for this machine alone."""

import contextlib
import http.client
import json
import re
import subprocess
import sys
import threading
import time
from urllib.parse import quote, urlencode

import numpy as np
import pytest
from animals import VECTORS, WORDS, made
from console import fails

from w2v import KeyedVectors
from w2v.explore.answers import Answers
from w2v.explore.app import App, is_loopback
from w2v.explore.layout import Layout


@pytest.fixture
def app():
    return App(Answers({"animals": made()}))


@pytest.fixture
def two():
    other = made(WORDS[:6], [[-1, -0.5, 0.1], [0, 1, 1], [1, 0, 0], [0, 1, 0], [-1, -1, 0], [-1, -0.5, 0]])
    return App(Answers({"first": made(), "second": other}))


def request(app, path, query="", method="GET", host="127.0.0.1:8765", **more):
    """Status, headers and body of the answer to a request."""
    seen = []
    environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query, "HTTP_HOST": host, **more}
    body = b"".join(app(environ, lambda status, headers: seen.append((status, headers))))
    [(status, headers)] = seen
    assert method == "HEAD" or int(dict(headers)["Content-Length"]) == len(body)
    return int(status.split()[0]), dict(headers), body


def ask(app, path, expected=200, **fields):
    """The answer to a question, from JSON."""
    status, headers, body = request(app, f"/api/{path}", urlencode(fields, doseq=True))
    assert status == expected, body
    assert headers["Content-Type"] == "application/json; charset=utf-8"
    return json.loads(body)


# ---- answers ----


def test_about(app, two):
    assert ask(app, "about")["comparable"] is False
    about = ask(two, "about")
    assert [(model["name"], model["words"], model["size"]) for model in about["models"]] == [
        ("first", 8, 3),
        ("second", 6, 3),
    ]


def test_suggestions_ignore_case_and_begin_with_the_most_frequent(app):
    assert ask(app, "suggest", text="k") == ["king", "Köln", "kiln"]
    assert ask(app, "suggest", text="KÖ") == ["Köln"]
    assert ask(app, "suggest", text="zz") == ask(app, "suggest", text="") == []
    assert ask(app, "suggest", text="7") == ["7"]


def test_suggestions_are_those_of_a_search_through_all():
    words = sorted({f"{a}{b}{c}" for a in "abC" for b in "aBé" for c in "xyz\U0001f600"}, key=hash)
    answers = Answers({"all": made(words, np.eye(len(words)))})
    for prefix in ("a", "A", "cb", "aé", "b\U0001f600", "c", "ca\U0001f600"):
        expected = [word for word in words if word.casefold().startswith(prefix.casefold())]
        assert answers.suggest(0, prefix, 5) == expected[:5]


def test_neighbours(app):
    answer = ask(app, "neighbours", plus="man", topn=2)
    kv = made()
    expected = [(str(key), round(cosine, 4)) for key, cosine in kv.most_similar("man", topn=2)]
    assert [(entry["word"], entry["cosine"]) for entry in answer["found"]] == expected
    assert answer["asked"] == [{"word": "man", "rank": 3, "count": 6}]
    assert ask(app, "neighbours", plus="MAN", topn=2) == answer
    assert ask(app, "neighbours", plus="7")["asked"][0]["word"] == "7"


def test_analogy(app):
    answer = ask(app, "neighbours", plus=["king", "woman"], minus="man", topn=1)
    assert [entry["word"] for entry in answer["found"]] == ["queen"]


def test_compare(two):
    answer = ask(two, "compare", word="man", topn=3)
    sides = [[entry["word"] for entry in side] for side in answer["sides"]]
    assert answer["shared"] == sorted(set(sides[0]) & set(sides[1]))
    assert ask(two, "compare", word="7")["sides"][1] is None
    ask(two, "compare", 404, word="nowhere")


def test_the_word_that_moved_most(two):
    moved = ask(two, "moved")
    assert moved[0]["word"] == "king"
    assert moved == sorted(moved, key=lambda entry: entry["cosine"])


def test_words_that_are_not_there_get_hints(app):
    assert "did you mean king" in ask(app, "neighbours", 404, plus="kinh")["error"]


def test_numbers_that_json_lacks():
    vectors = np.array(VECTORS, dtype=np.float32)
    vectors[1] = np.nan
    app = App(Answers({"broken": made(vectors=vectors)}))
    found = ask(app, "neighbours", plus="man")["found"]
    assert None in [entry["cosine"] for entry in found]
    assert ask(app, "map")["ready"]


@pytest.mark.parametrize(
    "path, fields",
    [
        ("neighbours", {}),
        ("neighbours", {"plus": "man", "topn": 101}),
        ("neighbours", {"plus": "man", "topn": 0}),
        ("neighbours", {"plus": "man", "topn": "-1"}),
        ("neighbours", {"plus": "man", "topn": "٣"}),
        ("neighbours", {"plus": "man", "topn": "9999999"}),
        ("neighbours", {"plus": ["man"] * 11}),
        ("neighbours", {"plus": "x" * 201}),
        ("suggest", {"text": "x" * 201}),
        ("map", {"layout": "../../etc/passwd"}),
        ("map", {"layout": "umap"}),
        ("about", {f"f{number}": 1 for number in range(41)}),
    ],
)
def test_questions_are_bounded(app, path, fields):
    assert "error" in ask(app, path, 400, **fields)


@pytest.mark.parametrize("path, fields", [("compare", {"word": "man"}), ("moved", {}), ("suggest", {"model": 1})])
def test_what_one_model_has_not(app, path, fields):
    ask(app, path, 404, **fields)


def test_models_are_checked():
    with pytest.raises(ValueError, match="expected one or two, got 3"):
        Answers({"a": made(), "b": made(), "c": made()})
    with pytest.raises(ValueError, match="empty: expected vectors, got none"):
        Answers({"empty": KeyedVectors(3)})


# ---- the map ----


def test_map(app):
    places = ask(app, "map")
    assert places["words"] == [str(word) for word in WORDS]
    assert {len(places[name]) for name in ("x", "y", "group")} == {8}
    assert places["count"] == list(range(8, 0, -1))
    assert all(set(group["words"]) <= set(places["words"]) and 0 <= group["colour"] < 8 for group in places["groups"])
    numbers = places["x"] + places["y"]
    assert all(isinstance(number, int) and 0 <= number <= 65535 for number in numbers)


@pytest.mark.parametrize("shape", [(1, 1), (1, 3), (2, 2), (40, 3)])
def test_map_of_few_words(shape):
    rows = np.random.default_rng(1).normal(size=shape)
    layout = Layout(made([f"w{n}" for n in range(shape[0])], rows))
    assert layout.places("pca").shape == (shape[0], 2)
    assert len(layout.groups().numbers) == shape[0]


# ---- what is refused ----


STRANGERS = ["evil.example", "evil.example:80", "localhost.example", "", "127.0.0.1.evil.example", "[", "10.0.0.1"]
PATHS = ["/../server.py", "/page/index.html", "/%2e%2e/app.py", "//etc/passwd", "/app.py", "/api/", "/\0"]


@pytest.mark.parametrize("host", STRANGERS)
@pytest.mark.parametrize("path", ["/", "/api/about"])
def test_other_hosts_are_refused(app, host, path):
    assert request(app, path, host=host)[0] == 421


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:1234", "[::1]:8765", "LOCALHOST"])
def test_our_own_names_are_not(app, host):
    assert request(app, "/api/about", host=host)[0] == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_only_reading(app, method):
    status, headers, _ = request(app, "/api/about", method=method)
    assert (status, headers["Allow"]) == (405, "GET, HEAD")


def test_head_has_no_body(app):
    status, headers, body = request(app, "/", method="HEAD")
    assert (status, body) == (200, b"")
    assert int(headers["Content-Length"]) > 1000


@pytest.mark.parametrize("path", PATHS)
def test_nothing_but_the_page_is_served(app, path):
    assert request(app, path)[0] == 404


def test_long_queries_are_refused(app):
    assert request(app, "/api/about", "x" * 5000)[0] == 414


def test_headers(app):
    for path in ("/", "/main.js", "/api/about", "/nowhere"):
        headers = request(app, path)[1]
        policy = headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; ")
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
    assert request(app, "/main.js")[1]["Content-Type"].startswith("text/javascript")


def test_the_page_loads_nothing_from_elsewhere(app):
    for path, (kind, body) in app._files.items():
        text = body.decode("utf-8")
        assert not re.search(r"(src|href|url|import|from)\W{1,3}(https?:)?//", text), (path, kind)
        assert " style=" not in text
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b", text), path


def test_a_bug_is_no_leak(app, monkeypatch, caplog):
    monkeypatch.setitem(app._routes, "/api/about", lambda query: 1 / 0)
    assert "see the terminal" in ask(app, "about", 500)["error"]
    assert "ZeroDivisionError" in caplog.text


def test_token():
    app = App(Answers({"animals": made()}), token="secret")
    assert request(app, "/", host="evil.example")[0] == 403
    assert request(app, "/", "token=wrong")[0] == 403
    assert request(app, "/api/about", HTTP_COOKIE="w2v_token=wrong")[0] == 403
    assert request(app, "/api/about", HTTP_COOKIE=";=;\0")[0] == 403
    status, headers, _ = request(app, "/", "token=secret")
    assert (status, headers["Location"]) == (303, "/")
    cookie = headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert request(app, "/api/about", HTTP_COOKIE=cookie.partition(";")[0], host="10.0.0.1")[0] == 200


def test_loopback():
    assert all(map(is_loopback, ["127.0.0.1", "::1", "localhost", "127.8.8.8"]))
    assert not any(map(is_loopback, ["0.0.0.0", "::", "example.com", "192.168.1.1", ""]))


# ---- the server ----


@contextlib.contextmanager
def running(*arguments):
    """A server in a process of its own; its address."""
    pytest.importorskip("waitress", reason="waitress is not installed")
    command = [sys.executable, "-m", "w2v", "explore", *map(str, arguments), "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.communicate(timeout=30)


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "animals.w2v"
    made().save(path)
    return path


def get(address, path, **headers):
    host, port = re.fullmatch(r"http://(.*):(\d+)/.*", address).groups()
    connection = http.client.HTTPConnection(host, int(port), timeout=30)
    connection.request("GET", path, headers=headers)
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response.status, body


def test_served(path):
    with running(path, "--map", "pca") as address:
        assert address.startswith("http://127.0.0.1:")
        status, body = get(address, f"/api/neighbours?plus={quote('Köln')}&topn=1")
        assert (status, json.loads(body)["found"][0]["word"]) == (200, "kiln")
        assert get(address, "/")[0] == 200
        assert get(address, "/", Host="evil.example")[0] == 421
        assert get(address, "/..%2f..%2fetc/passwd")[0] == 404
        with contextlib.closing(http.client.HTTPConnection(*re.findall(r"//(.*):(\d+)", address)[0])) as connection:
            threads = [threading.Thread(target=get, args=(address, "/api/map")) for _ in range(8)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            connection.request("GET", "/api/map")
            assert json.loads(connection.getresponse().read())["ready"]


def test_from_elsewhere_only_with_the_token(path):
    with running(path, "--map", "pca", "--host", "0.0.0.0") as address:
        token = re.fullmatch(r"http://0\.0\.0\.0:\d+/(\?token=[\w-]{32})", address).group(1)
        address = address.replace("0.0.0.0", "127.0.0.1")
        assert get(address, "/")[0] == 403
        assert get(address, "/" + token)[0] == 303


def test_the_map_is_kept_beside_the_file(path):
    kept = path.with_name("animals.w2v.map")
    with running(path) as address:
        for _ in range(600):
            if kept.exists():
                break
            time.sleep(0.1)
        assert json.loads(get(address, "/api/map?layout=tsne")[1])["ready"]
    made = kept.read_bytes()
    with running(path) as address:
        assert json.loads(get(address, "/api/map?layout=tsne")[1])["ready"]
    assert kept.read_bytes() == made
    kept.write_text("notes of a user")
    with running(path) as address:
        assert get(address, "/api/map?layout=tsne")[0] == 200
    assert kept.read_text() == "notes of a user"
    assert "expected a map" in fails("explore", path, "--save-map", kept)


def test_command_refuses(path, tmp_path):
    assert "no-such" in fails("explore", tmp_path / "no-such")
    assert "expected a whole number" in fails("explore", path, "--port", "70000")
