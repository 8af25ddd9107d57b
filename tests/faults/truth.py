"""What is true about a lane's world, at any time, and whether a value says that."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product

from e2e.cloud import CORRECTED_S, EXACT_S, Running
from e2e.output import Value

# A clock that was moved is noticed with the next answer: until then values go by the one before.
_CLOCK_NOTICED_S = 15


@dataclass
class Tracked:
    """Tracked is an app, from when to when it is there, and whether it was seen to start."""

    running: Running
    added: float
    arrived: bool
    removed: float | None = None
    fallback: bool = False  # its newest event may stand for the newest that counts
    worked: float | None = None  # when somebody last worked, of one whose matching events count
    since: float | None = None  # of one that was seen to start: what its first value said
    was: float | None = None  # since when it was idle before somebody worked, while a scan from then may be reported


@dataclass
class Truth:
    """Truth keeps what was untrue in wrong. clock has since when AWS's clock was how far from the machine's."""

    tracked: dict[str, Tracked] = field(default_factory=dict)
    clock: list[tuple[float, float]] = field(default_factory=lambda: [(0.0, 0.0)])
    wrong: list[str] = field(default_factory=list)

    @property
    def present(self) -> set[str]:
        """present are the apps that are there now."""
        return {name for name, tracked in self.tracked.items() if tracked.removed is None}

    def check(self, value: Value) -> None:
        """check holds a value about apps, users or instances against the world."""
        group = self._group(value)
        if not group:
            self.wrong.append(f"nothing has the identifier of {value}")
        elif value.is_nan:
            if any(tracked.removed is None for tracked in group):
                self.wrong.append(f"NaN for what is there: {value}")
        elif not any(
            self._is_true(value, offset, group) or self._was_true(value, offset, group)
            for offset in self._offsets(value.time)
        ):
            self.wrong.append(f"untrue: {value}")

    def _group(self, value: Value) -> list[Tracked]:
        """_group are the apps that a value is about."""
        if value.plugin == "sagemaker":
            return [self.tracked[value.identifier]] if value.identifier in self.tracked else []
        of_user = value.plugin == "sagemaker_user"
        return [t for t in self.tracked.values() if _stands_under(t.running, of_user) == value.identifier]

    def _is_true(self, value: Value, offset: float, group: list[Tracked]) -> bool:
        said = value.time + offset - value.value
        exact = EXACT_S if offset == 0 else CORRECTED_S
        if any(tracked.arrived for tracked in group):
            # Seen to start: idle since that scan, and from then on always the same.
            (tracked,) = group
            if tracked.since is None and tracked.added - CORRECTED_S <= said <= value.time + offset:
                tracked.since = said
            if tracked.since is not None and abs(said - tracked.since) <= exact + CORRECTED_S:
                return True
            # What was seen by a clock that was set back since has not happened yet.
            early = value.value == 0 and any(when >= tracked.added and ahead > offset for when, ahead in self.clock)
            return early or (tracked.fallback and said >= tracked.added)
        choose = min if value.plugin == "sagemaker_user" else max
        truths = [choose(self._since(t) for t in group)]
        if any(tracked.fallback for tracked in group):
            return value.value >= 0 and said >= truths[0] - exact
        return any(abs(said - truth) <= exact for truth in truths)

    def _was_true(self, value: Value, offset: float, group: list[Tracked]) -> bool:
        """_was_true: it says what was true before somebody worked, in each app's own time."""
        choose = min if value.plugin == "sagemaker_user" else max
        known = [[s for s in (self.since(t), t.was) if s is not None] for t in group]
        said = value.time + offset - value.value
        return any(abs(said - choose(sinces)) <= EXACT_S for sinces in product(*known) if sinces)

    def since(self, tracked: Tracked) -> float | None:
        """since is since when an app is idle; None: it was seen to start, and its first value is still to come."""
        return tracked.since if tracked.arrived else self._since(tracked)

    def _since(self, tracked: Tracked) -> float:
        return tracked.worked if tracked.worked is not None else tracked.running.since

    def _offsets(self, when: float) -> Iterator[float]:
        """_offsets are those that AWS's clock had then, or shortly before."""
        for number, (since, offset) in enumerate(self.clock):
            until = self.clock[number + 1][0] if number + 1 < len(self.clock) else float("inf")
            if since <= when + 1 and when <= until + _CLOCK_NOTICED_S:
                yield offset


def _stands_under(running: Running, of_user: bool) -> str:
    return running.user_identifier if of_user else running.billed()
