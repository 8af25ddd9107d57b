"""Apps with a beacon (packaging/lifecycle) and without: what counts, how long, and what it costs."""

import pytest

from e2e.cloud import HOUR_S, assert_idle_since
from e2e.collectd import TOP

ACTIVE = "collectd-sagemaker: active"
WATCHING = "collectd-sagemaker: watching"
SAVED = "[I 2026-03-28 15:13:50.675 ServerApp] Saving file at /churn.ipynb"
TAB = "[I 2026-03-28 15:13:50.675 ServerApp] Connecting to kernel 0b7c1f0e-4b1c-4d5c-8f57-1a2b3c4d5e6f."
OPENED = "[10:12:31][127.0.0.1][1f2e3d4c][ManagementConnection] New connection established."
POLL = "[W 2026-03-28 15:13:50.675 ServerApp] 404 GET /jupyterlab/default/api/sessions (127.0.0.1) 1.07ms"


def at(app, index: int) -> float:
    return app.stream.events[index][0] / 1000


def assert_since(value, since: float) -> None:
    """assert_since: a beacon's time is kept in seconds."""
    assert since - 1.1 <= value.time - value.value <= since + 0.1


def searches(cloud) -> list[dict]:
    return [call.input for call in cloud.aws.calls if call.operation == "FilterLogEvents"]


def test_the_lines_are_the_scripts():
    script = (TOP / "packaging/lifecycle/beacon.sh").read_text()
    assert f'b"{ACTIVE}\\n"' in script and f'b"{WATCHING}\\n"' in script


def test_a_mixed_fleet_is_measured_by_beacons_and_by_phrases(cloud, watch):
    cloud.domain()
    log = [(20 * HOUR_S, ACTIVE), (5 * HOUR_S, WATCHING), (HOUR_S, TAB), (60, POLL)]
    with_beacon = cloud.lab("beacon", "yamada", chatter=None, log=log)
    without = cloud.lab("plain", "yamada", chatter=None, log=[(20 * HOUR_S, SAVED), (HOUR_S, TAB), (60, POLL)])
    cloud.space("code", "sato")
    log = [(9 * HOUR_S, ACTIVE), (4 * HOUR_S, WATCHING), (HOUR_S, OPENED)]
    editor = cloud.app(space="code", type="CodeEditor", name="default", log=log)
    collectd = watch()
    assert_since(collectd.value(with_beacon.identifier), at(with_beacon, 0))
    assert_since(collectd.value(editor.identifier), at(editor, 0))
    assert_idle_since(collectd.value(without.identifier), at(without, 1))
    collectd.await_scans()
    assert {value.meta.get("beacon") for value in collectd.series(with_beacon.identifier)} == {"alive"}
    assert {value.meta.get("beacon") for value in collectd.series(without.identifier)} == {None}


def test_a_job_that_leaves_no_other_line_works(cloud, watch):
    cloud.domain()
    log = [(30 * HOUR_S, SAVED), *((minutes * 60, ACTIVE) for minutes in range(600, 0, -5))]
    lab = cloud.lab("training", "yamada", chatter="jupyterlab", log=log)
    collectd = watch()
    assert collectd.value(lab.identifier).value < 320
    collectd.await_scans()
    assert collectd.latest()["sagemaker_scan-default_us-east-1/count-chatty"].value == 0


def test_a_beacon_that_has_never_seen_work_is_idle_since_the_start(cloud, watch):
    cloud.domain()
    lab = cloud.lab("new", "yamada", age=7 * HOUR_S, chatter=None, log=[(6.9 * HOUR_S, WATCHING), (HOUR_S, TAB)])
    assert_idle_since(watch().value(lab.identifier), lab.app.created)


@pytest.mark.parametrize(("silent", "counts"), [(7.9, 0), (8.1, 2)])
def test_phrases_count_again_where_it_has_been_silent_for_eight_hours(cloud, watch, silent, counts):
    cloud.domain()
    log = [(20 * HOUR_S, ACTIVE), (silent * HOUR_S, WATCHING), (HOUR_S, TAB)]
    lab = cloud.lab("churn", "yamada", chatter=None, log=log)
    value = watch().value(lab.identifier)
    assert_since(value, at(lab, counts))
    assert (value.meta.get("beacon") == "alive") == (counts == 0)


def test_its_lines_are_found_as_they_come(cloud, watch):
    cloud.domain()
    log = [(20 * HOUR_S, ACTIVE), (5 * HOUR_S, WATCHING)]
    lab = cloud.lab("churn", "yamada", chatter=None, log=log)
    collectd = watch()
    collectd.await_scans(2)
    for line in (WATCHING, TAB):
        before = len(searches(cloud))
        with cloud.aws.lock:
            lab.stream.log(cloud.ago(0), line)
        collectd.wait(lambda: len(searches(cloud)) > before, "search of what has moved")
        collectd.await_scans(2)
        assert_since(collectd.value(lab.identifier), at(lab, 0))
    with cloud.aws.lock:
        lab.stream.log(cloud.ago(0), ACTIVE)
    collectd.wait(lambda: collectd.value(lab.identifier).value < 60, "value of the work")


def test_what_is_known_of_a_beacon_is_kept_over_a_restart(cloud, watch):
    """The second one finds nothing of it: the log has lost its lines."""
    cloud.domain()
    log = [(20 * HOUR_S, ACTIVE), (5 * HOUR_S, WATCHING), (HOUR_S, TAB)]
    lab = cloud.lab("churn", "yamada", chatter=None, log=log)
    since = at(lab, 0)
    collectd = watch()
    assert_since(collectd.value(lab.identifier), since)
    collectd.await_scans()
    collectd.stop()
    before = len(collectd.series(lab.identifier))
    with cloud.aws.lock:
        del lab.stream.events[:2]
    collectd.start()
    collectd.wait(lambda: len(collectd.series(lab.identifier)) > before, "value after the restart")
    assert_since(collectd.value(lab.identifier), since)
    assert collectd.value(lab.identifier).meta.get("beacon") == "alive"
