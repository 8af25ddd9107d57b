"""What a request must be: signed, scoped, timed, permitted and valid, or AWS's refusal."""

from __future__ import annotations

import hashlib

import pytest
from botocore.exceptions import ClientError

from . import clients
from .quota import Quota
from .world import ACCOUNT_ID, SECRET_KEY, STUDIO_GROUP

DOMAIN = "d-abcdefghijkl"


def refusal(call, *arguments, **named) -> tuple[str, str]:
    with pytest.raises(ClientError) as refused:
        call(*arguments, **named)
    error = refused.value.response["Error"]
    return error["Code"], error["Message"]


def test_a_wrong_secret_is_refused_in_awss_words(ask, refusals):
    code, message = refusal(ask.client("sagemaker", secret_key="wrong").list_apps)
    assert code == "InvalidSignatureException"
    assert message.startswith("The request signature we calculated does not match the signature")
    assert "x-amz-target:SageMaker.ListApps" in message
    assert refusals == ["sagemaker ListApps us-east-1: signature is not botocore's"]


def test_unknown_and_expired_keys_are_no_mistake_of_the_client(ask, world, clock):
    account = world.account()
    account.identity("AKIAEXPIREDEXPIRED12", "secret", expires=clock.now)
    client = ask.client("logs", access_key="AKIANOBODYNOBODYNOBO")
    assert refusal(client.describe_log_streams, logGroupName=STUDIO_GROUP) == (
        "UnrecognizedClientException",
        "The security token included in the request is invalid.",
    )
    client = ask.client("logs", access_key="AKIAEXPIREDEXPIRED12", secret_key="secret")
    assert refusal(client.describe_log_streams, logGroupName=STUDIO_GROUP) == (
        "ExpiredTokenException",
        "The security token included in the request is expired",
    )


def test_the_session_token_must_be_the_identitys(ask, world, refusals):
    world.account().identity("ASIATEMPORARYTEMPORA", "secret", token="right+/=")
    keys = {"access_key": "ASIATEMPORARYTEMPORA", "secret_key": "secret"}
    ask.client("sagemaker", token="right+/=", **keys).list_apps()
    assert refusals == []
    for token in ("wrong", None):
        code, _ = refusal(ask.client("sagemaker", token=token, **keys).list_apps)
        assert code == "UnrecognizedClientException"
    assert len(refusals) == 2


@pytest.mark.parametrize(
    "arguments,says",
    [
        ({"region": "mars-east-1"}, "valid region"),
        ({"scope": "logs"}, "correct service: 'sagemaker'"),
        ({"headers": {"Host": "logs.us-east-1.amazonaws.com"}}, "is not sagemaker in us-east-1"),
        ({"headers": {"Host": "api.sagemaker.eu-west-1.amazonaws.com"}}, "is not sagemaker"),
    ],
)
def test_the_scope_must_be_right(ask, refusals, arguments, says):
    status, answer = ask.ask("sagemaker", "ListApps", {}, **arguments)
    assert (status, answer["__type"]) == (400, "InvalidSignatureException")
    assert says in answer["message"] and says in refusals[0]


def test_a_host_of_awss_own_is_accepted(ask):
    host = {"Host": "api.sagemaker.us-east-1.amazonaws.com"}
    assert ask.ask("sagemaker", "ListApps", {}, headers=host)[0] == 200


def test_a_body_or_header_changed_after_signing_is_refused(ask, refusals):
    headers = ask.sign("sagemaker", "ListApps", b"{}")
    assert ask.post(headers, b'{"MaxResults":1}')[2]["__type"] == "InvalidSignatureException"
    changed = headers | {"X-Amz-Target": "SageMaker.ListDomains"}
    assert ask.post(changed, b"{}")[2]["__type"] == "InvalidSignatureException"
    assert ask.post(headers, b"{}")[0] == 200
    assert len(refusals) == 2


