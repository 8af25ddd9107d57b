"""Credentials that are missing, half there or wrong: the environment's trouble, which can be repaired at any time."""

import json
import os

from e2e.cloud import HOUR_S, REGION
from standin import ACCESS_KEY, SECRET_KEY

PROGRAMS_AT_ONCE, FIRST_OF_THE_LAST = 70, 64
WRONG_SECRET = "TopSecretButWrong/EXAMPLEKEYEXAMPLEKEYEX"


def home_with(tmp_path, credentials: str = ""):
    """home_with is a home directory whose ~/.aws/credentials says this."""
    folder = tmp_path / "home" / ".aws"
    folder.mkdir(parents=True, exist_ok=True)
    if credentials:
        (folder / "credentials").write_text(f"[default]\n{credentials}\n")
        (folder / "credentials").chmod(0o600)
    return folder.parent


def keys(access_key: str = ACCESS_KEY, secret_key: str = SECRET_KEY) -> str:
    return f"aws_access_key_id = {access_key}\naws_secret_access_key = {secret_key}"


def surroundings(cloud, home) -> dict[str, str]:
    return {"AWS_ENDPOINT_URL": cloud.aws.url, "AWS_REGION": REGION, "HOME": str(home)}


def small_world(cloud):
    cloud.domain()
    cloud.app("user01", "app", idle=HOUR_S)


def test_no_credentials(cloud, watch, tmp_path):
    small_world(cloud)
    home = home_with(tmp_path)
    collectd = watch(environment=surroundings(cloud, home))
    collectd.assert_complains_once("credentials", "AWS_ACCESS_KEY_ID", f"{home}/.aws/credentials")
    assert cloud.aws.count() == 0, "a request without credentials"
    assert {value.plugin for value in collectd.values} == {"sagemaker_scan"}
    home_with(tmp_path, keys())
    collectd.assert_recovers_once()
    cloud.assert_truthful(collectd)


def test_half_a_credential_in_the_environment(cloud, watch, tmp_path):
    """Not "nothing": the keys of the file are not what was meant."""
    small_world(cloud)
    home = home_with(tmp_path, keys())
    environment = surroundings(cloud, home) | {"AWS_ACCESS_KEY_ID": ACCESS_KEY}
    collectd = watch(environment=environment)
    collectd.assert_complains_once("AWS_SECRET_ACCESS_KEY")
    assert cloud.aws.count() == 0


def test_half_a_credential_in_the_file(cloud, watch, tmp_path):
    small_world(cloud)
    home = home_with(tmp_path, f"aws_access_key_id = {ACCESS_KEY}")
    collectd = watch(environment=surroundings(cloud, home))
    collectd.assert_complains_once("aws_secret_access_key", f"{home}/.aws/credentials")
    assert cloud.aws.count() == 0
    home_with(tmp_path, keys())
    collectd.assert_recovers_once()
    cloud.assert_truthful(collectd)


def test_a_wrong_secret_key(cloud, watch, tmp_path):
    small_world(cloud)
    home = home_with(tmp_path, keys(secret_key=WRONG_SECRET))
    collectd = watch(environment=surroundings(cloud, home))
    collectd.assert_complains_once("The request signature we calculated does not match the signature you provided")
    assert {value.plugin for value in collectd.values} == {"sagemaker_scan"}
    home_with(tmp_path, keys())
    collectd.assert_recovers_once()
    cloud.assert_truthful(collectd)
    with cloud.aws.lock:
        assert {violation.rpartition(": ")[2] for violation in cloud.aws.violations} == {"signature is not botocore's"}
        cloud.aws.violations.clear()


def test_a_session_token_is_not_in_the_words_of_aws_that_are_shown(cloud, watch):
    """AWS tells the whole canonical request, the token's header with it, when a signature is wrong."""
    small_world(cloud)
    cloud.world.account().identity("AKIAI44QH8DHBEXAMPLE", SECRET_KEY, token="TopSecretToken//EXAMPLE==")
    keys = {"AWS_ACCESS_KEY_ID": "AKIAI44QH8DHBEXAMPLE", "AWS_SECRET_ACCESS_KEY": WRONG_SECRET}
    collectd = watch(environment=cloud.environment | keys | {"AWS_SESSION_TOKEN": "TopSecretToken//EXAMPLE=="})
    collectd.assert_complains_once("The request signature we calculated does not match")
    collectd.kill()
    cloud.aws.violations.clear()


