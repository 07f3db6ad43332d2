"""Text files of all kinds: many, compressed, damaged, missing, pipes."""

import _thread
import bz2
import gzip
import io
import lzma
import os
import pickle
import subprocess
import sys
import threading
import time

import numpy as np
import pytest
from sentences import SENTENCES, SMALL, vectors

from w2v import JsonLines, LineSentence, Word2Vec
from w2v.corpus.encode import encode_file
from w2v.errors import FormatError, MissingFileError
from w2v.inputs.blocks import BlockReader, reader_buffer


def test_many_files_are_one_corpus(tmp_path):
    names = ["0.txt", "1.gz", "2.bz2", "3.xz"]
    openers = [open, gzip.open, bz2.open, lzma.open]
    for number, (name, opener) in enumerate(zip(names, openers, strict=True)):
        with opener(tmp_path / name, "wb") as file:
            file.write("\n".join(map(" ".join, SENTENCES[500 * number : 500 * number + 500])).encode())
    (tmp_path / ".hidden").write_text("no")
    (tmp_path / "0.folder").mkdir()
    expected = vectors(SENTENCES)
    for paths in (tmp_path, str(tmp_path / "[0-3].*"), [tmp_path / name for name in names]):
        for cache in (True, False):
            assert np.array_equal(vectors(corpus_file=paths, cache=cache), expected)
    model = Word2Vec(corpus_file=tmp_path, **SMALL)
    known = model._corpus
    assert (model.corpus_count, model.corpus_total_words) == (2000, 24_000)  # the end of a file ends a line
    assert model._source(None, str(tmp_path / "[0-3].*")).is_of(known)
    (tmp_path / "4.txt").write_text("more")
    assert not model._source(None, tmp_path).is_of(known)


@pytest.mark.parametrize("cache", ["auto", False])
def test_paths_from_an_iterator(cache, tmp_path):
    for number in range(2):
        (tmp_path / f"{number}.txt").write_text("\n".join(map(" ".join, SENTENCES[1000 * number :][:1000])))
    paths = iter(sorted(tmp_path.glob("*.txt")))
    assert np.array_equal(vectors(corpus_file=paths, cache=cache), vectors(SENTENCES))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_pipes_are_opened_once(tmp_path):
    pipe, text = tmp_path / "pipe", "\n".join(map(" ".join, SENTENCES)).encode()
    os.mkfifo(pipe)
    for source in ({"corpus_file": pipe}, {"sentences": LineSentence(pipe), "tokenizer": list}):
        writer = threading.Thread(target=pipe.write_bytes, args=(text,), daemon=True)
        writer.start()
        assert np.array_equal(vectors(**source), vectors(SENTENCES))
        writer.join(10)
        with pytest.raises(TypeError, match=r"can be read once only.* cache=True"):
            vectors(**source, cache=False)
    with pytest.raises(TypeError, match="of type JsonLines can be read once only"):
        vectors(JsonLines(pipe, "text"), cache=False)
    with pytest.raises(ValueError, match="neither compressed files nor pipes"):
        vectors(corpus_file=pipe, kernel="mirror")


def test_zst(tmp_path):
    zstd = pytest.importorskip("compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd")
    (tmp_path / "text.zst").write_bytes(zstd.compress(b"to be or not to be\n"))
    assert encode_file(tmp_path / "text.zst", min_count=2)[0].words == ["be", "to"]
    assert list(LineSentence(tmp_path / "text.zst")) == [["to", "be", "or", "not", "to", "be"]]


def test_damaged_compressed_files(tmp_path):
    whole = gzip.compress(b"to be " * 10**6)
    damaged = {"cut.gz": whole[:-20], "changed.gz": whole[:2000] + b"x" * 9 + whole[2009:]}
    damaged |= {"cut.bz2": bz2.compress(b"to be " * 99)[:-9], "cut.xz": lzma.compress(b"to be " * 99)[:-9]}
    for name, data in damaged.items():
        path = tmp_path / name
        path.write_bytes(data)
        before = _thread._count()
        with pytest.raises(FormatError, match=f"{name}: expected a whole compressed file"):
            encode_file(path, workers=2)
        deadline = time.monotonic() + 5
        while _thread._count() > before and time.monotonic() < deadline:
            time.sleep(0.01)
        assert _thread._count() == before


def test_files_that_are_not_there(tmp_path):
    for nothing in (tmp_path / "missing", tmp_path / "missing.gz", tmp_path / "*.txt", tmp_path, []):
        with pytest.raises(MissingFileError):
            Word2Vec(corpus_file=nothing)


def test_standard_input(monkeypatch):
    program = "import w2v; print(w2v.Word2Vec(corpus_file='-', min_count=2, workers=1).wv.index_to_key)"
    done = subprocess.run(
        [sys.executable, "-c", program], input=b"to be or not to be\n" * 2, capture_output=True, timeout=60, check=True
    )
    assert done.stdout == b"['be', 'to', 'not', 'or']\n"


@pytest.mark.parametrize("paths", [5, io.StringIO("text"), ["text", None]])
def test_what_is_no_path(paths):
    with pytest.raises(TypeError, match="corpus_file: expected "):
        vectors(corpus_file=paths)
    with pytest.raises(TypeError, match="source: expected a path or an open file, got int"):
        LineSentence(5)


@pytest.mark.parametrize("cache", [True, False])
def test_bytes_that_are_not_utf_8(cache, tmp_path):
    (tmp_path / "text").write_bytes("größe straße\n".encode() * 9 + "the größe of\n".encode("latin-1") * 9)
    where = "text: line 10" + (" .byte 148." if cache else "") + ": expected UTF-8, got the word b'gr"
    with pytest.raises(ValueError, match=where):
        vectors(corpus_file=tmp_path / "text", cache=cache)


def test_files_of_other_kinds(tmp_path):
    """By chance, all that is not UTF-8 in them may be too rare to be looked at."""
    text = b"to be or not to be\n" * 99
    others = {"UTF-16": text.decode().encode("utf-16"), "UTF-32": text.decode().encode("utf-32"), "Parquet": b"PAR1"}
    others |= {"lz4": b"\x04\x22\x4d\x18", "PDF": b"%PDF-1.4", "a pickle": pickle.dumps(["to", "be"])}
    others["UTF-16 without a byte order mark: NUL"] = text.decode().encode("utf-16-be")
    others["something else: NUL bytes are among"] = b"\x7fELF\2\1\1" + bytes(9) + text
    for kind, data in others.items():
        (tmp_path / "text").write_bytes(data)
        with pytest.raises(FormatError, match=f"text: expected text in UTF-8, got {kind}"):
            encode_file(tmp_path / "text", min_count=9)


def test_a_file_that_goes_while_it_is_trained(tmp_path):
    path = tmp_path / "text"
    path.write_text("to be or not to be\n" * 9)
    model = Word2Vec(cache=False, **SMALL)
    model.build_vocab(corpus_file=path)
    path.unlink()
    before = model.wv.vectors.copy()
    with pytest.raises(FileNotFoundError, match="text"):
        model.train(epochs=1)
    assert np.array_equal(model.wv.vectors, before)


def test_a_file_that_is_refused_is_refused_to_every_thread(tmp_path):
    path = tmp_path / "text.lz4"
    path.write_bytes(b"\x04\x22\x4d\x18 lz4")
    reader, buffer = BlockReader([path]), reader_buffer(64)
    for _ in range(2):
        with pytest.raises(FormatError, match="lz4"):
            reader.next(buffer)
