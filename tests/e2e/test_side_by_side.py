"""Several accounts and regions, scanned side by side: one that fails touches no other, one seen twice is told once."""

import pytest

from e2e.cloud import DAY_S, DOMAIN, HOUR_S, OTHER_DOMAIN, REGION, assert_idle_since
from e2e.test_accounts import (
    SECOND_ACCOUNT,
    SECOND_KEY,
    SECOND_REGION,
    SECOND_SECRET,
    app_in,
    files,
    profile,
)
from standin import ACCESS_KEY, SECRET_KEY

__all__ = ["files"]


@pytest.fixture
def four(cloud, files):
    """Two accounts in two regions each, an app in each of the four; and the options that see them."""
    second = cloud.world.account(SECOND_ACCOUNT)
    second.identity(SECOND_KEY, SECOND_SECRET)
    first = cloud.world.account()
    both = profile("one", ACCESS_KEY, SECRET_KEY) + profile("two", SECOND_KEY, SECOND_SECRET)
    _, credentials = files(credentials=both)
    apps = {}
    places = [(*owner, region) for owner in (("one", first), ("two", second)) for region in (REGION, SECOND_REGION)]
    for number, (name, account, region) in enumerate(places):
        domain = f"d-{number}abcdefghijk"
        apps[name, region] = app_in(cloud, account.region(region), domain, "app", (number + 1) * HOUR_S)
    blocks = "\n".join(
        f'<Account {name}>\nProfile {name}\nCredentialsFile "{credentials}"\n'
        f'Region "{REGION}" "{SECOND_REGION}"\nTimeout 5\n</Account>'
        for name in ("one", "two")
    )
    return apps, f"Interval 1\n{blocks}"


def heartbeat(account: str, region: str) -> str:
    return f"sagemaker_scan-{account}_{region}/duration-since_complete"


def test_every_account_and_region_reports_for_itself(cloud, watch, four):
    apps, options = four
    collectd = watch(options)
    for (account, region), app in apps.items():
        assert_idle_since(collectd.value(app.identifier), app.since)
        assert collectd.value(f"sagemaker_scan-{account}_{region}/count-apps").value == 1


def test_an_account_that_fails_touches_no_other(cloud, watch, four):
    apps, options = four
    cloud.aws.fault(None, "access_denied", account=SECOND_ACCOUNT)
    collectd = watch(options)
    for (account, region), app in apps.items():
        if account == "one":
            assert_idle_since(collectd.value(app.identifier), app.since)
    collectd.wait(lambda: collectd.value(heartbeat("two", REGION)).value > 3, "late heartbeat")
    collectd.wait(lambda: collectd.value(heartbeat("one", REGION)).value < 2, "heartbeat of a complete scan")
    for region in (REGION, SECOND_REGION):
        assert not collectd.series(apps["two", region].identifier)
    said = [line.text for line in collectd.complaints if "AccessDenied" in line.text]
    assert len(said) == 2 and all('account "two"' in line for line in said)


@pytest.mark.parametrize("kind", ["hang_before_headers", "drip"])
def test_a_region_that_hangs_holds_no_other_up(cloud, watch, four, kind):
    apps, options = four
    cloud.aws.fault("ListApps", kind, region=SECOND_REGION, account=SECOND_ACCOUNT)
    collectd = watch(options)
    for place, app in apps.items():
        if place != ("two", SECOND_REGION):
            assert_idle_since(collectd.value(app.identifier, within=5), app.since)


def test_they_are_scanned_side_by_side(cloud, watch, four):
    """All four places ask while none is answered, which would take one after the other for ever."""
    apps, options = four
    held = cloud.aws.fault("ListApps", "hang_before_headers")
    collectd = watch(options.replace("Timeout 5", "Timeout 1000"))
    collectd.wait(lambda: held.hits == len(apps), "a request from each place")
    cloud.aws.clear_faults()
    cloud.aws.release()
    for app in apps.values():
        collectd.value(app.identifier)


def test_two_blocks_that_see_the_same_apps_dispatch_each_once_and_it_is_said_once(cloud, watch):
    cloud.domain()
    apps = [cloud.app("user01", f"app{number}", idle=(number + 1) * HOUR_S) for number in range(3)]
    collectd = watch("Interval 1\n<Account one>\n</Account>\n<Account two>\n</Account>")
    collectd.account = "two"
    line = collectd.assert_complains_once("same identifiers", "<Account>")
    assert line.severity == "warning"
    for app in apps:
        assert_idle_since(collectd.value(app.identifier), app.since)
        series = collectd.series(app.identifier)
        assert len({round(value.time, 1) for value in series}) == len(series), "dispatched twice in a read"
    with cloud.aws.lock:
        apps[0].app.delete()
    collectd.wait(lambda: collectd.value(apps[0].identifier).is_nan, "NaN")
    collectd.await_reads(4)
    assert [value.is_nan for value in collectd.series(apps[0].identifier)].count(True) == 1


def test_two_blocks_that_see_the_same_apps_under_hosts_of_their_own(cloud, watch):
    cloud.domain()
    app = cloud.app("user01", "app", idle=DAY_S)
    collectd = watch("Interval 1\n<Account one>\nHost a\n</Account>\n<Account two>\nHost b\n</Account>")
    collectd.wait(lambda: {v.host for v in collectd.series(app.identifier)} == {"a", "b"}, "values of both")
    assert not collectd.complaints


def test_blocks_that_share_an_account_by_domain_do_not_meet(cloud, watch):
    cloud.domain()
    cloud.domain(OTHER_DOMAIN, "production")
    cloud.app("user01", "app", idle=HOUR_S)
    cloud.app("user01", "app", domain=OTHER_DOMAIN, idle=DAY_S)
    blocks = [f'<Account {name}>\nDomain "{id}"\n</Account>' for name, id in (("one", DOMAIN), ("two", OTHER_DOMAIN))]
    collectd = watch("\n".join(["Interval 1", *blocks]))
    for app in cloud.running:
        assert_idle_since(collectd.value(app.identifier), app.since)
    assert not collectd.complaints
