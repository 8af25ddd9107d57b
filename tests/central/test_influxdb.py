"""Agents, central and InfluxDB in a row, each with its shipped file: central passes on what it was sent."""

from __future__ import annotations

import pytest

from e2e.cloud import DAY_S
from e2e.output import Value
from neighbours.influxdb import PORTS, SHIPPED, Influxd, field, measurement
from neighbours.sample import gauges, sample


def test_what_an_agent_sees_reaches_influxdb_by_way_of_central(cloud, network, tmp_path):
    cloud.domain()
    cloud.app("user01", idle=2 * DAY_S, instance="ml.m5.xlarge")
    with Influxd(tmp_path / "influxdb", "network").start() as influxd:
        writer = sample(SHIPPED / "network" / "collectd.conf", {PORTS["network"]: str(influxd.input)})
        central = network.central(files={"sagemaker.influxdb.conf": writer})
        agent = network.agent("Interval 300")
        agent.value(agent.scan_identifier("duration-since_complete"))
        sent = gauges(agent)
        assert len(sent) > 10
        for value in sent:
            ((when_ms, number, host),) = influxd.wait(lambda: stored(influxd, value), value.identifier)
            assert (when_ms, host) == (pytest.approx(value.time * 1000, abs=1), value.host)
            assert number == pytest.approx(value.value, abs=0.001)
        assert influxd.counted() == len(sent)
        assert {value.identifier for value in sent} <= {value.identifier for value in central.values}


def stored(influxd: Influxd, value: Value) -> list[list]:
    where = f"\"instance\" = '{value.plugin_instance}' AND \"type_instance\" = '{value.type_instance}'"
    name, number = measurement("network", value.plugin, value.type), field("network", value.type)
    found = influxd.query(f'SELECT "{number}", "host" FROM "{name}" WHERE {where} AND "type" = \'{value.type}\'')
    return [row for series in found for row in series["values"]]
