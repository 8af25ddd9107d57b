"""Times that AWS, a proxy or this machine tells are believed only as far as they can be right."""

from email.utils import formatdate

import pytest

from e2e.cloud import DAY_S, EXACT_S, HOUR_S
from e2e.test_spaces import SAVED
from faults.clock import Clock
from standin.errors import AwsError
from standin.wire import Answer, Connection

YEAR_9999 = "Fri, 31 Dec 9999 23:59:59 GMT"
YEARS_S = 3 * 365 * DAY_S
STEP_S = 2 * DAY_S
# AWS's clock may be so far from this machine's without being minded; a body that is late is later than that is wide.
BEHIND_S = 4.0
LATE_S = 2.0


def make_world(cloud) -> None:
    """make_world has an app whose newest event counts, and one whose log is searched."""
    cloud.domain()
    cloud.app("user01", "app", type="JupyterServer")
    cloud.lab("churn", "yamada", log=[(3 * HOUR_S, SAVED)], chatter=None)


def assert_truthful_since(cloud, collectd, first: int) -> None:
    """assert_truthful_since: so do all values behind the first ones, of which there are some of each app."""
    cloud.assert_truthful(collectd)
    told = {value.identifier for value in collectd.values[first:]}
    assert {running.identifier for running in cloud.running} <= told


def test_a_proxys_date_is_not_aws_s(cloud, watch):
    make_world(cloud)
    ahead = formatdate(cloud.world.now() + HOUR_S, usegmt=True)
    page = {"code": 502, "body": "<html>Bad Gateway</html>", "headers": {"Date": ahead}}
    fault = cloud.aws.fault("FilterLogEvents", "status", **page)
    collectd = watch()
    collectd.wait(lambda: fault.hits >= 3, "third 502")
    collectd.value(cloud.running[0].identifier)
    collectd.await_reports(2)
    cloud.assert_truthful(collectd, every=False)
    cloud.aws.clear_faults()
    seen = len(collectd.values)
    collectd.await_scans()
    assert_truthful_since(cloud, collectd, seen)


def of_year_9999(_struck, answer: Answer) -> Answer:
    answer.headers["Date"] = YEAR_9999
    return answer


def error_of_year_9999(struck, _answer: Answer) -> Answer:
    return of_year_9999(struck, struck.refuse(AwsError("InternalFailure", "", 500)))


@pytest.mark.parametrize("operation", ["ListApps", "FilterLogEvents"])
@pytest.mark.parametrize("kind", [of_year_9999, error_of_year_9999])
def test_one_date_of_another_age_changes_nothing(cloud, watch, kind, operation):
    make_world(cloud)
    collectd = watch()
    collectd.await_scans()
    cloud.running[1].stream.log(cloud.ago(HOUR_S), SAVED)
    fault = cloud.aws.fault(operation, kind, times=1)
    collectd.wait(lambda: fault.hits, "answer with a date of another age")
    seen = len(collectd.values)
    collectd.await_scans(3)
    told = {v.identifier: v.time - v.value for v in collectd.values[seen:] if v.plugin == "sagemaker"}
    assert told == {running.identifier: pytest.approx(running.since, abs=EXACT_S) for running in cloud.running}
    assert not collectd.complaints


def late_body(struck, answer: Answer) -> Answer:
    async def deliver(connection: Connection, answer: Answer) -> None:
        connection.write(answer.head())
        await struck.let_go(LATE_S)
        connection.write(answer.body)

    answer.delivery = deliver
    return answer


def test_a_date_is_that_of_the_moment_at_which_the_headers_come(cloud, watch):
    cloud.pass_time(-BEHIND_S)
    make_world(cloud)
    cloud.aws.fault("DescribeLogStreams", late_body)
    collectd = watch()
    collectd.await_scans(3)
    cloud.assert_truthful(collectd)


def test_an_event_that_is_years_ahead_is_taken_as_now_once(cloud, watch):
    cloud.domain()
    app = cloud.app("user01", "app", type="JupyterServer", idle=-YEARS_S)
    started = cloud.world.now()
    collectd = watch()
    first = collectd.value(app.identifier)
    since = first.time - first.value
    assert started - EXACT_S <= since <= first.time
    collectd.await_scans()
    collectd.stop()
    seen = len(collectd.values)
    collectd.start()
    collectd.await_scans()
    again = collectd.values[seen:]
    told = [value for value in collectd.values if value.identifier == app.identifier]
    assert app.identifier in {value.identifier for value in again}
    assert [value.time - value.value for value in told] == pytest.approx([since] * len(told), abs=2 * EXACT_S)


def test_an_event_that_is_years_ahead_hides_none_that_comes(cloud, watch):
    cloud.domain()
    app = cloud.app("user01", "app", type="JupyterServer", idle=-YEARS_S)
    collectd = watch()
    collectd.await_scans()
    app.stream.last_event = came = cloud.ago(0)
    collectd.wait(
        lambda: abs(collectd.value(app.identifier).time - collectd.value(app.identifier).value - came) <= EXACT_S,
        "value since the event that came",
    )


@pytest.mark.parametrize("first", [-STEP_S, 0], ids=["set right", "set wrong"])
def test_a_clock_that_is_set_between_a_scan_and_its_report_changes_no_value(cloud, watch, tmp_path, first):
    cloud.domain()
    app = cloud.app("user01", "app", idle=2 * HOUR_S)
    clock = Clock(tmp_path / "clock")
    clock.set_ahead(first)
    collectd = watch(environment=cloud.environment | clock.environment)
    collectd.await_reports(3)
    for steps in range(1, 4):
        seen = cloud.aws.count("DescribeLogStreams")
        collectd.wait(lambda seen=seen: cloud.aws.count("DescribeLogStreams") > seen, "scan")
        clock.set_ahead(first + steps * STEP_S)
        collectd.await_reports(2)
    idle_s = cloud.world.now() - app.since
    told = [value.value for value in collectd.series(app.identifier)]
    assert len(told) >= 6
    assert all(2 * HOUR_S - 1 <= value <= idle_s + 1 for value in told)
    assert told == sorted(told)
