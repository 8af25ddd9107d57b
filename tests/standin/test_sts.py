"""STS in its query protocol, XML and JSON, and the keys that it gives."""

from __future__ import annotations

import http.client
import json
from datetime import timezone
from urllib.parse import urlencode

import pytest
from botocore import UNSIGNED
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from .model import session
from .world import ACCESS_KEY, SECRET_KEY

OTHER = "999988887777"
ROLE = f"arn:aws:iam::{OTHER}:role/StudioReader"


@pytest.fixture
def role(world):
    """role is in another account and trusts ours, with an external id."""
    other = world.account(OTHER)
    other.region("us-east-1").app("d-1", user="user01", name="theirs")
    return other.role(
        "StudioReader",
        external_id="ab/+=,:@",
        trusted={"123456789012"},
        web_token="eyJ.web+/=.token",
        allowed={"sagemaker:ListApps"},
    )


def refusal(call, **arguments) -> tuple[str, str, int]:
    with pytest.raises(ClientError) as refused:
        call(**arguments)
    response = refused.value.response
    error = response["Error"]
    return error["Code"], error["Message"], response["ResponseMetadata"]["HTTPStatusCode"]


def test_who_am_i(ask):
    said = ask.client("sts", region="eu-central-1").get_caller_identity()
    assert said["Account"] == "123456789012"
    assert said["Arn"] == "arn:aws:iam::123456789012:user/reader"


def test_a_role_of_another_account(ask, role, clock, world):
    said = ask.client("sts").assume_role(
        RoleArn=ROLE, RoleSessionName="me@host", ExternalId="ab/+=,:@", DurationSeconds=900
    )
    credentials = said["Credentials"]
    assert credentials["Expiration"].astimezone(timezone.utc).timestamp() == clock.now + 900
    arn = f"arn:aws:sts::{OTHER}:assumed-role/StudioReader/me@host"
    assert said["AssumedRoleUser"]["Arn"] == arn
    keys = {
        "access_key": credentials["AccessKeyId"],
        "secret_key": credentials["SecretAccessKey"],
        "token": credentials["SessionToken"],
    }
    client = ask.client("sagemaker", **keys)
    assert [app["AppName"] for app in client.list_apps()["Apps"]] == ["theirs"]
    assert refusal(client.list_domains)[0] == "AccessDeniedException"
    clock.now += 900
    assert refusal(client.list_apps)[0] == "ExpiredTokenException"


@pytest.mark.parametrize(
    "change", [{"ExternalId": "wrong"}, {"RoleArn": f"arn:aws:iam::{OTHER}:role/Nobody"}]
)
def test_a_role_that_does_not_trust_is_denied(ask, role, change):
    arguments = {"RoleArn": ROLE, "RoleSessionName": "me", "ExternalId": "ab/+=,:@"} | change
    code, message, status = refusal(ask.client("sts").assume_role, **arguments)
    assert (code, status) == ("AccessDenied", 403)
    assert "is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam" in message


def test_a_role_trusts_the_accounts_it_names(ask, role):
    role.trusted = {"000000000000"}
    arguments = {"RoleArn": ROLE, "RoleSessionName": "me", "ExternalId": "ab/+=,:@"}
    assert refusal(ask.client("sts").assume_role, **arguments)[0] == "AccessDenied"


@pytest.mark.parametrize(
    "change",
    [{"DurationSeconds": 899}, {"DurationSeconds": 43201}, {"RoleSessionName": "a/b"}, {"New": 1}],
)
def test_invalid_parameters_are_refused_and_noted(ask, role, refusals, change):
    form = {"RoleArn": ROLE, "RoleSessionName": "me", "ExternalId": "ab/+=,:@"} | change
    status, _, answer = query(ask, "AssumeRole", form)
    assert (status, answer["Error"]["Code"]) == (400, "ValidationError")
    assert len(refusals) == 1


