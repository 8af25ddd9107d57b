"""Our client finds its keys at stand-ins of the servers that give them, over real sockets: well, and in every failing way."""

import hashlib
import json
import os
import pathlib
import subprocess
import time

import pytest
from standin import ACCESS_KEY, SECRET_KEY, StandIn, World
from standin.metadata import IMDS_ROLES, Metadata, Reply
from standin.world import Identity

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = ROOT / os.environ.get("BUILD", "build") / "differential" / "credentials"
REGION = "eu-west-1"
ACCOUNT = "123456789012"


@pytest.fixture
def servers():
    with Metadata() as made:
        yield made
        assert made.violations == []


@pytest.fixture
def cloud():
    world, _ = World.single(REGION)
    with StandIn(world) as aws:
        yield aws
        assert aws.violations == []


@pytest.fixture
def find(tmp_path):
    """A function that runs our client in an environment of its own and gives what it found."""

    def run(*arguments, config="", credentials="", **environment):
        folder = tmp_path / "home" / ".aws"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "config").write_text(config)
        (folder / "credentials").write_text(credentials)
        (folder / "credentials").chmod(0o600)
        given = {"HOME": str(folder.parent), "PATH": os.environ["PATH"], "AWS_REGION": REGION} | environment
        given.setdefault("AWS_EC2_METADATA_DISABLED", "true")
        done = subprocess.run(
            [PROGRAM, *arguments],
            env={name: value for name, value in given.items() if value is not None},
            stdout=subprocess.PIPE,
            check=True,
            timeout=120,
        )
        found = [json.loads(line) for line in done.stdout.splitlines()]
        return found if len(found) > 1 else found[0]

    return run


def instance(servers, **more):
    return {"AWS_EC2_METADATA_DISABLED": "false", "AWS_EC2_METADATA_SERVICE_ENDPOINT": servers.url, "AWS_REGION": None} | more


def why(found):
    assert "access_key" not in found, found
    return found["error"]["message"]


def test_instance(find, servers):
    found = find(**instance(servers, http_proxy="http://127.0.0.1:9", all_proxy="http://127.0.0.1:9"))
    assert (found["access_key"], found["token"], found["region"]) == ("AKIDINSTANCE", "token-INSTANCE", "ap-southeast-2")
    assert found["source"] == "instance role studio"


@pytest.mark.parametrize(
    "replies, key",
    [
        ([Reply(500), Reply(drop=True)], "AKIDINSTANCE"),
        ([Reply(500), Reply(500), Reply(500)], None),
        ([Reply(401)], "AKIDINSTANCE"),
        ([Reply(429), Reply(200, b"")], "AKIDINSTANCE"),
        ([Reply(delay=30)], "AKIDINSTANCE"),
        ([Reply(404)], None),
        ([Reply(200, b"x" * 3_000_000)], None),
        ([Reply(200, b"\x00\xff{}")] * 2, "AKIDINSTANCE"),
        ([Reply(200, b"\x00\xff{}")] * 3, None),
        ([Reply(302, headers={"Location": "http://example.com/"})], None),
    ],
    ids=["again", "three-attempts", "new-token", "busy", "hang", "no-role", "huge", "malformed", "stays-malformed", "redirect"],
)
def test_instance_that_fails(find, servers, replies, key):
    servers.script(f"{IMDS_ROLES}studio", *replies)
    start = time.monotonic()
    found = find(**instance(servers))
    assert found.get("access_key") == key
    # No reply is waited for to its end: that is half a minute.
    assert time.monotonic() - start < 25


def test_instance_whose_token_hangs_is_asked_by_version_1(find, servers):
    servers.script("/latest/api/token", *[Reply(delay=30)] * 4)
    assert find(**instance(servers, AWS_REGION=REGION))["access_key"] == "AKIDINSTANCE"


def test_instance_whose_token_does_not_come_as_far_as_a_container(find, servers):
    """A hop limit of 1: the token's answer is lost on the way, and without one there are no keys."""
    servers.version_1 = False
    servers.script("/latest/api/token", *[Reply(delay=30)] * 8)
    found = find(**instance(servers))
    for name in ("error", "region_error"):
        assert f"the instance's metadata ({servers.url}/ answers, but its token does not come this far" in found[name]["message"]
        assert "set the instance's HttpPutResponseHopLimit to 2)" in found[name]["message"]


