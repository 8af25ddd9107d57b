"""The usual script with its mistakes mended and ten threads: the best that its author would do on boto3.

Every page of every domain, apps in spaces under their owners, the stream of just the app's name, none at all, the app's
creation; and boto3's adaptive retries, so that throttled threads slow down. It prints a stream and its owner to a line.
"""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor

import boto3
from botocore.config import Config

LOG_GROUP = "/aws/sagemaker/studio"
THRESHOLD_S = 86400
THREADS = 10


def main() -> None:
    # Newer boto3 looks for the URL by itself.
    for line in idle_apps(boto3.session.Session(), os.environ["AWS_ENDPOINT_URL"]):
        print(line)


def idle_apps(session: boto3.session.Session, endpoint: str) -> list[str]:
    """idle_apps are lines of a stream and its owner."""
    retrying = Config(max_pool_connections=THREADS, retries={"mode": "adaptive", "max_attempts": 20})
    settings = {"config": retrying, "endpoint_url": endpoint}
    sagemaker, logs = session.client("sagemaker", **settings), session.client("logs", **settings)
    owners = {
        (space["DomainId"], space["SpaceName"]): space.get("OwnershipSettingsSummary", {}).get("OwnerUserProfileName")
        for space in pages(sagemaker, "list_spaces", "Spaces")
    }
    apps = [app for app in pages(sagemaker, "list_apps", "Apps") if app["Status"] == "InService"]

    def idle(app: dict) -> str | None:
        place = app.get("UserProfileName") or app["SpaceName"]
        stream = f"{app['DomainId']}/{place}/{app['AppType']}/{app['AppName']}"
        found = logs.describe_log_streams(logGroupName=LOG_GROUP, logStreamNamePrefix=stream, limit=1)["logStreams"]
        since = app["CreationTime"].timestamp()
        if found and found[0]["logStreamName"] == stream:
            since = max(since, found[0].get("lastEventTimestamp", 0) / 1000)
        if time.time() - since <= THRESHOLD_S:
            return None
        # A boto3 of before 2024 has no owners in its model: it leaves them out of the answer.
        return f"{stream} {app.get('UserProfileName') or owners.get((app['DomainId'], place))}"

    with ThreadPoolExecutor(THREADS) as pool:
        return [line for line in pool.map(idle, apps) if line is not None]


def pages(client, operation: str, member: str) -> list[dict]:
    paginator = client.get_paginator(operation)
    return [item for page in paginator.paginate(PaginationConfig={"PageSize": 100}) for item in page[member]]


if __name__ == "__main__":
    main()
