"""AWS answers wrongly, late or not at all: collectd lives, says so once, says nothing untrue, and recovers."""

import re
import socket
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from e2e.cloud import DAY_S, DOMAIN, HOUR_S, KEYS, OTHER_DOMAIN, REGION, Cloud

FAST = "Interval 1\n<Account default>\nTimeout 1\n</Account>"


@dataclass(frozen=True)
class Trouble:
    """Trouble is a fault of the stand-in, and the error code that the plugin counts it under."""

    kind: str
    code: str
    options: dict = field(default_factory=dict)


TROUBLES = {
    "html": Trouble("html", "parse"),
    "truncated": Trouble("truncated", "parse"),
    "wrong types": Trouble("wrong_types", "parse"),
    "empty": Trouble("empty_body", "parse"),
    "huge": Trouble("huge", "parse"),
    "reset": Trouble("reset", "connect"),
    "closed": Trouble("close", "connect"),
    "cut short": Trouble("short_body", "connect"),
    "hangs before the headers": Trouble("hang_before_headers", "timeout"),
    "hangs after the headers": Trouble("hang_after_headers", "timeout"),
    "drips": Trouble("drip", "timeout"),
    "throttles": Trouble("throttle", "ThrottlingException"),
    "access denied": Trouble("access_denied", "AccessDeniedException"),
    "internal failure": Trouble("error", "InternalFailure", {"code": "InternalFailure", "status": 500}),
    "bad gateway": Trouble("status", "502", {"code": 502, "body": "<html>Bad Gateway</html>"}),
    "redirect": Trouble("redirect", "302"),
}


def small_world(cloud: Cloud) -> None:
    cloud.domain()
    cloud.app("user01", "app", idle=3 * DAY_S)
    cloud.app("user02", "app", idle=HOUR_S)
    cloud.app("user02", "quiet", idle=None, age=HOUR_S / 2)


@pytest.mark.parametrize("operation", ["ListApps", "DescribeLogStreams"])
@pytest.mark.parametrize("trouble", TROUBLES.values(), ids=TROUBLES.keys())
def test_trouble_is_said_once_and_passes(cloud, watch, trouble, operation):
    small_world(cloud)
    collectd = watch(FAST)
    collectd.await_scans()
    cloud.aws.fault(operation, trouble.kind, **trouble.options)
    collectd.assert_complains_once(REGION, operation)
    counted = [value.value for value in collectd.scan(f"errors-{trouble.code}")]
    assert counted[0] == 0 and counted[-1] >= 1, collectd.latest().keys()
    assert not [value for value in collectd.values if value.is_nan and value.plugin != "sagemaker_scan"]
    cloud.aws.clear_faults()
    cloud.aws.release()
    collectd.assert_recovers_once()
    cloud.assert_truthful(collectd)


@pytest.mark.parametrize("operation", ["ListApps", "DescribeLogStreams"])
def test_an_answer_of_100_mb_is_not_kept_in_memory(cloud, watch, operation):
    small_world(cloud)
    huge = cloud.aws.fault(operation, "huge")
    collectd = watch()
    collectd.wait(lambda: huge.hits >= 3, "huge answers")
    collectd.await_reads()
    status = Path(f"/proc/{collectd.pid}/status").read_text()
    assert int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) < 60_000
    cloud.aws.clear_faults()
    collectd.assert_recovers_once()


@pytest.mark.parametrize("kind", ["access_denied", "html", "hang_before_headers"])
def test_trouble_from_the_start_passes_too(cloud, watch, kind):
    small_world(cloud)
    cloud.aws.fault(None, kind)
    collectd = watch(FAST)
    collectd.assert_complains_once(REGION)
    assert {value.plugin for value in collectd.values} == {"sagemaker_scan"}
    cloud.aws.clear_faults()
    cloud.aws.release()
    collectd.assert_recovers_once()
    cloud.assert_truthful(collectd)


def test_names_of_domains_that_may_not_be_listed_do_not_hide_the_apps(cloud, watch):
    """ListDomains is needed for names only: without it the ids stand, and all else counts."""
    small_world(cloud)
    cloud.aws.fault("ListDomains", "access_denied")
    collectd = watch()
    collectd.await_scans()
    cloud.assert_truthful(collectd)


def test_a_denied_call_is_said_with_the_permission_that_it_needs(cloud, watch):
    small_world(cloud)
    cloud.aws.fault("DescribeLogStreams", "access_denied")
    line = watch().assert_complains_once("AccessDenied", "logs:DescribeLogStreams", REGION, "default")
    assert "not authorized to perform" in line.text, "AWS's own words"


def test_the_log_group_that_does_not_exist_yet(cloud, watch):
    """Nobody has ever logged: every app of a type with documented streams is idle since its creation."""
    cloud.domain()
    cloud.app("user01", "app", idle=None, age=2 * DAY_S)
    cloud.app("user02", "app", idle=None, age=HOUR_S / 2)
    cloud.app(space="vision", type="JupyterLab", name="default", idle=None, age=HOUR_S / 2)
    cloud.region.app(DOMAIN, user="user03", type="Canvas", name="default", created=cloud.world.now() - DAY_S)
    collectd = watch()
    collectd.await_scans(4)
    cloud.assert_truthful(collectd)
    assert collectd.count("unlogged") == 4
    assert collectd.count("unknown") == 0
    assert len([line for line in collectd.own_lines if "/aws/sagemaker/studio" in line.text]) <= 1
    assert len(collectd.complaints) <= 1


