"""sagemaker-prices makes sagemaker.prices.conf anew, from AWS's price lists."""

import http.server
import json
import os
import pty
import re
import subprocess
import threading
from dataclasses import dataclass, field

import pytest

from e2e.cloud import DOMAIN
from e2e.collectd import TOP

PRICES = TOP / "packaging" / "prices"
NAME = "sagemaker.prices.conf"


def offer(*rows: tuple[str, str, str, str]) -> dict:
    """offer is an offer file: of each product the usage type, the region, the unit and the price."""
    products, terms = {}, {}
    for number, (usage_type, region, unit, usd) in enumerate(rows):
        sku = f"SKU{number:03}"
        attributes = {"servicecode": "AmazonSageMaker", "regionCode": region, "usagetype": usage_type}
        products[sku] = {"sku": sku, "productFamily": "ML Instance", "attributes": attributes}
        rate = f"{sku}.JRTCKXETXF"
        dimension = {"unit": unit, "description": "a text", "pricePerUnit": {"USD": usd}}
        terms[sku] = {rate: {"sku": sku, "priceDimensions": {f"{rate}.6YS6EN2CT7": dimension}}}
    return {
        "formatVersion": "v1.0",
        "offerCode": "AmazonSageMaker",
        "publicationDate": "2026-09-24T18:11:32Z",
        "products": products,
        "terms": {"OnDemand": terms, "Reserved": {}},
    }


SAMPLE = offer(
    ("USE1-Studio:JupyterLab-ml.m5.4xlarge", "us-east-1", "Hrs", "0.9220000000"),
    ("USE1-Studio:KernelGateway-ml.m5.4xlarge", "us-east-1", "Hrs", "0.9220000000"),
    ("USE1-Studio:CodeEditor-ml.g4dn.xlarge", "us-east-1", "Hrs", "0.7364000000"),
    ("Studio:KernelGateway-ml.t3.medium", "us-east-1", "Hrs", "0.0500000000"),
    ("APN1-Studio:JupyterLab-ml.t3.medium", "ap-northeast-1", "Hrs", "0.0650000000"),
    ("USE1-Canvas:Session-Hrs", "us-east-1", "Hrs", "1.9000000000"),
    ("USE1-Host:ml.m5.4xlarge", "us-east-1", "Hrs", "0.9999000000"),
    ("USE1-Notebk:ml.t3.medium", "us-east-1", "Hrs", "0.0580000000"),
    ("USE1-Studio:VolumeUsage.gp3", "us-east-1", "GB-Mo", "0.1120000000"),
    ("USE1-Studio:JupyterLab-ml.c5.large", "us-east-1", "Hrs", "0.0000000000"),
    ("USE1-FreeTier-Studio:JupyterLab-ml.t3.medium", "us-east-1", "Hrs", "0.0100000000"),
)


@dataclass
class Lists:
    """What AWS's public server has, by region; a body that is cut says how long it should have been."""

    url: str
    offers: dict[str, bytes] = field(default_factory=dict)
    cut: bool = False


@pytest.fixture
def lists():
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            body = known.offers.get(self.path.removeprefix("/offers/v1.0/aws/AmazonSageMaker/current/").split("/")[0])
            if body is None:
                self.send_error(403)
                return
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: len(body) // 2] if known.cut else body)

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        known = Lists(f"http://127.0.0.1:{server.server_port}", {"us-east-1": json.dumps(SAMPLE).encode()})
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield known
        server.shutdown()
        thread.join()


def run(*arguments: object, **more) -> subprocess.CompletedProcess:
    command = [PRICES / "sagemaker-prices", *map(str, arguments)]
    return subprocess.run(command, **{"capture_output": True, "text": True, "timeout": 30} | more)


@pytest.fixture
def printed(tmp_path):
    """printed is what is made of an offer that was fetched before."""

    def make(document: dict) -> subprocess.CompletedProcess:
        path = tmp_path / "index.json"
        path.write_text(json.dumps(document))
        return run("-o", "-", path)

    return make


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.startswith("  Price")]


