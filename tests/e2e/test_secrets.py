"""What nobody may learn: keys and tokens stand in the daemon's memory while they are used, and nowhere else."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from e2e import memory
from e2e.cloud import HOUR_S, REGION
from e2e.secrecy import files_that_tell
from standin.metadata import IMDS_ROLES, Metadata, Reply

KEYS_PATH = f"{IMDS_ROLES}studio"
ACCESS_TOKEN = "TopSecretAccessTokenOfSso"
REFRESH_TOKEN = "TopSecretRefreshToken"
CLIENT_SECRET = "TopSecretOfTheRegisteredClient"
WEB_TOKEN = "TopSecretWebIdentityToken"
AUTHORIZATION = "TopSecretAuthorizationOfTheContainer"
EXTERNAL_ID = "TopSecretExternalId"


@dataclass
class Source:
    """Source is where a collectd finds keys: what it is given for that, and what tells of the keys.

    tickets are secrets that are shown to get keys, and are not kept; kept is how many copies of the keys there are
    while nothing is under way.
    """

    environment: dict[str, str] = field(default_factory=dict)
    options: str = "Interval 0.2"
    tickets: tuple[str, ...] = ()
    kept: int = 1
    # The keys are known before they are found; None: STS makes them.
    keys: list[dict[str, str]] | None = None
    renew: Callable[[], None] = lambda: None


def made_keys() -> list[dict[str, str]]:
    """made_keys are two sets of keys as a metadata service hands them out, the later one for the renewal."""
    expires = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 12 * HOUR_S))
    return [
        {
            "AccessKeyId": f"AKIDNUMBER{number}EXAMPLE",
            "SecretAccessKey": f"TopSecretKeyNumber{number}/EXAMPLE",
            "Token": f"TopSecretToken{number}//" + "EXAMPLE" * 60,
            "Expiration": expires,
        }
        for number in (1, 2)
    ]


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o600)
    return path


def credentials_file(cloud, servers, home: Path) -> Source:
    first, second = made_keys()

    def give(keys: dict[str, str]) -> None:
        pairs = zip(("aws_access_key_id", "aws_secret_access_key", "aws_session_token"), keys.values())
        write(home / ".aws/credentials", "[default]\n" + "".join(f"{name} = {value}\n" for name, value in pairs))

    give(first)
    # The file as it was read is the second copy.
    return Source(kept=2, keys=[first, second], renew=lambda: give(second))


def assumed_role(cloud, servers, home: Path) -> Source:
    role = cloud.world.account().role("reader", external_id=EXTERNAL_ID)
    option = f'<Account default>\nRoleArn "{role.arn}"\nExternalId "{EXTERNAL_ID}"\n</Account>'
    return Source(cloud.environment, f"Interval 0.2\n{option}")


def web_identity(cloud, servers, home: Path) -> Source:
    role = cloud.world.account().role("reader", web_token=WEB_TOKEN)
    token = write(home / "token", WEB_TOKEN)
    return Source({"AWS_ROLE_ARN": role.arn, "AWS_WEB_IDENTITY_TOKEN_FILE": str(token)}, tickets=(WEB_TOKEN,))


def instance(cloud, servers, home: Path) -> Source:
    keys = made_keys()
    servers.script(KEYS_PATH, *(Reply(200, json.dumps(each).encode()) for each in keys))
    environment = {"AWS_EC2_METADATA_SERVICE_ENDPOINT": servers.url, "AWS_EC2_METADATA_DISABLED": "false"}
    return Source(environment, keys=keys)


def container(cloud, servers, home: Path) -> Source:
    keys = made_keys()
    servers.script("/container/keys", *(Reply(200, json.dumps(each).encode()) for each in keys))
    token = write(home / "authorization", AUTHORIZATION)
    environment = {
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{servers.url}/container/keys",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": str(token),
    }
    return Source(environment, tickets=(AUTHORIZATION,), keys=keys)


def process(cloud, servers, home: Path) -> Source:
    first, second = made_keys()

    def give(keys: dict[str, str]) -> None:
        token = keys["Token"]
        write(home / "keys", json.dumps({"Version": 1, "SessionToken": token, **keys}))

    give(first)
    write(home / ".aws/config", f"[default]\ncredential_process = /bin/cat {home}/keys\n")
    return Source(keys=[first, second], renew=lambda: give(second))


def sso(cloud, servers, home: Path) -> Source:
    """sso has a token that is renewed at once: what is shown to renew it, and the old one, are tickets."""
    keys = made_keys()
    portal = [
        {
            "accessKeyId": each["AccessKeyId"],
            "secretAccessKey": each["SecretAccessKey"],
            "sessionToken": each["Token"],
            "expiration": int((time.time() + HOUR_S) * 1000),
        }
        for each in keys
    ]
    servers.script("/federation/credentials", *(Reply(200, json.dumps({"roleCredentials": p}).encode()) for p in portal))
    servers.refresh_tokens.add(REFRESH_TOKEN)
    soon, later = (time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + s)) for s in (60, 30 * 24 * HOUR_S))
    session = hashlib.sha1(b"corp", usedforsecurity=False).hexdigest()
    token = {
        "accessToken": ACCESS_TOKEN,
        "expiresAt": soon,
        "refreshToken": REFRESH_TOKEN,
        "clientId": "client",
        "clientSecret": CLIENT_SECRET,
        "registrationExpiresAt": later,
    }
    write(home / f".aws/sso/cache/{session}.json", json.dumps(token))
    write(
        home / ".aws/config",
        "[default]\nsso_session = corp\nsso_account_id = 1\nsso_role_name = reader\n"
        "[sso-session corp]\nsso_start_url = https://corp.example/start\nsso_region = eu-north-1\n",
    )
    environment = {"AWS_ENDPOINT_URL_SSO": servers.url, "AWS_ENDPOINT_URL_SSO_OIDC": servers.url}
    return Source(environment, tickets=(ACCESS_TOKEN, REFRESH_TOKEN), keys=keys)


SOURCES = [credentials_file, assumed_role, web_identity, instance, container, process, sso]


@pytest.fixture
def servers():
    with Metadata() as made:
        yield made
        assert made.violations == []


def identity_in_use(cloud):
    """identity_in_use is whose keys the last request to SageMaker was signed with."""
    with cloud.aws.lock:
        last = next(call for call in reversed(cloud.aws.calls) if call.operation == "ListApps")
        return cloud.world.keys[last.access_key]


@pytest.mark.parametrize("make", SOURCES, ids=lambda make: make.__name__)
def test_keys_are_wiped_when_others_take_their_place(cloud, watch, servers, tmp_path, make):
    cloud.domain()
    cloud.app("user01", "app", idle=HOUR_S)
    home = tmp_path / "home"
    source = make(cloud, servers, home)
    for keys in source.keys or []:
        cloud.world.account().identity(keys["AccessKeyId"], keys["SecretAccessKey"], token=keys["Token"])
    given = {"AWS_ENDPOINT_URL": cloud.aws.url, "AWS_REGION": REGION, "HOME": str(home)}
    collectd = watch(source.options, environment=given | source.environment)
    collectd.await_scans(2)
    old = identity_in_use(cloud)

    def places(text: str) -> int:
        return len(memory.find(collectd.pid, text)[text])

    # While no request is under way, there are the kept copies and no others.
    collectd.wait(lambda: places(old.secret_key) == source.kept, f"{source.kept} copies of the secret key")
    collectd.wait(lambda: places(old.token) == source.kept, f"{source.kept} copies of the session token")
    for ticket in source.tickets:
        assert places(ticket) == 0, f"{ticket} is kept"

    source.renew()
    with cloud.aws.lock:
        old.expires = cloud.world.now() - 1
    collectd.wait(lambda: identity_in_use(cloud) is not old, "renewal")
    collectd.await_scans(2)
    for secret in (old.secret_key, old.token, *source.tickets):
        assert places(secret) == 0, f"{secret[:24]} is still in memory"
    with cloud.aws.lock:
        cloud.aws.violations.clear()


def test_an_external_id_is_kept_for_each_renewal_and_in_no_request(cloud, watch):
    """Beside the configuration's copy there are two: the name and the settings of the keys that are shared."""
    cloud.domain()
    source = assumed_role(cloud, None, Path())
    collectd = watch(source.options)
    collectd.await_scans(2)
    assert len(memory.find(collectd.pid, EXTERNAL_ID)[EXTERNAL_ID]) == 3


