"""C text to ids against plain Python: every kind of whitespace, every end of a block, any number of threads."""

import gzip
import io
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from w2v._core import LINE_END, PADDING, WordTable, last_space_end, remap
from w2v.base.threads import for_each, run_threads
from w2v.errors import FormatError
from w2v.inputs.blocks import BlockReader, reader_buffer
from w2v.inputs.pruning import Pruning
from w2v.inputs.reading import count_files, encode_files, sentence_offsets

SPACES = [chr(code) for code in range(0x110000) if chr(code).isspace() and not 0xD800 <= code < 0xE000]
# Lengths around the 8 and 16 bytes that a slot of the table holds, and characters whose bytes look like whitespace.
WORDS = ["a", "b", "1234567", "12345678", "123456789", "fifteen-letters", "sixteen-letters!", "seventeen-letters"]
WORDS += [
    "seventeen-lettres",
    "x" * 300,
    "é",
    "…",
    "—",
    "‐",
    "語",
    "ー",
    "ᚁ",
    "¡",
    "\x1b",
    "😀",
    "\u200b",
    "\ufeff",
]

texts = st.one_of(
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=200),
    st.lists(st.one_of(st.sampled_from(WORDS), st.sampled_from([*SPACES, *" \n" * 15])), max_size=120).map("".join),
)
FOLDER = tempfile.TemporaryDirectory()


def written(data):
    path = Path(FOLDER.name, "text")
    path.write_bytes(data)
    return path


def lines_of(text):
    return [line.split() for line in io.StringIO(text.lstrip("\ufeff"), newline="\n")]


def in_order(counts):
    """Words by falling count, ties in reversed order of first appearance."""
    place = {word: number for number, word in enumerate(counts)}
    return sorted(counts, key=lambda word: (-counts[word], -place[word]))


def oracle(text, min_count=1):
    """Words in order, their counts, and the sentences of kept words, by plain Python."""
    lines = lines_of(text)
    counts = Counter(word for line in lines for word in line)
    words = [word for word in in_order(counts) if counts[word] >= min_count]
    kept = [[word for word in line if counts[word] >= min_count] for line in lines]
    pieces = [line[start : start + 10000] for line in kept for start in range(0, len(line), 10000)]
    return words, [counts[word] for word in words], pieces, sum(map(bool, lines)), sum(map(len, lines))


def spelled(chosen, encoded):
    words = [chosen.words[id] for id in encoded.ids]
    offsets = encoded.offsets
    sentences = [words[offsets[i] : offsets[i + 1]] for i in range(len(offsets) - 1)]
    return chosen.words, chosen.counts.tolist(), sentences, encoded.n_lines, encoded.n_words


def check(text, min_count=1, workers=1, block_size=1 << 20):
    result = encode_files([written(text.encode())], Pruning(min_count), workers, block_size=block_size)
    assert spelled(*result) == oracle(text, min_count)


@settings(max_examples=300)
@given(texts, st.integers(1, 3), st.integers(1, 8), st.integers(1, 100))
def test_any_text_any_threads_any_block_size(text, min_count, workers, block_size):
    check(text, min_count, workers, block_size)


@pytest.mark.parametrize("block_size", range(1, 70))
def test_every_block_size(block_size):
    text = (
        "\ufeffto be\u3000or\u2003not \u2014\u00a0to\u0085be\r\n\n \t\nthat\x1cis\x1fthe question\u1680 " + "long" * 30
    )
    check(text, 1, 2, block_size)


@pytest.mark.parametrize("space", SPACES)
def test_every_space_at_every_place_in_64_bytes(space):
    for before in range(1, 70):
        check("x" * before + space + "y " + "z" * before)


@given(
    st.binary(max_size=300)
    | st.lists(st.sampled_from(b"a\n \xc2\x85\xa0\xe1\x9a\xe2\x80\x81\xe3\x9f"), max_size=200).map(bytes)
)
def test_any_bytes_split_as_python_splits(data):
    text = data.decode("utf-8", "surrogateescape")
    table, ids = WordTable(), np.empty(len(data) + 2, dtype=np.int32)
    n_ids, n_ends = table.count(data + bytes(PADDING), len(data), 0, ids)
    words = table.spell(np.arange(len(table), dtype=np.int32)).split(b"\n")
    stream = ids[:n_ids]
    assert (stream == LINE_END).sum() == n_ends
    assert [words[id] for id in stream[stream >= 0]] == [w.encode("utf-8", "surrogateescape") for w in text.split()]
    end = last_space_end(data, len(data))
    tail = text.split()[-1].encode("utf-8", "surrogateescape") if text and not text[-1].isspace() else b""
    assert data[end:] == tail if end else len(text.split()) <= 1


