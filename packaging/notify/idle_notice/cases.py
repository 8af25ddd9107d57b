"""The open cases: what is idle (or blind) beyond its threshold, and whether somebody has been told.

A case opens with WARNING or FAILURE and ends with OKAY. It is kept over restarts of collectd in one file, which is
replaced as a whole: a notification that repeats what is known changes nothing.
"""

from __future__ import annotations

import json
import math
import os
from dataclasses import dataclass, fields

from idle_notice.notification import SEVERITIES, Notification, one_line

_VERSION = 1
_REASON_LENGTH = 200


@dataclass
class Case:
    name: str
    severity: str
    value: float | None = None  # None: the value is missing, which is what the case is about
    limit: float | None = None
    ended: bool = False
    told: float | None = None  # when somebody was last told; None: nobody yet
    told_severity: str = "OKAY"
    subject: str | None = None  # as it was told
    absent: float | None = None  # since when collectd has not had the value, as seen when a reminder was due

    def due(self, now: float, remind: float) -> bool:
        """due: new, worse, at its end, or a day (remind) after the last message; a clock that was set back is a day."""
        if self.told is None or self.ended:
            return True
        return SEVERITIES.index(self.severity) > SEVERITIES.index(self.told_severity) or abs(now - self.told) >= remind


class Cases:
    def __init__(self, path: str):
        self._path = path
        self.open: dict[str, Case] = {}
        self.swept = 0.0  # when all values of collectd were last compared with their thresholds
        self.ruled = 0.0  # the time of the last notification that told of a limit
        self.said: str | None = None  # the trouble that has been complained of

    def load(self) -> str | None:
        """load reads the file; a damaged one is set aside, and what is to be said about it returned."""
        try:
            with open(self._path, encoding="utf-8") as file:
                self._take(json.load(file))
        except FileNotFoundError:
            pass
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError) as error:
            aside = self._path + ".damaged"
            os.replace(self._path, aside)
            self.open, self.swept, self.ruled, self.said = {}, 0.0, 0.0, None
            return f"{self._path} is damaged ({one_line(str(error))[:_REASON_LENGTH]}); it is {aside} now, and open cases will be told again"
        return None

    def save(self) -> None:
        """save replaces the file: whoever is killed here leaves the old one or the new one."""
        beside = self._path + ".new"
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(descriptor, "w", encoding="utf-8") as file:
            cases = [vars(case) for case in self.open.values()]
            seen = {"swept": self.swept, "ruled": self.ruled, "said": self.said}
            file.write(json.dumps({"version": _VERSION, **seen, "cases": cases}))
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, self._path)

    def apply(self, notification: Notification) -> None:
        """apply takes in what a notification, or a look at collectd's values, says."""
        case = self.open.get(notification.name)
        if notification.severity == "OKAY":
            if case is not None and case.told is None:
                del self.open[case.name]
            elif case is not None:
                case.ended, case.value, case.absent = True, notification.value, None
            return
        if case is None:
            case = self.open[notification.name] = Case(notification.name, notification.severity)
        case.severity, case.value, case.limit = notification.severity, notification.value, notification.limit
        case.ended, case.absent = False, None

    def told(self, case: Case, now: float) -> None:
        if case.ended:
            del self.open[case.name]
        else:
            case.told, case.told_severity = now, case.severity

    def _take(self, saved: dict) -> None:
        if saved["version"] != _VERSION:
            raise ValueError(f"version {saved['version']!r}")
        for entry in saved["cases"]:
            case = Case(**entry)
            _check(case)
            self.open[case.name] = case
        self.swept, self.ruled, self.said = _finite(saved["swept"]), _finite(saved["ruled"]), saved["said"]
        if not isinstance(self.said, (str, type(None))):
            raise TypeError("said is no text")


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise ValueError(f"{value!r} is no time")
    return float(value)


def _check(case: Case) -> None:
    allowed = {"str": str, "bool": bool, "float | None": (float, int, type(None)), "str | None": (str, type(None))}
    for field in fields(case):
        value = getattr(case, field.name)
        if not isinstance(value, allowed[field.type]):
            raise TypeError(f"{field.name} is {value!r}")
        if isinstance(value, str) and one_line(value).encode() != value.encode():
            raise ValueError(f"{field.name} is {value!r}")
        if isinstance(value, (float, int)) and not (math.isnan(value) and field.name in ("value", "limit")):
            _finite(value)
    if case.severity not in SEVERITIES or case.told_severity not in SEVERITIES:
        raise ValueError(f"severity is {case.severity!r}")
