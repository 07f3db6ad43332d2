"""word2vec's formats: what is written is read back, what others write is read, what is damaged is refused clearly."""

import bz2
import gzip
import logging
import lzma
import os
import struct
import sys

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from places import SHARED_GOLDEN

from w2v import FormatError, KeyedVectors, TruncatedError, formats
from w2v.formats import detect, word2vec_text

needs_golden = pytest.mark.skipif(
    not SHARED_GOLDEN.is_dir(), reason="no ../shared/golden: outputs of the original word2vec.c"
)
ODD_WORDS = ["</s>", "naïve", "日本", "a\u00a0b", "\u2028", "e\u0301", "😀", "1.5", "-", "x" * 300, "\x00", "\ufeff"]


def keyed(words=ODD_WORDS, size=7, stride=16):
    """Vectors with all kinds of values, as a view of a padded matrix, and counts."""
    generator = np.random.default_rng(5)
    matrix = generator.normal(size=(len(words), stride)).astype(np.float32) * 10.0 ** generator.integers(
        -20, 20, stride
    )
    vectors = matrix.astype(np.float32)[:, :size]
    return KeyedVectors.from_pieces(list(words), vectors, {"count": np.arange(len(words), 0, -1) * 3})


def same(one, other):
    assert one.index_to_key == other.index_to_key
    assert one.key_to_index == other.key_to_index
    assert one.vectors.dtype == other.vectors.dtype
    np.testing.assert_array_equal(one.vectors, other.vectors)


def no_leftovers(folder):
    return not [name for name in os.listdir(folder) if name.endswith(".tmp")]


