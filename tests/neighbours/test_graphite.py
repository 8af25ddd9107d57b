"""The demo's scene through write_graphite, carbon-cache and graphite-web."""

from __future__ import annotations

import json
import time

import pytest

from e2e.cloud import DAY_S, HOUR_S
from e2e.output import Value
from neighbours.carbon import SHIPPED, Carbon, metric
from neighbours.graphite import GraphiteWeb, dashboard, graphs
from neighbours.pictures import draw
from neighbours.sample import PRICED, gauges, sample

SLOT_S = 300
# What each graph of the dashboard has to show of the scene, in hours (of the eight most idle apps), instances and USD:
# the last is what five minutes of 1.90, 1.41, 0.922 and 0.05 USD an hour cost.
EXPECTED = {
    "Most idle apps": pytest.approx(
        {
            "d-research4dl1_user06 Canvas_default": 143.83,
            "d-research4dl1_user01 KernelGateway_datascience-1-0-ml-t3-medium": 77.17,
            "d-research4dl1_user02 KernelGateway_sagemaker-data-wrang-ml-m5-4xlarge-a4f6": 49.03,
            "d-research4dl1_user04 JupyterLab_churn": 47.83,
            "d-research4dl1_user03 KernelGateway_base-python-ml-t3-medium": 20.17,
            "d-research4dl1_user01 KernelGateway_pytorch-1-13-ml-g4dn-xlarge": 0.75,
            "d-research4dl1_user03 KernelGateway_datascience-1-0-ml-t3-medium": 0.42,
            "d-research4dl1_user05 JupyterLab_fraud": 0.06,
            "a day": 24,
        },
        abs=0.1,
    ),
    "Idle hours by user": pytest.approx(
        {
            "d-research4dl1_user06": 143.83,
            "d-research4dl1_user01": 77.17,
            "d-research4dl1_user02": 49.03,
            "d-research4dl1_user04": 47.83,
            "d-research4dl1_user03": 20.17,
            "d-research4dl1_user05": 0.06,
            "d-production7k_user01": 0.01,
            "a day": 24,
        },
        abs=0.1,
    ),
    "Instances that are billed": {"billed": 8, "idle for an hour or longer": 4, "idle for a day or longer": 4},
    "What instances cost": pytest.approx({"billed": 5.3484, "of that idle": 4.282}),
    "Spent on idle instances": pytest.approx(
        {
            "d-research4dl1_user06": 1.9 / 12,
            "d-research4dl1_user04": 1.41 / 12,
            "d-research4dl1_user02": 0.922 / 12,
            "d-research4dl1_user01": 0.05 / 12,
            "d-research4dl1_user03": 0,
            "d-research4dl1_user05": 0,
            "d-production7k_user01": 0,
        },
        abs=1e-6,
    ),
}
PNG = b"\x89PNG\r\n\x1a\n"


def writer(carbon: Carbon) -> str:
    """writer is the shipped configuration of write_graphite."""
    return sample(SHIPPED / "collectd.conf", {"localhost": "127.0.0.1", "2003": str(carbon.port)})


@pytest.fixture
def scene(cloud, watch, carbon: Carbon) -> list[Value]:
    """scene is what a collectd that looked once has sent."""
    collectd = watch.stopped(shipped=PRICED, extra=writer(carbon))
    assert collectd.run_once() == 0
    sent = gauges(collectd)
    carbon.await_metrics(len(sent))
    return sent


def test_the_same_seconds_come_back(scene, carbon, graphite: GraphiteWeb):
    """Each value is in the five minutes in which it was sent, under its own name, and nothing else is there."""
    found = graphite.render("collectd.*.*.*")
    assert set(found) == {metric(value) for value in scene}
    for value in scene:
        ((when, seconds),) = found[metric(value)]
        assert when == value.time - value.time % SLOT_S
        assert seconds == pytest.approx(value.value, abs=0.001)


