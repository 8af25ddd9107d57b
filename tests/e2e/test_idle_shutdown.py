"""What should have stopped an app: idle shutdown of its domain, by DescribeDomain, once a day and only where it tells."""

import pytest

from e2e.cloud import DAY_S, HOUR_S, OTHER_DOMAIN, assert_idle_since
from e2e.test_signals import SAVED

OPTIONS = "Interval 1\n<Account default>\n</Account>"
MISSING = "idle_shutdown, count-unprotected and count-overdue are missing"


def editor(cloud, space: str, domain: str, idle: float):
    cloud.space(space, "yamada", domain=domain, type="CodeEditor")
    return cloud.app(space=space, domain=domain, type="CodeEditor", name="default", idle=idle)


@pytest.fixture
def labs(cloud):
    """labs are three labs, one of them shared, in a domain that stops them, and two apps in one that does not."""
    cloud.domain(idle_shutdown={"lab": 120, "shared": 300})
    cloud.domain(OTHER_DOMAIN, "production", idle_shutdown={"lab": None})
    cloud.space("other", "sato", domain=OTHER_DOMAIN)
    return {
        "forgotten": cloud.lab("churn", "yamada", chatter=None, log=[(26 * HOUR_S, SAVED)]),
        "used": cloud.lab("fraud", "yamada", chatter=None, log=[(HOUR_S, SAVED)]),
        "shared": cloud.lab("team", chatter=None, log=[(4 * HOUR_S, SAVED)]),
        "unstopped": cloud.app(
            space="other", domain=OTHER_DOMAIN, type="JupyterLab", name="default", log=[(26 * HOUR_S, SAVED)]
        ),
        "editor": editor(cloud, "edit", OTHER_DOMAIN, 26 * HOUR_S),
        "gateway": cloud.app("user01", "app", idle=26 * HOUR_S),
    }


def described(collectd, labs) -> dict:
    return {name: collectd.value(app.identifier).meta.get("idle_shutdown") for name, app in labs.items()}


def counts(collectd) -> tuple[int, int]:
    return collectd.count("unprotected"), collectd.count("overdue")


def test_apps_tell_the_idle_shutdown_of_their_domain_and_who_outlives_it_is_counted(cloud, watch, labs):
    collectd = watch(OPTIONS)
    collectd.await_scans(2)
    told = {"forgotten": "120", "used": "120", "shared": "300", "unstopped": "off", "editor": "off", "gateway": None}
    assert described(collectd, labs) == told
    assert counts(collectd) == (2, 1)
    assert collectd.complaints == []
    cloud.assert_only_read()


def test_each_domain_is_asked_once_a_day(cloud, watch, labs):
    collectd = watch(OPTIONS)
    collectd.await_reports(3)
    assert cloud.aws.count("DescribeDomain") == 2
    with cloud.aws.lock:
        for domain in list(cloud.region.domains):
            domain.idle_shutdown = {"lab": None}
    collectd.await_reports(3)
    assert cloud.aws.count("DescribeDomain") == 2
    cloud.pass_time(DAY_S)
    collectd.await_reports(3)
    assert cloud.aws.count("DescribeDomain") == 4
    assert counts(collectd) == (5, 0)


def test_nothing_is_asked_where_neither_a_lab_nor_an_editor_runs(cloud, watch):
    cloud.domain()
    cloud.app("user01", "app", idle=HOUR_S)
    collectd = watch(OPTIONS)
    collectd.await_scans(3)
    assert cloud.aws.count("DescribeDomain") == 0
    assert counts(collectd) == (0, 0)


def test_without_permission_all_is_as_it_was_and_said_once(cloud, watch, labs):
    cloud.aws.fault("DescribeDomain", "access_denied")
    collectd = watch(OPTIONS)
    line = collectd.said("DescribeDomain", "allow sagemaker:DescribeDomain", MISSING)
    collectd.await_scans(3)
    assert set(described(collectd, labs).values()) == {None}
    assert_idle_since(collectd.value(labs["gateway"].identifier), labs["gateway"].since)
    assert collectd.count("unknown") == 0
    for _ in range(2):
        cloud.pass_time(HOUR_S)
        collectd.await_reports(2)
    assert cloud.aws.count("DescribeDomain") == 6
    assert [one for one in collectd.own_lines if "DescribeDomain" in one.text] == [line]
    for name in ("unprotected", "overdue"):
        assert collectd.scan(f"count-{name}") == []
    cloud.aws.clear_faults()
    cloud.pass_time(HOUR_S)
    collectd.said("DescribeDomain works again")
    collectd.await_reports()
    assert counts(collectd) == (2, 3), "three hours later the used and the shared lab should have been stopped, too"


@pytest.mark.parametrize("kind", ["reset", "throttle", "truncated", "html", "wrong_types", "deep_nesting"])
def test_an_answer_that_fails_harms_nothing_else(cloud, watch, labs, kind):
    cloud.aws.fault("DescribeDomain", kind)
    collectd = watch("Interval 1\n<Account default>\nTimeout 2\n</Account>")
    collectd.said("DescribeDomain")
    assert_idle_since(collectd.value(labs["gateway"].identifier), labs["gateway"].since)
    assert collectd.scan("count-unprotected") == []
    cloud.aws.clear_faults()
    collectd.said("DescribeDomain works again")
    collectd.wait(lambda: collectd.scan("count-unprotected"), "the counts")
    assert counts(collectd) == (2, 1)
