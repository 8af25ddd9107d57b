"""The IAM policy that is shipped is enough, and nothing in it can be left out without the loss that iam.md tells of."""

import copy
import json

import pytest

from e2e.cloud import HOUR_S, assert_idle_since
from e2e.collectd import TOP
from e2e.test_signals import AUTO_STOP, SAVED, first_event

POLICY = json.loads((TOP / "packaging" / "iam" / "policy.json").read_text())
ACTIONS = [action for statement in POLICY["Statement"] for action in statement["Action"]]
# Every operation is needed: a domain's name, a space's owner, a signal that is matched.
OPTIONS = "Interval 1\n<Account default>\nDomainLabel name\nConfirmAfter 86400\n</Account>"


@pytest.fixture
def permitted(cloud):
    """permitted(policy) is a world with a kernel gateway, a lab and a Canvas, and keys that may do what the policy says."""
    cloud.domain()
    apps = {
        "gateway": cloud.app("user01", "app", idle=2 * HOUR_S),
        "canvas": cloud.app("user02", "default", type="Canvas", instance="system", idle=None),
        "lab": cloud.lab("churn", "yamada", chatter=None, log=[(30 * HOUR_S, SAVED), (HOUR_S, AUTO_STOP)]),
    }

    with cloud.aws.lock:
        cloud.region.canvas("d-abcdefghijkl", "user02", cloud.ago(HOUR_S))

    def permit(policy: dict) -> dict:
        with cloud.aws.lock:
            for identity in cloud.world.keys.values():
                identity.policy = policy
        return apps

    return permit


def without(action: str) -> dict:
    policy = copy.deepcopy(POLICY)
    for statement in policy["Statement"]:
        statement["Action"] = [name for name in statement["Action"] if name != action]
    return policy


def named(identifier: str) -> str:
    return identifier.replace("d-abcdefghijkl", "research")


def test_the_policy_is_enough(cloud, watch, permitted):
    apps = permitted(POLICY)
    collectd = watch(OPTIONS)
    assert_idle_since(collectd.value(named(apps["gateway"].identifier)), apps["gateway"].since)
    assert_idle_since(collectd.value(named(apps["lab"].identifier)), first_event(apps["lab"]))
    collectd.await_scans(2)
    assert collectd.count("unprotected") == 1
    assert collectd.complaints == []
    with cloud.aws.lock:
        asked = {f"{call.service}:{call.operation}" for call in cloud.aws.calls}
    assert asked == set(ACTIONS), "an operation was not tried"


# What is still reported without an action: the gateway's value, the lab's, the Canvas's.
LOSSES = {
    "sagemaker:ListApps": (False, False, False),
    "sagemaker:ListDomains": (False, False, False),
    "sagemaker:ListSpaces": (True, False, True),
    "sagemaker:DescribeDomain": (True, True, True),
    "logs:DescribeLogStreams": (False, False, True),
    "logs:FilterLogEvents": (True, True, True),
    "cloudwatch:GetMetricData": (True, True, False),
}


def test_what_is_optional_is_marked_so():
    optional = {statement["Sid"]: statement["Action"] for statement in POLICY["Statement"] if "Sid" in statement}
    assert optional == {
        "OptionalIdleShutdown": ["sagemaker:DescribeDomain"],
        "OptionalCanvas": ["cloudwatch:GetMetricData"],
    }


@pytest.mark.parametrize("action", ACTIONS)
def test_each_action_is_needed(cloud, watch, permitted, action):
    apps = permitted(without(action))
    collectd = watch(OPTIONS)
    collectd.said("is not authorized to perform", action)
    collectd.await_reads(4)
    for name, expected in zip(("gateway", "lab", "canvas"), LOSSES[action]):
        assert bool(collectd.series(named(apps[name].identifier))) == expected, name
    if action == "sagemaker:DescribeDomain":
        assert not collectd.scan("count-unprotected")
    if action == "logs:FilterLogEvents":
        # Measured by its newest event, which its server wrote by itself.
        assert_idle_since(collectd.value(named(apps["lab"].identifier)), apps["lab"].since)


def test_another_log_group_is_not_read(cloud, watch, permitted):
    """The resources hold: what is allowed for Studio's log group is not allowed for others."""
    permitted(POLICY)
    collectd = watch('Interval 1\n<Account default>\nLogGroup "/aws/sagemaker/studio2"\n</Account>')
    collectd.said("logs:DescribeLogStreams", "log-group:/aws/sagemaker/studio2:")
