"""Running the two scripts that the plugin is compared with, and what they cost."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from bench.aws import Aws, Counted
from bench.process import Usage, peak_bytes
from e2e.collectd import bare_environment

USUAL = Path(__file__).with_name("usual_script.py")
CORRECTED = Path(__file__).with_name("corrected_script.py")
MANY = Path(__file__).with_name("many_script.py")
_POLL_S = 0.02


@dataclass(frozen=True)
class Run:
    """Run is one run of a script, the start of Python and boto3 included, and the streams of the apps it
    named as idle."""

    counted: Counted
    wall_s: float
    usage: Usage
    named: frozenset[str]


def run(script: Path, aws: Aws, folder: Path, *arguments: str) -> Run:
    folder.mkdir(parents=True, exist_ok=True)
    aws.reset()
    started = time.monotonic()
    with open(folder / f"{script.stem}.out", "w+") as out:
        process = subprocess.Popen(
            [sys.executable, script, *arguments], stdout=out, env=bare_environment(folder) | aws.environment
        )
        usage = _await(process)
        wall_s = time.monotonic() - started
        out.seek(0)
        named = frozenset(line.split()[0] for line in out)
    if process.returncode:
        raise RuntimeError(f"{script.name} ended with {process.returncode}")
    return Run(aws.counted(), wall_s, usage, named)


def _await(process: subprocess.Popen) -> Usage:
    """_await looks at the peak of memory until the end: what the kernel says then may be ours, from before exec."""
    peak = 0
    while True:
        ended, status, used = os.wait4(process.pid, os.WNOHANG)
        if ended:
            process.returncode = os.waitstatus_to_exitcode(status)
            return Usage(used.ru_utime + used.ru_stime, peak)
        peak = peak_bytes(process.pid) or peak
        time.sleep(_POLL_S)
