"""influxd, with the shipped input for collectd's network plugin or for write_influxdb_udp."""

from __future__ import annotations

import json
import socket
import subprocess
import urllib.parse
import urllib.request
from collections.abc import Iterable
from pathlib import Path

from e2e.collectd import PATIENCE_S, TOP
from neighbours.program import Program, answers, free_port
from neighbours.sample import RATES, sample

SHIPPED = TOP / "packaging" / "influxdb"
DATABASE = "collectd"

# It has, like Debian's, an empty section of each input; the shipped one is put in its place as graphs.md says.
_INFLUXD = """\
reporting-disabled = true
bind-address = "127.0.0.1:0"
[meta]
  dir = "{folder}/meta"
[data]
  dir = "{folder}/data"
  wal-dir = "{folder}/wal"
[http]
  bind-address = "127.0.0.1:{port}"
  log-enabled = false
[monitor]
  store-enabled = false
[[collectd]]
[[udp]]
"""

SECTIONS = {"network": "collectd", "udp": "udp"}
PORTS = {"network": "25827", "udp": "8089"}

# What a type of collectd's calls its value in types.db.
DATA_SOURCES = {"duration": "seconds"}


class Influxd(Program):
    """Influxd has one input, "network" or "udp", on a port of its own."""

    def __init__(self, folder: Path, kind: str):
        super().__init__(folder)
        self.kind = kind
        self.port, self.input = free_port(), free_port(socket.SOCK_DGRAM)
        shipped = sample(SHIPPED / kind / "influxdb.conf", {PORTS[kind]: str(self.input)})
        (folder / "shipped").write_text(shipped)
        (folder / "influxdb.conf").write_text(_INFLUXD.format(folder=folder, port=self.port))
        replace = ["-e", f"/^\\[\\[{SECTIONS[kind]}\\]\\]$/{{r {folder}/shipped", "-e", "d}"]
        subprocess.run(["sed", "-i", *replace, folder / "influxdb.conf"], check=True)

    def start(self) -> Influxd:
        self.spawn("/usr/bin/influxd", "-config", self.folder / "influxdb.conf")
        self.wait(lambda: answers(self.port) and "istening on UDP" in self.said(), "open ports")
        return self

    def query(self, text: str) -> list[dict]:
        """query is each series of the answers to some statements."""
        parameters = urllib.parse.urlencode({"db": DATABASE, "epoch": "ms"})
        form = urllib.parse.urlencode({"q": text}).encode()
        url = f"http://127.0.0.1:{self.port}/query?{parameters}"
        with urllib.request.urlopen(url, form, timeout=PATIENCE_S) as answer:
            results = json.load(answer)["results"]
        return series_of(results, text)

    def counted(self) -> int:
        """counted is how many gauges of the plugin have come in."""
        found = self.query(f'SELECT count(*) FROM /^sagemaker/ WHERE "type" !~ /^({"|".join(RATES)})$/')
        return sum(number or 0 for series in found for number in series["values"][0][1:])

    def write(self, lines: Iterable[str]) -> None:
        """write takes points in InfluxDB's line protocol, times in milliseconds, into a database that it makes."""
        self.query(f"CREATE DATABASE {DATABASE}")
        parameters = urllib.parse.urlencode({"db": DATABASE, "precision": "ms"})
        url = f"http://127.0.0.1:{self.port}/write?{parameters}"
        urllib.request.urlopen(url, "\n".join(lines).encode(), timeout=PATIENCE_S).close()


def series_of(results: list[dict], question: str) -> list[dict]:
    """series_of is each series of InfluxDB's results; where nothing has come in yet, there is no database."""
    for result in results:
        error = result.get("error", "")
        assert not error or error.startswith("database not found"), f"{error}: {question}"
    return [series for result in results for series in result.get("series", [])]


def measurement(kind: str, plugin: str, type: str) -> str:
    """measurement is what an input calls the values of a plugin and a type."""
    return f"{plugin}_{DATA_SOURCES.get(type, 'value')}" if kind == "network" else plugin


def field(kind: str, type: str) -> str:
    return "value" if kind == "network" else DATA_SOURCES.get(type, "value")
