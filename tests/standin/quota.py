"""AWS's limits on calls a second: a token bucket for each account, region and operation."""

from __future__ import annotations

import time
from collections.abc import Callable


class Quota:
    """Quota is calls a second by operation; a bucket holds one second's calls and starts full."""

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        self.rates: dict[str, float] = {}
        self._clock = clock
        self._buckets: dict[tuple[str, str, str], tuple[float, float]] = {}

    def take(self, account: str, region: str, operation: str) -> bool:
        """take says whether one more call is within the quota, and counts it if so."""
        rate = self.rates.get(operation)
        if rate is None:
            return True
        now = self._clock()
        most = max(rate, 1.0)
        left, before = self._buckets.get((account, region, operation), (most, now))
        left = min(most, left + (now - before) * rate)
        allowed = left >= 1.0
        self._buckets[account, region, operation] = (left - 1.0 if allowed else left, now)
        return allowed
