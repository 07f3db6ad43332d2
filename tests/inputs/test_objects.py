"""Sentences of any tokens in any form: the same vectors whatever the form, and what is refused."""

import io
import re
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sentences import SENTENCES, vectors

from w2v import Word2Vec
from w2v._core import TokenBlock, TokenReader, TokenTable, pack_walks, tally_ids
from w2v.corpus.encode import encode_file, encode_iterable
from w2v.inputs.keys import Keys


class Sentences:
    """What users write: starts anew each time."""

    def __iter__(self):
        for sentence in SENTENCES:
            yield (word for word in sentence)


# ---- tokens ----

tokens = st.one_of(
    st.text(max_size=20),
    st.text("ab", max_size=2),
    st.binary(max_size=4),
    st.integers(-(2**70), 2**70),
    st.integers(-3, 3),
    st.sampled_from([-(2**63) - 1, -(2**63), 2**63 - 1, 2**63]),
    st.floats(allow_nan=False),
    st.booleans(),
    st.tuples(st.integers(0, 2), st.text("ab", max_size=1)),
)


@given(st.lists(st.lists(tokens, max_size=10), max_size=20), st.integers(1, 3))
def test_any_tokens_are_counted_as_a_dict_counts(sentences, workers):
    vocab, corpus = encode_iterable(sentences, min_count=1, workers=workers)
    counts = Counter(token for sentence in sentences for token in sentence)
    assert dict(zip(vocab.words, vocab.counts.tolist(), strict=True)) == counts
    stored = [[vocab.words[number] for number in sentence] for sentence in corpus]
    assert stored == [sentence for sentence in sentences if sentence]
    again = encode_iterable(sentences, vocab=vocab, workers=workers)[1]
    assert again.ids.tolist() == corpus.ids.tolist()


def test_tokens_of_numpy_are_python_s():
    vocab = encode_iterable([np.array(["a", "b"]), [np.str_("a"), np.int64(3)], np.array([3, 4])], min_count=1)[0]
    assert {word: type(word) for word in vocab.words} == {"a": str, "b": str, 3: int, 4: int}


@given(st.lists(st.lists(st.text("aé語😀\ud800\n", max_size=9), max_size=6), max_size=9), st.integers(1, 9))
def test_blocks_of_any_size(sentences, room):
    keys, table = Keys(), TokenTable()
    reader, block, stream = TokenReader(sentences, keys.key_of), TokenBlock(room, room), []
    while reader.read(block):
        ids = np.empty(block.n_items, np.int32)
        table.count_tokens(block, ids)
        stream += ids.tolist()
    words = keys.spell(table, np.arange(len(table), dtype=np.int32), reader)
    read = [None if number < 0 else words[number] for number in stream]
    assert read == [token for sentence in sentences for token in (*sentence, None)]


def test_a_list_that_shrinks_while_it_is_read():
    class Shrinking(str):
        def __hash__(self):
            sentence.clear()
            return str.__hash__(self)

    sentence = ["a", Shrinking("x"), "b"]
    assert encode_iterable([sentence], min_count=1)[1].n_words == 2


def test_blocks_are_put_together(monkeypatch):
    whole = encode_iterable(SENTENCES, min_count=1)[1].ids
    monkeypatch.setattr("w2v.inputs.objects.BLOCK_ITEMS", 500)
    for workers in (1, 3):
        assert np.array_equal(encode_iterable(SENTENCES, min_count=1, workers=workers)[1].ids, whole)


def test_a_bounded_vocabulary_does_not_depend_on_threads(monkeypatch):
    monkeypatch.setattr("w2v.inputs.objects.BLOCK_ITEMS", 500)
    sentences = [[f"w{number % 7}", f"x{number // 3}"] for number in range(4000)]
    found = [encode_iterable(sentences, min_count=2, max_vocab_size=200, workers=workers) for workers in (1, 3)]
    assert found[0][0].words == found[1][0].words
    assert found[0][0].counts.tolist() == found[1][0].counts.tolist()
    assert len(found[0][0]) < 400  # of 1341


def test_seams_check_their_arguments():
    block = TokenBlock(9, 9)
    assert TokenReader([["a", "b"]], None).read(block)
    with pytest.raises(ValueError, match="ids: expected room for 3, got 2"):
        TokenTable().count_tokens(block, np.empty(2, np.int32))
    with pytest.raises(ValueError, match="expected room for 6 ids and 3 offsets, got 5, 3"):
        pack_walks(np.zeros((2, 3), np.int32), np.empty(5, np.int32), np.empty(3, np.int64))
    assert tally_ids(np.array([0, 2, 1], np.int32), counts := np.zeros(2, np.int64)) == 1
    assert counts.tolist() == [1, 0]
    assert tally_ids(np.array([1, -1], np.int32), counts) == 1


