"""Every type of app that AWS knows, and those that it will: which are reported, from what, and in which state."""

import pytest

from e2e.cloud import DAY_S, DOMAIN, HOUR_S, assert_idle_since

DOCUMENTED = ("JupyterServer", "KernelGateway", "JupyterLab", "CodeEditor")
UNDOCUMENTED = ("Canvas", "RSessionGateway", "RStudioServerPro", "TensorBoard", "DetailedProfiler")
BILLED_ON_SYSTEM = ("KernelGateway", "Canvas", "RSessionGateway", "TensorBoard", "DetailedProfiler")


def billed_unit(type: str) -> str | None:
    """billed_unit is what an app is billed by, where that is not its instance."""
    return type if type in ("Canvas", "RSessionGateway", "RStudioServerPro") else None


def account(*lines: str) -> str:
    return "\n".join(["Interval 1", "<Account default>", *lines, "</Account>"])


def reported(collectd) -> set[str]:
    return {v.identifier for v in collectd.values if v.plugin == "sagemaker"}


@pytest.mark.parametrize("where", ["classic", "space"])
def test_every_type_with_a_stream_is_reported(cloud, watch, where):
    cloud.domain()
    cloud.space("churn", "yamada")
    for number, type in enumerate(DOCUMENTED + UNDOCUMENTED):
        place = {"user": "yamada"} if where == "classic" else {"space": "churn"}
        cloud.app(type=type, name=f"app{number}", idle=HOUR_S + number, **place)
    collectd = watch()
    collectd.await_scans()
    cloud.assert_truthful(collectd)
    assert collectd.count("apps") == 9


def test_what_is_free_on_system_is_left_out_and_what_is_billed_there_is_not(cloud, watch):
    cloud.domain()
    billed = [cloud.app("user01", "app", type=type, instance="system") for type in BILLED_ON_SYSTEM]
    for type in ("JupyterServer", "RStudioServerPro"):
        cloud.app("user02", "default", type=type, instance="system")
    collectd = watch()
    collectd.await_scans()
    assert reported(collectd) == {app.identifier for app in billed}
    assert collectd.count("apps") == len(billed)
    assert collectd.count("users") == 1


@pytest.mark.parametrize("type", UNDOCUMENTED)
def test_a_type_without_documented_streams_is_reported_once_it_has_one(cloud, watch, type):
    """Counted from its creation, a Canvas in use all day would be idle for a month."""
    cloud.domain()
    app = cloud.app("user01", "app", type=type, idle=None)
    collectd = watch()
    collectd.await_scans()
    assert reported(collectd) == set()
    assert (collectd.count("apps"), collectd.count("unlogged"), collectd.count("unknown")) == (1, 1, 0)
    assert collectd.count("blind") == 1
    assert_idle_since(collectd.value(app.billed("uptime", unit=billed_unit(type))), app.app.created)
    last = cloud.ago(HOUR_S)
    with cloud.aws.lock:
        cloud.region.stream(app.app.stream_name(), last_event=last)
    assert_idle_since(collectd.value(app.identifier), last)
    collectd.await_scans()
    assert (collectd.count("unlogged"), collectd.count("blind")) == (0, 0)
    (line,) = [line for line in collectd.own_lines if "nothing can tell whether it is idle" in line.text]
    assert "has run for 30 days" in line.text
    assert not [line for line in collectd.own_lines if "an hour after its creation" in line.text]


def test_a_documented_type_without_a_stream_counts_from_its_creation(cloud, watch):
    cloud.domain()
    apps = [cloud.app("user01", "app", type=type, idle=None, age=3 * HOUR_S) for type in DOCUMENTED]
    collectd = watch()
    for app in apps:
        assert_idle_since(collectd.value(app.identifier), app.app.created)
    collectd.await_scans()
    assert collectd.count("unlogged") == 4


