"""Generated environments and files are given to botocore's own chain and to us: the same identity, by the same calls of
STS, the same region and the same host must come out, or both find nothing. DIFFERENCES is every exception."""

import datetime
import hashlib
import json
import os
import pathlib
import re
import subprocess
import time
from dataclasses import dataclass, field

import botocore
import pytest
from botocore import credentials as their_credentials
from botocore import tokens as their_tokens
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.session import Session
from botocore.utils import IMDSRegionProvider
from standin import StandIn, World
from standin.metadata import Metadata

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = ROOT / os.environ.get("BUILD", "build") / "differential" / "credentials"
CASES = 400
ACCOUNT = "123456789012"
REGION = "eu-west-1"
PROFILES = ("default", "x", "y")


@dataclass
class Case:
    environment: dict = field(default_factory=dict)
    profiles: dict = field(default_factory=dict)
    keys: dict = field(default_factory=dict)
    option: str | None = None
    role: str | None = "studio"

    @property
    def profile(self):
        return self.option or self.environment.get("AWS_PROFILE") or "default"

    def setting(self, profile, name):
        return self.keys.get(profile, {}).get(name, self.profiles.get(profile, {}).get(name))

    def sources(self):
        """sources are the selected profile and those that its source_profile leads to."""
        found, profile = [], self.profile
        while profile is not None and profile not in found:
            found.append(profile)
            profile = self.setting(profile, "source_profile")
        return found


def secret_alone(case):
    """The secret key without its id is half a pair to us, and nothing to botocore."""
    in_environment = case.option is None and "AWS_SECRET_ACCESS_KEY" in case.environment and "AWS_ACCESS_KEY_ID" not in case.environment
    halves = [
        file.get(profile, {})
        for file in (case.keys, case.profiles)
        for profile in case.sources()
        if "aws_secret_access_key" in file.get(profile, {}) and "aws_access_key_id" not in file.get(profile, {})
    ]
    sourced = case.setting(case.profile, "credential_source") == "Environment" and "AWS_SECRET_ACCESS_KEY" in case.environment
    return in_environment or bool(halves) or (sourced and "AWS_ACCESS_KEY_ID" not in case.environment)


def session_of_a_source(case):
    """botocore 1.29 takes the sso-session's token from the selected profile, even for a source profile's role."""
    return any(case.setting(profile, "sso_session") for profile in case.sources()[1:])


def session_that_nobody_needs(case):
    """botocore makes no client at all while the selected profile names an sso-session that does not exist, though the
    keys come from elsewhere."""
    return case.setting(case.profile, "sso_session") == "other"


# What differs, and why ours is the better answer: the docstrings say it.
DIFFERENCES = (secret_alone, session_that_nobody_needs, session_of_a_source)
# Differences that botocore has done away with, and the version from which on they need not be seen.
BOTOCORE = tuple(int(part) for part in botocore.__version__.split(".")[:2])
GONE = {session_of_a_source: (1, 37)}


# Cases that chance seldom makes, each of the differences among them.
ROLE = {"role_arn": f"arn:aws:iam::{ACCOUNT}:role/one", "external_id": "outside"}
WRITTEN = (
    Case({"AWS_SECRET_ACCESS_KEY": "s"}, {"default": {"aws_access_key_id": "AKIDCONFIG", "aws_secret_access_key": "secretCONFIG"}}),
    Case({"AWS_WEB_IDENTITY_TOKEN_FILE": "{token}", "AWS_ROLE_ARN": f"arn:aws:iam::{ACCOUNT}:role/web"}, {"default": {"sso_session": "other"}}),
    Case({}, {"default": ROLE | {"source_profile": "x"}, "x": {"sso_session": "corp", "sso_account_id": "1", "sso_role_name": "r"}}),
    Case({}, {"default": ROLE | {"source_profile": "x"}, "x": {"credential_process": "/bin/sh '{process}'"}}),
    Case({}, {"default": ROLE | {"source_profile": "x"}, "x": ROLE | {"source_profile": "y"}}, {"y": {"aws_access_key_id": "AKIDFILEy", "aws_secret_access_key": "secretFILEy"}}),
    Case({}, {"default": ROLE | {"source_profile": "x"}, "x": {"web_identity_token_file": "{token}", "role_arn": f"arn:aws:iam::{ACCOUNT}:role/web"}}),
    Case({}, {"default": ROLE | {"source_profile": "default"}}, {"default": {"aws_access_key_id": "AKIDFILEdefault", "aws_secret_access_key": "secretFILEdefault"}}),
    Case({}, {"default": ROLE | {"credential_source": "Ec2InstanceMetadata"}}),
)


def filled(case, paths):
    """filled is a written case with the paths of this run."""
    text = json.dumps([case.environment, case.profiles, case.keys])
    for name, path in paths.items():
        text = text.replace("{" + name + "}", path)
    return Case(*json.loads(text), case.option, case.role)


