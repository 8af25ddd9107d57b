"""carbon-cache, which takes what write_graphite sends and keeps it in whisper files."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from pathlib import Path

from e2e.collectd import TOP
from e2e.output import Value
from neighbours.program import Program, answers, free_port

SHIPPED = TOP / "packaging" / "graphite"

_CARBON = """\
[cache]
STORAGE_DIR = {folder}/
LOCAL_DATA_DIR = {folder}/whisper/
WHITELISTS_DIR = {folder}/lists/
CONF_DIR = {folder}/
LOG_DIR = {folder}/log/
PID_DIR = {folder}/
MAX_CREATES_PER_MINUTE = inf
MAX_UPDATES_PER_SECOND = inf
LINE_RECEIVER_INTERFACE = 127.0.0.1
LINE_RECEIVER_PORT = {port}
PICKLE_RECEIVER_PORT = 0
CACHE_QUERY_INTERFACE = 127.0.0.1
CACHE_QUERY_PORT = {queries}
CARBON_METRIC_INTERVAL = 0
ENABLE_TAGS = False
LOG_CREATES = False
LOG_UPDATES = False
LOG_CACHE_HITS = False
"""

_DEBIANS_SCHEMA = """
[default]
pattern = .*
retentions = 60s:1d,5m:30d,1h:3y
"""


class Carbon(Program):
    """Carbon has the shipped storage-schemas.conf and storage-aggregation.conf, before what Debian has."""

    def __init__(self, folder: Path):
        super().__init__(folder)
        self.port, self.queries = free_port(), free_port()
        for name, behind in (("storage-schemas.conf", _DEBIANS_SCHEMA), ("storage-aggregation.conf", "")):
            (folder / name).write_text((SHIPPED / name).read_text() + behind)
        (folder / "carbon.conf").write_text(_CARBON.format(folder=folder, port=self.port, queries=self.queries))

    @property
    def whisper(self) -> Path:
        return self.folder / "whisper"

    def start(self) -> Carbon:
        self.spawn("/usr/bin/carbon-cache", f"--config={self.folder / 'carbon.conf'}", "--nodaemon", "start")
        self.wait(lambda: answers(self.port) and answers(self.queries), "open ports")
        return self

    def send(self, rows: Iterable[tuple[str, float, float]]) -> None:
        """send hands over rows of a metric, its value and its time, as write_graphite does."""
        with socket.create_connection(("127.0.0.1", self.port)) as line:
            line.sendall("".join(f"{name} {value:f} {time:.0f}\n" for name, value, time in rows).encode())

    def metrics(self) -> set[str]:
        """metrics are the names that have a file."""
        files = self.whisper.rglob("*.wsp") if self.whisper.exists() else ()
        return {".".join(file.relative_to(self.whisper).with_suffix("").parts) for file in files}

    def await_metrics(self, number: int) -> set[str]:
        return self.wait(lambda: len(self.metrics()) >= number and self.metrics(), f"{number} metrics")


def metric(value: Value) -> str:
    """metric is what write_graphite calls a value: dots of each part become "_"."""
    parts = (value.host, *value.identifier.split("/"))
    return ".".join(["collectd", *(part.replace(".", "_") for part in parts)])
