"""What the stand-in itself can serve: it must not be what is measured."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from bench.aws import Aws
from bench.replay import Request, replay
from bench.worlds import LOG_GROUP, REGION, Population
from standin import ACCESS_KEY, SECRET_KEY

_TARGETS = {"sagemaker": "SageMaker", "logs": "Logs_20140328"}
_MATCH = '?"Saving file" ?"Saving the content from room" ?"Kernel started"'
_AT_A_TIME = 4
_REQUESTS = 200


@dataclass(frozen=True)
class Capacity:
    what: str
    per_second: float


def measure(folder: Path, world: Population) -> list[Capacity]:
    """measure sends each kind of request, signed and checked, as fast as they are answered, without latency or quota."""
    found = []
    with Aws(folder, world, latency=0.0, quota={}) as aws:
        for what, requests in _questions(world).items():
            signed = [_signed(aws.url, *request) for request in requests]
            # The second round finds everything rendered and every order built.
            rounds = replay(folder, aws.url, signed, _AT_A_TIME, rounds=2)
            found.append(Capacity(what, len(signed) / rounds[-1].wall_s))
    return found


def _questions(world: Population) -> dict[str, list[tuple[str, str, dict]]]:
    dice = random.Random(1)
    logged = [app for app in world.apps if app.idle is not None]
    moving = [app.stream for app in logged if app.profile and app.type != "KernelGateway"][:100]
    now_ms = int(world.started * 1000)
    names = [dice.choice(logged).stream for _ in range(_REQUESTS)]
    group = {"logGroupName": LOG_GROUP}
    recency = group | {"orderBy": "LastEventTime", "descending": True, "limit": 50}
    by_name = group | {"orderBy": "LogStreamName", "descending": False, "limit": 1}
    window = {"startTime": now_ms - 600_000, "endTime": now_ms, "startFromHead": False, "filterPattern": _MATCH}
    return {
        "ListApps": [("sagemaker", "ListApps", {"MaxResults": 100})] * _REQUESTS,
        "ListSpaces": [("sagemaker", "ListSpaces", {"MaxResults": 100})] * _REQUESTS,
        "DescribeLogStreams by recency": [("logs", "DescribeLogStreams", recency)] * _REQUESTS,
        "DescribeLogStreams by name": [
            ("logs", "DescribeLogStreams", by_name | {"logStreamNamePrefix": name}) for name in names
        ],
        "FilterLogEvents, 100 streams": [("logs", "FilterLogEvents", group | window | {"logStreamNames": moving})]
        * _REQUESTS,
        "FilterLogEvents, whole group": [("logs", "FilterLogEvents", group | window)] * 20,
    }


def _signed(url: str, service: str, operation: str, input: dict) -> Request:
    body = json.dumps(input)
    headers = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": f"{_TARGETS[service]}.{operation}"}
    request = AWSRequest("POST", f"{url}/", headers, body.encode())
    SigV4Auth(Credentials(ACCESS_KEY, SECRET_KEY), service, REGION).add_auth(request)
    return Request("/", body, _lines(request.headers.items()))


def _lines(headers: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(f"{name}: {value}" for name, value in headers)