@pytest.mark.parametrize(
    "change,code,says",
    [
        ({"X-Amz-Meta": "new"}, "InvalidSignatureException", "'x-amz-meta' must be"),
        ({"X-Amz-Date": "yesterday"}, "InvalidSignatureException", "YYYYMMDDTHHMMSSZ"),
        ({"X-Amz-Date": "20200101T000000Z"}, "InvalidSignatureException", "Credential scope"),
        ({"Authorization": "AWS4-HMAC-SHA256 x"}, "IncompleteSignatureException", "complete"),
        ({"Authorization": None}, "MissingAuthenticationTokenException", "Missing"),
    ],
)
def test_a_signature_must_be_whole(ask, refusals, change, code, says):
    headers = ask.sign("sagemaker", "ListApps", b"{}") | change
    sent = {name: value for name, value in headers.items() if value is not None}
    answer = ask.post(sent, b"{}")[2]
    assert answer["__type"] == code and says in answer["message"]
    assert len(refusals) == 1


def test_a_signed_digest_must_be_the_bodys(ask, refusals):
    digest = hashlib.sha256(b"{}").hexdigest()
    for sent, status in ((digest, 200), ("0" * 64, 400)):
        headers = {"X-Amz-Content-SHA256": sent}
        assert ask.ask("sagemaker", "ListApps", {}, headers=headers)[0] == status
    assert len(refusals) == 1 and "sha256" in refusals[0]


@pytest.mark.parametrize("offset,says", [(301, "Signature expired"), (-301, "not yet current")])
def test_a_clock_more_than_five_minutes_off_is_refused(ask, world, offset, says):
    """The test's doing and no mistake of the client: nothing is noted."""
    world.offset = offset
    code, message = refusal(ask.client("sagemaker").list_apps)
    assert code == "InvalidSignatureException" and says in message
    world.offset = 299 if offset > 0 else -299
    ask.client("sagemaker").list_apps()


def test_what_is_not_allowed_is_denied_in_awss_words(ask, world):
    allowed = {"sagemaker:ListDomains"}
    world.account().identity("AKIALIMITEDLIMITED12", "secret", name="poor", allowed=allowed)
    keys = {"access_key": "AKIALIMITEDLIMITED12", "secret_key": "secret"}
    client = ask.client("sagemaker", **keys)
    client.list_domains()
    user = f"User: arn:aws:iam::{ACCOUNT_ID}:user/poor is not authorized to perform: "
    assert refusal(client.list_apps) == (
        "AccessDeniedException",
        f"{user}sagemaker:ListApps on resource: arn:aws:sagemaker:us-east-1:{ACCOUNT_ID}:app/* "
        "because no identity-based policy allows the sagemaker:ListApps action",
    )
    logs = ask.client("logs", **keys)
    _, message = refusal(logs.describe_log_streams, logGroupName=STUDIO_GROUP)
    assert f":log-group:{STUDIO_GROUP}:log-stream:" in message
    assert ask.client("sts", **keys).get_caller_identity()["Account"] == ACCOUNT_ID


def test_a_denial_spells_its_message_as_aws_does(aws, ask):
    aws.fault("ListApps", "access_denied", times=1)
    assert sorted(ask.ask("sagemaker", "ListApps", {})[1]) == ["Message", "__type"]
    aws.fault("ListApps", "throttle")
    assert sorted(ask.ask("sagemaker", "ListApps", {})[1]) == ["__type", "message"]


