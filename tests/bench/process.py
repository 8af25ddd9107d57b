"""What a process or a thread has used, as the kernel counts it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

_NS = 1e9


@dataclass(frozen=True)
class Usage:
    """Usage is seconds on a CPU, and the most memory that was ever resident."""

    cpu_s: float
    peak_bytes: int

    @classmethod
    def of(cls, pid: int) -> Usage:
        """of is that of all threads of a process that are there now."""
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        return cls(sum(_on_cpu(task) for task in tasks), peak_bytes(pid))


def thread_cpu(pid: int, name: str) -> float:
    """thread_cpu is the seconds on a CPU of the thread of that name; 0.0 before it is there."""
    for task in Path(f"/proc/{pid}/task").iterdir():
        if (task / "comm").read_text().strip() == name:
            return _on_cpu(task)
    return 0.0


def peak_bytes(pid: int) -> int:
    """peak_bytes is the most memory that was resident since the process's program was started; 0 when it has ended."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return 0


def _on_cpu(task: Path) -> float:
    """_on_cpu reads a thread's schedstat: exact for one that sleeps."""
    return int((task / "schedstat").read_text().split()[0]) / _NS
