"""Where ids are kept, or that they are not: the same vectors; what is read once, and what anew in every epoch."""

import _thread
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sentences import SENTENCES, SMALL, WALKS, vectors

from w2v import Ids, LineSentence, Word2Vec
from w2v.corpus import stream
from w2v.corpus.encode import count_rows, count_tokens, encode_iterable, encode_rows
from w2v.inputs.cache import Storage
from w2v.training import jobs


@pytest.mark.parametrize("cache", ["memory", "disk", True, False, 0, 10_000])
@pytest.mark.parametrize("given", ["sentences", "file", "lines", "walks", "blocks"])
def test_where_ids_are_kept_changes_nothing(given, cache, tmp_path):
    path = tmp_path / "text"
    path.write_text("\n".join(map(" ".join, SENTENCES)))
    forms = {"sentences": {"sentences": SENTENCES}, "file": {"corpus_file": path}, "walks": {"sentences": WALKS}}
    forms["lines"] = {"sentences": LineSentence(path)}
    forms["blocks"] = {"sentences": lambda: iter(np.array_split(WALKS, 5))}
    expected = vectors(WALKS) if given in ("walks", "blocks") else vectors(SENTENCES)
    assert np.array_equal(vectors(**forms[given], cache=cache, cache_dir=tmp_path), expected)
    assert os.listdir(tmp_path) == ["text"]


def test_streams_with_all_settings():
    for settings_ in ({"sg": 1}, {"kernel": "pairwise"}, {"compute_loss": True}, {"sample": 0}):
        models = [Word2Vec(SENTENCES, cache=cache, **SMALL | settings_) for cache in (True, False)]
        assert np.array_equal(models[0].wv.vectors, models[1].wv.vectors)
        assert models[0].losses == models[1].losses
    model = Word2Vec(SENTENCES, cache=False, **SMALL | {"workers": 2, "min_count": 600})
    assert 0 < len(model.wv) < 40
    assert model.train(SENTENCES, epochs=1)[1] == model.train(epochs=1)[1] == WALKS.size


@pytest.mark.parametrize("settings_", [{}, {"sg": 1}, {"sg": 1, "positional": "outputs"}], ids=str)
@pytest.mark.parametrize("pooled", [False, True])
def test_sentences_that_are_trained_together_come_together(settings_, pooled, monkeypatch):
    if pooled:
        fresh = vectors(WALKS, **settings_)
        monkeypatch.setattr(jobs, "_POOLED_WORDS", 1)
        assert not np.array_equal(vectors(WALKS, **settings_), fresh)
    blocks = vectors(lambda: iter(np.array_split(WALKS, 7)), cache=False, **settings_)
    assert np.array_equal(blocks, vectors(WALKS, **settings_))


@given(st.lists(st.lists(st.sampled_from("abc"), max_size=50), max_size=40))
def test_parts_are_what_is_kept(sentences):
    sentences.append(["a"] * 25_000)
    vocab, corpus = encode_iterable(sentences, vocab=encode_iterable([["a", "b"]], min_count=1)[0])
    items, stream._ITEMS = stream._ITEMS, 7000
    try:
        parts = list(stream.token_parts(sentences, vocab.words))
    finally:
        stream._ITEMS = items
    assert_same_parts(parts, corpus)


def assert_same_parts(parts, corpus):
    assert np.concatenate([part.ids for part in parts]).tolist() == corpus.ids.tolist()
    assert [0, *(end for part in parts for end in part.offsets[1:].tolist())] == corpus.offsets.tolist()
    assert [part.first_sentence for part in parts] == np.cumsum([0, *(len(p.offsets) - 1 for p in parts[:-1])]).tolist()


def test_parts_of_ids_are_what_is_kept(monkeypatch):
    monkeypatch.setattr(stream, "_ITEMS", 8 * 3)  # so that a part has three sentences
    padded = np.where(WALKS[:50] < 30, WALKS[:50], -1)
    padded = np.sort(padded, axis=1)[:, ::-1]
    padded[7] = -1
    blocks = [padded, Ids(np.arange(25_000) % 40, np.array([0, 0, 25_000])), WALKS[:5]]
    vocab, corpus = encode_rows(iter(blocks))
    parts = list(stream.id_parts(blocks, len(vocab)))
    assert_same_parts(parts, corpus)
    assert (len(corpus), corpus.n_sentences) == (49 + 3 + 5, 50 + 2 + 5)
    with pytest.raises(ValueError, match="expected rows of the 39 vectors, got 39"):  # an id that was not there before
        list(stream.id_parts(blocks, 39))
    assert count_rows(blocks)[1:] == (corpus.n_words, corpus.n_words, corpus.n_sentences)


