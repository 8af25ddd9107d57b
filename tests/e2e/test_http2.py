"""Connections over TLS: HTTP/2 where the server offers it, and sessions that are resumed."""

from e2e.nginx import nginx

APPS = 60


def test_many_requests_share_a_connection(cloud, watch, tmp_path):
    cloud.domain()
    cloud.app("user01", "logged")
    for number in range(APPS):
        cloud.app("user01", f"app{number:02}", idle=None)
    with nginx(tmp_path / "nginx", cloud.aws.url) as front:
        trusted = f'Interval 1\n<Account default>\nTimeout 5\nCACert "{front.certificate}"\n</Account>'
        collectd = watch(trusted, environment=cloud.environment | {"AWS_ENDPOINT_URL": front.url})
        collectd.await_scans()
        collectd.kill()
        served = front.served()
    assert len(served) > APPS
    assert {protocol for protocol, _ in served} == {"HTTP/2.0"}
    assert len({connection for _, connection in served}) <= 2


def test_a_new_connection_resumes_a_tls_session(cloud, watch, tmp_path):
    """AWS ends connections that rest for as long as an interval: without it each would cost a whole handshake."""
    cloud.domain()
    cloud.app("user01", "logged")
    with nginx(tmp_path / "nginx", cloud.aws.url, http2=False, keep_alive=False) as front:
        trusted = f'Interval 1\n<Account default>\nTimeout 5\nCACert "{front.certificate}"\n</Account>'
        collectd = watch(trusted, environment=cloud.environment | {"AWS_ENDPOINT_URL": front.url})
        collectd.await_scans()
        first = len(front.resumed())
        collectd.await_scans()
        collectd.kill()
        resumed = front.resumed()[first:]
    assert resumed and all(resumed)
