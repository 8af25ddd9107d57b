"""What is dispatched, under which names, with which meta data (DESIGN, section 2)."""

import pytest

from e2e.cloud import DAY_S, DOMAIN, HOUR_S, OTHER_DOMAIN, REGION, assert_idle_since
from e2e.collectd import HOST


def test_an_app_stands_under_its_domain_user_type_and_name(cloud, watch):
    cloud.domain()
    cloud.app("user01", "sagemaker-data-wrang-ml-m5-4xlarge-0123456789abcdef", idle=HOUR_S)
    name = "KernelGateway_sagemaker-data-wrang-ml-m5-4xlarge-0123456789abcdef"
    value = watch().value(f"sagemaker-{DOMAIN}_user01/duration-{name}")
    assert (value.host, value.plugin, value.plugin_instance) == (HOST, "sagemaker", f"{DOMAIN}_user01")
    assert (value.type, value.type_instance) == ("duration", name)


def test_meta_data_says_what_the_names_cannot(cloud, watch):
    cloud.domain(name="research")
    app = cloud.app("user01", "app", instance="ml.m5.4xlarge")
    value = watch("Interval 1\n<Account default>\nDomainLabel name\n</Account>").value(
        "sagemaker-research_user01/duration-KernelGateway_app"
    )
    assert value.meta == {
        "account": "default",
        "region": REGION,
        "domain_id": DOMAIN,
        "domain_name": "research",
        "owner": "user01",
        "app_type": "KernelGateway",
        "app_name": "app",
        "instance_type": "ml.m5.4xlarge",
        "signal": "ignore",
    }
    assert_idle_since(value, app.since)


def test_meta_data_names_the_space_of_an_app_in_one(cloud, watch):
    cloud.domain()
    app = cloud.app(space="vision", type="JupyterLab", name="default")
    meta = watch().value(app.identifier).meta
    assert (meta["space"], meta["app_type"], meta["app_name"]) == ("vision", "JupyterLab", "default")


def test_a_user_is_as_idle_as_the_most_idle_of_the_apps(cloud, watch):
    cloud.domain()
    cloud.app("user01", "working", idle=30)
    forgotten = cloud.app("user01", "forgotten", idle=3 * DAY_S)
    cloud.app("user02", "working", idle=30)
    collectd = watch()
    collectd.await_scans()
    assert_idle_since(collectd.value(forgotten.user_identifier), forgotten.since)
    cloud.assert_truthful(collectd)


def test_apps_in_spaces_stand_as_ownerless(cloud, watch):
    cloud.domain()
    lab = cloud.app(space="vision", type="JupyterLab", name="default")
    editor = cloud.app(space="vision-2", type="CodeEditor", name="default")
    kernel = cloud.app(space="vision", type="KernelGateway", name="torch", idle=DAY_S)
    collectd = watch()
    collectd.await_scans()
    assert lab.identifier == f"sagemaker-{DOMAIN}_space_vision/duration-JupyterLab_vision"
    assert editor.identifier == f"sagemaker-{DOMAIN}_space_vision-2/duration-CodeEditor_vision-2"
    assert kernel.identifier == f"sagemaker-{DOMAIN}_space_vision/duration-KernelGateway_vision_torch"
    cloud.assert_truthful(collectd)
    assert collectd.count("users") == 2


def test_a_user_and_a_space_of_one_name_are_two(cloud, watch):
    cloud.domain()
    user = cloud.app("vision", "torch", idle=DAY_S)
    space = cloud.app(space="vision", type="KernelGateway", name="torch", idle=None, age=2 * HOUR_S)
    # Both write to DOMAIN/vision/KernelGateway/torch, as AWS has it.
    space.stream = user.stream
    collectd = watch()
    collectd.await_scans()
    cloud.assert_truthful(collectd)


def test_only_running_apps_are_reported(cloud, watch):
    cloud.domain()
    cloud.app("user01", "app", idle=DAY_S)
    for status in ("Pending", "Deleting", "Deleted", "Failed"):
        cloud.region.app(DOMAIN, user="user01", name=status.lower(), status=status)
    # The key of a running app may be listed once more, as Deleted.
    cloud.region.app(DOMAIN, user="user01", name="app", status="Deleted", created=cloud.world.now() - 60 * DAY_S)
    collectd = watch()
    collectd.await_scans()
    cloud.assert_truthful(collectd)
    assert collectd.count("apps") == 1


