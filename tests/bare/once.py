"""`make once` on the stand-in, with the demonstration's scene."""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path

import ended
from demo.__main__ import REGION, played
from standin import ACCESS_KEY, SECRET_KEY


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="collectd-sagemaker-") as name:
        with played(Path(name)) as url:
            there = {"AWS_ENDPOINT_URL": url, "AWS_REGION": REGION}
            keys = {"AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET_KEY}
            return subprocess.call(["make", "once"], env=os.environ | there | keys)


if __name__ == "__main__":
    ended.run(main)
