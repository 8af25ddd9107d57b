"""The picture as tables for people."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Sequence

from sagemaker_idle.picture import App, Instance, Picture, Place, Volume

_Column = tuple[str, Callable[[object], str]]
# The widest place comes first; where all rows are of one, its column says nothing.
_PLACES: tuple[_Column, ...] = (
    ("ACCOUNT", lambda row: row.place.account),
    ("REGION", lambda row: row.place.region),
    ("DOMAIN", lambda row: row.place.domain),
)
_GIB = 1 << 30


def hours_and_minutes(seconds: float | None) -> str:
    if seconds is None:
        return "not known"
    minutes = int(seconds) // 60
    return f"{minutes // 60} h {minutes % 60:02} min"


def tables(picture: Picture) -> str:
    """tables are all that there is to show, each with its heading."""
    parts = [apps(picture)] if picture.apps else []
    remote = sorted({app.place.space for app in picture.apps if app.remote_access and app.place.space})
    if remote:
        parts.append(f"An IDE may be connected from outside to {', '.join(remote)}: such work leaves no line. Ask first.")
    if picture.instances:
        parts.append(f"What is billed:\n\n{billed(picture)}")
    if picture.volumes:
        parts.append(f"Volumes of spaces in which nothing runs:\n\n{volumes(picture)}")
    return "\n\n".join(parts)


def apps(picture: Picture) -> str:
    columns: tuple[_Column, ...] = (
        ("OWNER", lambda app: app.place.owner),
        ("TYPE", lambda app: app.app_type),
        ("APP OR SPACE", app_or_space),
        ("INSTANCE", lambda app: app.instance_type or ""),
        ("IDLE", lambda app: hours_and_minutes(app.idle_s)),
    )
    return _table(picture.apps, columns, 1)


def billed(picture: Picture) -> str:
    columns: tuple[_Column, ...] = (
        ("OWNER", lambda row: row.place.owner),
        ("SPACE", lambda row: row.place.space or "-"),
        ("INSTANCE", lambda row: row.instance_type),
        ("IDLE", lambda row: hours_and_minutes(row.idle_s)),
        ("USD/H", lambda row: _usd(row.hourly_cost)),
        ("IDLE USD/H", lambda row: _usd(row.idle_hourly_cost)),
    )
    return f"{_table(picture.instances, columns, 3)}\n\n{sum_line(picture)}"


def sum_line(picture: Picture) -> str:
    """sum_line is the sum of money, and what is not in it."""
    wasted = picture.wasted
    if wasted is None:
        return "What idle instances cost is not known: nothing here has a price; see sagemaker-prices(1)."
    line = f"Idle instances cost {wasted:.2f} USD an hour, at list price."
    unpriced = picture.without_price
    if unpriced:
        number = sum(unpriced.values())
        types = ", ".join(f"{type} ({count})" if count > 1 else type for type, count in sorted(unpriced.items()))
        line += f" Not in it: {number} instance{'s' * (number > 1)} without a price, {types}; `sagemaker-prices` may know."
    return line


def volumes(picture: Picture) -> str:
    columns: tuple[_Column, ...] = (
        ("OWNER", lambda row: row.place.owner),
        ("SPACE", lambda row: row.place.space or "-"),
        ("EMPTY FOR", lambda row: hours_and_minutes(row.vacant_s)),
        ("GB", lambda row: "-" if row.bytes is None else f"{row.bytes / _GIB:.0f}"),
        ("USD/H", lambda row: _usd(row.hourly_cost)),
    )
    return _table(picture.volumes, columns, 3)


def app_or_space(app: App) -> str:
    """app_or_space is the space, whose app is named default; else the app, with its space before it."""
    space = app.place.space
    if space is None:
        return app.app_name
    return space if app.app_name == "default" else f"{space} {app.app_name}"


def _usd(money: float | None) -> str:
    return "-" if money is None else f"{money:.3f}"


def _table(rows: Sequence[App | Instance | Volume], columns: tuple[_Column, ...], numbers: int) -> str:
    places = [column for column in _PLACES if column[0] == "DOMAIN" or len({column[1](row) for row in rows}) > 1]
    shown = [*places, *columns]
    return _aligned([[name for name, _ in shown], *([cell(row) for _, cell in shown] for row in rows)], numbers)


def _width(text: str) -> int:
    """_width is how many places a terminal takes for it: letters of East Asia take two."""
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in text
    )


def _aligned(rows: Iterable[list[str]], numbers: int) -> str:
    """_aligned: the last columns, which are numbers, stand at the right."""
    rows = list(rows)
    widths = [max(map(_width, column)) for column in zip(*rows)]
    lines = []
    for row in rows:
        blanks = [" " * (width - _width(cell)) for cell, width in zip(row, widths)]
        left = [cell + blank for cell, blank in zip(row, blanks)][:-numbers]
        right = [blank + cell for cell, blank in zip(row, blanks)][-numbers:]
        lines.append("  ".join([*left, *right]).rstrip())
    return "\n".join(lines)


__all__ = ["Place", "app_or_space", "apps", "billed", "hours_and_minutes", "sum_line", "tables", "volumes"]
