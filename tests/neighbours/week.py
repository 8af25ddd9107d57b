"""A week of a small team, as the plugin tells it: five minutes at a time, the clock of the stand-in being moved.

What comes out is what the plugin dispatched, its times exchanged for those of another week: the past one, for instance,
so that Graphite has something to draw.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from e2e.cloud import HOUR_S, Cloud, Running
from e2e.conftest import Watch
from e2e.monitor import Monitor
from e2e.output import Value
from e2e.week_lines import SAVED

STEP_S = 300
WEEK_S = 7 * 24 * HOUR_S
DOMAIN = "d-research4dl1"

OPTIONS = """\
Interval 0.05
<Account default>
  RateLimit "FilterLogEvents" 1000
  RateLimit "ListApps" 1000
  RateLimit "DescribeLogStreams" 1000
</Account>
"""


def days(*numbers: int, start: float = 9, end: float = 18) -> tuple[tuple[float, float], ...]:
    """days are working days, 0 being Monday; last Friday is one in any case."""
    return tuple((24 * day + start, 24 * day + end) for day in (-3, *numbers))


@dataclass(frozen=True)
class Member:
    """Member is somebody with an app: when they work, in hours since Monday 0:00, and when they delete it."""

    name: str
    instance: str
    works: tuple[tuple[float, float], ...]
    space: str | None = None  # of a JupyterLab; without one it is a kernel gateway
    app: str = "default"
    deletes: float = 24 * 7 + 1

    def works_at(self, hour: float) -> bool:
        return any(start <= hour < end for start, end in self.works)


TEAM = (
    Member("kato", "ml.g5.xlarge", days(), space="vision", deletes=24 * 2 + 10.5),
    Member("suzuki", "ml.m5.4xlarge", days(0, end=12), app="sagemaker-data-wrang-ml-m5-4xlarge-a4f6"),
    Member("tanaka", "ml.m5.xlarge", days(0, 1, 2, 3), space="churn"),
    Member("ito", "ml.g4dn.xlarge", days(0, 2, 4), app="pytorch-1-13-ml-g4dn-xlarge"),
    Member("ito", "ml.t3.medium", days(0), app="base-python-ml-t3-medium"),
    Member("sato", "ml.t3.medium", days(0, 1, 2, 3, 4), app="datascience-1-0-ml-t3-medium", deletes=24 * 4 + 18),
)


def play(cloud: Cloud, watch: Watch, monday: float, length: float = WEEK_S) -> Iterator[tuple[float, Value]]:
    """play is each value and the time that it stands for, monday being when the week began."""
    cloud.domain(DOMAIN)
    started = [(member, _start(cloud, member)) for member in TEAM]
    begin = cloud.ago(0)
    collectd = watch(OPTIONS, shipped=("sagemaker.conf", "sagemaker.prices.conf"))
    for step in range(int(length / STEP_S)):
        hour = step * STEP_S / HOUR_S
        with cloud.aws.lock:
            cloud.world.offset += begin + step * STEP_S - cloud.world.now()
            for member, running in started:
                _act(member, running, hour, cloud.world.now())
        for value in _reported(collectd):
            yield monday + step * STEP_S, value


def _start(cloud: Cloud, member: Member) -> Running:
    """_start is the app that they worked with last Friday, until 18:00."""
    if member.space:
        cloud.space(member.space, member.name, domain=DOMAIN)
        place = {"space": member.space, "type": "JupyterLab", "name": "default"}
    else:
        place = {"user": member.name, "name": member.app}
    friday = 2 * 24 * HOUR_S + 6 * HOUR_S
    log = [(friday, SAVED.format(stamp="last Friday"))]
    return cloud.app(domain=DOMAIN, instance=member.instance, log=log, age=WEEK_S, **place)


def _act(member: Member, running: Running, hour: float, now: float) -> None:
    assert running.stream is not None
    if member.works_at(hour):
        running.stream.log(now, SAVED.format(stamp=f"hour {hour:.1f}"))
    if running.app.status == "InService" and hour >= member.deletes:
        running.app.delete()


def _reported(collectd: Monitor) -> list[Value]:
    """_reported is what the plugin says now that something has changed; of what is gone, nothing."""
    seen = len(collectd.values)
    collectd.await_reports()
    newest = {value.identifier: value for value in collectd.values[seen:]}
    return [value for value in newest.values() if value.type in ("duration", "gauge") and not value.is_nan]
