"""Ctrl-C and SIGTERM, for `make demo`: one line of make's, no traceback, no folder left behind."""

import os
import signal
import subprocess
import time

import pytest

from demo.test_demo import still_running
from e2e.collectd import TOP


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_in_one_line(tmp_path, number):
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    pipe = subprocess.PIPE
    # A process group of its own, to which a terminal would send the signal.
    with subprocess.Popen(
        ["make", "-s", "demo"],
        cwd=TOP,
        env=kept | {"TMPDIR": str(tmp_path), "LC_ALL": "C"},
        stdout=pipe,
        stderr=pipe,
        text=True,
        start_new_session=True,
    ) as started:
        while not list(tmp_path.rglob("output")):
            assert started.poll() is None
            time.sleep(0.01)
        os.killpg(started.pid, number)
        said = started.communicate(timeout=60)[1]
    assert started.returncode != 0
    assert "Traceback" not in said
    told = said.splitlines()
    # SIGTERM, to a make that has lost its child to the same signal, may be worth three lines to it.
    assert (number == signal.SIGTERM or len(told) == 1) and all(line.startswith("make: *** ") for line in told), said
    assert list(tmp_path.iterdir()) == []
    assert not still_running(tmp_path)
