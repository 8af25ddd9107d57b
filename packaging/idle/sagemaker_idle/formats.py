"""The picture for programs: JSON and CSV. Their fields are a promise: some may be added, none changes."""

from __future__ import annotations

import csv
import io
import json
import time
from collections.abc import Sequence

from sagemaker_idle.picture import App, Picture, Place

_COLUMNS = (
    "account region domain_id domain_name owner user space app_type app_name instance_type idle_seconds signal "
    "remote_access beacon"
).split()


def as_json(picture: Picture, messages: Sequence[str]) -> str:
    document = {
        "time": int(time.time()),
        "apps": [_app(app) for app in picture.apps],
        "instances": [
            _place(row.place)
            | {
                "instance_type": row.instance_type,
                "idle_seconds": _whole(row.idle_s),
                "hourly_cost": row.hourly_cost,
                "idle_hourly_cost": row.idle_hourly_cost,
                "training_plan": row.on_plan,
                "uptime_seconds": _whole(row.uptime_s),
            }
            for row in picture.instances
        ],
        "volumes": [
            _place(row.place)
            | {"bytes": _whole(row.bytes), "empty_seconds": _whole(row.vacant_s), "hourly_cost": row.hourly_cost}
            for row in picture.volumes
        ],
        "targets": [{"name": target.name, "counts": target.counts} for target in picture.targets],
        "idle_hourly_cost": picture.wasted,
        "without_price": picture.without_price,
        "unknown_apps": picture.unknown,
        "messages": list(messages),
    }
    return json.dumps(document, indent=2, ensure_ascii=False)


def as_csv(picture: Picture) -> str:
    """as_csv has a line for each app, below one with the columns' names."""
    text = io.StringIO()
    writer = csv.DictWriter(text, _COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(_app(app) for app in picture.apps)
    return text.getvalue().rstrip("\n")


def _place(place: Place) -> dict:
    return {
        "account": place.account,
        "region": place.region,
        "domain_id": place.domain_id,
        "domain_name": place.domain_name,
        "owner": place.owner,
        "user": place.user,
        "space": place.space,
    }


def _app(app: App) -> dict:
    return _place(app.place) | {
        "app_type": app.app_type,
        "app_name": app.app_name,
        "instance_type": app.instance_type,
        "idle_seconds": _whole(app.idle_s),
        "signal": app.signal,
        "remote_access": app.remote_access,
        "beacon": app.beacon,
    }


def _whole(number: float | None) -> int | None:
    return None if number is None else int(number)
