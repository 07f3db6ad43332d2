"""Types of the compiled core."""

import numpy as np
import numpy.typing as npt

def read_rows(
    text: bytes | bytearray | memoryview,
    last: bool,
    binary: bool,
    out: npt.NDArray[np.float32],
    words: npt.NDArray[np.int64],
) -> tuple[int, int]: ...
def write_rows(words: bytes, ends: npt.NDArray[np.int64], vectors: npt.NDArray[np.float32]) -> memoryview: ...
