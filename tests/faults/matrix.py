"""The matrix: operations x faults x positions, generated, and tried in one collectd with many lanes.

`python -m faults` tries all of it and prints the table; `python -m faults sample` every operation and every fault once.
"""

from __future__ import annotations

import string
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from e2e.collectd import Collectd, bare_environment
from faults import cell as cells
from faults import kinds
from faults.cell import Cell, Failed, Script, goes_on
from faults.certificates import make_authority
from faults.kinds import KINDS
from faults.lane import Lane
from faults.operations import BY_NAME, OPERATIONS
from faults.resolver import Resolver

# Lanes for operations that can be met on any. Two cores are enough for them, and for the stand-ins' signatures.
COMMON_LANES = 8

_POLL_S = 0.02


@dataclass
class Result:
    cell: Cell
    failure: str | None
    seconds: float

    def __str__(self) -> str:
        return f"{self.cell}: {self.failure or 'right'} ({self.seconds:.0f} s)"


def all_cells() -> list[Cell]:
    """all_cells are all that there can be; a moved clock comes last, for what it leaves behind."""
    return [
        Cell(operation, kind, position)
        for kind in sorted(KINDS, key=kinds.is_clock)
        for operation in OPERATIONS
        if kind.applies(operation)
        for position in operation.positions
    ]


def sample() -> list[Cell]:
    """sample has every operation, every fault and every position at least once; the same ones each time."""
    chosen: list[Cell] = []
    uses: dict[str, int] = defaultdict(int)
    for kind in sorted(KINDS, key=kinds.is_clock):
        fitting = [c for c in all_cells() if c.kind is kind and not _is_slow(c)]
        best = min(fitting, key=lambda c: (uses[c.operation.name], uses[c.operation.name + c.position]))
        chosen.append(best)
        uses[best.operation.name] += 1
        uses[best.operation.name + best.position] += 1
    return chosen


def _is_slow(cell: Cell) -> bool:
    """_is_slow: a minute passes before it is met."""
    if kinds.waits_for_name(cell.kind, cell.operation, cell.position):
        return True
    hangs = ("hang before headers", "hang after headers", "slow drip")
    endless = cell.kind.name == "endless pages" and cell.operation is BY_NAME
    return endless or cell.is_throttled_within or (cell.operation.host is None and cell.kind.name in hangs)


