"""A restart costs a warm scan and changes no value: what is known is kept in StateFile."""

import pytest

from e2e.cloud import DAY_S, DOMAIN, EXACT_S, HOUR_S
from e2e.test_spaces import SAVED
from standin.paging import Pages

OPERATIONS = ("ListApps", "DescribeLogStreams", "FilterLogEvents", "ListDomains", "ListSpaces")
RATES = [f'RateLimit "{operation}" 1000' for operation in OPERATIONS]


def account(*lines: str) -> str:
    return "\n".join(["Interval 1", "<Account default>", f"Lookback {7 * DAY_S}", *RATES, *lines, "</Account>"])


def told_since(collectd, first: int = 0) -> dict[str, float]:
    """told_since is since when the values after the first ones say that each thing is idle, the newest of each."""
    ours = [v for v in collectd.values[first:] if v.type == "duration" and v.plugin != "sagemaker_scan"]
    newest = {value.identifier: value for value in ours}
    return {name: value.time - value.value for name, value in newest.items() if not value.is_nan}


def asked(cloud) -> dict[str, int]:
    return {operation: cloud.aws.count(operation) for operation in OPERATIONS}


def make_world(cloud) -> None:
    """make_world is a hundred and twenty idle apps and two used ones; pages are full, so that they can be counted."""
    cloud.aws.front.pages = Pages("exact")
    cloud.domain()
    for number in range(120):
        cloud.app(f"user{number:03}", "app", idle=(3 + number) * HOUR_S)
    cloud.lab("churn", "yamada", log=[(3 * DAY_S, SAVED)], chatter=None)
    cloud.lab("fraud", "suzuki", log=[(2 * DAY_S, SAVED)])


def test_a_restart_costs_a_warm_scan_and_changes_no_value(cloud, watch):
    make_world(cloud)
    leaving = cloud.lab("left", "yamada", log=[(3 * DAY_S, SAVED)], chatter=None)
    collectd = watch(account("ReportBySpace true"))
    collectd.await_scans()
    started = cloud.app("user900", "app", idle=None)
    with cloud.aws.lock:
        leaving.app.delete()
    collectd.value(started.identifier)
    collectd.value(f"sagemaker_space-{DOMAIN}_yamada/duration-left")
    collectd.await_scans()
    collectd.stop()
    seen = len(collectd.values)
    before = told_since(collectd)
    calls = asked(cloud)
    assert collectd.run_once() == 0
    after = told_since(collectd, seen)
    assert after == pytest.approx(before, abs=2 * EXACT_S)
    assert {started.identifier, f"sagemaker_space-{DOMAIN}_yamada/duration-left"} <= set(after)
    cost = {operation: number - calls[operation] for operation, number in asked(cloud).items()}
    moved = cost.pop("FilterLogEvents")
    assert cost == {"ListApps": 2, "DescribeLogStreams": 1, "ListDomains": 0, "ListSpaces": 1}
    assert moved <= 1
    assert not collectd.complaints


def test_the_state_file_is_private_and_there_is_none_where_none_is_wanted(cloud, watch):
    cloud.domain()
    cloud.app("user01", "app")
    kept = watch.stopped(account())
    none = watch.stopped('StateFile ""\n' + account())
    for collectd in (kept, none):
        assert collectd.run_once() == 0
        cloud.assert_truthful(collectd)
    assert [path.name for path in kept.folder.glob("*state*")] == ["sagemaker.state"]
    assert (kept.folder / "sagemaker.state").stat().st_mode & 0o7777 == 0o600
    assert not list(none.folder.glob("*state*"))


def flip_a_byte(text: bytes) -> bytes:
    middle = len(text) // 2
    return text[:middle] + bytes([text[middle] ^ 1]) + text[middle + 1 :]


DAMAGE = {
    "damaged": (flip_a_byte, "is damaged"),
    "cut off": (lambda text: text[:-10], "is damaged"),
    "of another version": (lambda text: text.replace(b"state 1\n", b"state 2\n", 1), "another version"),
    "empty": (lambda _text: b"", "is damaged"),
}


@pytest.mark.parametrize(("damage", "words"), DAMAGE.values(), ids=DAMAGE.keys())
def test_a_file_that_cannot_be_used_is_one_line_and_a_cold_start(cloud, watch, damage, words):
    make_world(cloud)
    collectd = watch.stopped(account())
    path = collectd.folder / "sagemaker.state"
    assert collectd.run_once() == 0
    path.write_bytes(damage(path.read_bytes()))
    seen = len(collectd.values)
    before = told_since(collectd)
    assert collectd.run_once() == 0
    (line,) = collectd.complaints
    for part in ("sagemaker.state", words, "starting without it"):
        assert part in line.text
    assert told_since(collectd, seen) == pytest.approx(before, abs=2 * EXACT_S)
    assert collectd.run_once() == 0
    assert len(collectd.complaints) == 1


def test_a_file_that_cannot_be_used_is_one_line_however_many_regions_it_has(cloud, watch):
    cloud.domain()
    cloud.world.account().region("eu-west-1")
    collectd = watch.stopped(account('Region "us-east-1" "eu-west-1"'))
    path = collectd.folder / "sagemaker.state"
    path.write_text("collectd-sagemaker state 2\n")
    collectd.start()
    collectd.assert_complains_once("sagemaker.state", "another version", "starting without it")


def test_a_file_that_is_a_link_is_written_where_it_points(cloud, watch):
    make_world(cloud)
    collectd = watch.stopped(account())
    path, place = collectd.folder / "sagemaker.state", collectd.folder / "elsewhere" / "state"
    place.parent.mkdir()
    path.symlink_to("elsewhere/state")
    for _ in range(2):
        assert collectd.run_once() == 0
        assert path.is_symlink() and place.read_text().startswith("collectd-sagemaker state ")
    assert not collectd.complaints


def test_a_file_of_somebody_else_is_left_to_them(cloud, watch):
    cloud.domain()
    cloud.app("user01", "app")
    collectd = watch.stopped(account())
    path = collectd.folder / "sagemaker.state"
    path.write_text("[default]\nregion = us-east-1\n")
    collectd.start()
    collectd.assert_complains_once("sagemaker.state", "was not written by this plugin", "option StateFile")
    cloud.assert_truthful(collectd)
    assert path.read_text() == "[default]\nregion = us-east-1\n"


def test_a_file_that_cannot_be_written_is_one_line_and_no_reason_not_to_report(cloud, watch):
    cloud.domain()
    cloud.app("user01", "app")
    collectd = watch('StateFile "collectd.conf/state"\n' + account())
    collectd.assert_complains_once("collectd.conf/state", "cannot be written", "Not a directory", "option StateFile")
    cloud.assert_truthful(collectd)
