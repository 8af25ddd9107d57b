"""Nonsense in the configuration: collectd refuses to start and says which option, which value, what is allowed."""

import pytest


def account(line: str) -> str:
    return f"<Account prod>\n{line}\n</Account>"


# The options, and what the one error line must name.
NONSENSE = {
    "unknown option": ("Intervall 300", ["Intervall"]),
    "unknown option of an account": (account("Regions us-east-1"), ["Regions", "prod"]),
    "an account's option outside of it": ("Region us-east-1", ["Region", "Account"]),
    "a plugin's option in an account": (account("Interval 5"), ["Interval", "prod"]),
    "interval no number": ('Interval "soon"', ["Interval", "soon", "number"]),
    "interval zero": ("Interval 0", ["Interval", "0"]),
    "interval negative": ("Interval -5", ["Interval", "-5"]),
    "interval with two values": ("Interval 5 6", ["Interval"]),
    "timeout no number": (account('Timeout "10s"'), ["Timeout", "10s"]),
    "timeout zero": (account("Timeout 0"), ["Timeout", "0"]),
    "invalid region": (account('Region "us east 1"'), ["Region", "us east 1"]),
    "region with a host in it": (account('Region "evil.example/x"'), ["Region", "evil.example/x"]),
    "region no string": (account("Region 7"), ["Region"]),
    "domain no string": (account("Domain true"), ["Domain", "true"]),
    "report by app no boolean": (account("ReportByApp 1"), ["ReportByApp", "1"]),
    "report by user no boolean": (account("ReportByUser maybe"), ["ReportByUser", "maybe"]),
    "domain label of a third kind": (account('DomainLabel "arn"'), ["DomainLabel", "arn", "id", "name"]),
    "endpoint of an unknown service": (account('Endpoint s3 "http://localhost"'), ["Endpoint", "s3", "sagemaker"]),
    "endpoint without a URL": (account('Endpoint "logs"'), ["Endpoint"]),
    "endpoint no URL": (account('Endpoint "logs" "localhost:4566"'), ["Endpoint", "localhost:4566", "http"]),
    "empty log group": (account('LogGroup ""'), ["LogGroup"]),
    "empty profile": (account('Profile ""'), ["Profile"]),
    "two accounts of one name": (account("") + "\n" + account(""), ["prod"]),
    "account without a name": ("<Account>\nTimeout 1\n</Account>", ["Account"]),
}


@pytest.mark.parametrize(("options", "named"), NONSENSE.values(), ids=NONSENSE.keys())
def test_collectd_refuses_to_start(watch, options, named):
    errors = watch.stopped(options).refuse()
    ours = [line for line in errors if line.text.startswith("sagemaker plugin: ")]
    assert len(ours) == 1, errors
    for part in named:
        assert part in ours[0].text, ours[0].text


def test_two_accounts_of_one_name_in_two_blocks(watch):
    more = {"sagemaker.more.conf": "<Plugin sagemaker>\n<Account prod>\n</Account>\n</Plugin>\n"}
    errors = watch.stopped("<Account prod>\n</Account>", files=more).refuse()
    (ours,) = [line for line in errors if line.text.startswith("sagemaker plugin: ")]
    assert "prod" in ours.text


def test_the_environment_is_no_reason_not_to_start(cloud, watch):
    """Missing credentials, a missing region, files that are not there: trouble that may pass."""
    options = "Interval 1\n<Account default>\nProfile nobody\nCredentialsFile /nowhere\n</Account>"
    collectd = watch(options, environment={})
    collectd.said("region")
    assert collectd.alive