def some(rng, *weighted):
    choices, weights = zip(*weighted)
    return rng.choices(choices, weights)[0]


def keys_for(rng, name):
    pair = {"aws_access_key_id": f"AKID{name}", "aws_secret_access_key": f"secret{name}"}
    kind = some(rng, ("none", 12), ("pair", 4), ("token", 1), ("id", 1), ("secret", 1))
    return {
        "none": {},
        "pair": pair,
        "token": pair | {"aws_session_token": "t"},
        "id": {"aws_access_key_id": f"AKID{name}"},
        "secret": {"aws_secret_access_key": "s"},
    }[kind]


def profile_for(rng, paths):
    made = {}
    kind = some(rng, ("none", 3), ("role", 5), ("web", 1), ("sso", 2), ("process", 2))
    if kind == "role":
        made["role_arn"] = f"arn:aws:iam::{ACCOUNT}:role/{rng.choice(('one', 'two', 'nobody'))}"
        made["external_id"] = some(rng, ("outside", 5), ("wrong", 1))
        source = some(rng, ("profile", 8), ("credential", 4), ("both", 1), ("neither", 1))
        if source in ("profile", "both"):
            made["source_profile"] = rng.choice((*PROFILES, *PROFILES, "nobody"))
        if source in ("credential", "both"):
            made["credential_source"] = rng.choice(("Environment", "EcsContainer", "Ec2InstanceMetadata", "environment"))
        if rng.random() < 0.2:
            made["duration_seconds"] = rng.choice(("900", "3600", "100", "x"))
        if rng.random() < 0.2:
            made["role_session_name"] = rng.choice(("me", "a b"))
    elif kind == "web":
        made["web_identity_token_file"] = rng.choice((paths["token"], "/nonexistent"))
        if rng.random() < 0.8:
            made["role_arn"] = f"arn:aws:iam::{ACCOUNT}:role/web"
    elif kind == "sso":
        made |= {"sso_account_id": ACCOUNT, "sso_role_name": "Reader"}
        made |= rng.choice(({"sso_session": "corp"}, {"sso_session": "other"}, {"sso_start_url": "https://s", "sso_region": REGION}, {}))
    elif kind == "process":
        made["credential_process"] = rng.choice((f"/bin/sh '{paths['process']}'", "/bin/false", "/nonexistent x", "sh 'open"))
    if rng.random() < 0.3:
        made["region"] = rng.choice(("us-west-2", "eu-central-1"))
    return made | (keys_for(rng, "CONFIG") if rng.random() < 0.3 else {})


def generated(rng, paths, servers):
    case = Case(option=some(rng, (None, 4), ("default", 1), ("x", 2)))
    pair = {"AWS_ACCESS_KEY_ID": "AKIDENV", "AWS_SECRET_ACCESS_KEY": "secretENV"}
    case.environment |= some(
        rng, ({}, 8), (pair, 2), (pair | {"AWS_SESSION_TOKEN": "t"}, 1), (pair | {"AWS_SECURITY_TOKEN": "o", "AWS_SESSION_TOKEN": "t"}, 1),
        ({"AWS_ACCESS_KEY_ID": "AKIDENV"}, 1), ({"AWS_SECRET_ACCESS_KEY": "s"}, 1), ({"AWS_ACCESS_KEY_ID": ""}, 1),
    )
    if rng.random() < 0.3:
        case.environment["AWS_PROFILE"] = rng.choice(("x", "y", "nobody"))
    if rng.random() < 0.15:
        case.environment["AWS_WEB_IDENTITY_TOKEN_FILE"] = paths["token"]
        if rng.random() < 0.8:
            case.environment["AWS_ROLE_ARN"] = f"arn:aws:iam::{ACCOUNT}:role/web"
    if rng.random() < 0.3:
        case.environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = f"{servers.url}/container/keys"
    if rng.random() < 0.5:
        case.environment["AWS_EC2_METADATA_DISABLED"] = "true"
    if rng.random() < 0.5:
        case.environment["AWS_DEFAULT_REGION"] = rng.choice(("us-east-2", "cn-north-1", "us-gov-west-1"))
    if rng.random() < 0.2:
        case.environment["AWS_USE_FIPS_ENDPOINT"] = "true"
    case.role = rng.choice(("studio", "studio", None))
    for profile in PROFILES:
        if rng.random() < 0.8 or profile == "default":
            case.profiles[profile] = profile_for(rng, paths)
        if rng.random() < 0.5:
            case.keys[profile] = keys_for(rng, f"FILE{profile}")
    return case


