"""Several accounts and regions in one collectd, with the shared AWS files."""

import pytest

from e2e.cloud import DOMAIN, HOUR_S, OTHER_DOMAIN, REGION, Running, assert_idle_since
from e2e.collectd import HOST
from standin import ACCESS_KEY, SECRET_KEY
from standin.world import App

SECOND_REGION = "ap-northeast-1"
SECOND_ACCOUNT = "210987654321"
SECOND_KEY = "AKIAI44QH8DHBEXAMPLE"
SECOND_SECRET = "TopSecretOfTheSecondAccount/EXAMPLEKEYEXAMPLE"


def profile(name: str, access_key: str, secret_key: str) -> str:
    return f"[{name}]\naws_access_key_id = {access_key}\naws_secret_access_key = {secret_key}\n\n"


@pytest.fixture
def files(tmp_path):
    """files(config, credentials) writes the shared AWS files somewhere of their own."""

    def write(config: str = "", credentials: str = ""):
        (tmp_path / "aws").mkdir(exist_ok=True)
        paths = tmp_path / "aws" / "config", tmp_path / "aws" / "credentials"
        paths[0].write_text(config)
        paths[1].write_text(credentials)
        paths[1].chmod(0o600)
        return paths

    return write


def app_in(cloud, region, domain: str, name: str, idle: float) -> Running:
    with cloud.aws.lock:
        region.domain(domain, "research")
        now = round(cloud.world.now(), 3)
        app: App = region.app(domain, user="user01", name=name, created=now - 30 * 24 * HOUR_S)
        return Running(app, region.stream(app.stream_name(), last_event=now - idle), region.name)


def test_every_region_has_its_own_apps_and_its_own_report(cloud, watch):
    here = app_in(cloud, cloud.region, DOMAIN, "here", HOUR_S)
    tokyo = cloud.world.account().region(SECOND_REGION)
    there = app_in(cloud, tokyo, OTHER_DOMAIN, "there", 2 * HOUR_S)
    collectd = watch(f'Interval 1\n<Account default>\nRegion "{REGION}" "{SECOND_REGION}"\n</Account>')
    assert_idle_since(collectd.value(here.identifier), here.since)
    assert_idle_since(collectd.value(there.identifier), there.since)
    for region in (REGION, SECOND_REGION):
        assert collectd.value(f"sagemaker_scan-default_{region}/count-apps").value == 1


def test_trouble_in_one_region_is_not_the_others(cloud, watch):
    here = app_in(cloud, cloud.region, DOMAIN, "here", HOUR_S)
    tokyo = cloud.world.account().region(SECOND_REGION)
    there = app_in(cloud, tokyo, OTHER_DOMAIN, "there", 2 * HOUR_S)
    cloud.aws.fault("ListApps", "access_denied", region=SECOND_REGION)
    collectd = watch(f'Interval 1\n<Account default>\nRegion "{REGION}"\nRegion "{SECOND_REGION}"\n</Account>')
    collectd.assert_complains_once(SECOND_REGION, "sagemaker:ListApps")
    assert_idle_since(collectd.value(here.identifier), here.since)
    assert not collectd.series(there.identifier)
    collectd.wait(lambda: collectd.beat().value < 1, "heartbeat of a complete scan")
    late = collectd.value(f"sagemaker_scan-default_{SECOND_REGION}/duration-since_complete")
    assert late.value > 2
    cloud.aws.clear_faults()
    assert SECOND_REGION in collectd.assert_recovers_once().text
    assert_idle_since(collectd.value(there.identifier), there.since)


def test_every_account_has_its_own_keys(cloud, watch, files):
    cloud.world.account().identity(ACCESS_KEY, SECRET_KEY)
    second = cloud.world.account(SECOND_ACCOUNT)
    second.identity(SECOND_KEY, SECOND_SECRET)
    here = app_in(cloud, cloud.region, DOMAIN, "here", HOUR_S)
    there = app_in(cloud, second.region(REGION), OTHER_DOMAIN, "there", 2 * HOUR_S)
    config, credentials = files(
        credentials=profile("research", ACCESS_KEY, SECRET_KEY) + profile("production", SECOND_KEY, SECOND_SECRET)
    )
    options = ["Interval 1"]
    for name in ("research", "production"):
        options += [f"<Account {name}>", f"Profile {name}", f'CredentialsFile "{credentials}"', "</Account>"]
    collectd = watch("\n".join(options), environment={"AWS_ENDPOINT_URL": cloud.aws.url, "AWS_REGION": REGION})
    assert_idle_since(collectd.value(here.identifier), here.since)
    assert_idle_since(collectd.value(there.identifier), there.since)
    assert collectd.value(f"sagemaker_scan-research_{REGION}/count-apps").value == 1
    assert collectd.value(f"sagemaker_scan-production_{REGION}/count-apps").value == 1


