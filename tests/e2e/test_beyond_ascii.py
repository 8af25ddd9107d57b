"""AWS writes UTF-8, and people write what they like into it: nothing that stands in a text costs a value."""

import pytest

from e2e.cloud import DAY_S, HOUR_S, assert_idle_since

SAVED = "[I 2026-03-28 15:13:50.675 ServerApp] Saving file at /w/分析.ipynb"
OPENED = "[10:12:31][1f2e3d4c][ManagementConnection] New connection established. 開く: /w/分析.ipynb"
STARTED = "[I 2026-03-28 15:13:50.675 ServerApp] Kernel started: 佐藤 😀"

# Half a surrogate pair leaves the stand-in as its escape, a byte that is not UTF-8 as that byte (standin.jsontext).
ODD = {
    "Japanese": "分析",
    "emoji": "😀👩‍👩‍👧",
    "half of an emoji": "\ud83d",
    "the other half": "\ude00",
    "half of an emoji in bytes": "\udced\udca0\udcbd",
    "Latin-1": "caf\udce9",
    "cut in a character": "分\udce6\udc9e",
    "escape sequences": "\x1b[32m\ttab\x7f",
}


def first_event(app) -> float:
    return app.stream.events[0][0] / 1000


def test_files_with_japanese_names_count_when_they_are_saved(cloud, watch):
    """Ten apps of all kinds: each has its value, whatever the others' logs say."""
    cloud.domain()
    labs = [cloud.lab(f"lab{i}", f"user{i}", log=[((5 + i) * HOUR_S, SAVED)]) for i in range(3)]
    labs += [cloud.lab("started", "user3", log=[(8 * HOUR_S, STARTED)])]
    cloud.space("code", "user4")
    editor = cloud.app(space="code", type="CodeEditor", name="default", log=[(9 * HOUR_S, OPENED)])
    gateways = [cloud.app(f"user{5 + i}", "app", log=[(2 * DAY_S, "カーネル 😀")]) for i in range(5)]
    collectd = watch()
    for app in (*labs, editor):
        assert_idle_since(collectd.value(app.identifier), first_event(app))
    for app in gateways:
        assert_idle_since(collectd.value(app.identifier), app.since)
    assert (collectd.count("apps"), collectd.count("unknown")) == (10, 0)
    assert collectd.scan("errors-parse") == []


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD.keys())
def test_nothing_in_a_line_costs_another_app_its_value(cloud, watch, odd):
    cloud.domain()
    log = [(5 * HOUR_S, f"Saving file at /w/{odd}.ipynb"), (HOUR_S, f"{odd} {odd}")]
    strange = cloud.lab("strange", "user01", chatter=None, log=log)
    plain = cloud.lab("plain", "user02", chatter=None, log=[(6 * HOUR_S, SAVED)])
    collectd = watch()
    for app in (strange, plain):
        assert_idle_since(collectd.value(app.identifier), first_event(app))
    assert collectd.scan("errors-parse") == []


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD.keys())
def test_nothing_in_a_strangers_stream_name_costs_an_app_its_value(cloud, watch, odd):
    """Others may write into the group, too, under any name that has no colon and no asterisk."""
    cloud.domain()
    app = cloud.app("user01", "app", idle=5 * HOUR_S)
    with cloud.aws.lock:
        cloud.region.stream(f"others/{odd}", last_event=cloud.ago(60))
    collectd = watch()
    assert_idle_since(collectd.value(app.identifier), app.since)
    assert collectd.scan("errors-parse") == []


@pytest.mark.parametrize(
    "message, told",
    [
        ("ドメインがありません", "ドメインがありません"),
        ("no such domain 😀", "no such domain 😀"),
        ("half \ud83d, caf\udce9", "half \ufffd, caf\ufffd"),
    ],
)
def test_what_aws_says_in_an_error_is_told_as_it_stands(cloud, watch, message, told):
    cloud.domain()
    cloud.aws.fault("ListApps", "error", code="ValidationException", message=message)
    collectd = watch()
    collectd.said("ValidationException", told)
    collectd.wait(lambda: collectd.scan("errors-ValidationException"), "count of the error")
