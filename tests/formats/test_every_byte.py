"""A reader of word2vec's and GloVe's files accounts for every byte: it returns what the file has, or it refuses."""

import io
import logging

import numpy as np
import pytest

from w2v import FormatError, KeyedVectors, Phrases, TruncatedError, Word2Vec
from w2v.errors import EncodingError, WrongKindError

WORDS = [f"word{i}" for i in range(9)]
VECTORS = np.random.default_rng(3).normal(size=(9, 6)).round(4).astype(np.float32)
LOADERS = {
    "load": KeyedVectors.load,
    "load_word2vec_format": KeyedVectors.load_word2vec_format,
    "load_glove": KeyedVectors.load_glove,
    "no_header": lambda path: KeyedVectors.load_word2vec_format(path, no_header=True),
    "binary": lambda path: KeyedVectors.load_word2vec_format(path, binary=True),
}


def text(between=" ", after="", before="", header="9 6", words=WORDS, end="\n", after_word=None):
    """The lines of a file, spelt in some way."""
    start = between if after_word is None else after_word
    rows = [
        f"{before}{word}{start}{between.join(map(str, row))}{after}" for word, row in zip(words, VECTORS, strict=True)
    ]
    return (end.join([header, *rows] if header else rows) + end).encode()


def binary(words=WORDS, end=b"\n", header=b"9 6\n", vectors=VECTORS):
    rows = (word.encode() + b" " + row.tobytes() + end for word, row in zip(words, vectors, strict=True))
    return header + b"".join(rows)


def changed(word, place=4):
    return [*WORDS[:place], word, *WORDS[place + 1 :]]


READ = {
    "several blanks": (text("   "), WORDS),
    "numbers in columns": (text().replace(b" 0.", b"  0."), WORDS),
    "tabs": (text("\t"), WORDS),
    "a tab after the word": (text(after_word="\t"), WORDS),
    "blanks and tabs": (text(" \t "), WORDS),
    "blanks before the word": (text(before="  "), WORDS),
    "a tab before the word": (text(before="\t"), WORDS),
    "blanks at the end": (text(after=" \t "), WORDS),
    "line ends of Windows": (text(end="\r\n"), WORDS),
    "blanks around the header": (text(header=" 9\t6 "), WORDS),
    "empty lines at the end": (text() + b"\n \n\n", WORDS),
    "a byte order mark": (b"\xef\xbb\xbf" + text(), WORDS),
    "a word with blanks": (text(words=changed("New  York City")), changed("New  York City")),
    "the first word has a blank": (text(words=changed("New York", 0)), changed("New York", 0)),
    "the last word has a blank": (text(words=changed("New York", 8)), changed("New York", 8)),
    "a number within a word": (text(words=changed("Apollo 11 mission")), changed("Apollo 11 mission")),
    "a comma in a word": (text(words=changed("0,0 km²")), changed("0,0 km²")),
    "a tab within a word": (text(words=changed("a\tb")), changed("a\tb")),
    "words that are numbers": (text(words=[*map(str, range(9))]), [*map(str, range(9))]),
    "words that are no numbers": (text(words=changed("nan")), changed("nan")),
    "quotes": (text(words=changed('"')), changed('"')),
    "other white space": (text(words=changed("a\u00a0b\u3000c\x85d")), changed("a\u00a0b\u3000c\x85d")),
}


@pytest.mark.parametrize("name", READ)
def test_any_sane_spelling_is_read(tmp_path, name):
    content, words = READ[name]
    path = tmp_path / "vectors"
    for loader, data in (("load", content), ("load_word2vec_format", content), ("load_glove", content)):
        path.write_bytes(data)
        assert_read(LOADERS[loader](path), words)
    path.write_bytes(content.partition(b"\n")[2])  # the same without a header
    for loader in ("load", "load_glove", "no_header"):
        assert_read(LOADERS[loader](path), words)


def assert_read(kv, words):
    assert kv.index_to_key == words
    np.testing.assert_array_equal(kv.vectors, VECTORS)