GROUP = {"logGroupName": STUDIO_GROUP}
SINCE = {"startTime": 1_795_000_000_000}
INVALID = [
    ("sagemaker", "ListApps", {"Unknown": 1}, "Unknown"),
    ("sagemaker", "ListApps", {"MaxResults": 0}, "MaxResults"),
    ("sagemaker", "ListApps", {"MaxResults": 101}, "100"),
    ("sagemaker", "ListApps", {"MaxResults": "10"}, "MaxResults"),
    ("sagemaker", "ListApps", {"MaxResults": True}, "number"),
    ("sagemaker", "ListApps", {"SortOrder": "Down"}, "enum"),
    ("sagemaker", "ListApps", {"UserProfileNameEquals": "a_b"}, "pattern"),
    ("sagemaker", "ListApps", {"DomainIdEquals": "d" * 64}, "63"),
    (
        "sagemaker",
        "ListApps",
        {"UserProfileNameEquals": "a", "SpaceNameEquals": "b"},
        "cannot both",
    ),
    ("sagemaker", "ListApps", [], "Invalid type"),
    ("logs", "DescribeLogStreams", {}, "logGroupName"),
    ("logs", "DescribeLogStreams", GROUP | {"limit": 51}, "50"),
    ("logs", "DescribeLogStreams", GROUP | {"logStreamNamePrefix": ""}, "logStreamNamePrefix"),
    ("logs", "DescribeLogStreams", GROUP | {"logStreamNamePrefix": "a:b"}, "pattern"),
    ("logs", "DescribeLogStreams", GROUP | {"orderBy": "Name"}, "enum"),
    (
        "logs",
        "DescribeLogStreams",
        GROUP | {"orderBy": "LastEventTime", "logStreamNamePrefix": "a"},
        "LastEventTime",
    ),
    ("logs", "FilterLogEvents", GROUP | {"limit": 10_001}, "10000"),
    ("logs", "FilterLogEvents", GROUP | {"logStreamNames": []}, "logStreamNames"),
    ("logs", "FilterLogEvents", GROUP | {"logStreamNames": ["a"] * 101}, "100"),
    (
        "logs",
        "FilterLogEvents",
        GROUP | {"logStreamNames": ["a"], "logStreamNamePrefix": "a"},
        "cannot both",
    ),
    ("logs", "FilterLogEvents", GROUP | {"filterPattern": "x" * 1025}, "1024"),
    ("logs", "FilterLogEvents", GROUP | {"startTime": -1}, "startTime"),
    ("logs", "FilterLogEvents", GROUP | {"startFromHead": False}, "2024-01-01"),
    ("logs", "FilterLogEvents", GROUP | SINCE | {"endTime": 1}, "endTime"),
    ("logs", "GetLogEvents", GROUP, "logStreamName"),
]


@pytest.mark.parametrize("service,operation,input,says", INVALID)
def test_an_invalid_input_is_refused_and_noted(
    ask, region, refusals, service, operation, input, says
):
    region.group()
    status, answer = ask.ask(service, operation, input)
    code = "InvalidParameterException" if service == "logs" else "ValidationException"
    assert (status, answer["__type"]) == (400, code)
    assert says in answer["message"]
    assert len(refusals) == 1 and says in refusals[0]


def test_the_limits_themselves_are_valid(ask, region):
    name = "s" * 512
    region.stream(name)
    for service, operation, input in [
        ("sagemaker", "ListApps", {"MaxResults": 100, "UserProfileNameEquals": "a-b"}),
        ("logs", "DescribeLogStreams", GROUP | {"limit": 50, "logStreamNamePrefix": name}),
        ("logs", "DescribeLogStreams", GROUP | {"orderBy": "LastEventTime"}),
        ("logs", "FilterLogEvents", GROUP | {"limit": 10_000, "logStreamNames": [name] * 100}),
        ("logs", "FilterLogEvents", GROUP | SINCE | {"startFromHead": False}),
    ]:
        assert ask.ask(service, operation, input)[0] == 200


@pytest.mark.parametrize(
    "body,headers,code",
    [
        (b"{", {}, "SerializationException"),
        (b'{"MaxResults":1,"MaxResults":2}', {}, "SerializationException"),
        (b"{}", {"Content-Type": "application/json"}, "UnknownOperationException"),
        (b"{}", {"X-Amz-Target": "Logs_20140328.ListApps"}, "UnknownOperationException"),
        (b"{}", {"X-Amz-Target": "SageMaker.DropEverything"}, "UnknownOperationException"),
        (b"{}", {"X-Amz-Target": "SageMaker_20170724.ListApps"}, "UnknownOperationException"),
    ],
)
def test_what_is_no_request_of_the_protocol_is_refused(ask, refusals, body, headers, code):
    signed = ask.sign("sagemaker", "ListApps", body, headers=headers)
    status, _, answer = ask.post(signed, body)
    assert status >= 400 and answer["__type"] == code
    assert len(refusals) == 1


