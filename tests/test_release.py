"""What is published: the page for PyPI has absolute links once there is an address, and nothing goes out before."""

import io
import re
import shutil
import subprocess
import sys
import tarfile

import pytest
from building import build_sdist
from places import ROOT

import w2v

ADDRESS = "https://example.org/people/w2v"
TAG = f"v{w2v.__version__}"

if not (ROOT / "setup.py").exists():
    pytest.skip("needs the source tree", allow_module_level=True)


def check(folder, *arguments, tag=TAG):
    command = [sys.executable, folder / "tools" / "check_release.py", "--tag", tag, "--address", ADDRESS, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout.splitlines()


def replace(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    """A copy of the source tree with an address, and the date of a release."""
    tree = tmp_path_factory.mktemp("released") / "w2v"
    ignored = shutil.ignore_patterns(".[!c]*", ".cache", "build", "dist", "*.egg-info", "*.so")
    shutil.copytree(ROOT, tree, ignore=ignored)
    replace(
        tree / "pyproject.toml", '# [project.urls]\n# Source = "https://..."', f'[project.urls]\nSource = "{ADDRESS}"'
    )
    replace(tree / "CHANGELOG.md", "## Unreleased", f"## {w2v.__version__} - 2030-01-02")
    with open(tree / "CITATION.cff", "a", encoding="utf-8") as citation:
        citation.write(f"date-released: '2030-01-02'\nrepository-code: \"{ADDRESS}\"\n")
    return tree


@pytest.fixture(scope="module")
def sdist(released):
    return build_sdist(released)


def page(sdist):
    with tarfile.open(sdist) as archive:
        return archive.extractfile(f"{sdist.name.removesuffix('.tar.gz')}/PKG-INFO").read().decode()


def test_sources_without_an_address_or_a_date_are_not_released():
    status, wrong = check(ROOT)
    assert status == 1
    assert [line.partition(":")[0] for line in wrong] == [
        "pyproject.toml",
        "CITATION.cff",
        "CHANGELOG.md and CITATION.cff",
    ]


def test_sources_that_are_ready_are_released(released):
    assert check(released) == (0, ["ready"])
    assert check(released, tag="v9")[0] == 1


def test_page_for_pypi_shows_pictures_and_leads_to_this_version(sdist):
    text = page(sdist)
    assert f"Project-URL: Source, {ADDRESS}\n" in text
    assert f"]({ADDRESS}/raw/{TAG}/docs/img/speed.svg)" in text
    assert f"]({ADDRESS}/blob/{TAG}/docs/tutorial.md)" in text
    links = re.findall(r"\]\(([^)]+)\)", text)
    assert [link for link in links if not link.startswith("https://")] == []
    ours = [link.split(f"/{TAG}/")[1].partition("#")[0] for link in links if link.startswith(ADDRESS)]
    assert [path for path in ours if not (ROOT / path).exists()] == []


def test_files_without_the_address_are_not_published(released, sdist, tmp_path):
    status, wrong = check(released, sdist.parent)
    assert status == 1
    assert [line.rpartition("expected ")[2][:6] for line in wrong] == ["*-cp31"] * 3  # the wheels are not there
    bare = page(sdist).replace(f"{ADDRESS}/blob/{TAG}/", "").replace("Project-URL", "X").encode()
    with tarfile.open(tmp_path / sdist.name, "w:gz") as archive:
        member = tarfile.TarInfo(f"{sdist.name.removesuffix('.tar.gz')}/PKG-INFO")
        member.size = len(bare)
        archive.addfile(member, io.BytesIO(bare))
    status, wrong = check(released, tmp_path)
    assert status == 1
    assert wrong[-2] == f"{sdist.name}: expected the address {ADDRESS}"
    assert "docs/tutorial.md" in wrong[-1]
