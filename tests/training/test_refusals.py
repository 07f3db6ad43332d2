"""Word2Vec: calls that are refused say why, and change nothing."""

from pathlib import Path

import pytest
from snapshots import assert_same, refused, snapshot

from w2v import VocabularyError, Word2Vec

TEXT = "the cat sat on the mat\nthe dog sat\n\na cat saw the dog  and the dog saw it\n" * 20
SENTENCES = [line.split() for line in TEXT.splitlines() if line.strip()]
SMALL = {"vector_size": 12, "min_count": 1, "epochs": 2}


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "text"
    path.write_text(TEXT, encoding="utf-8")
    return path


@pytest.fixture
def model():
    return Word2Vec(SENTENCES, **SMALL)


class Broken:
    def __iter__(self):
        yield from SENTENCES
        raise OSError("the disk broke")


NO_CORPORA = {
    "nothing": ({}, TypeError),
    "both": ({"corpus_iterable": SENTENCES, "corpus_file": "text"}, TypeError),
    "not iterable": ({"corpus_iterable": 5}, TypeError),
    "not hashable": ({"corpus_iterable": [["a"], [["b"]]]}, TypeError),
    "sentences of numbers": ({"corpus_iterable": [1, 2]}, TypeError),
    "breaks": ({"corpus_iterable": Broken()}, OSError),
    "missing": ({"corpus_file": "missing"}, FileNotFoundError),
    "missing, as in gensim": ({"corpus_file": "missing"}, TypeError),
    "compressed by others": ({"corpus_file": "text.lz4"}, ValueError),
    "no such folder": ({"corpus_file": "missing/*.txt"}, FileNotFoundError),
    "a string": ({"corpus_iterable": "the cat"}, TypeError),
    "a path": ({"corpus_iterable": Path("text")}, TypeError),
    "no path": ({"corpus_file": 5}, TypeError),
}


@pytest.mark.parametrize("kind", NO_CORPORA)
def test_no_corpora(kind, path, monkeypatch, model):
    monkeypatch.chdir(path.parent)
    (path.parent / "text.lz4").write_bytes(b"\x04\x22\x4d\x18 lz4")
    arguments, error = NO_CORPORA[kind]
    before = snapshot(model)
    with pytest.raises(error):
        model.build_vocab(**arguments)
    if arguments:
        with pytest.raises(error):
            model.train(**arguments, epochs=9, start_alpha=0.5, end_alpha=0.4, compute_loss=True)
        sentences, file = arguments.get("corpus_iterable"), arguments.get("corpus_file")
        with pytest.raises(error):
            Word2Vec(sentences, file, **SMALL)
    assert_same(before, snapshot(model))


def test_refused_training_changes_nothing(model, monkeypatch):
    refused(model, ValueError, epochs=0)
    refused(model, ValueError, epochs=-1)
    refused(model, TypeError, epochs=1.5)
    refused(model, ValueError, epochs=3, start_alpha=-1)
    refused(model, ValueError, epochs=3, end_alpha=float("nan"))
    refused(model, AttributeError, epochs=3, callbacks=[object()])
    refused(model, TypeError, epochs=3, callbacks=object())
    refused(model, TypeError, epochs=3, corpus_iterable=(sentence for sentence in SENTENCES))
    refused(model, TypeError, epochs=3, nonsense=1)
    monkeypatch.setenv("W2V_KERNELS", "nonsense")
    refused(model, ValueError, epochs=3, start_alpha=0.5)


def test_what_is_wrong_with_a_corpus_is_said():
    for given, got in (
        (5, "iterable of sentences, got int"),
        (None, "iterable of sentences or corpus_file, got neither"),
    ):
        with pytest.raises(TypeError, match=got):
            Word2Vec(**SMALL).build_vocab(given)


def test_generators_of_several_passes():
    with pytest.raises(TypeError, match="generator"):
        Word2Vec((sentence for sentence in SENTENCES), **SMALL)


def test_no_vocabulary():
    model = Word2Vec(**SMALL)
    with pytest.raises(RuntimeError, match="build_vocab"):
        model.train(SENTENCES)
    with pytest.raises(TypeError, match="neither"):
        model.build_vocab()
    for sentences in ([], [[]], [["a"]]):
        with pytest.raises(RuntimeError, match="empty"):
            Word2Vec(sentences)


def test_refused_vocabularies_change_nothing(model):
    before = snapshot(model)
    with pytest.raises(VocabularyError, match=r"2 words, none of them often enough \(min_count=1\)"):
        model.build_vocab([["a", "b"]], trim_rule=lambda word, count, min_count: 1)

    def fails(word, count, min_count):
        raise ArithmeticError

    with pytest.raises(ArithmeticError):
        model.build_vocab(SENTENCES, trim_rule=fails)
    assert_same(before, snapshot(model))
