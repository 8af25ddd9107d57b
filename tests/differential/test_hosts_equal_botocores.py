"""Hosts of all regions that botocore's data know, against both of its ways to find one: the rule sets, which the AWS
command line uses, and the older endpoints.json. What differs stands in DIFFERENCES with its reason."""

import fnmatch
import itertools
from typing import NamedTuple

import botocore
import pytest
from botocore.endpoint_provider import EndpointProvider
from botocore.exceptions import EndpointProviderError, EndpointVariantError
from botocore.loaders import Loader
from botocore.regions import EndpointResolver

SERVICES = {  # ours: the model's folder, the name in endpoints.json
    "sagemaker": ("sagemaker", "api.sagemaker"),
    "logs": ("logs", "logs"),
    "sts": ("sts", "sts"),
    "sso": ("sso", "portal.sso"),
    "oidc": ("sso-oidc", "oidc"),
    "cloudtrail": ("cloudtrail", "cloudtrail"),
    "monitoring": ("cloudwatch", "monitoring"),
    "runtime.sagemaker": ("sagemaker-runtime", "runtime.sagemaker"),
}
VARIANTS = {"plain": (False, False), "fips": (True, False), "dualstack": (False, True), "both": (True, True)}

# Regions that were opened, and partitions that were founded, after the data of botocore 1.29.
NEW_REGIONS = ("ap-southeast-5", "ap-southeast-7", "ap-east-2", "il-central-1", "mx-central-1", "ca-west-1",
               "eu-isoe-west-1", "us-isof-east-1", "us-isof-south-1", "eusc-de-east-1")

BOTOCORE = tuple(int(part) for part in botocore.__version__.split(".")[:2])


class Difference(NamedTuple):
    """Difference is why a host differs, and the first and the last botocore that is known for it: those of Debian 12
    (1.29), 13 (1.37) and sid (1.43)."""

    why: str
    first: tuple[int, int] = (1, 29)
    last: tuple[int, int] = (1, 43)


# Patterns of (oracle, service, region, variant). The first row that matches counts.
DIFFERENCES = {
    ("*", "*", "eusc-de-*", "*"): Difference("partition aws-eusc is younger", last=(1, 37)),
    ("rules", "*", "eu-isoe-*", "*"): Difference("partition aws-iso-e is younger", last=(1, 37)),
    ("json", "*", "eu-isoe-*", "*"): Difference("endpoints.json has not got all of aws-iso-e"),
    ("rules", "*", "us-isof-*", "*"): Difference("partition aws-iso-f is younger", last=(1, 37)),
    ("json", "*", "us-isof-*", "*"): Difference("endpoints.json has not got all of aws-iso-f"),
    ("rules", "*", "us-iso*", "dualstack"): Difference("the secret partitions had no dualstack suffix", last=(1, 37)),
    ("json", "*", "us-iso*", "dualstack"): Difference("the secret partitions have no dualstack suffix there"),
    ("rules", "*", "us-iso*", "both"): Difference("the secret partitions had no dualstack suffix", last=(1, 37)),
    ("json", "*", "us-iso*", "both"): Difference("the secret partitions have no dualstack suffix there"),
    ("rules", "sso", "us-gov-*", "fips"): Difference("GovCloud's plain host is the FIPS host, say newer rules", last=(1, 29)),
    ("json", "sso", "us-gov-*", "fips"): Difference("GovCloud's plain host is the FIPS host, say newer rules"),
    ("rules", "oidc", "us-gov-*", "fips"): Difference("GovCloud's plain host is the FIPS host, say newer rules", last=(1, 29)),
    ("json", "oidc", "us-gov-*", "fips"): Difference("GovCloud's plain host is the FIPS host, say newer rules"),
    ("rules", "sagemaker", "us-gov-*", "fips"): Difference(
        "1.37 takes GovCloud's plain host for the FIPS host; older and newer rules do not", first=(1, 37), last=(1, 37)
    ),
    ("rules", "monitoring", "us-gov-*", "both"): Difference(
        "GovCloud's plain host is the FIPS host with dualstack, too, say newer rules", last=(1, 37)
    ),
    ("json", "monitoring", "us-gov-*", "both"): Difference(
        "GovCloud's plain host is the FIPS host with dualstack, too, say newer rules"
    ),
    ("json", "*", "il-central-1", "*"): Difference("this endpoints.json's pattern of aws has no il", last=(1, 29)),
    ("json", "*", "mx-central-1", "*"): Difference("this endpoints.json's pattern of aws has no mx", last=(1, 29)),
}


def explanation(*case):
    return next((key for key in DIFFERENCES if all(map(fnmatch.fnmatchcase, case, key))), None)


@pytest.fixture(scope="module")
def loader():
    return Loader()


@pytest.fixture(scope="module")
def regions(loader):
    partitions = loader.load_data("endpoints")["partitions"]
    known = [region for partition in partitions for region in partition["regions"]]
    assert len(known) > 30
    return (*known, *NEW_REGIONS)


def by_rules(loader):
    partitions = loader.load_data("partitions")
    providers = {}
    for name, (model, _) in SERVICES.items():
        rules = loader.load_service_model(model, "endpoint-rule-set-1")
        providers[name] = EndpointProvider(rules, partitions)

    def host(service, region, fips, dualstack):
        parameters = {"UseGlobalEndpoint": False} if service == "sts" else {}
        try:
            found = providers[service].resolve_endpoint(Region=region, UseFIPS=fips, UseDualStack=dualstack, **parameters)
        except EndpointProviderError:
            return None
        return found.url.removeprefix("https://")

    return host


def by_json(loader):
    resolver = EndpointResolver(loader.load_data("endpoints"))

    def host(service, region, fips, dualstack):
        try:
            found = resolver.construct_endpoint(SERVICES[service][1], region, use_fips_endpoint=fips,
                                                use_dualstack_endpoint=dualstack)
        except EndpointVariantError:
            return None
        return found["hostname"] if found else None

    return host


@pytest.mark.parametrize("oracle", ["rules", "json"])
def test_hosts_are_equal_but_for_the_declared_differences(ask, loader, regions, oracle):
    theirs = {"rules": by_rules, "json": by_json}[oracle](loader)
    cases = list(itertools.product(SERVICES, regions, VARIANTS))
    answers = ask([{"command": "host", "service": service, "region": region, "fips": VARIANTS[variant][0],
                    "dualstack": VARIANTS[variant][1]} for service, region, variant in cases])
    unexplained, used = [], set()
    for (service, region, variant), answer in zip(cases, answers):
        expected = theirs(service, region, *VARIANTS[variant])
        if answer["host"] == expected:
            continue
        why = explanation(oracle, service, region, variant)
        used.add(why)
        if why is None:
            unexplained.append((service, region, variant, answer["host"], expected))
    assert not unexplained
    expected = {key for key, row in DIFFERENCES.items() if row.first <= BOTOCORE <= row.last}
    leftover = {key for key in expected if key[0] in (oracle, "*")} - used
    assert not leftover, "differences that no longer are"


def test_plain_hosts_of_the_known_regions_do_not_differ(ask, loader, regions):
    """The declared patterns must not cover the hosts that nearly everybody uses."""
    theirs = by_rules(loader)
    known = [region for region in regions if region not in NEW_REGIONS]
    for service, region in itertools.product(SERVICES, known):
        [answer] = ask([{"command": "host", "service": service, "region": region}])
        assert answer["host"] == theirs(service, region, False, False)
