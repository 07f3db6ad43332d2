"""NVIDIA's bindings take the arguments that a card gives them: they check types before they look for the driver."""

import ctypes

import pytest

driver = pytest.importorskip("cuda.bindings.driver", reason="the bindings of CUDA are not installed")


def calls():
    """Every function of the driver that `w2v.cuda.card` calls, with arguments of the types that it gives."""
    device, context, stream, event = driver.CUdevice(0), driver.CUcontext(), driver.CUstream(), driver.CUevent()
    module, function, memory = driver.CUmodule(), driver.CUfunction(), ctypes.create_string_buffer(16)
    shared = driver.CUfunction_attribute.CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES
    processors = driver.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT
    host = ctypes.addressof(memory)
    return {
        "cuInit": (0,), "cuDriverGetVersion": (), "cuDeviceGetCount": (), "cuDeviceGet": (0,),
        "cuDeviceGetName": (200, device), "cuDeviceTotalMem": (device,), "cuDeviceGetAttribute": (processors, device),
        "cuCtxGetCurrent": (), "cuCtxSetCurrent": (context,), "cuDevicePrimaryCtxRetain": (device,),
        "cuDevicePrimaryCtxRelease": (device,), "cuStreamCreate": (1,), "cuStreamDestroy": (stream,),
        "cuStreamSynchronize": (stream,), "cuMemGetInfo": (), "cuMemAlloc": (100,), "cuMemFree": (4096,),
        "cuMemcpyHtoDAsync": (4096, host, 16, stream), "cuMemcpyDtoH": (host, 4096, 16),
        "cuMemcpyDtoHAsync": (host, 4096, 16, stream), "cuMemcpyDtoDAsync": (4096, 8192, 16, stream),
        "cuMemsetD8Async": (4096, 0, 8, stream), "cuModuleLoadData": (b"code\0",), "cuModuleUnload": (module,),
        "cuModuleGetFunction": (module, b"skipgram"), "cuFuncSetAttribute": (function, shared, 60_000),
        "cuOccupancyMaxActiveBlocksPerMultiprocessor": (function, 32, 4000),
        "cuLaunchKernel": (function, 1, 1, 1, 32, 1, 1, 0, stream, host, 0), "cuEventCreate": (2,),
        "cuEventRecord": (event, stream), "cuEventQuery": (event,), "cuEventDestroy": (event,),
    }  # fmt: skip


@pytest.mark.parametrize("name", calls())
def test_arguments_have_the_types_that_the_bindings_want(name):
    try:
        driver.cuInit(0)
    except RuntimeError:  # no driver is installed
        with pytest.raises(RuntimeError):
            getattr(driver, name)(*calls()[name])
        return
    pytest.skip("a driver is installed: the other tests call it")
