"""A driver of CUDA without a card: what `cuda.bindings.driver` is to `w2v.cuda.card`, with memory of this process.

Streams run as late as they may: work waits until somebody waits for it, and a mark is passed at the second look. So
what would go wrong on a card now and then, as when a kernel reads what has not arrived yet, goes wrong here always.
"""

import ctypes
from enum import IntEnum
from itertools import count

NAMES = {1: b"invalid argument", 2: b"out of memory", 100: b"no CUDA-capable device is detected", 200: b"bad image"}


class Attribute(IntEnum):
    CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT = 16
    CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR = 75
    CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR = 76
    CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN = 97


class FunctionAttribute(IntEnum):
    CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES = 8


class FakeDriver:
    """Cards of one process. `run(kernel, image, job, blocks, shared)` does what kernels do."""

    CUdevice_attribute, CUfunction_attribute = Attribute, FunctionAttribute

    def __init__(self, run, capability=(9, 0), cards=1, version=12090, memory=1 << 30):
        self.run, self.capability, self.cards, self.version, self.size = run, capability, cards, version, memory
        self.held, self.streams, self.events, self.modules, self.functions = {}, {}, {}, {}, {}
        self.handles, self.contexts, self.current, self.launches = count(1), 0, 0, []
        self.used = set()  # numbers of cards whose contexts were taken

    def _size_of(self, address):
        """Bytes from an address to the end of the memory that it is in."""
        start = max(start for start in self.held if start <= address)
        return start + self.held[start][1] - address

    def _later(self, stream, work):
        assert self.current, "no context is current"
        self.streams[int(stream)].append(work)
        return (0,)

    def _copy(self, target, source, size):
        ctypes.memmove(target, source, size)

    def _run_all(self, stream):
        queue = self.streams[int(stream)]
        while queue:
            queue.pop(0)()

    def cuInit(self, flags):
        return (0 if self.cards else 100,)

    def cuDriverGetVersion(self):
        return 0, self.version

    def cuGetErrorString(self, status):
        return 0, NAMES.get(int(status))

    def cuDeviceGetCount(self):
        return 0, self.cards

    def cuDeviceGet(self, number):
        return 0, number

    def cuDeviceGetName(self, length, device):
        return 0, b"fake card".ljust(length, b"\0")

    def cuDeviceTotalMem(self, device):
        return 0, self.size

    def cuDeviceGetAttribute(self, attribute, device):
        values = {
            Attribute.CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT: 132,
            Attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR: self.capability[0],
            Attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR: self.capability[1],
            Attribute.CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN: 227 << 10,
        }
        return 0, values[attribute]

    def cuDevicePrimaryCtxRetain(self, device):
        self.contexts += 1
        self.used.add(int(device))
        return 0, 1000 + int(device)

    def cuDevicePrimaryCtxRelease(self, device):
        self.contexts -= 1
        return (0,)

    def cuCtxGetCurrent(self):
        return 0, self.current

    def cuCtxSetCurrent(self, context):
        self.current = int(context)
        return (0,)

    def cuStreamCreate(self, flags):
        assert flags == 1
        handle = next(self.handles)
        self.streams[handle] = []
        return 0, handle

    def cuStreamDestroy(self, stream):
        del self.streams[int(stream)]
        return (0,)

    def cuStreamSynchronize(self, stream):
        self._run_all(stream)
        return (0,)

    def cuMemGetInfo(self):
        return 0, self.size - sum(size for _, size in self.held.values()), self.size

    def cuMemAlloc(self, size):
        if size > self.cuMemGetInfo()[1] or not size:
            return 2, None
        memory = ctypes.create_string_buffer(b"\x5a" * (size + 256 + 64))
        address = -(-ctypes.addressof(memory) // 256) * 256
        self.held[address] = memory, size
        return 0, address

    def cuMemFree(self, address):
        _, size = self.held.pop(int(address))
        assert ctypes.string_at(int(address) + size, 64) == b"\x5a" * 64, "written past the end of memory"
        return (0,)

    def cuMemcpyHtoDAsync(self, address, source, size, stream):
        assert size <= self._size_of(int(address))
        content = ctypes.string_at(source, size)  # taken at once, and there only when the stream has come to it
        return self._later(stream, lambda: self._copy(int(address), content, size))

    def cuMemcpyDtoH(self, target, address, size):
        assert size <= self._size_of(int(address))
        self._copy(target, int(address), size)
        return (0,)

    def cuMemcpyDtoHAsync(self, target, address, size, stream):
        assert size <= self._size_of(int(address))
        return self._later(stream, lambda: self._copy(target, int(address), size))

    def cuMemcpyDtoDAsync(self, target, address, size, stream):
        assert size <= min(self._size_of(int(address)), self._size_of(int(target)))
        return self._later(stream, lambda: self._copy(int(target), int(address), size))

    def cuMemsetD8Async(self, address, value, size, stream):
        assert size <= self._size_of(int(address))
        return self._later(stream, lambda: ctypes.memset(int(address), value, size))

    def cuModuleLoadData(self, image):
        if image == b"damaged":
            return 200, None
        handle = next(self.handles)
        self.modules[handle] = image
        return 0, handle

    def cuModuleUnload(self, module):
        del self.modules[int(module)]
        return (0,)

    def cuModuleGetFunction(self, module, name):
        handle = next(self.handles)
        self.functions[handle] = [int(module), name.decode(), 48 << 10]
        return 0, handle

    def cuFuncSetAttribute(self, function, attribute, value):
        assert value <= 227 << 10
        self.functions[int(function)][2] = value
        return (0,)

    def cuOccupancyMaxActiveBlocksPerMultiprocessor(self, function, threads, shared):
        return 0, 0 if shared > self.functions[int(function)][2] else min(16, (228 << 10) // (shared + 1024))

    def cuLaunchKernel(self, function, x, y, z, threads, threads_y, threads_z, shared, stream, parameters, extra):
        module, name, allowed = self.functions[int(function)]
        if not 0 < x < 2**31 or shared > allowed or (y, z, threads_y, threads_z) != (1, 1, 1, 1):
            return (1,)
        self.launches.append((name, x))
        job = ctypes.cast(parameters, ctypes.POINTER(ctypes.c_void_p))[0]
        image, copied = self.modules[module], self.run.job(name, job)
        return self._later(stream, lambda: self.run(name, image, copied, shared))

    def cuEventCreate(self, flags):
        handle = next(self.handles)
        self.events[handle] = None
        return 0, handle

    def cuEventDestroy(self, event):
        del self.events[int(event)]
        return (0,)

    def cuEventRecord(self, event, stream):
        mark = [False, False]  # looked at before; all before it is done
        self.events[int(event)] = stream, mark
        return self._later(stream, lambda: mark.__setitem__(1, True))

    def cuEventQuery(self, event):
        stream, mark = self.events[int(event)]
        if not mark[0]:
            mark[0] = True
            return (600,)
        queue = self.streams[int(stream)]
        while not mark[1]:
            queue.pop(0)()
        return (0,)
