"""The demo's scene in InfluxDB, by both of its inputs, and the questions of packaging/influxdb on histories whose
answers are known."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from e2e.cloud import DAY_S, HOUR_S
from e2e.output import Value
from neighbours.influxdb import DATABASE, PORTS, SHIPPED, Influxd, field, measurement, series_of
from neighbours.sample import PRICED, gauges, sample

STEP_S = 300
KINDS = pytest.mark.parametrize("kind", sorted(PORTS))


@pytest.fixture
def influxd(kind: str, tmp_path: Path):
    with Influxd(tmp_path / "influxdb", kind) as influxd:
        yield influxd.start()


def writer(influxd: Influxd) -> str:
    """writer is the shipped configuration of collectd for an input."""
    return sample(SHIPPED / influxd.kind / "collectd.conf", {PORTS[influxd.kind]: str(influxd.input)})


def ask(influxd: Influxd, question: str) -> list[dict]:
    """ask puts a question of packaging/influxdb as graphs.md says, and is the series of the answer."""
    text = (SHIPPED / influxd.kind / f"{question}.influxql").read_text()
    command = ["influx", "-host", "127.0.0.1", "-port", str(influxd.port), "-database", DATABASE]
    told = subprocess.run([*command, "-format", "json"], input=text, capture_output=True, text=True, check=True)
    return series_of(json.loads(told.stdout)["results"], question)


def point(kind: str, value: Value) -> str:
    """point is a value in InfluxDB's line protocol, under the names that the input gives it."""
    tags = f"host={value.host},instance={value.plugin_instance},type={value.type},type_instance={value.type_instance}"
    number = f"{field(kind, value.type)}={value.value}"
    return f"{measurement(kind, value.plugin, value.type)},{tags} {number} {value.time * 1000:.0f}"


@KINDS
def test_the_scene_arrives_under_the_names_that_the_questions_use(cloud, watch, influxd, kind):
    collectd = watch.stopped(shipped=PRICED, extra=writer(influxd))
    assert collectd.run_once() == 0
    sent = gauges(collectd)

    def stored(value: Value) -> list[list[float]]:
        where = f"\"instance\" = '{value.plugin_instance}' AND \"type_instance\" = '{value.type_instance}'"
        name, number = measurement(kind, value.plugin, value.type), field(kind, value.type)
        found = influxd.query(f'SELECT "{number}" FROM "{name}" WHERE {where} AND "type" = \'{value.type}\'')
        return [row for series in found for row in series["values"]]

    assert len(sent) > 40
    for value in sent:
        ((when_ms, number),) = influxd.wait(lambda: stored(value), value.identifier)
        assert when_ms == pytest.approx(value.time * 1000, abs=1)
        assert number == pytest.approx(value.value, abs=0.001)


@KINDS
def test_values_are_not_held_back_until_a_datagram_is_full(cloud, watch, influxd, kind):
    """collectd is not stopped, which would send the last datagram. Two looks: at the first one rates have no value yet,
    upon which write_influxdb_udp sends what it has. A third one would fill the datagram."""
    complete = watch.stopped(shipped=PRICED)
    assert complete.run_once() == 0
    collectd = watch("Interval 20", shipped=PRICED, extra=writer(influxd))

    def both_looks() -> bool:
        assert len(collectd.heartbeats) < 3, "what was held back came with the third look"
        return influxd.counted() == 2 * len(gauges(complete))

    influxd.wait(both_looks, "values of both looks")


@KINDS
def test_who_has_been_idle_for_more_than_a_day(influxd, kind):
    """Not who was gone an hour ago, nor who is idle for a second less than a day."""
    now = time.time()

    def user(name: str, idle: float, ago: float = 60) -> Value:
        return Value("h", "sagemaker_user", f"d-a_{name}", "duration", "max_idle", idle, now - ago, STEP_S)

    told = [user("tanaka", 3 * DAY_S), user("suzuki", 1.5 * DAY_S), user("sato", DAY_S - 1), user("ito", 0)]
    told += [user("kato", 2 * DAY_S, ago=HOUR_S), user("suzuki", 10 * DAY_S, ago=400)]
    influxd.write(point(kind, value) for value in told)
    (answer,) = ask(influxd, "idle-for-a-day")
    assert answer["columns"] == ["time", "host", "instance", "days"]
    assert [row[1:] for row in answer["values"]] == [["h", "d-a_suzuki", 1.5], ["h", "d-a_tanaka", 3]]


@KINDS
def test_what_idleness_cost_this_week(influxd, kind):
    """A day and, after a gap that is not billed, two hours of one instance; a second one beside it; last week's, which
    does not count; and what is billed and not idle, which is another series."""
    aligned = time.time() // 600 * 600

    def instance(user: str, name: str, usd: float, ago: float, hours: float) -> Iterator[Value]:
        for step in range(round(hours * HOUR_S / STEP_S)):
            when = aligned - ago * HOUR_S + step * STEP_S
            yield Value("h", "sagemaker_instance", f"d-a_{user}", "gauge", name, usd, when, STEP_S)

    told = [
        *instance("tanaka", "idle_hourly_cost-ml.g5.xlarge_churn", 1.41, ago=100, hours=24),
        *instance("tanaka", "idle_hourly_cost-ml.g5.xlarge_churn", 1.41, ago=20, hours=2),
        *instance("tanaka", "idle_hourly_cost-ml.t3.medium", 0.05, ago=100, hours=10),
        *instance("suzuki", "idle_hourly_cost-ml.t3.medium", 0, ago=100, hours=24),
        *instance("suzuki", "idle_hourly_cost-ml.m5.4xlarge", 0.922, ago=200, hours=24),
        *instance("suzuki", "hourly_cost-ml.m5.4xlarge", 0.922, ago=100, hours=24),
    ]
    influxd.write(point(kind, value) for value in told)
    total, *by_user = ask(influxd, "cost-of-idleness")
    usd = 26 * 1.41 + 10 * 0.05
    assert [row[1] for row in total["values"]] == [pytest.approx(usd)]
    assert {series["tags"]["instance"]: series["values"][0][1] for series in by_user} == {
        "d-a_tanaka": pytest.approx(usd),
        "d-a_suzuki": 0,
    }
