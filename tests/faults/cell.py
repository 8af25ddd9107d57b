"""A cell of the matrix, tried on a lane: the fault comes, is met by at least two scans, and goes again."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from dataclasses import dataclass

from e2e.output import Line, Value
from faults import kinds
from faults.kinds import Kind, Trouble
from faults.lane import Lane, Mark
from faults.operations import BY_NAME, SWEEP, SWEEPS_SEEN, Operation, asked_by_name, swept_to
from faults.truth import Tracked

# For a scan of three attempts that each run into the timeout, on a machine that does other things. A
# credential_process is given 60 s by the plugin; a later page of a listing that is throttled is asked for eight times,
# one without end is followed for thousands of pages.
PATIENCE_S = 90.0
LONG_PATIENCE_S = 300.0

Script = Generator[None, None, None]


def goes_on(script: Script) -> bool:
    """goes_on takes a script's next step; false: it has ended."""
    try:
        next(script)
    except StopIteration:
        return False
    return True


class Failed(Exception):
    """What a cell should have shown and did not."""


@dataclass(frozen=True)
class Cell:
    operation: Operation
    kind: Kind
    position: str

    def __str__(self) -> str:
        return f"{self.operation.name} x {self.kind.name} x {self.position}"

    @property
    def patience(self) -> float:
        is_long = self.operation.host is None or self.is_throttled_within or self.kind.name == "endless pages"
        return LONG_PATIENCE_S if is_long else PATIENCE_S

    @property
    def is_throttled_within(self) -> bool:
        """is_throttled_within: the plugin does not give up what it has of a listing for that, not soon."""
        return self.kind.name in ("ThrottlingException", "429", "503") and self.position in ("middle", "last")

    @property
    def outcome(self) -> str:
        """outcome is "complains"; "absorbed": everything is right all the same; "unfinished": a long search goes on."""
        kind, operation = self.kind.name, self.operation
        if kind == "duplicate keys":
            return "absorbed"  # the last one counts, as json-c and AWS's own clients have it
        if kind == "endless pages" and operation is SWEEP:
            return "absorbed"  # a sweep ends when the rest is asked for by name
        if kind == "repeated token" and operation is SWEEP and self.position == "last":
            return "absorbed"  # the last page of a sweep is the last that is wanted: its token is not used
        if kind == "endless pages" and operation.name == "FilterLogEvents":
            return "unfinished"  # a search has so many pages in a scan, and goes on in the next
        return "complains"

    @property
    def is_answered_first(self) -> bool:
        """is_answered_first: before the listing turns out to have no end, the newcomer has been on a page of it.

        Then nothing is left to ask for, and that it works again is said when it is asked for again.
        """
        reached = self.kind.name == "endless pages" or (self.kind.name == "repeated token" and self.position == "last")
        return reached and self.operation.name in ("ListDomains", "ListSpaces")


def wait(condition: Callable[[], object], what: str, within: float) -> Generator[None, None, object]:
    end = time.monotonic() + within
    while not (result := condition()):
        if time.monotonic() > end:
            raise Failed(f"no {what} within {within:g} s")
        yield
    return result


def await_reports(lane: Lane, number: int, within: float) -> Generator[None, None, list[int]]:
    """await_reports waits for so many reports that are made from now on, and is where in the lane's values they end.

    It goes by their times: on a busy machine reports that were made before are read later.
    """
    now = time.time()
    yield from wait(lambda: len(lane.reports_since(now)) >= number, f"{number} reports", within)
    return lane.reports_since(now)[:number]


def run(cell: Cell, lane: Lane) -> Script:
    """run tries a cell; Failed says why it is not as it should be."""
    lane.truth.wrong.clear()
    yield from _prepare(cell, lane)
    mark = lane.mark()
    spared = cell.operation.spared(lane, cell.position)
    trouble = kinds.strike(cell.kind, lane, cell.operation, cell.position)
    lane.forget_calls()
    arrival = cell.operation.provoke(lane)
    try:
        if cell.operation.spares_newcomer and arrival is not None:
            spared.add(arrival.running.identifier)
        _allow_fallback(cell, lane)
        yield from _meet(cell, lane, mark, trouble)
        _check_during(cell, lane, mark, trouble, spared)
    finally:
        during = len(lane.complaints_since(mark))
        trouble.end()
    arrivals = [arrival] if arrival is not None else []
    if cell.is_answered_first:
        arrivals.append(cell.operation.provoke(lane))
    yield from recover(cell, lane, mark, during)
    lane.forget_calls()
    yield from _clean_up(cell, lane, arrivals)
    if lane.truth.wrong:
        raise Failed("; ".join(lane.truth.wrong[:3]))


def run_from_start(cell: Cell, lane: Lane, trouble: Trouble) -> Script:
    """run_from_start tries a cell whose fault was there before collectd: the region is asked for but once."""
    mark = Mark(0, 0)
    yield from _meet(cell, lane, mark, trouble)
    _check_during(cell, lane, mark, trouble, set())
    during = len(lane.complaints_since(mark))
    trouble.end()
    yield from recover(cell, lane, mark, during)
    if lane.truth.wrong:
        raise Failed("; ".join(lane.truth.wrong[:3]))


def _prepare(cell: Cell, lane: Lane) -> Script:
    """_prepare waits until the lane is well, and libcurl has forgotten the host's address where it must."""
    yield from await_reports(lane, 1, cell.patience)
    yield from wait(lambda: lane.present <= _recent(lane), "values of all apps", cell.patience)
    if cell.operation is SWEEP:
        yield from wait(lambda: len(swept_to(lane)) >= SWEEPS_SEEN, "three sweeps", cell.patience)
    if kinds.waits_for_name(cell.kind, cell.operation, cell.position):
        name = lane.host(cell.operation.host)
        yield from wait(lambda: lane.resolver.age(name) > kinds.NAME_KEPT_S, "old name", 3 * kinds.NAME_KEPT_S)


