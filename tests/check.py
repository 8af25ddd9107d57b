"""`make check`: every test there is, under every tool, then the linters; the last line counts the tests.

`make check-long` (check.py long) is what takes too long for that, in full. A step is counted by what its runners report
as JUnit XML (cmocka, pytest); a build, a linter or a fuzz target counts as one test. A runner that reports nothing has
failed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import ended
from bare import steps
from bare.root import NotHere
from fuzz import runner

TOP = Path(__file__).resolve().parents[1]
RESULTS = TOP / "build" / "results"
CORES = os.cpu_count() or 1
PARALLEL = f"-j{CORES}"
# End-to-end tests wait for collectd's intervals most of the time.
WAITING_WORKERS = min(4 * CORES, 16)

SANITIZED = [
    "BUILD=build/sanitized",
    "CPPFLAGS=",
    "CFLAGS=-g -O1 -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all",
    "LDFLAGS=",
]
THREADED = [
    "BUILD=build/threads",
    "CPPFLAGS=",
    "CFLAGS=-g -O1 -fno-omit-frame-pointer -fsanitize=thread",
    "LDFLAGS=",
]
# How long a stop takes, what is in memory and how the file was built are not what these builds are for.
NOT_SANITIZED = ("test_lifetime.py", "test_scale.py", "test_secrets.py", "test_build.py")
VALGRIND = (
    "valgrind",
    "--quiet",
    "--error-exitcode=99",
    "--leak-check=full",
    "--errors-for-leak-kinds=definite,indirect,possible",
)

# On a bare Debian: make check-fresh has all of them.
SUITE, QUICK = "bookworm", ("demo", "deb", "unit")


@dataclass
class Count:
    passed: int = 0
    failed: int = 0

    def __add__(self, other: Count) -> Count:
        return Count(self.passed + other.passed, self.failed + other.failed)


def main(arguments: list[str]) -> int:
    shutil.rmtree(RESULTS, ignore_errors=True)
    RESULTS.mkdir(parents=True)
    total = Count()
    for name, step in (LONG_STEPS if arguments == ["long"] else STEPS).items():
        print(f"== {name}", flush=True)
        started = time.monotonic()
        count = step()
        total += count
        print(f"   {count.passed} passed, {count.failed} failed, {time.monotonic() - started:.0f} s", flush=True)
    print(f"{total.passed} passed, {total.failed} failed")
    return 1 if total.failed else 0


def make(*arguments: str) -> Callable[[], Count]:
    """make is a step that is one make, silent when it succeeds."""

    def step() -> Count:
        done = subprocess.run(
            ["make", *arguments], cwd=TOP, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        if done.returncode:
            print(done.stdout)
            return Count(failed=1)
        return Count(passed=1)

    return step


def unit(build: str, wrapper: tuple[str, ...] = (), **environment: str) -> Callable[[], Count]:
    """unit is a step that runs all unit tests of a build."""

    def step() -> Count:
        programs = [TOP / build / "unit" / source.stem for source in sorted(TOP.glob("tests/unit/test_*.c"))]
        if not programs:
            return Count(failed=1)
        with ThreadPoolExecutor(CORES) as pool:
            counts = pool.map(lambda program: run_unit(program, wrapper, environment), programs)
            return sum(counts, Count())

    return step


def run_unit(program: Path, wrapper: tuple[str, ...], environment: Mapping[str, str]) -> Count:
    report = RESULTS / f"{program.parent.parent.name}-{program.name}.xml"
    done = subprocess.run(
        [*wrapper, str(program)],
        cwd=TOP,
        env=os.environ | environment | {"CMOCKA_MESSAGE_OUTPUT": "xml", "CMOCKA_XML_FILE": str(report)},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    count = counted(report)
    if done.returncode and not count.failed:
        count.failed = 1
    if count.failed:
        print(f"{program.name} ended with {done.returncode}\n{done.stdout}\n{text_of(report)}")
    return count


def pytest(workers: int, *folders: str) -> Callable[[], Count]:
    """pytest is a step that runs the Python tests of some folders, of which each must have some."""

    def step() -> Count:
        paths = [f"tests/{folder}" for folder in folders if list(TOP.glob(f"tests/{folder}/test_*.py"))]
        return Count(failed=len(folders) - len(paths)) + run_pytest("-".join(folders), workers, *paths)

    return step


def sanitized(kind: str, *names: str) -> Callable[[], Count]:
    """sanitized is a step that runs end-to-end tests with the plugin of a sanitizer's build; without names all of them."""

    def step() -> Count:
        paths = [f"tests/e2e/{name}" for name in names]
        if not paths:
            paths = ["tests/e2e", *(f"--ignore=tests/e2e/{name}" for name in NOT_SANITIZED)]
        return run_pytest(f"e2e-{kind}", 2 * CORES, *paths, SANITIZER=kind)

    return step


def shown(name: str, workers: int, **environment: str) -> Callable[[], Count]:
    """shown is a step: the tests of a folder, and the figures that they leave in files whose names begin with its name."""

    def step() -> Count:
        count = run_pytest(name, workers, f"tests/{name}", **environment)
        for figures in sorted(RESULTS.glob(f"{name}*.txt")):
            print(text_of(figures))
        return count

    return step


