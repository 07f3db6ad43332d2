"""Which format a file has is told by its content, whatever its name."""

import numpy as np
import pytest

from w2v import FormatError, KeyedVectors, formats
from w2v.formats import detect


def test_detecting_native(tmp_path):
    kv = KeyedVectors.from_pieces(["a", "b"], np.eye(2, dtype=np.float32), {})
    kv.save(tmp_path / "vectors.txt")
    assert detect.detect_format(tmp_path / "vectors.txt") == "native"
    np.testing.assert_array_equal(KeyedVectors.load(tmp_path / "vectors.txt").vectors, kv.vectors)


@pytest.mark.parametrize("content", [b"", b"one line of prose\n", b"\x89PNG\r\n\x1a\n", b"a 1 x\n", b"\n\n"])
def test_detecting_nothing(tmp_path, content):
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(FormatError, match="expected vectors"):
        formats.load(path)


def test_detecting_long_rows(tmp_path):
    vectors = np.random.default_rng(1).normal(size=(2, 20_000)).astype(np.float32)
    kv = KeyedVectors.from_pieces(["a", "b"], vectors, {})
    for binary, name in ((False, "word2vec-text"), (True, "word2vec-binary")):
        kv.save_word2vec_format(tmp_path / "file", binary=binary)
        assert detect.detect_format(tmp_path / "file") == name
