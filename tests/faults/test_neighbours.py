"""Other plugins in the same collectd: those that use another libcurl work beside ours, and nobody waits for us."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from statistics import median

import pytest

from faults import is_long

# A machine that does other things at the same time must not look like an AWS that hangs.
PATIENT_S = 10

OTHERS = ("curl", "curl_json", "write_http")


class Sink:
    """Sink takes what write_http posts."""

    def __init__(self):
        self.values: list[dict] = []
        sink = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                sink.values += json.loads(body)
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_arguments: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/values"


def others(lane, sink) -> str:
    """others is the configuration of collectd's own users of libcurl: they ask the same host as we do, with TLS."""
    url = f"{lane.url('sagemaker')}/_standin/stats"
    return f"""
LoadPlugin curl
<Plugin curl>
  <Page "standin">
    URL "{url}"
    CACert "{lane.authority.ca}"
    Timeout {PATIENT_S * 1000}
    <Match>
      Regex "connections.: ([0-9]+)"
      DSType "GaugeLast"
      Type "gauge"
      Instance "connections"
    </Match>
  </Page>
</Plugin>
LoadPlugin curl_json
<Plugin curl_json>
  <URL "{url}">
    Instance "standin"
    CACert "{lane.authority.ca}"
    Timeout {PATIENT_S * 1000}
    <Key "connections">
      Type "gauge"
    </Key>
  </URL>
</Plugin>
LoadPlugin write_http
<Plugin write_http>
  <Node "sink">
    URL "{sink.url}"
    Format "JSON"
    BufferSize 1024
  </Node>
</Plugin>
"""


@pytest.mark.parametrize("loaded", ["before", "after"])
def test_collectds_own_users_of_libcurl_work_beside_ours(bench, loaded):
    lane = bench.lane("role")
    lane.timeout = PATIENT_S
    with Sink() as sink:
        text = others(lane, sink)
        # Files of collectd.conf.d are read in the order of their names: this one behind sagemaker.conf.
        place = {"extra": text} if loaded == "before" else {"files": {"z.conf": text}}
        collectd = bench.collectd(**place)
        collectd.start()
        for identifier in ("curl-standin/gauge-connections", "curl_json-standin/gauge-connections"):
            assert collectd.value(identifier).value >= 1
        collectd.await_scans(3)

        def posted() -> set[str]:
            return {f"{v['plugin']}-{v['plugin_instance']}/{v['type']}-{v['type_instance']}" for v in sink.values}

        collectd.wait(lambda: lane.present <= posted(), "all apps through write_http")
        wrong = [line for line in collectd.lines if line.severity in ("warning", "error")]
        assert not [line for line in wrong if line.text.partition(" plugin: ")[0] in (*OTHERS, "sagemaker")]
        assert collectd.stop() < PATIENT_S + 2


def hang(bench, lane, how: str):
    """hang makes AWS hang, and is a condition that is true once it does."""
    if how == "name server":
        bench.resolver.make(lane.host("sagemaker"), "hangs")
        return lambda: bench.resolver.asked(lane.host("sagemaker"))
    if how == "credential_process":
        lane.write_process("sleep 600")
        return lane.process_runs
    fault = lane.aws.fault(None, how)
    return lambda: fault.hits >= 2


@pytest.mark.parametrize(
    "how",
    ["hang_before_headers", "name server", "credential_process"]
    + (["hang_after_headers", "drip", "huge"] if is_long() else []),
)
def test_a_plugin_beside_ours_is_not_delayed_while_aws_hangs(bench, how):
    """Its interval is a second; so must be what lies between its values, as far as the machine has time for them."""
    lane = bench.lane("process" if how == "credential_process" else "keys")
    hangs = hang(bench, lane, how)
    collectd = bench.collectd(extra="LoadPlugin uptime").start()
    collectd.wait(hangs, "requests that hang")
    seen = len(collectd.series("uptime/uptime"))
    wanted = seen + (60 if is_long() else 6)
    collectd.wait(lambda: len(collectd.series("uptime/uptime")) >= wanted, "values of the other plugin", within=120)
    times = [value.time for value in collectd.series("uptime/uptime")[seen:]]
    gaps = [later - earlier for earlier, later in pairwise(times)]
    print(f"{len(gaps)} intervals of 1 s beside ours while AWS hangs ({how}): the longest was {max(gaps):.3f} s")
    # One that is long is the machine's.
    assert median(gaps) < 1.5
    assert not [value for value in collectd.values if value.plugin == "sagemaker"]
