"""The tools that make the site: dead links are found, the pages link to each other, results become pictures."""

import importlib.util
import sys

import pytest
from places import ROOT

if not (ROOT / "tools").exists():
    pytest.skip("needs the source tree", allow_module_level=True)


@pytest.fixture
def tool(monkeypatch):
    """A function that imports a tool by its name."""
    monkeypatch.syspath_prepend(ROOT / "tools")

    def load(name):
        spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    yield load
    for name in ("check_links", "draw_results", "make_figures"):
        sys.modules.pop(name, None)


def test_dead_links_are_found(tool, tmp_path):
    (tmp_path / "more").mkdir()
    links = ["more/b.html", "more/b.html#here", "more/", "a.png", "#top", "https://example.org/x", "mailto:a@b.c"]
    dead = ["more/b.html#there", "c.html", "#bottom"]
    page = '<h1 id="top">A</h1>' + "".join(f'<a href="{link}">x</a>' for link in links + dead)
    (tmp_path / "a.html").write_text(page)
    (tmp_path / "a.png").write_text("")
    (tmp_path / "more" / "b.html").write_text('<p id="here">B <img src="../a.png"> <img src="b.png"></p>')
    (tmp_path / "more" / "index.html").write_text("")
    found = tool("check_links").dead_links(tmp_path)
    assert sorted(found) == sorted(["more/b.html: b.png", *(f"a.html: {link}" for link in dead)])


def test_links_between_pages_lead_from_folder_to_folder(tool):
    site = tool("build_docs")
    names = site.pages()
    notebook, guide = ROOT / "docs" / "notebooks" / "graphs.md", ROOT / "docs" / "guide-inputs.md"
    assert "(../guide-inputs.md#random-walks)" in site.with_links(notebook, names)
    assert "(../benchmarks.md)" in site.with_links(notebook, names)  # that is bench/README.md in the source
    assert "(notebooks/two-texts.md)" in site.with_links(guide, names)
    assert "(tutorial.md)" in site.with_links(ROOT / "README.md", names)
    assert "(img/speed.svg)" in site.index()


def test_every_page_is_once_in_the_contents(tool):
    site = tool("build_docs")
    index = site.index()
    pages = [name.removesuffix(".md") for name in site.pages().values()]
    assert [page for page in [*pages, "reference"] if index.count(f"\n{page}\n") != 1] == []


def test_results_become_pictures_above_their_tables(tool, tmp_path):
    pytest.importorskip("matplotlib", reason="matplotlib is not installed")
    names = tool("draw_results").draw_all(tmp_path)
    assert {"sg", "cbow", "whole", "load_text"} <= set(names)
    assert all((tmp_path / f"bench-{name}.svg").stat().st_size > 1000 for name in names)
    text = tool("build_docs").with_pictures("<!-- sg -->\n| a |\n", names)
    assert text.index("bench-sg.svg") < text.index("| a |")
