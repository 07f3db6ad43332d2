"""Disks that fail at any byte, written or read: an error that names the file, and everything is as it was."""

import errno
import io
import os

import numpy as np
import pytest
from pickled import pickled
from snapshots import assert_same, snapshot

from w2v import Doc2Vec, FastText, KeyedVectors, Phrases, TaggedDocument, Word2Vec
from w2v.base import temporaries
from w2v.fasttext import load_facebook_model, save_facebook_model

SENTENCES = [["new", "york", "is", "big"], ["in", "new", "york"]] * 5
KINDS = (
    *("model", "vectors", "int8", "word2vec.txt", "word2vec.bin", "word2vec.txt.gz", "glove.txt", "phrases"),
    *("n-grams", "fasttext.bin", "documents", "words and tags"),
)


class Failing(io.FileIO):
    """A file of which so many bytes can be written, and then none."""

    left = 0

    def write(self, data):
        if Failing.left < len(data):
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        Failing.left -= len(data)
        return super().write(data)


class Broken(io.RawIOBase):
    """A file of which so many bytes can be read, one by one or together, and then none."""

    name = "broken"

    def __init__(self, data, most):
        self.data, self.place, self.most = data, 0, most

    def readable(self):
        return True

    def readinto(self, buffer):
        end = min(self.place + len(buffer), self.most)
        if end == self.place < len(self.data):
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        part = self.data[self.place : end]
        buffer[: len(part)] = part
        self.place += len(part)
        return len(part)


@pytest.fixture
def model():
    return Word2Vec(SENTENCES, vector_size=4, min_count=1, workers=1, epochs=1)


def saver(kind, model):
    """What saves one kind."""
    kv = model.wv
    if kind == "phrases":
        return Phrases(SENTENCES, min_count=1, threshold=0.1).save
    if kind in ("n-grams", "fasttext.bin"):
        ngrams = FastText(SENTENCES, vector_size=4, min_count=1, workers=1, epochs=1, bucket=20)
        return ngrams.save if kind == "n-grams" else lambda path: save_facebook_model(ngrams, path)
    if kind in ("documents", "words and tags"):
        tagged = [TaggedDocument(words, [number]) for number, words in enumerate(SENTENCES)]
        documents = Doc2Vec(tagged, vector_size=4, min_count=1, workers=1, epochs=1)
        both = {"doctag_vec": True}
        return documents.save if kind == "documents" else lambda path: documents.save_word2vec_format(path, **both)
    if kind.startswith("word2vec"):
        return lambda path: kv.save_word2vec_format(path, binary=kind.endswith("bin"))
    return {"model": model.save, "vectors": kv.save, "int8": kv.astype("int8").save, "glove.txt": kv.save_glove}[kind]


def loader(kind):
    classes = {"model": Word2Vec, "phrases": Phrases, "n-grams": FastText, "documents": Doc2Vec}
    return load_facebook_model if kind == "fasttext.bin" else classes.get(kind, KeyedVectors).load


@pytest.mark.parametrize("named", [False, True], ids=["without a name", "temporary name"])
@pytest.mark.parametrize("kind", KINDS)
def test_writing_that_fails_at_any_byte_changes_nothing(kind, named, model, tmp_path, monkeypatch):
    if named:
        monkeypatch.setattr(temporaries, "_nameless", lambda folder: None)
    save, path = saver(kind, model), tmp_path / kind
    save(path)
    before, state = path.read_bytes(), snapshot(model)
    state.pop("lifecycle_events")
    monkeypatch.setattr(os, "fdopen", lambda descriptor, mode: io.BufferedWriter(Failing(descriptor, mode), 16))
    for most in {*range(0, len(before), 1 + len(before) // 200), len(before) - 1}:
        Failing.left = most
        with pytest.raises(OSError, match="Input/output error") as caught:
            save(path)
        assert caught.value.filename == str(path)
        assert path.read_bytes() == before
        assert os.listdir(tmp_path) == [kind]
    Failing.left = 1 << 30
    save(path)
    assert len(path.read_bytes()) >= len(before)
    found = snapshot(model)
    found.pop("lifecycle_events")
    assert_same(state, found)


@pytest.mark.parametrize("kind", KINDS)
def test_reading_that_fails_at_any_byte(kind, model, tmp_path):
    saver(kind, model)(tmp_path / kind)
    data = (tmp_path / kind).read_bytes()
    for most in range(0, len(data), 1 + len(data) // 200):
        with pytest.raises(OSError, match="Input/output error") as caught:
            loader(kind)(Broken(data, most))
        assert caught.value.filename == "broken"
    loader(kind)(Broken(data, len(data)))


def test_reading_gensims_files_that_fails_at_any_byte():
    state = {"vector_size": 2, "index_to_key": ["a", "b"], "vectors": np.ones((2, 2), np.float32), "norms": None}
    data = pickled("gensim.models.keyedvectors.KeyedVectors", state)
    for most in range(len(data)):
        with pytest.raises(OSError, match="Input/output error"):
            KeyedVectors.load(Broken(data, most))


def test_a_text_that_fails_to_be_read_is_no_corpus():
    model = Word2Vec(SENTENCES, vector_size=4, min_count=1, workers=2, epochs=1)
    before = snapshot(model)

    def sentences():
        for line in io.BufferedReader(Broken(b"the cat sat on the mat\n" * 400, 5000)):
            yield line.decode().split()

    for call in (model.build_vocab, model.train):
        with pytest.raises(OSError, match="Input/output error"):
            call(sentences)
        assert_same(before, snapshot(model))


def test_checkpoints_that_cannot_be_written_cost_a_warning(tmp_path, monkeypatch, caplog):
    path, settings = tmp_path / "run.ckpt", {"vector_size": 4, "min_count": 1, "workers": 1, "epochs": 3}
    plain = Word2Vec(SENTENCES, **settings)
    Word2Vec(SENTENCES, **settings, seed=7, checkpoint=path)
    before = path.read_bytes()
    monkeypatch.setattr(os, "fdopen", lambda descriptor, mode: io.BufferedWriter(Failing(descriptor, mode), 16))
    for most in range(0, len(before), 997):
        Failing.left = most
        model = Word2Vec(SENTENCES, **settings, checkpoint=path, checkpoint_every=0)
        np.testing.assert_array_equal(model.wv.vectors, plain.wv.vectors)
        assert path.read_bytes() == before
        assert os.listdir(tmp_path) == ["run.ckpt"]
    assert "this checkpoint could not be written; the one before stays" in caplog.text
