"""The life of one app in a week: who works when, what is written, what a beacon beside it would see.

Hours count from Monday 0:00 UTC; what lies before has been there when the week begins. No event stands nearer to a
whole hour than two minutes: the looks at whole hours are the same in every run.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from random import Random

from e2e import week_lines as lines

DAYS = 7
HOURS = 24 * DAYS
FRIDAY = -3
# Where people sit: hours ahead of UTC.
ZONES = (-8, -5, 0, 0, 1, 1, 1, 5.5, 8, 9, 12)
# How long Studio's session lasts, and what is seen through it with it.
SESSION_H = 12
# How often a beacon looks, and writes at the most: what packaging/lifecycle has.
LOOKS_EVERY_S = 60
WRITES_EVERY_S = 300
WATCHES_EVERY_H = 6

_MARGIN_H = 2 / 60

Span = tuple[float, float]


@dataclass(frozen=True)
class Written:
    """Written is a line: when, what, when it arrives in CloudWatch, and whether it shows that somebody is there."""

    at: float
    text: str
    arrives: float
    shows: bool


@dataclass
class Life:
    """Life is what happens; what people do is the truth, whatever can be seen of it."""

    dice: Random
    works: list[Span] = field(default_factory=list)
    written: list[Written] = field(default_factory=list)
    runs: list[Span] = field(default_factory=list)
    # What a beacon sees: a kernel that is busy at the look, or processes of kernels and terminals that have computed;
    # a kernel, a terminal, an editor that was used since the last look.
    busy: list[Span] = field(default_factory=list)
    touched: list[Span] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.zone = self.dice.choice(ZONES)
        self.born = -24.0 * self.dice.randint(5, 20) - self.dice.uniform(0, 20)

    def day(self, number: int, start: float = 9, end: float = 17.5) -> Span:
        """day is a working day at the place where they sit, 0 being Monday."""
        begins = 24 * number - self.zone + start + self.dice.uniform(-0.75, 0.75)
        return _clear(begins), _clear(begins + (end - start) * self.dice.uniform(0.88, 1.12))

    def days(self, *numbers: int, start: float = 9, end: float = 17.5) -> Iterator[Span]:
        """days are working days, each with a break; last Friday is one in any case."""
        for number in (FRIDAY, *numbers):
            begins, ends = self.day(number, start, end)
            if ends - begins < 5:
                yield begins, ends
                continue
            noon = begins + 3 + self.dice.uniform(0, 1)
            yield begins, _clear(noon)
            yield _clear(noon + 0.75), ends

    def whole_days(self, *numbers: int, start: float = 9, end: float = 17.5) -> Iterator[Span]:
        """whole_days are days without a break that anything shows."""
        for number in (FRIDAY, *numbers):
            yield self.day(number, start, end)

    def until(self, *choice: int) -> range:
        """until is the days from Monday to one of these; behind it they are away."""
        return range(self.dice.choice(choice) + 1)

    def some(self, start: float, end: float, *minutes: float) -> Iterator[float]:
        """some are moments, so many minutes apart: (at least, at most)."""
        at = start + self.dice.uniform(*minutes) / 60
        while at < end:
            yield _clear(at)
            at += self.dice.uniform(*minutes) / 60

    def work(self, start: float, end: float) -> None:
        self.works.append((start, end))

    def shows(self, at: float, *texts: str, late_min: float = 0) -> None:
        """shows: somebody has made the server write these."""
        self._write(at, texts, late_min, True)

    def writes(self, at: float, *texts: str) -> None:
        """writes: lines of machines, and those that look like them."""
        self._write(at, texts, 0, False)

    def touch(self, start: float, end: float | None = None) -> None:
        self.touched.append((start, start if end is None else end))

    def run(self, start: float, end: float, *starts: str) -> None:
        """run: the app exists for so long, and its server says that it starts."""
        start, end = _clear(start), _clear(end)
        self.runs.append((start, end))
        self.writes(start, *starts)

    def exists(self, *starts: str) -> None:
        """exists: it was made some time ago, if nothing else has been said."""
        if not self.runs:
            self.run(self.born, 2 * HOURS, *starts)

    def worked(self, hour: float) -> float:
        """worked is the last hour, up to hour, in which somebody worked."""
        return max((min(end, hour) for start, end in self.works if start <= hour), default=self.born)

    def beacon(self) -> list[Written]:
        """beacon is what it writes: when it starts and every six hours, and while somebody or something works."""
        wrote = []
        for start, end in self.runs:
            until = min(end, HOURS)
            wrote += [_line(at, lines.WATCHING, self.dice) for at in _steps(start, until, WATCHES_EVERY_H)]
            quiet_until = start
            for look in self._looks_that_see(start, until):
                if look >= quiet_until:
                    wrote.append(_line(look, lines.ACTIVE, self.dice))
                    quiet_until = look + (WRITES_EVERY_S - LOOKS_EVERY_S / 2) / 3600
        return wrote

    def seen(self, hour: float) -> float | None:
        """seen is the last hour, up to hour, at which there was something that a beacon sees at its next look."""
        spans = [*self.touched, *(span for span in self.busy if span[1] - span[0] > LOOKS_EVERY_S / 3600)]
        return max((min(end, hour) for start, end in spans if start <= hour), default=None)

    def _looks_that_see(self, start: float, until: float) -> list[float]:
        every = LOOKS_EVERY_S / 3600
        first = start + self.dice.uniform(0, every)
        looks: set[int] = set()
        for begins, ends in self.busy:
            looks |= set(range(math.ceil((begins - first) / every), math.floor((ends - first) / every) + 1))
        for begins, ends in self.touched:
            looks |= set(range(math.ceil((begins - first) / every), math.ceil((ends - first) / every) + 1))
        return [at for at in (first + look * every for look in sorted(looks)) if start <= at < until]

    def _write(self, at: float, texts: Iterable[str], late_min: float, shows: bool) -> None:
        for text in texts:
            at = _clear(at)
            self.written.append(Written(at, _said(at, text, self.dice), _clear(at + late_min / 60), shows))


def _line(at: float, text: str, dice: Random) -> Written:
    return Written(at, _said(at, text, dice), at, True)


def _said(at: float, text: str, dice: Random) -> str:
    return text.format(stamp=f"hour {at:.3f}", n=dice.randint(10, 99))


def _steps(start: float, until: float, every: float) -> Iterator[float]:
    at = start
    while at < until:
        yield at
        at += every


def _clear(hour: float) -> float:
    """_clear keeps an hour away from whole ones."""
    whole = math.floor(hour)
    return whole + min(max(hour - whole, _MARGIN_H), 1 - _MARGIN_H)
