"""A warm scan looks at what has moved: it costs little, and what the index of streams hides is found all the same."""

import pytest

from e2e.cloud import CORRECTED_S, HOUR_S, OTHER_DOMAIN
from e2e.test_chatty import idle_since
from e2e.test_restart import RATES
from e2e.test_signals import KERNEL, SAVED
from standin.paging import Pages


def account(*lines: str) -> str:
    return "\n".join(["Interval 0.2", "<Account default>", *RATES, *lines, "</Account>"])


def test_an_event_of_ninety_minutes_ago_that_shows_up_only_now_is_taken(cloud, watch):
    """More streams than a page shows have moved since: it stands on the second one."""
    cloud.domain()
    app = cloud.app("user01", "app", log=[(5 * HOUR_S, KERNEL)])
    for number in range(10):
        cloud.app(f"user{number}", "idle", idle=(4 + number) * HOUR_S)
    app.stream.index_lag = 1.5 * HOUR_S
    shown = app.stream.last_event
    collectd = watch(account())
    collectd.await_reports()
    with cloud.aws.lock:
        app.stream.log(cloud.ago(0), KERNEL)
    logged = app.stream.last_event
    cloud.pass_time(HOUR_S)
    collectd.await_reports()
    assert idle_since(cloud, collectd, app) == pytest.approx(shown, abs=CORRECTED_S)
    with cloud.aws.lock:
        cloud.pass_time(0.5 * HOUR_S + 60)
        for number in range(60):
            cloud.region.stream(f"{OTHER_DOMAIN}/u/KernelGateway/{number}", last_event=cloud.ago((10 + number) * 60))
    collectd.await_reports()
    assert idle_since(cloud, collectd, app) == pytest.approx(logged, abs=CORRECTED_S)


def test_what_the_index_hides_is_found_before_a_threshold_is_passed(cloud, watch):
    """Without that look it would be idle for seven hours, with a threshold at six."""
    cloud.domain()
    app = cloud.app("user01", "app", log=[(7 * HOUR_S, KERNEL), (0.5 * HOUR_S, KERNEL)])
    app.stream.index_lag = 2 * HOUR_S
    collectd = watch(account(f"ConfirmAfter {6 * HOUR_S} {24 * HOUR_S}"))
    collectd.await_reports(3)
    for value in collectd.series(app.identifier):
        assert value.time - value.value == pytest.approx(app.stream.last_event, abs=0.01)
    looks = cloud.aws.count("FilterLogEvents")
    assert looks > 0
    collectd.await_reports(3)
    assert cloud.aws.count("FilterLogEvents") == looks
    assert collectd.count("fallback") == 0


def test_where_nothing_moves_a_scan_is_a_page_for_a_hundred_apps_and_one_of_streams(cloud, watch):
    cloud.aws.front.pages = Pages("exact")
    cloud.domain()
    for number in range(250):
        cloud.app(f"user{number:03}", "app", idle=(3 + number % 17) * HOUR_S)
    for number in range(300):
        cloud.region.stream(f"{OTHER_DOMAIN}/u/KernelGateway/{number}", last_event=cloud.ago((30 + number) * HOUR_S))
    collectd = watch(account())
    collectd.await_reports()
    with cloud.aws.lock:
        cloud.aws.calls.clear()
    collectd.await_reports(8)
    collectd.stop()
    asked = [call.operation for call in cloud.aws.calls]
    assert set(asked) == {"ListApps", "DescribeLogStreams"}
    sweeps = asked.count("DescribeLogStreams")
    assert sweeps >= 8
    # The last scan, and the one under way when the counting began, may be there in part.
    assert abs(asked.count("ListApps") - 3 * sweeps) <= 6
    cloud.assert_truthful(collectd)


def test_throttling_in_the_middle_of_a_sweep_spoils_no_value(cloud, watch):
    cloud.domain()
    for number in range(120):
        cloud.app(f"user{number:03}", "app", idle=60 + number)
    collectd = watch(account())
    collectd.await_scans()
    fault = cloud.aws.fault("DescribeLogStreams", "throttle", page=2)
    collectd.wait(lambda: collectd.count("unknown") > 0, "unknown apps")
    assert fault.hits > 0
    cloud.aws.clear_faults()
    collectd.await_scans()
    assert collectd.count("unknown") == 0
    cloud.assert_truthful(collectd, every=False)


@pytest.mark.parametrize("late_min", [8, 40])
def test_a_save_that_arrives_late_behind_chatter_is_found_in_the_first_scan_after(cloud, watch, late_min):
    """The server's own lines go on arriving: each scan finds the stream newer than the save that it has not seen."""
    cloud.domain()
    lab = cloud.lab("churn", "yamada", log=[(30 * HOUR_S, SAVED)])
    lab.stream.ingestion_lag = late_min * 60
    collectd = watch(account())
    collectd.await_reports()
    for _ in range(6):
        with cloud.aws.lock:
            lab.stream.log(cloud.ago(0), SAVED)
            saved = lab.stream.events[-1][0] / 1000
        cloud.pass_time((late_min - 2) * 60)
        collectd.await_reports()
        assert idle_since(cloud, collectd, lab) < saved - CORRECTED_S
        cloud.pass_time(5 * 60)
        collectd.await_reports()
        assert idle_since(cloud, collectd, lab) == pytest.approx(saved, abs=CORRECTED_S)
