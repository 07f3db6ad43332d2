"""Texts at URLs, by fsspec: the same words, ids and parts as those of files."""

import gzip
import http.server
import threading
import uuid

import numpy as np
import pytest

from w2v import Word2Vec
from w2v.errors import MissingFileError
from w2v.inputs.files import expand
from w2v.inputs.spans import count_spans, spans_of

fsspec = pytest.importorskip("fsspec")

LINES = [f"to be or not number{i % 7}" for i in range(400)]
TEXT = "\n".join(LINES).encode()
SMALL = {"vector_size": 8, "min_count": 1, "epochs": 1, "workers": 1}


@pytest.fixture
def memory():
    """A folder of this name, with two texts and a hidden one."""
    folder = f"memory:///{uuid.uuid4().hex}"
    for name, content in (("b.txt", TEXT), ("a.txt.gz", gzip.compress(TEXT)), (".hidden", b"no")):
        with fsspec.open(f"{folder}/{name}", "wb") as file:
            file.write(content)
    return folder


class Serving(http.server.BaseHTTPRequestHandler):
    """Serves the text, whole or in parts."""

    protocol_version = "HTTP/1.1"
    sized = True

    def do_HEAD(self):
        self.answer(send=False)

    def do_GET(self):
        self.answer(send=True)

    def answer(self, send):
        if self.path != "/text":
            self.send_error(404)
            return
        wanted, part = self.headers.get("Range"), TEXT
        if wanted and self.sized:
            first, last = wanted.removeprefix("bytes=").split("-")
            part = TEXT[int(first) : int(last) + 1 if last else None]
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {first}-{int(first) + len(part) - 1}/{len(TEXT)}")
        else:
            self.send_response(200)
        if self.sized:
            self.send_header("Accept-Ranges", "bytes")
            self.send_header("Content-Length", str(len(part)))
        else:
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        if send:
            self.wfile.write(part)

    def log_message(self, *given):
        pass


def served(sized):
    handler = type("Handler", (Serving,), {"sized": sized})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


@pytest.fixture
def web():
    pytest.importorskip("aiohttp")
    server = served(sized=True)
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_folders_and_patterns(memory):
    both = [f"{memory}/a.txt.gz", f"{memory}/b.txt"]
    assert expand(memory) == both
    assert expand(f"{memory}/*.txt*") == both
    assert expand([f"{memory}/b.txt"]) == both[1:]
    for missing in (f"{memory}/*.zst", "memory://no-such-folder-*/x"):
        with pytest.raises(MissingFileError, match="no file fits this pattern"):
            expand(missing)


def spans(paths, parts):
    return [count_spans(spans_of(paths, part, parts)) for part in range(parts)]


def total(found, word):
    return sum(dict(zip(*part, strict=True)).get(word, 0) for part in found)


def test_parts_are_those_of_files(memory, tmp_path):
    path = tmp_path / "b.txt"
    path.write_bytes(TEXT)
    here = [str(path)]
    for url in (f"{memory}/b.txt", path.as_uri()):
        there = expand(url)
        for parts in (1, 3):
            cuts = [[span[1:] for span in spans_of(paths, 1 % parts, parts)] for paths in (here, there)]
            assert cuts[0] == cuts[1]
            assert [part[0] for part in spans(there, parts)] == [part[0] for part in spans(here, parts)]
    packed = spans([f"{memory}/a.txt.gz", f"{memory}/b.txt"], 2)
    assert total(packed, "be") == 2 * len(LINES)


def test_models_are_those_of_files(memory, tmp_path):
    path = tmp_path / "b.txt"
    path.write_bytes(TEXT)
    expected = Word2Vec(corpus_file=path, **SMALL)
    for url in (f"{memory}/b.txt", f"{memory}/a.txt.gz", path.as_uri()):
        for cache in (True, False):
            model = Word2Vec(corpus_file=url, **SMALL, cache=cache)
            assert model.wv.index_to_key == expected.wv.index_to_key
            assert np.array_equal(model.wv.vectors, expected.wv.vectors)


def test_a_text_that_changes_is_noticed(memory):
    url = f"{memory}/b.txt"
    model = Word2Vec(corpus_file=url, **SMALL)
    with fsspec.open(url, "wb") as file:
        file.write(TEXT + b"\nto be")
    assert model.train(corpus_file=url, epochs=1)[1] == 5 * len(LINES) + 2


def test_servers_of_the_web(web, tmp_path):
    url = f"{web}/text"
    path = tmp_path / "text"
    path.write_bytes(TEXT)
    assert [part[0] for part in spans([url], 3)] == [part[0] for part in spans([str(path)], 3)]
    assert np.array_equal(Word2Vec(corpus_file=url, **SMALL).wv.vectors, Word2Vec(corpus_file=path, **SMALL).wv.vectors)
    with pytest.raises(MissingFileError, match="no such file"):
        Word2Vec(corpus_file=f"{web}/missing", **SMALL)


def test_a_server_that_sends_all_or_nothing_is_read_once_and_not_in_parts():
    pytest.importorskip("aiohttp")
    server = served(sized=False)
    url = f"http://127.0.0.1:{server.server_port}/text"
    with pytest.raises(ValueError, match="expected a server that says how large it is"):
        spans_of([url], 0, 2)
    assert Word2Vec(corpus_file=url, **SMALL).corpus_count == len(LINES)
    server.shutdown()
    server.server_close()


def test_without_fsspec_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "fsspec.core", None)
    with pytest.raises(ImportError, match=r's3://bucket/text: .*pip install "w2v\[fsspec\]"'):
        Word2Vec(corpus_file="s3://bucket/text")
