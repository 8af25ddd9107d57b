"""The script that is commonly run for this, one call after another; its mistakes are part of it.

usage: usual_script.py DOMAIN

The one thing that was added is that the list of users is followed to its end: as it is found, the script knows ten users
and no more. It prints a stream and its owner to a line.
"""

from __future__ import annotations

import os
import sys
import time

import boto3

LOG_GROUP = "/aws/sagemaker/studio"
THRESHOLD_S = 86400


def main() -> None:
    domain = sys.argv[1]
    # Newer boto3 looks there by itself.
    url = os.environ["AWS_ENDPOINT_URL"]
    sagemaker, logs = boto3.client("sagemaker", endpoint_url=url), boto3.client("logs", endpoint_url=url)
    for page in sagemaker.get_paginator("list_user_profiles").paginate(DomainIdEquals=domain):
        for profile in page["UserProfiles"]:
            user = profile["UserProfileName"]
            for app in sagemaker.list_apps(UserProfileNameEquals=user)["Apps"]:
                if app["AppType"] != "KernelGateway" or app["Status"] != "InService":
                    continue
                prefix = f"{domain}/{user}/KernelGateway/{app['AppName']}"
                streams = logs.describe_log_streams(
                    logGroupName=LOG_GROUP, logStreamNamePrefix=prefix, descending=True, limit=1
                )["logStreams"]
                if time.time() - streams[0]["lastEventTimestamp"] / 1000 > THRESHOLD_S:
                    print(prefix, user)


if __name__ == "__main__":
    main()
