"""What is billed: instances rather than apps, how idle they are, and what that costs."""

import math

import pytest

from e2e.cloud import DAY_S, DOMAIN, HOUR_S, assert_idle_since
from e2e.test_signals import AUTO_STOP, SAVED, first_event

PRICES = ["sagemaker.conf", "sagemaker.prices.conf"]


def options(*lines: str, prices: tuple[str, ...] = ()) -> str:
    return "\n".join(["Interval 1", *prices, "<Account default>", *lines, "</Account>"])


def instances(collectd) -> dict[str, float]:
    """instances are the newest idle times and costs of plugin sagemaker_instance, NaN left out."""
    newest = [v for v in collectd.latest().values() if v.plugin == "sagemaker_instance" and not v.is_nan]
    return {v.identifier: v.value for v in newest if v.type != "uptime"}


def durations(collectd) -> set[str]:
    return {name for name in instances(collectd) if "/duration-" in name}


def test_a_shared_instance_is_as_idle_as_the_least_idle_of_its_apps(cloud, watch):
    """By app, or by the most idle one, somebody's instance would be idle while it works."""
    cloud.domain()
    busy = cloud.app("user01", "busy", idle=60, instance="ml.m5.xlarge")
    idle = cloud.app("user01", "idle", idle=3 * DAY_S, instance="ml.m5.xlarge")
    collectd = watch()
    collectd.await_scans()
    assert busy.billed() == idle.billed() == f"sagemaker_instance-{DOMAIN}_user01/duration-ml.m5.xlarge"
    assert durations(collectd) == {busy.billed()}
    assert_idle_since(collectd.value(busy.billed()), busy.since)
    assert_idle_since(collectd.value(idle.user_identifier), idle.since)


def test_instances_are_those_of_one_owner_and_one_type(cloud, watch):
    cloud.domain()
    running = [
        cloud.app("user01", "a", instance="ml.m5.xlarge", idle=HOUR_S),
        cloud.app("user01", "b", instance="ml.g5.xlarge", idle=2 * HOUR_S),
        cloud.app("user02", "a", instance="ml.m5.xlarge", idle=3 * HOUR_S),
    ]
    collectd = watch()
    collectd.await_scans()
    assert durations(collectd) == {app.billed() for app in running}
    assert len(durations(collectd)) == 3
    for app in running:
        assert_idle_since(collectd.value(app.billed()), app.since)


def test_each_space_has_an_instance_of_its_own_and_a_shared_one_shares_it(cloud, watch):
    """Two labs and a kernel gateway of one owner on one type: three instances."""
    cloud.domain()
    log = [(5 * HOUR_S, SAVED), (60, AUTO_STOP)]
    labs = [cloud.lab(name, "yamada", chatter=None, log=log, instance="ml.m5.xlarge") for name in ("churn", "fraud")]
    kernel = cloud.app("yamada", "app", instance="ml.m5.xlarge", idle=HOUR_S)
    shared = [cloud.app(space="team", name=f"app{n}", instance="ml.m5.xlarge", idle=n * HOUR_S) for n in (2, 9)]
    collectd = watch()
    collectd.await_scans()
    assert durations(collectd) == {app.billed() for app in [*labs, kernel, *shared]}
    assert len(durations(collectd)) == 4
    assert labs[0].billed() == f"sagemaker_instance-{DOMAIN}_yamada/duration-ml.m5.xlarge_churn"
    assert shared[0].billed() == f"sagemaker_instance-{DOMAIN}_space_team/duration-ml.m5.xlarge_team"
    assert_idle_since(collectd.value(labs[0].billed()), first_event(labs[0]))
    assert_idle_since(collectd.value(shared[1].billed()), shared[0].since)


def test_kernel_gateways_on_system_are_an_ml_t3_medium(cloud, watch):
    cloud.domain()
    system = cloud.app("user01", "system", instance="system", idle=3 * HOUR_S)
    medium = cloud.app("user01", "medium", instance="ml.t3.medium", idle=HOUR_S)
    collectd = watch()
    collectd.await_scans()
    assert durations(collectd) == {medium.billed()}
    assert system.billed(unit="ml.t3.medium") == medium.billed()
    assert_idle_since(collectd.value(medium.billed()), medium.since)
    assert collectd.value(system.identifier).meta["instance_type"] == "system"


def test_an_app_that_is_listed_without_a_resource_spec_is_billed_by_something_unknown(cloud, watch):
    cloud.domain()
    cloud.space("churn", "yamada")
    app = cloud.app(space="churn", type="JupyterLab", name="default", instance=None, log=[(5 * HOUR_S, SAVED)])
    collectd = watch(options(prices=('Price "*" "ml.t3.medium" 0.05',)))
    collectd.await_scans(2)
    assert durations(collectd) == {app.billed(unit="unknown")}
    assert_idle_since(collectd.value(app.billed(unit="unknown")), first_event(app))
    assert collectd.value(app.billed(unit="unknown")).meta["instance_type"] == "unknown"
    assert collectd.value(app.identifier).meta["instance_type"] == "unknown"
    assert collectd.count("unpriced") == 1


