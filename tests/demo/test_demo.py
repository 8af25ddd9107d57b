"""`make demo` as a user runs it."""

import os
import re
import subprocess

from demo import __main__ as demo
from e2e.collectd import TOP
from e2e.secrecy import SECRETS, files_that_tell


def make(target: str, environment: dict[str, str], within: float = 300) -> subprocess.CompletedProcess:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    done = subprocess.run(
        ["make", "-s", target], cwd=TOP, env=kept | environment, capture_output=True, text=True, timeout=within
    )
    assert not [secret for secret in SECRETS if secret in done.stdout + done.stderr]
    return done


def test_the_demo_names_who_forgot_what_and_leaves_nothing_behind(tmp_path):
    done = make("demo", {"TMPDIR": str(tmp_path)})
    assert done.returncode == 0, done.stderr
    shown = done.stdout.splitlines()
    assert [(row[0], row[1], row[3], " ".join(row[-4:])) for row in rows(shown, "OWNER   TYPE")] == [
        ("d-research4dl1", "user06", "default", "143 h 50 min"),
        ("d-research4dl1", "user01", "datascience-1-0-ml-t3-medium", "77 h 10 min"),
        ("d-research4dl1", "user02", "sagemaker-data-wrang-ml-m5-4xlarge-a4f6", "49 h 02 min"),
        ("d-research4dl1", "user04", "churn", "47 h 50 min"),
        ("d-research4dl1", "user03", "base-python-ml-t3-medium", "20 h 10 min"),
        ("d-research4dl1", "user01", "pytorch-1-13-ml-g4dn-xlarge", "0 h 45 min"),
        ("d-research4dl1", "user03", "datascience-1-0-ml-t3-medium", "0 h 25 min"),
        ("d-research4dl1", "user05", "fraud", "0 h 03 min"),
        ("d-production7k", "user01", "datascience-1-0-ml-t3-medium", "0 h 00 min"),
    ]
    assert [(row[1], row[2], row[3], row[-2], row[-1]) for row in rows(shown, "OWNER   SPACE")] == [
        ("user06", "-", "Canvas", "1.900", "1.900"),
        ("user04", "churn", "ml.g5.xlarge", "1.410", "1.410"),
        ("user02", "-", "ml.m5.4xlarge", "0.922", "0.922"),
        ("user01", "-", "ml.t3.medium", "0.050", "0.050"),
        ("user01", "-", "ml.g4dn.xlarge", "0.736", "0.000"),
        ("user03", "-", "ml.t3.medium", "0.050", "0.000"),
        ("user05", "fraud", "ml.m5.xlarge", "0.230", "0.000"),
        ("user01", "-", "ml.t3.medium", "0.050", "0.000"),
    ]
    assert "Idle instances cost 4.28 USD an hour, at list price." in shown
    warnings = [line.removeprefix("WARNING d-research4dl1_") for line in shown if line.startswith("WARNING")]
    assert sorted(warnings) == ["user01", "user02", "user04", "user06"]
    assert done.stderr == ""
    for document in ("README.md", "packaging/doc/billing.md", "packaging/doc/telling-people.md"):
        text = (TOP / document).read_text()
        told = re.search(r"`make demo` prints\b[^\n]*:\n\n((?:    .*\n|\n)+)", text)[1].rstrip()
        assert without_fractions(re.sub("(?m)^    ", "", told)) in without_fractions(done.stdout), document
    assert list(tmp_path.iterdir()) == []
    assert not still_running(tmp_path)


def test_the_demos_logs_tell_no_secret(tmp_path):
    with demo.played(tmp_path) as url:
        demo.show(tmp_path, url)
    assert (tmp_path / "collectd" / "output").stat().st_size > 0
    assert files_that_tell(tmp_path) == []


def without_fractions(text: str) -> str:
    """The threshold plugin tells microseconds; all else is the same each time."""
    return re.sub(r"\d+\.\d{6}", "SECONDS", text)


def rows(shown: list[str], heading: str) -> list[list[str]]:
    """rows are those of the table with that heading, cell by cell."""
    (start,) = [number for number, line in enumerate(shown) if heading in line]
    return [line.split() for line in shown[start + 1 : shown.index("", start)]]


def still_running(folder) -> list[str]:
    """still_running are the command lines that name a folder."""
    found = []
    for process in os.listdir("/proc"):
        if process.isdigit():
            try:
                with open(f"/proc/{process}/cmdline") as file:
                    found += [line for line in [file.read()] if str(folder) in line]
            except OSError:
                continue
    return found
