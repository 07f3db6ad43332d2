"""TokenCorpus, LineSentence and the two roads to ids: they must agree."""

import bz2
import doctest
import gzip
import io
import logging
import lzma
import os

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import w2v.base.threads
import w2v.corpus.encode
import w2v.inputs.blocks
import w2v.inputs.bounded
import w2v.inputs.pruning
import w2v.inputs.reading
from w2v.corpus.encode import encode_file, encode_iterable
from w2v.corpus.tokens import TokenCorpus
from w2v.corpus.vocab import Vocab
from w2v.errors import MissingFileError
from w2v.inputs.lines import LineSentence

TEXT = "to be or not to be\n\nthat is  the question\r\nto\u3000be\n"
SENTENCES = [["to", "be", "or", "not", "to", "be"], ["that", "is", "the", "question"], ["to", "be"]]


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "text"
    path.write_text(TEXT, newline="")
    return path


def same(first, second):
    (vocab, corpus), (other_vocab, other) = first, second
    assert (vocab.words, vocab.counts.tolist(), vocab.min_count) == (
        other_vocab.words,
        other_vocab.counts.tolist(),
        other_vocab.min_count,
    )
    assert corpus.ids.tolist() == other.ids.tolist()
    assert corpus.offsets.tolist() == other.offsets.tolist()
    assert (corpus.n_sentences, corpus.n_words_raw) == (other.n_sentences, other.n_words_raw)


modules = [
    w2v.corpus.encode,
    w2v.inputs.blocks,
    w2v.inputs.reading,
    w2v.inputs.bounded,
    w2v.inputs.pruning,
    w2v.base.threads,
]


@pytest.mark.thread_unsafe
@pytest.mark.parametrize("module", modules, ids=lambda module: module.__name__)
def test_examples(module):
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0


def test_encode_file(path):
    vocab, corpus = encode_file(path, min_count=2)
    assert (vocab.words, vocab.counts.tolist(), vocab.min_count) == (["be", "to"], [3, 3], 2)
    assert corpus.ids.dtype == np.int32
    assert corpus.offsets.dtype == np.int64
    assert [sentence.tolist() for sentence in corpus] == [[1, 0, 1, 0], [1, 0]]
    assert (len(corpus), corpus.n_sentences, corpus.n_words_raw) == (2, 3, 12)
    assert corpus.source == ((os.path.abspath(path), path.stat().st_size, path.stat().st_mtime_ns),)
    assert corpus[-1].tolist() == [1, 0]
    with pytest.raises(IndexError):
        corpus[2]


def test_encode_iterable(path):
    same(encode_iterable(SENTENCES, min_count=1), encode_file(path, min_count=1))
    same(encode_iterable(iter(SENTENCES), min_count=1), encode_file(path, min_count=1))
    vocab, corpus = encode_iterable([(1, "x"), [], [(2, 3), 1]], min_count=1)
    assert vocab.words == [1, (2, 3), "x"]
    assert (corpus.ids.tolist(), corpus.offsets.tolist(), corpus.n_sentences) == ([0, 2, 1, 0], [0, 2, 4], 3)
    assert corpus.source is None


def test_nothing_at_all(tmp_path):
    empty = tmp_path / "empty"
    empty.touch()
    for vocab, corpus in (encode_file(empty), encode_iterable([]), encode_iterable([[], []])):
        assert (len(vocab), len(corpus), len(corpus.ids), corpus.n_words_raw) == (0, 0, 0, 0)


def test_line_sentence_takes_the_road_of_files(path, tmp_path):
    vocab, corpus = encode_iterable(LineSentence(path), min_count=1)
    assert corpus.source == encode_file(path)[1].source
    same((vocab, corpus), encode_file(path, min_count=1))
    for opener, extension in ((gzip, "gz"), (bz2, "bz2"), (lzma, "xz")):
        packed = tmp_path / f"text.{extension}"
        with opener.open(packed, "wb") as file:
            file.write(TEXT.encode())
        assert list(LineSentence(packed)) == SENTENCES
        same(encode_iterable(LineSentence(packed), min_count=1), (vocab, corpus))
        same(encode_file(packed, min_count=1, workers=2), (vocab, corpus))


@pytest.mark.thread_unsafe
def test_line_sentence(path):
    lines = LineSentence(path)
    assert list(lines) == list(lines) == SENTENCES
    assert list(LineSentence(str(path), limit=2)) == SENTENCES[:1]
    assert list(LineSentence(path, max_sentence_length=4, limit=1)) == [SENTENCES[0][:4], SENTENCES[0][4:]]
    for file in (io.BytesIO(TEXT.encode()), io.StringIO(TEXT)):
        assert list(LineSentence(file)) == list(LineSentence(file)) == SENTENCES
    with pytest.raises(FileNotFoundError):
        next(iter(LineSentence(path.with_name("missing"))))
    path.write_bytes(b"\xef\xbb\xbffine\n\xff\n")
    lines = iter(LineSentence(path))
    assert next(lines) == ["fine"]
    with pytest.raises(UnicodeDecodeError, match=r"text: line 2: expected UTF-8"):
        next(lines)


