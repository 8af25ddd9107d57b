"""Without logs:FilterLogEvents: said once, with the permission's name; what can be told without it is told."""

import pytest

from e2e.cloud import DAY_S, HOUR_S, assert_idle_since
from e2e.test_signals import AUTO_STOP, SAVED, account, first_event


@pytest.fixture
def worlds(cloud):
    """A lab whose server chatters, one whose log has long been silent, and a kernel gateway."""
    cloud.domain()
    return {
        "chatters": cloud.lab("churn", "yamada", chatter=None, log=[(30 * HOUR_S, SAVED), (HOUR_S, AUTO_STOP)]),
        "silent": cloud.lab("fraud", "suzuki", chatter=None, log=[(6 * DAY_S, SAVED), (5 * DAY_S, AUTO_STOP)]),
        "kernel": cloud.app("user01", "app", idle=2 * HOUR_S),
    }


def test_the_newest_event_counts_and_what_it_counts_for_is_told(cloud, watch, worlds):
    cloud.aws.fault("FilterLogEvents", "access_denied")
    collectd = watch()
    line = collectd.assert_complains_once("FilterLogEvents", "allow logs:FilterLogEvents in the IAM policy")
    assert line.severity == "error"
    for app in worlds.values():
        assert_idle_since(collectd.value(app.identifier), app.since)
    assert collectd.value(worlds["chatters"].identifier).meta["signal"] == "last-event"
    assert collectd.value(worlds["silent"].identifier).meta["signal"] == "match"
    assert collectd.count("fallback") == 1
    assert collectd.count("unknown") == 0
    assert collectd.beat().value < 2


def test_the_permission_is_used_once_it_is_there(cloud, watch, worlds):
    cloud.aws.fault("FilterLogEvents", "access_denied")
    collectd = watch()
    lab = worlds["chatters"]
    assert_idle_since(collectd.value(lab.identifier), lab.since)
    cloud.aws.clear_faults()
    collectd.wait(lambda: collectd.series(lab.identifier)[-1].meta["signal"] == "match", "match")
    assert_idle_since(collectd.value(lab.identifier), first_event(lab))
    collectd.await_scans(2)
    assert collectd.count("fallback") == 0
    assert "FilterLogEvents works again" in collectd.assert_recovers_once().text


def test_a_permission_that_is_taken_away_leaves_what_was_found(cloud, watch, worlds):
    """The log has not moved since: what the search found is still true."""
    collectd = watch()
    lab = worlds["chatters"]
    assert_idle_since(collectd.value(lab.identifier), first_event(lab))
    cloud.aws.fault("FilterLogEvents", "access_denied")
    collectd.await_scans(3)
    assert_idle_since(collectd.value(lab.identifier), first_event(lab))
    assert collectd.count("fallback") == 0
    with cloud.aws.lock:
        lab.stream.log(cloud.ago(1), AUTO_STOP)
    collectd.wait(lambda: collectd.count("fallback") == 1, "fallback")
    collectd.await_scans()
    assert_idle_since(collectd.value(lab.identifier), lab.since)


@pytest.mark.parametrize("fault", ["throttle", "truncated", "html"])
def test_trouble_that_is_no_denial_leaves_the_app_unknown_instead(cloud, watch, worlds, fault):
    """The newest event would say that somebody worked an hour ago: false, and gone in the next scan."""
    cloud.aws.fault("FilterLogEvents", fault)
    collectd = watch(account('RateLimit "FilterLogEvents" 1000'))
    collectd.wait(lambda: collectd.scan("count-unknown") and collectd.count("unknown") == 1, "unknown app")
    assert not collectd.series(worlds["chatters"].identifier)
    for name in ("silent", "kernel"):
        assert_idle_since(collectd.value(worlds[name].identifier), worlds[name].since)
    assert collectd.count("fallback") == 0
    cloud.aws.clear_faults()
    lab = worlds["chatters"]
    assert_idle_since(collectd.value(lab.identifier), first_event(lab))


def test_with_the_signal_last_event_the_permission_is_not_needed(cloud, watch, worlds):
    cloud.aws.fault("FilterLogEvents", "access_denied")
    collectd = watch(account("ConfirmAfter 31536000", '<Activity "JupyterLab">', 'Signal "last-event"', "</Activity>"))
    collectd.await_scans(3)
    assert cloud.aws.count("FilterLogEvents") == 0
    assert not collectd.complaints
    assert collectd.count("fallback") == 0
    assert_idle_since(collectd.value(worlds["chatters"].identifier), worlds["chatters"].since)


def test_a_stream_that_was_deleted_takes_no_other_down_with_it(cloud, watch, worlds):
    """AWS may refuse a whole call for one name that is there no more: here the index still shows it."""
    others = [
        cloud.lab(f"space{number}", "tanaka", chatter=None, log=[(9 * HOUR_S, SAVED), (HOUR_S, AUTO_STOP)])
        for number in range(7)
    ]
    gone = worlds["chatters"]

    def delete(_struck, answer):
        if gone.stream.name in gone.stream.group.streams:
            gone.stream.delete()
        return answer

    cloud.aws.fault("DescribeLogStreams", delete)
    collectd = watch(account('RateLimit "FilterLogEvents" 1000'))
    collectd.await_reports(1)
    for other in others:
        value = collectd.series(other.identifier)[0]
        assert_idle_since(value, first_event(other))
    assert cloud.aws.count("FilterLogEvents") > 2
    assert not collectd.complaints
