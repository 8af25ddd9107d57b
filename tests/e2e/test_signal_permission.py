"""Without logs:FilterLogEvents: said once, with the permission's name; what can be told without it is told."""

import pytest

from e2e.cloud import DAY_S, HOUR_S, assert_idle_since
from e2e.test_signals import AUTO_STOP, SAVED, account, first_event


@pytest.fixture
def worlds(cloud):
    """A lab whose server chatters, one whose log has long been silent, and an app whose newest event counts."""
    cloud.domain()
    return {
        "chatters": cloud.lab("churn", "yamada", chatter=None, log=[(30 * HOUR_S, SAVED), (HOUR_S, AUTO_STOP)]),
        "silent": cloud.lab("fraud", "suzuki", chatter=None, log=[(6 * DAY_S, SAVED), (5 * DAY_S, AUTO_STOP)]),
        "newest": cloud.app("user01", "app", type="JupyterServer", idle=2 * HOUR_S),
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
    collectd.wait(lambda: collectd.beat().value < 2, "heartbeat of a complete scan")


def test_the_permission_is_used_once_it_is_there(cloud, watch, worlds):
    cloud.aws.fault("FilterLogEvents", "access_denied")
    collectd = watch()
    lab = worlds["chatters"]
    assert_idle_since(collectd.value(lab.identifier), lab.since)
    cloud.aws.clear_faults()
    collectd.wait(lambda: collectd.value(lab.identifier).meta["signal"] == "match", "match")
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
    for name in ("silent", "newest"):
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


LOG_CLASS = (
    "The log group is of log-group-class INFREQUENT_ACCESS. FilterLogEvents is not supported for this log class."
)

# Refusals that do not pass by themselves, and what of the line must be there.
LASTING = {
    "log class": ("InvalidOperationException", 400, LOG_CLASS, "only a log group of class STANDARD"),
    "disabled key": ("KMSDisabledException", 400, "The key is disabled.", "enable the KMS key"),
    "partition": ("UnknownOperationException", 404, "", "does not have this operation"),
}


@pytest.mark.parametrize(("code", "status", "message", "remedy"), LASTING.values(), ids=LASTING.keys())
def test_a_refusal_that_does_not_pass_is_as_a_permission_that_is_missing(cloud, watch, code, status, message, remedy):
    """Exactly who was forgotten needs the exact look of ConfirmAfter: without it the newest event counts."""
    cloud.domain()
    apps = [
        cloud.lab("churn", "alice", log=[(47 * HOUR_S, SAVED)], age=10 * DAY_S),
        cloud.app(space="code", type="CodeEditor", name="default", idle=25 * HOUR_S, age=10 * DAY_S),
        cloud.app("bob", "kg-a", idle=30 * HOUR_S, age=10 * DAY_S),
        cloud.app("eve", "kg-b", idle=HOUR_S, age=10 * DAY_S),
    ]
    cloud.aws.fault("FilterLogEvents", "error", code=code, status=status, message=message)
    collectd = watch()
    line = collectd.assert_complains_once("FilterLogEvents", code, remedy, "until then the newest event counts")
    assert line.severity == "error"
    for app in apps[1:]:
        assert_idle_since(collectd.value(app.identifier), app.since)
    assert collectd.value(apps[0].identifier).value < 120
    assert collectd.count("fallback") == 4
    assert collectd.count("unknown") == 0
    collectd.wait(lambda: collectd.beat().value < 5, "heartbeat of a complete scan")
    forgotten = collectd.wait(lambda: [n for n in collectd.notifications if "bob" in n.plugin_instance], "WARNING")
    assert forgotten[0].severity == "WARNING"
