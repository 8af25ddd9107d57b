"""What a warm scan and the bare loop execute, counted by valgrind: the same in every run, however busy the machine is."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import replay
from bench.aws import Aws
from bench.plugin import Plugin
from bench.replay import Request

# The function that is at the bottom of the scanning thread's stack.
_THREAD = "scan_thread"
# Rounds of the bare loop with what it does once, and with ten times more.
_FEW, _MANY = 2, 12


@dataclass(frozen=True)
class Instructions:
    """Instructions are those of the thread that scans, in one warm scan, and of one round of the bare loop."""

    scan: int
    floor: int


def count(
    folder: Path, aws: Aws, requests: Sequence[Request], at_a_time: int, interval: float, timeout: float
) -> Instructions:
    """count takes a collectd's third scan; requests are what the bare loop sends for it."""
    folder.mkdir()
    return Instructions(_of_scan(folder, aws, interval, timeout), _of_loop(folder, aws, requests, at_a_time))


def control(what: str, pid: int, environment: Mapping[str, str]) -> None:
    """control needs the environment of the process: valgrind names what it is reached by after USER and LOGNAME there.
    callgrind_control, which calls vgdb, ends with 0 whether it was reached or not."""
    subprocess.run(["vgdb", f"--pid={pid}", what], env=environment, capture_output=True, check=True)


def _of_scan(folder: Path, aws: Aws, interval: float, timeout: float) -> int:
    wrapper = callgrind(folder / "scan.%p", "--separate-threads=yes")
    with Plugin(folder / "collectd", aws, interval=interval, timeout=timeout, wrapper=wrapper) as plugin:
        plugin.scan()
        plugin.scan()
        control("zero", plugin.pid, plugin.environment)
        plugin.scan()
        control("dump", plugin.pid, plugin.environment)
    dumps = [path.read_text() for path in folder.glob("scan.*")]
    (thread,) = (text for text in dumps if _THREAD in text)
    return total(thread)


def _of_loop(folder: Path, aws: Aws, requests: Sequence[Request], at_a_time: int) -> int:
    counted = []
    for rounds in (_FEW, _MANY):
        dump = folder / f"loop.{rounds}"
        replay.replay(folder, aws.url, requests, at_a_time, rounds, wrapper=callgrind(dump))
        counted.append(total(dump.read_text()))
    return (counted[1] - counted[0]) // (_MANY - _FEW)


def callgrind(dump: Path, *options: str) -> list[str]:
    """callgrind is the command that counts a program's instructions into a file, for total."""
    return ["valgrind", "-q", "--tool=callgrind", f"--callgrind-out-file={dump}", *options]


def total(dump: str) -> int:
    """total is how many instructions a dump has counted."""
    (line,) = (line for line in dump.splitlines() if line.startswith("totals: "))
    return int(line.split()[1])
