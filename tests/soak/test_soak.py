"""The soak in a short form, and that its verdict sees what it is for. All of it: `python -m soak`."""

import pytest

from e2e.collectd import TOP
from soak.figures import figures, slope
from soak.process import Sample
from soak.report import failures, report
from soak.run import Soak

INTERVALS = 200
SEED = 1

KIB = 1024


def test_a_short_soak(tmp_path):
    soak = Soak(tmp_path / "soak", INTERVALS, SEED)
    soak.run()
    text = report(soak)
    (TOP / "build" / "results").mkdir(exist_ok=True)
    (TOP / "build" / "results" / "soak.txt").write_text(text + "\n")
    print(text)
    assert failures(soak) == []
    assert soak.intervals >= INTERVALS
    for place in soak.places:
        assert min(place.moves[what] for what in ("came", "left", "worked")) > 0
        assert place.values_at_rest > 0
    assert sum(life.troubles.total() for life in soak.lives) > 0


def samples(**growth: float) -> list[Sample]:
    """samples are flat, but for what grows so much an interval."""
    held = {"resident": 16_000 * KIB, "heap": 2_000 * KIB, "descriptors": 16, "threads": 13}
    return [
        Sample(at, **{name: int(base + growth.get(name, 0) * at) for name, base in held.items()})
        for at in range(100, 10_001, 100)
    ]


def not_flat(samples: list[Sample]) -> set[str]:
    return {figure.limit.name for figure in figures(samples) if not figure.is_flat}


def test_what_is_flat_is_found_flat():
    assert not_flat(samples()) == set()


@pytest.mark.parametrize(
    ("grows", "by", "name"),
    [
        ("resident", 200, "resident KiB"),
        ("heap", 100, "heap KiB"),
        ("descriptors", 0.001, "descriptors"),
        ("threads", 0.0005, "threads"),
    ],
)
def test_what_grows_slowly_is_found(grows, by, name):
    assert not_flat(samples(**{grows: by})) == {name}


def test_a_plateau_after_the_warm_up_is_found():
    low, high = samples(), samples()
    for sample in high:
        object.__setattr__(sample, "resident", sample.resident + 4096 * KIB)
    assert not_flat(low[:60] + high[60:]) == {"resident KiB"}


def test_the_warm_up_does_not_count():
    flat = samples()
    assert not_flat([Sample(1, 0, 0, 0, 0), *flat]) == set()


def test_slope_is_that_of_the_line_of_least_squares():
    assert slope([0, 1, 2, 3], [1, 3, 2, 4]) == pytest.approx(0.8)
