"""collectd with the plugin in it: it ends when asked to, delays nobody, and is clean under valgrind."""

import re
from itertools import pairwise
from statistics import median

import pytest

from e2e.cloud import DAY_S, HOUR_S
from e2e.collectd import TOP

TIMEOUT_S = 3
SLOW = f"Interval 1\n<Account default>\nTimeout {TIMEOUT_S}\n</Account>"
MEMCHECK = (
    "valgrind",
    "--leak-check=full",
    "--errors-for-leak-kinds=definite,indirect,possible",
    "--show-leak-kinds=definite,indirect,possible",
    f"--suppressions={TOP}/tests/e2e/collectd.supp",
    "--log-file=valgrind",
)


def test_it_ends_at_once_when_nothing_is_under_way(cloud, watch):
    cloud.domain()
    cloud.app("user01", "app")
    collectd = watch("Interval 60")
    collectd.await_scans(1)
    # Neither an interval nor a request's time.
    assert collectd.stop() < TIMEOUT_S + 2


@pytest.mark.parametrize("kind", ["hang_before_headers", "hang_after_headers", "drip"])
def test_it_ends_while_aws_hangs(cloud, watch, kind):
    cloud.domain()
    cloud.app("user01", "app")
    hanging = cloud.aws.fault(None, kind)
    collectd = watch(SLOW)
    collectd.wait(lambda: hanging.hits, "request")
    assert collectd.stop() < TIMEOUT_S + 2


def test_it_ends_while_a_scan_takes_several_reads(cloud, watch):
    cloud.domain()
    for number in range(300):
        cloud.app("user01", f"app{number:03}")
    cloud.aws.latency = 2.0
    collectd = watch("Interval 1\n<Account default>\nTimeout 3\n</Account>")
    collectd.await_reads(2)
    assert collectd.stop() < TIMEOUT_S + 2


def test_it_ends_right_after_the_start(watch):
    collectd = watch("Interval 1")
    collectd.wait(lambda: [line for line in collectd.lines if "Initialization complete" in line.text], "start")
    assert collectd.stop() < TIMEOUT_S + 2


def test_other_plugins_are_not_delayed_while_aws_hangs(cloud, watch):
    cloud.domain()
    hanging = cloud.aws.fault(None, "hang_before_headers")
    collectd = watch(SLOW, extra="LoadPlugin uptime")
    collectd.wait(lambda: hanging.hits >= 2, "requests that hang")
    collectd.wait(lambda: len(collectd.series("uptime/uptime")) >= 8, "other values")
    times = [value.time for value in collectd.series("uptime/uptime")]
    # One that is late is the machine's.
    assert median(later - earlier for earlier, later in pairwise(times)) < 2


def test_a_read_waits_no_longer_than_the_timeout(cloud, watch):
    cloud.domain()
    cloud.aws.fault(None, "hang_before_headers")
    collectd = watch("Interval 1\n<Account default>\nTimeout 2\n</Account>")
    collectd.await_reads(4)
    beats = [beat.time for beat in collectd.heartbeats]
    assert median(later - earlier for earlier, later in pairwise(beats)) < 2 + 1.5


def test_a_scan_that_spans_reads_stays_one_scan(cloud, watch):
    """Its values carry an interval that spans the reads that it took."""
    cloud.domain()
    for number in range(300):
        cloud.app("user01", f"app{number:03}", idle=HOUR_S + number)
    cloud.aws.latency = 0.6
    collectd = watch("Interval 1\n<Account default>\nTimeout 1\n</Account>")
    collectd.await_scans(4)
    cloud.assert_truthful(collectd)
    series = collectd.series(cloud.running[0].identifier)
    for earlier, later in pairwise(series):
        assert later.time - earlier.time < 2 * earlier.interval, "the series would have expired"
    assert all(value.interval > 1 for value in series)
    assert {beat.interval for beat in collectd.heartbeats} == {1}
    first_pages = [c for c in cloud.aws.calls if c.operation == "ListApps" and "NextToken" not in c.input]
    assert len(first_pages) <= len(collectd.completions()) + 1, "the listing was begun again"


def test_one_read_of_everything(cloud, watch):
    cloud.domain()
    cloud.app("user01", "app", idle=3 * DAY_S)
    collectd = watch.stopped("<Account default>\nTimeout 30\n</Account>")
    assert collectd.run_once() == 0
    cloud.assert_truthful(collectd)
    assert collectd.scan("count-apps")[0].value == 1


def test_one_read_of_everything_while_aws_refuses(cloud, watch):
    cloud.aws.fault(None, "access_denied")
    collectd = watch.stopped("<Account default>\nTimeout 30\n</Account>")
    collectd.run_once()
    assert len(collectd.complaints) == 1


def test_valgrind_finds_nothing_in_ten_scans(cloud, watch):
    cloud.domain()
    for number in range(120):
        cloud.app(f"user{number % 7}", f"app{number:03}", idle=None if number % 10 == 0 else number * HOUR_S)
    for number in range(300):
        cloud.region.stream(f"d-old/user{number}/KernelGateway/app", last_event=cloud.world.now() - DAY_S * number)
    cloud.aws.fault("ListApps", "reset", times=1)
    cloud.aws.fault("DescribeLogStreams", "throttle", times=1)
    collectd = watch("Interval 1", wrapper=MEMCHECK)
    collectd.await_scans(4, within=240)
    with cloud.aws.lock:
        cloud.running.pop().app.delete()
    denied = cloud.aws.fault("ListApps", "access_denied")
    collectd.wait(lambda: denied.hits, "failing scan")
    cloud.aws.clear_faults()
    collectd.await_scans(6, within=240)
    collectd.stop()
    report = (collectd.folder / "valgrind").read_text()
    errors = re.search(r"ERROR SUMMARY: (\d+) errors", report)
    assert errors is not None and errors[1] == "0", report
