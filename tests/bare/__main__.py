"""`make check-fresh`: bare Debians, and on each what somebody does who has just cloned the project."""

from __future__ import annotations

import argparse
import sys

import ended
from bare.root import NotHere
from bare.steps import STEPS, run

# Before the tests install what they need, a machine is as bare as can be.
_EVERYTHING = ("demo", "once", "deb", "install", "upgrade", "purge", "check")
PLAN = {"bookworm": _EVERYTHING, "trixie": _EVERYTHING, "sid": ("unit",)}


def main() -> int:
    parser = argparse.ArgumentParser(prog="bare", description="try the project on bare Debians")
    parser.add_argument("suites", nargs="*", default=list(PLAN), metavar="SUITE", help=" ".join(PLAN))
    parser.add_argument("--step", action="append", choices=STEPS, help="instead of all steps of a suite")
    options = parser.parse_args()
    total = failed = 0
    for suite in options.suites:
        steps = options.step or PLAN.get(suite, _EVERYTHING)
        try:
            bad = run(suite, steps)
        except NotHere as reason:
            print(f"bare: {suite}: {reason}", file=sys.stderr)
            bad = len(steps)
        total, failed = total + len(steps), failed + bad
    print(f"{total - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    ended.run(main)
