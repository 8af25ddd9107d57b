"""Prometheus, with the shipped scrape configuration and rules; and promtool, which checks them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

from e2e.collectd import PATIENCE_S, TOP
from neighbours.program import Program, free_port
from neighbours.sample import sample

SHIPPED = TOP / "packaging" / "prometheus"
_SAMPLE = re.compile(r"(?P<name>\w+)\{(?P<labels>[^}]*)\} (?P<value>\S+)(?: \d+)?")


class Prometheus(Program):
    """Prometheus scrapes one endpoint, each second."""

    def __init__(self, folder: Path, endpoint: int):
        super().__init__(folder)
        self.port = free_port()
        text = sample(SHIPPED / "prometheus.yml", {"9103": str(endpoint), "1m": "1s"})
        (folder / "prometheus.yml").write_text(text)
        shutil.copyfile(SHIPPED / "rules.yml", folder / "rules.yml")

    def start(self) -> Prometheus:
        configuration = f"--config.file={self.folder / 'prometheus.yml'}"
        storage = f"--storage.tsdb.path={self.folder / 'data'}"
        self.spawn("/usr/bin/prometheus", configuration, storage, f"--web.listen-address=127.0.0.1:{self.port}")
        self.wait(self._ready, "readiness")
        return self

    def _ready(self) -> bool:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{self.port}/-/ready", timeout=PATIENCE_S).close()
        except urllib.error.URLError:
            return False
        return True

    def query(self, expression: str) -> list[dict]:
        """query is each series of an instant query: its labels as "metric", its "value"."""
        url = f"http://127.0.0.1:{self.port}/api/v1/query?{urllib.parse.urlencode({'query': expression})}"
        with urllib.request.urlopen(url, timeout=PATIENCE_S) as answer:
            return json.load(answer)["data"]["result"]


def promtool(*arguments: str | Path, folder: Path) -> None:
    """promtool must be content."""
    done = subprocess.run(["promtool", *map(str, arguments)], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def exposed(port: int) -> dict[tuple[str, str], float]:
    """exposed is what write_prometheus shows, by name and labels as it writes them."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=PATIENCE_S) as answer:
        lines = answer.read().decode().splitlines()
    found = [_SAMPLE.fullmatch(line) for line in lines if line and not line.startswith("#")]
    assert None not in found
    return {(match["name"], match["labels"]): float(match["value"]) for match in found if match}
