"""collectd's own threshold plugin with the shipped rules names people."""

from e2e.cloud import DAY_S, DOMAIN, HOUR_S, OTHER_DOMAIN
from e2e.collectd import SHIPPED


def test_the_shipped_rules_name_who_forgot_an_app_and_nobody_else(cloud, watch):
    """The scene of DESIGN, section 1: the other domain's user01 works."""
    cloud.domain()
    cloud.domain(OTHER_DOMAIN, "production")
    cloud.app("user01", "datascience-1-0-ml-t3-medium", idle=3 * DAY_S)
    cloud.app("user02", "sagemaker-data-wrang-ml-m5-4xlarge", idle=2 * DAY_S)
    cloud.app("user03", "app", idle=DAY_S - HOUR_S)
    cloud.app("user01", "app", domain=OTHER_DOMAIN, idle=60)
    collectd = watch()
    collectd.await_scans(3)
    warned = [(n.plugin, n.plugin_instance) for n in collectd.notifications if n.severity != "OKAY"]
    assert sorted(warned) == [("sagemaker_user", f"{DOMAIN}_user01"), ("sagemaker_user", f"{DOMAIN}_user02")]
    assert {n.severity for n in collectd.notifications} == {"WARNING", "OKAY"}


def test_a_user_who_works_again_is_okay_again(cloud, watch):
    cloud.domain()
    app = cloud.app("user01", "app", idle=2 * DAY_S)
    collectd = watch()

    def severities():
        return [n.severity for n in collectd.notifications if n.plugin_instance == f"{DOMAIN}_user01"]

    collectd.wait(lambda: severities() == ["WARNING"], "WARNING")
    with cloud.aws.lock:
        app.stream.last_event = cloud.world.now()
    collectd.wait(lambda: severities() == ["WARNING", "OKAY"], "OKAY")


def test_an_app_that_is_gone_is_no_failure(cloud, watch):
    """Interesting false: what is not updated any more is not missed."""
    cloud.domain()
    app = cloud.app("user01", "app")
    collectd = watch()
    collectd.await_scans()
    with cloud.aws.lock:
        app.app.delete()
    collectd.await_scans(5)
    assert not [n for n in collectd.notifications if n.severity == "FAILURE"]


def test_the_heartbeat_has_a_threshold_of_its_own(cloud, watch):
    """Blind for longer than WarningMax: the shipped hour, shortened to seconds for this test."""
    cloud.domain()
    collectd = watch.stopped()
    rules = collectd.folder / "collectd.conf.d" / "sagemaker.threshold.conf"
    assert "WarningMax 3600" in rules.read_text()
    rules.write_text(rules.read_text().replace("WarningMax 3600", "WarningMax 3"))
    collectd.start()
    collectd.await_scans()
    cloud.aws.fault(None, "access_denied")

    def severities():
        return [n.severity for n in collectd.notifications if n.plugin == "sagemaker_scan"]

    collectd.wait(lambda: severities()[-1:] == ["WARNING"], "WARNING")
    cloud.aws.clear_faults()
    collectd.wait(lambda: severities()[-1] == "OKAY", "OKAY")


def test_values_reach_the_threshold_in_time_while_a_scan_takes_several_reads(cloud, watch):
    """Values of a long scan carry a longer interval: no series expires in between and is warned about again."""
    cloud.domain()
    for number in range(150):
        cloud.app("user01", f"app{number:03}", idle=2 * DAY_S)
    cloud.aws.latency = 0.5
    collectd = watch("Interval 1\n<Account default>\nTimeout 1\n</Account>")
    collectd.await_scans(4)
    named = [n.severity for n in collectd.notifications if n.plugin_instance == f"{DOMAIN}_user01"]
    assert named == ["WARNING"]


def with_rule(plugin: str, type: str = "duration") -> str:
    """with_rule is the shipped file with the rule for a type of a plugin taken out of its comment."""
    text = (SHIPPED / "sagemaker.threshold.conf").read_text()
    start = text.index(f'  #<Plugin "{plugin}">\n  #  <Type "{type}">')
    end = text.index("  #</Plugin>", start) + len("  #</Plugin>")
    return text[:start] + text[start:end].replace("  #", "  ") + text[end:]


def warned(collectd, plugin: str) -> set[tuple[str, str]]:
    warnings = [n for n in collectd.notifications if (n.plugin, n.severity) == (plugin, "WARNING")]
    return {(n.plugin_instance, n.type_instance) for n in warnings}


def test_the_rules_that_are_commented_out_name_apps_and_what_is_billed(cloud, watch):
    """The idle app beside a busy one is an idle app, and no idle instance."""
    cloud.domain()
    cloud.app("user01", "busy", idle=60, instance="ml.m5.xlarge")
    cloud.app("user01", "idle", idle=3 * DAY_S, instance="ml.m5.xlarge")
    cloud.app("user02", "alone", idle=2 * DAY_S, instance="ml.g5.xlarge")
    expected = {
        "sagemaker": {(f"{DOMAIN}_user01", "KernelGateway_idle"), (f"{DOMAIN}_user02", "KernelGateway_alone")},
        "sagemaker_instance": {(f"{DOMAIN}_user02", "ml.g5.xlarge")},
    }
    for plugin, who in expected.items():
        files = {"sagemaker.threshold.conf": with_rule(plugin)}
        collectd = watch(shipped=("sagemaker.conf", "sagemaker.prices.conf"), files=files)
        collectd.await_scans(3)
        assert warned(collectd, plugin) == who
        collectd.stop()


def test_the_rule_for_what_has_run_for_a_week(cloud, watch):
    """Nothing tells that the RStudio session is idle; its age does."""
    cloud.domain()
    session = cloud.app("user01", "default", type="RSessionGateway", idle=None, age=8 * DAY_S)
    cloud.app("user02", "default", type="RSessionGateway", idle=None, age=6 * DAY_S)
    files = {"sagemaker.threshold.conf": with_rule("sagemaker_instance", "uptime")}
    collectd = watch(shipped=("sagemaker.conf",), files=files)
    collectd.await_scans(3)
    assert warned(collectd, "sagemaker_instance") == {(session.instance, "RSessionGateway")}
    with cloud.aws.lock:
        session.app.delete()
    collectd.wait(lambda: [n for n in collectd.notifications if n.severity == "OKAY"], "OKAY")


def test_the_rule_for_forgotten_volumes(cloud, watch):
    cloud.domain()
    cloud.space("churn", "yamada", modified=cloud.ago(40 * DAY_S))
    cloud.space("fraud", "yamada", modified=cloud.ago(20 * DAY_S))
    files = {"sagemaker.threshold.conf": with_rule("sagemaker_space")}
    options = "Interval 1\n<Account default>\nReportBySpace true\n</Account>"
    collectd = watch(options, shipped=("sagemaker.conf",), files=files)
    collectd.await_scans(3)
    assert warned(collectd, "sagemaker_space") == {(f"{DOMAIN}_yamada", "churn")}
