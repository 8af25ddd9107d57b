"""What happens at a place: people come, go and work, something goes wrong, and all of it is seen to be over again."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from random import Random

from e2e.collectd import PATIENCE_S
from faults.cell import Failed, Script
from soak.place import WAYS, Place
from soak.troubles import Trouble, strike

# A trouble lasts until it was met, so that a second try helps, or for up to so many reports or seconds: a listing that
# is throttled is tried again for minutes. It is given up when it is not met: not all is asked for in every scan.
_TROUBLE_REPORTS = 4
_TROUBLE_S = 10
_UNMET_REPORTS = 12


class Life:
    """Life is the script of a place: it yields while it waits for what collectd says.

    troubled is how often it is trouble that comes next.
    """

    def __init__(self, place: Place, random: Random, troubled: float):
        self.place = place
        self.troubles: Counter[str] = Counter()
        self.unmet = 0
        self._random = random
        self._troubled = troubled

    def go_on(self, until: Callable[[], bool]) -> Script:
        """go_on lives until then, and ends with nobody there but who always is."""
        place = self.place
        yield from self._settle()
        while not until():
            if self._random.random() < self._troubled:
                yield from self._be_in_trouble()
            else:
                self._move()
            yield from self._settle()
        while place.guests:
            place.leave(next(iter(place.guests)))
        yield from self._settle()

    def rest(self, reports: int) -> Script:
        """rest: nothing changes any more. Keys and connections are had anew: there are as many of them each time."""
        self.place.revoke()
        for door in self.place.doors.values():
            self.place.aws.set_door(door, None)
        yield from self.wait_reports(reports)

    def _move(self) -> None:
        """_move is up to three changes that one scan may see together."""
        place = self.place
        for _ in range(self._random.randint(1, 3)):
            what = self._random.choice(("come", "come", "leave", "work", "work", "work"))
            if what == "come":
                place.come(self._random.choice(WAYS))
            elif what == "leave" and place.guests:
                place.leave(self._random.choice(list(place.guests)))
            elif what == "work":
                self._work()

    def _work(self) -> None:
        there = [tracked for tracked in self.place.truth.tracked.values() if tracked.removed is None]
        self.place.work(self._random.choice(there))

    def _be_in_trouble(self) -> Script:
        place = self.place
        trouble = strike(place, self._random)
        before, lasts = place.reports, self._random.randint(0, _TROUBLE_REPORTS)
        end = time.monotonic() + _TROUBLE_S
        if not trouble.calm:
            self._work()
            self._move()

        def is_over() -> bool:
            reports = place.reports - before
            enough = reports >= lasts or time.monotonic() > end
            return reports >= _UNMET_REPORTS or (enough and trouble.hits() > 0)

        yield from self._until(is_over, f"end of {trouble.name}")
        met = trouble.hits() > 0
        trouble.end()
        self.troubles[trouble.name] += met
        self.unmet += not met

    def _settle(self) -> Script:
        place = self.place
        before = place.reports
        yield from self._until(lambda: not place.untold(before), lambda: f"untold: {place.untold(before)}")
        yield from self.wait_reports(2)
        place.settle()

    def wait_reports(self, number: int) -> Script:
        """wait_reports waits for so many further scans to be reported."""
        wanted = self.place.reports + number
        yield from self._until(lambda: self.place.reports >= wanted, f"{number} reports")

    def _until(self, condition: Callable[[], bool], what: str | Callable[[], str]) -> Script:
        end = time.monotonic() + PATIENCE_S
        while not condition():
            if time.monotonic() > end:
                said = what if isinstance(what, str) else what()
                raise Failed(f"{self.place.name} after {self.place.intervals} intervals: {said}")
            yield
