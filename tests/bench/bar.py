"""The bar: what is asked of the plugin, and what was measured."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from bench.aws import LATENCY_S
from bench.measure import Measured

# The bytes that an app may take for good, and the seconds of a warm scan of the chattering world.
BYTES_AN_APP = 512
CHATTER_S = 300


@dataclass(frozen=True)
class Line:
    """Line is one demand: what was measured, the limit (None: it is stated beside another), and whether it is kept;
    least: the limit is a lower one."""

    what: str
    measured: float
    limit: float | None
    unit: str = ""
    least: bool = False

    @property
    def met(self) -> bool:
        return self.limit is None or (self.measured >= self.limit if self.least else self.measured <= self.limit)


@dataclass(frozen=True)
class Heap:
    """Heap is what memory.c has found: bytes in use for good after the first scan, and after two more."""

    apps: int
    first: int
    later: int

    @property
    def an_app(self) -> float:
        return self.later / self.apps


def bar(found: Sequence[Measured], heaps: Sequence[Heap]) -> list[Line]:
    """bar is every demand that the measured worlds can tell of."""
    by_name = {made.name: made for made in found}
    lines = _at_a_thousand(by_name["1000"]) if "1000" in by_name else []
    grown = [made for made in found if made.name.isdigit() and made.apps >= 1000]
    if len(grown) > 1:
        cpu = exponent([(made.apps, made.warm_median(lambda scan: scan.cpu_s)) for made in grown])
        memory = exponent([(made.apps, made.warm_median(lambda scan: scan.process.peak_bytes)) for made in grown])
        lines.append(Line("CPU of a warm scan grows with apps to the power of", cpu, 1.05))
        lines.append(Line("collectd's peak memory grows with apps to the power of", memory, 1.05))
    kept = [heap for heap in heaps if heap.apps >= 1000]
    if len(kept) > 1:
        lines.append(
            Line("lasting memory grows with apps to the power of", exponent([(h.apps, h.later) for h in kept]), 1.05)
        )
    if kept:
        lines.append(Line("lasting bytes an app, at worst", max(heap.an_app for heap in kept), BYTES_AN_APP))
    if "chatter" in by_name:
        slowest = max(scan.wall_s for scan in by_name["chatter"].warm)
        lines.append(Line("3,000 chattering apps: a warm scan, the slowest", slowest, CHATTER_S, " s"))
    return lines


def _at_a_thousand(made: Measured) -> list[Line]:
    warm_s = made.warm_median(lambda scan: scan.wall_s)
    calls = made.warm_median(lambda scan: scan.counted.total)
    lines = [
        Line("warm calls, × the bound", calls / made.warm_bound.total, 1.1),
        Line(
            "cold calls without ConfirmAfter's looks, × the best choice made with foresight",
            (made.cold.counted.total - made.looks) / made.cold_bound.total,
            2.0,
        ),
        Line("warm wall time, × the bound", warm_s / made.warm_bound.seconds(LATENCY_S), 1.5),
        Line(
            "CPU seconds of a warm scan, × the bare loop's",
            made.warm_median(lambda scan: scan.cpu_s) / made.floor_cpu_s,
            1.5,
        ),
    ]
    if made.instructions is not None:
        executed = made.instructions.scan / made.instructions.floor
        lines.append(Line("instructions of a warm scan, × the bare loop's", executed, 1.5))
    usual, corrected = made.scripts["usual"].wall_s, made.scripts["corrected"].wall_s
    lines += [
        Line("warm, × faster than the usual script", usual / warm_s, 80, least=True),
        Line("warm, × faster than the corrected script", corrected / warm_s, 8, least=True),
    ]
    if made.unconfirmed is not None:
        faster = usual / made.unconfirmed.wall_s
        lines.append(Line("cold without ConfirmAfter's looks, × faster than the usual script", faster, 10, least=True))
    lines.append(Line("cold with ConfirmAfter's looks, × faster than the usual script", usual / made.cold.wall_s, None))
    if made.at_quota is not None:
        faster = usual / made.at_quota.wall_s
        lines.append(Line("the same with RateLimit at AWS's limits", faster, None))
    return lines


def exponent(points: Sequence[tuple[float, float]]) -> float:
    """exponent is that of the power law through the points: the slope of their logarithms, by least squares."""
    logs = [(math.log(x), math.log(y)) for x, y in points]
    mean_x, mean_y = (sum(column) / len(logs) for column in zip(*logs))
    return sum((x - mean_x) * (y - mean_y) for x, y in logs) / sum((x - mean_x) ** 2 for x, _ in logs)
