"""Build the site of the documentation: `python tools/build_docs.py [folder]`; every warning is an error.

The pages are docs/*.md, the benchmarks, the changes, the rules for contributors, and a reference made of the docstrings
of all public names. They are gathered in one folder, where links between them are rewritten. Sphinx makes the site of
them, with furo's theme and a search.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import w2v

ROOT = Path(__file__).resolve().parent.parent
FROM_ELSEWHERE = {
    "bench/README.md": "benchmarks.md",
    "CHANGELOG.md": "changes.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
}
SECTIONS = {
    "First steps": ["tutorial", "examples", "migration", "cookbook", "glossary"],
    "Training": ["guide-inputs", "guide-phrases", "objectives", "guide-positions", "guide-speed", "guide-gpu"],
    "Vectors": ["guide-queries", "guide-evaluation", "guide-files", "guide-pictures", "guide-explorer"],
    "Programs": ["guide-command-line", "guide-checkpoints", "guide-reproducibility", "security"],
    "Reference": ["api", "reference", "benchmarks", "changes", "architecture", "contributing"],
}
LINK = re.compile(r"(!?)\[([^]\[]*)\]\((?!https?:|#)([^)#]+)(#[^)]*)?\)")


def pages() -> dict[Path, str]:
    """Return the pages of the site by the files that they are made of."""
    found = {path: path.name for path in sorted((ROOT / "docs").glob("*.md"))}
    return found | {ROOT / path: name for path, name in FROM_ELSEWHERE.items()}


def with_links(path: Path, names: dict[Path, str]) -> str:
    """Return the text of a page; links lead to pages of the site, and of links to other files the text stays."""

    def link(found: re.Match[str]) -> str:
        picture, text, target, place = found.groups()
        file = Path(os.path.normpath(path.parent / target))
        if file in names:
            return f"[{text}]({names[file]}{place or ''})"
        return f"![{text}](img/{file.name})" if picture else text

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
    listed = {name for names in SECTIONS.values() for name in names}
    more = [Path(name).stem for name in pages().values() if Path(name).stem not in listed]
    for section, names in [*SECTIONS.items(), *([("More", more)] if more else [])]:
        text += f"\n\n```{{toctree}}\n:hidden:\n:caption: {section}\n\n" + "\n".join(names) + "\n```"
    return text + "\n"


def gather(folder: Path) -> None:
    """Write all that Sphinx reads into a folder."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(ROOT / "docs" / "img", folder / "img")
    for path, name in pages().items():
        (folder / name).write_text(with_links(path, pages()), encoding="utf-8")
    (folder / "reference.rst").write_text(reference(), encoding="utf-8")
    (folder / "index.md").write_text(index(), encoding="utf-8")
    shutil.copy2(ROOT / "docs" / "conf.py", folder)


def main() -> None:
    """Gather the pages and let Sphinx make the site."""
    site = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "build" / "site").resolve()
    gather(site.parent / "site-pages")
    command = ["-m", "sphinx", "-q", "-W", "--keep-going", "-n", "-b", "html", site.parent / "site-pages", site]
    sys.exit(subprocess.run([sys.executable, *map(str, command)]).returncode)


if __name__ == "__main__":
    main()
