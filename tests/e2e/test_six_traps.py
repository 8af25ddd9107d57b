"""The six ways in which the usual script is wrong (DESIGN, section 1), each on an account that shows it."""

import pytest

from e2e.cloud import DAY_S, DOMAIN, HOUR_S, OTHER_DOMAIN, assert_idle_since


def test_every_app_counts_however_many_pages_they_fill(cloud, watch):
    """The script reads the first page only: ten users, ten apps."""
    cloud.domain()
    for user in range(15):
        for number in range(15):
            cloud.app(f"user{user:02}", f"app{number:02}", idle=HOUR_S + user * 60 + number)
    collectd = watch()
    collectd.await_scans()
    cloud.assert_truthful(collectd)
    assert all(call.input["MaxResults"] == 100 for call in cloud.aws.calls if call.operation == "ListApps")


def test_one_user_name_in_two_domains_is_two_people(cloud, watch):
    """The script lists apps by user name without the domain."""
    cloud.domain()
    cloud.domain(OTHER_DOMAIN, "production")
    cloud.app("user01", "forgotten", idle=3 * DAY_S)
    cloud.app("user01", "app", idle=2 * DAY_S)
    cloud.app("user01", "app", domain=OTHER_DOMAIN, idle=60)
    collectd = watch()
    collectd.await_scans()
    cloud.assert_truthful(collectd)
    assert len(cloud.running) == 3


@pytest.mark.parametrize("newer", [0, 300], ids=["among few streams", "among many newer streams"])
def test_a_stream_that_only_starts_like_the_apps_is_not_the_apps(cloud, watch, newer):
    """Prefix, descending, limit 1 is the last stream that starts so: APP2, or APP/LifecycleConfigOnStart.

    Many newer streams: the app's is not among those that moved last, and has to be asked for by its name.
    """
    cloud.domain()
    app = cloud.app("user01", "app", idle=2 * DAY_S)
    quiet = cloud.app("user01", "quiet", idle=None, age=HOUR_S)
    now = cloud.world.now()
    for child in ("-2", "/LifecycleConfigOnStart", "2", "x"):
        for running in (app, quiet):
            cloud.region.stream(running.app.stream_name() + child, last_event=now - 10)
    for number in range(newer):
        cloud.region.stream(f"d-gone/user/KernelGateway/app{number}", last_event=now - number)
    collectd = watch()
    collectd.await_scans()
    cloud.assert_truthful(collectd)


def test_streams_that_start_alike_are_told_apart_in_a_sweep(cloud, watch):
    """The same trap, with so many apps that they are not asked for one by one."""
    cloud.domain()
    for number in range(120):
        app = cloud.app(f"user{number:03}", "app", idle=2 * DAY_S + number)
        cloud.region.stream(f"{app.app.stream_name()}/LifecycleConfigOnStart", last_event=cloud.world.now() - number)
    collectd = watch()
    collectd.await_scans()
    cloud.assert_truthful(collectd)


def test_an_app_without_a_stream_is_idle_since_its_creation_and_hides_nobody(cloud, watch):
    """The script dies with an index error and reports nobody at all."""
    cloud.domain()
    cloud.app("user01", "never-logged", idle=None, age=5 * HOUR_S)
    cloud.app("user02", "app", idle=2 * DAY_S)
    collectd = watch()
    collectd.await_scans()
    cloud.assert_truthful(collectd)
    assert collectd.count("unlogged") == 1
    assert collectd.count("unknown") == 0


def test_a_stream_older_than_the_app_says_nothing(cloud, watch):
    """Deleted last week, started again an hour ago: idle for an hour, not for a week."""
    cloud.domain()
    app = cloud.app("user01", "app", idle=7 * DAY_S, age=HOUR_S)
    collectd = watch()
    value = collectd.value(app.identifier)
    assert_idle_since(value, app.app.created)
    assert value.value < HOUR_S + 60


def test_a_thousand_apps_are_not_a_thousand_calls(cloud, watch):
    """The script makes 1 + users + apps calls, one after the other."""
    cloud.domain()
    for number in range(1000):
        cloud.app(f"user{number:03}", "app", idle=60 + number)
    collectd = watch("Interval 60")
    collectd.wait(lambda: collectd.completions() and collectd.count("apps") == 1000, "scan")
    cloud.assert_truthful(collectd)
    assert cloud.aws.count() < 100
    assert {call.input.get("domainId") for call in cloud.aws.calls} == {None}
    assert DOMAIN not in str([c.input for c in cloud.aws.calls if c.operation == "ListApps"])
