"""`make once`: whose credentials the plugin finds here, and then sagemaker-idle, with what was built.

Nothing of the daemon's is read: one account, as every AWS tool finds it, with the sample of prices.
"""

from __future__ import annotations

import os
import subprocess
import sys

import ended
from e2e.collectd import SHIPPED, TOP

COMMAND = TOP / "packaging" / "idle" / "sagemaker-idle"
# tests/demo/identity.c: there are no credentials, or no region.
UNUSABLE = 2


def main() -> None:
    # The plugin's own AWS client tells whose credentials it finds; the scan is made whether STS answers or not.
    identity = subprocess.run(sys.argv[1:2], capture_output=True, text=True, check=False)
    if identity.returncode == UNUSABLE:
        sys.exit(f"once: {identity.stderr.strip()}")
    whose = "" if identity.returncode == 0 else f"Whose credentials: not known; {identity.stderr}"
    print(f"{whose}{identity.stdout}", flush=True)
    command = [COMMAND, "--config", SHIPPED / "sagemaker.prices.conf", "--plugin-folder", TOP / "build"]
    os.execv(COMMAND, [str(part) for part in command])


if __name__ == "__main__":
    ended.run(main)