def test_short_pieces_or_a_limit_are_not_the_whole_file(path):
    assert encode_iterable(LineSentence(path, limit=1), min_count=1)[1].n_sentences == 1
    assert len(encode_iterable(LineSentence(path, max_sentence_length=2), min_count=1)[1]) == 6


def test_given_vocab(path):
    vocab = Vocab(["be", 7, "question"], [1, 1, 1])
    for source in (LineSentence(path), SENTENCES, iter(SENTENCES)):
        returned, corpus = encode_iterable(source, vocab=vocab, min_count=100)
        assert returned is vocab
        assert [sentence.tolist() for sentence in corpus] == [[0, 0], [2], [0]]
        assert (corpus.n_sentences, corpus.n_words_raw) == (3, 12)
    empty = Vocab([], [])
    assert encode_file(path, vocab=empty)[0] is empty


tokens = st.sampled_from("abcdefgh")


@pytest.mark.thread_unsafe
@given(
    st.lists(st.lists(tokens, min_size=1, max_size=8), max_size=20), st.integers(1, 5), st.integers(1, 3), st.booleans()
)
def test_both_roads_agree(tmp_path_factory, sentences, limit, min_count, use_rule):
    path = tmp_path_factory.getbasetemp() / "agree"
    path.write_text("\n".join(map(" ".join, sentences)))
    rule = (lambda word, count, min_count: {"a": 1, "b": 2}.get(word, 0)) if use_rule else None
    for settings_ in (
        {"min_count": min_count},
        {"min_count": min_count, "max_final_vocab": limit},
        {"min_count": min_count, "max_vocab_size": limit},
        {"min_count": min_count, "sorted_vocab": False},
    ):
        settings_["trim_rule"] = rule
        result = encode_iterable(sentences, **settings_)
        same(encode_file(path, workers=2, **settings_), result)
        if rule and "max_vocab_size" not in settings_:
            kept = set().union(*sentences)
            assert "a" not in result[0]
            assert ("b" in result[0]) == ("b" in kept)


def test_max_final_vocab():
    sentences = [["a"] * 5, ["b"] * 4, ["c"] * 4, ["d"] * 3]
    for limit, words, min_count in ((4, "acbd", 1), (3, "acb", 4), (2, "a", 5), (1, "a", 5)):
        vocab, _ = encode_iterable(sentences, min_count=1, max_final_vocab=limit)
        assert (vocab.words, vocab.min_count) == (list(words), min_count)
    assert encode_iterable(sentences, min_count=5, max_final_vocab=3)[0].words == ["a"]


def test_words_that_come_back_after_pruning():
    sentences = [["x"], ["a", "b"], ["c"], ["x"], ["x"]]
    vocab, corpus = encode_iterable(sentences, min_count=1, max_vocab_size=1)
    assert vocab.words == ["x"]
    assert vocab.counts.tolist() == [2]
    assert corpus.ids.tolist() == [0, 0, 0]
    _, once = encode_iterable(iter(sentences), min_count=1, max_vocab_size=1)
    assert once.ids.tolist() == [0, 0]  # a generator cannot be read again: the first x is lost


def test_long_sentences_are_stored_in_pieces():
    _, corpus = encode_iterable([["a"] * 10_001, ["a"] * 10_000], min_count=1)
    assert corpus.offsets.tolist() == [0, 10_000, 10_001, 20_001]
    assert (corpus.n_sentences, len(corpus)) == (2, 3)


def test_a_string_as_a_sentence_is_warned_about(caplog):
    with caplog.at_level(logging.WARNING):
        vocab, _ = encode_iterable(["ab", "b"], min_count=1)
    assert vocab.words == ["b", "a"]
    assert "Each 'sentences' item should be a list of words (usually unicode strings)" in caplog.text


def test_missing_files_and_folders(tmp_path):
    for error in (FileNotFoundError, TypeError, MissingFileError):
        with pytest.raises(error, match="missing"):
            encode_file(tmp_path / "missing")
    for nothing in (tmp_path, tmp_path / "*.txt", []):
        with pytest.raises(MissingFileError):
            encode_file(nothing)


def test_progress_does_not_change_anything(path):
    same(encode_file(path, min_count=1, progress=True), encode_file(path, min_count=1))
    same(encode_iterable(SENTENCES, min_count=1, progress=True), encode_file(path, min_count=1))


def test_errors_of_the_iterable_come_back():
    def sentences():
        yield ["a"]
        raise RuntimeError("broken corpus")

    with pytest.raises(RuntimeError, match="broken corpus"):
        encode_iterable(sentences())
    with pytest.raises(TypeError, match="unhashable"):
        encode_iterable([[["a"]]])


def test_token_corpus_of_given_arrays():
    corpus = TokenCorpus(np.arange(3, dtype=np.int32), np.array([0, 2, 3]), 2, 5)
    assert [sentence.tolist() for sentence in corpus] == [[0, 1], [2]]