def test_a_corpus_that_changes_from_pass_to_pass():
    passes = []

    def sentences():
        passes.append(len(passes))
        yield from ([f"w{len(passes)}", "always"] for _ in range(100))

    model = Word2Vec(sentences, cache=False, **SMALL | {"epochs": 3})
    assert passes == [0, 1, 2, 3]
    assert set(model.wv.index_to_key) == {"w1", "always"}


def test_words_are_counted_by_a_given_vocabulary():
    vocab = encode_iterable([["a", "b"]], min_count=1)[0]
    assert count_tokens([["a", "x"], ["b"], []], vocab)[1:] == (2, 3, 3)


def test_a_corpus_that_is_not_kept_is_counted_once(tmp_path):
    passes = []

    def sentences():
        passes.append(len(passes))
        return SENTENCES

    model = Word2Vec(cache=False, **SMALL)
    model.build_vocab(sentences)
    model.train(sentences, epochs=2)
    assert passes == [0, 1, 2]
    path = tmp_path / "text"
    path.write_text("to be\n")
    for cache in (False, True):
        known = Word2Vec(corpus_file=path, cache=cache, **SMALL)._corpus
        found = {other: Word2Vec(cache=other)._source(None, path).is_of(known) for other in (False, True)}
        assert found == {cache: True, not cache: False}


def test_errors_of_a_stream_come_back(caplog):
    model = Word2Vec(SENTENCES, cache=False, **SMALL | {"workers": 2})

    def broken():
        yield from SENTENCES
        if len(passes) > 1:
            raise RuntimeError("broken corpus")
        passes.append(1)

    passes = [1]
    before = _thread._count()
    with pytest.raises(RuntimeError, match="broken corpus") as told:
        model.train(broken, epochs=2)
    assert "while the corpus was read for epoch 1 of 2" in caplog.text
    if sys.version_info >= (3, 11):
        assert "for epoch 1 of 2; the model keeps what it has learnt so far" in told.value.__notes__[0]
    deadline = time.monotonic() + 5
    while _thread._count() > before and time.monotonic() < deadline:
        time.sleep(0.01)
    assert _thread._count() == before
    assert np.isfinite(model.wv.vectors).all()


def test_generators_are_read_once_if_a_cache_is_asked_for():
    for cache in (True, "memory", "disk", 10**6):
        assert np.array_equal(vectors((s for s in SENTENCES), cache=cache), vectors(SENTENCES))
    for cache in ("auto", False):
        with pytest.raises(TypeError, match=r"a generator can be read once only.*cache=True"):
            Word2Vec((s for s in SENTENCES), cache=cache, **SMALL)
    with pytest.raises(TypeError, match="of type map can be read once only"):
        Word2Vec(map(list, SENTENCES), cache=False, **SMALL)


def test_caches_that_are_none():
    for cache in ("nowhere", -1, 1.5, None):
        with pytest.raises(
            ValueError, match="cache: expected one of 'auto', 'memory', 'disk', True, False, or a number"
        ):
            Word2Vec(SENTENCES, cache=cache, **SMALL)
    with pytest.raises(OSError, match="see cache_dir="):
        Word2Vec(SENTENCES, cache="disk", cache_dir="/no/such/folder", **SMALL)


def test_half_of_the_memory_is_the_budget(monkeypatch):
    monkeypatch.setattr("w2v.inputs.cache.available_memory", lambda: 80)
    assert [Storage(cache).budget for cache in ("auto", True, "disk", 7)] == [40, 40, 0, 7]


@pytest.mark.skipif(not hasattr(os, "posix_fallocate"), reason="needs posix_fallocate")
def test_a_full_disk_is_an_error(monkeypatch, tmp_path):
    """Its room is taken at once: a file that is only as long as that would crash when it is written to."""

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", full)
    model = Word2Vec(cache="disk", cache_dir=tmp_path, **SMALL)
    with pytest.raises(OSError, match=r"No space left on device: no room for \d+ bytes of the cache in .*cache_dir="):
        model.build_vocab(SENTENCES)
    assert len(model.vocab) == 0


def test_storage_keeps_to_its_budget():
    storage = Storage(16 << 20)
    pieces = [storage.piece(10) for _ in range(2)]
    assert not storage.on_disk
    pieces.append(storage.piece(10))
    assert storage.on_disk
    assert [len(piece) >= 10 for piece in pieces] == [True] * 3


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
def test_a_crash_leaves_nothing_on_the_disk(tmp_path):
    program = (
        "import sys, time; from w2v.inputs.cache import Storage; a = Storage('disk', sys.argv[1]).piece(9);"
        "print(1, flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", program, tmp_path]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"1\n"
        process.kill()
    assert os.listdir(tmp_path) == []