SPY = """\
import json, os, sys
def read(name):
    with open(f"/proc/{name}", "rb") as file:
        return file.read().decode().split("\\0")[:-1]
shell = os.getppid()
with open(f"/proc/{shell}/stat") as file:
    daemon = file.read().rpartition(")")[2].split()[1]
told = {name: read(f"{pid}/cmdline") for name, pid in (("own", "self"), ("shell", shell), ("daemon", daemon))}
told["environment"] = read("self/environ")
with open(sys.argv[1], "w") as file:
    json.dump(told, file)
with open(sys.argv[2]) as file:
    print(file.read())
"""


def test_a_process_list_shows_the_command_and_no_key(cloud, watch, tmp_path):
    """A program that is run for keys has the daemon's environment, and nothing that the plugin knows."""
    cloud.domain()
    home = tmp_path / "home"
    source = process(cloud, None, home)
    keys = source.keys[0]
    cloud.world.account().identity(keys["AccessKeyId"], keys["SecretAccessKey"], token=keys["Token"])
    spy, told = write(home / "spy.py", SPY), home / "told"
    command = f"/usr/bin/python3 {spy} {told} {home}/keys"
    write(home / ".aws/config", f"[default]\ncredential_process = {command}\n")
    collectd = watch(environment={"AWS_ENDPOINT_URL": cloud.aws.url, "AWS_REGION": REGION, "HOME": str(home)})
    collectd.await_scans(1)
    seen = json.loads(told.read_text())
    assert seen["own"] == command.split()
    # Between the two a shell waits for the program's status.
    assert seen["shell"][:2] == ["/bin/sh", "-c"] and seen["shell"][4:] == command.split()
    assert seen["daemon"] == collectd.command
    found = dict(entry.split("=", 1) for entry in seen["environment"])
    # collectd settles its own locale.
    assert found.pop("LC_NUMERIC") == "C"
    # The shell tells where it is, as every shell does.
    of_the_shell = {"PWD", "OLDPWD", "SHLVL", "_"} - set(collectd.environment)
    assert {name: value for name, value in found.items() if name not in of_the_shell} | {"LC_ALL": "C"} == collectd.environment


def test_a_file_that_tells_a_secret_is_found(tmp_path):
    """What is searched after every test: all but what a test gives to its collectd."""
    (tmp_path / "credentials").write_text("TopSecret")
    assert files_that_tell(tmp_path) == []
    (tmp_path / "output").write_text("a line with TopSecret in it")
    assert files_that_tell(tmp_path) == [tmp_path / "output"]
    (tmp_path / "output").unlink()
