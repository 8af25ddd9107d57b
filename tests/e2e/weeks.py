"""`python -m e2e.weeks [SEED ...]`: weeks of all kinds of users and machines, as one table; status 1 below the bars.

Without seeds it takes those of check-long, of which none is the one that `make check` plays.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import ended
from e2e.cloud import REGION, Cloud
from e2e.conftest import Watch
from e2e.week_play import BEACONS, DEFAULTS, FORMER, Week, play
from e2e.week_table import failures, table
from standin import StandIn, World

MEANS = (DEFAULTS, BEACONS, FORMER)
SEEDS = (2, 3, 4, 5, 6)


def weeks(seeds: Sequence[int]) -> list[Week]:
    return [week(seed) for seed in seeds]


def week(seed: int) -> Week:
    world, region = World.single(REGION)
    folder = tempfile.TemporaryDirectory(prefix="collectd-sagemaker-week-")
    with folder as name, StandIn(world, keep_calls=False) as aws:
        cloud = Cloud(aws, region)
        watch = Watch(cloud, Path(name))
        try:
            return play(cloud, watch, MEANS, seed)
        finally:
            for monitor in watch.started:
                monitor.kill()


def main(seeds: Sequence[int]) -> int:
    played = weeks(seeds or SEEDS)
    print(table(played))
    missed = failures(played)
    print("\n".join(missed))
    return 1 if missed else 0


if __name__ == "__main__":
    ended.run(lambda: main([int(seed) for seed in sys.argv[1:]]))
