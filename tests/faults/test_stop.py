"""SIGTERM in every phase of a scan: collectd exits within the timeout and two seconds, and leaves no process behind."""

import os
import threading
import time
from pathlib import Path

import pytest

from e2e.collectd import PATIENCE_S
from faults import is_long
from faults.lane import HOSTS, SOURCES, TIMEOUT_S
from faults.operations import OPERATIONS, Operation

STOPS_WITHIN_S = TIMEOUT_S + 2

# How a request is answered that is under way when collectd is asked to stop.
ANSWERS = ("answers", "hangs", "drips", "resets")

PHASES = [
    (operation, position, answer)
    for operation in OPERATIONS
    if operation.host is not None
    for position in operation.positions[:2]
    for answer in ANSWERS
]


def sample(phases: list) -> list:
    """sample has one phase of each operation, and each position and answer in turn."""
    found = []
    for number, operation in enumerate(o for o in OPERATIONS if o.host is not None):
        own = [phase for phase in phases if phase[0] is operation]
        found.append(own[number * 5 % len(own)])
    return found


def phase_name(phase: tuple[Operation, str, str]) -> str:
    operation, position, answer = phase
    return f"{operation.name} {position} {answer}"


def answering(answer: str, reached: threading.Event):
    """answering is a fault that says that the request is there, and answers it: late, never, in part, with RST."""

    def strike(struck, right):
        async def deliver(connection, right):
            reached.set()
            if answer == "resets":
                connection.reset()
            elif answer == "answers":
                await struck.let_go(0.2)
                connection.write(right.encode())
            else:
                connection.write(right.head() if answer == "drips" else b"")
                await struck.let_go(None)

        right.delivery = deliver
        return right

    return strike


@pytest.mark.parametrize("phase", PHASES if is_long() else sample(PHASES), ids=phase_name)
def test_it_stops_in_every_phase_of_a_scan(bench, phase):
    operation, position, answer = phase
    reached = threading.Event()
    lane = bench.lane(operation.sources[0] if operation.sources else "keys")
    page = None if position == "only" else operation.positions.index(position)
    lane.aws.fault(operation.asked, answering(answer, reached), page=page, where=operation.where)
    collectd = bench.collectd()
    if operation.name == "CreateToken":
        lane.write_sso_token(-1)
    collectd.start()
    collectd.wait(reached.is_set, f"request of {operation.name}")
    assert collectd.stop() < STOPS_WITHIN_S


@pytest.mark.parametrize("way", ["absent", "hangs"])
@pytest.mark.parametrize("host", HOSTS if is_long() else ("logs", "sts"))
def test_it_stops_while_a_name_does_not_resolve(bench, host, way):
    source = {"sts": "role", "sso": "sso", "container": "container"}.get(host, "keys")
    lane = bench.lane(source)
    name = lane.host(host)
    bench.resolver.make(name, way)
    collectd = bench.collectd()
    collectd.start()
    collectd.wait(lambda: bench.resolver.asked(name), "look-up of the name")
    assert collectd.stop() < STOPS_WITHIN_S


@pytest.mark.parametrize("source", SOURCES if is_long() else ("keys", "instance"))
def test_it_stops_during_back_off(bench, source):
    lane = bench.lane(source)
    failing = lane.aws.fault("ListApps", "status", code=503, headers={"Retry-After": "20"})
    collectd = bench.collectd().start()
    collectd.wait(lambda: failing.hits, "request that is to be tried again")
    assert collectd.stop() < STOPS_WITHIN_S


def test_it_stops_while_calls_wait_for_their_rate(bench):
    lane = bench.lane()
    lane.rates["FilterLogEvents"] = 0.01
    collectd = bench.collectd().start()
    collectd.wait(lambda: lane.aws.count("FilterLogEvents") >= 2, "calls up to the limit")
    assert collectd.stop() < STOPS_WITHIN_S


@pytest.mark.parametrize("script", ["sleep 600", "printf '{'; sleep 600", "trap '' TERM; while :; do sleep 1; done"])
def test_it_stops_while_a_process_is_to_give_keys_and_ends_that(bench, script):
    lane = bench.lane("process")
    lane.write_process(f"echo $$ >pid.fresh; mv pid.fresh pid\n{script}")
    collectd = bench.collectd().start()
    pid = Path(lane.folder, "pid")
    collectd.wait(pid.exists, "process")
    assert collectd.stop() < STOPS_WITHIN_S
    process = int(pid.read_text())
    end = time.monotonic() + PATIENCE_S
    while is_running(process) and time.monotonic() < end:
        time.sleep(0.02)
    assert not is_running(process)


def is_running(process: int) -> bool:
    """is_running: what has ended and was not yet waited for does not count."""
    try:
        os.kill(process, 0)
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False


def test_started_again_it_is_right_again(bench):
    lane = bench.lane("role")
    for _ in range(3):
        collectd = bench.collectd().start()
        collectd.await_scans(2)
        for value in collectd.values:
            if value.plugin == "sagemaker":
                lane.take(value)
        collectd.stop()
        assert lane.present <= {value.identifier for value in collectd.values}
        assert not collectd.complaints
    assert lane.truth.wrong == []