def test_what_studio_apps_run_on_and_nothing_else(printed):
    done = printed(SAMPLE)
    assert (done.returncode, done.stderr) == (0, "")
    assert lines(done.stdout) == [
        'Price "ap-northeast-1" "ml.t3.medium" 0.065',
        'Price "us-east-1" "Canvas" 1.9',
        'Price "us-east-1" "ml.g4dn.xlarge" 0.7364',
        'Price "us-east-1" "ml.m5.4xlarge" 0.922',
        'Price "us-east-1" "ml.t3.medium" 0.05',
        'Price "us-east-1" "volume" 0.112',
    ]
    assert "# us-east-1, as of 2026-09-24" in done.stdout and "list price" in done.stdout


def test_where_apps_are_priced_differently_the_highest_counts_and_it_is_said(printed):
    differing = {"JupyterLab": "0.2", "CodeEditor": "0.3", "KernelGateway": "0.1"}
    rows = [(f"USE1-Studio:{app}-ml.m5.large", "us-east-1", "Hrs", usd) for app, usd in differing.items()]
    done = printed(offer(*rows))
    assert lines(done.stdout) == ['Price "us-east-1" "ml.m5.large" 0.3']
    assert "ml.m5.large in us-east-1" in done.stderr and "the highest" in done.stderr


def test_what_it_makes_is_what_the_plugin_reads(cloud, watch, printed):
    cloud.domain()
    app = cloud.app("user01", "app", instance="ml.m5.4xlarge")
    cloud.app("user02", "app", type="Canvas", instance="system")
    collectd = watch(files={NAME: printed(SAMPLE).stdout})
    assert collectd.value(app.billed("hourly_cost")).value == 0.922
    assert collectd.value(f"sagemaker_instance-{DOMAIN}_user02/gauge-hourly_cost-Canvas").value == 1.9


def test_the_shipped_file_is_what_is_made_of_the_list():
    assert run("-o", "-", PRICES / "prices.csv").stdout == (TOP / "collectd.conf.d" / NAME).read_text()


def test_each_price_of_the_list_has_its_date_and_its_source():
    rows = [line.split(",") for line in (PRICES / "prices.csv").read_text().splitlines() if not line.startswith("#")]
    assert rows[0] == ["region", "type", "usd", "unit", "date", "source"]
    assert len(rows) > 150 and len({(row[0], row[1]) for row in rows}) == len(rows)
    for row in rows[1:]:
        assert re.fullmatch(r"20\d\d-\d\d-\d\d", row[4]) and row[5] and float(row[2]) > 0, row


def test_a_region_is_fetched_and_lines_that_its_list_lacks_are_kept(lists, tmp_path):
    target = tmp_path / NAME
    own = ['Price "*" "RSessionGateway" 0.5', 'Price "eu-west-1" "ml.t3.medium" 0.055']
    written = """\
<plugin "sagemaker">
  # As collectd takes them.
  Price us-east-1 ml.t3.medium 0.04  # negotiated
  price "*" RSessionGateway +0.5
  Price   "eu-west-1" \\
    "ml.t3.medium" 0.055
</Plugin>
"""
    target.write_text(written)
    done = run("--aws", lists.url, "-o", target, "us-east-1")
    assert (done.returncode, done.stderr) == (0, "")
    assert lines(target.read_text())[-2:] == own
    assert 'Price "us-east-1" "ml.t3.medium" 0.05' in lines(target.read_text())
    assert str(target) in done.stdout and "us-east-1" in done.stdout
    assert "ml.t3.medium in us-east-1: 0.04 is now 0.05" in done.stdout
    assert target.stat().st_mode & 0o777 == 0o644


def test_without_a_region_those_of_the_file_are_made_anew(lists, tmp_path):
    target = tmp_path / NAME
    assert "names no region yet" in run("--aws", lists.url, "-o", target).stderr
    target.write_text('Price "us-east-1" "ml.t3.medium" 0.04\nPrice "*" "ml.m5.large" 1\n')
    assert run("--aws", lists.url, "-o", target).returncode == 0
    assert 'Price "us-east-1" "ml.t3.medium" 0.05' in lines(target.read_text())


