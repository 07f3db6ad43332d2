"""The explorer's maps: groups and typical words; places by another process, which are kept in files and end with us."""

import contextlib
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from animals import made
from safetensors.numpy import save_file

from w2v.explore.groups import grouped, kmeans
from w2v.explore.layout import Layout, scaled

PROGRAM = """
import sys, time
import numpy as np
from w2v.explore import child
print("begins", flush=True)
rows = np.random.default_rng(1).normal(size=(9000, 100)).astype("f4")
child.compute(rows, "tsne", lambda share: print(share, flush=True))
"""


def planted(groups=4, n=300, spread=0.05):
    """Rows of length 1 in groups, and the group of each."""
    rng = np.random.default_rng(2)
    numbers = rng.integers(0, groups, n)
    rows = np.eye(groups, 10)[numbers] + rng.normal(0, spread, (n, 10))
    return rows / np.linalg.norm(rows, axis=1, keepdims=True), numbers


def test_one_place_is_the_middle():
    assert scaled(np.ones((3, 2))).tolist() == [[32768, 32768]] * 3


def test_groups_are_those_planted():
    rows, numbers = planted()
    found, centres = kmeans(rows - rows.mean(axis=0), 4)
    assert len({*zip(numbers.tolist(), found.tolist(), strict=True)}) == 4
    assert (np.diff(np.bincount(found)) <= 0).all()
    assert centres.shape == (4, 10)


def test_typical_words_are_of_their_group_and_not_those_between_all():
    rows, _ = planted(n=3500)
    rows[:150] = np.random.default_rng(3).normal(size=(150, 10)) * 0.1 + 1  # the most frequent: like all groups alike
    groups = grouped(rows)
    for number, typical in enumerate(groups.typical):
        assert (groups.numbers[typical] == number).all()
    large = [typical for typical in groups.typical if len(typical) == 5]
    assert len(large) > 10
    frequent = [place for typical in large for place in typical if place < 150]
    assert len(frequent) <= 5  # those of the group that has no others


@pytest.mark.parametrize("rows", [np.zeros((5, 3)), np.ones((1, 2)), np.ones((40, 3)) / 3**0.5])
def test_groups_of_rows_that_are_all_alike(rows):
    groups = grouped(rows)
    assert len(groups.numbers) == len(rows)
    assert len(groups.typical) == len(groups.colours) == groups.numbers.max() + 1


def wait_for(layout, method):
    for _ in range(600):
        if (places := layout.places(method)) is not None:
            return places
        time.sleep(0.1)
    raise TimeoutError


def test_map_by_another_process_is_kept(tmp_path):
    path = tmp_path / "v.w2v.map"
    words, rows = [f"w{n}" for n in range(30)], np.random.default_rng(1).normal(size=(30, 5))
    layout = Layout(made(words, rows), "tsne", str(path))
    assert layout.places("tsne") is None
    places = wait_for(layout, "tsne")
    layout._thread.join()
    assert layout.progress == 1
    again = Layout(made(words, rows), "tsne", str(path))
    assert (again.places("tsne") == places).all()
    assert again._thread is None
    other = Layout(made(words, rows[::-1]), "tsne", str(path))  # other vectors: computed anew, and kept in its place
    assert other.places("tsne") is None
    wait_for(other, "tsne")
    other._thread.join()
    assert Layout(made(words, rows[::-1]), "tsne", str(path))._made
    assert not Layout(made(words, rows), "tsne", str(path))._made


def test_a_file_that_is_no_map_is_refused(tmp_path):
    path = tmp_path / "v.map"
    path.write_bytes(b"something else")
    with pytest.raises(ValueError, match=r"v\.map: expected a map"):
        Layout(made(), "tsne", str(path))
    save_file({"places": np.zeros((8, 2))}, path)
    with pytest.raises(ValueError, match="got other tensors"):
        Layout(made(), "tsne", str(path))


def test_a_map_that_cannot_be_kept_is_shown_all_the_same(tmp_path):
    layout = Layout(made(), "tsne", str(tmp_path / "no" / "v.map"))
    wait_for(layout, "tsne")
    layout._thread.join()
    assert layout.places("tsne").shape == (8, 2)


def test_a_map_that_fails_says_so():
    layout = Layout(made(), "tsne")
    layout._rows = np.full((8, 3), np.nan, dtype=np.float32)
    layout.places("tsne")
    layout._thread.join()
    with pytest.raises(ValueError, match="tsne failed: "):
        layout.places("tsne")


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL, signal.SIGINT], ids=["TERM", "KILL", "INT"])
def test_the_process_that_computes_ends_with_us(number):
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        try:
            for line in process.stdout:
                if line[:1].isdigit():
                    break
            with open(f"/proc/{process.pid}/task/{process.pid}/children") as file:
                [child] = map(int, file.read().split())
            process.send_signal(number)
            process.wait(30)
            ended = time.monotonic() + 30
            while time.monotonic() < ended and is_running(child):
                time.sleep(0.05)
            assert not is_running(child)
        finally:
            process.kill()
            with contextlib.suppress(ProcessLookupError, NameError):
                os.kill(child, signal.SIGKILL)


def is_running(process):
    try:
        with open(f"/proc/{process}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] not in "ZX"
    except FileNotFoundError:
        return False
