"""Word2Vec with kernel="mirror": every golden file of word2vec.c comes out of it, and it is a model like any other."""

import gzip
import pickle

import numpy as np
import pytest
from places import GOLDEN, SHARED_GOLDEN

from w2v import FormatError, KeyedVectors, LineSentence, VocabularyError, Word2Vec, mirror
from w2v.callbacks import CallbackAny2Vec
from w2v.mirror.files import save_classes, save_vectors

NAMES = {"size": "vector_size", "window": "window", "negative": "negative", "hs": "hs", "iter": "epochs"}
TEXT = [["one", "two", "two", "three"], ["two", "one"]] * 20


def flags_of(text):
    arguments = text.split()
    return {name[1:]: value for name, value in zip(arguments[::2], arguments[1::2], strict=True)}


def committed():
    """Text, flags and golden file of each run that an ordinary vocabulary is enough for."""
    for line in (GOLDEN / "runs.tsv").read_text().splitlines():
        command = line.split("\t")[2]
        if command.startswith("word2vec ") and "-output" in command:
            flags = flags_of(command.removeprefix("word2vec "))
            if "hash-size" not in flags and "read-vocab" not in flags:
                yield pytest.param(GOLDEN / flags["train"], flags, GOLDEN / flags["output"], id=flags["output"])


def shared():
    for line in (SHARED_GOLDEN / "runs.tsv").read_text().splitlines() if SHARED_GOLDEN.is_dir() else ():
        text, name, flags = line.split("\t")
        yield pytest.param(SHARED_GOLDEN / text, flags_of(flags), SHARED_GOLDEN / f"{name}.bin", id=f"shared {name}")


def settings_of(flags):
    """Word2Vec's settings for the original's flags."""
    cbow = int(flags.get("cbow", 1))
    settings = {mine: int(flags[name]) for name, mine in NAMES.items() if name in flags}
    return settings | {
        "sg": 1 - cbow,
        "alpha": float(flags.get("alpha", 0.05 if cbow else 0.025)),
        "sample": float(flags.get("sample", 1e-3)),
        "min_count": int(flags.get("min-count", 5)),
        "kernel": "mirror",
        "workers": 1,
    }


def save_as_original(model, flags, path):
    words, vectors = model.wv.index_to_key, model.wv.vectors
    if "classes" in flags:
        save_classes(path, words, mirror.classes(vectors, int(flags["classes"])))
    else:
        save_vectors(path, words, vectors, flags.get("binary") == "1")