def write(case, folder):
    session = "[sso-session corp]\nsso_start_url = https://corp\nsso_region = eu-north-1\n"
    for name, sections, prefix in (("config", case.profiles, "profile "), ("credentials", case.keys, "")):
        text = session if name == "config" else ""
        for profile, settings in sections.items():
            text += f"[{prefix if profile != 'default' else ''}{profile}]\n"
            text += "".join(f"{key} = {value}\n" for key, value in settings.items())
        (folder / name).write_text(text)


@pytest.fixture
def cloud():
    world, _ = World.single(REGION)
    account = world.accounts[ACCOUNT]
    for name in ("one", "two"):
        account.role(name, external_id="outside")
    account.role("web", web_token="web-token")
    with StandIn(world) as aws:
        for key, secret in (("AKIDENV", "secretENV"), ("AKIDCONFIG", "secretCONFIG"), ("AKIDPROCESS", "secretPROCESS")):
            identity(aws, key, secret, None)
        for profile in PROFILES:
            identity(aws, f"AKIDFILE{profile}", f"secretFILE{profile}", None)
        for name in ("INSTANCE", "CONTAINER", "SSO"):
            identity(aws, f"AKID{name}", f"secret-{name}", f"token-{name}")
        yield aws


def identity(aws, key, secret, token):
    from standin.world import Identity

    arn = f"arn:aws:iam::{ACCOUNT}:user/{key}"
    aws.world.keys[key] = Identity(ACCOUNT, key, secret, token, arn, key, None, None)


def name_of(aws, key):
    """name_of is whose key that is: of a role without its session, for a role's keys are new each time."""
    known = aws.world.keys.get(key)
    return key if known is None else re.sub(r"(assumed-role/[^/]*)/.*", r"\1", known.arn)


def calls_since(aws, start):
    return [(call.operation, (call.input or {}).get("RoleArn"), call.access_key and name_of(aws, call.access_key)) for call in aws.calls[start:]]


def find_theirs(case, environment, cloud, servers, monkeypatch):
    with monkeypatch.context() as patch:
        for name in list(os.environ):
            if name.startswith("AWS_"):
                patch.delenv(name)
        for name, value in environment.items():
            patch.setenv(name, value)
        cache = os.path.join(environment["HOME"], ".aws", "sso", "cache")
        patch.setattr(their_credentials.SSOProvider, "_SSO_TOKEN_CACHE_DIR", cache)
        patch.setattr(their_tokens.SSOTokenProvider, "_SSO_TOKEN_CACHE_DIR", cache)
        session = Session(profile=case.option)
        made = session.create_client
        urls = {"sts": cloud.url, "sso": servers.url, "sso-oidc": servers.url}
        session.create_client = lambda service, **more: made(service, endpoint_url=urls[service], **more)
        try:
            region = session.get_config_variable("region") or IMDSRegionProvider(session).provide()
        except BotoCoreError:
            return None, None, None
        try:
            found = their_credentials.create_credential_resolver(session, region_name=region or "us-east-1").load_credentials()
            frozen = found and found.get_frozen_credentials()
        except (BotoCoreError, ClientError, OSError, ValueError, AttributeError, RuntimeError, TypeError):
            frozen = None
        return frozen and frozen.access_key, frozen and frozen.token, region


def find_ours(case, environment, cloud, servers):
    urls = {"AWS_ENDPOINT_URL_STS": cloud.url, "AWS_ENDPOINT_URL_SSO": servers.url, "AWS_ENDPOINT_URL_SSO_OIDC": servers.url}
    done = subprocess.run(
        [PROGRAM, case.option or ""], env=environment | urls | {"PATH": os.environ["PATH"]}, stdout=subprocess.PIPE, check=True, timeout=60
    )
    found = json.loads(done.stdout)
    return found.get("access_key"), found.get("token"), found.get("region"), found.get("host"), found


def host_of(region, fips, known={}):
    if (region, fips) not in known:
        client = Session().create_client("sagemaker", region_name=region, aws_access_key_id="a", aws_secret_access_key="b", config=Config(use_fips_endpoint=fips))
        known[region, fips] = client.meta.endpoint_url.partition("://")[2]
    return known[region, fips]


def files(tmp_path):
    folder = tmp_path / ".aws" / "sso" / "cache"
    folder.mkdir(parents=True)
    token = {"accessToken": "sso-token", "expiresAt": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 36000))}
    for name in ("corp", "https://s"):
        (folder / f"{hashlib.sha1(name.encode()).hexdigest()}.json").write_text(json.dumps(token))
    keys = {"Version": 1, "AccessKeyId": "AKIDPROCESS", "SecretAccessKey": "secretPROCESS"}
    (tmp_path / "process").write_text(f"echo '{json.dumps(keys)}'\n")
    (tmp_path / "token").write_text("web-token")
    return {"process": str(tmp_path / "process"), "token": str(tmp_path / "token")}


