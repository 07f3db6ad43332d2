"""Follow every link of a site: `python tools/check_links.py FOLDER [--web]`; with --web, also those to other sites."""

import sys
import urllib.error
import urllib.request
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit


class Page(HTMLParser):
    """The links of a page, and the places in it to which links may lead."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.places: set[str] = set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take down what a tag links to, and its name."""
        for name, value in attrs:
            if value is not None and name in ("href", "src"):
                self.links.add(value)
            elif value is not None and (name == "id" or (tag, name) == ("a", "name")):
                self.places.add(value)


def dead_links(site: Path) -> list[str]:
    """Return the links within a site that lead nowhere, each after the page that has it."""
    read = cache(Page)
    dead = []
    for path in sorted(site.rglob("*.html")):
        for link in sorted(read(path).links):
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            target = target / "index.html" if target.is_dir() else target
            known = target.suffix != ".html" or not parts.fragment or not target.exists()
            if not target.exists() or not (known or unquote(parts.fragment) in read(target).places):
                dead.append(f"{path.relative_to(site)}: {link}")
    return dead


def dead_on_the_web(site: Path) -> list[str]:
    """Return the links to other sites that do not answer."""
    links = {link for path in site.rglob("*.html") for link in Page(path).links if link.startswith("https://")}
    dead = []
    for link in sorted(links):
        request = urllib.request.Request(link, headers={"User-Agent": "w2v documentation"})
        try:
            urllib.request.urlopen(request, timeout=20).close()
        except (OSError, urllib.error.URLError) as error:
            dead.append(f"{link}: {error}")
    return dead


def main() -> int:
    """Print dead links; return 1 if there are any."""
    site = Path(sys.argv[1])
    dead = dead_links(site) + (dead_on_the_web(site) if "--web" in sys.argv else [])
    print(*dead, f"{len(dead)} dead links", sep="\n")
    return bool(dead)


if __name__ == "__main__":
    sys.exit(main())
