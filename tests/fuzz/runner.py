"""Runs the fuzz targets: `python3 tests/fuzz/runner.py [RUNS [TARGET ...]]`, from the corpora that are kept.

A target is a file fuzz_NAME.c in this folder, and corpus/NAME beside it: nothing else has to be told of a new one. What
it finds on the way is kept in build/fuzz/found/NAME, from where a later run goes on; an input that breaks something
in build/fuzz/broken.
"""

from __future__ import annotations

import math
import os
import re
import subprocess
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import ended

HERE = Path(__file__).resolve().parent
TOP = HERE.parents[1]
BUILD = TOP / "build" / "fuzz"

BUILT_WITH = [
    f"BUILD={BUILD.relative_to(TOP)}",
    "CC=clang",
    "CPPFLAGS=",
    "CFLAGS=-g -O2 -fno-omit-frame-pointer -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all",
    "LDFLAGS=",
]

# Inputs a second differ by a factor of twenty; each target gets about the same time. A new one gets one part.
PARTS = {"text": 20, "options": 10, "process": 8, "profile": 5, "endpoint": 4, "pages": 4, "state": 4, "client": 2}
# These have sockets and processes.
PARTS |= {"http": 0.5, "child": 0.1, "scanner": 0.2}
# One input takes far less than a millisecond. This is for a machine that does other things, too.
HANG_S = 60
LONGEST_INPUT = 4096
# Where work could grow with the square of the input, an input is long enough for a hang to be seen.
LONGEST_INPUTS = dict.fromkeys(("profile", "pages", "state", "snapshot", "scanner"), 65536)
LONGEST_INPUTS |= dict.fromkeys(("save", "report", "http", "text"), 16384)


@dataclass(frozen=True)
class Result:
    """Result is what became of a target: how often it was run, and what it said if it failed."""

    target: str
    runs: int
    failure: str


def targets() -> list[str]:
    return sorted(source.stem.removeprefix("fuzz_") for source in HERE.glob("fuzz_*.c"))


def run(runs: int, chosen: Iterable[str] = ()) -> list[Result]:
    """run shares so many runs out among the targets, of which each begins with its whole corpus."""
    names = list(chosen) or targets()
    parts = {name: PARTS.get(name, 1) for name in names}
    shares = {name: math.ceil(runs * part / sum(parts.values())) for name, part in parts.items()}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(lambda name: _run_target(name, shares[name]), sorted(names, key=shares.__getitem__)))


def _run_target(name: str, runs: int) -> Result:
    corpus, found, broken = HERE / "corpus" / name, BUILD / "found" / name, BUILD / "broken"
    for folder in (found, broken):
        folder.mkdir(parents=True, exist_ok=True)
    if not any(corpus.iterdir()):
        return Result(name, 0, f"{corpus} is empty")
    command = [
        BUILD / "fuzz" / f"fuzz_{name}",
        f"-runs={max(runs, len(list(corpus.iterdir())))}",
        f"-timeout={HANG_S}",
        f"-max_len={LONGEST_INPUTS.get(name, LONGEST_INPUT)}",
        f"-artifact_prefix={broken}/{name}-",
        "-print_final_stats=1",
        found,
        corpus,
    ]
    # The default quarantine of freed memory, 256 MB, takes most of the time.
    sanitizer = {"ASAN_OPTIONS": "quarantine_size_mb=8:malloc_context_size=5", "UBSAN_OPTIONS": "print_stacktrace=1"}
    done = subprocess.run(
        command,
        cwd=TOP,
        env=os.environ | sanitizer,
        text=True,
        errors="replace",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    executed = re.search(r"stat::number_of_executed_units: (\d+)", done.stdout)
    failed = done.returncode != 0 or executed is None
    return Result(name, int(executed[1]) if executed else 0, done.stdout[-4000:] if failed else "")


def main(arguments: list[str]) -> int:
    runs = int(arguments[0]) if arguments else 100_000
    if subprocess.run(["make", "-s", f"-j{os.cpu_count()}", *BUILT_WITH, "fuzzers"], cwd=TOP).returncode != 0:
        return 1
    results = run(runs, arguments[1:])
    for result in results:
        print(f"{result.target}: {result.runs} runs{', FAILED' if result.failure else ''}\n{result.failure}".rstrip())
    print(f"{sum(result.runs for result in results)} runs in all")
    return 1 if any(result.failure for result in results) else 0


if __name__ == "__main__":
    ended.run(lambda: main(sys.argv[1:]))
