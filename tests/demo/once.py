"""`make once`: one scan of the caller's own AWS account, in the caller's own environment, printed as a table.

collectd runs once (-T) with the built plugin and a configuration in a temporary folder; nothing is installed.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from demo.table import billed, table
from e2e.collectd import Collectd

# collectd -T reads once: the whole scan must fit into one read, which waits for one Timeout.
TIMEOUT_S = 300
# tests/demo/identity.c: there are no credentials, or no region.
UNUSABLE = 2
_PREFIX = "sagemaker plugin: "


def main() -> int:
    # The plugin's own AWS client tells whose credentials it finds; the scan is made whether STS answers or not.
    identity = subprocess.run(sys.argv[1:2], capture_output=True, text=True, check=False)
    if identity.returncode == UNUSABLE:
        return _fail(identity.stderr.strip())
    print(identity.stdout if identity.returncode == 0 else f"Whose credentials: not known; {identity.stderr}")
    with tempfile.TemporaryDirectory(prefix="collectd-sagemaker-") as folder:
        with Collectd(
            Path(folder),
            options=f'<Account "default">\nTimeout {TIMEOUT_S}\n</Account>',
            environment=os.environ,
            shipped=["sagemaker.conf", "sagemaker.prices.conf"],
        ) as collectd:
            try:
                collectd.run_once(within=TIMEOUT_S + 30)
            except subprocess.TimeoutExpired:
                return _fail("collectd did not end")
        trouble = _trouble(collectd)
        if trouble is not None:
            return _fail(trouble)
    (counted,) = [value for value in collectd.values if value.type_instance == "apps"]
    region = counted.plugin_instance.partition("_")[2]
    if counted.value == 0:
        print(f"No app is running in {region}.")
    else:
        print(f"Running in {region}:\n\n{table(collectd.values)}\n\nBilled for them:\n\n{billed(collectd.values)}")
    return 0


def _trouble(collectd: Collectd) -> str | None:
    """_trouble is why the scan was not complete, None if it was."""
    if collectd.complaints:
        return collectd.complaints[0].text.removeprefix(_PREFIX)
    lines = [line.text for line in collectd.lines if line.severity in ("warning", "error")]
    counts = {v.type_instance: v.value for v in collectd.values if v.plugin == "sagemaker_scan" and v.type == "count"}
    if lines or "apps" not in counts:
        return (lines or [f"no complete scan within {TIMEOUT_S} s"])[0]
    if counts.get("unknown") != 0:
        return f"the activity of {counts.get('unknown', 0):.0f} apps could not be found out within {TIMEOUT_S} s"
    return None


def _fail(reason: str) -> int:
    print(f"once: {reason}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
