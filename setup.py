import sys
from glob import glob

from setuptools import Extension, setup

# -ffp-contract=off: the only fused multiply-adds are those that the kernels ask for, so compilers agree.
flags = ["/O2", "/std:c11"] if sys.platform == "win32" else ["-O3", "-std=c11", "-ffp-contract=off", "-fno-math-errno"]

core = Extension(
    "w2v._core",
    ["src/w2v/_core.pyx", *sorted(glob("src/w2v/c/*.c"))],
    depends=glob("src/w2v/c/*.h"),
    extra_compile_args=flags,
)
setup(ext_modules=[core])
