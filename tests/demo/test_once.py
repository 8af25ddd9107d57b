"""`make once` against the stand-in: AWS_ENDPOINT_URL is what any AWS tool is led there by."""

import os
import re
import signal
import subprocess
import sys
import time
from itertools import pairwise

import pytest

from demo.test_demo import make, rows
from demo.silent import silent
from e2e.cloud import DAY_S, DOMAIN, HOUR_S, KEYS, REGION, Cloud
from e2e.collectd import TOP
from standin import StandIn, World

# Nobody waits longer for a word of whom it waits for.
SAID_WITHIN_S = 15
NO_METADATA = {"AWS_EC2_METADATA_DISABLED": "true"}


@pytest.fixture
def cloud():
    world, region = World.single(REGION)
    with StandIn(world) as aws:
        made = Cloud(aws, region)
        yield made
        assert aws.violations == []
        made.assert_only_read()


def once(cloud, tmp_path, environment=None):
    found = NO_METADATA | (cloud.environment if environment is None else environment)
    return make("once", found | {"TMPDIR": str(tmp_path), "HOME": str(tmp_path)})


def test_the_callers_apps_as_a_table(cloud, tmp_path):
    cloud.domain()
    cloud.app("user01", "app", idle=3 * DAY_S + 600, instance="ml.m5.4xlarge")
    cloud.app(space="vision", type="JupyterLab", name="default", idle=HOUR_S)
    done = once(cloud, tmp_path)
    assert done.returncode == 0, done.stderr
    shown = done.stdout.splitlines()
    assert rows(shown, "APP OR SPACE") == [
        [DOMAIN, "user01", "KernelGateway", "app", "ml.m5.4xlarge", "72", "h", "10", "min"],
        [DOMAIN, "space", "vision", "JupyterLab", "vision", "ml.t3.medium", "1", "h", "00", "min"],
    ]
    assert rows(shown, "USD/H") == [
        [DOMAIN, "user01", "-", "ml.m5.4xlarge", "72", "h", "10", "min", "0.922", "0.922"],
        [DOMAIN, "space", "vision", "vision", "ml.t3.medium", "1", "h", "00", "min", "0.050", "0.050"],
    ]
    assert REGION in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_an_account_where_nothing_runs(cloud, tmp_path):
    done = once(cloud, tmp_path)
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1] == f"No app is running in {REGION}."


def test_whose_credentials_they_are(cloud, tmp_path):
    said = once(cloud, tmp_path).stdout.splitlines()[0]
    for part in ("environment", "arn:aws:iam::", REGION, cloud.aws.url):
        assert part in said


def test_the_scan_is_made_when_sts_does_not_answer(cloud, tmp_path):
    cloud.aws.fault("GetCallerIdentity", "access_denied")
    done = once(cloud, tmp_path)
    assert done.returncode == 0
    assert "not known" in done.stdout.splitlines()[0]
    assert done.stdout.splitlines()[-1] == f"No app is running in {REGION}."


def fails_with_one_line(done, *parts):
    assert done.returncode != 0
    assert not [line for line in done.stdout.splitlines() if line and not line.startswith("Credentials from ")]
    line, *rest = [x for x in done.stderr.splitlines() if not x.startswith("make: ")]
    assert not rest, done.stderr
    for part in parts:
        assert part in line


def test_without_credentials(cloud, tmp_path):
    environment = {"AWS_ENDPOINT_URL": cloud.aws.url, "AWS_REGION": REGION}
    fails_with_one_line(once(cloud, tmp_path, environment), "credentials", "AWS_ACCESS_KEY_ID")


def test_without_a_region(cloud, tmp_path):
    fails_with_one_line(once(cloud, tmp_path, KEYS | {"AWS_ENDPOINT_URL": cloud.aws.url}), "region", "AWS_REGION")


@pytest.mark.parametrize("operation", ["ListApps", "DescribeLogStreams"])
def test_without_the_permission(cloud, tmp_path, operation):
    cloud.domain()
    cloud.app("user01", "app")
    cloud.aws.fault(operation, "access_denied")
    fails_with_one_line(once(cloud, tmp_path), operation)


@pytest.mark.parametrize("operation", ["FilterLogEvents", "ListDomains"])
def test_without_a_permission_that_may_be_left_out(cloud, tmp_path, operation):
    cloud.domain()
    cloud.lab("churn", "yamada")
    cloud.aws.fault(operation, "access_denied")
    done = once(cloud, tmp_path)
    assert done.returncode == 0
    assert [row[1:4] for row in rows(done.stdout.splitlines(), "APP OR SPACE")] == [["yamada", "JupyterLab", "churn"]]
    (line,) = done.stderr.splitlines()
    assert operation in line


def test_what_is_known_is_shown_beside_what_is_not(cloud, tmp_path):
    cloud.domain()
    cloud.app("user01", "app")
    cloud.lab("churn", "yamada")
    cloud.aws.fault("ListSpaces", "access_denied")
    done = once(cloud, tmp_path)
    assert done.returncode == 0
    assert [row[1] for row in rows(done.stdout.splitlines(), "APP OR SPACE")] == ["user01"]
    denied, unknown = done.stderr.splitlines()
    assert "allow sagemaker:ListSpaces" in denied
    assert unknown == "sagemaker-idle: nothing is known of 1 of 2 apps"


def test_who_does_not_answer_is_named_in_time_and_both_streams_are_in_order(tmp_path):
    """First the caller, then what is waited for, then the trouble; each within the promised time."""
    with silent() as url:
        environment = NO_METADATA | KEYS | {"AWS_ENDPOINT_URL": url, "AWS_REGION": REGION, "TMPDIR": str(tmp_path)}
        environment |= {"PATH": os.environ["PATH"], "PYTHONPATH": "tests", "PYTHONDONTWRITEBYTECODE": "1"}
        command = [sys.executable, "-m", "demo.once", TOP / "build" / "demo" / "identity"]
        times, lines = [time.monotonic()], []
        both = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        with subprocess.Popen(command, cwd=TOP, env=environment, **both) as once:
            for line in filter(str.strip, once.stdout):
                times.append(time.monotonic())
                lines.append(line.rstrip())
    whose, where, *waiting, trouble = lines
    assert whose.startswith("Whose credentials: not known; GetCallerIdentity: " + url)
    assert where == f"Region {REGION}; asks {url} and {url}."
    assert waiting and all(re.match(r"sagemaker-idle: \d+ s; .*ListApps", line) for line in waiting)
    assert "ListApps: timeout: " + url in trouble
    assert max(later - earlier for earlier, later in pairwise(times)) < SAID_WITHIN_S
    assert once.returncode != 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_without_a_word_and_without_a_folder(tmp_path, number):
    with silent() as url:
        environment = NO_METADATA | KEYS | {"AWS_ENDPOINT_URL": url, "AWS_REGION": REGION, "TMPDIR": str(tmp_path)}
        environment |= {"PATH": os.environ["PATH"], "PYTHONPATH": "tests", "PYTHONDONTWRITEBYTECODE": "1"}
        # `true` tells no identity: collectd is started at once, and then waited for.
        command = [sys.executable, "-m", "demo.once", "/bin/true"]
        pipe = subprocess.PIPE
        with subprocess.Popen(command, cwd=TOP, env=environment, stdout=pipe, stderr=pipe, text=True) as once:
            while not list(tmp_path.glob("*/output")):
                assert once.poll() is None
            once.send_signal(number)
            said = once.communicate(timeout=30)
    assert once.returncode == -number
    assert said[1] == ""
    assert list(tmp_path.iterdir()) == []
