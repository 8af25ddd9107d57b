"""What the stand-in's own tests share: a world, a stand-in, and ways to ask it."""

from __future__ import annotations

import http.client
import json

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from . import clients
from .server import StandIn
from .signing_clock import signing_at
from .world import ACCESS_KEY, SECRET_KEY, STUDIO_GROUP, World

TARGETS = {"sagemaker": "SageMaker", "logs": "Logs_20140328"}


class Clock:
    """Clock stands still until it is moved; botocore's signer goes by it, too."""

    def __init__(self) -> None:
        self.now = 1_795_000_000.0

    def __call__(self) -> float:
        return self.now


class Asker:
    """Asker talks to a stand-in as botocore does, or with one thing wrong."""

    def __init__(self, aws: StandIn):
        self.aws = aws

    def client(self, service: str, **arguments):
        return clients.client(self.aws.url, service, **arguments)

    def pages(self, service: str, operation: str, **arguments) -> list[dict]:
        return list(self.client(service).get_paginator(operation).paginate(**arguments))

    def streams(self, **arguments) -> list[str]:
        """streams are the names that DescribeLogStreams gives, over all pages."""
        pages = self.pages("logs", "describe_log_streams", logGroupName=STUDIO_GROUP, **arguments)
        return [stream["logStreamName"] for page in pages for stream in page["logStreams"]]

    def events(self, **arguments) -> list[str]:
        pages = self.pages("logs", "filter_log_events", logGroupName=STUDIO_GROUP, **arguments)
        return [event["message"] for page in pages for event in page["events"]]

    def sign(
        self,
        service: str,
        operation: str,
        body: bytes,
        region: str = "us-east-1",
        scope: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> dict[str, str]:
        """sign gives the headers of a request that botocore has signed; headers override."""
        all_headers = {
            "Content-Type": "application/x-amz-json-1.1",
            "X-Amz-Target": f"{TARGETS[service]}.{operation}",
            "Host": f"127.0.0.1:{self.aws.port}",
        } | (headers or {})
        request = AWSRequest("POST", f"{self.aws.url}/", all_headers, body)
        signer = SigV4Auth(Credentials(ACCESS_KEY, SECRET_KEY), scope or service, region)
        signer.add_auth(request)
        return dict(request.headers.items())

    def post(self, headers: dict[str, str], body: bytes) -> tuple[int, dict, dict]:
        """post sends bytes as they are; gives status, headers and the JSON answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.aws.port, timeout=5)
        try:
            connection.request("POST", "/", body, headers)
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), json.loads(answer.read())
        finally:
            connection.close()

    def ask(self, service: str, operation: str, input: dict, **arguments) -> tuple[int, dict]:
        body = json.dumps(input).encode()
        status, _, answer = self.post(self.sign(service, operation, body, **arguments), body)
        return status, answer


@pytest.fixture
def clock():
    clock = Clock()
    with signing_at(clock):
        yield clock


@pytest.fixture
def world(clock) -> World:
    return World.single(clock=clock)[0]


@pytest.fixture
def region(world):
    return world.account().region("us-east-1")


@pytest.fixture
def aws(world):
    """aws has exact pages, so that a test says what it wants; the end asserts no violation."""
    with StandIn(world, pages="exact") as aws:
        yield aws
    assert aws.violations == []


@pytest.fixture
def ask(aws) -> Asker:
    return Asker(aws)


@pytest.fixture
def refusals(aws):
    """refusals are aws.violations, for a test that is about them; forgotten at its end."""
    yield aws.violations
    aws.violations.clear()
