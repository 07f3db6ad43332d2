"""What is shipped: an sdist with everything in it, a wheel made from it with nothing superfluous, a light import."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import zipfile

import pytest
from building import build_sdist
from places import ROOT

import w2v

TRAIN = "import w2v; print(w2v.__file__, w2v.Word2Vec([['a', 'b']] * 9, min_count=1, workers=1).wv['a'].shape)"
HEAVY = ["tqdm", "safetensors", "scipy", "multiprocessing", "concurrent", "argparse", "importlib.metadata"]

needs_sources = pytest.mark.skipif(not (ROOT / "setup.py").exists(), reason="needs the source tree")


def run(*command, **options):
    command = [sys.executable, *map(str, command)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, **options)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="session")
def tree(tmp_path_factory):
    """A copy of the source tree with compiled files in it, which may not be shipped, but no earlier build."""
    tree = tmp_path_factory.mktemp("tree") / "w2v"
    shutil.copytree(ROOT, tree, ignore=shutil.ignore_patterns(".[!c]*", ".cache", "build", "dist", "*.egg-info"))
    return tree


@pytest.fixture(scope="session")
def sdist(tree):
    return build_sdist(tree)


@pytest.fixture(scope="session")
def wheel(sdist):
    """A wheel built from the sdist, so that this has all that building needs."""
    if importlib.util.find_spec("pip") is None:
        pytest.skip("building needs pip")
    options = ("--no-deps", "--no-build-isolation", "--disable-pip-version-check", "--no-cache-dir", "--no-index")
    run("-m", "pip", "wheel", "-q", *options, "-w", sdist.parent, sdist)
    return next(sdist.parent.glob("*.whl"))


def sources(root, folder, *patterns):
    """Files under root / folder, relative to root, without those that are made from others."""
    files = {path for pattern in patterns for path in (root / folder).rglob(pattern) if path.is_file()}
    made = {path for path in files if path.suffix in (".so", ".pyd", ".pyc") or path.name == "_core.c"}
    return {path.relative_to(root).as_posix() for path in files - made}


@needs_sources
def test_sdist_has_every_source_and_nothing_made_from_them(sdist, tree):
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames() if not archive.getmember(name).isdir()}
    top = {
        ".ci/run",
        "CHANGELOG.md",
        "CITATION.cff",
        "CMakeLists.txt",
        "CONTRIBUTING.md",
        "LICENSE",
        "MANIFEST.in",
        "README.md",
        "SECURITY.md",
        "pyproject.toml",
        "setup.py",
    }
    expected = set().union(*(sources(tree, folder, "*") for folder in ("bench", "docs", "src", "tests", "tools")))
    assert names - {"PKG-INFO", "setup.cfg"} == expected | top


@needs_sources
def test_wheel_has_the_package_and_nothing_else(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    compiled = {name for name in names if name.endswith((".so", ".pyd"))}
    named = {name for name in names if name.startswith(f"w2v-{w2v.__version__}.dist-info/")}
    expected = sources(ROOT / "src", "w2v", "*.py", "*.pyi", "py.typed", "*.bz2", "page/*", "notebook/*", "source/*")
    assert len(compiled) == 1
    stable = sys.version_info >= (3, 11) and not sysconfig.get_config_var("Py_GIL_DISABLED")
    assert ("-cp311-abi3-" in wheel.name) is stable  # one wheel serves all later Pythons
    assert any("abi3" in name or name.endswith("_core.pyd") for name in compiled) is stable
    assert names - compiled - named == expected
    assert wheel.stat().st_size < 2_200_000


@needs_sources
def test_front_page_on_pypi_has_no_links_into_the_sources(wheel):
    with zipfile.ZipFile(wheel) as archive:
        shown = archive.read(f"w2v-{w2v.__version__}.dist-info/METADATA").decode()
    assert "## Install" in shown
    assert [target for target in re.findall(r"\]\(([^)]*)\)", shown) if not target.startswith("https://")] == []


@needs_sources
def test_wheel_works(wheel, tmp_path):
    zipfile.ZipFile(wheel).extractall(tmp_path)
    shown = run("-c", TRAIN, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(tmp_path)})
    assert shown == f"{tmp_path / 'w2v' / '__init__.py'} (100,)\n"


def test_hooks_run_the_formatters_that_the_tests_run():
    hooks = ROOT / ".pre-commit-config.yaml"
    if not hooks.exists():
        pytest.skip("the hooks are for a clone")
    tools = re.findall(r'additional_dependencies: \["(.+)"\]', hooks.read_text())
    assert sorted({re.match("[a-z-]+", tool).group() for tool in tools}) == ["clang-format", "ruff"]
    extra = (ROOT / "pyproject.toml").read_text().partition("\ntest = [")[2].partition("]")[0]
    assert [tool for tool in tools if f'"{tool}"' not in extra] == []


def test_import_is_light():
    """What takes long to import waits until somebody needs it; numpy's own imports do not count."""
    code = f"import sys, numpy; known = set(sys.modules); import w2v; print(set({HEAVY}) & (set(sys.modules) - known))"
    assert run("-c", code) == "set()\n"


@pytest.mark.parametrize("module", ["evaluate", "model", "phrases", "corpus", "training"])
def test_modules_can_be_imported_first(module):
    assert run("-c", f"import w2v.{module}; print(w2v.{module}.__name__)") == f"w2v.{module}\n"


def test_public_names_are_there():
    assert [name for name in w2v.__all__ if not hasattr(w2v, name)] == []
    assert len(w2v.__all__) == len(set(w2v.__all__))  # ruff has an eye on their order


@pytest.mark.parametrize("module", ["model", "compare_gensim", "tuning"])
def test_a_module_can_be_the_first_that_is_imported(module):
    code = f"import w2v.{module}; import w2v; print(w2v.Word2Vec.__module__, w2v.corpus.__name__)"
    assert run("-c", code) == "w2v.model w2v.corpus\n"


def test_citation_has_the_version():
    citation = ROOT / "CITATION.cff"
    if not citation.exists():
        pytest.skip("needs the source tree")
    assert f"\nversion: {w2v.__version__}\n" in citation.read_text()