def test_instance_whose_token_hangs_longer_where_that_is_set(find, servers):
    servers.version_1 = False
    servers.script("/latest/api/token", Reply(delay=1.5))
    assert find(**instance(servers, AWS_METADATA_SERVICE_TIMEOUT="5", AWS_REGION=REGION))["access_key"] == "AKIDINSTANCE"


def test_instance_whose_tokens_are_forgotten(find, servers):
    servers.version_1 = False
    servers.script(IMDS_ROLES, Reply(401))
    assert find(**instance(servers))["access_key"] == "AKIDINSTANCE"


def container(servers, **more):
    return {"AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{servers.url}/container/keys?id=1"} | more


def test_container(find, servers, tmp_path):
    servers.authorization = "Basic secret"
    (tmp_path / "token").write_text("Basic secret")
    found = find(**container(servers, AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=str(tmp_path / "token"), http_proxy="http://127.0.0.1:9"))
    assert (found["access_key"], found["source"]) == ("AKIDCONTAINER", "container")
    refused = find(**container(servers, AWS_CONTAINER_AUTHORIZATION_TOKEN="Basic wrong"))
    assert "unauthorized" in why(refused) and "wrong" not in why(refused)


@pytest.mark.parametrize(
    "replies, key",
    [
        ([Reply(503), Reply(drop=True)], "AKIDCONTAINER"),
        ([Reply(delay=30)], "AKIDCONTAINER"),
        ([Reply(500)] * 3, None),
        ([Reply(403)], None),
        ([Reply(200, b"{}")], None),
        ([Reply(200, b"not yet"), Reply(429)], "AKIDCONTAINER"),
        ([Reply(200, b"{" * 100_000)] * 3, None),
        ([Reply(200, b" " * 3_000_000)], None),
    ],
    ids=["again", "hang-once", "three-attempts", "refused", "empty", "starting", "deep", "huge"],
)
def test_container_that_fails(find, servers, replies, key):
    servers.script("/container/keys", *replies)
    found = find(**container(servers))
    assert found.get("access_key") == key
    assert key or "container's credentials service" in why(found)


def sso_files(tmp_path, expires, **more):
    folder = tmp_path / "home" / ".aws" / "sso" / "cache"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / (hashlib.sha1(b"corp").hexdigest() + ".json")
    token = {"accessToken": "sso-token", "expiresAt": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + expires))}
    path.write_text(json.dumps(token | more))
    return path


SSO = f"""[default]
sso_session = corp
sso_account_id = {ACCOUNT}
sso_role_name = Reader
[sso-session corp]
sso_start_url = https://corp.awsapps.com/start
sso_region = eu-north-1
"""
CLIENT = {
    "refreshToken": "refresh-token",
    "clientId": "client",
    "clientSecret": "client-secret",
    "registrationExpiresAt": "2099-01-01T00:00:00Z",
}


def sso(servers):
    return {"config": SSO, "AWS_ENDPOINT_URL_SSO": servers.url, "AWS_ENDPOINT_URL_SSO_OIDC": servers.url}


def test_sso(find, servers, tmp_path):
    sso_files(tmp_path, 3600)
    found = find(**sso(servers))
    assert (found["access_key"], found["source"]) == ("AKIDSSO", f"SSO role Reader in account {ACCOUNT}")
    assert servers.asked == [f"GET /federation/credentials?role_name=Reader&account_id={ACCOUNT}"]


def test_sso_token_is_renewed_and_written(find, servers, tmp_path):
    path = sso_files(tmp_path, -60, **CLIENT)
    assert find(**sso(servers))["access_key"] == "AKIDSSO"
    written = json.loads(path.read_text())
    assert written["accessToken"] in servers.sso_tokens and written["clientSecret"] == "client-secret"
    assert path.stat().st_mode & 0o777 == 0o600 and len(list(path.parent.iterdir())) == 1
    assert find(**sso(servers))["access_key"] == "AKIDSSO"
    assert [line for line in servers.asked if line.startswith("POST")] == ["POST /token"]


def test_sso_that_fails(find, servers, tmp_path):
    assert "aws sso login --profile default" in why(find(**sso(servers)))
    sso_files(tmp_path, 3600)
    servers.sso_tokens.clear()
    assert "Session token not found or invalid): run `aws sso login" in why(find(**sso(servers)))
    servers.refresh_tokens.clear()
    sso_files(tmp_path, -60, **CLIENT)
    assert "Invalid refresh token provided" in why(find(**sso(servers)))
    sso_files(tmp_path, 3600)
    servers.sso_tokens = {"sso-token"}
    servers.script("/federation/credentials", Reply(500), Reply(drop=True))
    assert find(**sso(servers))["access_key"] == "AKIDSSO"