ROW = text(header=None).splitlines(keepends=True)
REFUSED = {
    "commas": (text(","), "line 2: .* separated by commas"),
    "commas and blanks": (text(", "), "line 2: .* separated by commas"),
    "decimal commas": (text().replace(b".", b","), "line 2: .* comma"),
    "semicolons": (text(";"), "line 2: .* separated by semicolons"),
    "bars": (text("|"), "line 2: expected a word and 6 values, got 0"),
    "brackets": (
        text(" ", "]", after_word=" ["),
        "line 2: value 1: .*; the line has brackets",
    ),
    "a list": (text(", ", "]", after_word=" ["), "line 2: value 1: .* separated by commas"),
    "sparse rows": (b"2 90\n" + b"a 3:0.5 17:0.25\nb 4:1 5:2\n", "line 2: .* sparse vectors"),
    "carriage returns alone": (text(end="\r"), "carriage return"),
    "a value too many": (text().replace(b"\nword4", b" 0.5\nword4"), "line 5: expected a word and 6 values, got 7"),
    "a value too few": (text().replace(b"word4 ", b"word4"), "line 6: expected a word and 6 values, got 5"),
    "two rows in a line": (text().replace(b"\nword4", b" word4"), "line 5: expected a word and 6 values, got 13"),
    "a word that ends in a number": (text(words=changed("Windows 10")), "line 6: .* a word with a blank in it"),
    "a word that ends in infinity": (text(words=changed("New inf")), "line 6: .* a word with a blank in it"),
    "hexadecimal": (text(words=changed("a 0x1p3")).replace(b"a 0x1p3 ", b"a 0x1p3"), "line 6"),
    "an empty line": (text().replace(b"\nword4", b"\n\nword4"), "line 6: .* an empty line"),
    "an empty first line": (text(header="9 6\n"), "line 2: .* an empty line"),
    "a size too small": (text(header="9 5"), "line 2: expected a word and 5 values, got 6"),
    "a size too large": (text(header="9 7"), "line 2: expected a word and 7 values, got 6"),
    "a header the wrong way": (text(header="6 9"), "line 2: expected a word and 9 values, got 6"),
    "a comment for a header": (text(header="# 9 6"), "line 1: .* comments"),
    "a comment before the header": (b"# of 2026\n" + text(), "line 1: .* comments"),
    "three numbers in the header": (text(header="9 6 0.05"), "line 1"),
    "three numbers, one of them the size": (b"2 2 0.5\na 1 2\nb 3 4\n", "line 1: .* a header with a third field"),
    "a header with a mark": (b"# 2 2\na 1 2\nb 3 4\n", "line 1: .* a header with a third field"),
    "one number in the header": (text(header="9"), "line 1"),
    "a header of words": (text(header="words 9 size 6"), "line 1"),
    "a header with a comma": (text(header="9,6"), "line 1"),
    "a header in the middle": (text() + text(), r"line 11: .* a second header, '9 6'"),
    "a header after rows": (text(header=None) + text(), r"line 10: .* a second header, '9 6'"),
    "prose at the end": (text() + b"That is all.\n", "line 11"),
    "NUL bytes at the end": (text() + b"\0" * 99, "line 11: .* NUL bytes"),
    "a NUL byte in a number": (
        text(words=changed("word4 \0")).replace(b"\0 ", b"\0"),
        "line 6.*NUL",
    ),
    "fewer rows than announced": (text(header="12 6"), "expected 12 rows of 6 values, as the header says, got 9"),
    "UTF-16": (text().decode().encode("utf-16"), "UTF-16"),
    "UTF-16 without a mark": (text().decode().encode("utf-16-le"), "UTF-16"),
    "UTF-32": (text().decode().encode("utf-32"), "UTF-32"),
    "nothing": (b"", "an empty file"),
    "a web page": (b"<!DOCTYPE html>\n<html>404</html>", "a web page"),
    "a pointer": (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", "Git LFS"),
    "JSON": (b'{"word": [1, 2, 3]}', "JSON"),
    "an array": (b"\x93NUMPY\x01\0" + bytes(80), "numpy"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused(tmp_path, name):
    content, message = REFUSED[name]
    path = tmp_path / "vectors.txt"
    path.write_bytes(content)
    with pytest.raises(FormatError, match=f"vectors.txt: .*{message}"):
        KeyedVectors.load(path)
    for loader in LOADERS.values():  # no other door returns anything for it
        with pytest.raises(FormatError, match=r"vectors\.txt: "):
            loader(path)


@pytest.mark.parametrize("loader", ["load", "load_word2vec_format", "load_glove"])
def test_more_rows_than_announced(tmp_path, caplog, loader):
    path = tmp_path / "vectors.txt"
    path.write_bytes(text(header="7 6"))
    with caplog.at_level(logging.WARNING, logger="w2v"):
        kv = LOADERS[loader](path)
    assert kv.index_to_key == WORDS[:7]
    assert "the header promises 7 rows, the file has 9; the last 2 are left out" in caplog.text
    caplog.clear()
    with caplog.at_level(logging.WARNING, logger="w2v"):
        assert len(KeyedVectors.load(path, limit=5)) == 5
    assert not caplog.text


BINARY = {
    "more rows than announced": binary(header=b"7 6\n"),
    "more bytes": binary() + b"x",
    "two files": binary() + binary(),
    "a size too small": binary(header=b"9 5\n"),
    "half the size": binary(header=b"9 3\n"),
    "numbers of 8 bytes": binary(vectors=VECTORS.astype(np.float64)),
    "a tab after the words": binary().replace(b"word4 ", b"word4\t"),
    "line ends of Windows": binary(end=b"\r\n"),
    "one line end is missing": binary().replace(b"\nword4", b"word4"),
    **{
        f"a blank in word {place}, {kind}": binary(changed("New York", place), end)
        for place in (0, 4, 8)
        for kind, end in (("line ends", b"\n"), ("none", b""))
    },
}


def test_line_ends_before_words_are_stripped(tmp_path):
    """gensim does so, whether or not other rows have them."""
    path = tmp_path / "vectors.bin"
    row = np.arange(4, dtype="<f4").tobytes()
    path.write_bytes(b"3 4\n\nabc " + row + b"cde " + row + b"\n\ndef " + row)
    assert KeyedVectors.load(path).index_to_key == ["abc", "cde", "def"]


@pytest.mark.parametrize("name", BINARY)
def test_binary_files_that_do_not_fit(tmp_path, name):
    path = tmp_path / "vectors.bin"
    path.write_bytes(BINARY[name])
    for loader in ("load", "binary"):
        with pytest.raises(FormatError, match=r"vectors.bin: "):
            LOADERS[loader](path)


@pytest.mark.parametrize("end", [b"", b"\n"])
def test_one_line_end_may_be_left(tmp_path, end):
    path = tmp_path / "vectors.bin"
    path.write_bytes(binary(end=end).rstrip(b"\n") + b"\n")
    assert_read(KeyedVectors.load(path), WORDS)
    path.write_bytes(binary(end=end, header=b"12 6\n"))
    with pytest.raises(TruncatedError, match="expected 12 rows of 6 values, as the header says, got 9"):
        KeyedVectors.load(path)


def test_short_binary_files_without_a_byte_that_text_lacks(tmp_path):
    path = tmp_path / "vectors.bin"
    path.write_bytes(b"2 2\na abcdABCDb efghEFGH")
    expected = np.frombuffer(b"abcdABCDefghEFGH", np.float32).reshape(2, 2)
    np.testing.assert_array_equal(KeyedVectors.load(path).vectors, expected)
    np.testing.assert_array_equal(LOADERS["binary"](path).vectors, expected)


def test_long_files_of_numbers_that_are_all_zero(tmp_path):
    kv = KeyedVectors.from_pieces([f"w{i}" for i in range(300)], np.zeros((300, 2000), np.float32), {})
    kv.save_word2vec_format(tmp_path / "vectors.bin", binary=True)
    assert KeyedVectors.load(tmp_path / "vectors.bin").vectors.shape == (300, 2000)


@pytest.mark.parametrize(
    "content, place", [(text(), "line 6"), (text(header=None), "line 5"), (binary(), "word 5 of 9")]
)
def test_words_in_another_encoding(tmp_path, content, place):
    path = tmp_path / "vectors"
    path.write_bytes(content.replace(b"word4", b"w\xf6rd4"))
    loaders = {"line 6": "load_word2vec_format", "line 5": "load_glove", "word 5 of 9": "binary"}
    with pytest.raises(
        EncodingError, match=rf"vectors: {place}: expected a word in utf-8, got b'w\\xf6rd4'.*unicode_errors"
    ):
        LOADERS[loaders[place]](path)
    assert KeyedVectors.load(path).index_to_key == changed("w\ufffdrd4")  # as word2vec.c may have cut words
    fvocab = tmp_path / "vocab"
    fvocab.write_bytes(b"word0 5\nw\xf6rd 4\n")
    path.write_bytes(text())
    with pytest.raises(UnicodeDecodeError, match="vocab: line 2: expected a word in utf-8"):
        KeyedVectors.load_word2vec_format(path, fvocab)


RIGHT = {
    "load_word2vec_format": (text(), r"word2vec's text format, which KeyedVectors.load_word2vec_format\(path\) reads"),
    "binary": (
        binary(),
        r"word2vec's binary format, which KeyedVectors.load_word2vec_format\(path, binary=True\) reads",
    ),
    "load_glove": (text(header=None), r"GloVe's text format, .*, which KeyedVectors.load_glove\(path\) reads"),
}
ALSO = {("load_word2vec_format", "load_glove"), ("load_glove", "no_header")}  # read it, too
WRONG = [(of, by) for of in RIGHT for by in LOADERS if by not in (of, "load") and (of, by) not in ALSO]


@pytest.mark.parametrize("of, by", WRONG)
def test_wrong_loaders_say_which_is_right(tmp_path, of, by):
    path = tmp_path / "vectors"
    content, right = RIGHT[of]
    path.write_bytes(content)
    expected = r"line 1: .* '9 6'" if (of, by) == ("load_word2vec_format", "no_header") else f"expected .*, got {right}"
    with pytest.raises(FormatError, match=f"vectors: {expected}"):
        LOADERS[by](path)


def test_other_doors_say_what_a_file_is(tmp_path):
    path = tmp_path / "file"
    for content, right in RIGHT.values():
        path.write_bytes(content)
        for load in (Word2Vec.load, Phrases.load):
            with pytest.raises(WrongKindError, match=f"file: expected .*, got {right}"):
                load(path)
    Phrases([["new", "york"]], min_count=1).save(path)
    for load in (Word2Vec.load, *LOADERS.values()):
        with pytest.raises(WrongKindError, match=r"got phrases of w2v, which Phrases.load\(path\) reads"):
            load(path)
    KeyedVectors.from_pieces(WORDS, VECTORS, {}).save(path)
    for load in (Phrases.load, *list(LOADERS.values())[1:]):
        with pytest.raises(WrongKindError, match=r"got w2v's own format, which KeyedVectors.load\(path\) reads"):
            load(path)
    with pytest.raises(WrongKindError, match=r"vectors alone; load them with KeyedVectors.load"):
        Word2Vec.load(path)
    path.write_bytes(b"<html>404")
    for load in (Word2Vec.load, Phrases.load, *LOADERS.values()):
        with pytest.raises(FormatError, match=r"file: expected .*, got a web page"):
            load(path)


def test_byte_order_marks(tmp_path):
    path = tmp_path / "vectors"
    mark = b"\xef\xbb\xbf"
    for content, loaders in ((text(), ("load", "load_word2vec_format", "load_glove")), (binary(), ("load", "binary"))):
        path.write_bytes(mark + content)
        for loader in loaders:
            assert_read(LOADERS[loader](path), WORDS)
    (tmp_path / "vocab").write_bytes(mark + b"word0 7\n")
    path.write_bytes(mark + text())
    assert KeyedVectors.load_word2vec_format(path, tmp_path / "vocab").get_vecattr("word0", "count") == 7
    kv = KeyedVectors.from_pieces(["\ufeffa", "b"], np.ones((2, 2), np.float32), {})
    with pytest.raises(ValueError, match="byte order mark"):
        kv.save_glove(path)
    kv.save_word2vec_format(path)
    assert KeyedVectors.load(path).index_to_key == ["\ufeffa", "b"]


def test_blanks_in_words_of_binary_files_are_noticed_wherever_they_are():
    """Of gensim's files, which have nothing between rows; what was written without such words is never refused."""
    generator = np.random.default_rng(5)
    for words in (["a b"], ["New York", "x y z"], ["no ."], []) * 60:
        rows, size = generator.integers((5, 4), (12, 30))
        vectors = generator.normal(0, 10.0 ** generator.integers(-3, 2), (rows, size)).astype(np.float32)
        names = [f"w{i}" for i in range(rows)]
        for word, place in zip(words, generator.permutation(rows), strict=False):
            names[place] = word
        file = io.BytesIO(binary(names, b"", f"{rows} {size}\n".encode(), vectors))
        if words:
            with pytest.raises(FormatError, match="expected a word without a blank"):
                KeyedVectors.load(file)
        else:
            np.testing.assert_array_equal(KeyedVectors.load(file).vectors, vectors)
