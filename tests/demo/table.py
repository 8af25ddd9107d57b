"""The running apps as a table for people."""

from __future__ import annotations

from collections.abc import Iterable

from e2e.output import Value

_HEADINGS = ("DOMAIN", "USER", "TYPE", "APP", "INSTANCE", "IDLE")


def hours_and_minutes(seconds: float) -> str:
    minutes = int(seconds) // 60
    return f"{minutes // 60} h {minutes % 60:02} min"


def table(values: Iterable[Value]) -> str:
    """table shows each app's newest value, the most idle first."""
    newest = {value.identifier: value for value in values if value.plugin == "sagemaker" and not value.is_nan}
    ordered = sorted(newest.values(), key=lambda value: -value.value)
    return "\n".join(_aligned([_HEADINGS, *(_row(value) for value in ordered)]))


def _row(value: Value) -> tuple[str, ...]:
    domain, _, owner = value.plugin_instance.partition("_")
    type, _, name = value.type_instance.partition("_")
    instance = value.meta.get("instance_type", "")
    return domain, owner.replace("_", " "), type, name.replace("_", " "), instance, hours_and_minutes(value.value)


def _aligned(rows: list[tuple[str, ...]]) -> list[str]:
    widths = [max(len(cell) for cell in column) for column in zip(*rows)]
    lines = []
    for *cells, last in rows:
        left = [cell.ljust(width) for cell, width in zip(cells, widths)]
        lines.append("  ".join([*left, last.rjust(widths[-1])]))
    return lines
