"""Is the input of a request what AWS's model allows?

botocore's ParamValidator answers for types, required and unknown members and lower bounds. It
leaves out upper bounds, enums and patterns, which AWS checks; those are here, and so are the rules
between members that stand in no model but in AWS's documentation.
"""

from __future__ import annotations

import re
from functools import lru_cache

from botocore.model import Shape
from botocore.validate import ParamValidator

from .errors import invalid
from .model import operation_model

_validator = ParamValidator()


def check_input(service: str, operation: str, value: object) -> None:
    """check_input raises AwsError (a violation) for what AWS would refuse."""
    shape = operation_model(service, operation).input_shape
    if shape is not None:
        modelled = _as_modelled(service, value)
        report = _validator.validate(modelled, shape)
        if report.has_errors():
            raise invalid(service, report.generate_report())
        for complaint in _beyond(shape, modelled, ""):
            raise invalid(service, f"1 validation error detected: {complaint}")
    rule = _RULES.get(operation)
    if rule is not None:
        complaint = rule(value)
        if complaint:
            raise invalid(service, complaint)


def _as_modelled(service: str, value: object) -> object:
    """_as_modelled is the input in the words of models from before logGroupIdentifier: with the group's name."""
    identifier = value.get("logGroupIdentifier") if service == "logs" and isinstance(value, dict) else None
    if not isinstance(identifier, str) or "logGroupName" in value:
        return value
    others = {name: part for name, part in value.items() if name != "logGroupIdentifier"}
    return others | {"logGroupName": identifier.rpartition(":")[2]}


def _beyond(shape: Shape, value: object, path: str):
    """_beyond yields what ParamValidator leaves out, in AWS's words."""
    kind = shape.type_name
    if kind == "structure":
        for name, part in value.items():
            yield from _beyond(shape.members[name], part, f"{path}.{name}" if path else name)
    elif kind == "list":
        yield from _bounds(shape, len(value), path, "length ")
        for i, part in enumerate(value):
            yield from _beyond(shape.member, part, f"{path}.{i + 1}.member")
    elif kind == "string":
        yield from _bounds(shape, len(value), path, "length ")
        if shape.enum and value not in shape.enum:
            yield _failed(value, path, f"satisfy enum value set: [{', '.join(shape.enum)}]")
        pattern = shape.metadata.get("pattern")
        if pattern and not _compiled(pattern).fullmatch(value):
            yield _failed(value, path, f"satisfy regular expression pattern: {pattern}")
    elif kind in ("integer", "long"):
        if isinstance(value, bool):
            yield _failed(value, path, "be a number")
        yield from _bounds(shape, value, path, "value ")


def _bounds(shape: Shape, size: int, path: str, what: str):
    most = shape.metadata.get("max")
    if most is not None and size > most:
        yield _failed(size, path, f"have {what}less than or equal to {most}")


def _failed(value: object, path: str, must: str) -> str:
    return f"Value '{value}' at '{path}' failed to satisfy constraint: Member must {must}"


@lru_cache(maxsize=None)
def _compiled(pattern: str) -> re.Pattern:
    # Java's \w is ASCII; Python's re has no classes of letters, separators and numbers.
    if "\\p{L}" in pattern:
        return re.compile(pattern.replace("\\p{L}\\p{Z}\\p{N}", "\\w\\s"))
    return re.compile(pattern, re.ASCII)


def _list_apps(value: dict) -> str | None:
    if "UserProfileNameEquals" in value and "SpaceNameEquals" in value:
        return "UserProfileNameEquals and SpaceNameEquals cannot both be specified."
    return None


def _names_a_group(value: dict) -> str | None:
    # Older models require logGroupName; in newer ones either of two may name the group, and neither is required.
    if "logGroupName" in value and "logGroupIdentifier" in value:
        return "Only one of logGroupName and logGroupIdentifier can be specified."
    if "logGroupName" not in value and "logGroupIdentifier" not in value:
        return "Either logGroupName or logGroupIdentifier must be specified."
    return None


def _describe_log_streams(value: dict) -> str | None:
    if value.get("orderBy") == "LastEventTime" and "logStreamNamePrefix" in value:
        return "Cannot order by LastEventTime with a logStreamNamePrefix."
    return _names_a_group(value)


def _filter_log_events(value: dict) -> str | None:
    if "logStreamNames" in value and "logStreamNamePrefix" in value:
        return "logStreamNamePrefix and logStreamNames cannot both be specified."
    if value.get("endTime", 1 << 62) < value.get("startTime", 0):
        return "startTime must not be after endTime."
    if value.get("startFromHead") is False and value.get("startTime", 0) < NEWEST_FIRST_SINCE_MS:
        return "startFromHead false requires a startTime of 2024-01-01 or later."
    return _names_a_group(value)


def _get_metric_data(value: dict) -> str | None:
    queries = value["MetricDataQueries"]
    if not 1 <= len(queries) <= 500:
        return f"The collection MetricDataQueries must have 1 to 500 items, not {len(queries)}."
    ids = [query["Id"] for query in queries]
    if len(set(ids)) < len(ids):
        return "The values for parameter id in MetricDataQueries are not unique."
    if not all(re.fullmatch("[a-z][a-zA-Z0-9_]*", id) for id in ids):
        return "Each id must begin with a lowercase letter, and have letters, numbers and underscores."
    if any(("MetricStat" in query) == ("Expression" in query) for query in queries):
        return "Each MetricDataQuery has either MetricStat or Expression."
    if any(query["MetricStat"]["Period"] % 60 for query in queries if "MetricStat" in query):
        return "Period must be a multiple of 60."
    if value["StartTime"] >= value["EndTime"]:
        return "The parameter StartTime must be less than the parameter EndTime."
    return None


# FilterLogEvents goes backwards only from 2024-01-01T00:00:00Z on.
NEWEST_FIRST_SINCE_MS = 1_704_067_200_000

_RULES = {
    "ListApps": _list_apps,
    "DescribeLogStreams": _describe_log_streams,
    "FilterLogEvents": _filter_log_events,
    "GetLogEvents": _names_a_group,
    "GetMetricData": _get_metric_data,
}
