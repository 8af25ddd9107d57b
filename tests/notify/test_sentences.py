"""What people read, for each kind of value; the other values come from a real collectd by its unixsock plugin."""

import math

import pytest

from notify.conftest import notification

ABOUT_A_DAY = 91200  # 1 day 1 h 20 min

WRANGLER = "KernelGateway_sagemaker-data-wrang-ml-m5-4xlarge-a4f6"
VALUES = {
    "sagemaker-test-domain-1_user02/duration-" + WRANGLER: ABOUT_A_DAY,
    "sagemaker-test-domain-1_user02/duration-KernelGateway_base-python-ml-t3-medium": 90000,
    "sagemaker-test-domain-1_user02/duration-JupyterLab_churn": 90060,
    "sagemaker-test-domain-1_user02/duration-KernelGateway_mine": 90600,
    "sagemaker_instance-test-domain-1_user02/duration-ml.m5.4xlarge": ABOUT_A_DAY,
    "sagemaker_instance-test-domain-1_user02/gauge-hourly_cost-ml.m5.4xlarge": 0.922,
    "sagemaker_instance-test-domain-1_user02/duration-ml.t3.medium": 2700,
    "sagemaker_instance-test-domain-1_user02/gauge-hourly_cost-ml.t3.medium": 0.05,
    "sagemaker_instance-test-domain-1_user02/duration-ml.g5.xlarge_churn": 90060,
    "sagemaker_instance-test-domain-1_user02/gauge-hourly_cost-ml.g5.xlarge_churn": 1.41,
    "sagemaker_instance-test-domain-1_user02/duration-ml.m5.large_fraud": 90000,
    "sagemaker_space-test-domain-1_user02/bytes-volume-old": 5 * 2**30,
    "sagemaker_scan-prod_us-east-1/count-apps": 0,
}


@pytest.fixture
def told(notices, start):
    """told(notification) is the one sentence that it leads to, where collectd knows VALUES."""
    collectd = start(notices.unixsock, shipped=())
    start.values(collectd).put(VALUES)

    def sentence(*arguments, **more) -> str:
        (told,) = notices.told(notification(*arguments, **more))
        return told

    return sentence


def test_a_user_is_named_with_the_most_idle_app_its_instance_and_the_money(told):
    assert told() == (
        "user02 in test-domain-1: Data Wrangler on ml.m5.4xlarge idle for 1 day 1 h 20 min, about 23 USD"
    )


@pytest.mark.parametrize(
    ("plugin", "series", "seconds", "sentence"),
    [
        ("sagemaker", WRANGLER, ABOUT_A_DAY, "Data Wrangler on ml.m5.4xlarge idle for 1 day 1 h 20 min, about 23 USD"),
        (
            "sagemaker",
            "KernelGateway_base-python-ml-t3-medium",
            90000,
            "KernelGateway base-python-ml-t3-medium on ml.t3.medium idle for 1 day 1 h, its instance for 45 min, "
            "about 0.04 USD",
        ),
        (
            "sagemaker",
            "JupyterLab_churn",
            90060,
            "JupyterLab in space churn on ml.g5.xlarge idle for 1 day 1 h 1 min, about 35 USD",
        ),
        ("sagemaker", "KernelGateway_mine", 90600, "KernelGateway mine idle for 1 day 1 h 10 min"),
        (
            "sagemaker_instance",
            "ml.g5.xlarge_churn",
            90060,
            "ml.g5.xlarge of space churn idle for 1 day 1 h 1 min, about 35 USD",
        ),
        ("sagemaker_instance", "ml.m5.large_fraud", 90000, "ml.m5.large of space fraud idle for 1 day 1 h"),
        (
            "sagemaker_space",
            "old",
            3456000,
            "space old without a running app for 40 days, its volume of 5 GiB is billed",
        ),
        ("sagemaker_space", "new", 3456000, "space new without a running app for 40 days"),
    ],
)
def test_apps_instances_and_spaces(told, plugin, series, seconds, sentence):
    """Without a price there is no money, and without a certain instance none is named."""
    assert told("WARNING", plugin, series=series, value=seconds) == f"user02 in test-domain-1: {sentence}"


def test_a_space_without_an_owner(told):
    app = "CodeEditor_team"
    assert told("WARNING", "sagemaker", "d-1_space_team", app) == (
        "Shared space team in d-1: CodeEditor in space team idle for 1 day 1 h 20 min"
    )


