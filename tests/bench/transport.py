"""`make bench-transport`: how many requests under way, over which connections, by which HTTP: what each choice costs.

Every row is the first scan of a collectd of its own, over TLS, through an nginx before the stand-in. Its arguments are
plugins, NUMBER=FILE, that are built with so many requests under way at a time.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import ended
from bench import worlds
from bench.aws import Aws
from bench.plugin import Plugin, Scan
from bench.results import seconds, table, where, write_section
from bench.worlds import Population
from e2e.nginx import nginx

PATH = Path(__file__).with_name("RESULTS.md")
TITLE = "Requests in flight, connections, HTTP/2"
CHOSEN = 16
TIMEOUT_S = 300.0

# The highest that the plugin takes; the stand-in then has none at all.
_RAISED = "\n".join(
    f"  RateLimit \"{operation}\" 1000"
    for operation in ("ListApps", "ListDomains", "ListSpaces", "DescribeDomain", "DescribeLogStreams", "FilterLogEvents")
)

NOTE = """\
One cold scan for each row, through nginx with TLS; the stand-in answers 30 ms after each question. *fresh*: nginx ends a
connection after each answer. *raised*: RateLimit at 1,000 a second for every operation, and no limit at the stand-in.
"By name": a sweep has to give up first, after as many pages as there are apps, and pages come one after another however
many requests are under way. On the loopback interface a handshake costs CPU and no round trip; on the way to AWS every
fresh connection adds two or three of them, which are not in these times."""


@dataclass(frozen=True)
class Way:
    """Way is one choice of how to ask."""

    in_flight: int
    http2: bool = False
    fresh: bool = False
    raised: bool = True


@dataclass(frozen=True)
class Trip:
    """Trip is what a scan cost that way, and the connections that it took."""

    world: str
    way: Way
    scan: Scan
    protocol: str
    connections: int


def ways(numbers: list[int]) -> Iterator[tuple[Callable[[float], Population], list[Way]]]:
    """ways are the worlds, and in which ways each is scanned."""
    each = [Way(number, http2) for http2 in (False, True) for number in numbers]
    yield partial(worlds.far_behind, 400), [*each, Way(CHOSEN, fresh=True)]
    ends = [Way(min(numbers)), Way(CHOSEN), Way(CHOSEN, http2=True), Way(CHOSEN, fresh=True)]
    yield partial(worlds.in_front, 2000), ends
    default = [Way(number, raised=False) for number in numbers if number <= CHOSEN]
    yield partial(worlds.far_behind, 60), [*default, Way(CHOSEN, http2=True, raised=False)]


def measure(plugins: Mapping[int, Path], folder: Path, say: Callable[[str], None]) -> list[Trip]:
    trips = []
    for number, (make, chosen) in enumerate(ways(sorted(plugins))):
        world = make(time.time())
        quotas = {way.raised: {} if way.raised else None for way in chosen}
        for raised, quota in quotas.items():
            with Aws(folder / f"aws{number}-{raised}", world, quota=quota) as aws:
                for way in (way for way in chosen if way.raised == raised):
                    say(f"{world.title}: {way}")
                    trips.append(trip(folder / f"{len(trips)}", aws, world, way, plugins[way.in_flight]))
    return trips


def trip(folder: Path, aws: Aws, world: Population, way: Way, plugin: Path) -> Trip:
    with nginx(folder / "nginx", aws.url, http2=way.http2, keep_alive=not way.fresh) as front:
        trusted = f'  CACert "{front.certificate}"\n' + (_RAISED if way.raised else "")
        with Plugin(
            *(folder / "collectd", aws),
            interval=TIMEOUT_S,
            timeout=TIMEOUT_S,
            account=trusted,
            plugin=plugin,
            environment={"AWS_ENDPOINT_URL": front.url},
        ) as collectd:
            scan = collectd.scan()
        served = front.served()
    (protocol,) = {protocol for protocol, _ in served}
    return Trip(world.title, way, scan, protocol, len({connection for _, connection in served}))


def trips_table(trips: list[Trip]) -> str:
    heads = ("world", "limits", "HTTP", "connections are", "in flight", "calls", "wall s", "CPU s", "connections")
    rows = [
        (
            trip.world,
            "raised" if trip.way.raised else "default",
            trip.protocol.removeprefix("HTTP/"),
            "fresh" if trip.way.fresh else "kept",
            str(trip.way.in_flight),
            f"{trip.scan.counted.total:,}",
            seconds(trip.scan.wall_s),
            seconds(trip.scan.cpu_s),
            str(trip.connections),
        )
        for trip in trips
    ]
    return table(heads, rows, texts=4)


def main() -> int:
    plugins = {int(number): Path(file).resolve() for number, _, file in (a.partition("=") for a in sys.argv[1:])}
    place = where()
    with tempfile.TemporaryDirectory(prefix="collectd-sagemaker-bench-") as folder:
        trips = measure(plugins, Path(folder), lambda text: print(text, file=sys.stderr, flush=True))
    text = f"{place}\n\n{NOTE}\n\n{trips_table(trips)}"
    write_section(PATH, TITLE, text)
    print(f"## {TITLE}\n\n{text}")
    return 0


if __name__ == "__main__":
    ended.run(main)
