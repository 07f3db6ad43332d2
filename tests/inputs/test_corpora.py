"""Corpora of other shapes, and the helpers that scripts import with them."""

import bz2
import doctest
import gzip
import lzma

import pytest
from hypothesis import given
from hypothesis import strategies as st

import w2v.inputs.corpora
import w2v.utils
from w2v import BrownCorpus, LineSentence, PathLineSentences, Text8Corpus, Word2Vec, simple_preprocess, utils
from w2v.utils import (
    RULE_DEFAULT,
    RULE_DISCARD,
    RULE_KEEP,
    ClippedCorpus,
    RepeatCorpus,
    save_as_line_sentence,
    tokenize,
)


@pytest.mark.parametrize("module", [w2v.inputs.corpora, w2v.utils], ids=lambda module: module.__name__)
def test_examples(module):
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "2.txt").write_text("two a\n\ntwo b c\n")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "4").write_text("not read")
    for name, opener in (("1.gz", gzip.open), ("3.bz2", bz2.open), ("4.xz", lzma.open)):
        with opener(tmp_path / name, "wt") as file:
            file.write(f"{name} a\n")
    return tmp_path


def test_path_line_sentences(folder):
    corpus = PathLineSentences(str(folder))
    expected = [["1.gz", "a"], ["two", "a"], ["two", "b", "c"], ["3.bz2", "a"], ["4.xz", "a"]]
    assert list(corpus) == list(corpus) == expected
    assert corpus.input_files == [str(folder / name) for name in ("1.gz", "2.txt", "3.bz2", "4.xz")]
    assert list(PathLineSentences(folder, limit=1)) == [expected[place] for place in (0, 1, 3, 4)]
    assert list(PathLineSentences(folder / "2.txt", max_sentence_length=2)) == [["two", "a"], ["two", "b"], ["c"]]
    with pytest.raises(ValueError, match="missing: input is neither a file nor a path"):
        PathLineSentences(folder / "missing")


@given(st.text("ab \n\u3000é", max_size=60), st.integers(1, 5), st.integers(1, 7))
def test_text8(tmp_path_factory, text, length, chunk):
    path = tmp_path_factory.getbasetemp() / "text8"
    path.write_text(text, encoding="utf-8", newline="")
    words = text.split()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(w2v.inputs.corpora, "_CHUNK", chunk)
        corpus = Text8Corpus(path, max_sentence_length=length)
        assert list(corpus) == list(corpus) == [words[at : at + length] for at in range(0, len(words), length)]


def test_text8_is_read_compressed_and_in_the_end(tmp_path):
    path = tmp_path / "text.gz"
    with gzip.open(path, "wt") as file:
        file.write("a " * 10_001)
    assert [len(sentence) for sentence in Text8Corpus(path)] == [10_000, 1]
    with pytest.raises(FileNotFoundError):
        next(iter(Text8Corpus(tmp_path / "missing")))


def test_brown(tmp_path):
    (tmp_path / "cb").write_text("\n\t./. ,/,\nNo/at-hl a/b/c plain End/nn$\n")
    (tmp_path / "ca").write_text("It/pps did/dod not/*\n")
    (tmp_path / "folder").mkdir()
    corpus = BrownCorpus(tmp_path)
    assert list(corpus) == list(corpus) == [["it/pp", "did/do"], ["no/at", "end/nn"]]


def test_corpora_train_models(folder):
    for corpus in (PathLineSentences(folder), Text8Corpus(folder / "2.txt"), LineSentence(folder / "1.gz")):
        words = Word2Vec(corpus, vector_size=8, min_count=1, workers=1).wv.index_to_key
        assert "a" in words


def test_preprocessing():
    assert simple_preprocess("Straße ÉCOLE 4ever x _y_ naïve" + "z" * 11) == ["straße", "école", "ever"]
    assert simple_preprocess(b"caf\xc3\xa9 \xff bar", min_len=3, max_len=3) == ["bar"]
    assert list(tokenize("Über b_c 1d", lowercase=True, deacc=True)) == ["uber", "b_c", "d"]
    with pytest.raises(UnicodeDecodeError):
        tokenize(b"\xff")


def test_text_of_other_encodings():
    assert utils.to_unicode(b"\xe9", "latin-1") == utils.any2unicode("é") == "é"
    assert utils.to_utf8(b"\xe9", encoding="latin-1") == utils.any2utf8("é") == "é".encode()
    assert utils.to_unicode(b"a\xff", errors="ignore") == "a"
    with pytest.raises(UnicodeDecodeError):
        utils.to_utf8(b"\xff")


def test_repeated_and_clipped():
    assert list(RepeatCorpus("ab", 5)) == list("ababa")
    clipped = ClippedCorpus("abc", 2)
    assert (list(clipped), len(clipped), len(ClippedCorpus("abc", 9)), len(ClippedCorpus("abc"))) == (
        ["a", "b"],
        2,
        3,
        3,
    )


def test_saved_lines(tmp_path):
    sentences = [["a", "é"], [], ["中文"]]
    save_as_line_sentence(sentences, tmp_path / "text.gz")
    assert list(LineSentence(tmp_path / "text.gz")) == [["a", "é"], ["中文"]]
    with pytest.raises(TypeError):
        save_as_line_sentence([["a"], [1]], tmp_path / "other")
    assert not (tmp_path / "other").exists()


def test_rules():
    assert (RULE_DEFAULT, RULE_DISCARD, RULE_KEEP) == (0, 1, 2)