def test_a_type_that_nobody_knows_yet(cloud, watch):
    """botocore's model has no such type: the stand-in's answer is changed on its way out."""
    cloud.domain()
    app = cloud.app("user01", "app", type="TensorBoard", idle=HOUR_S)
    quiet = cloud.app("user02", "app", type="TensorBoard", idle=None)
    with cloud.aws.lock:
        cloud.region.stream(f"{DOMAIN}/user01/QuantumLab/app", last_event=app.stream.last_event + HOUR_S / 2)

    def rename(_struck, answer):
        answer.body = answer.body.replace(b'"TensorBoard"', b'"QuantumLab"')
        return answer

    cloud.aws.fault("ListApps", rename)
    collectd = watch()
    value = collectd.value(f"sagemaker-{DOMAIN}_user01/duration-QuantumLab_app")
    assert_idle_since(value, app.stream.last_event + HOUR_S / 2)
    collectd.await_scans()
    assert not [v for v in collectd.values if v.plugin_instance == quiet.instance and v.plugin == "sagemaker"]
    assert collectd.count("unlogged") == 1


def test_an_unknown_type_can_be_chosen(cloud, watch):
    cloud.domain()
    cloud.app("user01", "app")
    collectd = watch(account('AppType "QuantumLab"'))
    collectd.await_scans()
    assert reported(collectd) == set()
    assert not collectd.complaints


@pytest.mark.parametrize("first", ["Deleted", "InService"])
def test_an_app_that_is_listed_twice_is_the_one_that_runs(cloud, watch, first):
    """The one that was deleted is two days older: its creation must not count, whichever is listed last."""
    cloud.domain()
    born = {"Deleted": cloud.ago(2 * DAY_S), "InService": cloud.ago(HOUR_S)}
    second = "InService" if first == "Deleted" else "Deleted"
    with cloud.aws.lock:
        for status in (first, second):
            cloud.region.app(DOMAIN, user="user01", name="app", status=status, created=born[status])
        cloud.region.stream(f"{DOMAIN}/user01/KernelGateway/app", last_event=cloud.ago(DAY_S))
    collectd = watch()
    assert_idle_since(collectd.value(f"sagemaker-{DOMAIN}_user01/duration-KernelGateway_app"), born["InService"])
    collectd.await_scans(3)
    assert collectd.count("apps") == 1
    assert not [v for v in collectd.values if v.is_nan]


def test_states_are_counted_and_only_what_is_in_service_is_reported(cloud, watch):
    cloud.domain()
    running = cloud.app("user01", "running")
    for number, status in enumerate(["Pending"] * 3 + ["Deleting"] * 2 + ["Failed"] + ["Deleted"] * 4):
        cloud.app("user02", f"app{number}", status=status)
    collectd = watch()
    collectd.await_scans()
    assert reported(collectd) == {running.identifier}
    counts = {name: collectd.count(name) for name in ("apps", "users", "pending", "deleting", "failed")}
    assert counts == {"apps": 1, "users": 1, "pending": 3, "deleting": 2, "failed": 1}


def test_states_are_counted_of_what_the_filters_choose(cloud, watch):
    cloud.domain()
    cloud.app("user01", "app", type="Canvas", status="Pending")
    cloud.app("user01", "app", status="Failed")
    cloud.app("user01", "default", type="JupyterServer", instance="system", status="Pending")
    collectd = watch(account("AppType KernelGateway"))
    collectd.await_scans()
    assert (collectd.count("pending"), collectd.count("failed")) == (0, 1)


def test_an_app_that_was_pending_is_idle_since_it_came_into_service(cloud, watch):
    """Its creation time, two days ago, is that of the app before it."""
    cloud.domain()
    app = cloud.app("user01", "app", idle=2 * DAY_S, age=3 * DAY_S, status="Pending")
    collectd = watch()
    collectd.await_scans()
    with cloud.aws.lock:
        app.app.status = "InService"
    assert collectd.value(app.identifier).value < HOUR_S
    collectd.await_scans()
    assert collectd.value(app.identifier).value < HOUR_S
    assert collectd.count("pending") == 0


