"""Build the Linux wheels, repair and audit them, and test each installed wheel with every Python that is found.

    python tools/build_wheels.py [--output dist] [--tests tests/corpus tests/vectors]
    python tools/build_wheels.py --twice        build each wheel twice, and compare the bytes

Pythons are looked for on the PATH and in ~/.pyenv. A wheel is tested from a folder without the sources. What builds it
has the versions and hashes of tools/requirements.txt, and the files in it have the time of the last commit, so that a
commit gives the same bytes wherever it is built with the same compiler. Beside each wheel lies a list of what it is
made of (SBOM), checked against CycloneDX's schema.
"""

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PINNED = ["--require-hashes", "-r", str(ROOT / "tools" / "requirements.txt")]
CHECKS = ["abi3audit", "twine", "cyclonedx-bom"]
TEST_TOOLS = ["pytest", "hypothesis", "scipy"]
VERSIONS = ["3.10", "3.11", "3.12", "3.13", "3.14"]
OWN_WHEEL = ["3.10", "3.11"]  # the first without the stable ABI that we need, the second for all others


def run(*command: object, **options: object) -> str:
    """Run a command and return what it prints; end with all of it if the command fails."""
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, **options)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}")
    return done.stdout


def pythons() -> dict[str, Path]:
    """Return the interpreters found, by version."""
    found = {}
    for version in VERSIONS:
        in_pyenv = sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python"))
        path = in_pyenv[-1] if in_pyenv else shutil.which(f"python{version}")
        if path:
            found[version] = Path(path)
    return found


def environment(python: Path, folder: Path, packages: list[str]) -> Path:
    """Make a virtual environment with packages in it; return its interpreter."""
    run(python, "-m", "venv", folder)
    run(folder / "bin" / "python", "-m", "pip", "install", "-q", "--disable-pip-version-check", *packages)
    return folder / "bin" / "python"


def repaired(python: Path, folder: Path) -> tuple[Path, Path]:
    """Build the sdist and from it a wheel, and let auditwheel name the oldest Linux that it runs on; return both."""
    tools = environment(python, folder / "tools", PINNED)
    path = f"{tools.parent}{os.pathsep}{os.environ['PATH']}"
    committed = run("git", "-C", ROOT, "log", "-1", "--format=%ct").strip()
    variables = {**os.environ, "PATH": path, "SOURCE_DATE_EPOCH": committed}
    run(tools, "-m", "build", "--no-isolation", "-o", folder / "built", ROOT, env=variables)
    (wheel,), (sources,) = ((folder / "built").glob(pattern) for pattern in ("*.whl", "*.tar.gz"))
    run(tools, "-m", "auditwheel", "repair", "-w", folder / "repaired", wheel, env=variables)
    (wheel,) = (folder / "repaired").glob("*.whl")
    return wheel, sources


def build(python: Path, folder: Path, output: Path) -> Path:
    """Build a wheel, audit its ABI, and list what it is made of."""
    wheel, sources = repaired(python, folder)
    checks = environment(python, folder / "checks", CHECKS)
    if "-abi3-" in wheel.name:
        run(checks, "-m", "abi3audit", "--strict", wheel)
    run(checks, "-m", "twine", "check", "--strict", wheel, sources)
    output.mkdir(parents=True, exist_ok=True)
    installed = environment(python, folder / "parts", [str(wheel)])
    run(installed, "-m", "pip", "uninstall", "-q", "-y", "pip", "setuptools")
    parts = ["environment", installed, "--pyproject", ROOT / "pyproject.toml", "--output-reproducible", "--validate"]
    run(checks, "-m", "cyclonedx_py", *parts, "-o", output / f"{wheel.stem}.cdx.json")
    return Path(shutil.copy2(wheel, output))


def same_twice(python: Path, folder: Path) -> str:
    """Build a wheel twice, in two folders; return its name and hash, or end where the bytes differ."""
    wheels = [repaired(python, folder / number)[0] for number in ("first", "second")]
    first, second = (hashlib.sha256(wheel.read_bytes()).hexdigest() for wheel in wheels)
    if first != second:
        sys.exit(f"{wheels[0].name}: built twice, {first} and {second}")
    return f"{wheels[0].name}: sha256 {first}, twice"


def test(python: Path, wheel: Path, folder: Path, tests: list[str]) -> str:
    """Run tests against the installed wheel, from a folder without the sources; return pytest's last line."""
    installed = environment(python, folder / "installed", [str(wheel), *TEST_TOOLS])
    shutil.copytree(ROOT / "tests", folder / "tests")
    shutil.copy2(ROOT / "pyproject.toml", folder)
    place = run(installed, "-c", "import w2v._core; print(w2v._core.__file__)", cwd=folder).strip()
    assert place.startswith(str(folder / "installed")), place
    printed = run(installed, "-m", "pytest", "-p", "no:cacheprovider", "-m", "not slow", *tests, cwd=folder)
    return re.sub(r"\s+", " ", printed.strip().splitlines()[-1])


def main() -> None:
    """Build, audit and test; print a line for each wheel and each Python."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, default=ROOT / "dist")
    parser.add_argument("--tests", nargs="+", default=["tests/corpus", "tests/vectors", "tests/oracles"])
    parser.add_argument("--twice", action="store_true", help="only compare the bytes of two builds of each wheel")
    options = parser.parse_args()
    found, wheels = pythons(), {}
    with tempfile.TemporaryDirectory() as name:
        if options.twice:
            for version in [version for version in OWN_WHEEL if version in found]:
                print(same_twice(found[version], Path(name, version)), flush=True)
            return
        for version in [version for version in OWN_WHEEL if version in found]:
            wheels[version] = build(found[version], Path(name, f"build{version}"), options.output)
            print(f"{wheels[version].name}: {wheels[version].stat().st_size / 1e6:.2f} MB", flush=True)
        for version, python in found.items():
            wheel = wheels["3.10" if version == "3.10" else "3.11"]
            folder = Path(name, f"test{version}")
            folder.mkdir()
            print(f"Python {version}: {test(python, wheel, folder, options.tests)}", flush=True)


if __name__ == "__main__":
    main()
