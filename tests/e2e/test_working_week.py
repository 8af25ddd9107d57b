"""A week of a team, hour by hour: how often "idle for a day" is true, and how much of it is found."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from e2e.cloud import DAY_S, HOUR_S, Running
from e2e.working_week import DAYS, FRIDAY, TEAM, Person
from standin.chatter import Chatter, seed_of

OPTIONS = """\
Interval 0.1
<Account default>
  RateLimit "FilterLogEvents" 1000
  RateLimit "ListApps" 1000
  RateLimit "DescribeLogStreams" 1000
  Lookback 604800
  ReportByUser false
  ReportByInstance false
</Account>
"""

# Logs know no more than they do: what follows is what the team's week allows, with some air.
PRECISION = 0.85
RECALL = 0.85


@dataclass
class Verdict:
    """Verdict counts the hours of an app by what was said and what was true."""

    right: int = 0
    early: int = 0  # said to be idle and was not
    missed: int = 0  # was idle and not said to be
    naive: int = 0  # idle, and its newest event says so, too

    def take(self, said: bool, true: bool, naive: bool) -> None:
        self.right += said and true
        self.early += said and not true
        self.missed += true and not said
        self.naive += naive and true

    def __add__(self, other: Verdict) -> Verdict:
        return Verdict(*(getattr(self, n) + getattr(other, n) for n in ("right", "early", "missed", "naive")))

    @property
    def precision(self) -> float:
        return self.right / max(1, self.right + self.early)

    @property
    def recall(self) -> float:
        return self.right / max(1, self.right + self.missed)


@dataclass
class Seat:
    """Seat is a person with their app, and the lines that are still to come."""

    person: Person
    app: Running
    coming: list[tuple[float, str]]
    verdict: Verdict = field(default_factory=Verdict)


def seat(cloud, monday: float, person: Person) -> Seat:
    """Everything up to Monday 0:00 is there already."""
    lines = sorted(person.log(person.works))
    past = [(-hour * HOUR_S, said(monday, hour, line)) for hour, line in lines if hour < 0]
    age = (24 * 6 + 9) * HOUR_S
    if person.type in ("JupyterLab", "CodeEditor"):
        cloud.space(person.name, "owner-of-" + person.name)
        place = {"space": person.name, "name": "default"}
    else:
        place = {"user": person.name, "name": "app"}
    app = cloud.app(type=person.type, log=past, idle=None, age=age, **place)
    if person.chatter:
        with cloud.aws.lock:
            app.stream.chatters(Chatter(person.chatter, seed_of(person.name), monday - age))
    return Seat(person, app, [entry for entry in lines if entry[0] >= 0])


def said(monday: float, hour: float, line: str) -> str:
    return line.format(stamp=f"hour {hour:.1f}")


def log_until(cloud, seats: list[Seat], monday: float, hour: float) -> None:
    with cloud.aws.lock:
        for taken in seats:
            while taken.coming and taken.coming[0][0] <= hour:
                at, line = taken.coming.pop(0)
                taken.app.stream.log(monday + at * HOUR_S, said(monday, at, line))


def judge(seats: list[Seat], latest: dict, hour: float, now: float) -> None:
    for taken in seats:
        value = latest.get(taken.app.identifier)
        stream = taken.app.stream
        newest = stream.last_event if stream is not None else None
        taken.verdict.take(
            value is not None and value.value >= DAY_S,
            hour - taken.person.worked(hour) >= 24,
            newest is not None and now - newest >= DAY_S,
        )


def table(seats: list[Seat], total: Verdict) -> str:
    rows = [f"{'':24} {'right':>6} {'early':>6} {'missed':>6} {'newest event':>13}"]
    for name, v in [*((s.person.name, s.verdict) for s in seats), ("all", total)]:
        rows.append(f"{name:24} {v.right:6} {v.early:6} {v.missed:6} {v.naive:13}")
    naive = total.naive / (total.right + total.missed)
    rows.append(f'"Idle for a day", by hours: precision {total.precision:.3f}, recall {total.recall:.3f};')
    rows.append(f"by the newest event of any kind the recall would be {naive:.3f}.")
    rows += [f"{s.person.name}: {s.person.misses}." for s in seats if s.verdict.early or s.verdict.missed]
    return "\n".join(rows)


def test_idle_for_a_day_in_a_working_week(cloud, watch):
    cloud.domain()
    monday = cloud.ago(0)
    seats = [seat(cloud, monday, person) for person in TEAM]
    collectd = watch(OPTIONS)
    collectd.await_reports()
    for hour in range(1, DAYS * 24):
        with cloud.aws.lock:
            log_until(cloud, seats, monday, hour)
            cloud.world.offset = hour * HOUR_S
        collectd.await_reports()
        seen = len(collectd.values)
        latest = {v.identifier: v for v in collectd.values[max(0, seen - 200) :] if v.plugin == "sagemaker"}
        judge(seats, latest, hour, cloud.world.now())
    total = sum((s.verdict for s in seats), Verdict())
    print(table(seats, total))
    assert total.precision >= PRECISION
    assert total.recall >= RECALL
    assert total.naive / (total.right + total.missed) < 0.5
    unexplained = [s.person.name for s in seats if (s.verdict.early or s.verdict.missed) and not s.person.misses]
    assert not unexplained


@pytest.mark.parametrize("person", TEAM, ids=lambda person: person.name)
def test_the_team_worked_last_friday(person):
    """The week begins with apps in use: nobody's is as old as the search goes back."""
    assert person.worked(0) <= FRIDAY + 24
