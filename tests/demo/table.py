"""The running apps, and what is billed for them, as tables for people."""

from __future__ import annotations

from collections.abc import Iterable

from e2e.output import Value

_APPS = ("DOMAIN", "OWNER", "TYPE", "APP OR SPACE", "INSTANCE", "IDLE")
_BILLED = ("DOMAIN", "OWNER", "SPACE", "INSTANCE", "IDLE", "USD/H", "IDLE USD/H")

# How many of a table's last columns are numbers.
_NUMBERS_OF_APPS, _NUMBERS_OF_BILLED = 1, 3


def hours_and_minutes(seconds: float) -> str:
    minutes = int(seconds) // 60
    return f"{minutes // 60} h {minutes % 60:02} min"


def table(values: Iterable[Value]) -> str:
    """table shows each app's newest value, the most idle first."""
    newest = [value for value in _newest(values).values() if value.plugin == "sagemaker"]
    ordered = sorted(newest, key=lambda value: -value.value)
    return _aligned([_APPS, *(_app(value) for value in ordered)], _NUMBERS_OF_APPS)


def billed(values: Iterable[Value]) -> str:
    """billed shows each billed instance, what is wasted most first, and the sum of that."""
    newest = {name: value for name, value in _newest(values).items() if value.plugin == "sagemaker_instance"}
    instances = [value for value in newest.values() if value.type == "duration"]
    wasted = {value.identifier: _money(newest, value, "idle_hourly_cost") or 0.0 for value in instances}
    instances.sort(key=lambda value: (-wasted[value.identifier], -value.value))
    rows = _aligned([_BILLED, *(_instance(newest, value) for value in instances)], _NUMBERS_OF_BILLED)
    return f"{rows}\n\nIdle instances cost {sum(wasted.values()):.2f} USD an hour, at list price."


def _newest(values: Iterable[Value]) -> dict[str, Value]:
    newest = {value.identifier: value for value in values}
    return {name: value for name, value in newest.items() if not value.is_nan}


def _app(value: Value) -> tuple[str, ...]:
    domain, _, owner = value.plugin_instance.partition("_")
    type, _, name = value.type_instance.partition("_")
    instance = value.meta.get("instance_type", "")
    return domain, owner.replace("_", " "), type, name.replace("_", " "), instance, hours_and_minutes(value.value)


def _instance(newest: dict[str, Value], value: Value) -> tuple[str, ...]:
    domain, _, owner = value.plugin_instance.partition("_")
    instance, _, space = value.type_instance.partition("_")
    money = (_money(newest, value, kind) for kind in ("hourly_cost", "idle_hourly_cost"))
    shown = ("-" if usd is None else f"{usd:.3f}" for usd in money)
    return domain, owner.replace("_", " "), space or "-", instance, hours_and_minutes(value.value), *shown


def _money(newest: dict[str, Value], value: Value, kind: str) -> float | None:
    found = newest.get(f"sagemaker_instance-{value.plugin_instance}/gauge-{kind}-{value.type_instance}")
    return None if found is None else found.value


def _aligned(rows: list[tuple[str, ...]], numbers: int) -> str:
    widths = [max(len(cell) for cell in column) for column in zip(*rows)]
    lines = []
    for row in rows:
        cells = list(zip(row, widths))
        left = [cell.ljust(width) for cell, width in cells[:-numbers]]
        right = [cell.rjust(width) for cell, width in cells[-numbers:]]
        lines.append("  ".join([*left, *right]))
    return "\n".join(lines)