def test_a_token_goes_with_its_own_request_only(ask, region, refusals):
    for i in range(30):
        region.app(DOMAIN, user="user01", name=f"app{i}")
    client = ask.client("sagemaker")
    token = client.list_apps(MaxResults=10)["NextToken"]
    client.list_apps(MaxResults=10, NextToken=token)
    assert refusals == []
    for wrong in (
        {"MaxResults": 10, "NextToken": token, "DomainIdEquals": DOMAIN},
        {"MaxResults": 20, "NextToken": token},
        {"MaxResults": 10, "NextToken": token[:-4] + "AAAA"},
        {"MaxResults": 10, "NextToken": "2"},
    ):
        assert refusal(client.list_apps, **wrong)[0] == "ValidationException"
    assert refusal(client.list_domains, NextToken=token)[0] == "ValidationException"
    assert len(refusals) == 5


@pytest.mark.parametrize(
    "wrong",
    [{"user": "user_01"}, {"user": "a", "type": "NoSuchType"}, {"user": "a", "created": "1"}],
)
def test_a_mistake_of_the_stand_in_itself_is_noted(ask, region, refusals, wrong):
    """A world that AWS could not be in does not fit the model."""
    region.app(DOMAIN, **wrong)
    status, _ = ask.ask("sagemaker", "ListApps", {})
    assert status == 500
    assert "mistake of the stand-in" in refusals[0]


@pytest.mark.parametrize("style", ["bare", "namespaced", "header"])
def test_errors_come_in_all_of_awss_styles(ask, aws, style):
    aws.front.error_style = style
    signed = ask.sign("logs", "DescribeLogStreams", b'{"logGroupName":"none"}')
    _, headers, answer = ask.post(signed, b'{"logGroupName":"none"}')
    assert (
        answer.get("__type", ""),
        headers.get("x-amzn-ErrorType", ""),
    ) == {
        "bare": ("ResourceNotFoundException", ""),
        "namespaced": ("com.amazonaws.logs#ResourceNotFoundException", ""),
        "header": ("", "ResourceNotFoundException:http://internal.amazon.com/coral/"),
    }[style]


def test_above_the_quota_calls_are_throttled(aws, ask):
    now = [0.0]
    aws.front.quota = Quota(clock=lambda: now[0])
    aws.quota = {"ListApps": 5}
    client = ask.client("sagemaker")
    for _ in range(5):
        client.list_apps()
    assert refusal(client.list_apps) == ("ThrottlingException", "Rate exceeded")
    client.list_domains()
    now[0] = 0.25
    client.list_apps()
    assert refusal(client.list_apps)[0] == "ThrottlingException"
    assert aws.throttled == 2
    now[0] = 3600
    for _ in range(5):
        client.list_apps()
    assert refusal(client.list_apps)[0] == "ThrottlingException"


def test_a_throttled_call_is_struck_by_no_fault(aws, ask):
    aws.quota = {"ListApps": 0.001}
    fault = aws.fault("ListApps", "error", code="InternalFailure", times=5)
    for code in ("InternalFailure", "ThrottlingException", "ThrottlingException"):
        assert refusal(ask.client("sagemaker").list_apps)[0] == code
    assert fault.hits == 1


def test_the_quota_is_each_accounts_and_regions(aws, ask, world):
    aws.quota = {"ListApps": 0.001}
    world.account().region("eu-west-1")
    other = world.account("999988887777")
    other.identity("AKIAOTHEROTHEROTHER1", SECRET_KEY)
    other.region("us-east-1")
    for arguments in ({}, {"region": "eu-west-1"}, {"access_key": "AKIAOTHEROTHEROTHER1"}):
        client = clients.client(aws.url, "sagemaker", **arguments)
        client.list_apps()
        assert refusal(client.list_apps)[0] == "ThrottlingException"
