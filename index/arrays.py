"""An ``.npy`` file that grows row by row, so that a build never holds all vectors in memory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import DTypeLike, NDArray

_MOST = 1 << 60  # rows the header leaves room to name


class GrowingArray:
    """Appends rows to a new file; the header gets the true length when it is closed."""

    def __init__(self, path: Path, dtype: DTypeLike, width: int | None = None) -> None:
        self._file = path.open("wb")
        self._dtype = np.dtype(dtype)
        self._width = () if width is None else (width,)
        self._header(_MOST)
        self._start = self._file.tell()
        self.rows = 0

    def append(self, rows: NDArray[Any]) -> None:
        """Write rows behind those that are there."""
        if rows.shape[1:] != self._width:
            raise ValueError(f"rows of {rows.shape[1:]} in an array of {self._width}")
        self._file.write(np.ascontiguousarray(rows, self._dtype).tobytes())
        self.rows += len(rows)

    def close(self) -> None:
        """Write the true length and close the file."""
        self._file.seek(0)
        self._header(self.rows)
        if self._file.tell() != self._start:  # numpy pads headers to a multiple of 64 bytes
            raise ValueError("the header of the array has changed its length")
        self._file.close()

    def _header(self, rows: int) -> None:
        shape = (rows, *self._width)
        told = {"descr": npy.dtype_to_descr(self._dtype), "fortran_order": False, "shape": shape}
        npy.write_array_header_1_0(self._file, told)
