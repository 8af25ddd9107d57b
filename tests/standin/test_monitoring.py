"""CloudWatch's GetMetricData as the stand-in plays it, in JSON 1.0: what it takes, and what it says of a Canvas."""

from __future__ import annotations

import json

import pytest

from .server import StandIn

DOMAIN = "d-abcdefghijkl"
START, END = 1_794_999_900, 1_795_000_020  # the clock's now and around it: 1_795_000_000 is at the 40th second
JSON_1_0 = "application/x-amz-json-1.0"
TARGET = "GraniteServiceVersion20100801.GetMetricData"


def query(id: str = "m0", user: str = "mallory", **stat) -> dict:
    metric = {
        "Namespace": "/aws/sagemaker/Canvas/AppActivity",
        "MetricName": "TimeSinceLastActive",
        "Dimensions": [{"Name": "DomainId", "Value": DOMAIN}, {"Name": "UserProfileName", "Value": user}],
    }
    return {"Id": id, "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Minimum"} | stat}


def question(*queries: dict, **more) -> dict:
    return {"MetricDataQueries": list(queries), "StartTime": START, "EndTime": END} | more


@pytest.fixture
def get(ask):
    def get(input: dict, content: str = JSON_1_0) -> tuple[int, dict]:
        body = json.dumps(input).encode()
        headers = {"Content-Type": content, "X-Amz-Target": TARGET}
        status, answered, answer = ask.post(
            ask.sign("sagemaker", "", body, scope="monitoring", headers=headers), body
        )
        assert answered["Content-Type"] == content or status != 200
        return status, answer

    return get


def test_a_canvas_has_a_point_a_minute_of_how_long_ago_it_was_used(get, region):
    region.canvas(DOMAIN, "mallory", 1_794_990_000)
    status, answer = get(question(query()))
    (result,) = answer["MetricDataResults"]
    assert (status, result["Id"], result["StatusCode"]) == (200, "m0", "Complete")
    points = list(zip(result["Timestamps"], result["Values"], strict=True))
    assert points == sorted(points, reverse=True) and len(points) >= 2
    for when, value in points:
        assert START // 60 * 60 <= when < END and when % 60 == 0
        assert when + 37 - value == 1_794_990_000


def test_what_has_no_metric_has_no_points(get, region):
    region.canvas(DOMAIN, "mallory", 1_794_990_000, since=1_794_990_000, until=1_794_995_000)
    _, answer = get(question(query("m0"), query("m1", "alice")))
    assert [(r["Id"], r["Timestamps"], r["Values"]) for r in answer["MetricDataResults"]] == [
        ("m0", [], []),
        ("m1", [], []),
    ]


@pytest.mark.parametrize("status", ["PartialData", "InternalError", "Forbidden"])
def test_a_result_may_have_another_status(get, region, status):
    region.canvas(DOMAIN, "mallory", 1_794_990_000, status=status)
    _, answer = get(question(query()))
    assert answer["MetricDataResults"][0]["StatusCode"] == status


@pytest.fixture
def aws(world):
    with StandIn(world, pages="exact", most=2) as aws:
        yield aws
    assert aws.violations == []


def test_results_come_in_pages(get, region):
    token, seen = None, []
    while token is not None or not seen:
        more = {} if token is None else {"NextToken": token}
        _, answer = get(question(*(query(f"m{n}") for n in range(5)), **more))
        seen += [result["Id"] for result in answer["MetricDataResults"]]
        token = answer.get("NextToken")
    assert seen == [f"m{n}" for n in range(5)]


@pytest.mark.parametrize(
    ("input", "says"),
    [
        (question(), "1 to 500"),
        (question(*(query(f"m{n}") for n in range(501))), "1 to 500"),
        (question(query(), query()), "not unique"),
        (question(query("M0")), "lowercase"),
        (question({"Id": "m0"}), "either MetricStat or Expression"),
        (question(query(Period=90)), "multiple of 60"),
        (question(query(), StartTime=END, EndTime=START), "StartTime"),
        (question(query(), ScanBy="Newest"), "enum"),
        (question(query(), Since=1), "Since"),
    ],
)
def test_what_aws_refuses_is_refused_and_noted(get, region, refusals, input, says):
    status, answer = get(input)
    assert (status, answer["__type"]) == (400, "ValidationException")
    assert says in answer["message"] and len(refusals) == 1


def test_its_json_is_of_version_1_0(get, region, refusals):
    status, answer = get(question(query()), "application/x-amz-json-1.1")
    assert (status, answer["__type"]) == (404, "UnknownOperationException")
    assert len(refusals) == 1