def test_free_apps_are_no_billed_instance_even_when_they_are_chosen(cloud, watch):
    cloud.domain()
    for type in ("JupyterServer", "RStudioServerPro"):
        cloud.app("user01", "default", type=type, instance="system")
    collectd = watch(options("AppType JupyterServer RStudioServerPro"))
    collectd.await_scans()
    assert len([v for v in collectd.latest().values() if v.plugin == "sagemaker"]) == 2
    assert instances(collectd) == {}
    assert collectd.count("unpriced") == 0


@pytest.mark.parametrize("plugin", ["sagemaker", "sagemaker_user", "sagemaker_instance"])
def test_each_view_can_be_left_out(cloud, watch, plugin):
    cloud.domain()
    cloud.app("user01", "app")
    names = {"sagemaker": "ReportByApp", "sagemaker_user": "ReportByUser", "sagemaker_instance": "ReportByInstance"}
    collectd = watch(options(f"{names[plugin]} false", prices=('Price "*" "ml.t3.medium" 0.05',)))
    collectd.await_scans(3)
    assert {v.plugin for v in collectd.values} == {*names, "sagemaker_scan"} - {plugin}


def test_an_instance_with_an_unknown_app_is_not_dispatched_but_its_price_is(cloud, watch):
    """The busiest app may be the one that nothing is known of."""
    cloud.domain()
    idle = cloud.app(space="team", type="JupyterServer", idle=20 * HOUR_S, instance="ml.m5.xlarge")
    lab = cloud.app(
        space="team", type="JupyterLab", name="default", log=[(HOUR_S, AUTO_STOP)], instance="ml.m5.xlarge"
    )
    cloud.aws.fault("FilterLogEvents", "throttle")
    collectd = watch(options(prices=('Price "*" "ml.m5.xlarge" 0.23',)))
    assert_idle_since(collectd.value(idle.identifier), idle.since)
    collectd.wait(lambda: collectd.scan("count-unknown") and collectd.count("unknown") == 1, "unknown app")
    assert instances(collectd) == {lab.billed("hourly_cost"): 0.23}


def test_the_price_of_an_hour_and_how_much_of_it_is_wasted(cloud, watch):
    cloud.domain()
    apps = {
        "busy": cloud.app("user01", "busy", idle=HOUR_S / 2, instance="ml.m5.4xlarge"),
        "beside it": cloud.app("user01", "idle", idle=3 * DAY_S, instance="ml.m5.4xlarge"),
        "idle": cloud.app("user02", "idle", idle=3 * HOUR_S, instance="ml.m5.4xlarge"),
    }
    collectd = watch(options(prices=('Price "us-east-1" "ml.m5.4xlarge" 0.922',)))
    collectd.await_scans()
    found = instances(collectd)
    assert found[apps["busy"].billed("hourly_cost")] == found[apps["idle"].billed("hourly_cost")] == 0.922
    assert found[apps["busy"].billed("idle_hourly_cost")] == 0
    assert found[apps["idle"].billed("idle_hourly_cost")] == 0.922
    assert len(found) == 6
    assert collectd.count("unpriced") == 0


@pytest.mark.parametrize(("idle_after", "wasted"), [(2 * HOUR_S, 0.23), (4 * HOUR_S, 0)])
def test_from_when_on_it_is_wasted(cloud, watch, idle_after, wasted):
    cloud.domain()
    app = cloud.app("user01", "app", idle=3 * HOUR_S, instance="ml.m5.xlarge")
    collectd = watch(options(f"IdleAfter {idle_after}", prices=('Price "*" "ml.m5.xlarge" 0.23',)))
    collectd.await_scans()
    assert instances(collectd)[app.billed("idle_hourly_cost")] == wasted


@pytest.mark.parametrize("order", [1, -1])
def test_the_regions_price_is_stronger_than_that_of_any_region(cloud, watch, order):
    cloud.domain()
    app = cloud.app("user01", "app", instance="ml.m5.xlarge")
    listed = (("*", 9), ("us-east-1", 0.23), ("eu-west-1", 7))
    prices = [f'Price "{region}" "ml.m5.xlarge" {usd}' for region, usd in listed]
    collectd = watch(options(prices=tuple(prices[::order])))
    assert collectd.value(app.billed("hourly_cost")).value == 0.23


