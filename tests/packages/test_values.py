"""packaging/values: every value that unixsock has, however long its name is."""

from e2e.cloud import DAY_S
from e2e.collectd import TOP
from packages.built import output


def test_a_name_of_more_than_63_bytes_has_its_value(cloud, watch, tmp_path):
    cloud.domain()
    app = cloud.app("user01", "a" * 63, idle=DAY_S)
    path = tmp_path / "socket"
    collectd = watch(extra=f'LoadPlugin unixsock\n<Plugin unixsock>\nSocketFile "{path}"\n</Plugin>')
    collectd.await_scans()
    shown = dict(line.rsplit(" ", 1) for line in output(TOP / "packaging/values", "duration", path).splitlines())
    (name,) = [name for name in shown if name.endswith(app.identifier)]
    assert max(len(part) for part in app.identifier.replace("/", "-").split("-")) > 63
    assert float(shown[name]) >= DAY_S
