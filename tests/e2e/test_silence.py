"""What has no value, or none of use, is named in the log with what to do: nothing is silent for ever."""

from __future__ import annotations

import json

import pytest

from e2e.cloud import DAY_S, DOMAIN, HOUR_S, REGION
from e2e.test_signals import SAVED

CLOSED = "ap-east-1"


def account(*lines: str) -> str:
    return "\n".join(["Interval 1", "<Account default>", *lines, "</Account>"])


def test_a_region_that_is_not_enabled_beside_one_that_works(cloud, watch):
    cloud.domain()
    app = cloud.app("bob", "kg-a", idle=50_000)
    with cloud.aws.lock:
        cloud.world.account().region(CLOSED)
    message = "The security token included in the request is invalid"
    options = {"code": "UnrecognizedClientException", "status": 403, "message": message}
    refused = cloud.aws.fault(None, "error", region=CLOSED, **options)
    collectd = watch(account(f'Region "{REGION}" "{CLOSED}"'))
    line = collectd.assert_complains_once(CLOSED, "the region is not enabled for the account", REGION, "option Region")
    assert line.severity == "warning"
    assert refused.hits > 2
    assert [x for x in collectd.own_lines if x is not line] == []
    value = collectd.value(app.identifier)
    assert value.time - value.value == pytest.approx(app.since, abs=0.01)


def empty_pages(struck, answer):
    """empty_pages is a search without end: no events, and another token each time."""
    token = struck.cursor.token(struck.cursor.position)
    answer.body = json.dumps(json.loads(answer.body) | {"events": [], "nextToken": token}).encode()
    return answer


def test_a_search_that_has_no_end_holds_up_nobody_and_is_named(cloud, watch):
    cloud.domain()
    cloud.lab("churn", "alice", log=[(47 * HOUR_S, SAVED)], age=10 * DAY_S)
    cloud.app("bob", "app", type="JupyterServer", idle=30 * HOUR_S, age=10 * DAY_S)
    told = cloud.app("eve", "app", type="JupyterServer", idle=1800, age=10 * DAY_S)
    cloud.aws.fault("FilterLogEvents", empty_pages)
    collectd = watch(account('RateLimit "FilterLogEvents" 1000'))
    value = collectd.value(told.identifier)
    assert value.time - value.value == pytest.approx(told.since, abs=0.01)
    line = collectd.assert_complains_once("the search of the log of app", "empty pages without end", REGION)
    assert line.severity == "warning"
    assert collectd.count("unknown") == 2
    scans = len(collectd.series(told.identifier))
    assert cloud.aws.count("FilterLogEvents") <= 240 * (scans + 1), "two minutes of calls a scan, at the default rate"
    cloud.aws.clear_faults()
    assert "every search has an end again" in collectd.assert_recovers_once().text


def test_apps_that_are_stuck_are_named_with_their_age(cloud, watch):
    cloud.domain()
    cloud.space("churn", "alice")
    now = cloud.world.now()
    with cloud.aws.lock:
        add = cloud.region.app
        add(DOMAIN, user="bob", name="kg-a", created=now - 10 * DAY_S, status="Failed")
        add(DOMAIN, user="eve", name="kg-b", created=now - 20 * DAY_S, status="Deleting")
        lab = {"space": "churn", "type": "JupyterLab", "name": "default", "instance": "ml.p4d.24xlarge"}
        add(DOMAIN, created=now - 3 * DAY_S, status="Pending", **lab)
    collectd = watch()
    line = collectd.said(f"{DOMAIN}/churn/JupyterLab/default on ml.p4d.24xlarge", "has been Pending for 3 days")
    assert line.severity == "notice"
    collectd.await_scans()
    assert len(collectd.own_lines) == 1, "since when the others have been so is not known yet"
    (found,) = [x for x in collectd.all_own_lines if x.severity == "info"]
    assert "found no app in service, but 1 Pending, 1 Deleting and 1 Failed" in found.text
    cloud.pass_time(2 * HOUR_S + 60)
    collectd.said(f"{DOMAIN}/bob/KernelGateway/kg-a", "has been Failed for 2 hours", "delete it")
    collectd.said(f"{DOMAIN}/eve/KernelGateway/kg-b", "has been Deleting for 2 hours", "AWS Support")
    collectd.await_scans(3)
    assert len([x for x in collectd.own_lines if "has been" in x.text]) == 3


def test_a_type_without_a_stream_is_named_with_its_age(cloud, watch):
    cloud.domain()
    cloud.app("mallory", "default", type="Canvas", idle=None, age=6 * DAY_S)
    collectd = watch()
    line = collectd.said(f"{DOMAIN}/mallory/Canvas/default", "is billed and has run for 6 days", "count-blind")
    assert line.severity == "notice"
    collectd.await_scans(3)
    assert [x for x in collectd.own_lines if "mallory" in x.text] == [line]


def without(member: str):
    """without is a listing that shows nothing."""

    def empty(_struck, answer):
        answer.body = json.dumps({member: []}).encode()
        return answer

    return empty


def space_that_no_listing_has(cloud):
    lab = cloud.lab("churn", "alice", chatter=None, log=[(HOUR_S, SAVED)])
    cloud.aws.fault("ListSpaces", without("Spaces"))
    return lab, "", "ListSpaces does not tell whose its space is; if the space is gone, delete the app"


def domain_that_no_listing_has(cloud):
    app = cloud.app("bob", "kg-a")
    cloud.aws.fault("ListDomains", without("Domains"))
    return app, 'DomainLabel "name"', 'ListDomains does not tell the name of its domain; allow sagemaker:ListDomains'


def search_without_an_answer(cloud):
    lab = cloud.lab("churn", "alice", chatter=None, log=[(HOUR_S, SAVED)])
    cloud.aws.fault("FilterLogEvents", "error", code="InternalFailure", status=500)
    return lab, 'RateLimit "FilterLogEvents" 1000', "has not come to an end (InternalFailure); a shorter Lookback"


def stream_without_an_answer(cloud):
    app = cloud.app("bob", "kg-a")
    cloud.aws.fault("DescribeLogStreams", "access_denied")
    return app, "", "DescribeLogStreams does not tell of its log stream (AccessDenied"


KINDS = [
    space_that_no_listing_has,
    domain_that_no_listing_has,
    search_without_an_answer,
    stream_without_an_answer,
]


@pytest.mark.parametrize("kind", KINDS, ids=[kind.__name__ for kind in KINDS])
def test_whose_value_has_been_missing_for_an_hour_is_named_with_the_reason(cloud, watch, kind):
    cloud.domain()
    app, option, reason = kind(cloud)
    collectd = watch(account(option))
    collectd.await_reports(2)
    assert not [line for line in collectd.own_lines if "has had no value" in line.text]
    cloud.pass_time(HOUR_S + 60)
    line = collectd.said(f"app {app.app.stream_name()} has had no value for an hour: ", reason)
    assert line.severity == "notice"
    collectd.await_reports(2)
    assert len([line for line in collectd.own_lines if "has had no value" in line.text]) == 1
    assert not collectd.series(app.identifier)
