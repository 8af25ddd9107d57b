"""Which lines count as activity by the plugin's own defaults, as CloudWatch Logs reads its filter patterns."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from functools import cache

from e2e.collectd import TOP
from standin import filterpattern


@cache
def patterns() -> dict[str, str]:
    """patterns are the default filter patterns by app type, as the plugin's own code makes them."""
    done = subprocess.run([TOP / "build" / "lines" / "phrases"], check=True, capture_output=True, text=True)
    return dict(line.split("\t") for line in done.stdout.splitlines())


def counting(app_type: str) -> Callable[[str], bool]:
    """counting tells of a line whether it counts for an app of this type."""
    return filterpattern.matcher(filterpattern.parse(patterns()[app_type]))