@pytest.mark.parametrize(
    "text", ["", "\n", " \n\t\r\n\u3000", "a", "a\n", "\na", "a\r\nb\r\n", "\ufeff", "\ufeffa b\n"]
)
def test_small_inputs(text):
    for block_size in (1, 2, 3, 1000):
        check(text, block_size=block_size)


def test_a_long_line_on_all_threads_is_cut_into_pieces_of_10000():
    text = " ".join(f"w{n * n % 1009}" for n in range(25001))
    check(text, workers=4, block_size=1000)
    check(text + "\n" + text[:50000], min_count=12, workers=3, block_size=777)


def test_words_longer_than_blocks():
    check("a " + "b" * 100_000 + " c " + "b" * 100_000 + "\n" + "b" * 99_999, workers=3, block_size=64)


def test_many_words_grow_the_table():
    check("".join(f"word{n} {n}\n" for n in range(40_000)), workers=2, block_size=5000)


def test_words_that_differ_beyond_16_bytes():
    check(" ".join("same-sixteen-let" + chr(97 + n % 3) * (n % 20) for n in range(500)))


def test_several_files_are_one_input():
    paths = [Path(FOLDER.name, name) for name in ("first", "second.gz", "third")]
    paths[0].write_bytes(b"\xef\xbb\xbfa b")
    with gzip.open(paths[1], "wb") as file:
        file.write(b"\xef\xbb\xbfb a b\nc")
    paths[2].write_bytes(b"")
    expected = oracle("a b\nb a b\nc")
    for workers in (1, 3):
        assert spelled(*encode_files(paths, Pruning(1), workers, block_size=2)) == expected
    assert count_files(paths, Pruning(1), 2).words == expected[0]


@given(texts, st.integers(1, 3), st.integers(1, 50))
def test_encoding_by_given_words(text, workers, block_size):
    vocabulary = ["a", 7, "é", "", "not there", "sixteen-letters!", "\ud800"]
    path = written(text.encode())
    chosen, encoded = encode_files([path], vocabulary, workers, block_size=block_size)
    assert chosen is None
    lines = lines_of(text)
    kept = [[word for word in line if word in vocabulary] for line in lines]
    assert [vocabulary[id] for id in encoded.ids] == [word for line in kept for word in line]
    assert np.diff(encoded.offsets).tolist() == [len(line) for line in kept if line]
    assert (encoded.n_words, encoded.n_lines) == (sum(map(len, lines)), sum(map(bool, lines)))


def bounded_oracle(text, limit):
    """Counts left over by counting with at most about `limit` words."""
    counts, threshold = Counter(), 1
    for line in lines_of(text):
        for start in range(0, len(line), 10000):
            counts.update(line[start : start + 10000])
            if len(counts) > limit:
                counts = Counter({word: count for word, count in counts.items() if count >= threshold})
                threshold += 1
    return counts


@given(texts, st.integers(1, 5), st.integers(1, 3), st.integers(1, 50))
def test_max_vocab_size(text, limit, workers, block_size):
    result = encode_files([written(text.encode())], Pruning(1, limit), workers, block_size=block_size)
    words, counts, sentences, n_lines, n_words = spelled(*result)
    expected = bounded_oracle(text, limit)
    assert dict(zip(words, counts, strict=True)) == expected
    assert words == in_order(expected)
    lines = lines_of(text)
    kept = [[word for word in line if word in words] for line in lines]
    assert sentences == [line for line in kept if line]
    assert (n_lines, n_words) == (sum(map(bool, lines)), sum(map(len, lines)))


def test_empty_lines_do_not_hasten_pruning():
    text = "a a b b c\n\n \n\n" * 3
    chosen, _ = encode_files([written(text.encode())], Pruning(1, 2), 1)
    assert dict(zip(chosen.words, chosen.counts.tolist(), strict=True)) == {"a": 6, "b": 6, "c": 3}


def test_merging_adds_counts_and_keeps_the_earliest_place():
    tables = [WordTable(), WordTable()]
    for table, text, offset in zip(tables, (b"a b b", b"c b a a"), (100, 10), strict=True):
        table.count(text + bytes(PADDING), len(text), offset, np.empty(20, dtype=np.int32))
    assert tables[0].merge(tables[1]).tolist() == [2, 1, 0]
    counts, first = tables[0].list()
    assert (counts.tolist(), first.tolist()) == ([3, 3, 1], [14, 12, 10])


