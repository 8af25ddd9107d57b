"""Forgotten volumes: a space's volume is billed while no app is in it, too. ReportBySpace tells of those."""

import pytest

from e2e.cloud import DAY_S, DOMAIN, HOUR_S, assert_idle_since

GIB = 1 << 30


def account(*lines: str) -> str:
    return "\n".join(["Interval 1", "<Account default>", "ReportBySpace true", *lines, "</Account>"])


def duration(space: str, owner: str = "yamada") -> str:
    return f"sagemaker_space-{DOMAIN}_{owner}/duration-{space}"


def volume(space: str, owner: str = "yamada") -> str:
    return f"sagemaker_space-{DOMAIN}_{owner}/bytes-volume-{space}"


def cost(space: str, owner: str = "yamada") -> str:
    return f"sagemaker_space-{DOMAIN}_{owner}/gauge-hourly_cost-{space}"


def spaces(collectd) -> set[str]:
    return {v.identifier for v in collectd.latest().values() if v.plugin == "sagemaker_space" and not v.is_nan}


def empty_space(cloud, name="churn", owner="yamada", days=9, **more):
    return cloud.space(name, owner, modified=cloud.ago(days * DAY_S), **more)


def test_a_volume_without_an_app_and_since_when(cloud, watch):
    cloud.domain()
    forgotten = empty_space(cloud, volume_gb=100)
    occupied = cloud.lab("fraud", "yamada")
    collectd = watch(account())
    assert collectd.value(volume("churn")).value == 100 * GIB
    assert_idle_since(collectd.value(duration("churn")), forgotten.modified)
    collectd.await_scans()
    assert spaces(collectd) == {volume("churn"), duration("churn")}
    assert collectd.value(occupied.identifier)
    meta = collectd.value(duration("churn")).meta
    assert (meta["owner"], meta["space"]) == ("yamada", "churn")


def test_a_volume_costs_an_hour_what_its_region_s_price_a_month_says(cloud, watch):
    cloud.domain()
    empty_space(cloud, volume_gb=100)
    collectd = watch(account().replace("<Account", 'Price "us-east-1" "volume" 0.112\n<Account', 1))
    assert collectd.value(cost("churn")).value == pytest.approx(100 * 0.112 / 730)
    cloud.app(space="churn", type="JupyterLab", name="default")
    collectd.wait(lambda: collectd.value(cost("churn")).is_nan, "an end of the volume's cost")


def test_without_the_option_nobody_asks_for_spaces(cloud, watch):
    cloud.domain()
    empty_space(cloud)
    collectd = watch()
    collectd.await_scans(2)
    assert spaces(collectd) == set()
    assert cloud.aws.count("ListSpaces") == 0


def test_a_space_without_an_owner_and_one_without_a_volume(cloud, watch):
    cloud.domain()
    empty_space(cloud, "team", None, volume_gb=5)
    empty_space(cloud, "bare", "yamada", volume_gb=None)
    collectd = watch(account())
    collectd.await_scans(2)
    assert spaces(collectd) == {volume("team", "space_team"), duration("team", "space_team")}


def test_an_app_on_its_way_occupies_its_space_and_a_failed_one_does_not(cloud, watch):
    cloud.domain()
    for status in ("Pending", "Deleting", "Failed", "Deleted"):
        empty_space(cloud, status.lower())
        cloud.app(space=status.lower(), type="JupyterLab", name="default", status=status)
    collectd = watch(account())
    collectd.await_scans(2)
    assert spaces(collectd) == {name(space) for space in ("failed", "deleted") for name in (volume, duration)}


def test_a_volume_that_is_used_again_ends_with_nan_once_and_begins_anew(cloud, watch):
    cloud.domain()
    empty_space(cloud)
    collectd = watch(account())
    collectd.value(duration("churn"))
    app = cloud.app(space="churn", type="JupyterLab", name="default", idle=60, age=HOUR_S)
    collectd.value(app.identifier)
    collectd.await_scans(3)
    for name in (volume("churn"), duration("churn")):
        assert [value.is_nan for value in collectd.series(name)].count(True) == 1
        assert collectd.value(name).is_nan
    with cloud.aws.lock:
        app.app.delete()
        left = cloud.world.now()
    collectd.wait(lambda: not collectd.value(duration("churn")).is_nan, "volume without an app")
    began = collectd.value(duration("churn"))
    assert left - 0.1 <= began.time - began.value <= began.time + 0.1


def test_a_space_that_is_deleted_ends_with_nan_once(cloud, watch):
    cloud.domain()
    space = empty_space(cloud)
    collectd = watch(account())
    collectd.value(duration("churn"))
    with cloud.aws.lock:
        space.remove()
    collectd.await_scans(4)
    for name in (volume("churn"), duration("churn")):
        assert [value.is_nan for value in collectd.series(name)].count(True) == 1


def test_nan_is_not_sent_for_spaces_that_could_not_be_listed(cloud, watch):
    cloud.domain()
    space = empty_space(cloud)
    collectd = watch(account())
    collectd.value(duration("churn"))
    cloud.aws.fault("ListSpaces", "access_denied")
    with cloud.aws.lock:
        space.remove()
    collectd.await_reads(4)
    assert not [value for value in collectd.values if value.plugin == "sagemaker_space" and value.is_nan]
    before = len(collectd.series(duration("churn")))
    collectd.await_reads(2)
    assert len(collectd.series(duration("churn"))) == before, "a value that was not confirmed"


def test_filters_and_aliases_hold_for_volumes_too(cloud, watch):
    cloud.domain()
    for owner in ("yamada", "svc-nightly", "guid-1"):
        empty_space(cloud, f"{owner}-space", owner)
    collectd = watch(account('IgnoreUser "^svc-"', 'UserAlias "guid-1" "suzuki"'))
    collectd.await_scans(2)
    assert {name for name in spaces(collectd) if "duration" in name} == {
        duration("yamada-space"),
        duration("guid-1-space", "suzuki"),
    }
