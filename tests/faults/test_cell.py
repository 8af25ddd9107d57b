"""What a cell makes of what collectd says, however late that is read: nothing here runs."""

import time

import pytest

from e2e.cloud import REGION
from e2e.collectd import HOST
from e2e.output import Value
from faults.cell import Cell, Failed, goes_on, recover
from faults.kinds import KINDS
from faults.lane import Lane, Mark
from faults.operations import OPERATIONS

BEFORE_S, APART_S = -10.0, 1.0


@pytest.fixture
def lane(tmp_path):
    lane = Lane("lane00", "keys", tmp_path, None, None)
    lane.cloud.domain(lane.domain_id, "research")
    for name in ("first", "second"):
        lane.add(lane.cloud.app(name, name, domain=lane.domain_id))
    return lane


def value(plugin: str, instance: str, type: str, type_instance: str, when: float, number: float = 0) -> Value:
    return Value(HOST, plugin, instance, type, type_instance, number, when, 1)


def read(lane: Lane, when: float, apps: set[str], complete: float) -> list[Value]:
    """read is what one read dispatches of a lane, in its order; complete: so long ago a scan was."""
    found = [app.running for name, app in lane.truth.tracked.items() if name in apps]
    scan = f"{lane.name}_{REGION}"
    return [
        *(value("sagemaker", *_parts(running.identifier), when, when - running.since) for running in found),
        value("sagemaker_scan", scan, "response_time", "scan", when + 0.01, 0.2),
        value("sagemaker_scan", scan, "duration", "since_complete", when + 0.01, complete),
    ]


def _parts(identifier: str) -> tuple[str, str, str]:
    owner, _, name = identifier.removeprefix("sagemaker-").partition("/duration-")
    return owner, "duration", name


def recovering(lane: Lane):
    """recovering is a cell behind whose fault nothing has been read yet."""
    script = recover(Cell(OPERATIONS[0], KINDS[0], "first"), lane, Mark(0, 0), 0)
    assert goes_on(script)
    return script


def take(lane: Lane, values: list[Value]) -> None:
    for one in values:
        lane.take(one)


def test_the_first_interval_behind_the_end_may_be_read_in_pieces(lane):
    script, now = recovering(lane), time.time()
    third = read(lane, now + 3 * APART_S, lane.present, 0)
    take(lane, read(lane, now + APART_S, set(), 5) + read(lane, now + 2 * APART_S, set(), 6) + third[:1])
    assert goes_on(script)
    take(lane, third[1:])
    assert not goes_on(script)


def test_what_was_dispatched_before_the_end_may_be_read_behind_it(lane):
    script, now = recovering(lane), time.time()
    take(lane, [one for number in range(3) for one in read(lane, now + BEFORE_S + number, set(), 5)])
    assert goes_on(script)
    take(lane, [one for number in (1, 2, 3) for one in read(lane, now + number * APART_S, lane.present, 0)])
    assert not goes_on(script)


def test_the_interval_after_is_held_to_be_right_and_none_behind_it(lane):
    script, now = recovering(lane), time.time()
    reads = [read(lane, now + number * APART_S, lane.present - {min(lane.present)}, 0) for number in (1, 2, 3)]
    take(lane, [one for some in reads for one in some] + read(lane, now + 4 * APART_S, lane.present, 0))
    with pytest.raises(Failed, match="still missing in the interval after"):
        goes_on(script)


def test_the_scan_after_is_held_to_be_complete(lane):
    script, now = recovering(lane), time.time()
    take(lane, [one for number in (1, 2, 3) for one in read(lane, now + number * APART_S, lane.present, 9)])
    with pytest.raises(Failed, match="no complete scan"):
        goes_on(script)