def test_instance_types_lose_their_dots_and_nothing_else(scene, carbon):
    names = carbon.metrics()
    for name in (
        "sagemaker-d-research4dl1_user02.duration-KernelGateway_sagemaker-data-wrang-ml-m5-4xlarge-a4f6",
        "sagemaker_user-d-production7k_user01.duration-max_idle",
        "sagemaker_instance-d-research4dl1_user02.gauge-hourly_cost-ml_m5_4xlarge",
        "sagemaker_instance-d-research4dl1_user04.gauge-idle_hourly_cost-ml_g5_xlarge_churn",
        "sagemaker_scan-default_us-east-1.count-apps",
    ):
        assert f"collectd.monitor_example.{name}" in names


def test_what_is_gone_leaves_a_gap_and_no_number(cloud, watch, carbon, graphite):
    """NaN is sent as the text "nan"; carbon drops it, and takes what comes behind it."""
    collectd = watch(shipped=PRICED, extra=writer(carbon))
    (app,) = [app for app in cloud.region.apps if app.space == "churn"]
    collectd.await_scans()
    with cloud.aws.lock:
        app.delete()
    name = "sagemaker-d-research4dl1_user04/duration-JupyterLab_churn"
    collectd.wait(lambda: collectd.value(name).is_nan, "NaN")
    collectd.await_scans()
    collectd.stop()
    last = [value for value in collectd.series(name) if not value.is_nan][-1]
    beat = collectd.beat()

    def stored(value: Value) -> dict[float, float]:
        return dict(graphite.render(metric(value))[metric(value)])

    def slot(value: Value) -> float:
        return value.time - value.time % SLOT_S

    carbon.wait(lambda: stored(beat).get(slot(beat)) == pytest.approx(beat.value, abs=0.001), "last heartbeat")
    assert max(stored(last)) == slot(last)
    assert stored(last)[slot(last)] == pytest.approx(last.value, abs=0.001)


def test_after_ninety_days_the_most_idle_and_the_mean_cost_of_an_hour_are_kept(carbon, graphite):
    """The second half of the hour is missing: the instance was gone, and cost nothing."""
    hour = (time.time() - 80 * DAY_S) // HOUR_S * HOUR_S
    idle = "collectd.monitor_example.sagemaker_instance-d-a_b.duration-ml_t3_medium"
    cost = "collectd.monitor_example.sagemaker_instance-d-a_b.gauge-idle_hourly_cost-ml_t3_medium"
    steps = range(6)
    carbon.send([(idle, 1000 + SLOT_S * step, hour + SLOT_S * step) for step in steps])
    carbon.send([(cost, 0.05, hour + SLOT_S * step) for step in steps])
    expected = {idle: [(hour, 1000 + SLOT_S * 5)], cost: [(hour, pytest.approx(0.025))]}

    def both() -> bool:
        return len(carbon.metrics()) == 2 and graphite.render(idle, cost, start="-100d") == expected

    carbon.wait(both, "hour of both")
    fine = graphite.render(cost, start="-85d")[cost]
    assert fine == [(hour + SLOT_S * step, pytest.approx(0.05)) for step in steps]


def test_graphite_keeps_and_shows_the_dashboard(graphite: GraphiteWeb):
    state = dashboard()
    saved = graphite.ask(f"/dashboard/save/{state['name']}", form={"state": json.dumps(state)})
    assert json.loads(saved) == {"success": True}
    loaded = graphite.ask(f"/dashboard/load/{state['name']}")
    assert json.loads(loaded)["state"] == state
    assert b"Most idle apps" in graphite.ask(f"/dashboard/{state['name']}")


def test_each_graph_of_the_dashboard_shows_the_scene(scene, graphite: GraphiteWeb):
    def shown(graph: dict) -> dict[str, float]:
        found = graphite.render(*graph["target"], start="-2h", until=f"{scene[0].time:.0f}")
        return {name: max(points)[1] for name, points in found.items()}

    assert {graph["title"]: shown(graph) for graph in graphs()} == EXPECTED


def test_each_graph_of_the_dashboard_can_be_drawn(scene, graphite: GraphiteWeb, tmp_path):
    drawn = draw(graphite, scene[0].time - HOUR_S, scene[0].time, tmp_path)
    assert len(drawn) == len(EXPECTED)
    for picture in drawn:
        assert picture.read_bytes().startswith(PNG)
        assert (SHIPPED / picture.name).read_bytes().startswith(PNG), "make pictures"
