"""A log group and its streams: what is in them, what the index shows of it, and in which order.

FilterLogEvents sees an event `ingestion_lag` after it happened, commonly at once; DescribeLogStreams
shows a stream's newest event only `index_lag` later. A stream whose shown time changes by the clock alone (it chatters, or its newest
event is not shown yet) has an alarm: the group moves it in the order of time when that rings.
Times inside are milliseconds; the builders take seconds.
"""

from __future__ import annotations

import heapq
import zlib
from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable

from .chatter import Chatter
from .index import Index
from .rendering import Rendered

_DAY_MS = 86_400_000
# A line that counts by the default phrases of every type.
DEFAULT_MESSAGE = "[ManagementConnection] New connection established. Kernel started: 0b7c1f0e-4b1c-4d5c-8f57-00"


def to_ms(seconds: float) -> int:
    return round(seconds * 1000)


class Stream:
    """Stream is one log stream: explicit events, one newest event, or a Chatter, or nothing."""

    __slots__ = (
        *("group", "name", "created_ms", "lag_ms", "late_ms", "events", "chatter", "history"),
        *("description", "_place"),
    )

    def __init__(self, group: LogGroup, name: str, created_ms: int, lag_ms: int):
        self.group = group
        self.name = name
        self.created_ms = created_ms
        self.lag_ms = lag_ms
        self.late_ms = 0
        self.events: list[tuple[int, str]] = []
        self.chatter: Chatter | None = None
        # With only its newest event given, a stream is taken to have been logging before: until
        # the index has caught up it shows an event that is index_lag older.
        self.history = False
        # What is told of it, as JSON text, where the clock does not change that.
        self.description: Rendered | None = None
        self._place: tuple | None = None

    def __repr__(self) -> str:
        return f"Stream({self.name!r})"

    @property
    def last_event(self) -> float | None:
        """last_event is the newest event's time in seconds, None for a stream without events."""
        newest = self.newest(self.group.now_ms())
        return None if newest is None else newest / 1000

    @last_event.setter
    def last_event(self, seconds: float | None) -> None:
        self.history = True
        self.events = [] if seconds is None else [(to_ms(seconds), DEFAULT_MESSAGE)]
        self.group.place(self)

    @property
    def index_lag(self) -> float:
        return self.lag_ms / 1000

    @index_lag.setter
    def index_lag(self, seconds: float) -> None:
        self.lag_ms = to_ms(seconds)
        self.group.place(self)

    @property
    def ingestion_lag(self) -> float:
        return self.late_ms / 1000

    @ingestion_lag.setter
    def ingestion_lag(self, seconds: float) -> None:
        self.late_ms = to_ms(seconds)
        self.group.place(self)

    @property
    def behind_ms(self) -> int:
        """behind_ms is how long after an event the index shows it."""
        return self.lag_ms + self.late_ms

    def log(self, when: float, message: str) -> None:
        """log adds one event, at any place in time."""
        self.history = False
        insort(self.events, (to_ms(when), message), key=lambda event: event[0])
        self.group.place(self)

    def chatters(self, chatter: Chatter | None) -> None:
        self.chatter = chatter
        self.group.place(self)

    def delete(self) -> None:
        self.group.delete(self)

    def newest(self, now_ms: int) -> int | None:
        """newest is the exact time of the newest event; events of the future count, too."""
        newest = self.events[-1][0] if self.events else None
        if self.chatter is not None:
            said = self.chatter.newest(now_ms)
            if said is not None and (newest is None or said > newest):
                newest = said
        return newest

    def shown(self, now_ms: int) -> int | None:
        """shown is what lastEventTimestamp says at now_ms: nothing, where retention has removed all events."""
        shown = self.ever_shown(now_ms)
        return shown if shown is not None and shown >= self.group.kept_from(now_ms) else None

    def ever_shown(self, now_ms: int) -> int | None:
        """ever_shown is what lastEventTimestamp says at now_ms: newest(), behind_ms behind."""
        if self.behind_ms == 0:
            return self.newest(now_ms)
        seen_ms = now_ms - self.behind_ms
        shown = self._shown_event(seen_ms)
        if self.chatter is not None:
            said = self.chatter.newest(seen_ms)
            if said is not None and (shown is None or said > shown):
                shown = said
        return shown

    def _shown_event(self, seen_ms: int) -> int | None:
        if not self.events:
            return None
        if self.history:
            newest = self.events[-1][0]
            return newest if newest <= seen_ms else newest - self.behind_ms
        known = bisect_right(self.events, seen_ms, key=lambda event: event[0])
        return self.events[known - 1][0] if known else None

    def first(self) -> int | None:
        """first is the time of the oldest event."""
        times = [self.events[0][0]] if self.events else []
        if self.chatter is not None:
            times.append(self.chatter.next(self.chatter.since_ms - 1))
        return min((t for t in times if t is not None), default=None)

    def next_change(self, now_ms: int) -> int | None:
        """next_change is when shown() will say something else, None: not by the clock alone."""
        times = []
        shown = self.ever_shown(now_ms)
        if self.group.retention_ms is not None and shown is not None and shown >= self.group.kept_from(now_ms):
            times.append(shown + self.group.retention_ms + 1)
        if self.chatter is not None:
            said = self.chatter.next(now_ms - self.behind_ms)
            if said is not None:
                times.append(said + self.behind_ms)
        if self.behind_ms and self.events and self.events[-1][0] > now_ms - self.behind_ms:
            seen = bisect_right(self.events, now_ms - self.behind_ms, key=lambda event: event[0])
            times.append(self.events[seen][0] + self.behind_ms)
        return min(times, default=None)


