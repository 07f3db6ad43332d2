"""Parts of files by bytes are the text in its order, wherever the cuts fall."""

import gzip

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from w2v.inputs.reading import encode_files
from w2v.inputs.spans import Span, count_spans, encode_spans, spans_of

PIECES = st.lists(st.sampled_from([b"a", b"bb", b" ", b"\n", b"\n", b"\xef\xbb\xbf", b"ccc "]), max_size=40)


@given(PIECES, PIECES, st.integers(1, 9))
def test_parts_are_the_text(tmp_path_factory, first, second, parts):
    folder = tmp_path_factory.mktemp("text")
    paths = [str(folder / "1"), str(folder / "2")]
    for path, pieces in zip(paths, (first, second), strict=True):
        with open(path, "wb") as file:
            file.write(b"".join(pieces))
    words = ["a", "bb", "ccc"]
    whole = encode_files(paths, words)[1]
    found = [encode_spans(spans_of(paths, part, parts), words) for part in range(parts)]
    assert np.array_equal(np.concatenate([part.ids for part in found]), whole.ids)
    lengths = np.concatenate([np.diff(part.offsets) for part in found])
    assert np.array_equal(lengths, np.diff(whole.offsets))
    assert sum(part.n_words for part in found) == whole.n_words
    assert sum(part.n_lines for part in found) == whole.n_lines


def test_words_are_counted_in_order_of_appearance(tmp_path):
    path = tmp_path / "text"
    path.write_bytes(b"to be\nor \xff not\nto be\n")
    words, counts = count_spans(spans_of([str(path)], 0, 1), workers=2)
    assert words == ["to", "be", "or", "\udcff", "not"]
    assert counts.tolist() == [2, 2, 1, 1, 1]


def test_packed_files_are_read_whole(tmp_path):
    packed, plain = tmp_path / "a.gz", tmp_path / "b"
    packed.write_bytes(gzip.compress(b"to be\n" * 100))
    plain.write_bytes(b"or not\n" * 100)
    found = [spans_of([str(packed), str(plain)], part, 8) for part in range(8)]
    assert [span.path for spans in found for span in spans].count(str(packed)) == 1
    assert sum(len(encode_spans(spans, ["to", "or"]).ids) for spans in found) == 200


def test_a_file_that_shrinks_is_told(tmp_path):
    path = tmp_path / "text"
    path.write_bytes(b"to be\n")
    with pytest.raises(OSError, match="text: changed while it was read: expected 60 bytes, got less"):
        encode_spans([Span(str(path), 0, 60)], ["to"])
