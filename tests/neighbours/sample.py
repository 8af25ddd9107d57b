"""What the neighbours get to see the scene by: the shipped configuration, as it stands but for hosts and ports."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from e2e.collectd import Collectd
from e2e.output import Value

# The plugin's types whose values are rates: they need two looks.
RATES = ("total_requests", "errors")

# What of collectd.conf.d the scene needs: the plugin, and prices.
PRICED = ("sagemaker.conf", "sagemaker.prices.conf")


def gauges(collectd: Collectd) -> list[Value]:
    """gauges are what a collectd has sent, apart from rates."""
    return [value for value in collectd.values if value.type not in RATES]


def sample(path: Path, changes: Mapping[str, str]) -> str:
    """sample is the text of a file with each host or port exchanged; one that is not there once is an error."""
    text = path.read_text()
    for shipped, ours in changes.items():
        assert text.count(shipped) == 1, f"{shipped} stands {text.count(shipped)} times in {path}"
        text = text.replace(shipped, ours)
    return text
