"""The corrected script over many accounts and regions: it assumes each role, and asks for all with ten threads.

usage: many_script REGION,REGION,... [ROLE_ARN ENDPOINT]...
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import boto3
from corrected_script import THREADS, idle_apps


def main() -> None:
    regions, rest = sys.argv[1].split(","), sys.argv[2:]
    targets = [(*account, region) for account in zip(rest[::2], rest[1::2]) for region in regions]
    with ThreadPoolExecutor(THREADS) as pool:
        for lines in pool.map(target, targets):
            for line in lines:
                print(line)


def target(what: tuple[str, str, str]) -> list[str]:
    return list(idle(*what))


def idle(role: str, endpoint: str, region: str) -> Iterator[str]:
    sts = boto3.session.Session().client("sts", endpoint_url=endpoint, region_name=region)
    keys = sts.assume_role(RoleArn=role, RoleSessionName="script")["Credentials"]
    session = boto3.session.Session(
        keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"], region_name=region
    )
    return idle_apps(session, endpoint)


if __name__ == "__main__":
    main()
