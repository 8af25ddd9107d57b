"""packaging/prices makes sagemaker.prices.conf from AWS's price list file."""

import json
import subprocess

import pytest

from e2e.cloud import DOMAIN
from e2e.collectd import TOP

SCRIPT = TOP / "packaging" / "prices"


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


@pytest.fixture
def prices(tmp_path):
    def run(document: dict, *more: str) -> subprocess.CompletedProcess:
        path = tmp_path / "index.json"
        path.write_text(json.dumps(document))
        return subprocess.run([SCRIPT, path, *more], capture_output=True, text=True, timeout=30)

    return run


def lines(done) -> list[str]:
    return [line.strip() for line in done.stdout.splitlines() if line.startswith("  ")]


def test_what_studio_apps_run_on_and_nothing_else(prices):
    done = prices(SAMPLE)
    assert (done.returncode, done.stderr) == (0, "")
    assert lines(done) == [
        'Price "ap-northeast-1" "ml.t3.medium" 0.065',
        'Price "us-east-1" "Canvas" 1.9',
        'Price "us-east-1" "ml.g4dn.xlarge" 0.7364',
        'Price "us-east-1" "ml.m5.4xlarge" 0.922',
        'Price "us-east-1" "ml.t3.medium" 0.05',
    ]
    assert "2026-09-24" in done.stdout and "list price" in done.stdout


def test_where_apps_are_priced_differently_the_highest_counts_and_it_is_said(prices):
    differing = {"JupyterLab": "0.2", "CodeEditor": "0.3", "KernelGateway": "0.1"}
    rows = [(f"USE1-Studio:{app}-ml.m5.large", "us-east-1", "Hrs", usd) for app, usd in differing.items()]
    done = prices(offer(*rows))
    assert lines(done) == ['Price "us-east-1" "ml.m5.large" 0.3']
    assert "ml.m5.large in us-east-1" in done.stderr and "the highest" in done.stderr


def test_another_offer_file_is_refused(prices):
    done = prices(offer(("USE1-BoxUsage:m5.large", "us-east-1", "Hrs", "0.096")))
    assert done.returncode != 0
    assert done.stdout == ""
    assert "AmazonSageMaker" in done.stderr


def test_what_it_makes_is_what_the_plugin_reads(cloud, watch, prices):
    cloud.domain()
    app = cloud.app("user01", "app", instance="ml.m5.4xlarge")
    cloud.app("user02", "app", type="Canvas", instance="system")
    collectd = watch(files={"sagemaker.prices.conf": prices(SAMPLE).stdout})
    assert collectd.value(app.billed("hourly_cost")).value == 0.922
    assert collectd.value(f"sagemaker_instance-{DOMAIN}_user02/gauge-hourly_cost-Canvas").value == 1.9


def test_the_shipped_file_tells_its_date_and_how_it_is_made(prices):
    shipped = (TOP / "collectd.conf.d" / "sagemaker.prices.conf").read_text()
    for part in ("2026-09-24", "packaging/prices", "discounts"):
        assert part in shipped