def test_the_log_group_that_is_created_later(cloud, watch):
    cloud.domain()
    app = cloud.app("user01", "app", idle=None, age=2 * DAY_S)
    collectd = watch()
    collectd.await_scans()
    cloud.assert_truthful(collectd)
    with cloud.aws.lock:
        worked = round(cloud.world.now(), 3)
        app.stream = cloud.region.stream(app.app.stream_name(), last_event=worked)
    collectd.await_scans()
    value = collectd.value(app.identifier)
    assert value.value == pytest.approx(value.time - worked, abs=0.002)
    assert collectd.count("unlogged") == 0


def test_a_stream_that_is_missing(cloud, watch):
    cloud.domain()
    cloud.app("user01", "quiet", idle=None, age=2 * DAY_S)
    cloud.app("user01", "app", idle=HOUR_S)
    collectd = watch()
    collectd.await_scans(4)
    cloud.assert_truthful(collectd)
    assert len([line for line in collectd.own_lines if "quiet" in line.text]) == 1
    assert not collectd.complaints


def test_a_stream_without_events(cloud, watch):
    cloud.domain()
    app = cloud.app("user01", "empty", idle=None, age=2 * DAY_S)
    app.stream = cloud.region.stream(app.app.stream_name())
    cloud.app("user01", "app", idle=HOUR_S)
    collectd = watch()
    collectd.await_scans()
    cloud.assert_truthful(collectd)
    assert not collectd.complaints


def test_streams_without_events_do_not_end_a_sweep(cloud, watch):
    """They stand anywhere in the order of time."""
    cloud.domain()
    for number in range(150):
        app = cloud.app(f"user{number:03}", "app", idle=None if number % 3 == 0 else number * 60)
        if app.stream is None:
            app.stream = cloud.region.stream(app.app.stream_name())
    collectd = watch()
    collectd.await_scans()
    cloud.assert_truthful(collectd)


def test_a_domain_in_the_filter_that_does_not_exist(cloud, watch):
    small_world(cloud)
    collectd = watch(f'Interval 1\n<Account default>\nDomain "{DOMAIN}" "{OTHER_DOMAIN}"\n</Account>')
    collectd.assert_complains_once(OTHER_DOMAIN)
    cloud.assert_truthful(collectd)
    cloud.domain(OTHER_DOMAIN, "production")
    cloud.app("user01", "app", domain=OTHER_DOMAIN, idle=0, age=0)
    collectd.assert_recovers_once()
    assert collectd.value(cloud.running[-1].identifier).value < HOUR_S


def test_connections_are_refused(cloud, watch):
    small_world(cloud)
    collectd = watch(FAST)
    collectd.await_scans()
    cloud.aws.fault(None, "refuse")
    # The connection that is open is closed with the next request on it.
    cloud.aws.fault(None, "close")
    collectd.assert_complains_once(REGION)
    assert collectd.value(collectd.scan_identifier("errors-connect")).value >= 1
    cloud.aws.clear_faults()
    collectd.assert_recovers_once()
    cloud.assert_truthful(collectd)


def test_nobody_listens(cloud, watch):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    nowhere = f"http://127.0.0.1:{port}"
    collectd = watch(FAST, environment=cloud.environment | {"AWS_ENDPOINT_URL": nowhere})
    collectd.assert_complains_once("127.0.0.1", str(port), REGION)
    assert [value.value for value in collectd.scan("errors-connect")][0] == 0
    assert {value.plugin for value in collectd.values} == {"sagemaker_scan"}


def test_a_name_that_does_not_resolve(cloud, watch):
    nowhere = cloud.environment | {"AWS_ENDPOINT_URL": "http://no-such-host.invalid:8080"}
    collectd = watch(FAST, environment=nowhere)
    collectd.assert_complains_once("no-such-host.invalid")
    assert collectd.value(collectd.scan_identifier("errors-dns")).value >= 1
    assert {value.plugin for value in collectd.values} == {"sagemaker_scan"}


def test_a_region_that_does_not_exist(cloud, watch):
    collectd = watch(FAST, environment=KEYS | {"AWS_REGION": "xx-nowhere-1"})
    collectd.region = "xx-nowhere-1"
    collectd.assert_complains_once("xx-nowhere-1")
    assert {value.plugin for value in collectd.values} == {"sagemaker_scan"}


def test_a_passing_fault_is_retried_within_the_scan(cloud, watch):
    small_world(cloud)
    cloud.aws.fault("ListApps", "reset", times=1)
    cloud.aws.fault("DescribeLogStreams", "short_body", times=1)
    collectd = watch()
    collectd.await_scans()
    cloud.assert_truthful(collectd)
    assert not collectd.complaints
