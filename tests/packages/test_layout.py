"""The rooms of plugin/: what each of them must not have heard of."""

import re

from e2e.collectd import TOP

PLUGIN = TOP / "plugin"


def test_aws_and_util_know_neither_collectd_nor_sagemaker():
    named = [
        f"{path.relative_to(TOP)}:{number}: {line.strip()}"
        for room in ("aws", "util")
        for path in sorted((PLUGIN / room).rglob("*.[ch]"))
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if re.search("collectd|sagemaker", line, re.IGNORECASE)
    ]
    assert named == []
