"""What a text may begin with and lie in: byte order marks, compression; and what is no text, with its place."""

import bz2
import gzip
import io
import json
import lzma
import os
import subprocess
import sys
import tarfile
import zipfile

import numpy as np
import pytest

from w2v import (
    BrownCorpus,
    FormatError,
    JsonLines,
    KeyedVectors,
    LineSentence,
    PathLineSentences,
    Phrases,
    Text8Corpus,
    Vocab,
    Word2Vec,
)
from w2v.errors import EncodingError
from w2v.evaluate.sets import read_set
from w2v.inputs.texts import check_text, text_lines

MARK = b"\xef\xbb\xbf"
TEXT = "to be or not\nto be\n"
LINES = [line.split() for line in TEXT.splitlines()]
PACKERS = {"gzip": gzip.compress, "bzip2": bz2.compress, "xz": lzma.compress}


def zipped(*texts, compression=zipfile.ZIP_DEFLATED):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for number, text in enumerate(texts):
            archive.writestr(f"{number}.txt", text)
    return file.getvalue()


def tarred(text):
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        info = tarfile.TarInfo("text.txt")
        info.size = len(text)
        archive.addfile(info, io.BytesIO(text))
    return file.getvalue()


def counted(*paths):
    """The words of files as the C reader has them."""
    model = Word2Vec(min_count=1)
    model.build_vocab(corpus_file=list(paths))
    return set(model.wv.index_to_key)


def phrase_words(path):
    return {word for word in Phrases(corpus_file=path, min_count=1, threshold=0.1).vocab if "_" not in word}


def json_words(path):
    lines = [{"text": line} for line in LINES]
    start = MARK if path.read_bytes().startswith(MARK) else b""
    path.write_bytes(start + "\n".join(map(json.dumps, lines)).encode())
    return {word for sentence in JsonLines(path, "text") for word in sentence}


def words_of(sentences):
    return {word for sentence in sentences for word in sentence}


def bytes_of_file(path):
    with open(path, "rb") as file:
        return words_of(LineSentence(file))


READERS = {
    "corpus_file": counted,
    "several files": lambda path: counted(path, path),
    "LineSentence": lambda path: words_of(LineSentence(path)),
    "LineSentence of bytes": bytes_of_file,
    "LineSentence of BytesIO": lambda path: words_of(LineSentence(io.BytesIO(path.read_bytes()))),
    "PathLineSentences": lambda path: words_of(PathLineSentences(path.parent)),
    "Text8Corpus": lambda path: words_of(Text8Corpus(path)),
    "Phrases": phrase_words,
    "trim_rule": lambda path: set(
        Vocab.from_iterable(LineSentence(path), 1, max_vocab_size=99, trim_rule=lambda *_: 2).words
    ),
    "cache=False": lambda path: set(
        Word2Vec(corpus_file=path, min_count=1, cache=False, epochs=1, vector_size=4).wv.index_to_key
    ),
}
WORDS = {"to", "be", "or", "not"}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "text"


@pytest.mark.parametrize("reader", [*READERS, "JsonLines"])
def test_a_byte_order_mark_is_no_part_of_the_first_word(path, reader):
    path.write_bytes(MARK + TEXT.encode())
    assert (READERS | {"JsonLines": json_words})[reader](path) == WORDS


@pytest.mark.parametrize("reader", READERS)
def test_two_byte_order_marks(path, reader):
    path.write_bytes(MARK + MARK + TEXT.encode())
    assert READERS[reader](path) == WORDS


def test_a_stream_of_text_in_another_encoding_says_where(path):
    path.write_bytes(TEXT.encode() + "straße".encode("latin-1"))
    with (
        open(path, encoding="utf-8") as file,
        pytest.raises(EncodingError, match=r"text: after line \d: expected"),
    ):
        list(LineSentence(file))


def test_a_byte_order_mark_in_a_stream_of_text(path):
    path.write_bytes(MARK + TEXT.encode())
    with open(path, encoding="utf-8") as file:
        for stream in (file, io.StringIO("\ufeff" + TEXT)):
            sentences = LineSentence(stream)
            assert list(sentences) == list(sentences) == LINES


