"""An estate: many accounts, each with a role to assume, each with apps in many regions; and what shows it to the plugin.

Several processes of the stand-in play it, each so many of the accounts: one alone would be what is measured.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench import worlds
from bench.aws import Aws
from bench.worlds import OWN_ACCOUNT, PROFILES

ROLE = "StudioReader"
REGIONS = (
    *("us-east-1", "us-east-2", "us-west-1", "us-west-2", "eu-west-1"),
    *("eu-central-1", "ap-northeast-1", "ap-southeast-1", "ap-south-1", "sa-east-1"),
)
PROCESSES = 2
LATENCY_S = 0.005


@dataclass(frozen=True)
class Estate:
    """Estate is so many accounts with so many regions each, and so many apps in each of those."""

    accounts: int
    regions: int
    apps: int
    started: float

    @property
    def targets(self) -> int:
        return self.accounts * self.regions

    @property
    def title(self) -> str:
        return f"{self.accounts} accounts × {self.regions} regions × {self.apps} apps"

    @property
    def region_names(self) -> tuple[str, ...]:
        return REGIONS[: self.regions]


@dataclass(frozen=True)
class Share:
    """Share is the accounts of an estate that one process of the stand-in plays."""

    estate: Estate
    numbers: range

    def write(self, path: Path) -> None:
        """write makes the file that the stand-in loads."""
        accounts = [{"id": OWN_ACCOUNT}, *map(self._account, self.numbers)]
        path.write_text(json.dumps({"profiles": PROFILES, "accounts": accounts}))

    def _account(self, number: int) -> dict:
        estate = self.estate
        regions = {
            name: worlds.mixed(
                *(estate.apps, estate.started, number * estate.regions + index),
                prefix=f"a{number:03}r{index}x",
                old=1,
            ).region()
            for index, name in enumerate(estate.region_names)
        }
        role = {"name": ROLE, "trusted": [OWN_ACCOUNT]}
        return {"id": account_id(number), "identities": [], "roles": [role], "regions": regions}


@dataclass(frozen=True)
class Played:
    """Played is an estate that is being played."""

    estate: Estate
    aws: list[Aws]

    def url(self, number: int) -> str:
        """url is where an account is played."""
        return self.aws[number % len(self.aws)].url

    def blocks(self) -> str:
        """blocks are the <Account> blocks that show it to the plugin."""
        return "\n".join(map(self._block, range(self.estate.accounts)))

    def roles(self) -> Iterator[tuple[str, str]]:
        """roles are the roles of all accounts, and where each is to be assumed."""
        for number in range(self.estate.accounts):
            yield role_arn(number), self.url(number)

    def _block(self, number: int) -> str:
        regions = " ".join(f'"{name}"' for name in self.estate.region_names)
        endpoints = "".join(f'  Endpoint "{service}" "{self.url(number)}"\n' for service in ("sagemaker", "logs", "sts"))
        return (
            f'<Account "account{number:03}">\n  Region {regions}\n  RoleArn "{role_arn(number)}"\n{endpoints}</Account>'
        )


def account_id(number: int) -> str:
    return f"{100_000_000_000 + number}"


def role_arn(number: int) -> str:
    return f"arn:aws:iam::{account_id(number)}:role/{ROLE}"


@contextmanager
def play(estate: Estate, folder: Path, options: Iterable[str] = ()) -> Iterator[Played]:
    """play plays an estate until the end of the block."""
    with ExitStack() as stack:
        aws = []
        for process in range(min(PROCESSES, estate.accounts)):
            share = Share(estate, range(process, estate.accounts, min(PROCESSES, estate.accounts)))
            made = Aws(folder / f"aws{process}", share, latency=LATENCY_S, quota={}, options=tuple(options))
            aws.append(stack.enter_context(made))
        yield Played(estate, aws)