def test_the_same_credentials_are_chosen(rng, cloud, tmp_path, monkeypatch):
    paths = files(tmp_path)
    explained = dict.fromkeys(DIFFERENCES, 0)
    chosen = {}
    with Metadata() as servers:
        cases = [filled(case, paths) for case in WRITTEN]
        cases += [generated(rng, paths, servers) for _ in range(CASES)]
        for number, case in enumerate(cases):
            servers.role = case.role
            write(case, tmp_path)
            environment = case.environment | {
                "HOME": str(tmp_path),
                "AWS_CONFIG_FILE": str(tmp_path / "config"),
                "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "credentials"),
                "AWS_EC2_METADATA_SERVICE_ENDPOINT": servers.url,
            }
            start = len(cloud.calls)
            their_key, their_token, their_region = find_theirs(case, environment, cloud, servers, monkeypatch)
            their_calls, start = calls_since(cloud, start), len(cloud.calls)
            our_key, our_token, our_region, our_host, found = find_ours(case, environment, cloud, servers)
            our_calls = calls_since(cloud, start)
            is_role = (our_key or "").startswith("ASIA")
            theirs = (name_of(cloud, their_key), is_role or their_token, their_calls, their_region)
            ours = (name_of(cloud, our_key), is_role or our_token, our_calls, our_region)
            reasons = [difference for difference in DIFFERENCES if difference(case)]
            if theirs[0] is None and ours[0] is None and (None in (their_region, our_region) or their_region == our_region):
                theirs = ours
            if theirs != ours and reasons:
                explained[reasons[0]] += 1
                continue
            assert ours == theirs, f"case {number}: {case}\nfound {found}"
            if our_region is not None:
                assert our_host == host_of(our_region, "AWS_USE_FIPS_ENDPOINT" in case.environment), case
            chosen[ours[0]] = chosen.get(ours[0], 0) + 1
    print(chosen, {difference.__name__: count for difference, count in explained.items()})
    assert len(chosen) > 10 and chosen.get(None, 0) < CASES * 0.8, "the generator no longer makes all kinds"
    gone = {difference for difference, count in explained.items() if count == 0}
    assert gone <= {difference for difference, version in GONE.items() if BOTOCORE >= version}, "a difference that no longer is one"


# What dateutil reads, and what it does not; a time of nowhere (no zone) is refused by both.
EXPIRATIONS = (
    "{0:%Y-%m-%dT%H:%M:%S}Z", "{0:%Y-%m-%dT%H:%M:%S}z", "{0:%Y-%m-%d %H:%M:%S}Z", "{0:%Y-%m-%dT%H:%M}Z", "{0:%Y-%m-%dT%H:%M:%S}.25Z",
    "{0:%Y-%m-%dT%H:%M:%S},5Z", "{0:%Y%m%dT%H%M%S}Z", "{0:%Y%m%dT%H%M}Z", "{0:%Y-%m-%dT%H:%M:%S}+0000", "{0:%Y-%m-%dT%H:%M:%S}+00",
    "{0:%Y-%m-%dT%H:%M:%S}-00:00", "{1:%Y-%m-%dT%H:%M:%S}+0900", "{1:%Y-%m-%dT%H:%M:%S}+09:00", "{1:%Y%m%dT%H%M%S}+09",
    "{0:%Y-%m-%dT%H:%M:%S}", "{0:%Y-%m-%dT%H}:61:00Z", "soon",
)


@pytest.mark.parametrize("hours, status", [(5, 0), (-5, 0), (5, 3)], ids=["lasting", "expired", "failed"])
def test_the_same_programs_are_believed(cloud, tmp_path, monkeypatch, hours, status):
    """credential_process: its status, and the forms of Expiration, keys that have expired among them."""
    files(tmp_path)
    then = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=hours)
    believed = []
    with Metadata() as servers:
        for form in EXPIRATIONS:
            keys = {"Version": 1, "AccessKeyId": "AKIDPROCESS", "SecretAccessKey": "secretPROCESS"}
            expiration = form.format(then, then + datetime.timedelta(hours=9))
            (tmp_path / "process").write_text(f"echo '{json.dumps(keys | {'Expiration': expiration})}'\nexit {status}\n")
            case = Case({"AWS_EC2_METADATA_DISABLED": "true"}, {"default": {"credential_process": f"/bin/sh '{tmp_path}/process'", "region": REGION}})
            write(case, tmp_path)
            environment = case.environment | {
                "HOME": str(tmp_path),
                "AWS_CONFIG_FILE": str(tmp_path / "config"),
                "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "credentials"),
            }
            theirs = find_theirs(case, environment, cloud, servers, monkeypatch)[0]
            ours = find_ours(case, environment, cloud, servers)
            assert ours[0] == theirs, (expiration, ours[-1])
            believed += [form] if theirs else []
    assert len(believed) == (len(EXPIRATIONS) - 3 if hours > 0 and status == 0 else 0)
