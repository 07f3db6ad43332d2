"""Files of tensors: headers that lie are refused by field; files are whole whatever happens while they are written."""

import json
import os
import struct
import subprocess
import sys
import threading

import numpy as np
import pytest
import safetensors.numpy

from w2v import FormatError, KeyedVectors, TruncatedError, Word2Vec
from w2v.formats.tensors import TensorFile, save_tensors


def raw(path, header, data=b""):
    """Write a header as it is, and data."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)
    return path


def tensor(shape, start=0, end=0, dtype="F32", **more):
    return {"dtype": dtype, "shape": shape, "data_offsets": [start, end], **more}


LIES = {
    "not JSON": (b"{", "header: expected JSON"),
    "a list": (b"[]", "header: expected a JSON object"),
    "brackets without end": (b'{"a":' * 100_000, "header: expected JSON"),
    "a name twice": (b'{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},"a":1}', "each name once, got 'a' twice"),
    "a field twice": (b'{"a":{"dtype":"F32","dtype":"F64","shape":[0],"data_offsets":[0,0]}}', "got 'dtype' twice"),
    "metadata that are no text": ({"__metadata__": {"format": 5}}, "metadata: expected texts by name"),
    "a number for a tensor": ({"a": 5}, "a: expected dtype, shape and data_offsets"),
    "more fields": ({"a": tensor([1], 0, 4, more=1)}, "a: expected dtype, shape and data_offsets"),
    "an unknown type": ({"a": tensor([1], 0, 4, "C64")}, "a: expected numbers of numpy's, got dtype 'C64'"),
    "a type that is no text": ({"a": tensor([1], 0, 4, [])}, "a: expected numbers of numpy's"),
    "a negative size": ({"a": tensor([-1])}, r"a: expected a shape of sizes below 2\^31, got \[-1\]"),
    "a size of another type": ({"a": tensor([1.0], 0, 4)}, "a: expected a shape of sizes"),
    "a true size": ({"a": tensor([True], 0, 4)}, "a: expected a shape of sizes"),
    "an impossible size without elements": ({"a": tensor([1 << 62, 0])}, "a: expected a shape of sizes"),
    "many sizes without elements": ({"a": tensor([1 << 30, 1 << 30, 0])}, "a: expected 0 bytes of shape"),
    "many dimensions": ({"a": tensor([1] * 99, 0, 4)}, "a: expected a shape of sizes"),
    "one offset": ({"a": {"dtype": "F32", "shape": [0], "data_offsets": [0]}}, "a: expected two data_offsets"),
    "offsets the wrong way": ({"a": tensor([1], 4, 0)}, "a: expected 4 bytes of shape"),
    "too few bytes": ({"a": tensor([2], 0, 4)}, "a: expected 8 bytes of shape"),
    "a gap": ({"a": tensor([1], 4, 8)}, "a: expected bytes from 0, where others end, got 4"),
    "tensors over each other": ({"a": tensor([1], 0, 4), "b": tensor([1], 0, 4)}, "b: expected bytes from 4"),
    "less data": ({"a": tensor([9], 0, 36)}, "expected 36 bytes of tensors after the header, got 4"),
    "more data": ({"a": tensor([0], 0, 0)}, "expected 0 bytes of tensors after the header, got 4"),
}


@pytest.mark.parametrize("name", LIES)
def test_headers_that_lie(tmp_path, name):
    header, message = LIES[name]
    path = raw(tmp_path / "file", header, b"1234")
    with pytest.raises(FormatError, match=f"file: .*{message}"):
        TensorFile(path)
    with open(path, "rb") as file, pytest.raises(FormatError, match="file: "):
        TensorFile(file)


def test_lengths_that_lie(tmp_path):
    path = tmp_path / "file"
    for start in (b"", b"1234567", struct.pack("<Q", 100) + b"{}", struct.pack("<Q", 1 << 60) + b"{}"):
        path.write_bytes(start)
        with pytest.raises(FormatError, match="file: header: expected"):
            TensorFile(path)


@pytest.mark.parametrize("dtype", ["f8", "f4", "f2", "i8", "i4", "i2", "i1", "u8", "u4", "u2", "u1", "?", ">f4"])
@pytest.mark.parametrize("shape", [(), (0,), (3,), (0, 5), (5, 0), (3, 4), (2, 3, 4)])
def test_the_library_of_the_layout_agrees(tmp_path, dtype, shape):
    """What we write, safetensors reads; what it writes, we read."""
    array = np.arange(np.prod(shape, dtype=int)).reshape(shape).astype(dtype)
    save_tensors(tmp_path / "ours", {"a": array, "b": np.ones(5, np.int8)}, {"note": "größer"})
    read = safetensors.numpy.load_file(tmp_path / "ours")
    np.testing.assert_array_equal(read["a"], array)
    assert os.path.getsize(tmp_path / "ours") % 64 == (array.nbytes + 5) % 64
    native = array.astype(array.dtype.newbyteorder("="))
    safetensors.numpy.save_file({"a": native}, tmp_path / "theirs", {"checksums": "{}"})
    with pytest.raises(FormatError, match="a: expected checksum None"):
        TensorFile(tmp_path / "theirs").read("a")
    np.testing.assert_array_equal(TensorFile(tmp_path / "theirs").map("a", "r"), native)
    np.testing.assert_array_equal(TensorFile(tmp_path / "ours").read("a"), array)


@pytest.mark.parametrize("name", ["model.w2v", "model.w2v.gz"])
def test_what_is_saved_while_it_changes_is_whole(tmp_path, name):
    """Checksum and bytes are of the same moment."""
    array, stop = np.zeros((5000, 100), np.float32), threading.Event()

    def change():
        generator = np.random.default_rng(1)
        while not stop.is_set():
            array[generator.integers(0, 5000, 500)] += 1

    thread = threading.Thread(target=change)
    thread.start()
    try:
        for _ in range(3 if name.endswith("gz") else 20):
            save_tensors(tmp_path / name, {"a": array, "b": array.T}, {})
            file = TensorFile(tmp_path / name)
            assert file.read("a").shape == file.read("b").T.shape  # compares the checksums
    finally:
        stop.set()
        thread.join()


def test_a_model_saved_in_one_thread_while_another_trains_it(tmp_path):
    generator = np.random.default_rng(1)
    sentences = [[f"w{i}" for i in row] for row in generator.integers(0, 2000, (4000, 20))]
    model = Word2Vec(sentences, vector_size=50, min_count=1, epochs=1, workers=1)
    thread = threading.Thread(target=lambda: model.train(sentences, total_examples=len(sentences), epochs=5))
    thread.start()
    saved = 0
    while thread.is_alive() or saved < 3:
        model.wv.save(tmp_path / "vectors.w2v")
        assert len(KeyedVectors.load(tmp_path / "vectors.w2v")) == len(model.wv)
        saved += 1
    thread.join()


def test_a_file_cut_short_after_it_was_opened(tmp_path):
    path = tmp_path / "vectors.w2v"
    kv = KeyedVectors.from_pieces(["a", "b"], np.ones((2, 5000), np.float32), {})
    for read in (lambda file: file.read("vectors"), lambda file: file.map("vectors", "r")):
        kv.save(path)
        file = TensorFile(path)
        os.truncate(path, 10_000)
        with pytest.raises(TruncatedError, match=r"vectors\.w2v: vectors: .* cut short"):
            read(file)


@pytest.mark.skipif(os.name != "posix", reason="no file can be cut short there while it is in use")
def test_vectors_are_mapped_only_when_asked_for(tmp_path):
    """A mapped file that is cut short ends the process; a file that has been read can go."""
    program = """if 1:
        import os, sys
        from w2v import KeyedVectors
        kv = KeyedVectors.load(sys.argv[1], mmap=eval(sys.argv[2]))
        os.truncate(sys.argv[1], 0)
        print(kv.vectors.sum())
    """
    kv = KeyedVectors.from_pieces(["a", "b"], np.ones((2, 50_000), np.float32), {})
    for mmap in ("None", "'r'"):
        kv.save(tmp_path / "vectors.w2v")
        command = [sys.executable, "-c", program, str(tmp_path / "vectors.w2v"), mmap]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        assert (done.stdout == "100000.0\n") == (mmap == "None")


# ---- several files ----


class Killed(BaseException):
    """The process ends."""


def kill_after(monkeypatch, steps):
    """Let so many files be renamed or removed, and no more."""
    left = [steps]

    def step(call):
        def counted(*args, **options):
            left[0] -= 1
            if left[0] < 0:
                raise Killed
            return call(*args, **options)

        return counted

    monkeypatch.setattr(os, "replace", step(os.replace))
    monkeypatch.setattr(os, "unlink", step(os.unlink))


FOLDERS = {"save_tensorboard": "projector_config.pbtxt", "save_static_embedding": "tokenizer.json"}


@pytest.mark.parametrize("method", FOLDERS)
def test_folders_are_never_old_and_new(tmp_path, method):
    """A folder whose writing was interrupted is as before, or as it should be, or no reader takes it."""

    def vectors(value):
        return KeyedVectors.from_pieces(["a", f"b{value}"], np.full((2, 2), value, np.float32), {})

    def contents(folder):
        return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file() and path.suffix != ".tmp"}

    for value in (1, 2):
        getattr(vectors(value), method)(tmp_path / str(value))
    old, new = contents(tmp_path / "1"), contents(tmp_path / "2")
    assert FOLDERS[method] in old
    for steps in range(len(old) + 2):
        folder = tmp_path / f"after {steps}"
        getattr(vectors(1), method)(folder)
        with pytest.MonkeyPatch.context() as patched:
            kill_after(patched, steps)
            try:
                getattr(vectors(2), method)(folder)
            except Killed:
                assert steps <= len(old)
        found = contents(folder)
        assert found in (old, new) or FOLDERS[method] not in found
    assert found == new


def test_counts_are_never_those_of_other_vectors(tmp_path):
    def save(words, steps):
        kv = KeyedVectors.from_pieces(words, np.ones((2, 1), np.float32), {"count": np.array([2, 1])})
        with pytest.MonkeyPatch.context() as patched:
            kill_after(patched, steps)
            kv.save_word2vec_format(tmp_path / "vectors.txt", fvocab=tmp_path / "vocab.txt")

    for steps in range(3):
        save(["a", "b"], 99)
        with pytest.raises(Killed):
            save(["c", "d"], steps)
        words = KeyedVectors.load(tmp_path / "vectors.txt").index_to_key
        if (tmp_path / "vocab.txt").exists():
            assert (tmp_path / "vocab.txt").read_text().split()[::2] == words
    save(["c", "d"], 3)
    assert (tmp_path / "vocab.txt").read_text() == "c 2\nd 1\n"
