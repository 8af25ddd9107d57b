"""Log events: filter patterns, searches across streams, and what chattering servers write."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from .chatter import PROFILES, Chatter
from .conftest import Asker
from .filterpattern import parse, verdict
from .server import StandIn
from .world import STUDIO_GROUP

PATTERNS = [
    ("", "anything", True),
    ('"Saving file"', "[I ServerApp] Saving file at /x", True),
    ('"Saving file"', "saving file at /x", False),
    ('"Saving file"', "Saving the file", False),
    ("Saving file", "file first, Saving later", True),
    ("Saving file", "Saving only", False),
    ('-"auto-stop-idle"', "[auto-stop-idle] Passing check.", False),
    ('-"auto-stop-idle"', "Saving file", True),
    ('-"a b" -"c d"', "c d", False),
    ('-"a b" -"c d"', "a c", True),
    ('?"one" ?"two"', "two", True),
    ('?"one" ?"two"', "three", False),
    ("?ERROR ?WARN", "WARN", True),
    # ?terms beside any other term are ignored.
    ('?"one" ?"two" "three"', "three", True),
    ('?"one" -"three"', "two", True),
    ('?"one" -"three"', "one three", False),
    ('  "a"   "b"  ', "ab", True),
]


@pytest.mark.parametrize("pattern,message,matches", PATTERNS)
def test_filter_patterns(pattern, message, matches):
    assert parse(pattern).matches(message) is matches


@pytest.mark.parametrize("pattern", ['"open', "a.b", "auto-stop", '"a""b"', "{ $.a = 1 }", "[a]"])
def test_what_is_no_pattern_of_this_kind_is_refused(ask, region, refusals, pattern):
    region.group()
    with pytest.raises(ClientError) as refused:
        ask.events(filterPattern=pattern)
    assert refused.value.response["Error"]["Code"] == "InvalidParameterException"
    assert len(refusals) == 1


def story(region, clock) -> None:
    """story is three streams whose events, oldest first, are a0 b0 c0 a1 b1 c1 ..."""
    for number, name in enumerate("abc"):
        events = [(clock.now - 1000 + 30 * i + number, f"{name}{i}") for i in range(20)]
        region.stream(f"d/{name}", events=events)


def test_events_come_oldest_first_across_streams(ask, region, clock):
    story(region, clock)
    expected = [f"{name}{i}" for i in range(20) for name in "abc"]
    assert ask.events() == expected
    assert ask.events(logStreamNames=["d/c", "d/a"]) == [e for e in expected if e[0] != "b"]
    assert ask.events(logStreamNamePrefix="d/b") == [e for e in expected if e[0] == "b"]


def test_newest_first_is_the_same_backwards(ask, region, clock):
    story(region, clock)
    since = int(clock.now - 2000) * 1000
    backwards = ask.events(startFromHead=False, startTime=since, limit=7)
    assert backwards == ask.events()[::-1]


def test_both_ends_of_the_window_are_in_it(ask, region, clock):
    story(region, clock)
    start = int((clock.now - 1000 + 30) * 1000)
    assert ask.events(startTime=start, endTime=start + 31_000) == ["a1", "b1", "c1", "a2", "b2"]


def test_a_page_ends_at_its_limit_its_megabyte_or_what_it_looks_at(ask, aws, region, clock):
    long = "x" * 200_000
    region.stream("big", events=[(clock.now - 100 + i, f"{i:02d}{long}") for i in range(12)])
    pages = ask.pages("logs", "filter_log_events", logGroupName=STUDIO_GROUP)
    assert [len(page["events"]) for page in pages] == [5, 5, 2]
    pages = ask.pages("logs", "filter_log_events", logGroupName=STUDIO_GROUP, limit=4)
    assert [len(page["events"]) for page in pages] == [4, 4, 4]
    aws.front.scan_events = 5
    pages = ask.pages(
        "logs", "filter_log_events", logGroupName=STUDIO_GROUP, filterPattern='"11xx"'
    )
    assert [len(page["events"]) for page in pages] == [0, 0, 1]
    aws.front.scan_events = 10_000


def test_events_of_one_moment_are_all_found_on_any_pages(ask, region, clock):
    events = [(clock.now, f"{i}") for i in range(50)]
    region.stream("a", events=events)
    region.stream("b", events=events)
    everything = sorted([str(i) for i in range(50)] * 2)
    assert sorted(ask.events(limit=7)) == everything
    since = int(clock.now) * 1000
    assert sorted(ask.events(limit=7, startFromHead=False, startTime=since)) == everything


def test_a_missing_stream_fails_the_whole_search(ask, region, clock):
    story(region, clock)
    with pytest.raises(ClientError) as refused:
        ask.events(logStreamNames=["d/a", "d/none"])
    assert refused.value.response["Error"]["Code"] == "ResourceNotFoundException"


def test_a_search_is_exact_where_the_index_lags(ask, region, clock):
    """A search over the group looks at streams that the index still shows as old."""
    lagging = region.stream("lagging", clock.now - 10, index_lag=3600)
    region.stream("old", clock.now - 5000)
    pages = ask.pages(
        "logs",
        "filter_log_events",
        logGroupName=STUDIO_GROUP,
        startTime=int(clock.now - 100) * 1000,
    )
    names = [event["logStreamName"] for page in pages for event in page["events"]]
    assert names == ["lagging"]
    assert lagging.shown(int(clock.now * 1000)) == int((clock.now - 3610) * 1000)


def test_a_search_finds_what_a_chatterer_was_made_to_say(ask, region, clock):
    chatter = Chatter("jupyterlab", 1, clock.now - 900)
    stream = region.stream("s", chatter=chatter)
    stream.log(clock.now - 500, "once")
    assert ask.events(filterPattern="once", endTime=int(clock.now - 400) * 1000) == ["once"]


def test_get_log_events_gives_the_newest_by_default(ask, region, clock):
    story(region, clock)
    client = ask.client("logs")
    where = {"logGroupName": STUDIO_GROUP, "logStreamName": "d/a"}
    newest = client.get_log_events(**where, limit=1)
    assert [event["message"] for event in newest["events"]] == ["a19"]
    last = client.get_log_events(**where, limit=3)
    assert [event["message"] for event in last["events"]] == ["a17", "a18", "a19"]
    head = client.get_log_events(**where, limit=2, startFromHead=True)
    assert [event["message"] for event in head["events"]] == ["a0", "a1"]
    with pytest.raises(ClientError):
        client.get_log_events(**where | {"logStreamName": "d/none"})


@pytest.mark.parametrize("from_head", [True, False])
def test_get_log_events_repeats_its_token_at_the_end(world, region, clock, from_head):
    story(region, clock)
    way = "nextForwardToken" if from_head else "nextBackwardToken"
    for seed in range(1, 5):
        with StandIn(world, seed=seed) as aws:
            client, token, found = Asker(aws).client("logs"), {}, []
            while True:
                answer = client.get_log_events(
                    logGroupName=STUDIO_GROUP,
                    logStreamName="d/b",
                    startFromHead=from_head,
                    limit=6,
                    **token,
                )
                found.append([event["message"] for event in answer["events"]])
                if token == {"nextToken": answer[way]}:
                    break
                token = {"nextToken": answer[way]}
        assert found[-1] == [] and aws.violations == []
        pages = found if from_head else found[::-1]
        assert [message for page in pages for message in page] == [f"b{i}" for i in range(20)]


@pytest.mark.parametrize("day", [None, (9, 18)])
@pytest.mark.parametrize("profile", sorted(PROFILES))
def test_a_chatterers_views_agree(profile, day):
    """newest, next and between tell of the same lines; work ends when it ended."""
    begin, work_end, end = 1_795_000_000, 1_795_120_000, 1_795_240_000
    chatter = Chatter(profile, 42, begin, end, work_end, day)

    def lines(low: int, high: int) -> list[tuple[int, int, str]]:
        return sorted(chatter.between(low * 1000, high * 1000, range(len(PROFILES[profile]))))

    everything = lines(0, end + 100_000)
    assert everything and begin * 1000 <= everything[0][0] and everything[-1][0] <= end * 1000
    assert everything == lines(0, work_end) + lines(work_end, end + 1)
    work = [when for when, number, _ in everything if PROFILES[profile][number].work]
    assert work and max(work) <= work_end * 1000
    hours = {when // 3_600_000 % 24 for when in work}
    assert (hours <= set(range(9, 18))) is (day is not None)
    for moment in (begin - 5, begin + 7_200, begin + 50_000, work_end + 9, end - 1, end + 5):
        before = [when for when, *_ in everything if when <= moment * 1000]
        behind = [when for when, *_ in everything if when > moment * 1000]
        assert chatter.newest(moment * 1000) == (before[-1] if before else None)
        assert chatter.next(moment * 1000) == (behind[0] if behind else None)


def test_a_verdict_on_a_kind_of_line_is_right_for_all_its_lines():
    patterns = ['?"Saving file" ?"Kernel started"', '-"auto-stop-idle" -"404 GET"', '":" "-"', ""]
    for text in patterns:
        pattern = parse(text)
        for profile, kinds in PROFILES.items():
            for number, line in enumerate(kinds):
                said = verdict(pattern, profile, number)
                for when in range(1_795_000_000_000, 1_795_900_000_000, 98_765_432):
                    assert said in (None, pattern.matches(line.at(when)))
    assert verdict(parse('"404"'), "jupyterlab", 1) is None


def chattering(region, clock, number: int = 30) -> None:
    for i in range(number):
        region.stream(
            f"d-1/space{i:02d}/JupyterLab/default",
            chatter=Chatter(
                "jupyterlab", i, clock.now - 90_000, worked_until=clock.now - 1800 * i
            ),
        )


@pytest.mark.parametrize("pattern", ["", '?"Saving file" ?"x"', '-"auto-stop-idle"', '"127"'])
@pytest.mark.parametrize("forwards", [True, False])
def test_a_search_among_chatterers_finds_what_they_wrote(world, region, clock, pattern, forwards):
    chattering(region, clock)
    since = clock.now - 86_400
    wanted = parse(pattern)
    written = [
        (when, stream.name, text)
        for stream in region.group().streams.values()
        for when, _, text in stream.chatter.between(
            int(since * 1000), int(clock.now * 1000), range(3)
        )
        if wanted.matches(text)
    ]
    with StandIn(world, scan_events=3000) as aws:
        pages = Asker(aws).pages(
            "logs",
            "filter_log_events",
            logGroupName=STUDIO_GROUP,
            startTime=int(since * 1000),
            startFromHead=forwards,
            filterPattern=pattern,
        )
    found = [
        (event["timestamp"], event["logStreamName"], event["message"])
        for page in pages
        for event in page["events"]
    ]
    assert sorted(found) == sorted(written) and len(found) > 100
    assert [when for when, *_ in found] == sorted((w for w, *_ in found), reverse=not forwards)
    assert len(pages) >= 10 and aws.violations == []


def test_a_search_costs_pages_by_what_it_looks_at_not_by_what_it_finds(ask, aws, region, clock):
    chattering(region, clock, 1)
    aws.front.scan_events = 370
    pages = ask.pages(
        "logs",
        "filter_log_events",
        logGroupName=STUDIO_GROUP,
        startTime=int(clock.now - 86_400) * 1000,
        startFromHead=False,
        filterPattern='"Nothing says this"',
    )
    # A line each two and each five minutes: 1,008 a day.
    assert len(pages) == 3 and not any(page["events"] for page in pages)
    aws.front.scan_events = 10_000


def test_nobody_works_where_nobody_did():
    chatter = Chatter("jupyterlab", 1, 1_795_000_000)
    lines = chatter.between(0, 1_795_900_000_000, range(3))
    assert {PROFILES["jupyterlab"][number].work for _, number, _ in lines} == {False}


def test_events_of_a_stream_that_lags_are_shown_when_they_have_arrived(ask, region, clock):
    stream = region.stream("d/a", events=[(clock.now - 100, "old"), (clock.now - 10, "new")])
    stream.ingestion_lag = 60
    assert ask.events() == ["old"]
    shown = ask.pages("logs", "describe_log_streams", logGroupName=STUDIO_GROUP)[0]["logStreams"][0]
    assert shown["lastEventTimestamp"] == round(1000 * (clock.now - 100))
    assert shown["lastIngestionTime"] - shown["lastEventTimestamp"] > 60_000
    clock.now += 50
    assert ask.events() == ["old", "new"]


def test_retention_removes_events_and_leaves_the_stream_and_when_its_last_came(ask, region, clock):
    region.stream("d/a", events=[(clock.now - 200, "older"), (clock.now - 100, "old")])
    region.stream("d/b", events=[(clock.now - 100, "as old"), (clock.now - 10, "new")])
    region.group().retention = 50

    def told() -> dict:
        pages = ask.pages("logs", "describe_log_streams", logGroupName=STUDIO_GROUP)
        return {stream["logStreamName"]: stream for page in pages for stream in page["logStreams"]}

    assert ask.events() == ["new"]
    assert "lastEventTimestamp" not in told()["d/a"] and "firstEventTimestamp" not in told()["d/a"]
    assert told()["d/a"]["lastIngestionTime"] == round(1000 * (clock.now - 100)) + 500
    assert told()["d/b"]["lastEventTimestamp"] == round(1000 * (clock.now - 10))
    clock.now += 100
    assert ask.events() == []
    assert "lastEventTimestamp" not in told()["d/b"]
    newest = ask.pages("logs", "describe_log_streams", logGroupName=STUDIO_GROUP, orderBy="LastEventTime")
    assert sum(len(page["logStreams"]) for page in newest) == 2
