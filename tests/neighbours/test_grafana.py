"""The dashboards for Grafana: of the form that Grafana takes, and each query of theirs asked of the real backend, with
the demo's scene in it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import jsonschema
import pytest

from e2e.monitor import Monitor
from neighbours.carbon import SHIPPED as GRAPHITE
from neighbours.carbon import Carbon
from neighbours.grafana import SHIPPED, Dashboard, named
from neighbours.graphite import GraphiteWeb
from neighbours.influxdb import PORTS, Influxd
from neighbours.influxdb import SHIPPED as INFLUXDB
from neighbours.sample import PRICED, gauges, sample

SCHEMA = json.loads(Path(__file__).with_name("grafana-dashboard.schema.json").read_text())
NAMES = sorted(path.stem for path in SHIPPED.glob("*.json"))

USERS = {
    "d-research4dl1_user06": 517800,
    "d-research4dl1_user01": 277800,
    "d-research4dl1_user02": 176520,
    "d-research4dl1_user04": 172200,
    "d-research4dl1_user03": 72600,
    "d-research4dl1_user05": 200,
    "d-production7k_user01": 45,
}
APPS = {
    "d-research4dl1_user06 Canvas_default": 517800,
    "d-research4dl1_user01 KernelGateway_datascience-1-0-ml-t3-medium": 277800,
    "d-research4dl1_user02 KernelGateway_sagemaker-data-wrang-ml-m5-4xlarge-a4f6": 176520,
    "d-research4dl1_user04 JupyterLab_churn": 172200,
    "d-research4dl1_user03 KernelGateway_base-python-ml-t3-medium": 72600,
    "d-research4dl1_user01 KernelGateway_pytorch-1-13-ml-g4dn-xlarge": 2700,
    "d-research4dl1_user03 KernelGateway_datascience-1-0-ml-t3-medium": 1500,
    "d-research4dl1_user05 JupyterLab_fraud": 200,
    "d-production7k_user01 KernelGateway_datascience-1-0-ml-t3-medium": 45,
}
WASTED = {
    "d-research4dl1_user06": 1.9,
    "d-research4dl1_user04": 1.41,
    "d-research4dl1_user02": 0.922,
    "d-research4dl1_user01": 0.05,
}
# Seconds that pass between the loading of the scene and its scan.
LATE_S = 60


@dataclass
class Backend:
    """Backend is a data source as Grafana sees it: options asks for a variable's, series for a target's newest values;
    step is the share of an hour that one value is billed for."""

    dashboard: Dashboard
    options: Callable[[str], list[str]]
    series: Callable[[dict], dict[str, float]]
    step: float


@pytest.fixture
def graphite_backend(cloud, watch, carbon: Carbon, graphite: GraphiteWeb) -> Backend:
    changes = {"localhost": "127.0.0.1", "2003": str(carbon.port)}
    collectd = looked(watch, sample(GRAPHITE / "collectd.conf", changes))
    carbon.await_metrics(40)
    until = f"{collectd.values[0].time:.0f}"
    dashboard = Dashboard("graphite")

    def series(target: dict) -> dict[str, float]:
        found = graphite.render(dashboard.filled(target["target"]), start="-2h", until=until)
        return {name: max(points)[1] for name, points in found.items()}

    return Backend(dashboard, lambda query: graphite.find(dashboard.filled(query)), series, 1 / 12)


@pytest.fixture(params=sorted(PORTS))
def influxdb_backend(request, cloud, watch, tmp_path):
    kind = request.param
    dashboard = Dashboard("influxdb")
    with Influxd(tmp_path / "influxdb", kind) as influxd:
        influxd.start()
        collectd = looked(watch, sample(INFLUXDB / kind / "collectd.conf", {PORTS[kind]: str(influxd.input)}))
        when = collectd.values[0].time
        influxd.wait(lambda: influxd.counted() >= len(gauges(collectd)), "the scene")

        def ask(query: str) -> list[dict]:
            # Grafana gives the dashboard's range and a step; the range ends with the step in which the scene is.
            text = query.replace("$timeFilter", f"time >= {when - 7200:.0f}s and time <= {when + 1:.0f}s")
            return influxd.query(dashboard.filled(text.replace("$__interval", "5m")))

        def options(query: str) -> list[str]:
            column = 0 if query.startswith("SHOW FIELD KEYS") else 1
            return [row[column] for series in ask(query) for row in series["values"]]

        def series(target: dict) -> dict[str, float]:
            found = ask(target["query"])
            return {named(target["alias"], one.get("tags", {})): one["values"][-1][1] for one in found}

        yield Backend(dashboard, options, series, 1 / 6)


def looked(watch, extra: str) -> Monitor:
    """looked is a collectd that has looked once at the scene and sent it to a writer."""
    collectd = watch.stopped(shipped=PRICED, extra=extra)
    assert collectd.run_once() == 0
    return collectd


def answers(backend: Backend, **wanted: list[str]) -> tuple[dict[str, list[str]], dict[str, dict[str, float]]]:
    """answers are the options of each variable, and by a panel's title what its targets show with the wanted ones."""
    dashboard = backend.dashboard
    options = {}
    for variable in dashboard.variables:
        name = variable["name"]
        options[name] = dashboard.choose(variable, backend.options(variable["query"]), wanted.get(name))
    shown = {}
    for panel in dashboard.panels:
        shown[panel["title"]] = {k: v for target in panel["targets"] for k, v in backend.series(target).items()}
    return options, shown


