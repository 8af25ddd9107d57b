"""What the soak has measured, and whether that is flat: a line through the samples of what is held, after a warm-up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from e2e.cloud import EXACT_S
from soak.process import Sample

# Threads' arenas, spare handles and connections, libcurl's and OpenSSL's caches fill up in the first part. A short soak
# is over before that is.
WARM_UP = 0.15
SHORT = 1000

_KIB = 1024

# A first value and a later one, each printed in milliseconds.
DRIFT_MOST_S = 2 * EXACT_S


@dataclass(frozen=True)
class Limit:
    """Limit is how much the line may rise over all samples, and how far above the median any may be."""

    name: str
    of: Callable[[Sample], int]
    growth: float
    growth_in_short: float
    above: float
    unit: int = 1


# Over 8,500 intervals with three scans each, the heap's limit is 20 bytes a scan. A connection has 40 KiB of it: the
# samples differ by some of these, and so do the descriptors. Resident is what was ever touched: a heap in pieces takes
# new pages now and then, while no more of it is in use; in a short soak these are most of the line, and the heap tells.
LIMITS = (
    Limit("resident KiB", lambda sample: sample.resident, 1024 * _KIB, 3072 * _KIB, 3072 * _KIB, _KIB),
    Limit("heap KiB", lambda sample: sample.heap, 512 * _KIB, 768 * _KIB, 1024 * _KIB, _KIB),
    Limit("descriptors", lambda sample: sample.descriptors, 2, 3, 8),
    Limit("threads", lambda sample: sample.threads, 0.5, 0.5, 1),
)


@dataclass(frozen=True)
class Figure:
    """Figure is one quantity after the warm-up: its median, its most, and what the line through it rises in all."""

    limit: Limit
    median: float
    most: float
    growth: float
    allowed: float

    @property
    def is_flat(self) -> bool:
        return self.growth <= self.allowed and self.most <= self.median + self.limit.above

    def __str__(self) -> str:
        numbers = (self.median, self.most, self.growth, self.allowed)
        columns = "".join(f"{number / self.limit.unit:>11.1f}" for number in numbers)
        return f"{self.limit.name:<14}{columns}  {'flat' if self.is_flat else 'NOT FLAT'}"


HEADING = f"{'':<14}{'median':>11}{'most':>11}{'growth':>11}{'limit':>11}"


def figures(samples: Sequence[Sample]) -> list[Figure]:
    """figures are those of the samples after the warm-up, of which there must be three."""
    kept = [sample for sample in samples if sample.interval > WARM_UP * samples[-1].interval]
    assert len(kept) >= 3, f"{len(samples)} samples are too few"
    at = [sample.interval for sample in kept]
    found = []
    for limit in LIMITS:
        held = [limit.of(sample) for sample in kept]
        growth = (at[-1] - at[0]) * slope(at, held)
        allowed = limit.growth_in_short if at[-1] < SHORT else limit.growth
        found.append(Figure(limit, median(held), max(held), growth, allowed))
    return found


def slope(at: Sequence[float], held: Sequence[float]) -> float:
    """slope is that of the line with the least squares of distances."""
    middle, mean = sum(at) / len(at), sum(held) / len(held)
    return sum((x - middle) * (y - mean) for x, y in zip(at, held)) / sum((x - middle) ** 2 for x in at)
