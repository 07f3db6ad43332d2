"""A CUDA card through its driver: memory, copies and launches, and one clear error where there is none of them."""

import ctypes
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy.typing as npt

from w2v.cuda.program import compiled, compiler_version
from w2v.errors import DeviceError

KERNELS = ("downsample", "skipgram", "cbow", "pairs")
_LEAST = (7, 0)  # compute capability: warps whose lanes can vote and shuffle on their own
_NO_DEVICE, _NOT_READY = 100, 600  # CUDA_ERROR_NO_DEVICE, CUDA_ERROR_NOT_READY
_WITHOUT_ASKING = 48 << 10  # bytes of shared memory that a block may have without being asked for

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
        compiler = compiler_version()
        try:
            self._call("cuInit", 0)
        except RuntimeError as error:
            if isinstance(error, DeviceError):
                raise
            raise DeviceError(  # the driver's library is looked for at the first call
                f"device='cuda': no NVIDIA driver was found: install one, or use device='cpu' ({error})"
            ) from None
        self._check_driver(int(compiler.partition(".")[0]), compiler)
        count = self._call("cuDeviceGetCount")
        if number >= count:
            raise DeviceError(f"device='cuda:{number}': expected a number below {count}, that of the cards here")
        self._device = self._call("cuDeviceGet", number)
        self.facts = self._facts()
        if self.facts.capability < _LEAST:
            found = "{}.{}".format(*self.facts.capability)
            raise DeviceError(f"{self.facts.name}: expected compute capability 7.0 or later, got {found}")
        self._before = self._call("cuCtxGetCurrent")  # that of another library, perhaps
        self._context = self._call("cuDevicePrimaryCtxRetain", self._device)
        self._streams = {name: self._do("cuStreamCreate", 1) for name in ("train", "copy")}  # 1: beside all others
        self._held: dict[Address, int] = {}
        self._functions: dict[str, Any] = {}
        self._modules: list[Any] = []
        self._events: list[Any] = []

    def _check_driver(self, least: int, compiler: str) -> None:
        """Refuse a driver that cannot load what the compiler makes."""
        number = int(self._call("cuDriverGetVersion"))
        if number < 1000 * least:
            raise DeviceError(
                f"device='cuda': expected a driver for CUDA {least}.0 or later, as the compiler {compiler} needs, "
                f"got one for {_cuda(number)}: update the NVIDIA driver, or use device='cpu'"
            )

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
        status, *result = getattr(self._driver, name)(*arguments)
        if int(status):
            _, text = self._driver.cuGetErrorString(status)
            what = text.decode() if text else f"error {int(status)}"
            advice = "is one built in, and is it in CUDA_VISIBLE_DEVICES? " if int(status) == _NO_DEVICE else ""
            raise DeviceError(f"device='cuda': {name} failed: {what}; {advice}device='cpu' trains without a card")
        return result[0] if result else None

    def _do(self, name: str, *arguments: Any) -> Any:
        """The same on this card, whichever one the thread has used meanwhile."""
        self._call("cuCtxSetCurrent", self._context)
        return self._call(name, *arguments)

    @property
    def free(self) -> int:
        """Bytes of memory that nobody uses now."""
        self._call("cuCtxSetCurrent", self._context)
        status, free, _ = self._driver.cuMemGetInfo()
        return int(free) if not int(status) else 0

    def check_room(self, size: int) -> None:
        """Raise DeviceError unless so many bytes are free."""
        free = self.free
        if size > free:
            raise DeviceError(
                f"{self.facts.name}: expected {size:,} bytes of free memory, got {free:,}: "
                "set a smaller vector_size or a larger min_count, or device='cpu'"
            )

    def allocate(self, size: int) -> Address:
        """Return the address of `size` bytes, not cleared."""
        self.check_room(size)
        address = int(self._do("cuMemAlloc", size))
        self._held[address] = size
        return address

    def write(self, address: Address, array: npt.NDArray[Any], stream: str = "train") -> None:
        """Copy a contiguous array to the card, after what runs in a stream and beside what runs in others."""
        self._do("cuMemcpyHtoDAsync", address, array.ctypes.data, array.nbytes, self._streams[stream])
        self.wait(stream)  # the array may change, and a kernel of another stream read, only when all has arrived

    def read(self, address: Address, array: npt.NDArray[Any]) -> None:
        """Copy memory of the card into a contiguous array, once all that runs has ended."""
        self.wait()
        self._do("cuMemcpyDtoH", array.ctypes.data, address, array.nbytes)

    def clear(self, address: Address, size: int) -> None:
        """Fill memory of the card with zeros, after what runs in the stream "train"."""
        self._do("cuMemsetD8Async", address, 0, size, self._streams["train"])

    def free_memory(self, address: Address) -> None:
        """Give memory back."""
        if self._held.pop(address, None) is not None:
            self._do("cuMemFree", address)

    def build(self, macros: Mapping[str, int]) -> None:
        """Compile the kernels with these macros, or take them from where they were kept."""
        try:
            self.load(compiled(self.facts.capability, macros), KERNELS)
        except DeviceError:  # what was kept may be damaged
            self.load(compiled(self.facts.capability, macros, anew=True), KERNELS)

    def load(self, code: bytes, kernels: Sequence[str]) -> None:
        """Make kernels of compiled code ready to be launched."""
        module = self._do("cuModuleLoadData", code)
        self._modules.append(module)
        self._functions |= {name: self._do("cuModuleGetFunction", module, name.encode()) for name in kernels}

    def _function(self, kernel: str, shared: int) -> Any:
        """A kernel that may have so many bytes of shared memory."""
        function = self._functions[kernel]
        if shared > _WITHOUT_ASKING:
            attribute = self._driver.CUfunction_attribute.CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES
            self._do("cuFuncSetAttribute", function, attribute, shared)
        return function

    def launch(self, kernel: str, job: bytes, blocks: int, threads: int = 32, shared: int = 0) -> None:
        """Begin a kernel in the stream "train": so many blocks of threads, each with so many bytes of shared memory."""
        memory = ctypes.create_string_buffer(job, len(job))
        parameters = (ctypes.c_void_p * 1)(ctypes.addressof(memory))
        where = (blocks, 1, 1, threads, 1, 1, shared, self._streams["train"])
        function = self._function(kernel, shared)
        self._do("cuLaunchKernel", function, *where, ctypes.addressof(parameters), 0)

    def warps_at_once(self, kernel: str, shared: int) -> int:
        """How many blocks of one warp the card can hold, at least one."""
        name = "cuOccupancyMaxActiveBlocksPerMultiprocessor"
        return max(1, int(self._do(name, self._function(kernel, shared), 32, shared)) * self.facts.multiprocessors)

    def mark(self, again: Any = None) -> Any:
        """Return a mark behind what was begun in the stream "train"; `again`: one that is not needed any more."""
        event = again
        if event is None:
            event = self._do("cuEventCreate", 2)  # 2: without times
            self._events.append(event)
        self._do("cuEventRecord", event, self._streams["train"])
        return event

    def has_passed(self, mark: Any) -> bool:
        """Whether all before a mark has ended."""
        self._call("cuCtxSetCurrent", self._context)
        status = int(self._driver.cuEventQuery(mark)[0])
        if status not in (0, _NOT_READY):
            self._call("cuEventQuery", mark)  # raises what it is
        return status == 0

    def peek(self, address: Address, array: npt.NDArray[Any]) -> None:
        """Copy memory of the card as it is now, beside what runs."""
        self._do("cuMemcpyDtoHAsync", array.ctypes.data, address, array.nbytes, self._streams["copy"])
        self.wait("copy")

    def wait(self, *streams: str) -> None:
        """Return when all that was begun has ended, in these streams or in all."""
        for name in streams or self._streams:
            self._do("cuStreamSynchronize", self._streams[name])

    def copy_seconds(self, source: Address, target: Address, size: int) -> float:
        """Return how long a copy of so many bytes within the card's memory takes."""
        self.wait()
        started = time.perf_counter()
        self._do("cuMemcpyDtoDAsync", target, source, size, self._streams["train"])
        self.wait()
        return time.perf_counter() - started

    def versions(self) -> str:
        """Return the versions of CUDA that the driver and the compiler have."""
        return f"driver for CUDA {_cuda(int(self._call('cuDriverGetVersion')))}, compiler {compiler_version()}"

    def close(self) -> None:
        """Give back all memory, and the card. What fails, as after an error of a kernel everything does, is left."""
        streams, self._streams = self._streams, {}
        if not streams:
            return
        given_back = [("cuStreamSynchronize", stream) for stream in streams.values()]  # nothing may run on
        given_back += [("cuMemFree", address) for address in self._held]
        given_back += [("cuEventDestroy", event) for event in self._events]
        given_back += [("cuModuleUnload", module) for module in self._modules]
        given_back += [("cuStreamDestroy", stream) for stream in streams.values()]
        self._driver.cuCtxSetCurrent(self._context)
        for name, what in given_back:
            getattr(self._driver, name)(what)
        self._held, self._events, self._modules, self._functions = {}, [], [], {}
        self._driver.cuDevicePrimaryCtxRelease(self._device)
        self._driver.cuCtxSetCurrent(self._before)


def _cuda(number: int) -> str:
    return f"{number // 1000}.{number % 1000 // 10}"


def _driver() -> Any:
    try:
        from cuda.bindings import driver
    except ImportError as error:
        raise ImportError("device='cuda' needs the bindings of CUDA: pip install \"w2v[cuda]\"") from error
    return driver
