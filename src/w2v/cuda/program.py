"""The kernels as machine code for a card: compiled by NVRTC at first use, and kept on disk."""

import hashlib
import os
import sys
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

from w2v.base.files import open_to_write
from w2v.config import __version__
from w2v.errors import DeviceError

_ENTRY = "kernels.cu"
_OPTIONS = ("--std=c++17", "--fmad=true")


def compiled(
    capability: tuple[int, int],
    macros: Mapping[str, int],
    more_sources: Mapping[str, str] | None = None,
    *,
    anew: bool = False,
) -> bytes:
    """Return the code of the kernels for a compute capability, compiled with these macros.

    It is machine code, or PTX for cards that are newer than the compiler, which the driver compiles.

    Parameters
    ----------
    more_sources : mapping, optional
        Names and texts in place of those of the package, or beside them.
    anew : bool, default False
        Do not take what was kept.

    Raises
    ------
    ImportError
        The libraries of the extra are not installed.
    DeviceError
        The compiler does not know cards as old as this one.
    RuntimeError
        The compiler refused the source; its words are in the message.
    """
    nvrtc = _nvrtc()
    version, known = _call(nvrtc, "nvrtcVersion"), _call(nvrtc, "nvrtcGetSupportedArchs")
    target = target_of(capability, known)
    options = [f"--gpu-architecture={target}", *_OPTIONS]
    options += [f"-D{name}={value}" for name, value in sorted(macros.items())]
    sources = read_sources() | dict(more_sources or {})
    key = hashlib.sha256(repr((__version__, version, options, sorted(sources.items()))).encode()).hexdigest()
    place = cache_folder() / f"{key[:32]}.{'cubin' if target.startswith('sm') else 'ptx'}"
    if not anew:
        try:
            return place.read_bytes()
        except OSError:
            pass
    code = _compile(nvrtc, sources, options)
    _keep(place, code)
    return code


def target_of(capability: tuple[int, int], known: Sequence[int]) -> str:
    """Return what to compile for: the card's architecture, the last one before it whose code it runs, or PTX.

    Examples
    --------
    >>> target_of((9, 0), [70, 80, 90]), target_of((8, 9), [70, 80, 90]), target_of((13, 0), [70, 80, 90])
    ('sm_90', 'sm_80', 'compute_90')
    """
    wanted = 10 * capability[0] + capability[1]
    older = [number for number in known if number <= wanted]
    if not older:
        raise DeviceError(
            f"device='cuda': expected a card of compute capability {min(known) / 10} or later, which the compiler "
            f'{compiler_version()} knows, got {wanted / 10}: pip install "w2v[cuda]" has one for older cards'
        )
    return f"{'sm' if max(older) // 10 == capability[0] else 'compute'}_{max(older)}"


def compiler_version() -> str:
    """Return the version of the compiler.

    Raises
    ------
    ImportError
        The libraries of the extra are not installed.
    """
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
    kind = "PTX" if "=compute_" in options[0] else "CUBIN"
    code = bytearray(_call(nvrtc, f"nvrtcGet{kind}Size", program))
    _call(nvrtc, f"nvrtcGet{kind}", program, code)
    nvrtc.nvrtcDestroyProgram(program)
    return bytes(code)


def _call(nvrtc: Any, name: str, *arguments: Any) -> Any:
    status, *result = getattr(nvrtc, name)(*arguments)
    if int(status):
        raise RuntimeError(f"{name} failed: {nvrtc.nvrtcGetErrorString(status)[1].decode()}")
    return result[0] if len(result) == 1 else tuple(result)


def _nvrtc() -> Any:
    """The compiler's bindings, with the library behind them, which they look for at the first call."""
    try:
        from cuda.bindings import nvrtc

        nvrtc.nvrtcVersion()
    except (ImportError, RuntimeError) as error:
        raise ImportError("device='cuda' needs NVIDIA's run-time compiler: pip install \"w2v[cuda]\"") from error
    return nvrtc