def test_max_vocab_size_within_one_long_line():
    # Looked at after 10,000 words exactly, "c" is dropped once and then counts 3.
    words = ["a"] * 9999 + ["b", "b"] + ["a"] * 9998 + ["c", "c", "c", "c"] + ["a"] * 100
    text = " ".join(words)
    chosen, encoded = encode_files([written(text.encode())], Pruning(1, 1), 2, block_size=1000)
    counts = dict(zip(chosen.words, chosen.counts.tolist(), strict=True))
    assert counts == bounded_oracle(text, 1) == {"a": 20_097, "c": 3}
    assert np.bincount(encoded.ids).tolist() == [20_097, 4]


def test_invalid_utf8_matters_in_kept_words_only():
    path = written(b"fine fine b\xffd fine \xffx \xffx")
    assert count_files([path], Pruning(3), 1).words == ["fine"]
    with pytest.raises(FormatError, match=r"text: line 1 \(byte 19\): expected UTF-8, got the word b'\\xffx'"):
        encode_files([path], Pruning(2), 3, block_size=4)


def test_the_place_of_an_invalid_word_survives_pruning():
    with pytest.raises(FormatError, match=r"line 2 \(byte 4\)"):
        count_files([written(b"x\ny \xff \xff\nz\n")], Pruning(2, 1), 1)


def test_a_file_that_changes_while_it_is_read():
    path = written(b"a b c d e f\n" * 10)
    reader, buffer = BlockReader([path], block_size=16), reader_buffer(16)
    reader.next(buffer)
    os.truncate(path, 20)
    with pytest.raises(OSError, match="changed while it was read"):
        for _ in iter(lambda: reader.next(buffer), None):
            pass


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_pipes():
    pipe = Path(FOLDER.name, "pipe")
    os.mkfifo(pipe)
    text = "to be or not\n" * 1000
    writer = threading.Thread(target=pipe.write_text, args=(text,))
    writer.start()
    assert spelled(*encode_files([pipe], Pruning(1), 2, block_size=100)) == oracle(text)
    writer.join()


def test_standard_input():
    assert read_from_input("print(encode_file('-', min_count=1)[0].words)") == b"['be', 'to', 'not', 'or']"


def test_standard_input_is_read_once_where_the_rule_is_asked_while_counting():
    code = "print(len(encode_file('-', min_count=1, max_vocab_size=2, trim_rule=lambda *_: 0)[1].ids) > 0)"
    assert read_from_input(code, b"to be\nor\nnot\n" + b"to be\n" * 3) == b"True"


def read_from_input(code, text=b"to be or not to be"):
    code = f"from w2v.corpus import encode_file; {code}"
    done = subprocess.run([sys.executable, "-c", code], input=text, capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
@pytest.mark.parametrize("stalled", [False, True])
def test_ctrl_c_stops_reading(stalled):
    pipe = Path(FOLDER.name, f"endless{stalled}")
    os.mkfifo(pipe)
    code = "import sys; from w2v.corpus import encode_file; encode_file(sys.argv[1], workers=2)"
    reader = subprocess.Popen([sys.executable, "-c", code, pipe], stderr=subprocess.PIPE)
    with open(pipe, "wb", buffering=0) as writer:
        writer.write(b"to be or not " * 100)
        reader.send_signal(signal.SIGINT)
        deadline = time.monotonic() + 60
        while not stalled and reader.poll() is None:
            if time.monotonic() > deadline:
                reader.kill()  # or it would fill the memory
            try:
                writer.write(b"to be or not " * 100)
            except BrokenPipeError:
                break
        _, message = reader.communicate(timeout=60)
    assert b"KeyboardInterrupt" in message


def test_errors_of_threads_come_back():
    def work(number, stop):
        if number == 1:
            raise KeyError("from a thread")
        stop.wait(60)

    with pytest.raises(KeyError, match="from a thread"):
        run_threads(work, 3)
    with pytest.raises(ZeroDivisionError):
        for_each(lambda x: 1 // x, [1, 2, 0, 3], 2)


def test_seam_checks_its_arguments():
    table, ids = WordTable(), np.empty(10, dtype=np.int32)
    with pytest.raises(ValueError, match="text: expected 8"):
        table.count(bytearray(8), 8, 0, ids)
    with pytest.raises(ValueError, match="ids: expected room for 9"):
        table.count(bytearray(9 + PADDING), 9, 0, ids)
    with pytest.raises(ValueError, match="text: expected at least 3"):
        last_space_end(b"ab", 3)
    assert remap(ids[:0], None, False, np.empty(0, dtype=np.int64)) == (0, 0, 0)


def test_sentence_offsets():
    assert sentence_offsets(np.array([], dtype=np.int64), 0).tolist() == [0]
    assert sentence_offsets(np.array([0, 0, 3]), 3).tolist() == [0, 3]
    assert sentence_offsets(np.array([10_000, 20_001]), 20_001).tolist() == [0, 10_000, 20_000, 20_001]
