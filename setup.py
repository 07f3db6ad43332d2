# CMakeLists.txt builds the extension; everything else is in pyproject.toml.
import re
import sys
import sysconfig
from pathlib import Path

from setuptools import setup

# One wheel serves all Pythons from 3.11 on. The stable ABI of 3.10 lacks buffers, and builds without the GIL have none.
stable = sys.version_info >= (3, 11) and not sysconfig.get_config_var("Py_GIL_DISABLED")

# PyPI does not know our files: pictures of ours are left out there, and of links to them the text stays.
readme = Path(__file__).with_name("README.md").read_text(encoding="utf-8")
readme = re.sub(r"!\[[^]]*\]\((?!https:)[^)]*\)\n\n", "", readme)
readme = re.sub(r"\[([^]]*)\]\((?!https:)[^)]*\)", r"\1", readme)

setup(
    cmake_source_dir=".",
    options={"bdist_wheel": {"py_limited_api": "cp311"}} if stable else {},
    long_description=readme,
    long_description_content_type="text/markdown",
)
