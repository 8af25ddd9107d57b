"""What `make` builds beside the plugin: packages, manual. make itself knows whether that is still to be done."""

from __future__ import annotations

import fcntl
import os
import re
import subprocess
from pathlib import Path

from e2e.collectd import TOP

BUILD = TOP / "build"
VERSION = re.search(r"^VERSION := (\S+)$", (TOP / "Makefile").read_text(), re.MULTILINE)[1]


def make(*targets: str) -> None:
    """make builds targets, each for one caller at a time: several workers may want the same package."""
    BUILD.mkdir(exist_ok=True)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    with open(BUILD / f"{targets[0].replace('/', '-')}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = subprocess.run(["make", *targets], cwd=TOP, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def deb() -> Path:
    make("deb")
    (package,) = (BUILD / "deb").glob("collectd-sagemaker_*.deb")
    return package


def rpm() -> Path:
    make("rpm")
    # Where elfutils are, symbols for debuggers are packages of their own.
    built = (BUILD / "rpm" / "RPMS").glob("*/*.rpm")
    (package,) = [package for package in built if "-debug" not in package.name]
    return package


def package_version() -> str:
    return output(TOP / "packaging" / "version").strip()


def manual(name: str = "collectd-sagemaker") -> Path:
    make("manual")
    (page,) = BUILD.glob(f"{name}.[0-9]")
    return page


def output(*command: str | Path) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