def test_the_free_server_on_system_is_left_out(cloud, watch):
    cloud.domain()
    cloud.app("user01", "app")
    paid = cloud.app("user02", "default", type="JupyterServer", instance="ml.t3.medium")
    free = cloud.region.app(DOMAIN, user="user01", type="JupyterServer", name="default", instance="system")
    cloud.region.stream(free.stream_name(), last_event=cloud.world.now() - DAY_S)
    collectd = watch()
    collectd.await_scans()
    cloud.assert_truthful(collectd)
    assert collectd.series(paid.identifier)


def test_a_kernel_gateway_on_system_is_billed_and_reported(cloud, watch):
    cloud.domain()
    cloud.app("user01", "app", instance="system")
    collectd = watch()
    collectd.await_scans()
    cloud.assert_truthful(collectd)


def test_types_without_documented_streams_wait_for_one(cloud, watch):
    cloud.domain()
    cloud.app("user01", "app")
    cloud.app("user01", "default", type="Canvas", idle=HOUR_S)
    cloud.region.app(DOMAIN, user="user02", type="Canvas", name="default", created=cloud.world.now() - DAY_S)
    cloud.region.app(DOMAIN, user="user02", type="FutureLab", name="default", created=cloud.world.now() - DAY_S)
    collectd = watch()
    collectd.await_scans()
    cloud.assert_truthful(collectd)
    assert collectd.count("unlogged") == 2
    assert collectd.count("unknown") == 0


def test_idle_seconds_grow_with_time_and_fall_with_an_event(cloud, watch):
    cloud.domain()
    app = cloud.app("user01", "app", idle=2 * DAY_S)
    collectd = watch()
    collectd.await_scans()
    cloud.assert_truthful(collectd)
    with cloud.aws.lock:
        app.stream.last_event = worked = round(cloud.world.now(), 3)
    collectd.await_scans()
    assert_idle_since(collectd.value(app.identifier), worked)


def test_an_event_of_the_future_is_no_negative_idleness(cloud, watch):
    cloud.domain()
    app = cloud.app("user01", "app", type="JupyterServer", idle=-3600)
    assert watch().value(app.identifier).value == 0


@pytest.mark.parametrize("ahead_s", [120, -120, 1200, -1200])
def test_idleness_goes_by_the_clock_of_aws(cloud, watch, ahead_s):
    """This machine's clock is wrong: by minutes, and by more than a signature may be."""
    cloud.world.offset = ahead_s
    cloud.domain()
    app = cloud.app("user01", "app", idle=DAY_S)
    collectd = watch()
    collectd.await_scans()
    value = collectd.value(app.identifier)
    # The Date of an answer has whole seconds.
    assert value.value == pytest.approx(value.time + ahead_s - app.since, abs=1.5)
    (said,) = collectd.complaints
    assert "clock" in said.text


def test_a_clock_that_is_off_by_seconds_is_left_alone(cloud, watch):
    cloud.world.offset = 3
    cloud.domain()
    app = cloud.app("user01", "app", idle=DAY_S)
    assert_idle_since(watch().value(app.identifier), app.since)


def test_the_stream_that_differs_in_case_is_not_taken_where_the_apps_own_is_there(cloud, watch):
    cloud.domain()
    app = cloud.app(space="space1", type="JupyterLab", name="default", idle=DAY_S)
    cloud.region.stream(f"{DOMAIN}/Space1/JupyterLab/default", last_event=cloud.world.now() - 60)
    assert_idle_since(watch().value(app.identifier), app.since)


def test_values_carry_the_interval(cloud, watch):
    cloud.domain()
    app = cloud.app("user01", "app")
    collectd = watch("Interval 2")
    collectd.await_scans()
    assert {value.interval for value in collectd.series(app.identifier)} == {2}
    assert {value.interval for value in collectd.heartbeats} == {2}


def test_identities_are_unique_and_of_stock_types(cloud, watch):
    cloud.domain()
    cloud.domain(OTHER_DOMAIN, "production")
    for number in range(60):
        cloud.app(f"user{number % 7}", f"app{number}", domain=DOMAIN if number % 2 else OTHER_DOMAIN)
    collectd = watch()
    collectd.await_scans(3)
    seen = [(value.identifier, value.time) for value in collectd.values]
    assert len(seen) == len(set(seen))
    assert not [line for line in collectd.lines if "too old" in line.text or "not defined" in line.text]
    assert collectd.completions() and REGION in collectd.beat().plugin_instance
