"""Refuse a release that is not ready: `python tools/check_release.py --tag v1.2.3 --address https://... [dist]`.

The address is that of the repository which publishes. It has to be in pyproject.toml, from which links are made, and in
CITATION.cff; version and date have to be in CITATION.cff and CHANGELOG.md; files in the folder dist have to be of the
version, and may show no links that lead nowhere. Everything that is wrong is printed, a line each.
"""

import argparse
import re
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from email.parser import Parser
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def found(pattern: str, name: str, root: Path) -> str | None:
    """Return what a pattern's group matches in a file of the sources."""
    match = re.search(pattern, (root / name).read_text(encoding="utf-8"), re.MULTILINE)
    return match and match[1]


def texts(tag: str, address: str, root: Path) -> Iterator[str]:
    """Yield what is wrong in the sources."""
    version = found('^__version__ = "(.+?)"', "src/w2v/config.py", root)
    if tag != f"v{version}":
        yield f"src/w2v/config.py: expected the version of the tag {tag}, got {version}"
    source = found('^Source = "(.+)"', "pyproject.toml", root)
    if source != address:
        yield f"pyproject.toml: expected Source = {address!r} in [project.urls], got {source!r}"
    cited = found('^repository-code: "?([^"\n]+)', "CITATION.cff", root)
    if cited != address:
        yield f"CITATION.cff: expected repository-code: {address!r}, got {cited!r}"
    if found("^version: (.+)", "CITATION.cff", root) != version:
        yield f"CITATION.cff: expected version: {version}"
    date = found(r"^date-released: ['\"]?(\d{4}-\d\d-\d\d)", "CITATION.cff", root)
    if not date or found(rf"^## {re.escape(str(version))} - (.+)", "CHANGELOG.md", root) != date:
        yield f"CHANGELOG.md and CITATION.cff: expected the same date, under '## {version} - date' and as date-released"


def metadata(file: Path) -> str:
    """Return what PyPI reads of a wheel or an sdist."""
    if file.suffix == ".whl":
        with zipfile.ZipFile(file) as wheel:
            return wheel.read(next(name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))).decode()
    with tarfile.open(file) as sdist:
        member = sdist.extractfile(f"{file.name.removesuffix('.tar.gz')}/PKG-INFO")
        return member.read().decode() if member else ""


def files(tag: str, address: str, folder: Path) -> Iterator[str]:
    """Yield what is wrong with the files that are to be published."""
    published = sorted(folder.iterdir())
    for kind in ("*.tar.gz", "*-cp310-*.whl", "*-cp311-abi3-*.whl", "*-cp314t-*.whl"):
        if not any(file.match(kind) for file in published):
            yield f"{folder}: expected {kind}"
    for file in published:
        message = Parser().parsestr(metadata(file))
        if f"v{message['Version']}" != tag:
            yield f"{file.name}: expected the version of the tag {tag}, got {message['Version']}"
        if f"Source, {address}" not in message.get_all("Project-URL", []):
            yield f"{file.name}: expected the address {address}"
        page = str(message.get_payload())
        relative = [link for link in re.findall(r"\]\(([^)]+)\)", page) if not link.startswith(("https://", "#"))]
        if relative or "![" not in page:
            yield f"{file.name}: expected pictures and absolute links on the page for PyPI, got {relative}"


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    """Print what is wrong; return 1 if anything is."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tag", required=True)
    parser.add_argument("--address", required=True, help="of the repository that publishes")
    parser.add_argument("dist", nargs="?", type=Path, help="folder of what is to be published")
    options = parser.parse_args(arguments)
    wrong = list(texts(options.tag, options.address, root))
    if options.dist:
        wrong += files(options.tag, options.address, options.dist)
    print("\n".join(wrong) or "ready")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