def test_a_plugin_that_cannot_see(told):
    """The heartbeat is beyond its limit, or is not there any more."""
    blind = told("WARNING", "sagemaker_scan", "prod_us-east-1", "since_complete", 3900)
    assert blind == "Account prod, us-east-1: no complete scan for 1 h 5 min; who forgets an app goes unseen"
    silent = told("FAILURE", "sagemaker_scan", "test_eu-west-1", "since_complete", None)
    assert silent == (
        "Account test, eu-west-1: no values from collectd on monitor.example any more; who forgets an app goes unseen"
    )


def test_the_reason_of_blindness_is_what_aws_answers(notices, start):
    collectd = start(notices.unixsock, shipped=())
    values = start.values(collectd)
    for count in (0, 7):
        values.put({"sagemaker_scan-prod_us-east-1/errors-AccessDeniedException": count})
        values.put({"sagemaker_scan-prod_us-east-1/errors-timeout": 3})
    (sentence,) = notices.told(notification("WARNING", "sagemaker_scan", "prod_us-east-1", "since_complete", 3900))
    assert "for 1 h 5 min (AccessDeniedException);" in sentence


@pytest.mark.parametrize(
    ("plugin", "series", "value", "sentence"),
    [
        ("sagemaker_user", "max_idle", 1200, ": no app idle for 1 day or longer any more"),
        ("sagemaker_user", "max_idle", math.nan, ": no app runs any more"),
        ("sagemaker", WRANGLER, 300, ": Data Wrangler on ml.m5.4xlarge active again, idle for 5 min"),
        ("sagemaker", WRANGLER, math.nan, ": Data Wrangler on ml.m5.4xlarge no longer runs"),
        ("sagemaker_instance", "ml.m5.4xlarge", math.nan, ": ml.m5.4xlarge no longer runs"),
        ("sagemaker_space", "old", math.nan, ": space old no longer without a running app, or gone"),
    ],
)
def test_the_end_of_a_case(told, plugin, series, value, sentence):
    told("WARNING", plugin, series=series)
    assert told("OKAY", plugin, series=series, value=value) == f"user02 in test-domain-1{sentence}"


def test_what_has_run_for_too_long_is_told_by_its_age(told):
    """Of a Canvas nothing may tell whether it is idle: its uptime is no idleness."""
    about = {"plugin": "sagemaker_instance", "series": "ml.m5.4xlarge", "type": "uptime"}
    assert told("WARNING", value=7 * 86400, **about) == (
        "user02 in test-domain-1: ml.m5.4xlarge has run for 7 days, about 155 USD"
    )
    assert told("OKAY", value=600, **about) == "user02 in test-domain-1: ml.m5.4xlarge started anew, 10 min ago"
    told("WARNING", value=7 * 86400, **about)
    assert told("OKAY", value=math.nan, **about) == "user02 in test-domain-1: ml.m5.4xlarge no longer runs"


def test_the_end_of_blindness_claims_no_more_than_the_value_does(told):
    """The heartbeat counts from the plugin's start, too: a restart ends the case, whether or not a scan succeeded."""
    told("WARNING", "sagemaker_scan", "prod_us-east-1", "since_complete", 3900)
    assert told("OKAY", "sagemaker_scan", "prod_us-east-1", "since_complete", 12) == (
        "Account prod, us-east-1: within its limit again, less than a minute after the last complete scan or the "
        "plugin's start"
    )


def test_what_is_beyond_the_failure_limit_says_so(told):
    assert told("FAILURE").startswith("FAILURE: user02 in test-domain-1: Data Wrangler")


def test_without_collectds_socket_the_notification_itself_is_told(notices, start):
    """One line says what is missing, and one that it is there again."""
    notices.record(notification())
    assert notices.tell().startswith(f"tell: collectd's socket {notices.socket}: ")
    assert notices.webhook.sentences == ["user02 in test-domain-1: an app idle for 1 day 1 h 20 min"]
    assert notices.told(notification(instance="test-domain-1_user03"))
    start.values(start(notices.unixsock))
    notices.record(notification())
    assert notices.tell() == "tell: all is well again\n"
    assert len(notices.webhook.sentences) == 2