def test_a_byte_order_mark_in_the_brown_corpus_vocabularies_and_sets(tmp_path):
    (tmp_path / "brown").mkdir()
    (tmp_path / "brown" / "ca01").write_bytes(MARK + b"The/at jury/nn\n")
    assert list(BrownCorpus(tmp_path / "brown")) == [["the/at", "jury/nn"]]
    (tmp_path / "vocab.txt").write_bytes(MARK + b"the 5\ncat 2\n")
    assert Vocab.load(tmp_path / "vocab.txt").words == ["the", "cat"]
    kv = KeyedVectors(2)
    kv.add_vectors(["a", "b", "c", "d"], np.eye(4, 2) + np.arange(8).reshape(4, 2))
    (tmp_path / "analogies.txt").write_bytes(MARK + b": section\na b c d\n")
    assert read_set(tmp_path / "analogies.txt").sections == {"section": [("a", "b", "c", "d")]}
    assert kv.evaluate_word_analogies(tmp_path / "analogies.txt")[1][0]["section"] == "section"
    pairs = MARK + b"a\tb\t1\nb\tc\t2\nc\td\t3\n"
    (tmp_path / "pairs.tsv").write_bytes(pairs)
    (tmp_path / "pairs16.tsv").write_bytes(pairs.decode("utf-8-sig").encode("utf-16"))
    assert kv.evaluate_word_pairs(tmp_path / "pairs.tsv")[2] == 0.0
    assert kv.evaluate_word_pairs(tmp_path / "pairs16.tsv", encoding="utf-16")[2] == 0.0


# ---- what it lies in ----


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("packer", [*PACKERS, "zip", "stored zip"])
def test_compressed_texts_are_known_by_their_content(path, reader, packer):
    data = MARK + TEXT.encode()
    stored = zipped(data, compression=zipfile.ZIP_STORED)
    path.write_bytes(PACKERS[packer](data) if packer in PACKERS else zipped(data) if packer == "zip" else stored)
    assert READERS[reader](path) == WORDS


@pytest.mark.parametrize("name", ["text.gz", "text.bz2", "text.xz", "text.zst", "text.zip", "TEXT.GZ"])
def test_a_name_alone_does_not_make_a_text_compressed(tmp_path, name):
    (tmp_path / name).write_text(TEXT)
    assert counted(tmp_path / name) == words_of(LineSentence(tmp_path / name)) == WORDS


def test_compressed_standard_input():
    program = "import w2v; print(sorted(w2v.Word2Vec(corpus_file='-', min_count=1).wv.index_to_key))"
    for data in (TEXT.encode(), gzip.compress(TEXT.encode()), MARK + TEXT.encode()):
        done = subprocess.run([sys.executable, "-c", program], input=data, capture_output=True, timeout=60)
        assert done.stdout == b"['be', 'not', 'or', 'to']\n", done.stderr


ARCHIVES = {
    "a tar archive": tarred(TEXT.encode() * 99),
    "a tar archive in gzip": gzip.compress(tarred(TEXT.encode() * 99)),
    "a tar archive in xz": lzma.compress(tarred(TEXT.encode())),
    "a zip archive of 2": zipped(TEXT, TEXT),
    "a zip archive of 0": zipped(),
    "a 7z archive": b"7z\xbc\xaf\x27\x1c" + bytes(600),
    "gzip within|twice": gzip.compress(gzip.compress(TEXT.encode())),
    "UTF-16": TEXT.encode("utf-16"),
    "UTF-16 in gzip": gzip.compress(TEXT.encode("utf-16")),
    "UTF-16 without a byte order mark": TEXT.encode("utf-16-le"),
    "UTF-32": TEXT.encode("utf-32"),
    "NUL bytes": TEXT.encode() + b"a\0b\n",
    "lzma without a header": lzma.compress(TEXT.encode(), lzma.FORMAT_ALONE),
}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("kind", ARCHIVES)
def test_what_is_no_text_is_never_read_as_one(path, reader, kind):
    path.write_bytes(ARCHIVES[kind])
    with pytest.raises(FormatError, match=f"(text|BytesIO).*({kind.partition(' in ')[0]})"):
        pytest.fail(str(READERS[reader](path)))


def test_text_that_looks_like_something_else():
    for text in (b"PK is a code\n", b"BZhang said\n", b"LZI P", b"", b"Rar! it said", b"7zip is a program"):
        check_text("text", text)


# ---- streams ----


