"""What an idle server writes all by itself: log lines as a function of time, kept nowhere.

A Chatter says which lines its stream has and when: each kind of line comes at a fixed period and a
phase that the seed decides. Lines that a person causes stop at `worked_until`, and come in the
hours of `day` only. Three thousand such streams cost the memory of three thousand small objects,
and any window of them can be asked for. A profile of a test's own may be added to PROFILES.
Times are milliseconds.
"""

from __future__ import annotations

import time
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache


_HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True)
class Line:
    """A kind of line: its period, and its text with {stamp} and {n} (a number that grows)."""

    period_ms: int
    text: str
    work: bool = False

    def at(self, when_ms: int) -> str:
        return self.text.format(stamp=_stamp(when_ms), n=when_ms // self.period_ms % 90 + 10)


def _stamp(when_ms: int) -> str:
    return f"{_minute(when_ms // 60000)}:{when_ms // 1000 % 60:02d}.{when_ms % 1000:03d}"


@lru_cache(maxsize=4096)
def _minute(minutes: int) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.gmtime(minutes * 60))


PROFILES: dict[str, tuple[Line, ...]] = {
    # A shared or Unified Studio space, whose collaboration server reports every minute.
    "collaboration": (
        Line(60_000, "[I {stamp} YDocExtension] Processed {n} Y patches in one minute"),
        Line(60_000, "[I {stamp} YDocExtension] Connected Y users: 1"),
        Line(
            900_000,
            "[I {stamp} YDocExtension] Saving the content from room json:notebook:{n}",
            work=True,
        ),
    ),
    # A private JupyterLab space with the auto-stop script and a tab that polls what is not there.
    "jupyterlab": (
        Line(120_000, "[auto-stop-idle] {stamp} JupyterLab is not idle. Passing check."),
        Line(
            300_000,
            "[W {stamp} ServerApp] 404 GET /jupyterlab/default/api/sessions (127.0.0.1) 1.{n}ms",
        ),
        Line(600_000, "[I {stamp} ServerApp] Saving file at /churn.ipynb", work=True),
    ),
    "codeeditor": (
        Line(120_000, "[auto-stop-idle] {stamp} CodeEditor is not idle. Passing check."),
        Line(
            3_600_000,
            "[{stamp}] The client has disconnected, will wait for reconnection 3h before "
            "disposing...",
        ),
        Line(
            7_200_000,
            "[{stamp}][{n}][ManagementConnection] New connection established.",
            work=True,
        ),
    ),
    # Studio Classic under a tab that polls.
    "kernelgateway": (
        Line(60_000, "[I {stamp} web:2064] 200 GET /api/kernels (127.0.0.1) 0.{n}ms"),
        Line(1_200_000, "[I {stamp} kernelgateway] Kernel started: 0b7c1f0e-{n}", work=True),
    ),
}


class Chatter:
    """Chatter is one stream's lines: a profile, a seed for the phases, and the bounds in time."""

    __slots__ = ("profile", "seed", "since_ms", "until_ms", "worked_until_ms", "day")

    def __init__(
        self,
        profile: str,
        seed: int,
        since: float,
        until: float | None = None,
        worked_until: float | None = None,
        day: tuple[int, int] | None = None,
    ):
        """Times are seconds: since when the server runs, until when (None: on and on), until when
        somebody worked (None: nobody ever did). day is that person's hours, in UTC: (9, 18)."""
        if profile not in PROFILES:
            raise ValueError(f"no profile {profile!r}: {sorted(PROFILES)}")
        self.profile = profile
        self.seed = seed
        self.since_ms = int(since * 1000)
        self.until_ms = None if until is None else int(until * 1000)
        self.worked_until_ms = -1 if worked_until is None else int(worked_until * 1000)
        self.day = None if day is None else (day[0], day[1])

    def lines(self) -> tuple[Line, ...]:
        return PROFILES[self.profile]

    def newest(self, now_ms: int) -> int | None:
        """newest is the time of the last line at or before now_ms, None before the first."""
        ticks = [self._last_tick(n, line, now_ms) for n, line in enumerate(self.lines())]
        return max((t for t in ticks if t >= self.since_ms), default=None)

    def next(self, now_ms: int) -> int | None:
        """next is the time of the first line after now_ms, None when the server has ended."""
        ticks = []
        for number, line in enumerate(self.lines()):
            start = max(now_ms + 1, self.since_ms)
            tick = start + (self._phase(number, line) - start) % line.period_ms
            end = self._end(line)
            while self._asleep(line, tick) and tick <= end:
                tick += line.period_ms
            if end is None or tick <= end:
                ticks.append(tick)
        return min(ticks, default=None)

    def between(
        self, low_ms: int, high_ms: int, kinds: Sequence[int]
    ) -> Iterator[tuple[int, int, str]]:
        """between yields (time, kind, text) of the lines in [low, high] whose kind is in kinds."""
        low = max(low_ms, self.since_ms)
        lines = self.lines()
        for number in kinds:
            line = lines[number]
            end = self._end(line)
            high = high_ms if end is None or end > high_ms else end
            if high < low:
                continue
            tick = high - (high - self._phase(number, line)) % line.period_ms
            while tick >= low:
                if not self._asleep(line, tick):
                    yield tick, number, line.at(tick)
                tick -= line.period_ms

    def _end(self, line: Line) -> int | None:
        if not line.work:
            return self.until_ms
        if self.until_ms is None:
            return self.worked_until_ms
        return min(self.until_ms, self.worked_until_ms)

    def _phase(self, number: int, line: Line) -> int:
        return (self.seed * 2_654_435_761 + number * 7_919_317) % line.period_ms

    def _last_tick(self, number: int, line: Line, before_ms: int) -> int:
        end = self._end(line)
        if end is not None and end < before_ms:
            before_ms = end
        tick = before_ms - (before_ms - self._phase(number, line)) % line.period_ms
        while self._asleep(line, tick) and tick >= self.since_ms:
            tick -= line.period_ms
        return tick

    def _asleep(self, line: Line, when_ms: int) -> bool:
        if self.day is None or not line.work:
            return False
        return not self.day[0] <= when_ms // _HOUR_MS % 24 < self.day[1]


def seed_of(name: str) -> int:
    """seed_of gives a stream that was built without a seed one of its own, always the same."""
    return zlib.crc32(name.encode("utf-8", "surrogatepass"))
