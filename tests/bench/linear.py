"""What reading of files and answers, and keeping of apps, grows with: instructions of tests/bench/linear.c at two sizes."""

from __future__ import annotations

import os
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from bench.instructions import callgrind, total
from bench.results import table
from e2e.collectd import TOP

PROGRAM = TOP / "build" / "bench" / "linear"
# Inputs in bytes, a state file in apps.
INPUTS = {
    "page": "a page of JSON",
    "string": "one string of JSON",
    "members": "an object of JSON of many members",
    "profiles": "an ini file of many profiles",
    "keys": "a profile of many settings",
    "continued": "a setting of many lines",
}
FILES = {"snapshot": "apps of one target in a state file", "sections": "apps of many targets in a state file"}
NAMES = INPUTS | FILES
# What the last size is measured with: as many apps as a state file may ever have to hold.
MOST_APPS = 500_000


@dataclass(frozen=True)
class Growth:
    """Growth is what two sizes have cost, what nothing costs left out."""

    sizes: tuple[int, int]
    instructions: tuple[int, int]

    @property
    def excess(self) -> float:
        """excess is by how much the cost has grown more than the size: 1.0 is linear, the sizes' ratio quadratic."""
        small, large = (count / size for count, size in zip(self.instructions, self.sizes))
        return large / small


def grow(kind: str, sizes: tuple[int, int], folder: Path) -> Growth:
    """grow counts what a kind costs at two sizes."""
    nothing, *counted = (_count(kind, size, folder / f"{kind}.{size}") for size in (0, *sizes))
    return Growth(sizes, tuple(count - nothing for count in counted))


def figures() -> str:
    """figures is what each kind costs, and what the largest state file does."""
    with tempfile.TemporaryDirectory(prefix="collectd-sagemaker-bench-") as folder:
        grown = {kind: grow(kind, (250_000, 1_000_000), Path(folder)) for kind in INPUTS}
        grown |= {kind: grow(kind, (10_000, 100_000), Path(folder)) for kind in FILES}
    rows = [
        (NAMES[kind], *(f"{size:,}" for size in found.sizes), *_millions(found), f"{found.excess:.2f}")
        for kind, found in grown.items()
    ]
    heads = ("", "small", "large", "instructions, millions", "instructions, millions", "× linear")
    return table(heads, rows) + "\n\n" + "\n".join(f"{NAMES[kind]}: {_most(kind)}" for kind in FILES) + "\n"


def _millions(found: Growth) -> list[str]:
    return [f"{count / 1e6:,.1f}" for count in found.instructions]


def _most(kind: str) -> str:
    """_most is what it takes to write, read, and write again the most apps."""
    before = os.times()
    length = _run([str(PROGRAM), kind, str(MOST_APPS)])
    after = os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return f"{MOST_APPS:,} of them, {int(length) / 1e6:.0f} MB, written, read and written again in {used:.1f} s of CPU."


def _count(kind: str, size: int, dump: Path) -> int:
    _run([*callgrind(dump), str(PROGRAM), kind, str(size)])
    return total(dump.read_text())


def _run(command: list[str]) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
