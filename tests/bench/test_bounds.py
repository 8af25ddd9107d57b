"""The bounds that the benchmark measures against, on worlds small enough to count by hand."""

import random

import pytest

from bench import bounds, worlds
from bench.worlds import DAY_S, App, Population

NOW = 1_795_000_000.0


def world(*apps: App, old: int = 0, old_age: float = 500 * DAY_S) -> Population:
    made = Population("by hand", NOW, ["d-1"], list(apps))
    made.old = [(f"old{number}", old_age + number) for number in range(old)]
    return made


def app(number: int, idle: float | None = 5 * DAY_S, busy: bool = False, type: str = "JupyterServer") -> App:
    space = None if type == "JupyterServer" else f"s{number}"
    profile = f"busy {type}" if busy else None
    return App("d-1", f"u{number}", space, type, "a", "ml.t3.medium", 30 * DAY_S, idle, busy, profile)


def test_a_warm_scan_has_to_list_all_apps_and_to_see_what_moved():
    apps = [app(number, busy=number < 60) for number in range(201)]
    bound = bounds.warm(world(*apps, old=1000), NOW, 300)
    assert bound.calls == {"ListApps": 3, "DescribeLogStreams": 2} and bound.looks == 0
    assert bound.chain == 3 and bound.seconds(0.03) == pytest.approx(0.09)


def test_a_warm_scan_that_finds_nothing_moved_has_had_to_look():
    assert bounds.warm(world(app(1)), NOW, 300).calls == {"ListApps": 1, "DescribeLogStreams": 1}


def test_streams_that_moved_within_the_lag_are_seen_again_whosever_they_are():
    apps = [app(number, idle=bounds.LOG_LAG_S - 1 - number) for number in range(40)]
    assert bounds.warm(world(*apps, old=60, old_age=60.0), NOW, 300).calls["DescribeLogStreams"] == 2
    assert bounds.warm(world(*apps, old=60, old_age=60.0), NOW + 7200, 300).calls["DescribeLogStreams"] == 1


def test_what_moves_and_has_to_be_searched_comes_after_the_listing():
    apps = [app(number, busy=True, type="JupyterLab") for number in range(101)]
    bound = bounds.warm(world(*apps), NOW, 300)
    assert bound.calls == {"ListApps": 2, "DescribeLogStreams": 3, "FilterLogEvents": 2}
    assert bound.chain == 4 and bound.total == 7


def test_what_counts_by_its_phrases_and_by_all_but_some_is_searched_apart():
    apps = [app(number, busy=True, type="JupyterLab" if number % 2 else "CodeEditor") for number in range(50)]
    gateways = [app(50 + number, busy=True, type="KernelGateway") for number in range(101)]
    assert bounds.warm(world(*apps), NOW, 300).calls["FilterLogEvents"] == 1
    assert bounds.warm(world(*apps, *gateways), NOW, 300).calls["FilterLogEvents"] == 3


def test_apps_that_pass_a_threshold_need_one_look_for_a_hundred():
    apps = [app(number, idle=DAY_S + number) for number in range(150)]
    assert bounds.warm(world(*apps), NOW, 120).looks == 2
    assert bounds.warm(world(*apps), NOW, 60).looks == 1
    assert bounds.warm(world(*apps), NOW - 3600, 300).looks == 0
    assert bounds.cold(world(*apps), NOW + 1).looks == 2


def test_of_a_searched_type_only_what_is_older_than_the_search_needs_a_look():
    labs = [app(1, idle=30 * 3600, type="JupyterLab"), app(2, idle=50 * 3600, type="CodeEditor"), app(3, idle=30 * 3600)]
    bound = bounds.cold(world(*labs), NOW)
    assert bound.calls["FilterLogEvents"] == 1 and bound.looks == 1


def test_time_is_that_of_the_chain_or_of_the_rate_limits():
    bound = bounds.Bound({"ListApps": 10, "DescribeLogStreams": 3}, 0, 10)
    assert bound.seconds(0.03) == pytest.approx(0.3)
    assert bounds.Bound({"DescribeLogStreams": 110}, 0, 110).seconds(0.03) == pytest.approx(10)
    assert bounds.Bound({"ListApps": 1000, "FilterLogEvents": 4}, 0, 1000).seconds(0.03) == pytest.approx(196)


@pytest.mark.parametrize(
    ("places", "unlogged", "streams", "calls"),
    [
        ([], 0, 0, 0),
        ([0], 0, 1, 1),
        ([7, 49, 50], 0, 1000, 2),  # one page and one name, or two pages
        ([49, 50, 99], 0, 1000, 2),
        ([500], 0, 1000, 1),  # by name, far away as it is
        ([0, 1, 2, 500], 0, 1000, 2),
        ([0, 1, 2], 2, 1000, 3),  # who has no stream is asked for by name
        ([0, 1, 2], 2, 60, 2),  # but for where the sweep reaches the end first
    ],
)
def test_the_best_choice_with_foresight(places, unlogged, streams, calls):
    assert bounds.fewest_calls(places, unlogged, streams) == calls


def test_the_best_choice_is_the_cheapest_of_all_there_are():
    dice = random.Random(4)
    for _ in range(200):
        streams = dice.randrange(1, 900)
        places = sorted(dice.sample(range(streams), min(streams, dice.randrange(40))))
        unlogged = dice.randrange(5)
        pages = -(-streams // 50)
        costs = [k + sum(p >= 50 * k for p in places) + (unlogged if k < pages else 0) for k in range(pages + 1)]
        assert bounds.fewest_calls(places, unlogged, streams) == min(costs)


def test_a_mixed_world_is_what_it_is_said_to_be():
    made = worlds.mixed(1000, NOW)
    types = [app.type for app in made.apps]
    assert {type: types.count(type) for type in set(types)} == {"KernelGateway": 450, "JupyterLab": 400, "CodeEditor": 150}
    assert sum(app.busy for app in made.apps) == 100 and sum(app.idle is None for app in made.apps) == 10
    assert len(made.old) == 10_000 and len(made.domains) == 6
    assert len({app.stream for app in made.apps} | {name for name, _ in made.old}) == 11_000


def test_the_usual_scripts_world_is_all_within_its_reach():
    flat = worlds.flattened(worlds.mixed(1000, NOW))
    apps_of = [sum(app.owner == user for app in flat.apps) for _, user in flat.users]
    assert {app.domain for app in flat.apps} == {flat.domains[0]} and max(apps_of) == 10
    assert {app.type for app in flat.apps} == {"KernelGateway"} and all(app.idle is not None for app in flat.apps)
