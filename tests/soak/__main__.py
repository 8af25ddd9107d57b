"""python -m soak [INTERVALS [SEED]]: the soak, 10,000 intervals unless told otherwise; its figures and the verdict."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import ended
from soak.report import failures, report
from soak.run import Soak

INTERVALS = 10_000
SEED = 1


def main(arguments: list[str]) -> int:
    intervals = int(arguments[0]) if arguments else INTERVALS
    seed = int(arguments[1]) if len(arguments) > 1 else SEED
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        soak = Soak(Path(folder) / "soak", intervals, seed, _tell)
        soak.run()
    print(report(soak))
    return 1 if failures(soak) else 0


def _tell(text: str) -> None:
    """_tell prints each sample at once: the soak takes a while."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    ended.run(lambda: main(sys.argv[1:]))
