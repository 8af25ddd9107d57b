"""Who left: one NaN, once, and never for what is merely unknown. Who came back."""

import pytest

from e2e.cloud import DAY_S, DOMAIN, EXACT_S, HOUR_S, assert_idle_since


def nans(collectd, identifier):
    return [value for value in collectd.series(identifier) if value.is_nan]


@pytest.mark.parametrize("status", ["Deleted", "Deleting", "Failed"])
def test_an_app_that_leaves_gets_one_last_nan(cloud, watch, status):
    cloud.domain()
    staying = cloud.app("user01", "staying", idle=HOUR_S)
    leaving = cloud.app("user01", "leaving", idle=3 * DAY_S)
    collectd = watch()
    collectd.await_scans()
    with cloud.aws.lock:
        leaving.app.status = status
    collectd.await_scans(4)
    series = collectd.series(leaving.identifier)
    assert len(nans(collectd, leaving.identifier)) == 1
    assert series[-1].is_nan
    assert_idle_since(collectd.value(staying.identifier), staying.since)
    assert not nans(collectd, staying.identifier)


def test_an_app_that_is_no_longer_listed_has_left(cloud, watch):
    cloud.domain()
    cloud.app("user01", "staying")
    leaving = cloud.app("user02", "leaving")
    collectd = watch()
    collectd.await_scans()
    with cloud.aws.lock:
        leaving.app.remove()
    collectd.await_scans(3)
    assert len(nans(collectd, leaving.identifier)) == 1


def test_the_user_gets_nan_with_the_last_app_and_not_before(cloud, watch):
    cloud.domain()
    first = cloud.app("user01", "first", idle=3 * DAY_S)
    second = cloud.app("user01", "second", idle=HOUR_S)
    collectd = watch()
    collectd.await_scans()
    with cloud.aws.lock:
        first.app.delete()
    collectd.await_scans()
    assert not nans(collectd, first.user_identifier)
    assert_idle_since(collectd.value(first.user_identifier), second.since)
    with cloud.aws.lock:
        second.app.delete()
    collectd.await_scans(4)
    assert len(nans(collectd, first.user_identifier)) == 1
    assert collectd.value(first.user_identifier).is_nan
    assert collectd.count("apps") == 0
    assert collectd.count("users") == 0


def test_a_warning_about_a_user_ends_when_the_app_is_deleted(cloud, watch):
    cloud.domain()
    app = cloud.app("user01", "app", idle=3 * DAY_S)
    collectd = watch()
    instance = f"{DOMAIN}_user01"

    def severities():
        return [n.severity for n in collectd.notifications if n.plugin_instance == instance]

    collectd.wait(lambda: severities() == ["WARNING"], "WARNING")
    with cloud.aws.lock:
        app.app.delete()
    collectd.wait(lambda: severities() == ["WARNING", "OKAY"], "OKAY")


@pytest.mark.parametrize("operation", ["ListApps", "DescribeLogStreams"])
def test_what_could_not_be_asked_has_not_left(cloud, watch, operation):
    cloud.domain()
    app = cloud.app("user01", "app")
    collectd = watch()
    collectd.await_scans()
    cloud.aws.fault(operation, "access_denied")
    collectd.wait(lambda: collectd.complaints, "complaint")
    collectd.await_reads()
    before = len(collectd.series(app.identifier))
    collectd.await_reads()
    assert len(collectd.series(app.identifier)) == before, "a value that nobody confirmed"
    assert not [value for value in collectd.values if value.is_nan and not value.plugin == "sagemaker_scan"]


def test_a_listing_that_breaks_off_is_not_complete(cloud, watch):
    """The apps of the pages behind the failed one are unknown, not gone."""
    cloud.domain()
    for number in range(250):
        cloud.app("user01", f"app{number:03}")
    collectd = watch()
    collectd.await_scans()
    cloud.aws.fault("ListApps", "access_denied", page=1)
    collectd.wait(lambda: collectd.complaints, "complaint")
    collectd.await_reads()
    assert not [value for value in collectd.values if value.is_nan]
    cloud.assert_truthful(collectd)


def test_an_app_restarted_with_its_old_creation_time_is_idle_since_we_saw_it_start(cloud, watch):
    cloud.domain()
    app = cloud.app("user01", "app", idle=3 * DAY_S, age=5 * DAY_S)
    collectd = watch()
    collectd.await_scans()
    with cloud.aws.lock:
        app.app.status = "Deleted"
    collectd.wait(lambda: nans(collectd, app.identifier), "NaN")
    collectd.await_scans()
    restarted = cloud.world.now()
    with cloud.aws.lock:
        app.app.status = "InService"
    collectd.wait(lambda: not collectd.value(app.identifier).is_nan, "value")
    collectd.await_scans()
    first, *_, last = [v for v in collectd.series(app.identifier) if v.time > restarted and not v.is_nan]
    assert 0 <= first.value <= first.time - restarted
    assert last.value - first.value == pytest.approx(last.time - first.time, abs=2 * EXACT_S)


def test_an_app_that_was_pending_is_idle_since_we_saw_it_run(cloud, watch):
    cloud.domain()
    app = cloud.app("user01", "app", idle=3 * DAY_S, age=5 * DAY_S, status="Pending")
    collectd = watch()
    collectd.await_scans()
    assert not collectd.series(app.identifier)
    started = cloud.world.now()
    with cloud.aws.lock:
        app.app.status = "InService"
    value = collectd.value(app.identifier)
    assert 0 <= value.value <= value.time - started


def test_an_app_that_the_first_scan_finds_running_was_not_started_by_that(cloud, watch):
    cloud.domain()
    app = cloud.app("user01", "app", idle=3 * DAY_S)
    assert_idle_since(watch().value(app.identifier), app.since)
