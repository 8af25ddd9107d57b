"""graphite-web, under Python's own WSGI server, on the files of one carbon-cache."""

from __future__ import annotations

import json
import sys
import urllib.parse
import urllib.request
from pathlib import Path

from e2e.collectd import PATIENCE_S
from neighbours.carbon import SHIPPED, Carbon
from neighbours.program import Program

_SETTINGS = """\
SECRET_KEY = "of no use to anybody"
ALLOWED_HOSTS = ["127.0.0.1"]
TIME_ZONE = "UTC"
LOG_DIR = "{folder}"
STORAGE_DIR = "{folder}"
INDEX_FILE = "{folder}/index"
WHISPER_DIR = "{whisper}"
STANDARD_DIRS = ["{whisper}"]
CARBONLINK_HOSTS = ["127.0.0.1:{queries}"]
DATABASES = {{"default": {{"NAME": "{folder}/graphite.db", "ENGINE": "django.db.backends.sqlite3"}}}}
CACHES = {{"default": {{"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}}}
"""

# The program that graphite-web is here: it makes the database, listens, and leaves its port in a file.
_SERVER = """\
import os
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from wsgiref.simple_server import make_server
application = get_wsgi_application()
call_command("migrate", "--run-syncdb", verbosity=0)
with make_server("127.0.0.1", 0, application) as server:
    with open("port.new", "w") as file:
        file.write(str(server.server_port))
    os.rename("port.new", "port")
    server.serve_forever()
"""


class GraphiteWeb(Program):
    def __init__(self, folder: Path, carbon: Carbon):
        super().__init__(folder)
        text = _SETTINGS.format(folder=folder, whisper=carbon.whisper, queries=carbon.queries)
        (folder / "of_this_test.py").write_text(text)
        self.url = ""

    def start(self) -> GraphiteWeb:
        environment = {
            "PYTHONPATH": str(self.folder),
            "DJANGO_SETTINGS_MODULE": "graphite.settings",
            "GRAPHITE_SETTINGS_MODULE": "of_this_test",
        }
        self.spawn(sys.executable, "-c", _SERVER, environment=environment)
        port = self.folder / "port"
        self.wait(port.exists, "port")
        self.url = f"http://127.0.0.1:{port.read_text()}"
        return self

    def ask(self, path: str, form: object = None, **parameters: object) -> bytes:
        """ask is a GET of a path, or a POST where there is a form; parameters may be lists."""
        query = urllib.parse.urlencode(parameters, doseq=True)
        data = None if form is None else urllib.parse.urlencode(form).encode()
        with urllib.request.urlopen(f"{self.url}{path}?{query}", data, timeout=PATIENCE_S) as answer:
            return answer.read()

    def render(self, *targets: str, start: str = "-1h", until: str = "now") -> dict[str, list[tuple[float, float]]]:
        """render is each series that the targets name, as its points (time, value) without the gaps."""
        parameters = {"target": targets, "from": start, "until": until, "format": "json", "noNullPoints": "true"}
        found = json.loads(self.ask("/render", **parameters))
        return {series["target"]: [(time, value) for value, time in series["datapoints"]] for series in found}

    def find(self, pattern: str) -> list[str]:
        """find is the last parts of the names that match a pattern, as Grafana's variables see them."""
        return [node["text"] for node in json.loads(self.ask("/metrics/find", query=pattern))]


def dashboard() -> dict:
    return json.loads((SHIPPED / "dashboard.json").read_text())


def graphs() -> list[dict]:
    """graphs are the parameters of each graph of the dashboard, as the browser puts them together."""
    state = dashboard()
    return [state["defaultGraphParams"] | state["graphSize"] | own for _, own, _ in state["graphs"]]
