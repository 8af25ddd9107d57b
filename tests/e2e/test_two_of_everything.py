"""Two collectds, two accounts, ten regions: each is right, and none is in the way of another."""

import pytest

from e2e.cloud import DAY_S, DOMAIN, HOUR_S, KEYS, OTHER_DOMAIN, REGION, assert_idle_since
from e2e.test_accounts import SECOND_ACCOUNT, SECOND_KEY, SECOND_SECRET, app_in, files, profile
from faults.resolver import Resolver
from standin import ACCESS_KEY, SECRET_KEY

__all__ = ["files"]

# What CloudWatch Logs allows an account in a region, for all who ask there.
QUOTA = {"DescribeLogStreams": 25}

TEN_REGIONS = (
    "us-east-1 us-east-2 us-west-2 ca-central-1 sa-east-1 "
    "eu-central-1 eu-west-1 ap-northeast-1 ap-southeast-2 me-south-1"
).split()


def test_two_collectds_on_one_account_share_its_quota(cloud, watch):
    """Apps without a stream are asked for one by one: both together stay within what the account may ask."""
    cloud.domain()
    for number in range(60):
        cloud.app(f"user{number // 4:02}", f"app{number}", idle=None if number % 2 else number * HOUR_S / 10)
    cloud.aws.quota = QUOTA
    both = [watch("Interval 5"), watch("Interval 5")]
    for collectd in both:
        collectd.await_scans(3, within=120)
    for collectd in both:
        cloud.assert_truthful(collectd)
        assert not collectd.complaints
        assert collectd.count("unknown") == 0
    assert cloud.aws.throttled == 0


def test_one_of_two_collectds_that_is_restarted_does_not_disturb_the_other(cloud, watch):
    cloud.domain()
    for number in range(5):
        cloud.app("user01", f"app{number}", idle=(number + 1) * HOUR_S)
    stays, goes = watch(), watch()
    goes.await_scans(2)
    goes.stop()
    again = watch()
    for collectd in (again, stays):
        collectd.await_scans(2)
        cloud.assert_truthful(collectd)
        assert not collectd.complaints


def role_options(credentials, arn: str, *names: str, **per_account: str) -> str:
    blocks = [
        f'<Account {name}>\nProfile {name}\nCredentialsFile "{credentials}"\nRoleArn "{arn}"\n'
        f'ExternalId "TopSecretExternalId"\n{per_account[name]}\n</Account>'
        for name in names
    ]
    return "\n".join(["Interval 1", *blocks])


@pytest.fixture
def role(cloud):
    account = cloud.world.account()
    account.identity(ACCESS_KEY, SECRET_KEY)
    cloud.world.account(SECOND_ACCOUNT).identity(SECOND_KEY, SECOND_SECRET)
    return account.role("studio", external_id="TopSecretExternalId").arn


@pytest.mark.parametrize("second", ["the same", "another"])
def test_two_accounts_with_one_role(cloud, watch, files, role, second):
    """Each sees its own domain, whether both assume the role as the same user or as users of two accounts."""
    cloud.domain()
    cloud.domain(OTHER_DOMAIN, "production")
    apps = {
        "one": cloud.app("user01", "app", idle=HOUR_S),
        "two": cloud.app("user01", "app", domain=OTHER_DOMAIN, idle=DAY_S),
    }
    keys = (ACCESS_KEY, SECRET_KEY) if second == "the same" else (SECOND_KEY, SECOND_SECRET)
    _, credentials = files(credentials=profile("one", ACCESS_KEY, SECRET_KEY) + profile("two", *keys))
    domains = {"one": f'Domain "{DOMAIN}"', "two": f'Domain "{OTHER_DOMAIN}"'}
    options = role_options(credentials, role, "one", "two", **domains)
    collectd = watch(options, environment={"AWS_ENDPOINT_URL": cloud.aws.url, "AWS_REGION": REGION})
    collectd.account = "two"
    for name, app in apps.items():
        assert_idle_since(collectd.value(app.identifier), app.since)
        assert collectd.value(f"sagemaker_scan-{name}_{REGION}/count-apps").value == 1
    collectd.await_scans(2)
    cloud.assert_truthful(collectd)
    assert not collectd.complaints


