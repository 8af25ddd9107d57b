"""The world's own parts: the index, the file, and what the helpers build."""

from __future__ import annotations

import random

import pytest

from . import worldfile
from .chatter import PROFILES, Chatter, Line
from .index import CHUNK, Index
from .world import World

DOMAIN = "d-abcdefghijkl"


def test_an_index_does_what_a_sorted_list_does():
    dice = random.Random(7)
    index, plain = Index(), []
    for step in range(6 * CHUNK):
        if plain and dice.random() < 0.3:
            key = plain.pop(dice.randrange(len(plain)))
            index.remove(key)
        else:
            key = (dice.randrange(1000), step, f"thing{step}")
            plain.append(key)
            index.add(key)
        if step % 97 == 0:
            position = (dice.randrange(1000), dice.randrange(step + 1))
            above = [k for k in sorted(plain) if k[:2] > position]
            below = [k for k in sorted(plain, reverse=True) if k[:2] < position]
            assert list(index.ascending(position)) == above
            assert list(index.descending(position)) == below
    assert list(index.ascending()) == sorted(plain)
    assert list(index.descending()) == sorted(plain, reverse=True)
    assert len(index) == len(plain)


def test_an_index_goes_on_behind_the_thing_at_its_position():
    index = Index()
    for number in range(5):
        index.add((number, f"name{number}", object()))
    assert [key[0] for key in index.ascending((2, "name2"))] == [3, 4]
    assert [key[0] for key in index.descending((2, "name2"))] == [1, 0]


def test_an_index_refuses_to_remove_what_is_not_there():
    index = Index()
    index.add((1, "a"))
    for missing in ((0, "a"), (2, "a")):
        with pytest.raises(KeyError):
            index.remove(missing)


@pytest.fixture
def full() -> World:
    world, region = World.single(clock=lambda: 1_795_000_000.0)
    now = world.now()
    account = world.account()
    account.identity("AKIALIMITEDLIMITED12", "s", token="t", expires=now, allowed={"logs:X"})
    account.role("Reader", external_id="x", trusted={"1"}, web_token="w", allowed={"sts:Y"})
    region.domain(DOMAIN, "research")
    region.user(DOMAIN, "user01")
    region.space(DOMAIN, "lab", owner="user01", volume_gb=20, modified=now - 5)
    region.app(DOMAIN, user="user01", name="app", created=now - 60.125, instance="ml.g5.xlarge")
    region.app(DOMAIN, space="lab", type="JupyterLab", status="Pending").delete()
    region.stream("plain", now - 3600, index_lag=60, created=now - 9000)
    region.canvas(DOMAIN, "user01", now - 600, until=now)
    region.stream("silent")
    region.stream("story", events=[(now - 2, "two"), (now - 3, "three")])
    region.stream("chatter", chatter=Chatter("codeeditor", 3, now - 500, now, now - 90, (9, 18)))
    return world


def test_a_world_comes_back_from_its_file(full, tmp_path):
    worldfile.dump(full, tmp_path / "one.json")
    again = worldfile.load(tmp_path / "one.json")
    worldfile.dump(again, tmp_path / "two.json")
    assert (tmp_path / "one.json").read_text() == (tmp_path / "two.json").read_text()
    region = again.account().region("us-east-1")
    assert [app.status for app in region.apps] == ["InService", "Deleted"]
    streams = region.group().streams
    assert [message for _, message in streams["story"].events] == ["three", "two"]
    assert streams["chatter"].chatter.day == (9, 18)
    assert region.canvases[DOMAIN, "user01"].published(0, 1_795_000_000)[0] == (1_794_999_457, 57.0)
    assert streams["plain"].index_lag == 60 and streams["silent"].last_event is None
    assert again.keys["AKIALIMITEDLIMITED12"].allowed == {"logs:X"}


def test_times_of_a_file_may_be_relative(tmp_path):
    (tmp_path / "world.json").write_text(
        """{"relative": true, "accounts": [{"id": "123456789012", "regions": {"us-east-1": {
            "apps": [{"domain": "d-1", "user": "u", "created": -60}],
            "groups": {"/aws/sagemaker/studio": {"streams": [["a", -30], ["b"]]}}}}}]}"""
    )
    world = worldfile.load(tmp_path / "world.json", offset=1000.0)
    region = world.account().region("us-east-1")
    assert [round(world.now() - app.created) for app in region.apps] == [60]
    streams = region.group().streams
    assert round(world.now() - streams["a"].last_event) == 30
    assert streams["b"].last_event is None


def test_a_file_may_bring_kinds_of_chatter(tmp_path, monkeypatch):
    monkeypatch.setitem(PROFILES, "typing", ())
    (tmp_path / "world.json").write_text(
        """{"profiles": {"typing": [[7, "key {n}", true], [60, "alive", false]]},
            "accounts": [{"id": "123456789012", "regions": {"us-east-1": {"groups": {"g": {
                "streams": [["a"]], "chatter": {"a": {"profile": "typing", "seed": 1, "since": 0}}
            }}}}}]}"""
    )
    world = worldfile.load(tmp_path / "world.json")
    (stream,) = world.account().region("us-east-1").group("g").streams.values()
    assert stream.chatter.lines() == (Line(7000, "key {n}", True), Line(60_000, "alive"))


def test_a_changed_thing_moves_in_all_orders_that_were_asked_for():
    _, region = World.single(clock=lambda: 100.0)
    apps = [region.app(DOMAIN, user=f"u{i}", created=i) for i in range(3)]
    by_user = region.apps.select("created", {"user": "u0"})
    assert [key[-1] for key in by_user] == [apps[0]]
    apps[0].created = 50
    apps[1].user = "u0"
    assert list(region.apps) == [apps[1], apps[2], apps[0]]
    assert [key[-1] for key in region.apps.select("created", {"user": "u0"})] == [
        apps[1],
        apps[0],
    ]


def test_the_helpers_refuse_what_cannot_be():
    _, region = World.single()
    with pytest.raises(ValueError):
        region.app(DOMAIN, user="u", space="s")
    with pytest.raises(ValueError):
        region.app(DOMAIN)
    region.stream("a")
    with pytest.raises(ValueError):
        region.stream("a")
    with pytest.raises(ValueError):
        Chatter("no such profile", 1, 0)


def test_an_app_knows_its_stream():
    _, region = World.single()
    assert region.app("d-1", user="u", name="a").stream_name() == "d-1/u/KernelGateway/a"
    lab = region.app("d-1", space="s", type="JupyterLab")
    assert lab.stream_name() == "d-1/s/JupyterLab/default"
