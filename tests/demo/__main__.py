"""`make demo`: a collectd with the shipped configuration, on the stand-in of AWS with the scene of scene.json.

Everything stands in a temporary folder; the stand-in and collectd are children that end with this program.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from textwrap import fill

import ended
from e2e.collectd import Collectd, bare_environment
from sagemaker_idle.picture import picture
from sagemaker_idle.table import apps, billed
from standin import ACCESS_KEY, SECRET_KEY

SCENE = Path(__file__).with_name("scene.json")
REGION = "us-east-1"
# On a machine that does other things, too.
WITHIN_S = 60
SHIPPED = ("sagemaker.conf", "sagemaker.prices.conf", "sagemaker.threshold.conf")


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="collectd-sagemaker-") as name:
        folder = Path(name)
        try:
            with played(folder) as url:
                show(folder, url)
        except AssertionError as reason:
            print(f"demo: {reason}", file=sys.stderr)
            return 1
    return 0


@contextmanager
def played(folder: Path) -> Iterator[str]:
    """played is the URL of a stand-in with the scene, for as long as the block lasts."""
    command = [sys.executable, "-m", "standin", "--world", SCENE, "--ready", folder / "port", "--pages", "ragged"]
    aws = None
    try:
        # Ctrl-C is not for it: it ends with the block, however far it has come.
        with ended.held():
            aws = subprocess.Popen(command, start_new_session=True)
        yield _url(aws, folder / "port")
    finally:
        if aws is not None:
            aws.terminate()
            aws.wait()


def _url(aws: subprocess.Popen, ready: Path) -> str:
    end = time.monotonic() + WITHIN_S
    while not ready.exists():
        if aws.poll() is not None or time.monotonic() > end:
            raise SystemExit("demo: the stand-in of AWS does not start")
        time.sleep(0.02)
    return f"http://127.0.0.1:{ready.read_text().strip()}"


def show(folder: Path, url: str) -> None:
    print(f"AWS is played by a stand-in at {url}: two Studio domains, people who work, people who forgot.")
    print("A collectd runs the plugin with the files of collectd.conf.d as they are shipped.\n")
    sys.stdout.flush()
    monitor = folder / "collectd"
    environment = bare_environment(monitor) | {
        "AWS_ENDPOINT_URL": url,
        "AWS_REGION": REGION,
        "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
    }
    with Collectd(monitor, environment=environment, shipped=SHIPPED) as collectd:
        collectd.start()
        collectd.wait(lambda: _everything_is_said(collectd), "complete scan", WITHIN_S)
        # The threshold plugin sees a value right after the log did; collectd lets it finish.
        collectd.stop(WITHIN_S)
    print("What runs, and how long it has done nothing:\n")
    seen = picture(collectd.values)
    print(apps(seen))
    print("\nWhat is billed for them: apps that share an instance are one, as idle as the busiest of them:\n")
    print(billed(seen))
    print("\nWhat collectd's threshold plugin made of it (WarningMax 86400, a day):\n")
    for notification in sorted(collectd.notifications, key=lambda notification: notification.plugin_instance):
        if notification.severity != "OKAY":
            print(f"{notification.severity} {notification.plugin_instance}")
            print(fill(notification.message, 110, initial_indent="    ", subsequent_indent="    "))


def _everything_is_said(collectd: Collectd) -> bool:
    newest = collectd.latest().values()
    counts = {value.type_instance: value.value for value in newest if value.type == "count"}
    said = Counter(value.plugin for value in newest)
    return counts.get("apps") == said["sagemaker"] and counts.get("users") == said["sagemaker_user"]


if __name__ == "__main__":
    ended.run(main)
