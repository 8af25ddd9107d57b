"""A notification as collectd's exec plugin writes it (collectd-exec(5)): header lines, an empty line, the message."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

SEVERITIES = ("OKAY", "WARNING", "FAILURE")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True)
class Notification:
    """Notification: value and limit are None where there is none; a missing value's has neither.

    limit is the one below which all is well: WarningMax, or FailureMax where there is no other.
    """

    severity: str
    time: float
    name: str  # as LISTVAL has it: HOST/PLUGIN-INSTANCE/TYPE-INSTANCE
    value: float | None
    limit: float | None


def parse(text: str) -> Notification:
    """parse is the notification of a text; ValueError says what it lacks."""
    head = text.partition("\n\n")[0]
    fields = {}
    for line in head.split("\n"):
        key, colon, value = line.partition(": ")
        if colon:
            fields.setdefault(key, _CONTROL.sub("?", value))
    severity = fields.get("Severity")
    if severity not in SEVERITIES:
        raise ValueError(f"Severity is {severity!r}")
    missing = [key for key in ("Time", "Host", "Plugin", "Type") if not fields.get(key)]
    if missing:
        raise ValueError(f"no {', no '.join(missing)}")
    limits = [number(fields.get(key)) for key in ("WarningMax", "FailureMax")]
    return Notification(
        severity,
        float(fields["Time"]),
        name_of(fields),
        number(fields.get("CurrentValue")),
        next((limit for limit in limits if known(limit)), None),
    )


def name_of(fields: dict[str, str]) -> str:
    parts = (("Plugin", "PluginInstance"), ("Type", "TypeInstance"))
    joined = ["-".join(fields[key] for key in pair if fields.get(key)) for pair in parts]
    return "/".join([fields["Host"], *joined])


def known(value: float | None) -> bool:
    """known is whether there is a number: neither None nor NaN."""
    return value is not None and not math.isnan(value)


def number(text: str | None) -> float | None:
    try:
        return None if text is None else float(text)
    except ValueError:
        return None
