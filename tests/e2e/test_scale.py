"""A thousand apps in two domains among thousands of older streams, under AWS's quota."""

import random

from e2e.cloud import DAY_S, DOMAIN, HOUR_S, OTHER_DOMAIN, REGION
from e2e.collectd import PATIENCE_S

APPS = 1000
OLDER_STREAMS = 3000
# CloudWatch Logs' own: DescribeLogStreams a second, for an account and region.
QUOTA = {"DescribeLogStreams": 25}
# Twenty seconds on a quiet machine.
WITHIN_S = 300


def crowd(cloud) -> None:
    """crowd is users with apps in two domains, one in twenty without a stream, and what years have left behind."""
    dice = random.Random(3)
    cloud.domain(DOMAIN, "research")
    cloud.domain(OTHER_DOMAIN, "production")
    for number in range(APPS):
        cloud.app(
            f"user{number // 4:03}",
            f"app-{number % 4}",
            domain=DOMAIN if number % 2 else OTHER_DOMAIN,
            idle=None if number % 20 == 7 else round(dice.expovariate(1 / (2 * DAY_S)), 3),
            age=round(dice.uniform(HOUR_S, 60 * DAY_S), 3),
        )
    now = cloud.world.now()
    for number in range(OLDER_STREAMS):
        user = f"user{number % 400:03}"
        name = f"{DOMAIN}/{user}/KernelGateway/app-{number % 4}/LifecycleConfigOnStart/{number}"
        if number % 3:
            name = f"d-gone{number % 17}/{user}/KernelGateway/app-{number}"
        last = None if number % 50 == 3 else now - dice.uniform(0, 900 * DAY_S)
        cloud.region.stream(name, last_event=last)


def await_all(cloud, collectd) -> None:
    collectd.wait(
        lambda: len({v.identifier for v in collectd.values if v.plugin == "sagemaker"}) == len(cloud.running),
        f"{len(cloud.running)} apps",
        within=WITHIN_S,
    )


def test_every_app_of_a_thousand_is_right_within_the_quota(cloud, watch):
    crowd(cloud)
    cloud.aws.quota = QUOTA
    collectd = watch("Interval 10")
    await_all(cloud, collectd)
    cloud.assert_truthful(collectd)
    assert cloud.aws.throttled == 0
    report = {name: collectd.count(name) for name in ("apps", "unlogged", "unknown")}
    assert report == {"apps": APPS, "unlogged": APPS / 20, "unknown": 0}
    assert not collectd.complaints


def test_a_second_scan_stays_within_the_quota_too(cloud, watch):
    crowd(cloud)
    cloud.aws.quota = QUOTA
    collectd = watch("Interval 5")
    collectd.await_scans(3, within=WITHIN_S)
    cloud.assert_truthful(collectd)
    assert cloud.aws.throttled == 0


def test_latency_is_paid_for_the_longest_chain_of_pages_only(cloud, watch):
    """Not call after call: so many answers that are late add up to no more than that, beside the machine's own time."""
    crowd(cloud)
    cloud.aws.latency = 0.1
    collectd = watch("Interval 20\n<Account default>\nTimeout 30\n</Account>")
    await_all(cloud, collectd)
    cloud.assert_truthful(collectd)
    calls = cloud.aws.count("DescribeLogStreams") + cloud.aws.count("ListApps")
    assert collectd.value(collectd.scan_identifier("response_time-scan")).value < calls * 0.1 + PATIENCE_S
    assert collectd.beat().plugin_instance == f"default_{REGION}"
