"""CloudWatch Logs: DescribeLogStreams, and the two ways to read events."""

from __future__ import annotations

from collections.abc import Iterator

from .calls import Call, Operation
from .errors import AwsError
from .rendering import Rendered, renderer_of_shape
from .streams import LogGroup, Stream
from .world import Region

DEFAULT_LIMIT = 50
# What the index adds between an event and its ingestion.
INGESTION_MS = 500


def find_group(call: Call) -> LogGroup:
    """find_group is the log group that the input names, in the state of now: by its ARN one of another account, too, as if
    the two were linked by cross-account observability."""
    region, name = call.region, call.input.get("logGroupName")
    if name is None:
        region, name = _identified(call, call.input["logGroupIdentifier"])
    group = region.groups.get(name) if region is not None else None
    if group is None:
        raise AwsError("ResourceNotFoundException", "The specified log group does not exist.")
    return group


def _identified(call: Call, identifier: str) -> tuple[Region | None, str]:
    parts = identifier.split(":")
    if len(parts) == 1:
        return call.region, identifier
    if len(parts) != 7 or parts[3] != call.region.name:
        raise AwsError("InvalidParameterException", "Invalid ARN for parameter logGroupIdentifier.")
    account = call.world.accounts.get(parts[4])
    return account and account.regions.get(parts[3]), parts[6]


def find_stream(group: LogGroup, name: str) -> Stream:
    stream = group.streams.get(name)
    if stream is None:
        raise AwsError("ResourceNotFoundException", "The specified log stream does not exist.")
    return stream


def describe_log_streams(call: Call) -> dict:
    group = find_group(call)
    now_ms = group.advance()
    prefix = call.input.get("logStreamNamePrefix", "")
    backwards = call.input.get("descending", False)
    if call.input.get("orderBy") == "LastEventTime":
        walk = group.by_time.descending if backwards else group.by_time.ascending
        keys = walk(call.cursor.position)
    elif backwards:
        keys = _with_prefix_backwards(group, prefix, call.cursor.position)
    else:
        keys = _with_prefix(group, prefix, call.cursor.position)
    streams, token = call.cursor.cut(keys, call.input.get("limit", DEFAULT_LIMIT))
    answer: dict = {"logStreams": [_describe(call, stream, now_ms) for stream in streams]}
    if token is not None:
        answer["nextToken"] = token
    return answer


def _with_prefix(group: LogGroup, prefix: str, position: tuple | None) -> Iterator[tuple]:
    if position is None and prefix in group.streams:
        yield prefix, group.streams[prefix]
    for key in group.by_name.ascending(position or (prefix,)):
        if not key[0].startswith(prefix):
            return
        yield key


def _with_prefix_backwards(
    group: LogGroup, prefix: str, position: tuple | None
) -> Iterator[tuple]:
    # No character of a stream's name sorts above U+10FFFF.
    for key in group.by_name.descending(position or (prefix + "\U0010ffff",)):
        if not key[0].startswith(prefix):
            return
        yield key


def _describe(call: Call, stream: Stream, now_ms: int) -> Rendered:
    """_describe is the stream's JSON; a stream that moves by the clock is described anew."""
    if stream.description is None:
        text = renderer_of_shape("logs", "LogStream")(_said(call, stream, now_ms))
        if stream.chatter is not None or stream.behind_ms or stream.group.retention_ms is not None:
            return Rendered(text)
        stream.description = Rendered(text)
    return stream.description


def _said(call: Call, stream: Stream, now_ms: int) -> dict:
    region = call.region
    said = {
        "logStreamName": stream.name,
        "creationTime": stream.created_ms,
        "arn": f"arn:aws:logs:{region.name}:{region.account}:log-group:{stream.group.name}"
        f":log-stream:{stream.name}",
        "storedBytes": 0,
    }
    shown = stream.shown(now_ms)
    if shown is not None:
        # Whether retention moves it is documented nowhere: it stays.
        said["firstEventTimestamp"] = min(stream.first() or shown, shown)
        said["lastEventTimestamp"] = shown
    # Retention removes events and leaves this.
    ever = stream.ever_shown(now_ms)
    if ever is not None:
        said["lastIngestionTime"] = ever + INGESTION_MS + stream.late_ms
    return said


_RESOURCE = "log-group:{logGroupName}:log-stream:"

OPERATIONS = [
    Operation(
        "logs", "DescribeLogStreams", describe_log_streams, "nextToken", "nextToken", _RESOURCE
    ),
]
