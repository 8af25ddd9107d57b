"""The clock of the machine that a collectd runs on, which can be set; the other side of clock.c."""

from __future__ import annotations

import mmap
import struct
from pathlib import Path

from e2e.collectd import TOP
from e2e.preload import preload

LIBRARY = TOP / "build" / "faults" / "clock.so"
_NS = 1_000_000_000


class Clock:
    """Clock is the file that clock.so has mapped."""

    def __init__(self, path: Path):
        path.write_bytes(bytes(8))
        self._path = path
        with open(path, "r+b") as file:
            self._mapped = mmap.mmap(file.fileno(), 8)

    @property
    def environment(self) -> dict[str, str]:
        """environment is what a collectd needs to have this clock."""
        return {"LD_PRELOAD": preload(LIBRARY, self._path.parent), "CLOCK_FILE": str(self._path)}

    def set_ahead(self, seconds: float) -> None:
        """set_ahead makes the clock be so far ahead of the real one, from now on."""
        self._mapped[:] = struct.pack("=q", round(seconds * _NS))
