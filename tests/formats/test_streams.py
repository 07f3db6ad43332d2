"""What is saved anywhere is loaded from anywhere: open files, streams, zip members, compressed or not."""

import bz2
import gzip
import io
import lzma
import os
import threading
import tracemalloc
import zipfile

import numpy as np
import pytest

from w2v import FormatError, KeyedVectors, Phrases, Word2Vec, formats
from w2v.formats.detect import detect_format

WORDS = ["cat", "naïve", "日本", "dog"]
VECTORS = np.arange(12, dtype=np.float32).reshape(4, 3) / 7
READABLE = [name for name in formats.SAVED if name in formats.LOADED]


class Stream(io.RawIOBase):
    """Gives a few bytes at a time, and cannot go back."""

    def __init__(self, data):
        self.data = data

    def readable(self):
        return True

    def readinto(self, buffer):
        part, self.data = self.data[: min(11, len(buffer))], self.data[11:]
        buffer[: len(part)] = part
        return len(part)


def vectors():
    return KeyedVectors.from_pieces(list(WORDS), VECTORS.copy(), {"count": np.arange(4, 0, -1)})


def saved(save):
    target = io.BytesIO()
    save(target)
    assert not target.closed
    return target.getvalue()


def zipped(data):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("folder/member", data)
    return archive.getvalue()


def sources(data, folder):
    """The same bytes in everything that can be read."""
    for pack in (bytes, gzip.compress, bz2.compress, lzma.compress, zipped):
        packed = pack(data)
        path = folder / "a file.txt"
        path.write_bytes(packed)
        yield path
        yield io.BytesIO(packed)
        if pack is not zipped:  # whose directory is at its end
            yield Stream(packed)
        with open(path, "rb") as file:
            yield file
        with open(path, "rb", buffering=0) as file:
            yield file
        with zipfile.ZipFile(io.BytesIO(zipped(packed))) as archive, archive.open("folder/member") as member:
            yield member


@pytest.mark.parametrize("name", READABLE)
def test_vectors(tmp_path, name):
    data = saved(lambda target: formats.save(vectors(), target, name))
    for source in sources(data, tmp_path):
        loaded = formats.load(source, mmap="r")
        assert loaded.index_to_key == WORDS
        np.testing.assert_array_equal(loaded.vectors, VECTORS)
    for source in sources(data, tmp_path):
        assert formats.load(source, name, limit=2).index_to_key == WORDS[:2]
    for source in sources(data, tmp_path):
        assert detect_format(source) == name


def test_doors_of_formats(tmp_path):
    text = saved(lambda target: vectors().save_word2vec_format(target))
    binary = saved(lambda target: vectors().save_word2vec_format(target, binary=True))
    glove = saved(lambda target: vectors().save_glove(target))
    for data, load in (
        (text, KeyedVectors.load_word2vec_format),
        (text, KeyedVectors.load_glove),
        (text, KeyedVectors.load_fasttext),
        (binary, lambda source: KeyedVectors.load_word2vec_format(source, binary=True)),
        (glove, lambda source: KeyedVectors.load_word2vec_format(source, no_header=True)),
        (glove, KeyedVectors.load_glove),
    ):
        for source in sources(data, tmp_path):
            assert load(source).index_to_key == WORDS


def test_models_and_phrases(tmp_path):
    model = Word2Vec([["a", "b", "c"]] * 9, vector_size=4, min_count=1, workers=1)
    for source in sources(saved(model.save), tmp_path):
        loaded = Word2Vec.load(source, mmap="r")
        np.testing.assert_array_equal(loaded.wv.vectors, model.wv.vectors)
        loaded.train([["a", "b"]], total_examples=1, epochs=1)
    phrases = Phrases([["new", "york"]] * 9, min_count=1, threshold=0.1)
    for source in sources(saved(phrases.save), tmp_path):
        assert Phrases.load(source)[["new", "york"]] == ["new_york"]


def test_counts_of_a_stream(tmp_path):
    vectors().save_word2vec_format(tmp_path / "v.txt", tmp_path / "vocab")
    data = (tmp_path / "vocab").read_bytes()
    for source in sources(data, tmp_path):
        loaded = KeyedVectors.load_word2vec_format(tmp_path / "v.txt", fvocab=source)
        assert loaded.expandos["count"].tolist() == [4, 3, 2, 1]


