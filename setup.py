# Builds w2v._core from _core.pyx and the C in c/; everything else is in pyproject.toml.
import sys
from glob import glob

from setuptools import Extension, setup

# -ffp-contract=off: the only fused multiply-adds are those the kernels ask for, so all compilers give the same bits.
# -g0: debug information, which some Pythons ask for, would double the size of the wheel.
strict = ["-O3", "-std=c11", "-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math", "-g0"]
flags = ["/O2", "/std:c11"] if sys.platform == "win32" else strict

core = Extension(
    "w2v._core",
    ["src/w2v/_core.pyx", *sorted(glob("src/w2v/c/**/*.c", recursive=True))],
    depends=glob("src/w2v/c/**/*.h", recursive=True) + glob("src/w2v/seam/*"),
    include_dirs=["src/w2v/c"],
    extra_compile_args=flags,
    libraries=[] if sys.platform == "win32" else ["m"],
)
setup(ext_modules=[core])
