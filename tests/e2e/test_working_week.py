"""A week that was not made for the rules: how often "idle for more than a day" is true, and how much of it is found."""

from __future__ import annotations

from random import Random

import pytest

from e2e.collectd import TOP
from e2e.week_life import HOURS, Life
from e2e.week_play import play
from e2e.week_table import failures, table
from e2e.weeks import MEANS, SEEDS
from e2e.working_week import KINDS

SEED = 1


def lived(kind, seed: int = SEED) -> Life:
    life = Life(Random(f"{seed} {kind.name}"))
    kind.live(life)
    life.exists()
    return life


def test_a_week_of_all_kinds(cloud, watch):
    week = play(cloud, watch, MEANS, SEED)
    text = table([week])
    (TOP / "build" / "results").mkdir(exist_ok=True)
    (TOP / "build" / "results" / "working-week.txt").write_text(text + "\n")
    print(text)
    assert failures([week]) == []


def test_the_document_shows_every_kind():
    rows = (TOP / "packaging" / "doc" / "how-idle.md").read_text().splitlines()
    names = [row.split()[0] for row in rows if row.startswith("    ") and row.strip()]
    assert [name for name in names if name in {kind.name for kind in KINDS}] == [kind.name for kind in KINDS]


def test_the_long_check_plays_other_weeks():
    assert SEED not in SEEDS
    assert len(KINDS) >= 30


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_kind_is_described_and_labelled_by_what_people_do(kind):
    life = lived(kind)
    assert kind.does
    assert life.works
    assert all(start <= end for start, end in life.works)
    assert life.worked(0) < 0 or life.born < 0


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_week_is_the_same_for_a_seed_and_another_for_another(kind):
    first, again, other = lived(kind), lived(kind), lived(kind, SEED + 1)
    assert (first.works, first.written, first.runs) == (again.works, again.written, again.runs)
    assert first.works != other.works


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_nothing_happens_at_a_whole_hour(kind):
    """What is looked at there would depend on fractions of a second."""
    life = lived(kind)
    moments = [moment for line in life.written for moment in (line.at, line.arrives)]
    moments += [moment for span in life.runs for moment in span if moment < HOURS]
    assert all(0.03 < moment % 1 < 0.97 for moment in moments)


def test_a_beacon_writes_at_most_every_five_minutes():
    for kind in KINDS:
        life = lived(kind)
        active = [line.at for line in life.beacon() if "active" in line.text]
        assert all(later - sooner > 299 / 3600 for sooner, later in zip(active, active[1:], strict=False))
