"""CloudWatch Logs: FilterLogEvents and GetLogEvents."""

from __future__ import annotations

import hashlib
from functools import lru_cache

from .calls import Call, Operation
from .errors import invalid
from .eventscan import Key, Page, Streams, Window, read_page
from .filterpattern import Pattern, parse
from .logs import INGESTION_MS, find_group, find_stream

MAX_EVENTS = 10_000
_FAR_FUTURE_MS = 1 << 50
_RESOURCE = "log-group:{logGroupName}:log-stream:"


def filter_log_events(call: Call) -> dict:
    group = find_group(call)
    now_ms = group.advance()
    pattern = _pattern(call)
    named = call.input.get("logStreamNames")
    if named is not None:
        named = [find_stream(group, name) for name in dict.fromkeys(named)]
    streams = Streams(group, named, call.input.get("logStreamNamePrefix", ""))
    low_ms = max(call.input.get("startTime", 0), group.kept_from(now_ms))
    high_ms = call.input.get("endTime", _FAR_FUTURE_MS)
    page = read_page(
        streams,
        Window(low_ms, high_ms, now_ms),
        pattern,
        call.cursor.position,
        not call.input.get("startFromHead", True),
        call.cursor.size(call.input.get("limit", MAX_EVENTS)),
        call.scan_events,
    )
    answer: dict = {
        "events": [_event(key, message) for key, message in page.events],
        "searchedLogStreams": [],
    }
    if page.position is not None:
        answer["nextToken"] = call.cursor.token(page.position, empty=not page.events)
    return answer


def get_log_events(call: Call) -> dict:
    """get_log_events gives one stream's events, oldest first, with a token either way.

    A token that comes back unchanged says that nothing is left that way.
    """
    group = find_group(call)
    now_ms = group.advance()
    stream = find_stream(group, call.input["logStreamName"])
    direction, position = _direction(call)
    low_ms = max(call.input.get("startTime", 0), group.kept_from(now_ms))
    end_ms = call.input.get("endTime", _FAR_FUTURE_MS)
    page = read_page(
        Streams(group, [stream], ""),
        # GetLogEvents leaves its endTime out, FilterLogEvents does not.
        Window(low_ms, end_ms - 1, now_ms),
        parse(""),
        position,
        direction == "b",
        call.cursor.size(call.input.get("limit", MAX_EVENTS)),
        call.scan_events,
    )
    events = sorted(page.events)
    tokens = _two_tokens(call, direction, position, page, events, low_ms)
    return {
        "events": [
            {"timestamp": k[0], "message": m, "ingestionTime": k[0] + INGESTION_MS}
            for k, m in events
        ],
        "nextForwardToken": tokens["f"],
        "nextBackwardToken": tokens["b"],
    }


def _pattern(call: Call) -> Pattern:
    try:
        return parse(call.input.get("filterPattern", ""))
    except ValueError as reason:
        raise invalid("logs", f"Invalid filter pattern: {reason}") from None


def _event(key: Key, message: str) -> dict:
    when_ms, name, number = key
    return {
        "logStreamName": name,
        "timestamp": when_ms,
        "message": message,
        "ingestionTime": when_ms + INGESTION_MS,
        "eventId": f"{when_ms:020d}{_stream_number(name):018d}{number:018d}",
    }


@lru_cache(maxsize=65536)
def _stream_number(name: str) -> int:
    return int.from_bytes(hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=7).digest(), "big")


def _direction(call: Call) -> tuple[str, Key | None]:
    """_direction is which way to read, and from where: a token's word beats startFromHead."""
    if call.cursor.position is None:
        return ("f" if call.input.get("startFromHead", False) else "b"), None
    direction, *position = call.cursor.position
    return direction, tuple(position)


def _two_tokens(
    call: Call,
    direction: str,
    position: Key | None,
    page: Page,
    events: list[tuple[Key, str]],
    low_ms: int,
) -> dict[str, str]:
    received = call.cursor.received
    if not events and page.position is None and received is not None:
        other = "b" if direction == "f" else "f"
        return {direction: received, other: call.cursor.token((other, *position))}
    start = position or (low_ms, "", -1)
    ends = {
        "f": events[-1][0] if events else start,
        "b": events[0][0] if events else start,
    }
    if not events and page.position is not None:
        ends[direction] = page.position
    empty = not events
    return {way: call.cursor.token((way, *end), empty) for way, end in ends.items()}


OPERATIONS = [
    Operation("logs", "FilterLogEvents", filter_log_events, "nextToken", "nextToken", _RESOURCE),
    Operation("logs", "GetLogEvents", get_log_events, "nextToken", None, _RESOURCE),
]
