"""What came of one week or of several, as a table; and the bars that it is held to."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from e2e.week_play import BEACONS, DEFAULTS, WITH_BEACON, Verdict, Week
from e2e.working_week import KINDS, Kind

Choice = Callable[[Kind], bool]


def everybody(_kind: Kind) -> bool:
    return True


def leaves_lines(kind: Kind) -> bool:
    return not kind.silent


def may_have_a_beacon(kind: Kind) -> bool:
    return kind.type in WITH_BEACON


def beacon_can_tell(kind: Kind) -> bool:
    return may_have_a_beacon(kind) and not kind.dark


ALL, HEARD, BEACONED, TOLD = "all kinds", "without *", "JupyterLab, CodeEditor", "the same without +"
TOTALS: dict[str, Choice] = {
    ALL: everybody,
    HEARD: leaves_lines,
    BEACONED: may_have_a_beacon,
    TOLD: beacon_can_tell,
}

# At least so much precision and recall, of several weeks; one week alone may have less by so much.
BARS: dict[tuple[str, str], tuple[float, float]] = {
    (DEFAULTS.name, ALL): (0.83, 0.91),
    (DEFAULTS.name, HEARD): (0.98, 0.93),
    (BEACONS.name, BEACONED): (0.89, 0.95),
    (BEACONS.name, TOLD): (0.99, 0.99),
}
SPREAD = 0.01
# So much above what a line or a beacon shows, at the most: five minutes, and what a read takes.
ABOVE_S = 300 + 5


def table(weeks: Sequence[Week]) -> str:
    """table: a kind (* silent, + dark), how many hours it was idle for a day, and by each means precision, recall and
    the mean hours off."""
    names = [*weeks[0].seats, "newest event"]
    rows = [f"{'':32}{'idle':>6}" + "".join(f"{name:>20}" for name in names)]
    rows.append(f"{'':32}{'hours':>6}" + "   prec.   rec.  off" * len(names))
    for kind in KINDS:
        marked = kind.name + (" *" if kind.silent else "") + (" +" if kind.dark else "")
        rows.append(_row(marked, weeks, lambda one, kind=kind: one is kind, 2))
    rows += [_row(name, weeks, counts, 3) for name, counts in TOTALS.items()]
    for means in (DEFAULTS, BEACONS):
        above_s, kind = highest(weeks, means.name)
        rows.append(f"{means.name}: {above_s / 60:.1f} minutes above what is shown at the most, {kind}")
    return "\n".join(rows)


def failures(weeks: Sequence[Week]) -> list[str]:
    """failures are the bars that these weeks do not meet."""
    found = []
    for (means, name), (precision, recall) in BARS.items():
        verdict = total(weeks, means, TOTALS[name])
        spread = SPREAD if len(weeks) == 1 else 0
        if verdict.precision < precision - spread or verdict.recall < recall - spread:
            found.append(f"{means}, {name}: precision {verdict.precision:.3f}, recall {verdict.recall:.3f}")
    for means in (DEFAULTS, BEACONS):
        above_s, kind = highest(weeks, means.name)
        if above_s > ABOVE_S:
            found.append(f"{means.name}: {kind} is {above_s:.0f} s above what is shown")
    return found


def total(weeks: Sequence[Week], means: str, counts: Choice) -> Verdict:
    return sum((week.verdicts(means, counts) for week in weeks), Verdict())


def highest(weeks: Sequence[Week], means: str) -> tuple[float, str]:
    """highest is the most that a value was above what a line or a beacon shows, and whose it was."""
    return max((seat.verdict.above_s, seat.kind.name) for week in weeks for seat in week.seats[means])


def _row(name: str, weeks: Sequence[Week], counts: Choice, digits: int) -> str:
    verdicts = [total(weeks, means, counts) for means in weeks[0].seats]
    verdicts.append(sum((week.newest(counts) for week in weeks), Verdict()))
    idle = verdicts[0].right + verdicts[0].missed
    return f"{name:32}{idle:6}" + "".join(_cell(verdict, digits) for verdict in verdicts)


def _cell(verdict: Verdict, digits: int) -> str:
    precision = f"{verdict.precision:.{digits}f}" if verdict.right + verdict.early else "-"
    recall = f"{verdict.recall:.{digits}f}" if verdict.right + verdict.missed else "-"
    off = f"{verdict.off_h:.1f}" if verdict.told else "-"
    return f"{precision:>8}{recall:>6}{off:>6}"
