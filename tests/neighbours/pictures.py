"""`make pictures`: the dashboard of packaging/graphite as graphite-web draws a week of the plugin's own values."""

from __future__ import annotations

import re
import subprocess
import tempfile
import time
from pathlib import Path

import ended
from e2e.cloud import REGION, Cloud
from e2e.conftest import Watch
from neighbours.carbon import SHIPPED, Carbon, metric
from neighbours.graphite import GraphiteWeb, graphs
from neighbours.week import STEP_S, WEEK_S, play
from standin import StandIn, World

DAY_S = 86400


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="collectd-sagemaker-") as name:
        folder = Path(name)
        monday = last_monday(time.time() - WEEK_S)
        with Carbon(folder / "carbon") as carbon:
            carbon.start()
            carbon.send(rows(folder, monday))
            with GraphiteWeb(folder / "graphite", carbon) as web:
                drawn = draw(web.start(), monday, monday + WEEK_S - STEP_S, SHIPPED)
    subprocess.run(["optipng", "-quiet", "-o5", *drawn], check=True)
    return 0


def last_monday(now: float) -> float:
    """last_monday is the last Monday's 0:00; the epoch's first day was a Thursday."""
    return now - (now + 3 * DAY_S) % (7 * DAY_S)


def rows(folder: Path, monday: float) -> list[tuple[str, float, float]]:
    world, region = World.single(REGION)
    with StandIn(world) as aws:
        cloud = Cloud(aws, region)
        watch = Watch(cloud, folder)
        try:
            return [(metric(value), value.value, when) for when, value in play(cloud, watch, monday)]
        finally:
            for monitor in watch.started:
                monitor.kill()


def draw(web: GraphiteWeb, start: float, end: float, folder: Path) -> list[Path]:
    """draw makes a picture of each graph of the dashboard, named for its title."""
    drawn = []
    for graph in graphs():
        picture = folder / (re.sub(r"[^a-z]+", "-", graph["title"].lower()) + ".png")
        picture.write_bytes(web.ask("/render", **graph | {"from": int(start), "until": int(end), "format": "png"}))
        drawn.append(picture)
    return drawn


if __name__ == "__main__":
    ended.run(main)
