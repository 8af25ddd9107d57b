"""A Canvas is as idle as CloudWatch's TimeSinceLastActive says; what tells nothing is unknown, and never nought."""

import pytest

from e2e.cloud import DAY_S, DOMAIN, HOUR_S, assert_idle_since
from standin.world import Canvas

# The metric has a point a minute, whose time is that of the minute's beginning.
MINUTE_S = 60
PRICE = 'Price "*" "Canvas" 1.9'


def options(*lines: str) -> str:
    return "\n".join(["Interval 1", PRICE, "<Account default>", *lines, "</Account>"])


@pytest.fixture
def canvas(cloud):
    """canvas(user, ...) is a user's Canvas of six days, last used so long ago, and its metric."""
    cloud.domain()

    def make(user: str, idle: float | None, **more) -> tuple:
        running = cloud.app(user, "default", type="Canvas", instance="system", idle=None, age=6 * DAY_S)
        with cloud.aws.lock:
            metric = None if idle is None else cloud.region.canvas(DOMAIN, user, cloud.ago(idle), **more)
        return running, metric

    return make


def assert_as_the_metric_says(cloud, value, metric: Canvas) -> None:
    since = cloud.idle_since(value)
    assert metric.active - MINUTE_S <= since <= metric.active + 0.01, f"{since - metric.active:.3f} s off"


def test_a_canvas_is_as_idle_as_its_metric_says_and_so_are_its_user_and_its_money(cloud, watch, canvas):
    forgotten, metric = canvas("mallory", 30 * HOUR_S)
    used, recent = canvas("alice", 120)
    collectd = watch(options())
    assert_as_the_metric_says(cloud, collectd.value(forgotten.identifier), metric)
    assert_as_the_metric_says(cloud, collectd.value(forgotten.user_identifier), metric)
    assert_as_the_metric_says(cloud, collectd.value(forgotten.billed(unit="Canvas")), metric)
    assert_as_the_metric_says(cloud, collectd.value(used.identifier), recent)
    assert_idle_since(collectd.value(forgotten.billed("uptime", unit="Canvas")), forgotten.app.created)
    assert collectd.value(forgotten.billed("idle_hourly_cost", unit="Canvas")).value == 1.9
    assert collectd.value(used.billed("idle_hourly_cost", unit="Canvas")).value == 0
    assert collectd.value(forgotten.identifier).meta["signal"] == "metric"
    collectd.await_scans(3)
    assert (collectd.count("blind"), collectd.count("unknown")) == (0, 0)
    assert collectd.complaints == []
    cloud.assert_only_read()


def test_the_metric_is_asked_for_four_times_an_hour_at_most(cloud, watch, canvas):
    """AWS's clock moves by five minutes after each scan: twelve of them are an hour."""
    _, metric = canvas("mallory", 30 * HOUR_S)
    collectd = watch(options())
    collectd.await_scans()
    for _ in range(12):
        cloud.pass_time(300)
        collectd.await_scans(2)
    with cloud.aws.lock:
        asked = [call for call in cloud.aws.calls if call.operation == "GetMetricData" and call.page == 0]
    assert 4 <= len(asked) <= 5, "the thirteenth scan is an hour after the first"
    assert_as_the_metric_says(cloud, collectd.value(f"sagemaker-{DOMAIN}_mallory/duration-Canvas_default"), metric)


def test_who_works_again_is_told_within_a_quarter_of_an_hour(cloud, watch, canvas):
    running, metric = canvas("mallory", 30 * HOUR_S)
    collectd = watch(options())
    collectd.value(running.identifier)
    with cloud.aws.lock:
        metric.active = cloud.world.now()
    cloud.pass_time(900)
    collectd.wait(lambda: collectd.value(running.identifier).value < HOUR_S, "the newer point")
    assert_as_the_metric_says(cloud, collectd.value(running.identifier), metric)


def test_five_hundred_are_asked_for_in_a_call(cloud, watch, canvas):
    running = [canvas(f"user{number:03}", 600 + number) for number in range(501)]
    collectd = watch(options("ReportByInstance false", "ReportByUser false"))
    collectd.await_scans(2)
    with cloud.aws.lock:
        asked = [call.input["MetricDataQueries"] for call in cloud.aws.calls if call.operation == "GetMetricData"]
    assert {len(queries) for queries in asked} == {500, 1}
    for app, metric in running:
        assert_as_the_metric_says(cloud, collectd.value(app.identifier), metric)


@pytest.mark.parametrize("status", ["PartialData", "InternalError", "Forbidden"])
def test_what_is_not_complete_tells_nothing(cloud, watch, canvas, status):
    running, _ = canvas("mallory", 600, status=status)
    collectd = watch(options())
    collectd.await_scans(3)
    assert not collectd.series(running.identifier)
    assert (collectd.count("blind"), collectd.count("unknown")) == (1, 0)
    assert_idle_since(collectd.value(running.billed("uptime", unit="Canvas")), running.app.created)
    if status == "Forbidden":
        collectd.said("GetMetricData", "Forbidden", "allow cloudwatch:GetMetricData", "CanvasMetric false")


