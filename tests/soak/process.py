"""What a running collectd holds: resident memory, bytes of its heap that are in use, descriptors, threads."""

from __future__ import annotations

import os
import select
from dataclasses import astuple, dataclass
from pathlib import Path

from e2e.collectd import PATIENCE_S, TOP
from e2e.preload import preload

LIBRARY = TOP / "build" / "soak" / "heap.so"


@dataclass(frozen=True)
class Sample:
    """Sample is what was held after so many intervals, in bytes and numbers."""

    interval: int
    resident: int
    heap: int
    descriptors: int
    threads: int


def least(samples: list[Sample]) -> Sample:
    """least is the least of each that samples have, after the last one's intervals."""
    return Sample(*[samples[-1].interval, *map(min, *(astuple(sample)[1:] for sample in samples))])


class Probe:
    """Probe is the folder by which heap.so is asked, for one daemon."""

    def __init__(self, folder: Path):
        folder.mkdir(parents=True)
        for name in ("ask", "answer"):
            os.mkfifo(folder / name)
        self._folder = folder

    def environment(self, preloaded: str) -> dict[str, str]:
        """environment is what a daemon needs to be asked, and to have preloaded what it has already."""
        return {"LD_PRELOAD": preload(LIBRARY, self._folder, preloaded), "HEAP_FOLDER": str(self._folder)}

    def sample(self, pid: int, interval: int) -> Sample:
        return Sample(
            interval,
            _status(pid, "VmRSS") * 1024,
            self._heap(),
            len(os.listdir(f"/proc/{pid}/fd")),
            _status(pid, "Threads"),
        )

    def _heap(self) -> int:
        answer = os.open(self._folder / "answer", os.O_RDWR)
        try:
            (self._folder / "ask").write_bytes(b"?")
            assert select.select([answer], [], [], PATIENCE_S)[0], "nobody tells how much of the heap is in use"
            return int(os.read(answer, 100))
        finally:
            os.close(answer)


def peak(pid: int) -> int:
    """peak is the most resident memory that there ever was, in bytes."""
    return _status(pid, "VmHWM") * 1024


def _status(pid: int, name: str) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))
