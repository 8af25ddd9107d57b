"""A lane for thousands of intervals: its guests have names from a small set, and nothing that was told is kept."""

from __future__ import annotations

import time
from collections import Counter

from e2e.output import Line, Value
from faults.lane import MINUTE_S, Lane
from faults.truth import Tracked

# Guests at a time. collectd, the plugin and its domains remember names for longer than these stay.
GUESTS = 8

# Hanging is what takes time here; a machine that does other things for a second makes a value late, not wrong.
_TIMEOUT_S = 0.5
# More than the 5 s that are put up with.
CLOCK_OFFSET_S = 10

_CONFIRM_AFTER_S = 2 * MINUTE_S
_SAVED = "[I 2026-01-01 00:00:00.000 ServerApp] Saving file at /a.ipynb"
_STARTED = "[I 2026-01-01 00:00:00.000 ServerApp] Extension package jupyterlab was loaded"
_EVENTS_KEPT = 4

# How guests come: with an old creation time (a restart), just made, without a stream, into a space of their own, as a
# JupyterLab, into a domain of their own.
WAYS = ("again", "anew", "mute", "space", "lab", "domain")


class Place(Lane):
    """Place is a lane, who is in it, and the newest that collectd told of each."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.timeout = _TIMEOUT_S
        self.guests: dict[int, Tracked] = {}
        self.leaving: dict[int, Tracked] = {}
        self.intervals = 0
        self.moves: Counter[str] = Counter()
        self.drift = 0.0
        self.values_at_rest = 0
        self._clock_set_back = 0.0
        self._counted = 0
        self._told: dict[str, tuple[Value, int]] = {}
        self._worked: list[tuple[Tracked, int]] = []  # lately, and after how many reports

    @property
    def options(self) -> str:
        spaces = "true" if self.source == "instance" else "false"
        own = f"ReportBySpace {spaces}\nConfirmAfter {_CONFIRM_AFTER_S}\n</Account>"
        return super().options.replace("</Account>", own)

    @property
    def reports(self) -> int:
        return self._counted

    def take(self, value: Value) -> None:
        super().take(value)
        self.values.clear()
        self.intervals += value.type_instance == "since_complete"
        if value.type == "response_time":
            self._counted += 1
            self._end_of_before()
        if value.type == "duration":
            self._told[value.identifier] = value, self._counted
        if value.plugin == "sagemaker":
            self._measure_drift(value)

    def _end_of_before(self) -> None:
        """_end_of_before: what was true before somebody worked is not any more, once later scans are reported."""
        for tracked, reports in self._worked:
            if self._counted >= reports + 2:
                tracked.was = None
        self._worked = [(tracked, reports) for tracked, reports in self._worked if tracked.was is not None]

    def take_line(self, line: Line) -> None:
        """take_line keeps no line: each trouble says something."""

    def _measure_drift(self, value: Value) -> None:
        """_measure_drift: of an app at rest, time - value is always the same, while the clocks agree."""
        tracked = self.truth.tracked.get(value.identifier)
        if tracked is None or value.is_nan or self._clock_moved_lately or tracked.was is not None or tracked.fallback:
            return
        since = self.truth.since(tracked)
        if since is not None:
            self.values_at_rest += 1
            self.drift = max(self.drift, abs(value.time - value.value - since))

    @property
    def _clock_moved_lately(self) -> bool:
        """_clock_moved_lately: until the next answer, values go by the clock before."""
        return len(self.truth.clock) > 1

    @property
    def _may_log_before_its_newest(self) -> bool:
        """_may_log_before_its_newest: a server has logged by a clock that was set back since, which AWS's never is."""
        return time.time() - self._clock_set_back < CLOCK_OFFSET_S + 1

    def come(self, way: str) -> None:
        """come is one more guest, if there is room."""
        free = [slot for slot in range(GUESTS) if slot not in self.guests and slot not in self.leaving]
        if not free:
            return
        self._arrivals = free[0]  # that is what the guest is named after
        ways = {
            "again": self.arrive,
            "anew": lambda: self.arrive(age=0, idle=0),
            "mute": lambda: self.arrive(idle=None),
            "space": self.arrive_in_space,
            "lab": self._arrive_as_lab,
            "domain": self.arrive_in_domain,
        }
        self.guests[free[0]] = ways[way]()
        self.moves["came"] += 1

    def _arrive_as_lab(self) -> Tracked:
        space, age = f"den{self._arrivals}", 5 * MINUTE_S
        self.cloud.space(space, owner=f"scholar{self._arrivals}", domain=self.domain_id, age=age)
        more = {"type": "JupyterLab", "name": "default", "age": age, "log": [(3 * MINUTE_S, _SAVED), (0, _STARTED)]}
        return self.add(self.cloud.app(space=space, domain=self.domain_id, **more))

    def leave(self, slot: int) -> None:
        """leave lists a guest's app as deleted: what stays of it is removed when that was seen."""
        tracked = self.leaving[slot] = self.guests.pop(slot)
        with self.aws.lock:
            tracked.running.app.delete()
        tracked.removed = time.time()
        self.moves["left"] += 1

    def work(self, tracked: Tracked) -> None:
        """work has somebody work with an app now: an event of its stream, in the lab a file that is saved."""
        stream, before = tracked.running.stream, self.truth.since(tracked)
        is_lab = tracked.running.app.type == "JupyterLab"
        if stream is None or before is None or tracked.was is not None or (is_lab and self._may_log_before_its_newest):
            return
        with self.aws.lock:
            now = round(self.aws.world.now(), 3)
            tracked.was = before
            if is_lab:
                stream.log(now, _SAVED)
                del stream.events[:-_EVENTS_KEPT]
                tracked.worked = tracked.since = now
            else:
                stream.last_event = tracked.since = now
        self._worked.append((tracked, self._counted))
        self.moves["worked"] += 1

    def untold(self, reports: int) -> list[str]:
        """untold is what is still to be told: a value of all who are there, of a later scan; NaN of what has gone."""
        there = [name for name in self.present for name in _names(self.truth.tracked[name])]
        gone = [name for tracked in self.leaving.values() for name in _names(tracked)]
        return [name for name in there if self._told.get(name, (None, 0))[1] < reports + 2] + [
            f"{name} NaN" for name in gone if name in self._told and not self._told[name][0].is_nan
        ]

    def settle(self) -> None:
        """settle: no scan that is still to be reported can have seen the world as it was before."""
        for tracked in self.truth.tracked.values():
            tracked.fallback = False
        for tracked in self.leaving.values():
            self.remove(tracked)
            del self.truth.tracked[tracked.running.identifier]
            for name in _names(tracked):
                self._told.pop(name, None)
        self.leaving.clear()
        self._believe_clock()
        self.cloud.running.clear()
        self.forget_calls()

    def _believe_clock(self) -> None:
        """_believe_clock: AWS's clock is right, and was so in all scans that are still to be reported."""
        if len(self.truth.clock) > 1:
            self._clock_set_back, _ = self.truth.clock[-1]
            self.truth.clock[:] = [(0.0, 0.0)]

    def remove(self, tracked: Tracked) -> None:
        super().remove(tracked)
        stream = tracked.running.stream
        with self.aws.lock:
            if stream is not None and stream.group.streams.get(stream.name) is stream:
                stream.delete()


def _names(tracked: Tracked) -> tuple[str, str, str]:
    """_names are what an app's values stand under, its user's and its instance's."""
    return tracked.running.identifier, tracked.running.user_identifier, tracked.running.billed()