def roles(cloud):
    account = cloud.world.accounts[ACCOUNT]
    account.role("studio", external_id="of-the-customer")
    account.role("web", web_token="web-token")
    return account.id


BASE = "[base]\naws_access_key_id = {0}\naws_secret_access_key = {1}\n"


def keys():
    return BASE.format(ACCESS_KEY, SECRET_KEY)


def test_roles_and_their_identity(find, cloud):
    account = roles(cloud)
    arn = f"arn:aws:iam::{account}:role/studio"
    config = f"[default]\nrole_arn = {arn}\nsource_profile = base\nexternal_id = of-the-customer\n"
    found = find(config=config, credentials=keys(), AWS_ENDPOINT_URL=cloud.url, IDENTITY="1")
    assert found["access_key"].startswith("ASIA")
    assert found["arn"] == f"arn:aws:sts::{account}:assumed-role/studio/collectd-sagemaker"
    assert (found["account"], found["identity_region"], found["sts"]) == (account, REGION, cloud.url)
    assert found["identity_source"] == f'role {arn} of profile "default", assumed with credentials file'
    own = find("base", arn, "of-the-customer", credentials=keys(), AWS_ENDPOINT_URL_STS=cloud.url, IDENTITY="1")
    assert own["arn"] == found["arn"] and own["source"].startswith(f"role {arn} of option RoleArn")
    refused = find("base", arn, "of-somebody-else", credentials=keys(), AWS_ENDPOINT_URL_STS=cloud.url)
    assert "not authorized to perform: sts:AssumeRole" in why(refused) and "somebody" not in why(refused)


def test_web_identity(find, cloud, tmp_path):
    account = roles(cloud)
    (tmp_path / "token").write_text("web-token\n")
    web = {
        "AWS_WEB_IDENTITY_TOKEN_FILE": str(tmp_path / "token"),
        "AWS_ROLE_ARN": f"arn:aws:iam::{account}:role/web",
        "AWS_ENDPOINT_URL": cloud.url,
    }
    assert find(**web, IDENTITY="1")["arn"] == f"arn:aws:sts::{account}:assumed-role/web/collectd-sagemaker"
    (tmp_path / "token").write_text("another-token\n")
    refused = find(**web)
    assert "not valid" in why(refused) and "another" not in why(refused)


def test_sts_that_answers_in_xml(find, cloud):
    account = roles(cloud)
    cloud.front.sts_in_xml = True
    arn = f"arn:aws:iam::{account}:role/studio"
    found = find("base", arn, "of-the-customer", credentials=keys(), AWS_ENDPOINT_URL=cloud.url, IDENTITY="1")
    assert found["access_key"].startswith("ASIA")
    assert found["arn"] == f"arn:aws:sts::{account}:assumed-role/studio/collectd-sagemaker"
    refused = find("base", arn, "of-somebody-else", credentials=keys(), AWS_ENDPOINT_URL=cloud.url)
    assert "AccessDenied" == refused["error"]["code"] and "not authorized to perform: sts:AssumeRole" in why(refused)


@pytest.mark.parametrize("kind", ["reset", "close", "hang_before_headers", "short_body", "throttle"])
def test_sts_that_fails_once(find, cloud, kind):
    account = roles(cloud)
    cloud.fault("AssumeRole", kind, times=1)
    found = find("base", f"arn:aws:iam::{account}:role/studio", "of-the-customer", credentials=keys(), AWS_ENDPOINT_URL=cloud.url)
    assert found["access_key"].startswith("ASIA")


@pytest.mark.parametrize("kind", ["truncated", "html", "huge", "empty_body", "deep_nesting", "redirect", "access_denied"])
def test_sts_that_answers_nonsense(find, cloud, kind):
    account = roles(cloud)
    cloud.fault("AssumeRole", kind)
    found = find("base", f"arn:aws:iam::{account}:role/studio", "of-the-customer", credentials=keys(), AWS_ENDPOINT_URL=cloud.url)
    assert why(found) and found["error"]["operation"] == "AssumeRole"


def test_a_machine_whose_clock_is_20_minutes_off(find, cloud):
    account = roles(cloud)
    with cloud.lock:
        cloud.world.offset = 1200
    found = find("base", f"arn:aws:iam::{account}:role/studio", "of-the-customer", credentials=keys(), AWS_ENDPOINT_URL=cloud.url, IDENTITY="1")
    assert found["access_key"].startswith("ASIA")
    with cloud.lock:
        cloud.violations.clear()


