"""The fewest calls and the least time in which a scan's questions can be answered, computed from the world alone.

No client can do better with the operations that AWS offers: a page of ListApps shows 100 apps, a page of
DescribeLogStreams by recency 50 streams, a call by name one, and FilterLogEvents searches 100 named streams.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.worlds import Population

LIST_PAGE = 100
STREAMS_PAGE = 50
SEARCH_BATCH = 100

# The plugin's defaults.
LOG_LAG_S = 7200.0
LOOKBACK_S = 172800.0
CONFIRM_AFTER_S = 86400.0
RATES = {"List": (5.0, 20.0), "DescribeLogStreams": (10.0, 10.0), "FilterLogEvents": (2.0, 3.0)}

# Of these the newest event of any kind counts; of all others a search tells. A search is for events with any of some
# phrases, or with none of them: types of the one and the other cannot share a call.
_LAST_EVENT = {"JupyterServer"}
_IGNORE = {"KernelGateway"}


@dataclass(frozen=True)
class Bound:
    """Bound is calls by operation, those of the looks that ConfirmAfter asks for apart, and the longest chain of calls
    each of which needs the one before it."""

    calls: Mapping[str, int]
    looks: int
    chain: int

    @property
    def total(self) -> int:
        return sum(self.calls.values())

    def seconds(self, latency: float) -> float:
        """seconds is the least time: the chain's latency, or what the plugin's rate limits leave after a full bucket."""
        return max(latency * self.chain, *(_paced(name, number) for name, number in self.calls.items()))


def warm(world: Population, now: float, interval: float) -> Bound:
    """warm is the bound of a scan after another one that was complete interval seconds ago."""
    moved = bisect_left(_ages(world, now), LOG_LAG_S)
    moving = [app for app in world.apps if app.profile is not None]
    passing = [
        app for app in world.apps if not app.busy and 0 <= app.since + now - world.started - CONFIRM_AFTER_S < interval
    ]
    return _bound(world, {"DescribeLogStreams": max(1, _up(moved, STREAMS_PAGE))}, moving, len(passing))


def cold(world: Population, now: float, lookback: float = LOOKBACK_S) -> Bound:
    """cold is the bound of the first scan: the best choice between sweep and names, made with foresight."""
    ages = _ages(world, now)
    logged = [app for app in world.apps if app.idle is not None]
    places = sorted(bisect_left(ages, _age(world, app, now)) for app in logged)
    pages = fewest_calls(places, len(world.apps) - len(logged), len(ages))
    searched = [app for app in logged if _age(world, app, now) < lookback]
    exact = [lookback if app.type not in _LAST_EVENT else CONFIRM_AFTER_S for app in world.apps]
    looks = sum(not app.busy and app.since + now - world.started > least for app, least in zip(world.apps, exact))
    spaces = len(world.vacant) + sum(app.space is not None for app in world.apps)
    return _bound(world, {"ListSpaces": _up(spaces, LIST_PAGE), "DescribeLogStreams": pages}, searched, looks)


def fewest_calls(places: Sequence[int], unlogged: int, streams: int) -> int:
    """fewest_calls is how few calls of DescribeLogStreams tell of all apps: some pages of a sweep, the rest by name.

    places are those of the apps' streams in the order of recency, ascending, 0 being the first; apps without a stream
    are known to have none by their name, or when the sweep has reached the group's end.
    """
    end = max(1, _up(streams, STREAMS_PAGE))
    fewest = end
    for page in range(min(end, len(places) + unlogged + 1)):
        left = len(places) - bisect_left(places, page * STREAMS_PAGE) + unlogged
        fewest = min(fewest, page + left)
    return fewest


def _bound(world: Population, asked: dict[str, int], logged: Sequence, looks: int) -> Bound:
    listing = max(1, _up(len(world.apps), LIST_PAGE))
    ignore = sum(app.type in _IGNORE for app in logged)
    match = sum(app.type not in _IGNORE | _LAST_EVENT for app in logged)
    searched = _up(ignore, SEARCH_BATCH) + _up(match, SEARCH_BATCH)
    calls = {"ListApps": listing, **asked, "FilterLogEvents": searched}
    chain = max(listing, asked["DescribeLogStreams"]) + (1 if searched else 0)
    return Bound({name: number for name, number in calls.items() if number}, _up(looks, SEARCH_BATCH), chain)


def _ages(world: Population, now: float) -> list[float]:
    """_ages are those of all streams' newest events, the newest first."""
    ages = [_age(world, app, now) for app in world.apps if app.idle is not None]
    return sorted(ages + [age + now - world.started for _, age in world.old])


def _age(world: Population, app, now: float) -> float:
    return 0.0 if app.profile is not None else app.idle + now - world.started


def _paced(operation: str, calls: int) -> float:
    rate, burst = RATES["List" if operation.startswith("List") else operation]
    return max(0.0, (calls - burst) / rate)


def _up(number: int, size: int) -> int:
    return -(-number // size)
