"""Which operation a request asks for, and its input: read as strictly as AWS reads it."""

from __future__ import annotations

import json
import re
from urllib.parse import parse_qsl

from botocore.model import Shape

from . import logevents, logs, monitoring, sagemaker, sts
from .calls import Operation
from .errors import AwsError, malformed
from .model import TARGETS, json_type, operation_model
from .wire import Request

FORM_TYPE = "application/x-www-form-urlencoded"
STS_VERSION = "2011-06-15"

OPERATIONS: dict[tuple[str, str], Operation] = {
    (operation.service, operation.name): operation
    for module in (sagemaker, logs, logevents, monitoring, sts)
    for operation in module.OPERATIONS
}

# What AWS's own hosts say of service and region; any other host (127.0.0.1) says nothing.
_HOSTS = [
    ("sagemaker", re.compile(r"api(?:-fips)?\.sagemaker(?:-fips)?\.([a-z0-9-]+)\.")),
    ("logs", re.compile(r"logs(?:-fips)?\.([a-z]+-[a-z0-9-]+)\.")),
    ("cloudwatch", re.compile(r"monitoring(?:-fips)?\.([a-z]+-[a-z0-9-]+)\.")),
    ("sts", re.compile(r"sts(?:-fips)?\.([a-z]+-[a-z0-9-]+)\.")),
]


def service_of(request: Request) -> str | None:
    """service_of is the service that the request's form belongs to, None for neither form."""
    target = request.header("x-amz-target")
    if target is not None:
        return TARGETS.get(target.partition(".")[0])
    content = (request.header("content-type") or "").partition(";")[0].strip()
    return "sts" if content == FORM_TYPE else None


def read(request: Request, service: str | None) -> tuple[Operation, object]:
    """read is the operation and its input; AwsError (a violation) for what AWS cannot read."""
    if request.method != "POST" or request.target != "/":
        raise malformed("UnknownOperationException", f"{request.method} {request.target}", 404)
    if service == "sts":
        return _read_query(request)
    if service is None:
        raise malformed("UnknownOperationException", "no X-Amz-Target that is known", 404)
    content = request.header("content-type")
    if content != json_type(service):
        raise malformed("UnknownOperationException", f"content type {content!r}", 404)
    name = request.header("x-amz-target").partition(".")[2]
    operation = OPERATIONS.get((service, name))
    if operation is None:
        raise malformed("UnknownOperationException", f"{service} has no operation {name!r}")
    try:
        input = json.loads(request.body, object_pairs_hook=_without_repetition)
    except ValueError as reason:
        raise malformed("SerializationException", f"the body is no JSON: {reason}") from None
    return operation, input


def check_host(request: Request, service: str, region: str) -> None:
    """check_host refuses a host of AWS's that is another service's or region's."""
    host = request.header("host") or ""
    for named, pattern in _HOSTS:
        found = pattern.match(host)
        if found and (named, found[1]) != (service, region):
            raise malformed(
                "InvalidSignatureException",
                f"Credential should be scoped to a valid region and service: {host} is not "
                f"{service} in {region}.",
            )


def _without_repetition(pairs: list[tuple[str, object]]) -> dict:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a member is there twice")
    return found


def _read_query(request: Request) -> tuple[Operation, object]:
    try:
        pairs = parse_qsl(
            request.body.decode("ascii"), keep_blank_values=True, strict_parsing=True
        )
    except ValueError as reason:
        raise malformed("MalformedInput", f"the body is no form: {reason}") from None
    form = dict(pairs)
    if len(form) != len(pairs):
        raise malformed("MalformedInput", "a parameter is there twice")
    name, version = form.pop("Action", ""), form.pop("Version", "")
    operation = OPERATIONS.get(("sts", name))
    if operation is None or version != STS_VERSION:
        raise malformed(
            "InvalidAction", f"Could not find operation {name} for version {version}"
        )
    try:
        shape = operation_model("sts", name).input_shape
        return operation, _structure(shape, form)
    except ValueError as reason:
        raise malformed("MalformedInput", str(reason)) from None


def _structure(shape: Shape, form: dict[str, str]) -> dict:
    """_structure puts together what the query protocol writes as Name.member.1.Part=value."""
    made: dict = {}
    for head in dict.fromkeys(name.partition(".")[0] for name in form):
        inner = {n[len(head) + 1 :]: v for n, v in form.items() if n.partition(".")[0] == head}
        member = shape.members.get(head)
        made[head] = next(iter(inner.values())) if member is None else _value(member, inner)
    return made


def _value(shape: Shape, form: dict[str, str]) -> object:
    if shape.type_name == "structure":
        return _structure(shape, form)
    if shape.type_name == "list":
        items: dict[int, dict[str, str]] = {}
        for name, value in form.items():
            member, number, *rest = name.split(".", 2)
            if member != "member":
                raise ValueError(f"{name} is no member of a list")
            items.setdefault(int(number), {})["".join(rest)] = value
        return [_value(shape.member, items[number]) for number in sorted(items)]
    if list(form) != [""]:
        raise ValueError(f"{sorted(form)} where there is a single value")
    return int(form[""]) if shape.type_name in ("integer", "long") else form[""]


def refuse_region(region: str) -> AwsError:
    return malformed(
        "InvalidSignatureException",
        f"Credential should be scoped to a valid region, not '{region}'.",
    )