@pytest.mark.parametrize("binary", [False, True])
@pytest.mark.parametrize("extension", ["", ".gz", ".bz2", ".xz"])
def test_word2vec_round_trip(tmp_path, binary, extension):
    kv, path = keyed(), tmp_path / f"vectors{extension}"
    kv.save_word2vec_format(path, binary=binary)
    loaded = KeyedVectors.load_word2vec_format(path, binary=binary)
    same(kv, loaded)
    assert loaded.expandos["count"].tolist() == list(range(len(kv), 0, -1))
    assert no_leftovers(tmp_path)
    opened = {"": open, ".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open}[extension]
    with opened(path, "rb") as file:
        assert file.readline() == b"12 7\n"
    assert detect.detect_format(path) == ("word2vec-binary" if binary else "word2vec-text")
    same(kv, formats.load(path))


@pytest.mark.parametrize("binary", [False, True])
def test_escaped_words(tmp_path, binary):
    path, fvocab = tmp_path / "vectors", tmp_path / "vocab"
    words = ["New York", "100%", "a\tb\n", "%20", "plain"]
    kv = keyed(words, size=3)
    kv.save_word2vec_format(path, fvocab, binary=binary, escape=True)
    raw = KeyedVectors.load_word2vec_format(path, binary=binary)
    assert raw.index_to_key == ["New%20York", "100%25", "a%09b%0A", "%2520", "plain"]
    loaded = KeyedVectors.load_word2vec_format(path, fvocab, binary=binary, escape=True)
    same(kv, loaded)
    assert loaded.expandos["count"].tolist() == kv.expandos["count"].tolist()
    with pytest.raises(ValueError, match="escape=True"):
        kv.save_word2vec_format(path, binary=binary)


@pytest.mark.parametrize("name", ["v.txt.zst", "v.bin.zst"])
def test_zstd(tmp_path, name):
    pytest.importorskip("compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd")
    kv, path = keyed(), tmp_path / name
    formats.save(kv, path)
    same(kv, formats.load(path))
    data = path.read_bytes()
    for content in (b"no compressed data", data[: len(data) // 2], data[:30] + b"xxxx" + data[34:]):
        path.write_bytes(content)
        with pytest.raises(FormatError, match=name):
            formats.load(path)


def test_zstd_that_is_missing(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd", None)
    with pytest.raises(ImportError, match=r"w2v\[zstd\]"):
        keyed().save_word2vec_format(tmp_path / "v.zst")
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("binary", [False, True])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_other_types(tmp_path, binary, dtype):
    values = [[0.1, 1 / 3], [-2.5, 1e-5]]
    kv = KeyedVectors.from_pieces(["a", "b"], np.array(values, dtype=dtype), {})
    kv.save_word2vec_format(tmp_path / "vectors", binary=binary)
    loaded = KeyedVectors.load_word2vec_format(tmp_path / "vectors", binary=binary, datatype=dtype)
    assert loaded.vectors.dtype == dtype
    stored = np.array(values, dtype=dtype)
    np.testing.assert_array_equal(loaded.vectors, stored.astype(np.float32).astype(dtype) if binary else stored)
    with pytest.raises(ValueError, match="expected float16, float32 or float64"):
        KeyedVectors.load_word2vec_format(tmp_path / "vectors", binary=binary, datatype=np.int32)


def test_bytes_of_the_formats(tmp_path):
    kv = KeyedVectors.from_pieces(["a", "b"], np.array([[1, 0.5], [-0.1, 3e-7]], dtype=np.float32), {})
    kv.save_word2vec_format(tmp_path / "text")
    assert (tmp_path / "text").read_bytes() == b"2 2\na 1.0 0.5\nb -0.1 3e-07\n"
    kv.save_word2vec_format(tmp_path / "binary", binary=True)
    rows = b"a " + struct.pack("<2f", 1, 0.5) + b"b " + struct.pack("<2f", -0.1, 3e-7)
    assert (tmp_path / "binary").read_bytes() == b"2 2\n" + rows


def test_binary_with_line_ends_as_word2vec_c_writes_it(tmp_path):
    path = tmp_path / "vectors.bin"
    rows = [b"a " + struct.pack("<2f", 1, 2), b"b " + struct.pack("<2f", 3, 4)]
    path.write_bytes(b"2 2\n" + b"".join(row + b"\n" for row in rows))
    loaded = KeyedVectors.load_word2vec_format(path, binary=True)
    assert (loaded.index_to_key, loaded.vectors.tolist()) == (["a", "b"], [[1, 2], [3, 4]])


@needs_golden
@pytest.mark.parametrize("name", ["sg_ns", "cbow_hs", "sg_hs_ns", "sg_ns_odd", "q_sg_ns", "q_cbow_hs"])
def test_binary_files_of_the_original(name):
    kv = KeyedVectors.load_word2vec_format(SHARED_GOLDEN / f"{name}.bin", binary=True, unicode_errors="replace")
    data = (SHARED_GOLDEN / f"{name}.bin").read_bytes()
    rows, size = map(int, data.split(b"\n", 1)[0].split())
    assert kv.vectors.shape == (rows, size)
    assert kv.index_to_key[:2] == ["</s>", "the"]
    last = np.frombuffer(data[-4 * size - 1 : -1], dtype="<f4")
    np.testing.assert_array_equal(kv.vectors[-1], last)
    assert np.isfinite(kv.vectors).all()


@needs_golden
def test_text_file_and_vocabulary_of_the_original():
    path = SHARED_GOLDEN / "text_out.bin"
    kv = KeyedVectors.load_word2vec_format(path, fvocab=SHARED_GOLDEN / "vocab.txt")
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0].split() == [str(len(kv)), "10"]
    assert [float(np.float32(v)) for v in lines[-1].split()[1:]] == kv.vectors[-1].tolist()
    counts = dict(line.split() for line in (SHARED_GOLDEN / "vocab.txt").read_text().splitlines())
    assert kv.get_vecattr("the", "count") == int(counts["the"])


def test_order_of_saved_words(tmp_path, caplog):
    path = tmp_path / "vectors.txt"
    kv = KeyedVectors(1)
    kv.add_vectors(["a", "b", "c", "d"], [[1], [2], [3], [4]], extras={"count": [5, 9, 5, 1], "other": [1, 2, 3, 4]})
    kv.save_word2vec_format(path)
    assert path.read_text() == "4 1\nb 2.0\na 1.0\nc 3.0\nd 4.0\n"
    kv.save_word2vec_format(path, sort_attr="other")
    assert path.read_text() == "4 1\nd 4.0\nc 3.0\nb 2.0\na 1.0\n"
    with caplog.at_level(logging.WARNING, logger="w2v"):
        kv.save_word2vec_format(path, sort_attr="nothing")
    assert path.read_text() == "4 1\na 1.0\nb 2.0\nc 3.0\nd 4.0\n"
    assert "no attribute 'nothing'" in caplog.text


def test_options_of_saving(tmp_path):
    path, fvocab = tmp_path / "vectors.txt", tmp_path / "vocab.txt"
    kv = KeyedVectors(1)
    kv.add_vectors(["a", 7], [[1], [2]], extras={"count": [5, 4]})
    kv.save_word2vec_format(path, fvocab=fvocab, total_vec=10, prefix="*")
    assert path.read_text() == "10 1\n*a 1.0\n*7 2.0\n"
    assert fvocab.read_text() == "*a 5\n*7 4\n"
    kv.save_word2vec_format(path, write_header=False, append=True)
    assert path.read_text() == "10 1\n*a 1.0\n*7 2.0\na 1.0\n7 2.0\n"
    loaded = KeyedVectors.load_word2vec_format(path, limit=2, fvocab=fvocab)
    assert (loaded.index_to_key, loaded.expandos["count"].tolist()) == (["*a", "*7"], [5, 4])
    del kv.expandos["count"]
    with pytest.raises(ValueError, match="counts"):
        kv.save_word2vec_format(path, fvocab=fvocab)


def test_words_missing_from_fvocab(tmp_path, caplog):
    path, fvocab = tmp_path / "vectors.txt", tmp_path / "vocab.txt"
    path.write_text("2 1\na 1\nb 2\n")
    fvocab.write_text("b 8\n")
    with caplog.at_level(logging.WARNING, logger="w2v"):
        loaded = KeyedVectors.load_word2vec_format(path, fvocab)
    assert loaded.expandos["count"].tolist() == [0, 8]
    assert "no count for 1 words, such as 'a'" in caplog.text
    for count in ("many", "9" * 5000):
        fvocab.write_text(f"a 3\nb {count}\n")
        with pytest.raises(FormatError, match=r"vocab.txt: line 2: expected 'word count'"):
            KeyedVectors.load_word2vec_format(path, fvocab)


def test_words_of_white_space_that_is_no_blank(tmp_path):
    (tmp_path / "vectors").write_bytes(b"1 1\n \x0c 1\n")
    assert KeyedVectors.load(tmp_path / "vectors").index_to_key == ["\x0c"]


def test_headers_longer_than_numbers_are(tmp_path):
    (tmp_path / "vectors").write_text(f"{'7' * 5000} 2\na 1 2\n")
    for format in (None, "word2vec-text", "word2vec-binary"):
        with pytest.raises(FormatError, match="vectors: "):
            KeyedVectors.load(tmp_path / "vectors", format=format)


@pytest.mark.parametrize("binary", [False, True])
def test_repeated_words(tmp_path, binary, caplog):
    path = tmp_path / "vectors"
    row = (lambda v: struct.pack("<f", v)) if binary else (lambda v: b"%d\n" % v)
    path.write_bytes(b"4 1\na " + row(1) + b"b " + row(2) + b"a " + row(3) + b"c " + row(4))
    with caplog.at_level(logging.WARNING, logger="w2v"):
        loaded = KeyedVectors.load_word2vec_format(path, binary=binary)
    assert (loaded.index_to_key, loaded.vectors.tolist()) == (["a", "b", "c"], [[1], [2], [4]])
    assert loaded.expandos["count"].tolist() == [3, 2, 1]
    assert "1 repeated words" in caplog.text


def test_limit_and_extra_rows(tmp_path):
    path = tmp_path / "vectors.txt"
    path.write_text("2 1\na 1\nb 2\nc 3\n")
    assert KeyedVectors.load_word2vec_format(path).index_to_key == ["a", "b"]
    assert KeyedVectors.load_word2vec_format(path, limit=1).index_to_key == ["a"]
    assert KeyedVectors.load_word2vec_format(path, limit=0).vectors.shape == (0, 1)
    with pytest.raises(ValueError, match="limit"):
        KeyedVectors.load_word2vec_format(path, limit=-1)
    path.write_bytes(b"2 1\na " + struct.pack("<f", 1) + b"b " + struct.pack("<f", 2) + b"more")
    with pytest.raises(FormatError, match=r"expected the end after 2 rows of 1 values, got 4 bytes more"):
        KeyedVectors.load_word2vec_format(path, binary=True)
    assert KeyedVectors.load_word2vec_format(path, binary=True, limit=1).index_to_key == ["a"]


def test_no_header(tmp_path):
    path = tmp_path / "glove.txt"
    path.write_text("a 1 2\nb 3 4\nc 5 6")
    loaded = KeyedVectors.load_word2vec_format(path, no_header=True)
    assert (loaded.index_to_key, loaded.vectors.tolist()) == (["a", "b", "c"], [[1, 2], [3, 4], [5, 6]])
    assert len(KeyedVectors.load_word2vec_format(path, no_header=True, limit=2)) == 2
    assert detect.detect_format(path) == "glove"
    with pytest.raises(NotImplementedError):
        KeyedVectors.load_word2vec_format(path, no_header=True, binary=True)
    path.write_text("a\n")
    with pytest.raises(FormatError, match="no values"):
        KeyedVectors.load_word2vec_format(path, no_header=True)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_plain_numbers_need_no_exact_arithmetic(tmp_path, dtype, monkeypatch):
    """It took most of a second for a thousand numbers, so a file of lines that C leaves to Python took for ever."""
    monkeypatch.setattr(word2vec_text, "Decimal", None)
    vectors = np.random.default_rng(1).normal(size=(50, 9)).astype(dtype)
    path = tmp_path / "glove.txt"
    path.write_text("".join(f"{i} . {' '.join(map(str, row.tolist()))}\n" for i, row in enumerate(vectors)))
    path.write_text("the " + "1.5 " * 9 + "\n" + path.read_text())
    np.testing.assert_array_equal(KeyedVectors.load_glove(path, datatype=dtype).vectors[1:], vectors)


@pytest.mark.parametrize("binary", [False, True])
def test_encodings(tmp_path, binary):
    path = tmp_path / "vectors"
    path.write_bytes(b"1 1\nb\xfcro " + (struct.pack("<f", 1) if binary else b"1\n"))

    def load(**options):
        return KeyedVectors.load_word2vec_format(path, binary=binary, **options).index_to_key

    assert load(encoding="latin-1") == ["büro"]
    assert load(unicode_errors="ignore") == ["bro"]
    assert load(unicode_errors="replace") == ["b\ufffdro"]
    with pytest.raises(UnicodeDecodeError):
        load()


@pytest.mark.parametrize("binary", [False, True])
def test_rows_longer_than_a_block(tmp_path, binary):
    word = "w" * (5 << 20)
    kv = KeyedVectors.from_pieces(["a", word, "b"], np.arange(6, dtype=np.float32).reshape(3, 2), {})
    kv.save_word2vec_format(tmp_path / "vectors", binary=binary)
    same(kv, KeyedVectors.load_word2vec_format(tmp_path / "vectors", binary=binary))


@pytest.mark.parametrize("extension", ["", ".gz"])
@pytest.mark.parametrize("binary", [False, True])
def test_more_rows_than_a_block(tmp_path, binary, extension):
    generator = np.random.default_rng(1)
    vectors = generator.normal(size=(60_000, 20)).astype(np.float32)
    kv = KeyedVectors.from_pieces([f"w{i}" for i in range(len(vectors))], vectors, {})
    path = tmp_path / f"vectors{extension}"
    kv.save_word2vec_format(path, binary=binary)
    same(kv, KeyedVectors.load_word2vec_format(path, binary=binary))


def test_odd_but_valid_text(tmp_path):
    path = tmp_path / "vectors.txt"
    path.write_bytes(b"3 2\r\na 1 2 \t\r\n\xc2\x85 nan -inf\n 16777217.0000000001 1e-45")
    loaded = KeyedVectors.load_word2vec_format(path)
    assert loaded.index_to_key == ["a", "\x85", ""]
    np.testing.assert_array_equal(loaded.vectors, np.array([[1, 2], [np.nan, -np.inf], [16777218, 1e-45]], np.float32))


@pytest.mark.parametrize("word", ["New York", "a\tb", "a\n", "\r", ""])
@pytest.mark.parametrize("binary", [False, True])
def test_words_with_white_space_are_refused(tmp_path, word, binary):
    path = tmp_path / "vectors"
    path.write_text("what was there before")
    kv = KeyedVectors.from_pieces(["a", word], np.ones((2, 1), np.float32), {})
    with pytest.raises(ValueError, match="expected no empty word and no white space"):
        kv.save_word2vec_format(path, binary=binary)
    assert path.read_text() == "what was there before"
    assert no_leftovers(tmp_path)


@pytest.mark.parametrize(
    "content, message",
    [
        ("", "header"),
        ("2\n", "header"),
        ("two 2\na 1 2\n", "header"),
        ("-1 2\n", "header"),
        ("1 0\na\n", "header"),
        ('1 0\n "a', "header"),
        ("7 5" + "5" * 90 + "\n a", "header"),
        ("x" * 1000, "header"),
        ("2 2\na 1 2\n", "expected 2 rows"),
        ("2 2\na 1 2\nb 3\n", "line 3: expected a word and 2 values, got 1 values"),
        ("2 2\na 1 2\nb 3 4 5\n", "line 3: expected a word and 2 values, got 3 values"),
        ("2 2\na 1 2\n\nb 3 4\n", "line 3: expected a word and 2 values, got an empty line"),
        ("2 2\na 1 2\nb 3 x\n", "line 3: value 2: expected a number, got b'x'"),
        ("999999999999 999999999\na 1\n", "line 2: expected a word and 999999999 values, got 1 values"),
    ],
)
def test_malformed_text(tmp_path, content, message):
    path = tmp_path / "vectors.txt"
    path.write_text(content)
    with pytest.raises(FormatError, match=message) as caught:
        KeyedVectors.load_word2vec_format(path)
    assert str(path) in str(caught.value)


def test_malformed_binary(tmp_path):
    path = tmp_path / "vectors.bin"
    for content, message in [
        (b"999999999999 999999999\na \0\n", "expected 999999999999 rows of 999999999 values, .* got 0"),
        (b"2 2\na 1234567\0b 1234567", "expected 2 rows of 2 values, as the header says, got 1, 9 bytes of the next"),
        (b"2 2\naaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\0", "expected 2 rows of 2 values, as the header says, got 0"),
    ]:
        path.write_bytes(content)
        with pytest.raises(TruncatedError, match=message):
            KeyedVectors.load_word2vec_format(path, binary=True)
    path.write_bytes(gzip.compress(b"999999999999 999999999\na \0\n"))
    with pytest.raises(TruncatedError):
        KeyedVectors.load_word2vec_format(path.rename(tmp_path / "v.gz"), binary=True)


@pytest.mark.parametrize("name", ["v.txt", "v.bin", "v.w2v", "v.txt.gz", "v.bin.bz2", "v.txt.xz"])
def test_truncation_at_every_byte(tmp_path, name):
    kv, path = keyed(["a", "日本", "c"], size=3), tmp_path / name
    binary = ".bin" in name
    kv.save(path) if ".w2v" in name else kv.save_word2vec_format(path, binary=binary)
    data = path.read_bytes()
    refused = 0
    for length in range(len(data)):
        path.write_bytes(data[:length])
        try:
            if ".w2v" in name:
                KeyedVectors.load(path, mmap="r" if length % 2 else None)
            else:
                loaded = KeyedVectors.load_word2vec_format(path, binary=binary)
                # Only the end of the last line can be missed: cut within the last number, another number remains.
                assert not binary
                assert loaded.index_to_key == kv.index_to_key
        except (FormatError, UnicodeDecodeError):
            refused += 1
    assert refused == len(data) or ".txt" in name


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_flipped_bytes_never_crash(tmp_path, data):
    kind = data.draw(st.sampled_from(["text", "binary", "native"]))
    path, kv = tmp_path / kind, keyed(["a", "日本", "c"], size=3)
    kv.save(path) if kind == "native" else kv.save_word2vec_format(path, binary=kind == "binary")
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(content)
    try:
        if kind == "native":
            KeyedVectors.load(path)
            KeyedVectors.load(path, mmap="r")
        else:
            KeyedVectors.load_word2vec_format(path, binary=kind == "binary")
        formats.load(path)
    except (FormatError, UnicodeDecodeError):
        pass
