"""A notification as collectd's exec plugin writes it (collectd-exec(5)): header lines, an empty line, the message."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

SEVERITIES = ("OKAY", "WARNING", "FAILURE")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
# collectd's own parts of a name have at most 127 bytes.
_FIELD_LENGTH = 255
_SHOWN_LENGTH = 40
# No idle time, no size and no time of this world is beyond: what is told so is not known.
_GREATEST = 1e15


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
            fields.setdefault(key, one_line(value)[:_FIELD_LENGTH])
    severity = fields.get("Severity")
    if severity not in SEVERITIES:
        raise ValueError(f"Severity is {severity and severity[:_SHOWN_LENGTH]!r}")
    missing = [key for key in ("Time", "Host", "Plugin", "Type") if not fields.get(key)]
    if missing:
        raise ValueError(f"no {', no '.join(missing)}")
    time = number(fields["Time"])
    if not known(time):
        raise ValueError(f"Time is {fields['Time'][:_SHOWN_LENGTH]!r}")
    limits = [number(fields.get(key)) for key in ("WarningMax", "FailureMax")]
    return Notification(
        severity,
        time,
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
    """number is NaN where the text has one that cannot be true, None where it has none."""
    try:
        value = None if text is None else float(text)
    except ValueError:
        return None
    return math.nan if value is not None and not abs(value) < _GREATEST else value


def one_line(text: str) -> str:
    """one_line is a text of somebody else's, fit for a line of a message or a log."""
    return _CONTROL.sub("?", text)
