"""Build the site of the documentation: `python tools/build_docs.py [folder]`; every warning is an error.

The pages are docs/*.md, the notebooks, the benchmarks, the changes, the rules for contributors, and a reference made of
the docstrings of all public names. They are gathered in one folder, where links between them are rewritten. Sphinx runs
the notebooks and makes the site, with furo's theme and a search; then every link within the site is followed.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from check_links import dead_links
from draw_results import draw_all

import w2v

ROOT = Path(__file__).resolve().parent.parent
FROM_ELSEWHERE = {
    "bench/README.md": "benchmarks.md",
    "CHANGELOG.md": "changes.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
}
SECTIONS = {
    "First steps": ["tutorial", "migration", "cookbook", "glossary"],
    "Notebooks": ["own-text", "from-gensim", "graphs", "baskets", "two-texts", "gpu"],
    "Training": [
        "guide-inputs",
        "guide-phrases",
        "objectives",
        "guide-positions",
        "guide-subwords",
        "guide-documents",
        "guide-speed",
        "guide-gpu",
        "guide-cluster",
    ],
    "Vectors": [
        "guide-queries",
        "guide-sentences",
        "guide-evaluation",
        "guide-quality",
        "guide-files",
        "guide-pictures",
        "guide-explorer",
    ],
    "Programs": ["guide-command-line", "guide-checkpoints", "guide-threads", "guide-reproducibility", "security"],
    "Reference": ["api", "reference", "benchmarks", "changes", "architecture", "contributing"],
}
LINK = re.compile(r"(!?)\[([^]\[]*)\]\((?!https?:|#)([^)#]+)(#[^)]*)?\)")


def pages() -> dict[Path, str]:
    """Return the pages of the site by the files that they are made of."""
    docs = ROOT / "docs"
    found = {
        path: path.relative_to(docs).as_posix() for path in sorted([*docs.glob("*.md"), *docs.glob("notebooks/*.md")])
    }
    return found | {ROOT / path: name for path, name in FROM_ELSEWHERE.items()}


def with_links(path: Path, names: dict[Path, str]) -> str:
    """Return the text of a page; links lead to pages of the site, and of links to other files the text stays."""
    folder = os.path.dirname(names.get(path, ""))

    def link(found: re.Match[str]) -> str:
        picture, text, target, place = found.groups()
        file = Path(os.path.normpath(path.parent / target))
        if file in names:
            return f"[{text}]({os.path.relpath(names[file], folder or '.')}{place or ''})"
        return f"![{text}]({os.path.relpath(f'img/{file.name}', folder or '.')})" if picture else text

    return LINK.sub(link, path.read_text(encoding="utf-8"))


def reference() -> str:
    """Return the page that shows the docstrings of all public names."""
    parts = ["Docstrings of all public names", "=" * 30, ""]
    for name in sorted(w2v.__all__, key=str.lower):
        thing = getattr(w2v, name)
        if isinstance(thing, type):
            members = [] if issubclass(thing, Exception) else ["   :members:", "   :inherited-members: str"]
            parts += [f".. autoclass:: w2v.{name}", *members, ""]
        elif callable(thing):
            parts += [f".. autofunction:: w2v.{name}", ""]
    return "\n".join(parts)


def index() -> str:
    """Return the page where the site begins, with the contents of all sections."""
    text = with_links(ROOT / "README.md", pages()).partition("\n## Documentation")[0]
    places = {Path(name).stem: name.removesuffix(".md") for name in pages().values()} | {"reference": "reference"}
    listed = {name for names in SECTIONS.values() for name in names}
    more = [name for name in places if name not in listed]
    for section, names in [*SECTIONS.items(), *([("More", more)] if more else [])]:
        entries = "\n".join(places[name] for name in names)
        text += f"\n\n```{{toctree}}\n:hidden:\n:caption: {section}\n\n{entries}\n```"
    return text + "\n"


def with_pictures(text: str, pictures: list[str]) -> str:
    """Return the page of the benchmarks with pictures above the tables of the same results."""
    for name in pictures:
        place = f"<!-- {name} -->\n"
        text = text.replace(place, f"![The table below as a picture](img/bench-{name}.svg)\n\n{place}", 1)
    return text


def gather(folder: Path) -> None:
    """Write all that Sphinx reads into a folder; what is left of the last time there is replaced."""
    for old in [*folder.glob("*.md"), *folder.glob("notebooks/*.md")]:
        old.unlink()
    shutil.copytree(ROOT / "docs" / "img", folder / "img", dirs_exist_ok=True)
    (folder / "notebooks").mkdir(exist_ok=True)
    for path, name in pages().items():
        (folder / name).write_text(with_links(path, pages()), encoding="utf-8")
    page = folder / FROM_ELSEWHERE["bench/README.md"]
    page.write_text(with_pictures(page.read_text(encoding="utf-8"), draw_all(folder / "img")), encoding="utf-8")
    (folder / "reference.rst").write_text(reference(), encoding="utf-8")
    (folder / "index.md").write_text(index(), encoding="utf-8")
    shutil.copy2(ROOT / "docs" / "conf.py", folder)


def main() -> None:
    """Gather the pages, let Sphinx make the site, and follow its links."""
    site = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "build" / "site").resolve()
    source = site.parent / f"{site.name}-pages"
    gather(source)
    command = ["-m", "sphinx", "-q", "-W", "--keep-going", "-n", "-b", "html", source, site]
    status = subprocess.run([sys.executable, *map(str, command)]).returncode
    dead = dead_links(site)
    print(*dead, f"{len(dead)} dead links", sep="\n")
    sys.exit(status or bool(dead))


if __name__ == "__main__":
    main()
