# CMakeLists.txt builds the extension; everything else is in pyproject.toml.
import sys
import sysconfig

from setuptools import setup

# One wheel serves all Pythons from 3.11 on. The stable ABI of 3.10 lacks buffers, and builds without the GIL have none.
stable = sys.version_info >= (3, 11) and not sysconfig.get_config_var("Py_GIL_DISABLED")
setup(cmake_source_dir=".", options={"bdist_wheel": {"py_limited_api": "cp311"}} if stable else {})
