"""What the documents show of each output is printed by the scene of `make demo`, the same but for numbers."""

from __future__ import annotations

import re
import urllib.request

import pytest

from e2e.collectd import PATIENCE_S, TOP
from neighbours.program import free_port
from neighbours.prometheus import SHIPPED as PROMETHEUS
from neighbours.sample import PRICED, sample
from notify.conftest import notices, webhook  # noqa: F401  fixtures
from notify.test_channels import mailbox  # noqa: F401  a fixture
from packages.built import output

# The people of the scene who have left something for longer than a day.
FORGOTTEN = 4

# Where samples stand, and what the indented lines there begin with that are samples, not commands.
SAMPLES = {
    "README.md": ("## What it prints", r""),
    "packaging/doc/graphs.md": ("## Prometheus", r"collectd_"),
    "packaging/doc/telling-people.md": ("## A mail", r"user0\d in d-research"),
}


@pytest.fixture
def printed(cloud, watch, notices, mailbox) -> set[str]:  # noqa: F811  fixtures
    """printed is every line of the log, of packaging/values, of write_prometheus and of the mail, without numbers."""
    port = free_port()
    notices.set(mail_to="admins@example.org", mail_from="collectd@example.org", mail_server=f"127.0.0.1:{mailbox.port}")
    extra = sample(PROMETHEUS / "collectd.conf", {"9103": str(port)}) + notices.sample
    collectd = watch(shipped=(*PRICED, "sagemaker.threshold.conf"), extra=extra)
    collectd.await_scans()
    mailed = lambda: [line for _, _, mail in mailbox.mails for line in mail.get_content().splitlines()]
    collectd.wait(lambda: len(mailed()) >= FORGOTTEN, "mail about each case")
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=PATIENCE_S) as answer:
        page = answer.read().decode()
    values = output(TOP / "packaging/values", "sagemaker", notices.socket)
    log = [line.text for line in collectd.lines]
    return {without_numbers(line) for line in [*log, *values.splitlines(), *page.splitlines(), *mailed()]}


def without_numbers(text: str) -> str:
    return re.sub(r"\d+(\.\d+)?(e[+-]\d+)?", "N", text)


def shown(document: str) -> list[str]:
    """shown is the samples of a document: what is indented behind its heading, up to the next heading."""
    heading, begin = SAMPLES[document]
    _, _, behind = (TOP / document).read_text().partition(f"\n{heading}")
    indented = re.findall(r"(?m)^    (.+)$", re.split(r"(?m)^## ", behind)[0])
    return [line for line in indented if re.match(begin, line)]


def test_the_documents_show_what_is_printed(printed):
    for document in SAMPLES:
        lines = shown(document)
        assert lines, f"{document} shows no sample"
        for line in lines:
            assert without_numbers(line) in printed, f"{document}: {line}"