def test_an_underscore_in_an_account_name_does_not_separate(cloud, watch):
    cloud.domain()
    collectd = watch("Interval 1\n<Account my_account>\n</Account>")
    collectd.value(f"sagemaker_scan-my-account_{REGION}/count-apps")


def test_the_region_of_the_profile(cloud, watch, files):
    app = app_in(cloud, cloud.region, DOMAIN, "app", HOUR_S)
    config, credentials = files(
        config=f"[profile studio]\nregion = {REGION}\n", credentials=profile("studio", ACCESS_KEY, SECRET_KEY)
    )
    options = f'Profile studio\nConfigFile "{config}"\nCredentialsFile "{credentials}"'
    collectd = watch(
        f"Interval 1\n<Account default>\n{options}\n</Account>", environment={"AWS_ENDPOINT_URL": cloud.aws.url}
    )
    assert_idle_since(collectd.value(app.identifier), app.since)


@pytest.mark.parametrize("where", ["variables", "home"])
def test_the_files_where_every_aws_tool_finds_them(cloud, watch, files, where, tmp_path):
    app = app_in(cloud, cloud.region, DOMAIN, "app", HOUR_S)
    config, credentials = files(f"[default]\nregion = {REGION}\n", profile("default", ACCESS_KEY, SECRET_KEY))
    environment = {"AWS_ENDPOINT_URL": cloud.aws.url}
    if where == "variables":
        environment |= {"AWS_CONFIG_FILE": str(config), "AWS_SHARED_CREDENTIALS_FILE": str(credentials)}
    else:
        (tmp_path / ".aws").symlink_to(tmp_path / "aws")
        environment["HOME"] = str(tmp_path)
    assert_idle_since(watch(environment=environment).value(app.identifier), app.since)


def test_a_profile_named_by_the_option_is_stronger_than_keys_in_the_environment(cloud, watch, files):
    app = app_in(cloud, cloud.region, DOMAIN, "app", HOUR_S)
    _, credentials = files(credentials=profile("studio", ACCESS_KEY, SECRET_KEY))
    environment = cloud.environment | {"AWS_ACCESS_KEY_ID": "AKIAWRONG", "AWS_SECRET_ACCESS_KEY": "TopSecretWrong"}
    options = f'Interval 1\n<Account default>\nProfile studio\nCredentialsFile "{credentials}"\n</Account>'
    assert_idle_since(watch(options, environment=environment).value(app.identifier), app.since)


def test_a_session_token_is_sent_and_signed(cloud, watch):
    app = app_in(cloud, cloud.region, DOMAIN, "app", HOUR_S)
    cloud.world.account().identity(SECOND_KEY, SECOND_SECRET, token="TopSecretToken//EXAMPLE==")
    keys = {"AWS_ACCESS_KEY_ID": SECOND_KEY, "AWS_SECRET_ACCESS_KEY": SECOND_SECRET}
    environment = cloud.environment | keys | {"AWS_SESSION_TOKEN": "TopSecretToken//EXAMPLE=="}
    assert_idle_since(watch(environment=environment).value(app.identifier), app.since)


def test_two_blocks_of_the_plugin_add_up(cloud, watch):
    app = app_in(cloud, cloud.region, DOMAIN, "app", HOUR_S)
    more = {"sagemaker.more.conf": "<Plugin sagemaker>\n<Account one>\n</Account>\n</Plugin>\n"}
    collectd = watch("Interval 1\n<Account two>\nHost second\n</Account>", files=more)
    for account, host in (("one", HOST), ("two", "second")):
        assert collectd.value(f"sagemaker_scan-{account}_{REGION}/count-apps").host == host
    collectd.wait(lambda: {v.host for v in collectd.series(app.identifier)} == {HOST, "second"}, "both")
    for value in collectd.series(app.identifier):
        assert_idle_since(value, app.since)
