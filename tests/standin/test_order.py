"""The order of LastEventTime: lagging streams, streams without events, streams that move."""

from __future__ import annotations

import pytest

from .chatter import Chatter
from .streams import Stream
from .world import STUDIO_GROUP

BY_TIME = {"orderBy": "LastEventTime", "descending": True}


def shown(ask, name: str) -> float | None:
    (stream,) = (
        ask.client("logs")
        .describe_log_streams(logGroupName=STUDIO_GROUP, logStreamNamePrefix=name)
        .get("logStreams")
    )
    when = stream.get("lastEventTimestamp")
    return None if when is None else when / 1000


def test_newest_first_and_oldest_first(ask, region, clock):
    for age in (300, 100, 200):
        region.stream(f"s{age}", clock.now - age)
    assert ask.streams(**BY_TIME) == ["s100", "s200", "s300"]
    assert ask.streams(orderBy="LastEventTime") == ["s300", "s200", "s100"]


def test_a_stream_that_logs_moves_to_the_front(ask, aws, region, clock):
    old = region.stream("old", clock.now - 500)
    region.stream("new", clock.now - 100)
    assert ask.streams(**BY_TIME) == ["new", "old"]
    assert shown(ask, "old") == clock.now - 500
    with aws.lock:
        old.last_event = clock.now - 1
    assert ask.streams(**BY_TIME) == ["old", "new"]
    assert shown(ask, "old") == clock.now - 1
    with aws.lock:
        old.delete()
    assert ask.streams(**BY_TIME) == ["new"]


def test_the_index_trails_behind_a_stream_that_lags(ask, aws, region, clock):
    region.stream("steady", clock.now - 1000)
    lagging = region.stream("lagging", clock.now - 10, index_lag=3600)
    assert lagging.last_event == clock.now - 10
    assert shown(ask, "lagging") == clock.now - 3610
    assert ask.streams(**BY_TIME) == ["steady", "lagging"]
    clock.now += 3590
    assert shown(ask, "lagging") == clock.now - 3600
    assert ask.streams(**BY_TIME) == ["lagging", "steady"]
    clock.now -= 3590
    assert ask.streams(**BY_TIME) == ["steady", "lagging"]


def test_of_explicit_events_the_index_shows_those_old_enough(ask, aws, region, clock):
    stream = region.stream("s", events=[(clock.now - 500, "a"), (clock.now - 50, "b")])
    stream.index_lag = 100
    assert shown(ask, "s") == clock.now - 500
    with aws.lock:
        stream.index_lag = 1000
    assert shown(ask, "s") is None
    clock.now += 960
    assert shown(ask, "s") == clock.now - 1010
    with aws.lock:
        stream.index_lag = 0
        stream.log(clock.now + 60, "from the future")
    assert shown(ask, "s") == clock.now + 60


def test_streams_without_events_stand_anywhere_but_always_there(ask, aws, region, clock):
    for i in range(60):
        region.stream(f"logged{i:02d}", clock.now - i * 86_400)
        region.stream(f"silent{i:02d}")
    order = ask.streams(**BY_TIME)
    assert ask.streams(**BY_TIME) == order
    silent = [name.startswith("silent") for name in order]
    assert silent[0] and silent[-1]
    changes = sum(1 for one, next in zip(silent, silent[1:]) if one != next)
    assert changes > 20
    assert [name for name in order if name.startswith("logged")] == [
        f"logged{i:02d}" for i in range(60)
    ]
    assert shown(ask, "silent07") is None


def test_a_deleted_stream_is_gone_by_name_too(ask, aws, region, clock):
    stream = region.stream("one", clock.now)
    region.stream("two", clock.now)
    assert ask.streams() == ["one", "two"]
    with aws.lock:
        stream.delete()
    assert ask.streams() == ask.streams(**BY_TIME) == ["two"]


def test_a_chatterer_moves_by_the_clock_alone(ask, region, clock):
    chatter = Chatter("collaboration", 7, clock.now - 9000, worked_until=None)
    region.stream("chatterer", chatter=chatter)
    region.stream("steady", clock.now - 30)
    seen = set()
    for _ in range(12):
        clock.now += 20
        seen.add(shown(ask, "chatterer"))
        assert shown(ask, "chatterer") == chatter.newest(int(clock.now * 1000)) / 1000
    assert len(seen) >= 4
    assert ask.streams(**BY_TIME) == ["chatterer", "steady"]


def page(client, token: str | None = None, **arguments) -> tuple[list[str], str | None]:
    more = {} if token is None else {"nextToken": token}
    answer = client.describe_log_streams(
        logGroupName=STUDIO_GROUP, orderBy="LastEventTime", limit=3, **more, **arguments
    )
    names = [stream["logStreamName"] for stream in answer["logStreams"]]
    return names, answer.get("nextToken")


@pytest.fixture
def nine(region, clock) -> list[Stream]:
    return [region.stream(f"s{i}", clock.now - 900 + 100 * i) for i in range(9)]


def test_a_stream_that_moves_forward_between_pages_is_missed(ask, aws, nine, clock):
    client = ask.client("logs")
    first, token = page(client, descending=True)
    with aws.lock:
        nine[0].last_event = clock.now
    second, token = page(client, token, descending=True)
    third, token = page(client, token, descending=True)
    assert first + second + third == ["s8", "s7", "s6", "s5", "s4", "s3", "s2", "s1"]
    assert token is None


def test_a_stream_that_moves_ahead_of_the_pages_is_seen_twice(ask, aws, nine, clock):
    client = ask.client("logs")
    names, token = page(client)
    with aws.lock:
        nine[0].last_event = clock.now
    while token is not None:
        more, token = page(client, token)
        names += more
    assert names == [f"s{i}" for i in range(9)] + ["s0"]


def test_a_stream_deleted_at_the_position_stops_nothing(ask, aws, nine):
    client = ask.client("logs")
    first, token = page(client)
    with aws.lock:
        nine[2].delete()
    assert page(client, token)[0] == ["s3", "s4", "s5"]
