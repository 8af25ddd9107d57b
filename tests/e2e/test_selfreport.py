"""What the plugin says about itself, in every read: heartbeat, counts, calls, errors."""

from itertools import pairwise
from statistics import median

import pytest

from e2e.cloud import DAY_S, HOUR_S, REGION
from e2e.collectd import PATIENCE_S


def test_the_heartbeat_comes_with_every_read(cloud, watch):
    cloud.domain()
    cloud.app("user01", "app")
    collectd = watch()
    collectd.await_reads(5)
    times = [beat.time for beat in collectd.heartbeats]
    # One that is late is the machine's.
    assert median(b - a for a, b in pairwise(times)) < 2
    assert median(beat.value for beat in collectd.heartbeats) < 2


def test_the_heartbeat_grows_while_scans_fail_and_falls_when_they_do_not(cloud, watch):
    cloud.domain()
    cloud.app("user01", "app")
    collectd = watch()
    collectd.await_scans()
    cloud.aws.fault("ListApps", "access_denied")
    collectd.wait(lambda: collectd.beat().value > 3, "growing heartbeat")
    beats = collectd.heartbeats[-3:]
    assert [b.time - b.value for b in beats] == pytest.approx([beats[0].time - beats[0].value] * 3, abs=0.5)
    cloud.aws.clear_faults()
    collectd.wait(lambda: collectd.beat().value < 1, "heartbeat of a complete scan")


def test_the_heartbeat_counts_from_the_start_where_no_scan_ever_was_complete(cloud, watch):
    cloud.aws.fault(None, "access_denied")
    collectd = watch()
    collectd.wait(lambda: collectd.heartbeats and collectd.heartbeats[-1].value > 3, "growing heartbeat")
    beats = collectd.heartbeats
    assert [b.time - b.value for b in beats] == pytest.approx([beats[0].time - beats[0].value] * len(beats), abs=0.5)


def test_a_failed_scan_does_not_make_collectd_ask_less_often(cloud, watch):
    """A read that returns an error would be asked again after twice the time, then four times, up to a day."""
    cloud.aws.fault(None, "access_denied")
    collectd = watch()
    collectd.await_reads(8)
    times = [beat.time for beat in collectd.heartbeats]
    assert max(b - a for a, b in zip(times, times[1:])) < 2


def test_counts(cloud, watch):
    cloud.domain()
    for number in range(5):
        cloud.app(f"user{number % 3}", f"app{number}")
    cloud.app("user9", "quiet", idle=None)
    collectd = watch()
    collectd.await_scans()
    counts = {name: collectd.count(name) for name in ("apps", "users", "unknown", "unlogged")}
    assert counts == {"apps": 6, "users": 4, "unknown": 0, "unlogged": 1}


@pytest.mark.parametrize(
    "user, said", [("user", "found 3 apps of 2 users."), ("nobody", "found no app; if some run, ")]
)
def test_what_the_first_complete_scan_has_found_is_said_once(cloud, watch, user, said):
    cloud.domain()
    for number in range(3):
        cloud.app(f"user{number % 2}", f"app{number}")
    cloud.aws.fault("ListApps", "access_denied", times=1)
    collectd = watch(f'Interval 1\n<Account default>\nUser "{user}"\n</Account>')
    collectd.await_scans(3)
    (line,) = [line for line in collectd.all_own_lines if line.severity == "info"]
    assert f'account "default", region {REGION}: the first complete scan {said}' in line.text


def test_an_account_without_any_app_is_a_complete_scan(cloud, watch):
    collectd = watch()
    collectd.await_scans(3)
    assert collectd.count("apps") == 0
    assert not collectd.complaints


def test_apps_whose_activity_cannot_be_asked_are_unknown(cloud, watch):
    cloud.domain()
    cloud.app("user01", "app")
    cloud.app("user02", "app")
    cloud.aws.fault("DescribeLogStreams", "access_denied")
    collectd = watch()
    collectd.wait(lambda: collectd.complaints, "complaint")
    collectd.await_reads()
    assert collectd.count("unknown") == 2
    assert collectd.count("apps") == 2
    assert not [value for value in collectd.values if value.plugin in ("sagemaker", "sagemaker_user")]


def test_requests_are_counted_by_operation(cloud, watch):
    cloud.domain()
    cloud.app("user01", "app")
    collectd = watch()
    collectd.await_scans(3)
    collectd.stop()
    for operation in ("ListApps", "DescribeLogStreams"):
        counted = [value.value for value in collectd.scan(f"total_requests-{operation}")]
        assert counted == sorted(counted)
        assert counted[-1] > 2
        # The last scan's requests may not have been dispatched any more.
        assert counted[-1] <= cloud.aws.count(operation) <= counted[-1] + 3


def test_the_time_of_a_scan_is_reported(cloud, watch):
    cloud.domain()
    cloud.app("user01", "app")
    cloud.aws.latency = 0.2
    collectd = watch()
    collectd.await_scans()
    # ListApps, and the streams not before it.
    assert 0.2 <= collectd.value(collectd.scan_identifier("response_time-scan")).value < PATIENCE_S


def test_an_error_seen_first_is_sent_as_0_and_then_counted(cloud, watch):
    """A DERIVE swallows its first value: without the 0 the first error would not be seen."""
    cloud.domain()
    cloud.app("user01", "app")
    collectd = watch()
    collectd.await_scans()
    assert not collectd.scan("errors-AccessDeniedException")
    cloud.aws.fault("ListApps", "access_denied", times=1)
    series = collectd.wait(lambda: collectd.scan("errors-AccessDeniedException")[2:], "errors")
    counted = [value.value for value in collectd.scan("errors-AccessDeniedException")]
    assert counted[:2] == [0, 1]
    assert set(counted[1:]) == {1}
    assert series


def test_a_known_error_is_sent_on_in_every_read(cloud, watch):
    cloud.domain()
    collectd = watch()
    cloud.aws.fault("ListApps", "access_denied", times=1)
    collectd.wait(lambda: collectd.scan("errors-AccessDeniedException"), "errors")
    collectd.await_reads(3)
    errors = collectd.scan("errors-AccessDeniedException")
    beats = [beat for beat in collectd.heartbeats if beat.time >= errors[0].time]
    assert len(errors) >= len(beats) - 1


def test_throttling_is_counted_and_survived_without_a_word(cloud, watch):
    cloud.domain()
    cloud.app("user01", "app", idle=DAY_S)
    cloud.aws.fault("ListApps", "throttle", times=1)
    cloud.aws.fault("DescribeLogStreams", "status", code=503, times=1)
    collectd = watch()
    collectd.await_scans()
    cloud.assert_truthful(collectd)
    assert not collectd.complaints
    collectd.wait(lambda: [v.value for v in collectd.scan("errors-ThrottlingException")][-1:] == [1], "count")


def test_an_app_that_never_logged_is_said_once_with_the_permissions_it_lacks(cloud, watch):
    cloud.domain()
    cloud.app("user01", "app")
    cloud.app("user01", "quiet", idle=None, age=2 * HOUR_S)
    cloud.app("user01", "new", idle=None, age=60)
    collectd = watch()
    collectd.await_scans(4)
    (line,) = collectd.own_lines
    assert line.severity == "notice"
    for part in ("quiet", "logs:CreateLogStream", "logs:PutLogEvents"):
        assert part in line.text