@pytest.mark.parametrize("text, flags, golden", [*committed(), *shared()])
def test_golden(text, flags, golden, tmp_path):
    model = Word2Vec(corpus_file=text, **settings_of(flags))
    save_as_original(model, flags, tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == golden.read_bytes()
    if "classes" in flags or flags.get("binary") != "1" or golden.name.startswith("quirks"):
        return  # the quirks have words that readers of these files would split
    model.wv.save_word2vec_format(tmp_path / "kept", binary=True, sort_attr="none")
    with_line_ends = {"unicode_errors": "surrogateescape", "binary": True}
    ours, theirs = (KeyedVectors.load_word2vec_format(path, **with_line_ends) for path in (tmp_path / "kept", golden))
    assert ours.index_to_key == theirs.index_to_key
    assert np.array_equal(ours.vectors, theirs.vectors)


@pytest.mark.skipif(not SHARED_GOLDEN.is_dir(), reason=f"the larger golden files are not at {SHARED_GOLDEN}")
def test_all_shared_runs_are_tested():
    assert len([*shared()]) == 10


def test_sentences_train_as_the_file_of_their_lines(tmp_path):
    path = tmp_path / "text"
    path.write_text("".join(" ".join(sentence) + "\n" for sentence in TEXT))
    models = [make(corpus_file=path), make(sentences=TEXT), make(sentences=LineSentence(path))]
    for model in models:
        assert model.wv.index_to_key == ["</s>", "two", "one", "three"]
        assert np.array_equal(model.wv.vectors, models[0].wv.vectors)
        assert np.array_equal(model.syn1neg, models[0].syn1neg)


def make(**settings):
    return Word2Vec(**{"vector_size": 8, "min_count": 1, "sample": 0, "kernel": "mirror", "workers": 1, **settings})


def test_the_model_is_like_any_other(tmp_path):
    model = make(sentences=TEXT, sg=1, hs=1, negative=2, epochs=3)
    assert model.vocab.counts.tolist() == [40, 60, 40, 20]
    assert (model.corpus_count, model.corpus_total_words, model.train_count) == (40, 160, 1)
    assert model.syn1.shape == model.syn1neg.shape == (4, 8)
    assert model.wv.most_similar("one", topn=3)
    assert sum(chance for _, chance in model.predict_context("one", topn=None)) == pytest.approx(1, abs=1e-5)
    model.save(tmp_path / "model")
    loaded = Word2Vec.load(tmp_path / "model")
    assert loaded.kernel == "mirror"
    assert np.array_equal(loaded.syn1, model.syn1)
    assert np.array_equal(pickle.loads(pickle.dumps(model)).syn1, model.syn1)
    loaded.kernel = "batched"
    assert loaded.train(TEXT)[1] == 3 * 120


def test_in_two_steps():
    whole, model = make(sentences=TEXT, epochs=2, alpha=0.05), make()
    model.build_vocab(TEXT)
    assert not model.syn1neg.any()
    assert not np.array_equal(model.wv.vectors, whole.wv.vectors)
    assert model.train(TEXT, epochs=2, start_alpha=0.05) == (320, 320)
    assert np.array_equal(model.wv.vectors, whole.wv.vectors)
    assert (model.epochs, model.alpha) == (2, 0.05)


def test_another_text_trains_as_with_read_vocab(tmp_path):
    path, other, vocab = tmp_path / "text", tmp_path / "other", tmp_path / "vocab"
    path.write_text("one two two\n" * 9)
    other.write_text("two three one\n" * 5)
    vocab.write_text("</s> 9\ntwo 18\none 9\n")
    expected = mirror.train(other, read_vocab=vocab, size=8, min_count=1, sample=0, alpha=0.025)
    model = make()
    model.build_vocab(corpus_file=path)
    model.train(corpus_file=other)
    assert np.array_equal(model.wv.vectors, expected.vectors)


REFUSED = {"workers": 2, "seed": 2, "cbow_mean": 0, "min_alpha": 0.001, "ns_exponent": 0.5, "max_final_vocab": 9}
REFUSED |= {"compute_loss": True, "shrink_windows": False, "objective": "nce", "max_vocab_size": 99}


@pytest.mark.parametrize("name, value", REFUSED.items())
def test_what_the_original_does_not_have_is_refused(name, value):
    expected = f'kernel="mirror" does what word2vec.c does: expected {name}=.*, got {value!r}'
    with pytest.raises(ValueError, match=expected):
        make(**{name: value})


@pytest.mark.parametrize("word", ["two words", "", "tab\t", "line\n", 5])
def test_words_that_a_text_cannot_hold_are_refused(word):
    with pytest.raises(ValueError, match=r"sentence 2: expected words without blanks, .*, got"):
        make(sentences=[["fine"], ["a", word]])


def test_files_that_the_original_cannot_read_are_refused(tmp_path):
    (tmp_path / "text.gz").write_bytes(gzip.compress(b"to be"))
    with pytest.raises(ValueError, match=r"text\.gz: kernel=\"mirror\" reads neither compressed files nor pipes"):
        make(corpus_file=tmp_path / "text.gz")
    (tmp_path / "text").write_bytes("to be".encode("utf-16"))
    with pytest.raises(FormatError, match=r"text: expected text in UTF-8, got UTF-16"):
        make(corpus_file=tmp_path / "text")
    with pytest.raises(FileNotFoundError):
        make(corpus_file=tmp_path / "none")
    with pytest.raises(VocabularyError, match="the vocabulary is empty: no words"):
        make(sentences=[])


def test_training_on_is_refused():
    model = make(sentences=TEXT)
    before = model.wv.vectors.copy()
    with pytest.raises(ValueError, match=r"word2vec\.c cannot go on with a model: call build_vocab"):
        model.train()
    other = make(kernel="batched", sentences=TEXT)
    other.kernel = "mirror"
    with pytest.raises(ValueError, match="call build_vocab"):
        other.train()
    with pytest.raises(ValueError, match="expected no callbacks, got"):
        make(sentences=TEXT, callbacks=[CallbackAny2Vec()])
    with pytest.raises(ValueError, match="expected no trim_rule"):
        make(sentences=TEXT, trim_rule=lambda *word: 0)
    assert np.array_equal(model.wv.vectors, before)
    model.build_vocab(TEXT)
    model.train()
    assert np.array_equal(model.wv.vectors, before)


def test_an_interrupted_model_is_as_it_was_built(monkeypatch):
    model = make()
    model.build_vocab(TEXT * 400)
    before = model.wv.vectors.copy()

    def interrupt(*told):
        raise KeyboardInterrupt

    monkeypatch.setattr("w2v.training.mirror_kernel._Bar.training", interrupt)
    with pytest.raises(KeyboardInterrupt):
        model.train()
    assert np.array_equal(model.wv.vectors, before)
    assert model.train_count == 0