def test_a_role_may_bound_its_sessions(ask, role):
    role.max_duration = 3600
    arguments = {"RoleArn": ROLE, "RoleSessionName": "me", "ExternalId": "ab/+=,:@"}
    client = ask.client("sts")
    client.assume_role(**arguments, DurationSeconds=3600)
    code, message, _ = refusal(client.assume_role, **arguments, DurationSeconds=3601)
    assert code == "ValidationError" and "MaxSessionDuration" in message


def test_a_web_identity_needs_no_signature(aws, role, world):
    client = session().create_client(
        "sts",
        region_name="us-east-1",
        endpoint_url=aws.url,
        config=Config(signature_version=UNSIGNED, retries={"total_max_attempts": 1}, proxies={}),
    )
    arguments = {"RoleArn": ROLE, "RoleSessionName": "me"}
    said = client.assume_role_with_web_identity(**arguments, WebIdentityToken="eyJ.web+/=.token")
    assert said["Credentials"]["AccessKeyId"] in world.keys
    code, _, _ = refusal(
        client.assume_role_with_web_identity, **arguments, WebIdentityToken="another"
    )
    assert code == "InvalidIdentityToken"


def query(ask, action: str, form: dict, secret: str = SECRET_KEY) -> tuple[int, str, dict]:
    """query asks STS for JSON: status, content type and answer."""
    body = urlencode({"Action": action, "Version": "2011-06-15"} | form).encode()
    headers = {
        "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
        "Accept": "application/json",
        "Host": f"127.0.0.1:{ask.aws.port}",
    }
    request = AWSRequest("POST", f"{ask.aws.url}/", headers, body)
    SigV4Auth(Credentials(ACCESS_KEY, secret), "sts", "us-east-1").add_auth(request)
    connection = http.client.HTTPConnection("127.0.0.1", ask.aws.port, timeout=5)
    connection.request("POST", "/", body, dict(request.headers.items()))
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, answer.getheader("Content-Type"), json.loads(content)


def test_json_where_it_is_asked_for(ask, role, clock):
    form = {"RoleArn": ROLE, "RoleSessionName": "me", "ExternalId": "ab/+=,:@"}
    status, content_type, answer = query(ask, "AssumeRole", form)
    assert (status, content_type) == (200, "application/json")
    result = answer["AssumeRoleResponse"]["AssumeRoleResult"]
    assert result["Credentials"]["Expiration"] == clock.now + 3600
    assert answer["AssumeRoleResponse"]["ResponseMetadata"]["RequestId"]


def test_errors_have_the_names_that_sts_gives_them(ask, role, world, refusals):
    status, _, answer = query(ask, "GetCallerIdentity", {}, secret="wrong")
    assert (status, answer["Error"]["Code"]) == (403, "SignatureDoesNotMatch")
    for action, form in (("GetNothing", {}), ("GetCallerIdentity", {"Version": "2010-05-08"})):
        status, _, answer = query(ask, action, form)
        assert (status, answer["Error"]["Code"]) == (400, "InvalidAction")
    code, message, status = refusal(
        ask.client("sts", access_key="AKIANOBODYNOBODYNOBO").get_caller_identity
    )
    assert (code, status) == ("InvalidClientTokenId", 403)
    assert message == "The security token included in the request is invalid."


def test_lists_of_the_query_protocol_are_read(ask, aws, role):
    ask.client("sts").assume_role(
        RoleArn=ROLE,
        RoleSessionName="me",
        ExternalId="ab/+=,:@",
        PolicyArns=[{"arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}],
        TransitiveTagKeys=["team", "cost"],
        Tags=[{"Key": "team", "Value": "a"}, {"Key": "cost", "Value": "b"}],
    )
    asked = aws.calls[-1].input
    assert asked["TransitiveTagKeys"] == ["team", "cost"]
    assert asked["Tags"] == [{"Key": "team", "Value": "a"}, {"Key": "cost", "Value": "b"}]