def test_names_in_errors(tmp_path):
    (tmp_path / "v.txt").write_bytes(b"2 2\na 1 2\n")
    with open(tmp_path / "v.txt", "rb") as file, pytest.raises(FormatError, match=r"v\.txt: expected 2 rows"):
        KeyedVectors.load(file)
    with pytest.raises(FormatError, match="<BytesIO>: expected 2 rows"):
        KeyedVectors.load(io.BytesIO(b"2 2\na 1 2\n"))
    for load in (KeyedVectors.load, KeyedVectors.load_word2vec_format, Word2Vec.load, Phrases.load):
        with open(tmp_path / "v.txt", encoding="utf-8") as file, pytest.raises(TypeError, match="binary mode"):
            load(file)
        with pytest.raises(TypeError, match="expected a path or a file opened in binary mode, got int"):
            load(5)
        with pytest.raises(IsADirectoryError):
            load(tmp_path)
        with pytest.raises(FileNotFoundError) as caught:
            load(tmp_path / "missing")
        assert caught.value.filename == str(tmp_path / "missing")


class Broken(io.RawIOBase):
    """A disk that fails after so many bytes."""

    def __init__(self, data, good):
        self.data, self.good = io.BytesIO(data), good

    def readable(self):
        return True

    def readinto(self, buffer):
        if self.data.tell() >= self.good:
            raise OSError(5, "Input/output error")
        return self.data.readinto(memoryview(buffer)[: max(1, self.good - self.data.tell())])


@pytest.mark.parametrize("name", READABLE)
def test_a_file_that_fails_at_any_byte(name):
    data = saved(lambda target: formats.save(vectors(), target, name))
    for good in range(0, len(data), 7):
        with pytest.raises(OSError, match="Input/output error") as caught:
            formats.load(Broken(data, good))
        assert caught.value.filename == "<Broken>"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes")
@pytest.mark.parametrize("name", READABLE)
def test_named_pipes(tmp_path, name):
    data = saved(lambda target: formats.save(vectors(), target, name))
    os.mkfifo(tmp_path / "pipe")
    writer = threading.Thread(target=lambda: (tmp_path / "pipe").write_bytes(data))
    writer.start()
    assert formats.load(tmp_path / "pipe", mmap="r").index_to_key == WORDS
    writer.join()


# ---- more than there should be ----


MUCH = 64 << 20  # bytes
BOMBS = {
    "no blank in a word": lambda: b"2 2\n" + b"a" * MUCH,
    "no end of a row": lambda: b"2 2\na 1 2\nb 1" + b"1" * MUCH,
    "no blank in a word of a binary file": lambda: b"2 2\na " + bytes(8) + b"\nb" + b"x" * MUCH,
    "after the rows of a binary file": lambda: b"1 2\na " + bytes(8 + MUCH),
    "after the tensors": lambda: saved(vectors().save) + bytes(MUCH),
    "no line in a file without header": lambda: b"a 1 2" + b" " * MUCH + b"3",
    "a header that never ends": lambda: (1 << 40).to_bytes(8, "little") + b"{" + b" " * MUCH,
    "zeros": lambda: bytes(MUCH),
}


@pytest.mark.parametrize("name", BOMBS)
def test_bombs(name):
    """Some kilobytes that unpack to many megabytes take no more memory than a file of their size may."""
    packed = gzip.compress(BOMBS[name]())
    tracemalloc.start()
    with pytest.raises(FormatError):
        KeyedVectors.load(io.BytesIO(packed))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2 * len(packed) + (16 << 20)


def test_a_bound_for_what_a_file_unpacks_to(tmp_path):
    kv = KeyedVectors.from_pieces(["a", "b"], np.zeros((2, 1 << 17), np.float32), {})
    for name in READABLE:
        data = saved(lambda target, name=name: formats.save(kv, target, name))
        (tmp_path / "v.gz").write_bytes(gzip.compress(data))
        assert len(KeyedVectors.load(tmp_path / "v.gz", max_bytes=len(data))) == 2
        with pytest.raises(FormatError, match=r"v\.gz: expected at most 500000 bytes \(max_bytes\), got more"):
            KeyedVectors.load(tmp_path / "v.gz", max_bytes=500_000)
    for load in (KeyedVectors.load_word2vec_format, KeyedVectors.load_glove, KeyedVectors.load_fasttext):
        with pytest.raises(FormatError, match="max_bytes"):
            load(tmp_path / "v.gz", max_bytes=500_000)
