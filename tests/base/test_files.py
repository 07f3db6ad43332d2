"""Opening files: all or nothing to write, unpacked by their content to read, errors that name the file asked for."""

import bz2
import gzip
import io
import lzma
import os
import signal
import subprocess
import sys
import tarfile
import threading
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest

from w2v import FormatError, KeyedVectors
from w2v.base import temporaries
from w2v.base.files import Together, check_writable, open_to_read, open_to_write

TEXT = b"to be or not to be\n" * 2000


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
    for content in (bytes(damaged), data[: len(data) // 2]):
        path.write_bytes(content)
        with pytest.raises(FormatError, match="compressed data"), open_to_read(path) as file:
            file.read()


def content(source, **options):
    with open_to_read(source, **options) as file:
        return file.read()


class Pipe(io.RawIOBase):
    """Gives a few bytes at a time, and cannot go back."""

    def __init__(self, data):
        self.data = data

    def readable(self):
        return True

    def readinto(self, buffer):
        part, self.data = self.data[: min(7, len(buffer))], self.data[7:]
        buffer[: len(part)] = part
        return len(part)


@pytest.mark.parametrize("pack", [bytes, gzip.compress, bz2.compress, lzma.compress])
@pytest.mark.parametrize("name", ["text", "text.gz", "text.GZ", "text.bz2"])
def test_compression_is_known_by_content(tmp_path, pack, name):
    path = tmp_path / name
    path.write_bytes(pack(TEXT))
    assert content(path) == TEXT
    assert content(io.BytesIO(pack(TEXT))) == TEXT
    assert content(Pipe(pack(TEXT))) == TEXT
    with open(path, "rb") as file:
        assert content(file) == TEXT
        assert not file.closed


def test_extensions_in_capitals_are_extensions(tmp_path):
    with open_to_write(tmp_path / "text.GZ") as file:
        file.write(TEXT)
    assert gzip.decompress((tmp_path / "text.GZ").read_bytes()) == TEXT


def test_file_objects_are_read_from_where_they_stand():
    file = io.BytesIO(b"before" + TEXT)
    file.seek(6)
    assert content(file) == TEXT
    with open_to_read(io.BytesIO(TEXT)) as file, open_to_read(file) as again:
        assert again is file
        assert file.size == len(TEXT)
    with pytest.raises(TypeError, match="binary mode"):
        content(io.StringIO("text"))
    with pytest.raises(TypeError, match="expected a path or a file opened in binary mode, got int"):
        content(0)


def test_archives(tmp_path):
    (tmp_path / "text").write_bytes(TEXT)
    for name, mode, layout in (("a.tar", "w", tarfile.GNU_FORMAT), ("a.tar.gz", "w:gz", tarfile.USTAR_FORMAT)):
        with tarfile.open(tmp_path / name, mode, format=layout) as archive:
            archive.add(tmp_path / "text", "text")
        with pytest.raises(FormatError, match=f"{name}: expected one file, got a tar archive"):
            content(tmp_path / name)
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("folder/text", TEXT)
        assert content(archive.filename) == TEXT if archive.close() is None else None
    with zipfile.ZipFile(tmp_path / "a.zip") as archive, archive.open("folder/text") as member:
        assert content(member) == TEXT
    with zipfile.ZipFile(tmp_path / "a.zip", "a") as archive:
        archive.writestr("other", b"x")
    with pytest.raises(FormatError, match=r"zip archive of 2 \('folder/text', 'other'\): unpack it"):
        content(tmp_path / "a.zip")
    (tmp_path / "a.zip").write_bytes((tmp_path / "a.zip").read_bytes()[:100])
    nameless = io.BytesIO()
    with zipfile.ZipFile(nameless, "w") as archive:
        archive.writestr("x", TEXT)
    start, entry, rest = nameless.getvalue().partition(b"PK\x01\x02")
    without = start + entry + rest[:24] + b"\0\0\x01\0" + rest[28:]  # a name of no length, and more that is extra
    for damaged in (tmp_path / "a.zip", Pipe(b"PK\x03\x04" + TEXT), io.BytesIO(without)):
        with pytest.raises(FormatError, match="zip"):
            content(damaged)
    (tmp_path / "twice").write_bytes(gzip.compress(gzip.compress(TEXT)))
    with pytest.raises(FormatError, match="compressed twice"):
        content(tmp_path / "twice")


def test_more_bytes_than_asked_for(tmp_path):
    (tmp_path / "bomb").write_bytes(gzip.compress(bytes(50 << 20)))
    (tmp_path / "plain").write_bytes(TEXT)
    for source in (tmp_path / "bomb", tmp_path / "plain", Pipe(TEXT)):
        with pytest.raises(FormatError, match=r"expected at most 20000 bytes \(max_bytes\), got more"):
            content(source, max_bytes=20_000)
    assert content(tmp_path / "plain", max_bytes=len(TEXT)) == TEXT


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes")
def test_named_pipes_are_read_once(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    writer = threading.Thread(target=lambda: (tmp_path / "pipe").write_bytes(gzip.compress(TEXT)))
    writer.start()
    assert content(tmp_path / "pipe") == TEXT
    writer.join()


# ---- written files ----


@pytest.fixture(params=["without a name", "with a temporary name"])
def naming(request, monkeypatch):
    """Both ways of writing."""
    if request.param == "with a temporary name":
        monkeypatch.setattr(temporaries, "_nameless", lambda folder: None)
    elif not hasattr(os, "O_TMPFILE"):
        pytest.skip("no files without a name on this system")


def write(path, content=b"after"):
    with open_to_write(path) as file:
        file.write(content)


@pytest.mark.usefixtures("naming")
def test_nothing_has_a_name_before_it_is_complete(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"before")
    with open_to_write(path) as file:
        file.write(b"after")
        file.flush()
        assert path.read_bytes() == b"before"
        assert len(os.listdir(tmp_path)) == (1 if temporaries._nameless(tmp_path) is not None else 2)
    assert path.read_bytes() == b"after"
    assert os.listdir(tmp_path) == ["file"]


def test_files_that_cannot_be_named_by_descriptor(tmp_path, monkeypatch):
    def refused(*args, **options):
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr(os, "link", refused)
    write(tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == b"after"


@pytest.mark.usefixtures("naming")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_killed_processes_leave_nothing_for_long(tmp_path, number, request):
    named = "temporary" in request.node.callspec.params["naming"]
    program = f"""if 1:
        import sys, time
        from w2v.base import files, temporaries
        if {named}: temporaries._nameless = lambda folder: None
        with files.open_to_write(sys.argv[1]) as file:
            file.write(b"x" * 100_000); file.flush()
            print("ready", flush=True); time.sleep(60)
    """
    path = tmp_path / "file"
    with subprocess.Popen([sys.executable, "-c", program, path], stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        assert len(os.listdir(tmp_path)) == named
        write(tmp_path / "other")  # another process lives: its file stays
        assert len(os.listdir(tmp_path)) == named + 1
        process.send_signal(number)
        process.wait()
        assert process.returncode == -number
    left = os.listdir(tmp_path)
    assert left == ["other"] if number == signal.SIGTERM or not named else len(left) == 2
    write(tmp_path / "other")
    assert os.listdir(tmp_path) == ["other"]


@pytest.mark.skipif(os.name != "posix", reason="nothing tells there whether a process writes a file")
def test_leftovers_with_numbers_of_living_processes(tmp_path):
    mine, old = tmp_path / f".w2v-{os.getpid()}-0.tmp", tmp_path / f".w2v-{os.getppid()}-0.tmp"
    young, foreign = tmp_path / f".w2v-{os.getppid()}-1.tmp", tmp_path / ".w2v-name.tmp"
    for path in (mine, old, young, foreign):
        path.touch()
    os.utime(old, (time.time() - 1000,) * 2)
    write(tmp_path / "file")
    assert sorted(os.listdir(tmp_path)) == sorted([young.name, "file"])


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_a_full_disk_is_named(tmp_path):
    (tmp_path / "full.txt").symlink_to("/dev/full")
    for call in (one_vector().save, one_vector().save_word2vec_format):
        with pytest.raises(OSError, match="No space left") as caught:
            call(tmp_path / "full.txt")
        assert caught.value.filename == str(tmp_path / "full.txt")


@pytest.mark.usefixtures("naming")
def test_errors_of_writing_are_named_and_those_of_cleaning_up_are_not_raised(tmp_path, monkeypatch):
    path = tmp_path / "file"

    def full(descriptor):
        raise OSError(28, "No space left on device")

    def stuck(path, **options):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", full)
    monkeypatch.setattr(os, "unlink", stuck)
    with pytest.raises(OSError, match="No space left") as caught:
        write(path)
    assert caught.value.filename == str(path)
    with pytest.raises(FileNotFoundError) as caught, open_to_write(path):
        open(tmp_path / "missing")  # noqa: SIM115
    assert caught.value.filename == str(tmp_path / "missing")


def several(folder, content, error=None):
    """Write three files together; an error comes after the second."""
    with Together() as together:
        for name in ("key", "one", "two"):
            if error and name == "two":
                raise error
            with together.open(folder / name, last=name == "key") as file:
                file.write(content)


@pytest.mark.usefixtures("naming")
def test_files_written_together_are_never_old_and_new(tmp_path, monkeypatch):
    several(tmp_path, b"old")
    steps = 0
    replace, unlink = os.replace, os.unlink

    class Killed(BaseException):
        pass

    def step(call):
        def counted(*args, **options):
            nonlocal left
            if left == 0:
                raise Killed
            left -= 1
            return call(*args, **options)

        return counted

    monkeypatch.setattr(os, "replace", step(replace))
    monkeypatch.setattr(os, "unlink", step(unlink))
    for steps in range(5):
        left = steps
        try:
            several(tmp_path, b"new%d" % steps)
        except Killed:
            assert steps < 4
        key, found = tmp_path / "key", [path for path in tmp_path.iterdir() if path.suffix != ".tmp"]
        assert not key.exists() or {path.read_bytes() for path in found} == {key.read_bytes()}
    assert key.read_bytes() == b"new4"


def test_together_or_not_at_all(tmp_path):
    several(tmp_path, b"old")
    with pytest.raises(KeyboardInterrupt):
        several(tmp_path, b"new", KeyboardInterrupt)
    assert {path.read_bytes() for path in tmp_path.iterdir()} == {b"old"}
    assert sorted(os.listdir(tmp_path)) == ["key", "one", "two"]
