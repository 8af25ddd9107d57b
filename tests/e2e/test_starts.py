"""A start counts like any activity, and for four hours only where nothing that counts has come since: what a schedule
creates each morning, or a script restarts each night, is not used for that."""

import pytest

from e2e.cloud import CORRECTED_S, DAY_S, HOUR_S, assert_idle_since
from e2e.test_chatty import idle_since, options, pass_hours
from e2e.test_signals import AUTO_STOP, CONNECTED, SAVED, account, first_event

WEEK = f"Lookback {7 * DAY_S}"


def restart(cloud, app) -> float:
    with cloud.aws.lock:
        app.app.created = cloud.ago(0)
    return app.app.created


def test_a_nightly_restart_hides_nobody_who_has_not_worked_for_three_days(cloud, watch):
    cloud.domain()
    lab = cloud.lab("churn", "yamada", log=[(3 * DAY_S, SAVED)])
    collectd = watch(options(WEEK))
    collectd.await_reports()
    assert idle_since(cloud, collectd, lab) == pytest.approx(first_event(lab), abs=CORRECTED_S)
    for _night in range(2):
        created = restart(cloud, lab)
        collectd.await_reports()
        pass_hours(cloud, collectd, 3)
        assert idle_since(cloud, collectd, lab) == pytest.approx(created, abs=CORRECTED_S)
        pass_hours(cloud, collectd, 2)
        assert idle_since(cloud, collectd, lab) == pytest.approx(first_event(lab), abs=CORRECTED_S)
        assert collectd.value(lab.user_identifier).value > 3 * DAY_S
        pass_hours(cloud, collectd, 3)
    assert collectd.count("unknown") == 0


def test_who_works_after_a_start_is_idle_since_then(cloud, watch):
    cloud.domain()
    lab = cloud.lab("churn", "yamada", log=[(3 * DAY_S, SAVED)])
    collectd = watch(options(WEEK))
    collectd.await_reports()
    restart(cloud, lab)
    pass_hours(cloud, collectd, 1)
    with cloud.aws.lock:
        lab.stream.log(cloud.ago(0), SAVED)
    saved = lab.stream.events[-1][0] / 1000
    pass_hours(cloud, collectd, 5)
    assert idle_since(cloud, collectd, lab) == pytest.approx(saved, abs=CORRECTED_S)


@pytest.mark.parametrize(("type", "line"), [("JupyterLab", SAVED), ("CodeEditor", CONNECTED)])
@pytest.mark.parametrize("age_h", [3, 5])
def test_what_a_schedule_created_this_morning_is_idle_since_somebody_worked(cloud, watch, type, line, age_h):
    """The first look finds it running: what was done before its creation stands in the same log."""
    cloud.domain()
    cloud.space("churn", "yamada")
    log = [(30 * HOUR_S, line), (60, AUTO_STOP)]
    app = cloud.app(space="churn", type=type, name="default", log=log, age=age_h * HOUR_S)
    assert_idle_since(watch().value(app.identifier), first_event(app) if age_h > 4 else app.app.created)


def test_where_nothing_ever_counted_it_is_idle_since_the_log_began(cloud, watch):
    """That is what can be proven; a log that began with the app proves nothing of the time before."""
    cloud.domain()
    cloud.space("old", "yamada")
    cloud.space("new", "yamada")
    log = [(20 * HOUR_S, AUTO_STOP), (60, AUTO_STOP)]
    old = cloud.app(space="old", type="JupyterLab", name="default", log=log, age=5 * HOUR_S)
    log = [(5 * HOUR_S - 60, AUTO_STOP), (60, AUTO_STOP)]
    new = cloud.app(space="new", type="JupyterLab", name="default", log=log, age=5 * HOUR_S)
    collectd = watch()
    assert_idle_since(collectd.value(old.identifier), first_event(old))
    assert_idle_since(collectd.value(new.identifier), new.app.created)


def test_a_start_is_remembered_over_a_restart_of_collectd(cloud, watch):
    """What was found before the start is in the state file, farther back than a search would go."""
    cloud.domain()
    lab = cloud.lab("churn", "yamada", log=[(6 * DAY_S, SAVED)])
    collectd = watch(options(WEEK))
    collectd.await_reports()
    restart(cloud, lab)
    pass_hours(cloud, collectd, 3)
    collectd.stop()
    cloud.pass_time(2 * HOUR_S)
    collectd.start()
    collectd.await_reports()
    assert idle_since(cloud, collectd, lab) == pytest.approx(first_event(lab), abs=CORRECTED_S)


def test_beyond_a_threshold_it_is_told_after_an_exact_look(cloud, watch):
    """The index trails behind: somebody who worked before the four hours were over is not called idle."""
    cloud.domain()
    lab = cloud.lab("churn", "yamada", chatter=None, log=[(30 * HOUR_S, SAVED), (HOUR_S, AUTO_STOP)], age=3.9 * HOUR_S)
    collectd = watch(account(""))
    assert_idle_since(collectd.value(lab.identifier), lab.app.created)
    with cloud.aws.lock:
        lab.stream.index_lag = HOUR_S
        lab.stream.log(cloud.ago(0), SAVED)
    saved = lab.stream.events[-1][0] / 1000
    cloud.pass_time(0.3 * HOUR_S)
    seen = len(collectd.series(lab.identifier))
    collectd.await_reports(3)
    for value in collectd.series(lab.identifier)[seen:]:
        assert value.value < DAY_S
    assert idle_since(cloud, collectd, lab) == pytest.approx(saved, abs=CORRECTED_S)
