"""HTTP/2 where the server offers it: nginx speaks it, and hands every request on to the stand-in."""

import os
import socket
import subprocess
import time

import pytest

APPS = 60

CONFIGURATION = """
daemon off;
pid {folder}/pid;
error_log {folder}/error.log;
events {{}}
http {{
  log_format protocol '$server_protocol $connection';
  access_log {folder}/access.log protocol;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port} ssl http2;
    ssl_certificate {folder}/certificate.pem;
    ssl_certificate_key {folder}/key.pem;
    location / {{ proxy_pass {target}; proxy_http_version 1.1; proxy_set_header Host $http_host; }}
  }}
}}
"""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


def await_port(port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
    raise AssertionError("nginx does not listen")


@pytest.fixture
def front(cloud, tmp_path):
    """The URL of a server with HTTP/2 before the stand-in, and the folder with its certificate and log."""
    folder, port = tmp_path / "nginx", free_port()
    folder.mkdir()
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
        + ["-addext", "subjectAltName=IP:127.0.0.1"]
        + ["-out", folder / "certificate.pem", "-keyout", folder / "key.pem"],
        check=True,
        capture_output=True,
    )
    (folder / "nginx.conf").write_text(CONFIGURATION.format(folder=folder, port=port, target=cloud.aws.url))
    command = ["/usr/sbin/nginx", "-p", folder, "-c", folder / "nginx.conf"]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL, env={"PATH": os.environ["PATH"]}) as nginx:
        try:
            await_port(port)
            yield f"https://127.0.0.1:{port}", folder
        finally:
            nginx.terminate()


def test_many_requests_share_a_connection(cloud, watch, front):
    url, folder = front
    cloud.domain()
    cloud.app("user01", "logged")
    for number in range(APPS):
        cloud.app("user01", f"app{number:02}", idle=None)
    trusted = f'Interval 1\n<Account default>\nTimeout 5\nCACert "{folder}/certificate.pem"\n</Account>'
    collectd = watch(trusted, environment=cloud.environment | {"AWS_ENDPOINT_URL": url})
    collectd.await_scans()
    collectd.kill()
    served = [line.split() for line in (folder / "access.log").read_text().splitlines()]
    assert len(served) > APPS
    assert {protocol for protocol, _ in served} == {"HTTP/2.0"}
    assert len({connection for _, connection in served}) <= 2
