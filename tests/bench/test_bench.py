"""The benchmark itself, on ten apps: that it runs from end to end, and that what it tells holds together."""

import os
import subprocess
import time
import xml.etree.ElementTree as ElementTree
from functools import partial

import pytest

from bench import bar, capacity, instructions, report, results, transport, worlds
from bench.aws import Aws
from bench.bar import Heap
from bench.measure import Measured, Plan, measure
from bench.transport import Way
from e2e.collectd import PLUGIN

PLAN = Plan(partial(worlds.mixed, 10), interval=5, warm_scans=1, scripts="run", rest_s=0, variants=True)


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Measured:
    with pytest.MonkeyPatch.context() as login:
        for name in ("USER", "LOGNAME"):
            login.setenv(name, "somebody")
        (found,) = measure({"10": PLAN}, tmp_path_factory.mktemp("bench"), lambda _: None)
    return found


def test_nobody_does_with_less_than_the_bounds(made):
    assert made.apps == made.cold.apps == made.warm[0].apps == made.again.apps == 10
    assert made.cold.counted.total - made.looks >= made.cold_bound.total
    assert made.warm[0].counted.total >= made.warm_bound.total - made.warm_bound.calls["FilterLogEvents"]
    assert made.unconfirmed.counted.total <= made.cold.counted.total
    assert made.at_quota.counted.calls == made.cold.counted.calls
    assert made.cold.counted.calls["ListApps"] == made.warm[0].counted.calls["ListApps"] == 1


def test_everybody_names_who_left_something_for_a_day(made):
    for verdict in (made.verdict, *made.script_verdicts.values()):
        assert (verdict.missed, verdict.wrong) == (0, 0)
    assert made.verdict.of > 0


def test_the_scripts_call_what_their_description_says(made):
    assert made.scripts["usual"].counted.calls == {"ListUserProfiles": 1, "ListApps": 1, "DescribeLogStreams": 10}
    assert made.scripts["corrected"].counted.calls == {"ListSpaces": 1, "ListApps": 1, "DescribeLogStreams": 10}


def test_what_was_used_is_measured(made):
    for scan in (made.cold, *made.warm, made.again):
        assert 0 < scan.cpu_s < scan.process.cpu_s
        assert scan.wall_s >= 0.03 and scan.counted.bytes > 1000
        assert scan.counted.span_s <= scan.wall_s + 0.1
        assert scan.process.peak_bytes > 1_000_000
    assert 0 < made.floor_cpu_s and {round.requests for round in made.floor} == {made.warm[0].counted.total}
    assert 1 < made.instructions.scan / made.instructions.floor < 20
    assert all(run.usage.cpu_s > 0 and run.usage.peak_bytes > 1_000_000 for run in made.scripts.values())


def test_instructions_of_a_process_that_is_not_reached_are_no_instructions():
    with pytest.raises(subprocess.CalledProcessError):
        instructions.control("zero", os.getpid(), os.environ)


def test_the_report_has_it_all(made):
    text = report.results(made)
    assert text.count("\n| ") == 12
    assert "| usual script " in text and f" {made.scripts['usual'].counted.total} |" in text
    (svg,) = ElementTree.fromstring(report.cost_plot([made])).iter("{http://www.w3.org/2000/svg}svg")
    assert len(list(svg.iter("{http://www.w3.org/2000/svg}polyline"))) == 3 * 5 + 5


def test_the_stand_in_tells_what_it_serves(tmp_path):
    served = capacity.measure(tmp_path, worlds.mixed(10, 1_795_000_000.0))
    assert len(served) == 6 and all(line.per_second > 0 for line in served)
    assert report.capacity_table({"10 apps": served}).count("\n") == 7


@pytest.mark.parametrize(
    ("way", "protocol"),
    [
        (Way(16), "HTTP/1.1"),
        (Way(16, http2=True), "HTTP/2.0"),
        (Way(16, fresh=True, raised=False), "HTTP/1.1"),
    ],
)
def test_a_scan_goes_the_way_it_is_sent(tmp_path, way, protocol):
    world = worlds.in_front(3, time.time())
    with Aws(tmp_path / "aws", world) as aws:
        made = transport.trip(tmp_path / "trip", aws, world, way, PLUGIN)
    assert made.protocol == protocol and made.scan.apps == 3
    calls = made.scan.counted.total
    assert made.connections == calls if way.fresh else made.connections < calls
    assert made.world in transport.trips_table([made])


@pytest.mark.parametrize(
    ("points", "power"),
    [([(10, 3), (100, 30), (1000, 300)], 1), ([(10, 1), (1000, 10)], 0.5), ([(1, 5), (7, 5), (100, 5)], 0)],
)
def test_an_exponent_is_that_of_a_power_law(points, power):
    assert bar.exponent(points) == pytest.approx(power)


def test_a_demand_is_met_on_the_right_side_of_its_limit():
    assert bar.Line("", 1.0, 1.0).met and not bar.Line("", 1.1, 1.0).met
    assert bar.Line("", 80.0, 80.0, least=True).met and not bar.Line("", 79.0, 80.0, least=True).met
    heaps = [Heap(1000, 500_000, 513_000), Heap(2000, 900_000, 1_000_000)]
    growth, worst = bar.bar([], heaps)
    assert growth.met and (worst.measured, worst.met) == (513, False)


def test_a_section_takes_the_place_of_the_one_before(tmp_path):
    path = tmp_path / "RESULTS.md"
    for title, text in (("One", "a"), ("Two", "b\nc"), ("One", "d\n\n### e")):
        results.write_section(path, title, text)
    head, one, two = path.read_text().split("\n## ")
    assert head.startswith("# ") and one == "One\n\nd\n\n### e\n" and two == "Two\n\nb\nc\n"


def test_a_table_is_aligned():
    assert results.table(("who", "n"), [("a", "10"), ("longer", "2")]).splitlines() == [
        "| who    |  n |",
        "| ------ | -: |",
        "| a      | 10 |",
        "| longer |  2 |",
    ]


def test_seconds_have_three_digits():
    assert [results.seconds(value) for value in (0.01234, 0.1234, 1.234, 12.34, 1234)] == [
        *("0.0123", "0.123", "1.23", "12.3", "1,234")
    ]
