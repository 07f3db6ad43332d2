"""A CUDA card through its driver: memory, copies and launches, and one clear error where there is none of them."""

import ctypes
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy.typing as npt

from w2v.cuda.program import compiled, compiler_version
from w2v.errors import DeviceError

KERNELS = ("downsample", "skipgram", "cbow", "pairs")
_LEAST = (7, 0)  # compute capability: warps whose lanes can vote and shuffle on their own
_NOT_READY = 600  # CUDA_ERROR_NOT_READY

Address = int


@dataclass(frozen=True)
class CardFacts:
    """What a card is: its name, compute capability, multiprocessors, and bytes of memory, shared ones a block."""

    name: str
    capability: tuple[int, int]
    multiprocessors: int
    memory: int
    shared: int


class Card:
    """A card, by its number; its memory is given back by `close`.

    Raises
    ------
    ImportError
        The libraries of the extra are not installed.
    DeviceError
        There is no driver, no such card, or it is too old.
    """

    def __init__(self, number: int = 0) -> None:
        self._driver = _driver()
        self._call("cuInit", 0)
        count = self._call("cuDeviceGetCount")
        if number >= count:
            raise DeviceError(f"device='cuda:{number}': expected a number below {count}, that of the cards here")
        self._device = self._call("cuDeviceGet", number)
        self.facts = self._facts()
        if self.facts.capability < _LEAST:
            found = "{}.{}".format(*self.facts.capability)
            raise DeviceError(f"{self.facts.name}: expected compute capability 7.0 or later, got {found}")
        self._context = self._call("cuDevicePrimaryCtxRetain", self._device)
        self._call("cuCtxSetCurrent", self._context)
        self._streams = {name: self._call("cuStreamCreate", 1) for name in ("train", "copy")}  # 1: beside all others
        self._held: dict[Address, int] = {}
        self._functions: dict[str, Any] = {}
        self._module: Any = None
        self._events: list[Any] = []

    def _facts(self) -> CardFacts:
        about = self._driver.CUdevice_attribute

        def attribute(name: str) -> int:
            return int(self._call("cuDeviceGetAttribute", getattr(about, f"CU_DEVICE_ATTRIBUTE_{name}"), self._device))

        name = self._call("cuDeviceGetName", 200, self._device).split(b"\0")[0].decode()
        capability = attribute("COMPUTE_CAPABILITY_MAJOR"), attribute("COMPUTE_CAPABILITY_MINOR")
        memory = int(self._call("cuDeviceTotalMem", self._device))
        shared = attribute("MAX_SHARED_MEMORY_PER_BLOCK_OPTIN")
        return CardFacts(name, capability, attribute("MULTIPROCESSOR_COUNT"), memory, shared)

    def _call(self, name: str, *arguments: Any) -> Any:
        """Call a function of the driver; its one result, if it has one."""
        try:
            status, *result = getattr(self._driver, name)(*arguments)
        except RuntimeError as error:  # the driver's library is looked for at the first call
            raise DeviceError(
                f"device='cuda': no NVIDIA driver was found: install one, or use device='cpu' ({error})"
            ) from None
        if int(status):
            _, text = self._driver.cuGetErrorString(status)
            what = text.decode() if text else f"error {int(status)}"
            raise DeviceError(f"device='cuda': {name} failed: {what}; device='cpu' trains without a card")
        return result[0] if result else None

    @property
    def free(self) -> int:
        """Bytes of memory that nobody uses now."""
        self._call("cuCtxSetCurrent", self._context)
        status, free, _ = self._driver.cuMemGetInfo()
        return int(free) if not int(status) else 0

    def check_room(self, size: int) -> None:
        """Raise DeviceError unless so many bytes are free."""
        if size > self.free:
            raise DeviceError(
                f"{self.facts.name}: expected {size:,} bytes of free memory, got {self.free:,}: "
                "set a smaller vector_size or a larger min_count, or device='cpu'"
            )

    def allocate(self, size: int) -> Address:
        """Return the address of `size` bytes, not cleared."""
        self.check_room(size)
        address = int(self._call("cuMemAlloc", size))
        self._held[address] = size
        return address

    def write(self, address: Address, array: npt.NDArray[Any], stream: str | None = None) -> None:
        """Copy a contiguous array to the card; with a stream, beside what runs in others."""
        if stream is None:
            self._call("cuMemcpyHtoD", address, array.ctypes.data, array.nbytes)
        else:
            self._call("cuMemcpyHtoDAsync", address, array.ctypes.data, array.nbytes, self._streams[stream])

    def read(self, address: Address, array: npt.NDArray[Any]) -> None:
        """Copy memory of the card into a contiguous array, once all that runs has ended."""
        self.wait()
        self._call("cuMemcpyDtoH", array.ctypes.data, address, array.nbytes)

    def clear(self, address: Address, size: int) -> None:
        """Fill memory of the card with zeros, after what runs in the stream "train"."""
        self._call("cuMemsetD8Async", address, 0, size, self._streams["train"])

    def free_memory(self, address: Address) -> None:
        """Give memory back."""
        if self._held.pop(address, None) is not None:
            self._call("cuMemFree", address)

    def build(self, macros: Mapping[str, int]) -> None:
        """Compile the kernels with these macros, or take them from where they were kept."""
        self._module = self._call("cuModuleLoadData", compiled(self.facts.capability, macros))
        self._functions = {name: self._call("cuModuleGetFunction", self._module, name.encode()) for name in KERNELS}

    def launch(self, kernel: str, job: bytes, blocks: int, threads: int = 32, shared: int = 0) -> None:
        """Begin a kernel in the stream "train": so many blocks of threads, each with so many bytes of shared memory."""
        function = self._functions[kernel]
        if shared > 48 << 10:
            attribute = self._driver.CUfunction_attribute.CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES
            self._call("cuFuncSetAttribute", function, attribute, shared)
        memory = ctypes.create_string_buffer(job, len(job))
        parameters = (ctypes.c_void_p * 1)(ctypes.addressof(memory))
        where = (blocks, 1, 1, threads, 1, 1, shared, self._streams["train"])
        self._call("cuLaunchKernel", function, *where, ctypes.addressof(parameters), 0)

    def warps_at_once(self, kernel: str, shared: int) -> int:
        """How many blocks of one warp the card can hold."""
        name = "cuOccupancyMaxActiveBlocksPerMultiprocessor"
        return int(self._call(name, self._functions[kernel], 32, shared)) * self.facts.multiprocessors

    def _is_pending(self, name: str, what: Any) -> bool:
        status = getattr(self._driver, name)(what)[0]
        if int(status) == _NOT_READY:
            return True
        if int(status):
            self.wait()  # raises what it is
        return False

    def mark(self) -> Any:
        """Return a mark behind what was begun in the stream "train"."""
        event = self._call("cuEventCreate", 2)  # 2: without times
        self._call("cuEventRecord", event, self._streams["train"])
        self._events.append(event)
        return event

    def has_passed(self, mark: Any) -> bool:
        """Whether all before a mark has ended."""
        return not self._is_pending("cuEventQuery", mark)

    def peek(self, address: Address, array: npt.NDArray[Any]) -> None:
        """Copy memory of the card as it is now, beside what runs."""
        self._call("cuMemcpyDtoHAsync", array.ctypes.data, address, array.nbytes, self._streams["copy"])
        self.wait("copy")

    def wait(self, *streams: str) -> None:
        """Return when all that was begun has ended, in these streams or in all."""
        for name in streams or self._streams:
            self._call("cuStreamSynchronize", self._streams[name])

    def copy_seconds(self, source: Address, target: Address, size: int) -> float:
        """Return how long a copy of so many bytes within the card's memory takes."""
        self.wait()
        started = time.perf_counter()
        self._call("cuMemcpyDtoDAsync", target, source, size, self._streams["train"])
        self.wait()
        return time.perf_counter() - started

    def versions(self) -> str:
        """Return the versions of CUDA that the driver and the compiler have."""
        number = int(self._call("cuDriverGetVersion"))
        return f"driver for CUDA {number // 1000}.{number % 1000 // 10}, compiler {compiler_version()}"

    def close(self) -> None:
        """Give back all memory, and the card."""
        for address in [*self._held]:
            self.free_memory(address)
        for event in self._events:
            self._call("cuEventDestroy", event)
        if self._module is not None:
            self._call("cuModuleUnload", self._module)
        for stream in self._streams.values():
            self._call("cuStreamDestroy", stream)
        self._call("cuDevicePrimaryCtxRelease", self._device)
        self._events, self._module, self._streams = [], None, {}


def _driver() -> Any:
    try:
        from cuda.bindings import driver
    except ImportError as error:
        raise ImportError("device='cuda' needs the bindings of CUDA: pip install \"w2v[cuda]\"") from error
    return driver