def test_without_a_metric_it_is_blind_and_named_with_the_reason(cloud, watch, canvas):
    running, _ = canvas("mallory", None)
    collectd = watch(options())
    collectd.said(running.app.stream_name(), "has run for 6 days", "no fresh TimeSinceLastActive", "count-blind")
    assert not collectd.series(running.identifier)


def test_a_metric_that_ends_is_unknown_and_then_blind(cloud, watch, canvas):
    running, metric = canvas("mallory", 600)
    collectd = watch(options())
    collectd.value(running.identifier)
    with cloud.aws.lock:
        metric.until = cloud.world.now()
    cloud.pass_time(31 * MINUTE_S)
    collectd.wait(lambda: collectd.count("unknown") == 1, "an unknown app")
    cloud.pass_time(30 * MINUTE_S)
    collectd.wait(lambda: (collectd.count("unknown"), collectd.count("blind")) == (0, 1), "a blind app")
    known = len(collectd.series(running.identifier))
    collectd.await_scans(3)
    assert len(collectd.series(running.identifier)) == known


def test_without_permission_all_is_as_before_and_said_once(cloud, watch, canvas):
    running, _ = canvas("mallory", 600)
    gateway = cloud.app("user01", "app", idle=2 * HOUR_S)
    cloud.aws.fault("GetMetricData", "access_denied")
    collectd = watch(options())
    line = collectd.said("GetMetricData", "allow cloudwatch:GetMetricData", "a Canvas has only its uptime")
    assert_idle_since(collectd.value(gateway.identifier), gateway.since)
    for _ in range(3):
        cloud.pass_time(900)
        collectd.await_scans(2)
    assert cloud.aws.count("GetMetricData") >= 3
    assert [one for one in collectd.own_lines if "GetMetricData" in one.text] == [line]
    assert (collectd.count("blind"), collectd.count("unknown")) == (1, 0)
    assert not collectd.series(running.identifier)
    assert collectd.value(running.billed("uptime", unit="Canvas")).value > DAY_S
    cloud.aws.clear_faults()
    cloud.pass_time(900)
    collectd.said("GetMetricData works again")
    collectd.value(running.identifier)


@pytest.mark.parametrize(
    ("kind", "options_of_it"),
    [
        ("reset", {}),
        ("status", {"code": 503}),
        ("throttle", {}),
        ("truncated", {}),
        ("html", {}),
        ("wrong_types", {}),
        ("deep_nesting", {}),
        ("same_token", {}),
        ("endless_pages", {}),
    ],
)
def test_an_answer_that_fails_harms_nothing_else(cloud, watch, canvas, kind, options_of_it):
    running, metric = canvas("mallory", 600)
    gateway = cloud.app("user01", "app", idle=2 * HOUR_S)
    cloud.aws.fault("GetMetricData", kind, **options_of_it)
    collectd = watch(options("Timeout 2"))
    assert_idle_since(collectd.value(gateway.identifier), gateway.since)
    collectd.said("GetMetricData")
    collectd.wait(lambda: collectd.scan("count-blind") and collectd.count("blind") == 1, "a blind app")
    assert collectd.count("unknown") == 0
    assert not collectd.series(running.identifier)
    cloud.aws.clear_faults()
    cloud.pass_time(900)
    assert_as_the_metric_says(cloud, collectd.value(running.identifier), metric)


def test_the_option_asks_for_nothing(cloud, watch, canvas):
    running, _ = canvas("mallory", 600)
    collectd = watch(options("CanvasMetric false"))
    collectd.said(running.app.stream_name(), "option CanvasMetric is false")
    assert cloud.aws.count("GetMetricData") == 0
    assert collectd.count("blind") == 1


def test_a_canvas_that_is_deleted_ends_with_nan(cloud, watch, canvas):
    running, _ = canvas("mallory", 600)
    collectd = watch(options())
    collectd.value(running.identifier)
    with cloud.aws.lock:
        running.app.delete()
    for name in (running.identifier, running.user_identifier, running.billed(unit="Canvas")):
        collectd.wait(lambda: collectd.value(name).is_nan, "NaN")


def test_its_endpoint_is_an_option(cloud, watch, canvas):
    running, _ = canvas("mallory", 600)
    collectd = watch.stopped(options(f'Endpoint "monitoring" "{cloud.aws.url}"'))
    collectd.environment["AWS_ENDPOINT_URL_CLOUDWATCH"] = "http://127.0.0.1:9"
    collectd.start()
    collectd.value(running.identifier)


def test_its_endpoint_is_a_variable(cloud, watch, canvas):
    running, _ = canvas("mallory", 600)
    collectd = watch.stopped(options("Timeout 2"))
    collectd.environment["AWS_ENDPOINT_URL_CLOUDWATCH"] = "http://127.0.0.1:9"
    collectd.start()
    collectd.said("GetMetricData", "connect")
    assert not collectd.series(running.identifier)