class Pipe(io.RawIOBase):
    """Bytes that cannot be rewound."""

    def __init__(self, data):
        self.data = io.BytesIO(data)

    def readable(self):
        return True

    def readinto(self, buffer):
        return self.data.readinto(buffer)


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_stream_that_cannot_be_rewound_is_read_once(pack):
    sentences = LineSentence(Pipe(pack(TEXT.encode())))
    assert list(sentences) == LINES
    with pytest.raises(ValueError, match="Pipe: can be read once only, and has been"):
        list(sentences)
    model = Word2Vec(LineSentence(io.BufferedReader(Pipe(pack(TEXT.encode())))), min_count=1, epochs=3)
    assert set(model.wv.index_to_key) == WORDS
    with pytest.raises(TypeError, match="of type LineSentence can be read once only"):
        Word2Vec(LineSentence(Pipe(TEXT.encode())), min_count=1, epochs=3, cache=False)


def test_a_member_of_a_zip_archive():
    with zipfile.ZipFile(io.BytesIO(zipped("other", TEXT))) as archive, archive.open("1.txt") as member:
        sentences = LineSentence(member)
        assert list(sentences) == list(sentences) == LINES


# ---- bytes that are no UTF-8 ----

BAD = "größe\nof the größe\n".encode() + "of the größe way\n".encode("latin-1")


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_bytes_that_are_no_utf_8_are_told_with_their_line(path, reader, pack):
    path.write_bytes(pack(BAD))
    message = r"line 3.*: expected UTF-8, got the word b'gr\\xf6\\xdfe'.*encoding="
    with pytest.raises(EncodingError, match=message) as told:
        pytest.fail(str(READERS[reader](path)))
    assert isinstance(told.value, UnicodeDecodeError)


def test_bytes_that_are_no_utf_8_in_the_second_of_several_files(tmp_path):
    (tmp_path / "a").write_text(TEXT)
    (tmp_path / "b").write_bytes(b"\n" + BAD)
    for paths in ([tmp_path / "a", tmp_path / "b"], tmp_path):
        with pytest.raises(FormatError, match=r"b: line 4 \(byte 31\): expected UTF-8"):
            Word2Vec(corpus_file=paths, min_count=1)


@pytest.mark.parametrize("function", [lambda path: LineSentence(path), lambda path: JsonLines(path, "text")])
def test_latin_1_json_and_lines(path, function):
    path.write_bytes('{"text": "straße"}\n'.encode() + '{"text": "straße"}\n'.encode("latin-1"))
    with pytest.raises(FormatError, match="text: line 2: expected UTF-8"):
        list(function(path))


def test_other_encodings_are_read_from_a_stream(path):
    path.write_bytes(BAD.split(b"\n")[2] + b"\n")
    with open(path, encoding="latin-1") as file:
        assert list(LineSentence(file)) == [["of", "the", "größe", "way"]]


def test_a_nul_byte_in_a_word_that_stays(path):
    path.write_bytes(b"fine words\n" * 200 + b"fi\0ne\n" * 3)
    with pytest.raises(FormatError, match=r"text: line 201 \(byte 2200\): expected text, got the word 'fi\\x00ne'"):
        Word2Vec(corpus_file=path, min_count=1)
    with pytest.raises(FormatError, match=r"text: line 201 \(byte 2200\): expected text, got the word"):
        Phrases(corpus_file=path, min_count=1)
    assert Word2Vec(corpus_file=path, min_count=9).wv.index_to_key == ["words", "fine"]


# ---- paths that are none ----


@pytest.mark.parametrize("number", [0, 1, True])
def test_a_number_is_no_path(number):
    """The system would take it for a file that is open already, and close it."""
    calls = {
        "corpus_file": lambda: Word2Vec(corpus_file=number),
        "corpus_file in a list": lambda: Word2Vec(corpus_file=[number]),
        "LineSentence": lambda: LineSentence(number),
        "Text8Corpus": lambda: Text8Corpus(number),
        "PathLineSentences": lambda: PathLineSentences(number),
        "BrownCorpus": lambda: BrownCorpus(number),
        "JsonLines": lambda: list(JsonLines(number, "text")),
        "Vocab.load": lambda: Vocab.load(number),
        "Vocab.save": lambda: Vocab(["a"], [1]).save(number),
        "Phrases": lambda: Phrases(corpus_file=number),
        "Phrases.load": lambda: Phrases.load(number),
        "Phrases.save": lambda: Phrases().save(number),
        "read_set": lambda: read_set(number),
        "text_lines": lambda: list(text_lines(number)),
    }
    for name, call in calls.items():
        with pytest.raises(TypeError):
            pytest.fail(f"{name} gave {call()}")
    os.fstat(number)  # still open
