"""What a soak has come to, as text, and what of it is a failure."""

from __future__ import annotations

from collections import Counter

from soak.figures import DRIFT_MOST_S, HEADING, figures
from soak.run import INTERVAL_S, SOURCES, Soak


def failures(soak: Soak) -> list[str]:
    """failures are what was wrong at any time, and what did not stay flat; []: the soak has passed."""
    if soak.wrong:
        return soak.wrong[:10]
    found = [f"not flat: {figure}" for figure in figures(soak.samples) if not figure.is_flat]
    if _drift(soak) > DRIFT_MOST_S:
        found.append(f"the values of an app at rest have drifted by {_drift(soak):.3f} s")
    return found


def report(soak: Soak) -> str:
    """report is all figures and the verdict."""
    moves, troubles = _happened(soak)
    lines = [
        f"{soak.intervals} intervals of {INTERVAL_S * 1000:.0f} ms in {soak.seconds:.0f} s, {len(SOURCES)} accounts, "
        f"{sum(place.aws.count() for place in soak.places)} requests",
        f"apps: {moves['came']} came, {moves['left']} left; {moves['worked']} times somebody worked",
        f"troubles: {troubles.total()} of {len(+troubles)} kinds, and {sum(life.unmet for life in soak.lives)} not met",
    ]
    if not soak.wrong:
        lines += [HEADING, *map(str, figures(soak.samples)), _drift_line(soak)]
        lines.append(f"resident at the most, at any time: {soak.peak / 1024:.0f} KiB")
    wrong = failures(soak)
    return "\n".join([*lines, *(f"WRONG: {what}" for what in wrong), "failed" if wrong else "passed"])


def _happened(soak: Soak) -> tuple[Counter[str], Counter[str]]:
    moves: Counter[str] = Counter()
    troubles: Counter[str] = Counter()
    for life in soak.lives:
        moves += life.place.moves
        troubles += life.troubles
    return moves, troubles


def _drift(soak: Soak) -> float:
    return max(place.drift for place in soak.places)


def _drift_line(soak: Soak) -> str:
    values = sum(place.values_at_rest for place in soak.places)
    return f"drift of {values} values of apps at rest: {_drift(soak) * 1000:.1f} ms, limit {DRIFT_MOST_S * 1000:.0f} ms"
