"""The kernels as machine code for a card: compiled by NVRTC at first use, and kept on disk."""

import hashlib
import os
import sys
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from w2v.base.files import open_to_write
from w2v.config import __version__

_ENTRY = "kernels.cu"
_OPTIONS = ("--std=c++17", "--fmad=true")


def compiled(capability: tuple[int, int], macros: Mapping[str, int]) -> bytes:
    """Return the machine code of the kernels for a compute capability, compiled with these macros.

    Raises
    ------
    ImportError
        The libraries of the extra are not installed.
    RuntimeError
        The compiler refused the source; its words are in the message.
    """
    nvrtc = _nvrtc()
    options = [f"--gpu-architecture=sm_{capability[0]}{capability[1]}", *_OPTIONS]
    options += [f"-D{name}={value}" for name, value in sorted(macros.items())]
    sources = read_sources()
    version = _call(nvrtc, "nvrtcVersion")
    key = hashlib.sha256(repr((__version__, version, options, sorted(sources.items()))).encode()).hexdigest()
    place = cache_folder() / f"{key[:32]}.cubin"
    try:
        return place.read_bytes()
    except OSError:
        code = _compile(nvrtc, sources, options)
    _keep(place, code)
    return code


def compiler_version() -> str:
    """Return the version of the compiler."""
    return ".".join(map(str, _call(_nvrtc(), "nvrtcVersion")))


def read_sources() -> dict[str, str]:
    """Return the text of every file of the kernels by its name."""
    folder = resources.files("w2v.cuda") / "source"
    return {
        file.name: file.read_text(encoding="utf-8") for file in folder.iterdir() if file.name.endswith((".h", ".cu"))
    }


def cache_folder() -> Path:
    """Return where machine code is kept: the folder of the user's caches, or that of W2V_CACHE.

    Examples
    --------
    >>> cache_folder().name
    'kernels'
    """
    if given := os.environ.get("W2V_CACHE"):
        return Path(given) / "kernels"
    if sys.platform == "win32":
        root = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        root = Path.home() / "Library" / "Caches"
    else:
        root = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return root / "w2v" / "kernels"


def _keep(place: Path, code: bytes) -> None:
    """Keep machine code for the next time; that it cannot be kept is no error."""
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with open_to_write(place) as file:
            file.write(code)
    except OSError:
        pass


def _compile(nvrtc: Any, sources: Mapping[str, str], options: list[str]) -> bytes:
    headers = {name: text for name, text in sources.items() if name != _ENTRY}
    texts, names = [text.encode() for text in headers.values()], [name.encode() for name in headers]
    program = _call(nvrtc, "nvrtcCreateProgram", sources[_ENTRY].encode(), _ENTRY.encode(), len(names), texts, names)
    status = nvrtc.nvrtcCompileProgram(program, len(options), [option.encode() for option in options])[0]
    if int(status):
        log = bytearray(_call(nvrtc, "nvrtcGetProgramLogSize", program))
        _call(nvrtc, "nvrtcGetProgramLog", program, log)
        raise RuntimeError(f"the kernels do not compile ({' '.join(options)}):\n{log.decode(errors='replace')}")
    code = bytearray(_call(nvrtc, "nvrtcGetCUBINSize", program))
    _call(nvrtc, "nvrtcGetCUBIN", program, code)
    nvrtc.nvrtcDestroyProgram(program)
    return bytes(code)


def _call(nvrtc: Any, name: str, *arguments: Any) -> Any:
    status, *result = getattr(nvrtc, name)(*arguments)
    if int(status):
        raise RuntimeError(f"{name} failed: {nvrtc.nvrtcGetErrorString(status)[1].decode()}")
    return result[0] if len(result) == 1 else tuple(result)


def _nvrtc() -> Any:
    try:
        from cuda.bindings import nvrtc
    except ImportError as error:
        raise ImportError("device='cuda' needs the bindings of CUDA: pip install \"w2v[cuda]\"") from error
    return nvrtc