class LogGroup:
    """LogGroup keeps its streams by name and by the time that the index shows."""

    def __init__(self, name: str, now: Callable[[], float], creation_ms: int):
        self.name = name
        self.creation_ms = creation_ms
        self.streams: dict[str, Stream] = {}
        self.by_name = Index()
        self.by_time = Index()
        self.chattering: dict[str, set[Stream]] = {}
        # Streams with events that by_time does not tell of: more than one, or one that lags.
        self.wordy: set[Stream] = set()
        # How long events are kept; None: for ever.
        self.retention_ms: int | None = None
        self._now = now
        self._alarms: list[tuple[int, int, Stream]] = []
        self._serial = 0
        self._advanced_ms = 0

    def __repr__(self) -> str:
        return f"LogGroup({self.name!r}, {len(self.streams)} streams)"

    def now_ms(self) -> int:
        return to_ms(self._now())

    @property
    def retention(self) -> float | None:
        return None if self.retention_ms is None else self.retention_ms / 1000

    @retention.setter
    def retention(self, seconds: float | None) -> None:
        """retention removes older events from now on; AWS has days."""
        self.retention_ms = None if seconds is None else to_ms(seconds)
        for stream in self.streams.values():
            self.place(stream)

    def kept_from(self, now_ms: int) -> int:
        """kept_from is the time of the oldest event that may still be there."""
        return 0 if self.retention_ms is None else now_ms - self.retention_ms

    def stream(
        self,
        name: str,
        last_event: float | None = None,
        events: list[tuple[float, str]] | None = None,
        chatter: Chatter | None = None,
        index_lag: float = 0.0,
        created: float | None = None,
    ) -> Stream:
        """stream adds a stream; without last_event, events and chatter it has no events at all."""
        if name in self.streams:
            raise ValueError(f"stream {name!r} exists")
        created_ms = self.creation_ms if created is None else to_ms(created)
        added = Stream(self, name, created_ms, to_ms(index_lag))
        added.chatter = chatter
        if last_event is not None:
            added.history = True
            added.events = [(to_ms(last_event), DEFAULT_MESSAGE)]
        elif events:
            added.events = sorted(((to_ms(t), m) for t, m in events), key=lambda event: event[0])
        self.streams[name] = added
        self.by_name.add((name, added))
        self.place(added)
        return added

    def delete(self, stream: Stream) -> None:
        del self.streams[stream.name]
        self.by_name.remove((stream.name, stream))
        self.by_time.remove(stream._place)
        stream._place = None
        self._sort_out(stream, there=False)

    def place(self, stream: Stream) -> None:
        """place puts a stream where it belongs in the order of time, as shown now."""
        stream.description = None
        self._sort_out(stream, there=True)
        self._move(stream, self.now_ms())

    def _move(self, stream: Stream, now_ms: int) -> None:
        """_move puts a stream at its place in time, and sets the alarm for its next one."""
        shown = stream.shown(now_ms)
        order = self._unlogged_order(stream) if shown is None else shown
        place = (order, stream.name, stream)
        if place != stream._place:
            if stream._place is not None:
                self.by_time.remove(stream._place)
            self.by_time.add(place)
            stream._place = place
        change = stream.next_change(now_ms)
        if change is not None:
            self._serial += 1
            heapq.heappush(self._alarms, (change, self._serial, stream))

    def advance(self) -> int:
        """advance moves the streams whose shown time changed by the clock; gives now in ms."""
        now_ms = self.now_ms()
        if now_ms < self._advanced_ms:
            # A test has turned its clock back.
            self._alarms = []
            for stream in self.streams.values():
                if stream.behind_ms or stream.chatter is not None or self.retention_ms is not None:
                    self._move(stream, now_ms)
        self._advanced_ms = now_ms
        due = set()
        while self._alarms and self._alarms[0][0] <= now_ms:
            stream = heapq.heappop(self._alarms)[2]
            if stream._place is not None:
                due.add(stream)
        for stream in due:
            self._move(stream, now_ms)
        return now_ms

    def _sort_out(self, stream: Stream, there: bool) -> None:
        """_sort_out keeps the sets that a search over the whole group begins with."""
        for held in self.chattering.values():
            held.discard(stream)
        if there and stream.chatter is not None:
            self.chattering.setdefault(stream.chatter.profile, set()).add(stream)
        self.wordy.discard(stream)
        told = len(stream.events) == 1 and not stream.behind_ms and stream.chatter is None
        if there and stream.events and not told:
            self.wordy.add(stream)

    def _unlogged_order(self, stream: Stream) -> int:
        """_unlogged_order is where a stream without events stands: anywhere, always the same."""
        dice = zlib.crc32(stream.name.encode("utf-8", "surrogatepass"))
        if dice % 8 == 0:
            return 0
        return self.creation_ms + 30 * _DAY_MS - dice % (90 * _DAY_MS)


def events_between(stream: Stream, low_ms: int, high_ms: int) -> range:
    """events_between is the range of numbers of the explicit events in [low, high]."""
    start = bisect_left(stream.events, low_ms, key=lambda event: event[0])
    end = bisect_right(stream.events, high_ms, key=lambda event: event[0])
    return range(start, end)
