"""`make bench`: the plugin, a bare loop and two scripts side by side, on worlds of ten to a hundred thousand apps; many
targets; and what reading and keeping grow with.

The whole of it is written to tests/bench/RESULTS.md and costs.svg; a run of some worlds only (WORLDS="10 1000") to
build/bench/.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import ended
from bench import capacity, linear, many, report, worlds
from bench.bar import Heap, bar
from bench.estate import Estate
from bench.measure import PLANS, Measured, measure
from bench.results import where, write_section
from e2e.collectd import TOP

MEMORY = TOP / "build" / "bench" / "memory"
HEAP_APPS = (1000, 3162, 10_000, 31_623, 100_000)
HERE = Path(__file__).parent
# The world of many targets: accounts, regions of each, apps in each of those.
MANY, ESTATE = "many", (200, 10, 10)
# No world: files and answers of two sizes.
LINEAR = "linear"
SHORT = TOP / "build" / "bench"
ALL = [*PLANS, MANY, LINEAR]


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("worlds", nargs="*", metavar="WORLD", help=f"of {' '.join(ALL)}; none: all of them")
    names = parser.parse_args().worlds or ALL
    unknown = [name for name in names if name not in ALL]
    if unknown:
        parser.error(f"WORLDS: there is no {unknown[0]!r}; there are {' '.join(ALL)}")
    plans = {name: plan for name, plan in PLANS.items() if name in names}
    started, place = time.monotonic(), where()
    folder = HERE if names == ALL else SHORT
    if MANY in names:
        _many(folder, place, lambda text: _say(started, text))
    if LINEAR in names:
        _tell(folder, "What reading and keeping grow with", f"{place}\n\n{linear.figures()}")
    if not plans:
        return 0
    with tempfile.TemporaryDirectory(prefix="collectd-sagemaker-bench-") as folder:
        served = _capacity(Path(folder))
        found = measure(plans, Path(folder), lambda text: _say(started, text))
    heaps = [_heap(apps) for apps in HEAP_APPS]
    _write(folder, place, found, heaps, served)
    _say(started, "done")
    return 0


def _many(folder: Path, place: str, say: Callable[[str], None]) -> None:
    with tempfile.TemporaryDirectory(prefix="collectd-sagemaker-bench-") as work:
        text = f"{place}\n\n{many.compare(Estate(*ESTATE, time.time()), Path(work), say)}"
    _tell(folder, "Many targets", text)


def _tell(folder: Path, title: str, text: str) -> None:
    write_section(folder / "RESULTS.md", title, text)
    print(f"\n## {title}\n\n{text}")


def _say(started: float, text: str) -> None:
    print(f"{time.monotonic() - started:6.0f} s  {text}", file=sys.stderr, flush=True)


def _capacity(folder: Path) -> dict[str, list[capacity.Capacity]]:
    made = (worlds.mixed(1000, time.time()), worlds.chattering(3000, time.time()))
    return {world.title: capacity.measure(folder / f"capacity{number}", world) for number, world in enumerate(made)}


def _heap(apps: int) -> Heap:
    # What threads keep of freed memory for their next allocation counts as in use otherwise.
    environment = os.environ | {"GLIBC_TUNABLES": "glibc.malloc.tcache_count=0"}
    done = subprocess.run([MEMORY, str(apps)], env=environment, capture_output=True, text=True, check=True)
    return Heap(*map(int, done.stdout.split()))


def _write(folder: Path, place: str, found: Sequence[Measured], heaps: Sequence[Heap], served: dict) -> None:
    path, lines = folder / "RESULTS.md", bar(found, heaps)
    folder.mkdir(parents=True, exist_ok=True)
    sections = {
        "The bar": report.bar_table(lines),
        "What each costs": "\n\n".join([place, "![cost against apps](costs.svg)", *map(report.results, found)]),
        "How it was measured": report.METHOD,
        "Memory": "What is allocated for good, by tests/bench/memory.c: the studio and the report's claims, on an AWS "
        "that answers at once.\n\n" + report.heap_table(heaps),
        "What the stand-in can serve": "Without latency and limits, every request checked, four at a time. The benchmark "
        "asks for tens a second.\n\n" + report.capacity_table(served),
    }
    for title, text in sections.items():
        write_section(path, title, text)
        if title in ("The bar", "What each costs", "Memory", "What the stand-in can serve"):
            print(f"\n## {title}\n\n{text}")
    (folder / "costs.svg").write_text(report.cost_plot(found))
    print(f"\nwritten to {path.relative_to(TOP)}")


if __name__ == "__main__":
    ended.run(main)