def test_characters_where_their_number_of_bytes_changes():
    words = [chr(point) for point in (0x7F, 0x80, 0x7FF, 0x800, 0xFFFF, 0x10000, 0x10FFFF)]
    words += [word + other for word in words for other in "é語😀"]  # Python stores them in 1, 2 or 4 bytes a character
    assert sorted(encode_iterable([words], min_count=1)[0].words) == sorted(words)
    keys, table = Keys(), TokenTable()
    TokenReader([words], keys.key_of).read(block := TokenBlock(999, 999))
    table.count_tokens(block, np.empty(block.n_items, np.int32))
    assert table.spell(np.arange(len(words), dtype=np.int32)).decode() == "".join(f"{word}\n" for word in words)


def test_a_bounded_vocabulary_is_bounded_within_a_long_sentence(tmp_path):
    words = [f"w{number % 7}" if number % 2 else f"x{number}" for number in range(50_000)]
    (tmp_path / "text").write_text(" ".join(words))
    vocab = encode_iterable([words], min_count=1, max_vocab_size=100)[0]
    from_file = encode_file(tmp_path / "text", min_count=1, max_vocab_size=100)[0]
    assert (vocab.words, vocab.counts.tolist()) == (from_file.words, from_file.counts.tolist())
    assert len(vocab) < 10_100  # of 25,007


def test_what_is_no_sentence_is_told_with_its_number():
    with pytest.raises(TypeError, match=r"sentence 1: expected a sequence of tokens, got int"):
        encode_iterable([["a"], 5])
    with pytest.raises(TypeError, match=r"sentence 1: expected hashable tokens: unhashable type: 'list'"):
        encode_iterable([["a"], [["b"]]])


# ---- forms ----

FORMS = {
    "tuple of tuples": tuple(map(tuple, SENTENCES)),
    "class": Sentences(),
    "iterator": iter(SENTENCES),
    "map": map(list, SENTENCES),
    "callable": lambda: iter(SENTENCES),
    "arrays of str": [np.array(sentence) for sentence in SENTENCES],
    "one array of str": np.array(SENTENCES),
    "values of a dict": dict(enumerate(SENTENCES)).values(),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_same_vectors(form):
    assert np.array_equal(vectors(FORMS[form]), vectors(SENTENCES))


def test_tokenizers():
    texts = list(map(" ".join, SENTENCES))
    expected = vectors(SENTENCES)
    assert np.array_equal(vectors(texts, tokenizer=str.split), expected)
    assert np.array_equal(vectors(lambda: (text for text in texts), tokenizer=str.split), expected)
    with pytest.raises(TypeError, match="tokenizer: expected sentences, not corpus_file"):
        Word2Vec(corpus_file="text", tokenizer=str.split)
    with pytest.raises(TypeError, match="tokenizer: expected a function, got str"):
        vectors(texts, tokenizer="split")
    with pytest.raises(TypeError, match="sentence 2: expected what the tokenizer takes, got NoneType"):
        vectors([*texts[:2], None], tokenizer=str.split)


NO_SENTENCES = {
    "got str; a text file is given by corpus_file=": "to be",
    "got StringIO, whose lines are not split into words: LineSentence(file) reads an open file": io.StringIO("to be"),
    "got bytearray; a text file": bytearray(b"to be"),
    "got dict; its values() or its keys() can be one": dict(enumerate(SENTENCES)),
    "got float64: array.astype(int) are ids": np.ones((2, 3)),
    "got bool: array.astype(int)": np.ones(2, bool),
    "got 3 dimensions: a row is a walk; flat ids are given by Ids(ids, offsets)": np.zeros((2, 2, 2), int),
    "got 1 dimensions": np.arange(3),
}


@pytest.mark.parametrize("message", NO_SENTENCES)
def test_what_cannot_be_meant_is_refused(message):
    for cache in ("auto", False):
        with pytest.raises(TypeError, match="expected an iterable of sentences.*" + re.escape(message)):
            vectors(NO_SENTENCES[message], cache=cache)
        with pytest.raises(TypeError, match="expected a function that returns an iter.*" + re.escape(message)):
            vectors(lambda: NO_SENTENCES[message], cache=cache)


def test_functions_that_return_nothing_new(caplog):
    with pytest.raises(TypeError, match="expected a function that returns an iterable of sentences, got NoneType"):
        vectors(lambda: None)
    given_out = iter(SENTENCES)
    vectors(lambda: given_out, cache=False, epochs=1)
    assert "epoch 1 had nothing to train: the corpus gave no words of the vocabulary" in caplog.text


@pytest.mark.parametrize("texts", [["ab", "a"], [np.str_("ab")], np.array(["ab"]), [b"ab"]])
def test_texts_without_a_tokenizer_warn(texts, caplog):
    vectors(texts)
    kind = "bytes" if isinstance(texts[0], bytes) else "str"
    assert f"its characters become the words; give tokenizer={kind}.split" in caplog.text


def test_dictionaries_are_no_sentences():
    with pytest.raises(TypeError, match=r"sentence 1: expected a sequence of tokens, got dict.*: label, text$"):
        Word2Vec([["a"], {"label": 1, "text": ["a"]}])
