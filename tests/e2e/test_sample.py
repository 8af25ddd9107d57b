"""The sample configuration: what stands there as a default is one, and taken out of its comment changes nothing."""

import re

from e2e.cloud import DAY_S, HOUR_S
from e2e.collectd import SHIPPED
from e2e.test_signals import AUTO_STOP, CONNECTED, KERNEL, POLLED, SAVED, first_event

SAMPLE = (SHIPPED / "sagemaker.conf").read_text()
OPTION = re.compile(r"( *)#(\S.*)")


def with_defaults() -> str:
    """with_defaults is the sample with every option that has its default there taken out of its comment."""
    lines, example = [], False
    for line in SAMPLE.splitlines():
        match = OPTION.fullmatch(line)
        if not match:
            example = line.rstrip().endswith("Example:") or (example and line.strip() != "")
        lines.append(line if not match or example else match[1] + match[2])
    return "\n".join(lines) + "\n"


def often(sample: str) -> str:
    return re.sub("#?Interval 300", "Interval 1", sample)


def test_the_defaults_that_stand_there_are_the_defaults(cloud, watch):
    cloud.domain()
    lab = cloud.lab("churn", "yamada", log=[(20 * HOUR_S, SAVED)])
    cloud.space("code", "yamada")
    log = [(5 * HOUR_S, CONNECTED), (60, AUTO_STOP)]
    editor = cloud.app(space="code", type="CodeEditor", name="default", log=log)
    kernel = cloud.app("user01", "app", log=[(20 * HOUR_S, KERNEL), (60, POLLED)])
    asked = []
    for sample in (SAMPLE, with_defaults()):
        cloud.aws.reset()
        collectd = watch("", shipped=(), files={"sagemaker.conf": often(sample)})
        for app in (lab, editor, kernel):
            value = collectd.value(app.identifier)
            assert abs(value.time - value.value - first_event(app)) < 0.01
        collectd.await_scans()
        patterns = {c.input["filterPattern"] for c in cloud.aws.calls if c.operation == "FilterLogEvents"}
        asked.append((patterns, {v.identifier for v in collectd.values if v.plugin != "sagemaker_scan"}))
        assert not collectd.complaints
        collectd.stop()
    assert asked[0] == asked[1]
    # JupyterLab's and Code Editor's phrases in one call, the kernel gateway's in another
    assert len(asked[0][0]) == 2
