"""Building what is published from a source tree."""

import importlib.util
import subprocess
import sys

import pytest


def build_sdist(tree):
    """Build an sdist as pip would, and return its path; skip the test where a library for it is absent."""
    for module in ("setuptools", "Cython", "cython_cmake", "scikit_build_core"):
        if importlib.util.find_spec(module) is None:
            pytest.skip(f"building needs {module}")
    code = "from scikit_build_core.setuptools import build_meta; build_meta.build_sdist('dist')"
    done = subprocess.run([sys.executable, "-c", code], cwd=tree, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    (file,) = (tree / "dist").glob("*.tar.gz")
    return file
