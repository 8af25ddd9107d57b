"""What agents see, central reports: values, thresholds, notifications; and what must not get in."""

from __future__ import annotations

from e2e.cloud import DAY_S, DOMAIN, OTHER_DOMAIN
from e2e.monitor import Monitor

USER = f"sagemaker_user-{DOMAIN}_user01/duration-max_idle"


def host(name: str, interval: float = 1) -> str:
    return f'Interval {interval}\n<Account "default">\nHost "{name}"\n</Account>'


def test_values_of_two_agents_arrive_and_the_thresholds_of_central_fire(cloud, network):
    """The accounts are split: here by Domain, as two domains of one account are what the stand-in has."""
    cloud.domain()
    cloud.domain(OTHER_DOMAIN, "production")
    app = cloud.app("user01", idle=2 * DAY_S, instance="ml.m5.xlarge")
    cloud.app("user02", domain=OTHER_DOMAIN, idle=3 * DAY_S)
    central = network.central()
    for name, password, domain in (("agent1", "change-me", DOMAIN), ("agent2", "change-me-too", OTHER_DOMAIN)):
        options = f'Interval 1\n<Account "{name}">\nDomain "{domain}"\n</Account>'
        network.agent(options, name=name, password=password)
    expected = {f"{DOMAIN}_user01", f"{OTHER_DOMAIN}_user02"}

    def warned():
        return {n.plugin_instance for n in central.notifications if n.severity == "WARNING"}

    central.wait(lambda: warned() >= expected, "warnings of central")
    assert warned() == expected
    for part in (app.identifier, USER, app.billed(), app.billed("hourly_cost")):
        assert central.value(part).value >= 0
    assert central.value("sagemaker_scan-agent2_us-east-1/count-apps").value == 1
    assert abs(central.value(app.identifier).interval - 1) < 0.01
    with cloud.aws.lock:
        app.app.delete()
    central.wait(lambda: "OKAY" in severities(central, f"{DOMAIN}_user01"), "OKAY on central")


def severities(collectd, instance: str) -> list[str]:
    return [n.severity for n in collectd.notifications if n.plugin_instance == instance]


def test_a_whole_scan_arrives_before_the_next_one(cloud, network):
    """FlushInterval: without it, what does not fill a packet waits for the values that come next."""
    cloud.domain()
    cloud.app("user01", idle=2 * DAY_S)
    central = network.central()
    agent = network.agent("Interval 300")
    agent.value(agent.scan_identifier("response_time-scan"))
    sent = sent_by(agent)
    assert USER in {name for name, _ in sent}
    central.wait(lambda: sent <= sent_by(central), "every value of the scan")
    assert len(agent.scan("duration-since_complete")) == 1


def sent_by(collectd) -> set[tuple[str, float]]:
    return {(value.identifier, round(value.time, 3)) for value in collectd.values}


def test_notifications_of_an_agent_arrive_too(cloud, network):
    """Thresholds on the agent: then they must not stand on central as well, or everybody is told twice."""
    cloud.domain()
    cloud.app("user01", idle=2 * DAY_S)
    central = network.central(shipped=())
    network.agent(shipped=("sagemaker.conf", "sagemaker.threshold.conf"))
    central.wait(lambda: "WARNING" in severities(central, f"{DOMAIN}_user01"), "notification")
    assert severities(central, f"{DOMAIN}_user01") == ["WARNING"]


def test_an_agent_that_dies_is_missed(cloud, network):
    """The shipped rule on the heartbeat is interested in its absence; the ones on people are not."""
    cloud.domain()
    cloud.app("user01")
    central = network.central()
    agent = network.agent()
    central.value(USER)
    central.value(agent.scan_identifier("duration-since_complete"))
    agent.kill()
    central.wait(lambda: [n for n in central.notifications if n.severity == "FAILURE"], "FAILURE")
    missed = {(n.plugin, n.type_instance) for n in central.notifications if n.severity == "FAILURE"}
    assert missed == {("sagemaker_scan", "since_complete")}


def test_who_does_not_know_the_password_gets_nothing_in(cloud, network):
    cloud.domain()
    cloud.app("user01", idle=2 * DAY_S)
    central = network.central()
    network.agent(host("wrong-password"), password="wrong")
    network.agent(host("unknown-agent"), name="agent3")
    plain_agent(network)
    network.agent(host("good"))
    central.wait(lambda: [v for v in central.values if v.host == "good"], "values of the good one")
    for complaint in (
        "Checksum mismatch. Username: agent1",
        "Failed to get cypher. Username: agent3",
        "Unencrypted packet or part has been ignored.",
    ):
        central.wait(lambda: complains(central, complaint), f"complaint: {complaint}")
    assert {value.host for value in central.values} == {"good"}


def plain_agent(network) -> Monitor:
    """plain_agent sends without encryption."""
    sample = network.sample("agent1", "change-me")
    start, end = sample.index("    SecurityLevel"), sample.index("  </Server>")
    return network.start_agent(host("plain"), sample[:start] + sample[end:])


def complains(collectd, text: str) -> bool:
    return any(line.text == f"network plugin: {text}" for line in collectd.lines)


def test_two_agents_on_one_account_double_everything(cloud, network):
    """Calls, series and messages; each has rate limits of its own."""
    cloud.domain()
    cloud.app("user01", idle=2 * DAY_S)
    central = network.central()
    first = network.agent(host("first"))
    first.await_scans(2)
    cloud.aws.reset()
    first.await_scans(4)
    alone = len(cloud.aws.calls)
    second = network.agent(host("second"))
    second.await_scans(2)
    cloud.aws.reset()
    first.await_scans(4)
    assert len(cloud.aws.calls) > 1.5 * alone
    central.wait(lambda: len(severities(central, f"{DOMAIN}_user01")) >= 2, "two warnings")
    hosts = [n.host for n in central.notifications if n.plugin_instance == f"{DOMAIN}_user01"]
    assert sorted(hosts) == ["first", "second"]


def test_two_agents_of_one_host_name_get_into_each_others_way(cloud, network):
    """One series, one message; but what arrives behind a newer value of the other one is dropped by central."""
    cloud.domain()
    cloud.app("user01", idle=2 * DAY_S)
    central = network.central()
    network.agent(host("aws-prod"))
    network.agent(host("aws-prod"), flush_s=3)
    too_old = central.wait(lambda: [x for x in central.lines if "Value too old" in x.text], "dropped values")
    assert "aws-prod/sagemaker" in too_old[0].text
    assert severities(central, f"{DOMAIN}_user01") == ["WARNING"]
