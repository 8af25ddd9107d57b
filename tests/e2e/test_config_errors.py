"""Nonsense in the configuration: collectd refuses to start and says which option, which value, what is allowed."""

import pytest


def account(line: str) -> str:
    return f"<Account prod>\n{line}\n</Account>"


def activity(*lines: str, type: str = '"JupyterLab"') -> str:
    return account("\n".join([f"<Activity {type}>", *lines, "</Activity>"]))


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
    "report by instance no boolean": (account("ReportByInstance 1"), ["ReportByInstance", "1"]),
    "report by space no boolean": (account("ReportBySpace 1"), ["ReportBySpace", "1"]),
    "lookback zero": (account("Lookback 0"), ["Lookback", "0"]),
    "lookback no number": (account('Lookback "2d"'), ["Lookback", "2d"]),
    "lookback of a year": (account("Lookback 31536000"), ["Lookback", "31536000"]),
    "log lag as text": (account('LogLag "2h"'), ["LogLag", "2h", "604800"]),
    "confirm after zero": (account("ConfirmAfter 21600 0"), ["ConfirmAfter", "21600 0", "31536000"]),
    "state file no string": ("StateFile 5", ["StateFile", "5", "path"]),
    "a state file in an account": (account('StateFile "a"'), ["StateFile", "prod"]),
    "idle after negative": (account("IdleAfter -1"), ["IdleAfter", "-1"]),
    "user no regular expression": (account('User "team-("'), ["User", "team-("]),
    "ignored user no regular expression": (account('IgnoreUser "[a-"'), ["IgnoreUser", "[a-"]),
    "alias without a name": (account('UserAlias "guid-1"'), ["UserAlias", "guid-1"]),
    "two aliases alike": (
        account('UserAlias "u1" "a_b"\nUserAlias "u2" "a/b"'),
        ["UserAlias", "u2", "another user has this alias"],
    ),
    "an alias that is another's name": (
        account('UserAlias "u1" "u2"\nUserAlias "u2" "suzuki"'),
        ["UserAlias", "u2", "name of another"],
    ),
    "app type no string": (account("AppType 7"), ["AppType"]),
    "price without a number": ('Price "us-east-1" "ml.m5.xlarge"', ["Price", "ml.m5.xlarge"]),
    "price as text": ('Price "us-east-1" "ml.m5.xlarge" "0.23"', ["Price", "0.23"]),
    "price below zero": ('Price "us-east-1" "ml.m5.xlarge" -0.23', ["Price", "-0.23"]),
    "price of an invalid region": ('Price "us east" "ml.m5.xlarge" 0.23', ["Price", "us east", "*"]),
    "price in an account": (account('Price "*" "ml.m5.xlarge" 0.23'), ["Price", "prod"]),
    "match and ignore together": (activity('Match "Saving"', 'Ignore "404"'), ["Activity", "Match", "Ignore"]),
    "match under the signal ignore": (activity('Signal "ignore"', 'Match "a"'), ["Activity", "Signal", "Match"]),
    "ignore under the signal match": (activity('Signal "match"', 'Ignore "a"'), ["Activity", "Signal", "Ignore"]),
    "match under the signal last-event": (activity('Signal "last-event"', 'Match "a"'), ["Activity", "Signal"]),
    "a signal of a fourth kind": (activity('Signal "newest"'), ["Signal", "newest", "last-event", "match", "ignore"]),
    "a quote in a phrase": (activity(r'Match "said \"hello\""'), ["Match", "hello"]),
    "an empty phrase": (activity('Ignore ""'), ["Ignore"]),
    "phrases that are too long": (
        activity(*(f'Match "phrase number {n:03} of a very long list"' for n in range(30))),
        ["Activity", "1024"],
    ),
    "a signal without phrases": (activity('Signal "match"', type='"Canvas"'), ["Activity", "Canvas", "Match"]),
    "an unknown option of an activity": (activity('Phrase "a"'), ["Phrase", "JupyterLab"]),
    "activity without a type": (activity('Match "a"', type=""), ["Activity"]),
    "activity of a type twice": (
        account('<Activity "Canvas">\nMatch "a"\n</Activity>\n<Activity "Canvas">\nMatch "b"\n</Activity>'),
        ["Activity", "Canvas"],
    ),
    "activity outside of an account": ('<Activity "Canvas">\nMatch "a"\n</Activity>', ["Activity", "Account"]),
    "rate of an unknown operation": (account('RateLimit "DeleteApp" 1'), ["RateLimit", "DeleteApp", "ListApps"]),
    "rate zero": (account('RateLimit "ListApps" 0'), ["RateLimit", "0"]),
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
