# CMakeLists.txt builds the extension; everything else is in pyproject.toml.
import re
import sys
import sysconfig
from pathlib import Path

from setuptools import setup

here = Path(__file__).parent
# One wheel serves all Pythons from 3.11 on. The stable ABI of 3.10 lacks buffers, and builds without the GIL have none.
stable = sys.version_info >= (3, 11) and not sysconfig.get_config_var("Py_GIL_DISABLED")

# PyPI does not know our files: links lead to the public address of this version's sources. While there is none,
# pictures of ours are left out, and of links to our files the text stays.
readme = (here / "README.md").read_text(encoding="utf-8")
version = re.search('__version__ = "(.+)"', (here / "src/w2v/config.py").read_text(encoding="utf-8"))[1]
address = re.search('^Source = "(.+)"', (here / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE)
if address:
    readme = re.sub(r"(!\[[^]]*\]\()(?!https:|#)", rf"\1{address[1]}/raw/v{version}/", readme)
    readme = re.sub(r"((?<!!)\[[^]]*\]\()(?!https:|#)", rf"\1{address[1]}/blob/v{version}/", readme)
else:
    readme = re.sub(r"!\[[^]]*\]\((?!https:)[^)]*\)\n\n", "", readme)
    readme = re.sub(r"\[([^]]*)\]\((?!https:|#)[^)]*\)", r"\1", readme)

setup(
    cmake_source_dir=".",
    options={"bdist_wheel": {"py_limited_api": "cp311"}} if stable else {},
    long_description=readme,
    long_description_content_type="text/markdown",
)
