"""The steps that tests/bare/step takes, on a bare Debian; each leaves its log in build/bare."""

from __future__ import annotations

import time
from collections.abc import Sequence

from bare.root import BASES, CHECKOUT, Root, bare

STEPS = ("demo", "once", "unit", "deb", "install", "upgrade", "purge", "check")
_SHOWN_LINES = 60


def run(suite: str, steps: Sequence[str]) -> int:
    """run takes the steps on one bare Debian and is how many failed; NotHere where none can be had."""
    started = time.monotonic()
    with bare(suite) as root:
        print(f"   {suite}: made in {time.monotonic() - started:.0f} s", flush=True)
        return sum(not _succeeds(root, suite, step) for step in steps)


def _succeeds(root: Root, suite: str, step: str) -> bool:
    started = time.monotonic()
    path = BASES / f"{suite}-{step}.log"
    with open(path, "w") as log:
        status = root.login(f"cd '{CHECKOUT}' && tests/bare/step {step}", log)
    took = f"{time.monotonic() - started:.0f} s"
    print(f"   {suite}: {step} {f'ended with {status}' if status else 'passed'}, {took}", flush=True)
    if status:
        end = path.read_text(errors="replace").splitlines()[-_SHOWN_LINES:]
        print(*end, f"   all of it: {path}", sep="\n", flush=True)
    return status == 0