@pytest.mark.parametrize("whose", ["space", "user"])
@pytest.mark.parametrize("newer", ["vision", "VISION"])
def test_where_no_stream_has_the_exact_name_the_newest_of_those_that_differ_in_case(cloud, watch, newer, whose):
    cloud.domain()
    app = cloud.app(**{whose: "Vision"}, name="app", idle=None)
    last = {name: cloud.ago(HOUR_S if name == newer else DAY_S) for name in ("vision", "VISION")}
    with cloud.aws.lock:
        for name, event in last.items():
            cloud.region.stream(f"{DOMAIN}/{name}/KernelGateway/app", last_event=event)
    collectd = watch()
    collectd.await_scans()
    assert_idle_since(collectd.value(app.identifier), last[newer])


def test_a_stream_whose_name_only_differs_in_case_is_the_apps_for_matching_too(cloud, watch):
    cloud.domain()
    cloud.space("Churn", "yamada")
    app = cloud.app(space="Churn", type="JupyterLab", name="default", idle=None)
    saved = cloud.ago(5 * HOUR_S)
    with cloud.aws.lock:
        line = "[I 2026-03-28 15:13:50.675 ServerApp] Saving file at /churn.ipynb"
        events = [(saved, line), (cloud.ago(60), "[auto-stop-idle] is not idle. Passing check.")]
        cloud.region.stream(f"{DOMAIN}/churn/JupyterLab/default", events=events)
    collectd = watch()
    assert_idle_since(collectd.value(app.identifier), saved)


@pytest.mark.parametrize("child", ["LifecycleConfigOnStart", "ServerExtension", "SparkMonitor"])
def test_a_child_stream_is_not_the_apps(cloud, watch, child):
    cloud.domain()
    app = cloud.app("user01", "app", idle=3 * DAY_S)
    with cloud.aws.lock:
        cloud.region.stream(f"{app.app.stream_name()}/{child}", last_event=cloud.ago(60))
    collectd = watch()
    collectd.await_scans()
    assert_idle_since(collectd.value(app.identifier), app.since)


def test_a_stream_older_than_the_app_counts_for_nothing_under_any_signal(cloud, watch):
    cloud.domain()
    cloud.space("churn", "yamada")
    cloud.space("code", "yamada")
    line = "[I 2026-03-28 15:13:50.675 ServerApp] Saving file at /churn.ipynb"
    apps = [
        cloud.app("user01", "app", idle=DAY_S, age=2 * HOUR_S),
        cloud.app(space="churn", type="JupyterLab", name="default", log=[(DAY_S, line)], age=2 * HOUR_S),
        cloud.app(space="code", type="CodeEditor", name="default", log=[(DAY_S, line)], age=2 * HOUR_S),
    ]
    collectd = watch()
    for app in apps:
        assert_idle_since(collectd.value(app.identifier), app.app.created)


def test_what_was_saved_before_a_restart_does_not_count_after_it(cloud, watch):
    """Deleted and started again within a day, a space's app may keep its old creation time."""
    cloud.domain()
    line = "[I 2026-03-28 15:13:50.675 ServerApp] Saving file at /churn.ipynb"
    lab = cloud.lab("churn", "yamada", log=[(2 * HOUR_S, line)])
    collectd = watch()
    assert_idle_since(collectd.value(lab.identifier), lab.stream.events[-1][0] / 1000)
    with cloud.aws.lock:
        lab.app.status = "Deleted"
    collectd.wait(lambda: collectd.value(lab.identifier).is_nan, "NaN")
    with cloud.aws.lock:
        lab.app.status = "InService"
    collectd.wait(lambda: not collectd.value(lab.identifier).is_nan, "value after the restart")
    assert collectd.value(lab.identifier).value < 60