def test_a_role_that_one_of_two_accounts_may_not_assume(cloud, watch, files, role):
    cloud.world.accounts[cloud.region.account].roles["studio"].trusted = {cloud.region.account}
    app = app_in(cloud, cloud.region, DOMAIN, "app", HOUR_S)
    both = profile("one", ACCESS_KEY, SECRET_KEY) + profile("two", SECOND_KEY, SECOND_SECRET)
    _, credentials = files(credentials=both)
    options = role_options(credentials, role, "one", "two", one="", two="Host second")
    collectd = watch(options, environment={"AWS_ENDPOINT_URL": cloud.aws.url, "AWS_REGION": REGION})
    collectd.account = "one"
    collectd.assert_complains_once('account "two"', "AssumeRole", "AccessDenied", SECOND_ACCOUNT)
    assert_idle_since(collectd.value(app.identifier), app.since)
    assert {value.host for value in collectd.series(app.identifier)} == {collectd.beat().host}


def test_ten_regions_of_an_account(cloud, watch):
    """The same names in each, and another idle time: nothing of one region is told of another; one fails alone."""
    account = cloud.world.account()
    apps = {}
    for number, region in enumerate(TEN_REGIONS):
        domain = f"d-{number}abcdefghijk"
        apps[region] = app_in(cloud, account.region(region), domain, "app", (number + 1) * HOUR_S)
    failing = TEN_REGIONS[4]
    cloud.aws.fault(None, "hang_before_headers", region=failing)
    regions = " ".join(f'"{region}"' for region in TEN_REGIONS)
    collectd = watch(f"Interval 1\n<Account default>\nRegion {regions}\nTimeout 3\n</Account>")
    line = collectd.assert_complains_once(failing)
    assert "ListApps" in line.text
    for region, app in apps.items():
        if region == failing:
            assert not collectd.series(app.identifier)
            continue
        assert_idle_since(collectd.value(app.identifier), app.since)
        assert collectd.value(f"sagemaker_scan-default_{region}/count-apps").value == 1
    cloud.aws.clear_faults()
    cloud.aws.release()
    assert_idle_since(collectd.value(apps[failing].identifier), apps[failing].since)
    collectd.said(failing, "works again")


def test_the_connections_of_ten_regions_are_kept(cloud, watch):
    """Neither a handshake nor a look-up of a name for each scan."""
    account = cloud.world.account()
    for number, region in enumerate(TEN_REGIONS):
        app_in(cloud, account.region(region), f"d-{number}abcdefghijk", "app", HOUR_S)
    regions = " ".join(f'"{region}"' for region in TEN_REGIONS)
    collectd = watch(f"Interval 1\n<Account default>\nRegion {regions}\n</Account>")
    collectd.await_scans(4)
    before = cloud.aws.connections
    collectd.await_scans(5)
    assert cloud.aws.connections - before < len(TEN_REGIONS), "new connections in every scan"


def test_a_region_that_does_not_have_sagemaker(cloud, watch, tmp_path):
    """There is no host of that name: it is said once, with the region, and the other region goes on."""
    nowhere = "il-central-9"
    resolver = Resolver(tmp_path / "resolver")
    resolver.make(f"api.sagemaker.{nowhere}.amazonaws.com", "absent")
    app = app_in(cloud, cloud.region, DOMAIN, "app", HOUR_S)
    endpoints = "\n".join(f'Endpoint "{service}" "{cloud.aws.url}"' for service in ("sagemaker", "logs"))
    options = (
        f'Interval 1\n<Account here>\nRegion "{REGION}"\n{endpoints}\n</Account>\n'
        f'<Account there>\nRegion "{nowhere}"\nTimeout 2\n</Account>'
    )
    collectd = watch(options, environment=KEYS | resolver.environment)
    collectd.account = "here"
    collectd.assert_complains_once('account "there"', nowhere, "dns", "check the region")
    assert_idle_since(collectd.value(app.identifier), app.since)
    assert collectd.value(f"sagemaker_scan-there_{nowhere}/duration-since_complete").value > 0
    assert not [v for v in collectd.values if v.plugin_instance == f"there_{nowhere}" and v.type == "count"]
    collectd.await_scans(2)
