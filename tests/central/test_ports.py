"""What may stand on one machine does not listen on one port: the central collectd, and InfluxDB's inputs."""

import re

from e2e.collectd import TOP


def test_no_two_samples_listen_on_one_port():
    central = (TOP / "packaging/central/sagemaker.central.conf").read_text()
    ports = re.findall(r'<Listen "\S+" "(\d+)">', central)
    for name in ("network", "udp"):
        influxdb = (TOP / "packaging/influxdb" / name / "influxdb.conf").read_text()
        ports += re.findall(r'(?m)^ *bind-address = "\S*:(\d+)"', influxdb)
    assert len(ports) == 3 and len(set(ports)) == 3


def test_each_sender_sends_where_its_receiver_listens():
    network = (TOP / "packaging/influxdb/network/collectd.conf").read_text()
    port = re.search(r'Server "\S+" "(\d+)"', network)[1]
    assert f':{port}"' in (TOP / "packaging/influxdb/network/influxdb.conf").read_text()
