"""`make once`: one scan of the caller's own AWS account, in the caller's own environment, printed as a table.

A collectd runs with the built plugin and a configuration in a temporary folder until its first scan has ended; nothing
is installed.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import ended
from demo.table import billed, table
from e2e.collectd import Collectd

# The longest that the scan of a large account is waited for.
LONGEST_S = 300
# A request may hang for so long; a read waits as long, and the next one begins only then.
TIMEOUT_S = 10
INTERVAL_S = TIMEOUT_S + 1
# tests/demo/identity.c: there are no credentials, or no region.
UNUSABLE = 2
_PREFIX = "sagemaker plugin: "


def main() -> int:
    # The plugin's own AWS client tells whose credentials it finds; the scan is made whether STS answers or not.
    identity = subprocess.run(sys.argv[1:2], capture_output=True, text=True, check=False)
    if identity.returncode == UNUSABLE:
        return _fail(identity.stderr.strip())
    known = identity.stdout if identity.returncode == 0 else f"Whose credentials: not known; {identity.stderr}"
    print(known, flush=True)
    with tempfile.TemporaryDirectory(prefix="collectd-sagemaker-") as folder:
        with Collectd(
            Path(folder),
            options=f'Interval {INTERVAL_S}\n<Account "default">\nTimeout {TIMEOUT_S}\n</Account>',
            environment=os.environ,
            shipped=["sagemaker.conf", "sagemaker.prices.conf"],
        ) as collectd:
            collectd.start()
            asked = re.search(r"asks (\S+) and \S+\.$", identity.stdout)
            _await_scan(collectd, asked[1] if asked else "SageMaker")
            return _tell(collectd)


def _await_scan(collectd: Collectd, asked: str) -> None:
    """_await_scan is over when the first scan has ended, well or not, collectd has, or it is too late."""
    started = said = time.monotonic()
    while collectd.alive and time.monotonic() < started + LONGEST_S:
        if any(value.type_instance == "scan" for value in collectd.values):
            # What the read that found it still has to say comes before collectd ends.
            collectd.stop()
            return
        if time.monotonic() >= said + TIMEOUT_S:
            said = time.monotonic()
            print(f"once: {said - started:.0f} s; {_awaited(collectd, asked)}", file=sys.stderr, flush=True)
        time.sleep(0.05)


def _awaited(collectd: Collectd, asked: str) -> str:
    requests = [value for value in collectd.latest().values() if value.type == "total_requests" and value.value > 0]
    counted = ", ".join(f"{value.value:.0f} of {value.type_instance}" for value in requests)
    return f"requests so far: {counted}" if counted else f"waiting for the first answer of {asked} (ListApps)"


def _tell(collectd: Collectd) -> int:
    """_tell shows what is known, and fails only where that is nothing: much can be told without some permissions."""
    counts = {v.type_instance: v for v in collectd.values if v.plugin == "sagemaker_scan" and v.type == "count"}
    said = [line.text.removeprefix(_PREFIX) for line in collectd.complaints]
    if "apps" not in counts:
        others = [line.text for line in collectd.lines if line.severity in ("warning", "error")]
        return _fail([*said, *others, f"no complete scan within {LONGEST_S} s"][0])
    apps, unknown = counts["apps"], counts["unknown"].value
    if unknown > 0 and not any(value.plugin == "sagemaker" for value in collectd.values):
        return _fail([*said, f"the activity of {unknown:.0f} apps could not be found out within {LONGEST_S} s"][0])
    region = apps.plugin_instance.partition("_")[2]
    if apps.value == 0:
        print(f"No app is running in {region}.", flush=True)
    else:
        shown = f"{table(collectd.values)}\n\nBilled for them:\n\n{billed(collectd.values)}"
        print(f"Running in {region}:\n\n{shown}", flush=True)
    if unknown > 0:
        said.append(f"nothing is known of {unknown:.0f} of {apps.value:.0f} apps")
    for line in said:
        print(f"once: {line}", file=sys.stderr)
    return 0


def _fail(reason: str) -> int:
    sys.stdout.flush()
    print(f"once: {reason}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    ended.run(main)
