"""What a collectd wrote, as objects: values with their meta data, notifications, log lines.

The file is logfile's, into which write_log prints each value list as JSON on a line of its own.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass, field
from pathlib import Path

_VALUES_FOLLOW = "write_log values:"
_LINE = re.compile(r"\[(?P<when>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)\] \[(?P<severity>\w+)\] (?P<text>.*)", re.DOTALL)
_NOTIFICATION = re.compile(
    r"Notification: severity = (?P<severity>\w+), host = (?P<host>[^,]*)"
    r"(?:, plugin = (?P<plugin>[^,]*))?(?:, plugin_instance = (?P<plugin_instance>[^,]*))?"
    r"(?:, type = (?P<type>[^,]*))?(?:, type_instance = (?P<type_instance>[^,]*))?, message = (?P<message>.*)"
)


@dataclass(frozen=True)
class Value:
    """Value is one value list of one value; NaN is nan."""

    host: str
    plugin: str
    plugin_instance: str
    type: str
    type_instance: str
    value: float
    time: float
    interval: float
    meta: dict = field(default_factory=dict, compare=False)

    @property
    def identifier(self) -> str:
        return _joined(self.plugin, self.plugin_instance) + "/" + _joined(self.type, self.type_instance)

    @property
    def is_nan(self) -> bool:
        return math.isnan(self.value)


@dataclass(frozen=True)
class Notification:
    severity: str
    host: str
    plugin: str
    plugin_instance: str
    type: str
    type_instance: str
    message: str


@dataclass(frozen=True)
class Line:
    severity: str
    text: str

    def __str__(self) -> str:
        return f"[{self.severity}] {self.text}"


class Output:
    """Output reads a growing file, each byte once."""

    def __init__(self, path: Path):
        self.path = path
        self.values: list[Value] = []
        self.notifications: list[Notification] = []
        self.lines: list[Line] = []
        self._offset = 0
        self._rest = b""
        self._values_follow = False

    def read(self) -> Output:
        """read takes in what has been written since, whole lines only."""
        try:
            with open(self.path, "rb") as file:
                file.seek(self._offset)
                fresh = file.read()
        except FileNotFoundError:
            return self
        self._offset += len(fresh)
        *whole, self._rest = (self._rest + fresh).split(b"\n")
        for line in whole:
            self._take(line.decode("utf-8", "backslashreplace"))
        return self

    def _take(self, text: str) -> None:
        if self._values_follow:
            self._values_follow = False
            self.values += [_value(entry) for entry in json.loads(text)]
            return
        match = _LINE.fullmatch(text)
        if match is None:
            self.lines.append(Line("continued", text))
            return
        if match["text"] == _VALUES_FOLLOW:
            self._values_follow = True
            return
        notification = _NOTIFICATION.fullmatch(match["text"])
        if notification is None:
            self.lines.append(Line(match["severity"], match["text"]))
        else:
            parts = {name: part or "" for name, part in notification.groupdict().items()}
            self.notifications.append(Notification(**parts))


def _value(entry: dict) -> Value:
    (number,) = entry["values"]
    return Value(
        entry["host"],
        entry["plugin"],
        entry["plugin_instance"],
        entry["type"],
        entry["type_instance"],
        math.nan if number is None else number,
        entry["time"],
        entry["interval"],
        entry.get("meta", {}),
    )


def _joined(name: str, instance: str) -> str:
    return f"{name}-{instance}" if instance else name