def test_a_wrong_access_key(cloud, watch, tmp_path):
    small_world(cloud)
    home = home_with(tmp_path, keys(access_key="AKIAIDOESNOTEXIST123"))
    collectd = watch(environment=surroundings(cloud, home))
    collectd.assert_complains_once("The security token included in the request is invalid")
    home_with(tmp_path, keys())
    collectd.assert_recovers_once()
    cloud.assert_truthful(collectd)


def test_a_profile_that_does_not_exist(cloud, watch, tmp_path):
    small_world(cloud)
    home = home_with(tmp_path, keys())
    options = "Interval 1\n<Account default>\nProfile nobody\n</Account>"
    collectd = watch(options, environment=surroundings(cloud, home))
    collectd.assert_complains_once("nobody")
    assert cloud.aws.count() == 0


def test_no_region(cloud, watch, tmp_path):
    small_world(cloud)
    home = home_with(tmp_path, keys())
    environment = surroundings(cloud, home)
    del environment["AWS_REGION"]
    collectd = watch(environment=environment)
    collectd.region = "unknown"
    collectd.assert_complains_once("region", "AWS_REGION")
    assert cloud.aws.count() == 0
    (home / ".aws" / "config").write_text(f"[default]\nregion = {REGION}\n")
    collectd.region = REGION
    collectd.assert_recovers_once()
    cloud.assert_truthful(collectd)


def test_a_file_that_is_no_configuration(cloud, watch, tmp_path):
    small_world(cloud)
    home = home_with(tmp_path)
    (home / ".aws" / "credentials").write_text("this is no configuration file\n")
    (home / ".aws" / "credentials").chmod(0o600)
    collectd = watch(environment=surroundings(cloud, home))
    collectd.assert_complains_once(f"{home}/.aws/credentials")
    home_with(tmp_path, keys())
    collectd.assert_recovers_once()
    cloud.assert_truthful(collectd)


def test_a_program_that_fails(cloud, watch, tmp_path):
    """What it prints is not believed, and its last words are told, though collectd ignores SIGCHLD."""
    small_world(cloud)
    home = home_with(tmp_path)
    answer = json.dumps({"Version": 1, "AccessKeyId": ACCESS_KEY, "SecretAccessKey": SECRET_KEY})
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\necho '{answer}'\necho 'kinit: ticket expired' >&2\nexit 3\n")
    program.chmod(0o700)
    (home / ".aws" / "config").write_text(f"[default]\ncredential_process = {program}\n")
    collectd = watch(environment=surroundings(cloud, home))
    collectd.assert_complains_once('credential_process of profile "default" ended with status 3; its last words: kinit: ticket expired;')
    assert cloud.aws.count() == 0
    program.write_text(f"#!/bin/sh\necho '{answer}'\n")
    collectd.assert_recovers_once()
    cloud.assert_truthful(collectd)


def test_many_programs_at_once_are_all_read(cloud, watch, tmp_path):
    """The last ones answer first: of more than 64 descriptors those beyond were once not looked at."""
    home, together = home_with(tmp_path), tmp_path / "together"
    together.mkdir()
    answer = json.dumps({"Version": 1, "AccessKeyId": ACCESS_KEY, "SecretAccessKey": SECRET_KEY})
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\n: >{together}/$1\nread _ <{tmp_path}/$2\necho '{answer}'\n")
    program.chmod(0o700)
    numbers = range(PROGRAMS_AT_ONCE)
    waits_for = {f"account{number}": "first" if number >= FIRST_OF_THE_LAST else "then" for number in numbers}
    profiles = [f"[profile {name}]\ncredential_process = {program} {name} {go}\n" for name, go in waits_for.items()]
    (home / ".aws" / "config").write_text("".join(profiles))
    accounts = [f'<Account "{name}">\nProfile "{name}"\n</Account>' for name in waits_for]
    for go in ("first", "then"):
        os.mkfifo(tmp_path / go)
    collectd = watch("\n".join(["Interval 1", *accounts]), environment=surroundings(cloud, home))
    collectd.wait(lambda: len(list(together.iterdir())) == PROGRAMS_AT_ONCE, "all programs")
    for go in ("first", "then"):
        names = [name for name in waits_for if waits_for[name] == go]
        # Open for both, it lets every one of them open it, too, and each read its line.
        held = os.open(tmp_path / go, os.O_RDWR)
        try:
            os.write(held, b"\n" * len(names))
            for name in names:
                assert collectd.value(f"sagemaker_scan-{name}_{REGION}/count-apps").value == 0
        finally:
            os.close(held)
    assert collectd.complaints == []