def assert_the_scene(backend: Backend) -> None:
    """assert_the_scene: with all of everything chosen, each panel shows all that there is of it."""
    options, shown = answers(backend)
    assert options["domain"] == ["d-production7k", "d-research4dl1"]
    assert options["user"] == ["user01", "user02", "user03", "user04", "user05", "user06"]
    assert options["apptype"] == ["Canvas", "JupyterLab", "KernelGateway"]
    spent = {user: WASTED.get(user, 0) * backend.step for user in USERS}
    assert shown == {
        "People with an app idle for a day": {"people": 4},
        "Idle instances cost, an hour": pytest.approx({"idle": 4.282}),
        "Spent on idle instances": pytest.approx({"spent": 4.282 * backend.step}),
        "Since the last complete scan": pytest.approx({"since the last complete scan": 0}, abs=LATE_S),
        "Idle time of users": pytest.approx(USERS, abs=LATE_S),
        "Idle time of apps": pytest.approx(APPS, abs=LATE_S),
        "Instances that are billed": {"billed": 8, "idle for an hour or longer": 4, "idle for a day or longer": 4},
        "What instances cost, an hour": pytest.approx({"billed": 5.3484, "of that idle": 4.282}),
        "Spent on idle instances, by user": pytest.approx(spent, abs=1e-6),
    }


def assert_a_choice(backend: Backend) -> None:
    """assert_a_choice: one domain, two of its users and one type of apps, of which only one has any."""
    options, shown = answers(backend, domain=["d-research4dl1"], user=["user02", "user04"], apptype=["JupyterLab"])
    assert options["user"] == ["user01", "user02", "user03", "user04", "user05", "user06"]
    assert options["apptype"] == ["JupyterLab", "KernelGateway"]
    two = {name: USERS[name] for name in ("d-research4dl1_user02", "d-research4dl1_user04")}
    assert shown["People with an app idle for a day"] == {"people": 2}
    assert shown["Idle instances cost, an hour"] == pytest.approx({"idle": 2.332})
    assert shown["Idle time of users"] == pytest.approx(two, abs=LATE_S)
    labs = {"d-research4dl1_user04 JupyterLab_churn": 172200}
    assert shown["Idle time of apps"] == pytest.approx(labs, abs=LATE_S)
    assert shown["Instances that are billed"]["billed"] == 2
    assert set(shown["Spent on idle instances, by user"]) == set(two)


def test_graphite_answers_each_query_of_its_dashboard(graphite_backend):
    assert_the_scene(graphite_backend)
    assert_a_choice(graphite_backend)


def test_influxdb_answers_each_query_of_its_dashboard(influxdb_backend):
    assert_the_scene(influxdb_backend)
    assert_a_choice(influxdb_backend)


@pytest.mark.parametrize("name", NAMES)
def test_the_form_is_grafanas(name):
    jsonschema.Draft7Validator.check_schema(SCHEMA)
    jsonschema.Draft7Validator(SCHEMA).validate(Dashboard(name).model)


@pytest.mark.parametrize("name", NAMES)
def test_panels_have_ids_and_places_of_their_own(name):
    panels = Dashboard(name).panels
    assert len({panel["id"] for panel in panels}) == len(panels)
    covered = [
        (x, y)
        for place in (panel["gridPos"] for panel in panels)
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]
    assert len(set(covered)) == len(covered)
    assert max(x for x, _ in covered) < 24


def test_both_dashboards_have_the_same_panels():
    graphite, influxdb = (Dashboard(name).panels for name in NAMES)
    assert NAMES == ["graphite", "influxdb"]
    for one, other in zip(graphite, influxdb, strict=True):
        assert one["title"] == other["title"]
        assert (one["fieldConfig"], one["options"], one["gridPos"]) == (
            other["fieldConfig"],
            other["options"],
            other["gridPos"],
        )
