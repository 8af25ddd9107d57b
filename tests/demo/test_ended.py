"""Ctrl-C and SIGTERM, for the programs of tests/: one line of make's, no traceback, no folder, no child left."""

import os
import signal
import subprocess
import sys
import time

import pytest

from demo.test_demo import still_running
from e2e.collectd import TOP

TESTS = TOP / "tests"
SIGNALS = [signal.SIGINT, signal.SIGTERM]
WITHIN_S = 60

# Each says on a line what it has come to, and goes on when it is sent one.
CLEANING = """
import ended, tempfile
def main():
    with tempfile.TemporaryDirectory() as folder:
        try:
            print("working", flush=True)
            input()
        finally:
            print("cleaning", flush=True)
            input()
            print("clean", flush=True)
ended.run(main)
"""
STARTING = """
import ended, tempfile
def main():
    with tempfile.TemporaryDirectory() as folder:
        with ended.held():
            print("starting", flush=True)
            input()
            print("started", flush=True)
        print("went on", flush=True)
ended.run(main)
"""
# The signal comes between fork and exec, to both, as it does from a terminal.
SPAWNING = """
import ended, os, signal, sys, tempfile
from pathlib import Path
from e2e import collectd
def asked():
    os.kill(os.getppid(), int(sys.argv[1]))
    os.kill(os.getpid(), int(sys.argv[1]))
os.register_at_fork(after_in_child=asked)
def main():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "collectd"
        with collectd.Collectd(folder, environment=collectd.bare_environment(folder)) as made:
            made.start()
            print("went on", flush=True)
ended.run(main)
"""


def started(folder, *command, **more) -> subprocess.Popen:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    pipe = subprocess.PIPE
    environment = kept | {"TMPDIR": str(folder), "LC_ALL": "C", "PYTHONPATH": "tests", "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.Popen(
        command, cwd=TOP, env=environment, stdin=pipe, stdout=pipe, stderr=pipe, text=True, **more
    )


def python(folder, program: str, *arguments: str) -> subprocess.Popen:
    return started(folder, sys.executable, "-c", program, *arguments)


def comes_to(program: subprocess.Popen, line: str) -> None:
    assert program.stdout.readline() == f"{line}\n", program.stderr.read()


def goes_on(program: subprocess.Popen) -> None:
    program.stdin.write("\n")
    program.stdin.flush()


def ends_without_a_word(program: subprocess.Popen, number: int, folder) -> None:
    said = program.communicate(timeout=WITHIN_S)
    assert said == ("", "")
    assert program.returncode == -number
    assert list(folder.iterdir()) == []
    assert still_running(folder) == []


@pytest.mark.parametrize("second", SIGNALS)
@pytest.mark.parametrize("first", SIGNALS)
def test_a_second_signal_does_not_break_off_what_cleans_up(tmp_path, first, second):
    with python(tmp_path, CLEANING) as program:
        comes_to(program, "working")
        program.send_signal(first)
        comes_to(program, "cleaning")
        program.send_signal(second)
        goes_on(program)
        comes_to(program, "clean")
        ends_without_a_word(program, first, tmp_path)


@pytest.mark.parametrize("number", SIGNALS)
def test_what_comes_while_a_child_is_started_ends_the_program_behind_that(tmp_path, number):
    with python(tmp_path, STARTING) as program:
        comes_to(program, "starting")
        program.send_signal(number)
        goes_on(program)
        comes_to(program, "started")
        ends_without_a_word(program, number, tmp_path)


@pytest.mark.parametrize("number", SIGNALS)
def test_a_collectd_that_was_just_being_started_ends_with_the_program(tmp_path, number):
    with python(tmp_path, SPAWNING, str(int(number))) as program:
        ends_without_a_word(program, number, tmp_path)


def test_every_program_for_people_ends_so():
    """Not the stand-in, which ends as a server does, nor what the benchmark measures."""
    programs = [path for path in TESTS.rglob("*.py") if 'if __name__ == "__main__":' in path.read_text()]
    others = [path for path in programs if "ended.run(" not in path.read_text()]
    assert {path.relative_to(TESTS).as_posix() for path in others} == {
        "standin/__main__.py",
        *(f"bench/{name}_script.py" for name in ("corrected", "many", "usual")),
    }
    assert TESTS / "check.py" in programs


@pytest.mark.parametrize("number", SIGNALS)
def test_make_demo_ends_in_one_line(tmp_path, number):
    # A process group of its own, to which a terminal would send the signal.
    with started(tmp_path, "make", "-s", "demo", start_new_session=True) as program:
        while not list(tmp_path.rglob("output")):
            assert program.poll() is None
            time.sleep(0.01)
        os.killpg(program.pid, number)
        said = program.communicate(timeout=WITHIN_S)[1]
    assert program.returncode != 0
    assert "Traceback" not in said
    told = said.splitlines()
    # SIGTERM, to a make that has lost its child to the same signal, may be worth three lines to it.
    assert (number == signal.SIGTERM or len(told) == 1) and all(line.startswith("make: *** ") for line in told), said
    assert list(tmp_path.iterdir()) == []
    assert not still_running(tmp_path)
