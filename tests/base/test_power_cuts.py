"""A power cut at any moment: of what is on the disk then, everything reads as the old files or as the new ones."""

import itertools
import os
from pathlib import Path

import numpy as np
import pytest

from w2v import FormatError, KeyedVectors, Word2Vec
from w2v.base import temporaries
from w2v.base.files import Together

pytestmark = pytest.mark.skipif(os.name != "posix", reason="folders are not brought to the disk there")
SENTENCES = [["to", "be", "or", "not", "to", "be"]] * 9


class Disk:
    """Notes what writing asks of the system, and makes the states in which a power cut may leave the folders.

    The bytes of a file are on the disk once it was brought there by fsync, and the names in a folder once that was; of
    later changes of names, any may be there and any may be missing.
    """

    def __init__(self, folder, monkeypatch):
        self.folder, self.log = folder, []
        self.before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        self.calls = {name: getattr(os, name) for name in ("fsync", "link", "replace", "unlink")}
        for name in self.calls:
            monkeypatch.setattr(os, name, getattr(self, name))

    def fsync(self, descriptor):
        path = Path(os.readlink(f"/proc/self/fd/{descriptor}"))
        if path.is_dir():
            self.log.append(("folder", path))
        else:
            self.log.append(("bytes", os.fstat(descriptor).st_ino, Path(f"/proc/self/fd/{descriptor}").read_bytes()))
        self.calls["fsync"](descriptor)

    def link(self, source, path, **options):
        self.calls["link"](source, path, **options)
        self.log.append(("name", Path(path), os.stat(path).st_ino))

    def replace(self, source, path):
        self.calls["replace"](source, path)
        self.log.append(("rename", Path(source), Path(path)))

    def unlink(self, path, **options):
        self.calls["unlink"](path, **options)
        self.log.append(("gone", Path(path)))

    def states(self):
        """Every state of the folders after a cut, as a dict of paths to bytes."""
        for cut in range(len(self.log) + 1):
            done = self.log[:cut]
            on_disk = {change[1]: change[2] for change in done if change[0] == "bytes"}
            changes = [(at, change) for at, change in enumerate(done) if change[0] in ("name", "rename", "gone")]
            sure = [at for at, change in changes if self._is_on_disk(at, change, done)]
            loose = [at for at, _ in changes if at not in sure]
            for count in range(len(loose) + 1):
                for some in itertools.combinations(loose, count):
                    yield self._after([change for at, change in changes if at in sure or at in some], on_disk)

    @staticmethod
    def _is_on_disk(at, change, done):
        return any(later[0] == "folder" and later[1] == change[1].parent for later in done[at + 1 :])

    def _after(self, changes, on_disk):
        files = dict(self.before)
        for kind, path, *rest in changes:
            if kind == "name":
                files[path] = on_disk.get(rest[0], b"")  # what was not brought to the disk is not there
            elif kind == "gone":
                files.pop(path, None)
            elif path in files:  # the temporary name itself need not be on the disk
                files[rest[0]] = files.pop(path)
            else:
                files[rest[0]] = next(on_disk.get(c[2], b"") for c in self.log if c[:2] == ("name", path))
        return files


@pytest.fixture
def place(tmp_path):
    """Write what is on the disk after a power cut into a folder of its own."""
    number = itertools.count()

    def put(disk, files):
        folder = tmp_path / f"after{next(number)}"
        for path, content in files.items():
            to = folder / path.relative_to(disk.folder)
            to.parent.mkdir(parents=True, exist_ok=True)
            to.write_bytes(content)
        folder.mkdir(exist_ok=True)
        return folder

    return put


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "disk" / "other").mkdir(parents=True)
    return tmp_path / "disk"


def keyed(value, count=3):
    words = [f"w{i}" for i in range(count)]
    return KeyedVectors.from_pieces(
        words, np.full((count, 2), value, np.float32), {"count": np.full(count, int(value))}
    )


def content_of(kv):
    return kv.index_to_key, kv.vectors.tolist(), kv.expandos["count"].tolist()


@pytest.mark.parametrize("name", ["vectors", "vectors.txt", "vectors.txt.gz"])
def test_one_file(name, folder, place, monkeypatch):
    keyed(1).save_word2vec_format(folder / name) if "txt" in name else keyed(1).save(folder / name)
    old = content_of(KeyedVectors.load(folder / name))
    disk = Disk(folder, monkeypatch)
    keyed(2, 4).save_word2vec_format(folder / name) if "txt" in name else keyed(2, 4).save(folder / name)
    new = content_of(KeyedVectors.load(folder / name))
    found = [content_of(KeyedVectors.load(place(disk, files) / name)) for files in disk.states()]
    assert old in found
    assert found[-1] == new
    assert all(each in (old, new) for each in found)
    assert disk.log[-1] == ("folder", folder)


def test_a_checkpoint(folder, place, monkeypatch):
    path, settings = folder / "run.ckpt", {"vector_size": 4, "min_count": 1, "workers": 1}
    old = Word2Vec(SENTENCES, **settings, checkpoint=path)
    disk = Disk(folder, monkeypatch)
    new = Word2Vec(SENTENCES, **settings, seed=5, checkpoint=path)
    found = [Word2Vec.resume(place(disk, files) / "run.ckpt", SENTENCES) for files in disk.states()]
    known = [model.wv.vectors.tolist() for model in (old, new)]
    assert all(model.wv.vectors.tolist() in known for model in found)
    assert found[-1].wv.vectors.tolist() == known[1]


@pytest.mark.parametrize("fvocab", ["counts", "other/counts"])
def test_vectors_and_their_counts(fvocab, folder, place, monkeypatch):
    """In two files, also in two folders: of old vectors and new counts, or new ones and old, one is missing."""
    keyed(1).save_word2vec_format(folder / "vectors", folder / fvocab)
    disk = Disk(folder, monkeypatch)
    keyed(2, 4).save_word2vec_format(folder / "vectors", folder / fvocab)
    found = set()
    for files in disk.states():
        after = place(disk, files)
        try:
            kv = KeyedVectors.load_word2vec_format(after / "vectors", after / fvocab)
            assert kv.expandos["count"].tolist() == kv.vectors[:, 0].tolist()
            found.add(len(kv))
        except (FormatError, FileNotFoundError):
            found.add(0)
    assert found == {0, 3, 4}


def test_several_files_in_order(folder, place, monkeypatch):
    names = ("key", "one", "two")
    for name in names:
        (folder / name).write_bytes(b"old")
    disk = Disk(folder, monkeypatch)
    with Together() as together:
        for name in names:
            with together.open(folder / name, last=name == "key") as file:
                file.write(b"new")
    for files in disk.states():
        after = {path.name: content for path, content in files.items() if not path.name.endswith(".tmp")}
        assert "key" not in after or set(after.values()) == {after["key"]}


def test_the_simulation_finds_what_is_not_brought_to_the_disk(folder, place, monkeypatch):
    keyed(1).save(folder / "vectors")
    fsync = os.fsync
    disk = Disk(folder, monkeypatch)
    monkeypatch.setattr(temporaries.os, "fsync", lambda descriptor: fsync(descriptor))  # as if it were left out
    keyed(2).save(folder / "vectors")
    assert any(content == b"" for files in disk.states() for content in files.values())
