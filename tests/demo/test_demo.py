"""`make demo` as a user runs it."""

import os
import subprocess
import time

from e2e.collectd import TOP


def make(target: str, environment: dict[str, str], within: float = 60) -> subprocess.CompletedProcess:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        ["make", "-s", target], cwd=TOP, env=kept | environment, capture_output=True, text=True, timeout=within
    )


def test_the_demo_names_who_forgot_what_and_leaves_nothing_behind(tmp_path):
    started = time.monotonic()
    done = make("demo", {"TMPDIR": str(tmp_path)})
    assert done.returncode == 0, done.stderr
    assert time.monotonic() - started < 30
    shown = done.stdout.splitlines()
    rows = [line.split() for line in shown if line.startswith("d-")]
    assert [(row[0], row[1], " ".join(row[-4:])) for row in rows] == [
        ("d-research4dl1", "user01", "77 h 10 min"),
        ("d-research4dl1", "user02", "49 h 02 min"),
        ("d-research4dl1", "user01", "0 h 45 min"),
        ("d-research4dl1", "user03", "0 h 25 min"),
        ("d-production7k", "user01", "0 h 00 min"),
    ]
    warnings = [line for line in shown if line.startswith("WARNING")]
    assert sorted(warnings) == ["WARNING d-research4dl1_user01", "WARNING d-research4dl1_user02"]
    assert done.stderr == ""
    assert list(tmp_path.iterdir()) == []
    assert not still_running(tmp_path)


def still_running(folder) -> list[str]:
    """still_running are the command lines that name a folder."""
    found = []
    for process in os.listdir("/proc"):
        if process.isdigit():
            try:
                with open(f"/proc/{process}/cmdline") as file:
                    found += [line for line in [file.read()] if str(folder) in line]
            except OSError:
                continue
    return found
