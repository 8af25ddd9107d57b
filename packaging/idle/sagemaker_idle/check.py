"""One line for a cron job, Nagios and the like: is somebody idle for longer than so many seconds?"""

from __future__ import annotations

from sagemaker_idle.picture import Picture
from sagemaker_idle.table import app_or_space, hours_and_minutes, sum_line

OK, WARNING, UNKNOWN = 0, 1, 3
_NAMED = 10


def check(picture: Picture, seconds: float, unfinished: str) -> tuple[int, str]:
    """check is the status and the line. unfinished says why something is not known, "" where all is."""
    longer = hours_and_minutes(seconds)
    idle = [app for app in picture.apps if app.idle_s > seconds]
    also = f"; {unfinished}" if unfinished else ""
    if idle:
        named = ", ".join(_named(app) for app in idle[:_NAMED])
        more = f", and {len(idle) - _NAMED} more" if len(idle) > _NAMED else ""
        count = f"{len(idle)} of {len(picture.apps)} apps {'is' if len(idle) == 1 else 'are'}"
        text = f"{count} idle for longer than {longer}: {named}{more}. {sum_line(picture)}"
        return WARNING, f"SAGEMAKER WARNING: {text}{also}"
    if unfinished:
        return UNKNOWN, f"SAGEMAKER UNKNOWN: {unfinished}"
    return OK, f"SAGEMAKER OK: none of {len(picture.apps)} apps is idle for longer than {longer}"


def _named(app) -> str:
    where = f"{app.place.owner} {app.app_type} {app_or_space(app)}"
    return f"{where} ({app.place.domain}, {app.instance_type or 'unknown'}) {hours_and_minutes(app.idle_s)}"