def test_a_link_to_the_sample_becomes_a_file_and_the_sample_stays(lists, tmp_path):
    sample, target = tmp_path / "sample", tmp_path / NAME
    sample.write_text('Price "us-east-1" "ml.t3.medium" 0.04\n')
    target.symlink_to(sample)
    assert run("--aws", lists.url, "-o", target, "us-east-1").returncode == 0
    assert not target.is_symlink()
    assert sample.read_text() == 'Price "us-east-1" "ml.t3.medium" 0.04\n'


@pytest.mark.parametrize(
    "sources, said",
    [
        (("us-east-1", "xx-nowhere-9"), ("xx-nowhere-9", "403", "is that a region's name?")),
        (("nowhere",), ('"nowhere"', "neither a region")),
        (("cn-north-1",), ("cn-north-1", "CNY")),
        (("empty-region-1",), ("empty-region-1", "AmazonSageMaker")),
        (("torn-region-1",), ("torn-region-1", "cannot be fetched")),
        (("odd-region-1",), ("odd-region-1", "cannot be read")),
    ],
)
def test_whatever_fails_is_one_line_and_the_file_is_as_it_was(lists, tmp_path, sources, said):
    lists.offers["empty-region-1"] = json.dumps(offer(("USE1-BoxUsage:m5.large", "us-east-1", "Hrs", "0.096"))).encode()
    lists.offers["torn-region-1"] = b'{"products": '
    lists.offers["odd-region-1"] = b'{"products": [1]}'
    assert_refused(tmp_path, lists, sources, said)


def test_a_file_that_has_more_than_prices_is_refused(tmp_path):
    target = tmp_path / NAME
    target.write_text('<Plugin sagemaker>\n  <Account "prod">\n  </Account>\n</Plugin>\n')
    done = run("-o", target, PRICES / "prices.csv")
    assert done.returncode == 1 and '<Account "prod">' in done.stderr and "move it" in done.stderr
    assert "Account" in target.read_text()


def test_a_list_of_nothing_and_one_without_a_column_are_refused(lists, tmp_path):
    for text, said in (("region,type,usd,date\n", "no price"), ("region,type,price,date\na,b,1,c\n", "no column usd")):
        (tmp_path / "some.csv").write_text(text)
        done = run("-o", tmp_path / NAME, tmp_path / "some.csv")
        assert done.returncode == 1 and said in done.stderr and not (tmp_path / NAME).exists()


def test_a_list_that_ends_early_is_no_list(lists, tmp_path):
    lists.cut = True
    assert_refused(tmp_path, lists, ("us-east-1",), ("us-east-1", "ended after"))


def test_a_server_that_is_not_there_is_named(tmp_path):
    assert_refused(tmp_path, Lists("http://127.0.0.1:1"), ("us-east-1",), ("us-east-1", "127.0.0.1:1", "refused"))


def test_a_folder_that_takes_nothing_is_named(tmp_path):
    done = run("-o", tmp_path / "none" / NAME, PRICES / "prices.csv")
    assert done.returncode == 1 and str(tmp_path / "none") in done.stderr and done.stderr.count("\n") == 1


def assert_refused(folder, lists: Lists, sources, said) -> None:
    target = folder / NAME
    before = 'Price "us-east-1" "ml.t3.medium" 0.04\n'
    target.write_text(before)
    done = run("--aws", lists.url, "-o", target, *sources)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    for part in said:
        assert part in done.stderr
    assert target.read_text() == before
    assert [path.name for path in folder.iterdir()] == [NAME]


def test_on_a_terminal_it_tells_how_far_it_is(lists, tmp_path):
    terminal, end = pty.openpty()
    done = run("--aws", lists.url, "-o", tmp_path / NAME, "us-east-1", capture_output=False, stderr=end)
    os.close(end)
    shown = os.read(terminal, 1 << 16).decode()
    os.close(terminal)
    assert done.returncode == 0 and "us-east-1: 0 MB of 0 MB" in shown


def test_the_timer_is_one_that_systemd_understands():
    units = sorted(PRICES.glob("*.service")) + sorted(PRICES.glob("*.timer"))
    assert len(units) == 2
    assert "ExecStart=/usr/bin/sagemaker-prices\n" in units[0].read_text()
    assert "[Install]" in units[1].read_text() and "[Install]" not in units[0].read_text()