class Matrix:
    """Matrix runs cells in a collectd of its own, in a folder that does not exist yet; tell is called for each."""

    def __init__(self, wanted: list[Cell], folder: Path, tell: Callable[[Result], None] = lambda result: None):
        self.results: list[Result] = []
        self.stray: list[str] = []
        self._folder = folder
        self._tell = tell
        self._resolver = Resolver(folder / "resolver")
        self._authority = make_authority(folder / "certificates")
        self._work: list[tuple[Lane, list[Cell]]] = []
        self._share_out(wanted)
        for lane, _ in self._work:
            lane.start()

    @property
    def lanes(self) -> list[Lane]:
        return [lane for lane, _ in self._work]

    def run(self) -> None:
        home = self._folder / "collectd"
        environment = bare_environment(home) | {"AWS_EC2_METADATA_DISABLED": "false"} | self._resolver.environment
        scripts: list[Script] = []
        for lane, wanted in self._work:
            environment |= lane.environment()
            lane.write_sso_token(8 * 3600, home)
            scripts.append(self._script(lane, wanted))
        options = "\n".join(["Interval 1", *(lane.options for lane in self.lanes)])
        try:
            # Lanes go by the order of values, which several write threads do not keep.
            with Collectd(home, options=options, environment=environment, extra="WriteThreads 1") as collectd:
                collectd.start()
                self._drive(collectd, scripts)
                if not self.stray:
                    collectd.stop()
        finally:
            for lane in self.lanes:
                lane.close()

    def _share_out(self, wanted: list[Cell]) -> None:
        """_share_out gives each cell a lane: one for each way to find keys, one for each cell from the start."""
        shares: dict[str, list[Cell]] = defaultdict(list)
        common = 0
        for cell in wanted:
            if cell.operation.sources == ("region",):
                self._add_lane("region", [cell])
            elif cell.operation.gives_keys:
                shares[cell.operation.sources[0]].append(cell)
            else:
                shares[f"keys{common % COMMON_LANES}"].append(cell)
                common += 1
        for name, share in shares.items():
            self._add_lane(name.rstrip("0123456789"), share)

    def _add_lane(self, source: str, wanted: list[Cell]) -> None:
        name = f"lane{len(self._work):02d}"
        self._work.append((Lane(name, source, self._folder / name, self._authority, self._resolver), wanted))

    def _script(self, lane: Lane, wanted: list[Cell]) -> Script:
        if lane.source == "region":
            (cell,) = wanted
            trouble = kinds.strike(cell.kind, lane, cell.operation, cell.position)
            return self._tried(cell, lane, cells.run_from_start(cell, lane, trouble))
        return self._in_turn(lane, wanted)

    def _in_turn(self, lane: Lane, wanted: Iterable[Cell]) -> Script:
        for cell in wanted:
            yield from self._tried(cell, lane, cells.run(cell, lane))

    def _tried(self, cell: Cell, lane: Lane, script: Script) -> Script:
        started = time.monotonic()
        failure = None
        try:
            yield from script
        except Failed as reason:
            failure = str(reason)
            lane.heal()
        with lane.aws.lock:
            violations = [v for v in lane.aws.violations if not _is_of_the_fault(cell, v)]
            lane.aws.violations.clear()
        if failure is None and violations:
            failure = f"asked wrongly: {violations[0]}"
        self.results.append(Result(cell, failure, time.monotonic() - started))
        self._tell(self.results[-1])

    def _drive(self, collectd: Collectd, scripts: list[Script]) -> None:
        values = lines = 0
        while scripts:
            output = collectd.output.read()
            self._hand_out(output.values[values:], output.lines[lines:])
            values, lines = len(output.values), len(output.lines)
            if not collectd.alive:
                self.stray.append("collectd died")
                return
            scripts = [script for script in scripts if goes_on(script)]
            time.sleep(_POLL_S)

    def _hand_out(self, values, lines) -> None:
        for value in values:
            lane = next((lane for lane in self.lanes if lane.owns(value)), None)
            if lane is None:
                self.stray.append(f"nobody's value: {value}")
            else:
                lane.take(value)
        for line in lines:
            lane = next((lane for lane in self.lanes if f'"{lane.name}"' in line.text), None)
            if lane is not None:
                lane.take_line(line)
            elif line.text.startswith("sagemaker plugin: ") or line.severity == "continued":
                self.stray.append(f"nobody's line: {line}")


def _is_of_the_fault(cell: Cell, violation: str) -> bool:
    """_is_of_the_fault: keys that were taken away, or a clock that was moved, make a request wrong once."""
    return kinds.is_clock(cell.kind) and ("Signature expired" in violation or "not yet current" in violation)


def table(results: list[Result]) -> str:
    """table has a row for each fault and a column for each operation: how many positions were right, of how many."""
    marks = string.ascii_uppercase[: len(OPERATIONS)]
    left = max(len(kind.name) for kind in KINDS)
    lines = [f"{mark} = {operation.name}" for mark, operation in zip(marks, OPERATIONS)]
    lines.append(" " * left + "".join(f"{mark:>4}" for mark in marks))
    tried = [result.cell.kind for result in results]
    for kind in (kind for kind in KINDS if kind in tried):
        counts = [_count(results, kind.name, operation.name) for operation in OPERATIONS]
        lines.append(f"{kind.name:{left}}" + "".join(f"{count:>4}" for count in counts))
    right = sum(result.failure is None for result in results)
    lines.append(f"{len(results)} cells: {right} right, {len(results) - right} wrong")
    return "\n".join(lines)


def _count(results: list[Result], kind: str, operation: str) -> str:
    found = [r for r in results if (r.cell.kind.name, r.cell.operation.name) == (kind, operation)]
    return f"{sum(r.failure is None for r in found)}/{len(found)}" if found else "-"


def failures(matrix: Matrix) -> list[str]:
    return [str(r) for r in matrix.results if r.failure is not None] + matrix.stray[:10]