def _recent(lane: Lane) -> set[str]:
    newest = lane.values[-1].time
    return {v.identifier for v in lane.values[-200:] if v.plugin == "sagemaker" and v.time > newest - 15}


def _allow_fallback(cell: Cell, lane: Lane) -> None:
    """_allow_fallback: without permission to search, a newest event stands for one that counts."""
    if cell.operation.name == "FilterLogEvents" and cell.kind.name == "AccessDenied":
        lane.lab.fallback = True


def _meet(cell: Cell, lane: Lane, mark: Mark, trouble: Trouble) -> Script:
    """_meet waits until two scans have met the fault and were reported."""
    yield from wait(lambda: trouble.hits, "request that meets the fault", cell.patience)
    if cell.outcome == "complains":
        yield from wait(lambda: lane.complaints_since(mark), "complaint", cell.patience)
    hits = trouble.hits
    yield from await_reports(lane, 2, cell.patience)
    if cell.outcome == "complains" and trouble.counts and not cell.is_answered_first:
        yield from wait(lambda: trouble.hits > hits, "second scan that meets the fault", cell.patience)


def _check_during(cell: Cell, lane: Lane, mark: Mark, trouble: Trouble, spared: set[str]) -> None:
    complaints = lane.complaints_since(mark)
    if cell.outcome != "complains" and complaints:
        raise Failed(f"a complaint about what is no trouble: {complaints[0]}")
    missing = _still_spared(cell, lane, trouble, spared) - lane.reported_since(mark)
    if missing:
        raise Failed(f"not used of the scan: {', '.join(sorted(missing))}")
    _check_complaints(cell, lane, complaints)
    if any(v.is_nan for v in lane.values_since(mark)):
        raise Failed("NaN for what is unknown")


def _still_spared(cell: Cell, lane: Lane, trouble: Trouble, spared: set[str]) -> set[str]:
    """_still_spared are the apps that must have a value, by the way in which the fault struck."""
    if kinds.is_clock(cell.kind) or cell.outcome == "absorbed":
        return lane.present
    if not trouble.exact:
        return set()
    if kinds.loses_host(cell.kind) and cell.operation.host == "logs":
        # What else is asked of Logs at the same time is lost, too, and what is searched for later.
        return set() if cell.operation is BY_NAME else spared - {lane.lab.running.identifier}
    if cell.operation is BY_NAME:
        asked = asked_by_name(lane)
        return {name for name in spared if lane.truth.tracked[name].running.app.stream_name() not in asked}
    return spared


def _check_complaints(cell: Cell, lane: Lane, complaints: list[Line]) -> None:
    subjects = [_subject(line) for line in complaints]
    if len(set(subjects)) < len(subjects):
        raise Failed(f"said twice: {complaints}")
    # With its host everything that is asked there is lost, operation by operation.
    if len(complaints) > 1 and not kinds.loses_host(cell.kind):
        raise Failed(f"more than one complaint: {complaints}")
    code = cell.kind.code
    for line in complaints:
        if f'account "{lane.name}"' not in line.text:
            raise Failed(f"whose complaint? {line}")
        if code is not None and not cell.operation.gives_keys and f": {code}" not in line.text:
            raise Failed(f"{code} is not in {line}")


def _subject(line: Line) -> str:
    """_subject is what a complaint is about: the operation behind the region."""
    return line.text.partition("region ")[2].partition(": ")[2].partition(":")[0]


def recover(cell: Cell, lane: Lane, mark: Mark, complaints: int) -> Script:
    """recover waits for the first scan that certainly began after the fault's end: it must be right.

    A read starts the next scan before it reports the last: the third report is of one that began behind the first.
    """
    ended = time.time()
    _, second, third = yield from await_reports(lane, 3, cell.patience)
    missing = lane.present - {v.identifier for v in lane.values[second:third] if v.plugin == "sagemaker"}
    if missing:
        raise Failed(f"still missing in the interval after: {', '.join(sorted(missing))}")
    beats = yield from wait(lambda: _beats(lane.values[third:]), "heartbeat", cell.patience)
    if beats[0].time - beats[0].value < ended:
        raise Failed("no complete scan in the interval after")
    said = lane.lines[mark.lines :]
    recoveries = [line for line in said if line.severity == "notice"]
    if len(lane.complaints_since(mark)) != complaints and not kinds.loses_host(cell.kind):
        raise Failed(f"another complaint after the end: {said}")
    if len(recoveries) != len(lane.complaints_since(mark)):
        raise Failed(f"{len(lane.complaints_since(mark))} complaints, {len(recoveries)} recoveries: {said}")


def _beats(values: list[Value]) -> list[Value]:
    """_beats are heartbeats: a read sends one behind its report."""
    return [value for value in values if value.type_instance == "since_complete"]


def _clean_up(cell: Cell, lane: Lane, gone: list[Tracked]) -> Script:
    """_clean_up takes away what had been added, and starts anew what a moved clock has confused."""
    if kinds.is_clock(cell.kind):
        gone.append(lane.lab)
        lane.start_lab()
    mark = lane.mark()
    for tracked in gone:
        lane.remove(tracked)
    for tracked in gone:
        name = tracked.running.identifier
        yield from wait(lambda: _is_over(lane, mark, name), f"NaN of {name}", cell.patience)
    lane.lab.fallback = False


def _is_over(lane: Lane, mark: Mark, name: str) -> bool:
    return any(v.identifier == name and v.is_nan for v in lane.values_since(mark))
