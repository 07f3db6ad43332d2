"""Opening files: all or nothing to write, compressed by extension, errors that name the file that was asked for."""

import os
from pathlib import Path

import numpy as np
import pytest

from w2v import FormatError, KeyedVectors
from w2v.base.files import check_writable, open_to_read, open_to_write


def one_vector():
    return KeyedVectors.from_pieces(["a"], np.ones((1, 2), np.float32), {})


def interrupted(path, append):
    with open_to_write(path, append) as file:
        file.write(b"x" * 100_000)
        raise KeyboardInterrupt


def test_failed_writing_leaves_what_was_there(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"before")
    for append in (False, True):
        with pytest.raises(KeyboardInterrupt):
            interrupted(path, append)
        assert path.read_bytes() == b"before"
    assert os.listdir(tmp_path) == ["file"]


def test_links_and_permissions_stay(tmp_path):
    path, link = tmp_path / "file", tmp_path / "link"
    path.write_bytes(b"before")
    path.chmod(0o640)
    link.symlink_to(path)
    with open_to_write(link) as file:
        file.write(b"after")
    assert link.is_symlink()
    assert path.read_bytes() == b"after"
    assert path.stat().st_mode & 0o777 == 0o640


def test_appending_makes_the_file(tmp_path):
    for _ in range(2):
        with open_to_write(tmp_path / "file", append=True) as file:
            file.write(b"line\n")
    assert (tmp_path / "file").read_bytes() == b"line\nline\n"


def test_writing_to_what_is_no_file():
    one_vector().save_word2vec_format(os.devnull)
    assert not Path(os.devnull).is_file()


def test_errors_name_the_file_asked_for(tmp_path):
    path = tmp_path / "no folder" / "file"
    for call in (check_writable, one_vector().save, one_vector().save_word2vec_format):
        with pytest.raises(FileNotFoundError) as caught:
            call(path)
        assert caught.value.filename == str(path)
    with pytest.raises(IsADirectoryError):
        check_writable(tmp_path)
    check_writable(tmp_path / "file")
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("extension", ["gz", "bz2", "xz"])
def test_damaged_compressed_files(tmp_path, extension):
    path = tmp_path / f"file.{extension}"
    with open_to_write(path) as file:
        file.write(bytes(range(256)) * 40)
    data = path.read_bytes()
    damaged = bytearray(data)
    damaged[len(data) // 2] ^= 0xFF
    for content in (b"no compressed data at all", bytes(damaged), data[: len(data) // 2]):
        path.write_bytes(content)
        with pytest.raises(FormatError, match="compressed data"), open_to_read(path) as file:
            file.read()