def whole(module: str) -> Count:
    """whole runs what a module has in full; it prints its figures itself."""
    done = subprocess.run([sys.executable, "-m", module], cwd=TOP, env=os.environ | {"PYTHONPATH": "tests"})
    return Count(failed=1) if done.returncode else Count(passed=1)


def all_faults() -> Count:
    """all_faults is a step: the whole matrix, then all phases of a stop."""
    matrix = whole("faults")
    return matrix + run_pytest("all-faults", CORES, "tests/faults", "--ignore=tests/faults/test_matrix.py", CHECK="long")


def run_pytest(name: str, workers: int, *arguments: str, **environment: str) -> Count:
    report = RESULTS / f"{name}.xml"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", f"-n{workers}", "--tb=short", f"--junitxml={report}", *arguments],
        cwd=TOP,
        env=os.environ | environment,
    )
    count = counted(report)
    if done.returncode and not count.failed:
        count.failed = 1
    return count


def fuzz(runs: int) -> Callable[[], Count]:
    """fuzz is a step that replays the corpora of all fuzz targets, and runs these so often in all."""

    def step() -> Count:
        results = runner.run(runs)
        for result in results:
            print(f"   {result.target}: {result.runs} runs\n{result.failure}".rstrip())
        failed = sum(1 for result in results if result.failure)
        return Count(len(results) - failed, failed)

    return step


def bare_debian() -> Count:
    """bare_debian is a step: the quick part of make check-fresh, wherever a bare Debian can be had."""
    try:
        failed = steps.run(SUITE, QUICK)
    except NotHere as reason:
        print(f"   not run: {reason}")
        return Count()
    return Count(len(QUICK) - failed, failed)


def counted(report: Path) -> Count:
    """counted is what a JUnit report says; one failure where there is none, or no test in it."""
    try:
        suites = list(ElementTree.parse(report).getroot().iter("testsuite"))
    except (OSError, ElementTree.ParseError):
        return Count(failed=1)
    number = {name: sum(int(s.get(name, 0)) for s in suites) for name in ("tests", "failures", "errors", "skipped")}
    failed = number["failures"] + number["errors"]
    if number["tests"] == 0:
        failed = 1
    return Count(max(number["tests"] - failed - number["skipped"], 0), failed)


def text_of(report: Path) -> str:
    return report.read_text(errors="replace") if report.exists() else "no report"


STEPS: dict[str, Callable[[], Count]] = {
    "build": make(PARALLEL, "all", "programs"),
    "build with clang": make(PARALLEL, "BUILD=build/clang", "CC=clang", "all", "programs"),
    "unit tests under valgrind": unit("build", VALGRIND, PLANNER_HISTORIES="100"),
    "build with sanitizers": make(PARALLEL, *SANITIZED, "all", "programs"),
    "unit tests with sanitizers": unit("build/sanitized", UBSAN_OPTIONS="print_stacktrace=1"),
    "the stand-in, and the client against botocore": pytest(CORES, "standin", "differential"),
    "end to end": pytest(WAITING_WORKERS, "e2e", "demo", "bench"),
    "lines of real servers": shown("lines", CORES),
    "the beacon beside a real Jupyter server": pytest(WAITING_WORKERS, "lifecycle"),
    "faults, stops, neighbours in one collectd": shown("faults", WAITING_WORKERS),
    "a short soak": shown("soak", CORES),
    "Graphite, InfluxDB, Grafana, Prometheus": pytest(WAITING_WORKERS, "neighbours"),
    "build with ThreadSanitizer": make(PARALLEL, *THREADED, "all"),
    "end to end with AddressSanitizer and UBSan": sanitized("address", "test_six_traps.py", "test_accounts.py"),
    "end to end with ThreadSanitizer": sanitized("thread", "test_accounts.py"),
    "build the fuzz targets": make(PARALLEL, *runner.BUILT_WITH, "fuzzers"),
    "fuzzing": fuzz(50_000),
    "packages, manual, documents": pytest(CORES, "packages", "bare"),
    "messages to people, and a central collectd": pytest(WAITING_WORKERS, "notify", "central"),
    "demo, package and unit tests on a bare Debian 12": bare_debian,
    "lint": make("lint"),
}

LONG_STEPS: dict[str, Callable[[], Count]] = {
    "build": make(PARALLEL, "all", "programs"),
    "every operation meets every fault; SIGTERM in every phase of a scan": all_faults,
    "a soak of ten thousand intervals": lambda: whole("soak"),
    "five working weeks of all kinds of users": lambda: whole("e2e.weeks"),
    "lines of real servers": shown("lines", 1, CHECK="long"),
    "build with sanitizers": make(PARALLEL, *SANITIZED, "all"),
    "build with ThreadSanitizer": make(PARALLEL, *THREADED, "all"),
    "build the fuzz targets": make(PARALLEL, *runner.BUILT_WITH, "fuzzers"),
    "end to end with AddressSanitizer and UBSan": sanitized("address"),
    "end to end with ThreadSanitizer": sanitized("thread"),
    "fuzzing": fuzz(10_000_000),
}


if __name__ == "__main__":
    ended.run(lambda: main(sys.argv[1:]))