def test_accounts_with_the_same_settings_share_one_renewal(find, cloud):
    account = roles(cloud)
    arn = f"arn:aws:iam::{account}:role/studio"
    found = find("base", arn, "of-the-customer", credentials=keys(), AWS_ENDPOINT_URL=cloud.url, ACCOUNTS="20")
    assert len(found) == 20 and len({one["access_key"] for one in found}) == 1
    assert cloud.count("AssumeRole") == 1


def process(tmp_path, script):
    path = tmp_path / "script"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o700)
    return {"config": f"[default]\ncredential_process = '{path}' 'a b'\n"}


@pytest.mark.parametrize("ignore", [None, "1"])
def test_process(find, tmp_path, ignore):
    keys = '{"Version": 1, "AccessKeyId": "AKIDPROCESS", "SecretAccessKey": "s"}'
    script = f"test \"$1\" = 'a b' || exit 1\nhead -c 3000000 /dev/zero >&2\n(exit 3); test $? = 3 && echo '{keys}'"
    assert find(**process(tmp_path, script), IGNORE=ignore)["access_key"] == "AKIDPROCESS"
    failing = why(find(**process(tmp_path, f"{script}\necho first >&2\necho 'a b: no ticket' >&2\nexit 5"), IGNORE=ignore))
    assert "ended with status 5; its last words: a b: no ticket;" in failing
    assert "ended with status 139 (Segmentation fault)" in why(find(**process(tmp_path, f"{script}\nkill -SEGV $$"), IGNORE=ignore))
    assert "wrote nothing" in why(find(**process(tmp_path, "exit 0"), IGNORE=ignore))
    assert "JSON" in why(find(**process(tmp_path, "echo secret"), IGNORE=ignore))


def test_process_runs_while_everything_else_goes_on(find, servers, tmp_path):
    keys = '{"Version": 1, "AccessKeyId": "AKIDPROCESS", "SecretAccessKey": "s"}'
    found = find(**process(tmp_path, f"sleep 1; echo '{keys}'"), **instance(servers))
    assert (found["access_key"], found["region"]) == ("AKIDPROCESS", "ap-southeast-2")


def test_credentials_that_others_may_read(find, tmp_path):
    assert find("base", credentials=keys())["warning"] is None
    (tmp_path / "other").write_text(keys())
    (tmp_path / "other").chmod(0o644)
    warning = find("base", AWS_SHARED_CREDENTIALS_FILE=str(tmp_path / "other"))["warning"]
    assert warning == f"{tmp_path}/other may be read by others (mode 0644), and holds AWS keys: chmod 600 it"


def test_a_profile_of_aws_login_is_not_replaced_by_the_instances_role(find, servers):
    config = "[profile studio]\nlogin_session = arn:aws:iam::111122223333:user/ops\n"
    refused = why(find("studio", config=config, **instance(servers, AWS_REGION=REGION)))
    assert refused.endswith("add to it credential_process = aws configure export-credentials --profile studio --format process")
    assert servers.asked == []


def test_the_places_where_keys_for_a_role_were_looked_for_are_told_to_the_last(find, tmp_path):
    deep = tmp_path / ("deep" * 40)
    places = {"AWS_CONFIG_FILE": f"{deep}/config", "AWS_SHARED_CREDENTIALS_FILE": f"{deep}/credentials"}
    refused = why(find("", f"arn:aws:iam::{ACCOUNT}:role/studio", **places))
    assert refused.startswith("nothing to assume the role of option RoleArn with: no AWS credentials; looked for: AWS_ACCESS_KEY_ID")
    assert refused.endswith("the instance's metadata (not asked: AWS_EC2_METADATA_DISABLED)")


def test_keys_that_have_expired_and_do_not_change_are_used_once(find, cloud):
    account = roles(cloud)
    arn = f"arn:aws:iam::{account}:user/old"
    cloud.world.keys["ASIAOLD"] = Identity(account, "ASIAOLD", "secretOLD", "token-OLD", arn, "OLD", int(time.time()) - 60, None)
    old = BASE.format("ASIAOLD", "secretOLD") + "aws_session_token = token-OLD\n"
    found = find("base", f"arn:aws:iam::{account}:role/studio", "of-the-customer", credentials=old, AWS_ENDPOINT_URL=cloud.url)
    assert found["error"]["code"] == "ExpiredToken"
    assert [call.operation for call in cloud.calls] == ["AssumeRole"]
