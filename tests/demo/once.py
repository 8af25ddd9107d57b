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
            return _tell(collectd)


def _tell(collectd: Collectd) -> int:
    """_tell shows what is known, and fails only where that is nothing: much can be told without some permissions."""
    counts = {v.type_instance: v for v in collectd.values if v.plugin == "sagemaker_scan" and v.type == "count"}
    said = [line.text.removeprefix(_PREFIX) for line in collectd.complaints]
    if "apps" not in counts:
        others = [line.text for line in collectd.lines if line.severity in ("warning", "error")]
        return _fail([*said, *others, f"no complete scan within {TIMEOUT_S} s"][0])
    apps, unknown = counts["apps"], counts["unknown"].value
    if unknown > 0 and not any(value.plugin == "sagemaker" for value in collectd.values):
        return _fail([*said, f"the activity of {unknown:.0f} apps could not be found out within {TIMEOUT_S} s"][0])
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
    print(f"once: {reason}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
