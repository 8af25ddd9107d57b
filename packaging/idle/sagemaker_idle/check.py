"""One line for a cron job, Nagios and the like: is somebody idle for longer than so many seconds?"""

from __future__ import annotations

from collections.abc import Sequence

from sagemaker_idle.picture import Instance, Picture
from sagemaker_idle.table import app_or_space, hours_and_minutes, sum_line

OK, WARNING, UNKNOWN = 0, 1, 3
_NAMED = 10


def check(picture: Picture, seconds: float, unfinished: str) -> tuple[int, str]:
    """check is the status and the line. unfinished says why something is not known, "" where all is."""
    longer = hours_and_minutes(seconds)
    idle = [app for app in picture.apps if app.idle_s > seconds]
    also = "".join(f"; {more}" for more in (_blind(picture.blind), unfinished) if more)
    if idle:
        count = f"{len(idle)} of {len(picture.apps)} apps {'is' if len(idle) == 1 else 'are'}"
        text = f"{count} idle for longer than {longer}: {_first([_named(app) for app in idle])}. {sum_line(picture)}"
        return WARNING, f"SAGEMAKER WARNING: {text}{also}{_figures(picture, len(idle))}"
    if unfinished:
        return UNKNOWN, f"SAGEMAKER UNKNOWN: {unfinished}"
    text = f"none of {len(picture.apps)} apps is idle for longer than {longer}"
    return OK, f"SAGEMAKER OK: {text}{also}{_figures(picture, 0)}"


def _named(app) -> str:
    where = f"{app.place.owner} {app.app_type} {app_or_space(app)}"
    return f"{where} ({app.place.domain}, {app.instance_type or 'unknown'}) {hours_and_minutes(app.idle_s)}"


def _first(texts: Sequence[str]) -> str:
    more = f", and {len(texts) - _NAMED} more" if len(texts) > _NAMED else ""
    return ", ".join(texts[:_NAMED]) + more


def _blind(instances: Sequence[Instance]) -> str:
    named = _first([f"{row.place.owner} {row.instance_type}" for row in instances])
    return f"billed, and not known whether idle: {named}" if instances else ""


def _figures(picture: Picture, idle: int) -> str:
    """_figures are what monitoring systems draw."""
    wasted = "" if picture.wasted is None else f" usd_an_hour={picture.wasted:.2f}"
    return f" | idle={idle} apps={len(picture.apps)}{wasted}"
