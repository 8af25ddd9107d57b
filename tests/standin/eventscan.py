"""Reading events across streams in the order of time, one page at a time, from any position.

An event's key is (time, stream's name, number in the stream). A page looks at no more than
`budget` events, found or not, and ends where that is spent: that is how AWS comes to pages that
are empty and still go on. Chattering streams are looked at in slices of time that hold about the
budget, so that lines nobody asked for are never made.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .chatter import PROFILES
from .filterpattern import Pattern, matcher, verdict
from .streams import LogGroup, Stream, events_between

PAGE_BYTES = 1_048_576
# What AWS counts for an event beside its message.
EVENT_BYTES = 26
# Numbers of a chatterer's lines in their stream: behind any explicit event of the same time.
_CHATTER_NUMBER = 1 << 40

Key = tuple[int, str, int]


@dataclass(slots=True)
class Window:
    """Window is the time asked for, both ends included, in milliseconds."""

    low_ms: int
    high_ms: int
    now_ms: int

    def end_of(self, stream: Stream) -> int:
        """end_of is the time up to which events of a stream have arrived, or the window's end."""
        return min(self.high_ms, self.now_ms - stream.late_ms) if stream.late_ms else self.high_ms


@dataclass(slots=True)
class Page:
    """Page is what was found, and where to go on (None: there is nothing more)."""

    events: list[tuple[Key, str]]
    position: Key | None


class Streams:
    """Streams are those that a request searches: named ones, or all of a group with a prefix."""

    def __init__(self, group: LogGroup, named: list[Stream] | None, prefix: str):
        self._group = group
        self._prefix = prefix
        self._named = named

    def talking(self, low_ms: int, high_ms: int) -> Iterator[Stream]:
        """talking are the streams that may have explicit events in [low, high]."""
        if self._named is not None:
            yield from self._named
            return
        group = self._group
        for stream in group.wordy:
            if stream.name.startswith(self._prefix):
                yield stream
        # All others have one event at most, and stand at its true time.
        for key in group.by_time.ascending((low_ms,)):
            if key[0] > high_ms:
                return
            stream = key[-1]
            if stream.events and stream not in group.wordy and key[1].startswith(self._prefix):
                yield stream

    def chattering(self) -> Iterator[tuple[str, list[Stream]]]:
        """chattering are the streams with a Chatter, by its profile."""
        for profile in PROFILES:
            if self._named is None:
                chosen = list(self._group.chattering.get(profile, ()))
                if self._prefix:
                    chosen = [s for s in chosen if s.name.startswith(self._prefix)]
            else:
                chosen = [s for s in self._named if s.chatter and s.chatter.profile == profile]
            if chosen:
                yield profile, chosen

    def chatter(self) -> tuple[float, int]:
        """chatter is the lines a millisecond of all, and when the first of them began."""
        rate, since_ms = 0.0, 1 << 62
        for profile, streams in self.chattering():
            lines = [line for line in PROFILES[profile] if not line.work]
            rate += len(streams) * sum(1 / line.period_ms for line in lines)
            since_ms = min(since_ms, min(stream.chatter.since_ms for stream in streams))
        return rate, since_ms


def read_page(
    streams: Streams,
    window: Window,
    pattern: Pattern,
    position: Key | None,
    backwards: bool,
    limit: int,
    budget: int,
) -> Page:
    """read_page reads the page behind position (None: from the window's end or beginning)."""
    low_ms, high_ms, last = _slice(streams, window, position, backwards, budget)
    talk = _talk(streams, Window(low_ms, high_ms, window.now_ms), position, backwards, budget)
    chat = _chat(streams, Window(low_ms, min(high_ms, window.now_ms), window.now_ms), pattern)
    found = sorted([*talk, *chat], reverse=backwards)
    if position is not None:
        found = [e for e in found if (e[0] < position if backwards else e[0] > position)]
    wanted = matcher(pattern)
    page = Page([], position)
    size = 0
    for looked, (key, message) in enumerate(found):
        matches = wanted(message)
        size += len(message.encode("utf-8", "surrogatepass")) + EVENT_BYTES if matches else 0
        if looked == budget or (matches and (len(page.events) == limit or size > PAGE_BYTES)):
            # An empty page at the very beginning goes on where it began.
            page.position = page.position or _edge(window, not backwards)
            return page
        if matches:
            page.events.append((key, message))
        page.position = key
    edge = (low_ms, "", -1) if backwards else (high_ms, "\U0010ffff", 0)
    page.position = None if last else edge
    return page


def _slice(
    streams: Streams, window: Window, position: Key | None, backwards: bool, budget: int
) -> tuple[int, int, bool]:
    """_slice is the part of the window that one page looks at, and whether it is the last."""
    low_ms, high_ms = window.low_ms, window.high_ms
    if position is not None:
        low_ms, high_ms = (low_ms, position[0]) if backwards else (position[0], high_ms)
    rate, since_ms = streams.chatter()
    if rate == 0:
        return low_ms, high_ms, True
    span_ms = int(budget / rate)
    if backwards:
        edge_ms = min(high_ms, window.now_ms) - span_ms
        if edge_ms <= max(low_ms, since_ms):
            return low_ms, high_ms, True
        return edge_ms, high_ms, False
    edge_ms = max(low_ms, since_ms) + span_ms
    if edge_ms >= min(high_ms, window.now_ms):
        return low_ms, high_ms, True
    return low_ms, edge_ms, False


def _talk(
    streams: Streams, window: Window, position: Key | None, backwards: bool, budget: int
) -> Iterator[tuple[Key, str]]:
    """_talk gives each stream's explicit events, those nearest to the page's start."""
    most = budget + 1
    for stream in streams.talking(window.low_ms, window.high_ms):
        numbers = events_between(stream, window.low_ms, window.end_of(stream))
        if position is not None:
            numbers = _behind(stream, numbers, position, backwards)
        for number in numbers[-most:] if backwards else numbers[:most]:
            when_ms, message = stream.events[number]
            yield (when_ms, stream.name, number), message


def _behind(stream: Stream, numbers: range, position: Key, backwards: bool) -> range:
    """_behind drops the events that earlier pages have looked at: some of one millisecond."""
    start, end = numbers.start, numbers.stop
    if backwards:
        while end > start and (stream.events[end - 1][0], stream.name, end - 1) >= position:
            end -= 1
    else:
        while start < end and (stream.events[start][0], stream.name, start) <= position:
            start += 1
    return range(start, end)


def _chat(streams: Streams, window: Window, pattern: Pattern) -> Iterator[tuple[Key, str]]:
    """_chat gives the chatterers' lines of those kinds that the pattern may want."""
    for profile, chatterers in streams.chattering():
        numbers = range(len(PROFILES[profile]))
        kinds = [n for n in numbers if verdict(pattern, profile, n) is not False]
        for stream in chatterers if kinds else ():
            end_ms = window.end_of(stream)
            for when_ms, number, message in stream.chatter.between(window.low_ms, end_ms, kinds):
                yield (when_ms, stream.name, _CHATTER_NUMBER + number), message


def _edge(window: Window, low: bool) -> Key:
    return (window.low_ms, "", -1) if low else (window.high_ms, "\U0010ffff", 0)
