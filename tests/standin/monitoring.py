"""CloudWatch: GetMetricData, of the metric that a Canvas publishes."""

from __future__ import annotations

from collections.abc import Iterator

from .calls import Call, Operation
from .world import Canvas

# AWS takes so many queries in a call.
MOST_QUERIES = 500
_NAMESPACE = "/aws/sagemaker/Canvas/AppActivity"
_METRIC = "TimeSinceLastActive"
_STATISTICS = {"Minimum": min, "Maximum": max, "Average": lambda values: sum(values) / len(values)}


def get_metric_data(call: Call) -> dict:
    queries, token = call.cursor.cut(_behind(call), MOST_QUERIES)
    answer: dict = {"MetricDataResults": [_result(call, query) for query in queries], "Messages": []}
    if token is not None:
        answer["NextToken"] = token
    return answer


def _behind(call: Call) -> Iterator[tuple]:
    """_behind are the queries behind the cursor's position."""
    first = 0 if call.cursor.position is None else call.cursor.position[0] + 1
    queries = call.input["MetricDataQueries"]
    return ((place, queries[place]) for place in range(first, len(queries)))


def _result(call: Call, query: dict) -> dict:
    stat = query["MetricStat"]
    metric = stat["Metric"]
    asked = {part["Name"]: part["Value"] for part in metric.get("Dimensions", [])}
    canvas = None
    if (metric.get("Namespace"), metric.get("MetricName")) == (_NAMESPACE, _METRIC):
        if asked.keys() == {"DomainId", "UserProfileName"}:
            canvas = call.region.canvases.get((asked["DomainId"], asked["UserProfileName"]))
    points = _points(call, canvas, stat) if canvas is not None else []
    if call.input.get("ScanBy", "TimestampDescending") == "TimestampDescending":
        points.reverse()
    return {
        "Id": query["Id"],
        "Label": query.get("Label", metric.get("MetricName", "")),
        "Timestamps": [when for when, _ in points],
        "Values": [value for _, value in points],
        "StatusCode": "Complete" if canvas is None else canvas.status,
    }


def _points(call: Call, canvas: Canvas, stat: dict) -> list[tuple[int, float]]:
    """_points are the metric's, each by the period in which it was published."""
    period = stat["Period"]
    start, end = (call.input[name] // 60 * 60 for name in ("StartTime", "EndTime"))
    found: dict[int, list[float]] = {}
    for when, value in canvas.published(start, min(end, call.world.now())):
        found.setdefault(int(when // period * period), []).append(value)
    statistic = _STATISTICS[stat["Stat"]]
    return [(when, float(statistic(values))) for when, values in sorted(found.items())]


OPERATIONS = [Operation("cloudwatch", "GetMetricData", get_metric_data, "NextToken", "NextToken", "*")]
