"""What one listing leaves out is there; what it shows in an odd form costs nothing else."""

import math

from e2e.cloud import DAY_S, HOUR_S
from standin.jsontext import decoded, encoded
from standin.wire import Answer

IDLE_S = 2 * DAY_S
PAGE_SIZE = 100


def changed(change):
    """changed is a fault that changes the apps of a page."""

    def strike(_struck, answer: Answer) -> Answer:
        output = decoded(answer.body)
        output["Apps"] = change(output["Apps"])
        answer.body = encoded(output)
        return answer

    return strike


def without(name: str):
    return changed(lambda apps: [app for app in apps if app["AppName"] != name])


def make_world(cloud) -> tuple:
    """make_world is two apps, of which one was forgotten two days ago."""
    cloud.domain()
    forgotten = cloud.app("bob", "kg-a", idle=IDLE_S, age=20 * DAY_S, instance="ml.g5.xlarge")
    return forgotten, cloud.app("eve", "kg-b", idle=HOUR_S / 2, age=10 * DAY_S, instance="ml.m5.xlarge")


def test_an_app_that_one_listing_leaves_out_was_not_started_again(cloud, watch):
    forgotten, used = make_world(cloud)
    collectd = watch()
    collectd.await_scans()
    fault = cloud.aws.fault("ListApps", without("kg-a"), times=1)
    collectd.wait(lambda: fault.hits, "listing without the app")
    collectd.await_scans(4)
    cloud.assert_truthful(collectd)
    values = [value.value for value in collectd.series(forgotten.identifier)]
    assert all(value >= IDLE_S for value in values)
    assert len(values) >= len(collectd.series(used.identifier)) - 1
    # On a busy machine collectd takes a value that is late for one that is gone, and tells of the next one again.
    told = [told for told in collectd.notifications if told.plugin_instance == forgotten.instance]
    assert {(one.plugin, one.severity) for one in told} == {("sagemaker_user", "WARNING")}
    assert not collectd.complaints


def test_an_app_that_was_deleted_meanwhile_was_started_again_under_its_old_creation_time(cloud, watch):
    forgotten, used = make_world(cloud)
    collectd = watch()
    collectd.await_scans()
    with cloud.aws.lock:
        forgotten.app.delete()
    collectd.wait(lambda: collectd.value(forgotten.identifier).is_nan, "end of the app")
    seen, restarted = len(collectd.values), cloud.world.now()
    with cloud.aws.lock:
        forgotten.app.status = "InService"

    def told() -> list:
        return [value for value in collectd.values[seen:] if value.identifier == forgotten.identifier]

    collectd.wait(told, "value of the app that was started again")
    collectd.await_scans()
    since = [value.time - value.value for value in told()]
    assert all(restarted <= time <= told()[0].time for time in since)
    assert max(since) - min(since) < 0.01
    assert all(value.value < HOUR_S for value in collectd.series(used.identifier))


def test_an_odd_app_costs_the_others_nothing_and_is_said_once(cloud, watch):
    forgotten, used = make_world(cloud)

    def spoil(apps: list) -> list:
        return [app | {"CreationTime": "yesterday"} if app["AppName"] == "kg-a" else app for app in apps]

    cloud.aws.fault("ListApps", changed(spoil))
    collectd = watch()
    line = collectd.assert_complains_once("kg-a", "ListApps")
    assert line.severity == "warning"
    assert not collectd.series(forgotten.identifier)
    for value in collectd.series(used.identifier):
        assert math.isclose(value.time - value.value, used.since, abs_tol=0.01)


def test_a_page_with_more_than_was_asked_for_is_refused(cloud, watch):
    make_world(cloud)
    fault = cloud.aws.fault("ListApps", changed(lambda apps: apps[:1] * (PAGE_SIZE + 1)))
    collectd = watch()
    collectd.assert_complains_once("ListApps")
    assert fault.hits > 1
    assert not [value for value in collectd.values if value.plugin == "sagemaker"]
    cloud.aws.clear_faults()
    collectd.assert_recovers_once()
    cloud.assert_truthful(collectd)
