"""What the documents say is true: their examples run, their links lead somewhere, the reference has every name."""

import bz2
import contextlib
import doctest
import io
import re
import shlex
import shutil
from importlib import resources

import pytest
from places import ROOT

import w2v
from w2v.cli import main

DOCUMENTS = [*sorted(ROOT.glob("[RCS]*.md")), *sorted(ROOT.glob("docs/**/*.md"))]
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE

if not DOCUMENTS:
    pytest.skip("the documents are not part of an installed package", allow_module_level=True)

WITH_EXAMPLES = [path for path in DOCUMENTS if re.search("```(python|console)", path.read_text(encoding="utf-8"))]


@pytest.fixture(scope="session")
def novels(tmp_path_factory):
    """The text of the demo, unpacked."""
    path = tmp_path_factory.mktemp("text") / "novels.txt"
    with bz2.open(resources.files("w2v.data") / "novels.txt.bz2") as source, open(path, "wb") as target:
        shutil.copyfileobj(source, target)
    return path


@pytest.fixture
def folder(novels, tmp_path, monkeypatch):
    """An empty working folder, except for novels.txt."""
    shutil.copy2(novels, tmp_path)
    monkeypatch.chdir(tmp_path)


def run_python(code, name, names):
    """Run a block of ``>>>`` lines with the names of those before; return how many there were."""
    test = doctest.DocTestParser().get_doctest(code, names, name, None, 0)
    report = io.StringIO()
    result = doctest.DocTestRunner(optionflags=FLAGS).run(test, out=report.write, clear_globs=False)
    assert result.failed == 0, report.getvalue()
    names.update(test.globs)
    return result.attempted


def run_console(text):
    """Run lines ``$ w2v ...`` and compare what they print with the lines below, if there are any."""
    for command, expected in re.findall(r"^\$ w2v (.*)\n((?:[^$].*\n)*)", text, re.MULTILINE):
        out = io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
            assert main(shlex.split(command)) == 0
        assert not expected or doctest.OutputChecker().check_output(expected, out.getvalue(), FLAGS), out.getvalue()


@pytest.mark.parametrize("document", WITH_EXAMPLES, ids=lambda path: path.name)
@pytest.mark.usefixtures("folder")
def test_examples(document):
    if document.name == "guide-pictures.md":
        pytest.importorskip("matplotlib", reason="matplotlib is not installed")
    names = {}
    for kind, text in BLOCK.findall(document.read_text(encoding="utf-8")):
        assert kind in ("python", "console", "sh", "toml", "text")
        if kind == "python":
            assert run_python(text, document.name, names) > 0
        elif kind == "console":
            run_console(text)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document):
    for target in re.findall(r"\]\(([^)#]+)", document.read_text(encoding="utf-8")):
        assert target.startswith("https://") or (document.parent / target).exists(), target


def test_reference_has_every_public_name():
    named = re.findall(r"^\| `(\w+)`", (ROOT / "docs" / "api.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(named) == sorted(w2v.__all__)


def paths_in(page):
    """Files and folders that a page names, as paths below the root; those of a file to be written are left out."""
    for path in re.findall(r"`([\w./-]+/[\w./-]*|[\w.-]+\.(?:py|pyx|pyi|md|c|h))`", page.read_text(encoding="utf-8")):
        if "NAME" not in path:
            below_root = (
                path.startswith(("src/", "tests/", "docs/", "bench/", "tools/", ".ci/")) or (ROOT / path).exists()
            )
            yield path, ROOT / path if below_root else ROOT / "src" / "w2v" / path


@pytest.mark.parametrize("name", ["docs/architecture.md", "CONTRIBUTING.md", "SECURITY.md"])
def test_files_and_folders_are_there(name):
    found = list(paths_in(ROOT / name))
    assert found
    assert [path for path, place in found if not place.exists()] == []


def test_answers_name_what_is_there():
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    answers = re.findall(r"`(\w+)` in `([\w./]+)`", page.partition("## Where is")[2])
    assert len(answers) >= 8
    source = ROOT / "src" / "w2v"
    assert [name for name, path in answers if f"{name}(" not in (source / path).read_text(encoding="utf-8")] == []


def test_files_in_the_picture_are_there():
    picture = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8").split("```")[1]
    names = re.findall(r"\w+\.(?:py|pxi|c|h)\b", picture)
    assert names
    assert [name for name in names if not any((ROOT / "src" / "w2v").rglob(name))] == []


def test_every_folder_is_described():
    source = ROOT / "src" / "w2v"
    folders = {path.parent for path in source.rglob("*.*") if "__pycache__" not in path.parts} - {source}
    named = {place for _, place in paths_in(ROOT / "docs" / "architecture.md")}
    assert [str(path) for path in sorted(folders - named) if path.name != "page"] == []


@pytest.mark.parametrize("name", ["whole", "sg", "quality"])
def test_front_page_has_places_for_tables(name):
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert readme.count(f"<!-- {name} -->\n") == readme.count(f"<!-- /{name} -->\n") == 1