def test_what_has_no_price_has_no_value_and_is_counted(cloud, watch):
    cloud.domain()
    app = cloud.app("user01", "a", instance="ml.p4d.24xlarge")
    cloud.app("user01", "b", instance="ml.p4d.24xlarge")
    priced = cloud.app("user01", "c", instance="ml.m5.xlarge")
    collectd = watch(options(prices=('Price "*" "ml.m5.xlarge" 0.23', 'Price "eu-west-1" "ml.p4d.24xlarge" 5')))
    collectd.await_scans()
    costs = {name: value for name, value in instances(collectd).items() if "hourly_cost" in name}
    assert costs == {priced.billed("hourly_cost"): 0.23, priced.billed("idle_hourly_cost"): 0.23}
    assert app.billed() in instances(collectd)
    assert collectd.count("unpriced") == 1


def test_a_training_plan_is_paid_already(cloud, watch):
    cloud.domain()
    cloud.space("train", "yamada")
    plan = "arn:aws:sagemaker:us-east-1:123456789012:training-plan/p4"
    app = cloud.app(space="train", name="app", instance="ml.m5.xlarge", plan=plan, idle=DAY_S)
    collectd = watch(options(prices=('Price "*" "ml.m5.xlarge" 0.23',)))
    collectd.await_scans()
    assert set(instances(collectd)) == {app.billed()}
    assert collectd.count("unpriced") == 0


@pytest.mark.parametrize("type", ["Canvas", "RSessionGateway"])
def test_what_is_billed_by_the_session_has_its_price_by_app_type(cloud, watch, type):
    """Two sessions of one user cost twice; their instance type costs nothing."""
    cloud.domain()
    first = cloud.app("user01", "a", type=type, instance="ml.m5.xlarge", idle=3 * HOUR_S)
    cloud.app("user01", "b", type=type, instance="ml.m5.4xlarge", idle=2 * HOUR_S)
    prices = (f'Price "*" "{type}" 1.9', 'Price "*" "ml.m5.xlarge" 0.23', 'Price "*" "ml.m5.4xlarge" 0.922')
    collectd = watch(options(prices=prices))
    collectd.await_scans()
    assert set(instances(collectd)) == {
        first.billed(unit=type),
        first.billed("hourly_cost", type),
        first.billed("idle_hourly_cost", type),
    }
    assert instances(collectd)[first.billed("hourly_cost", type)] == 3.8


def test_the_shipped_prices_are_those_of_their_date(cloud, watch):
    cloud.domain()
    listed = {
        "ml.t3.medium": 0.05,
        "ml.m5.xlarge": 0.23,
        "ml.m5.4xlarge": 0.922,
        "ml.r5.4xlarge": 1.21,
        "ml.g4dn.xlarge": 0.7364,
        "ml.g5.xlarge": 1.41,
        "ml.g6.xlarge": 1.127,
        "ml.m7i.48xlarge": 11.612,
    }
    apps = {type: cloud.app("user01", f"app{n}", instance=type) for n, type in enumerate([*listed, "ml.m5.8xlarge"])}
    collectd = watch("Interval 1", shipped=PRICES)
    collectd.await_scans()
    costs = {name: value for name, value in instances(collectd).items() if "/gauge-hourly_cost" in name}
    assert costs == {apps[type].billed("hourly_cost"): price for type, price in listed.items()}
    assert collectd.count("unpriced") == 1
    assert collectd.scan_identifier("count-apps") in collectd.latest()


def test_a_file_of_prices_alone_makes_no_account(cloud, watch):
    cloud.domain()
    cloud.app("user01", "app", instance="ml.m5.xlarge")
    collectd = watch("Interval 1\n<Account prod>\n</Account>", shipped=PRICES)
    collectd.value("sagemaker_scan-prod_us-east-1/count-apps")
    assert {v.plugin_instance for v in collectd.values if v.plugin == "sagemaker_scan"} == {"prod_us-east-1"}


def test_everything_of_an_instance_ends_with_one_nan_when_its_last_app_leaves(cloud, watch):
    cloud.domain()
    first = cloud.app("user01", "a", instance="ml.m5.xlarge", idle=DAY_S)
    second = cloud.app("user01", "b", instance="ml.m5.xlarge", idle=HOUR_S)
    collectd = watch(options(prices=('Price "*" "ml.m5.xlarge" 0.23',)))
    collectd.await_scans()
    names = [first.billed(kind) for kind in ("duration", "hourly_cost", "idle_hourly_cost", "uptime")]
    with cloud.aws.lock:
        second.app.delete()
    collectd.await_scans(3)
    assert not [value for name in names for value in collectd.series(name) if value.is_nan]
    assert_idle_since(collectd.value(names[0]), first.since)
    with cloud.aws.lock:
        first.app.delete()
    collectd.await_scans(4)
    for name in names:
        assert [math.isnan(v.value) for v in collectd.series(name)].count(True) == 1
        assert collectd.value(name).is_nan
