"""Apps in spaces stand under whom the space belongs to; names of users, spaces and apps never mix."""

import pytest

from e2e.cloud import DAY_S, DOMAIN, HOUR_S, OTHER_DOMAIN, assert_idle_since

SAVED = "[I 2026-03-28 15:13:50.675 ServerApp] Saving file at /churn.ipynb"


REMOTE = {"open": "ENABLED", "closed": "DISABLED", "untold": None}


def account(*lines: str) -> str:
    return "\n".join(["Interval 1", "<Account default>", *lines, "</Account>"])


def apps(collectd) -> set[str]:
    return {v.identifier for v in collectd.values if v.plugin == "sagemaker"}


def owners(collectd) -> set[str]:
    return {v.plugin_instance.partition("_")[2] for v in collectd.values if v.plugin == "sagemaker_user"}


def test_an_app_in_a_space_stands_under_the_spaces_owner(cloud, watch):
    cloud.domain()
    lab = cloud.lab("churn", "yamada", log=[(3 * DAY_S, SAVED)], age=40 * DAY_S)
    kernel = cloud.app("yamada", "app", idle=HOUR_S)
    collectd = watch(account(f"Lookback {7 * DAY_S}"))
    assert lab.identifier == f"sagemaker-{DOMAIN}_yamada/duration-JupyterLab_churn"
    assert_idle_since(collectd.value(lab.identifier), lab.stream.events[-1][0] / 1000)
    collectd.await_scans()
    assert owners(collectd) == {"yamada"}
    assert collectd.count("users") == 1
    value = collectd.value(lab.identifier)
    assert (value.meta["owner"], value.meta["space"], value.meta["signal"]) == ("yamada", "churn", "match")
    assert_idle_since(collectd.value(kernel.user_identifier), lab.stream.events[-1][0] / 1000)


def test_a_shared_space_without_an_owner_counts_as_a_user_of_its_own(cloud, watch):
    cloud.domain()
    shared = cloud.app(space="team", name="app", idle=HOUR_S)
    cloud.app("team", "app2", idle=DAY_S)
    collectd = watch()
    collectd.await_scans()
    assert apps(collectd) == {
        f"sagemaker-{DOMAIN}_space_team/duration-KernelGateway_team_app",
        f"sagemaker-{DOMAIN}_team/duration-KernelGateway_app2",
    }
    assert collectd.count("users") == 2
    assert_idle_since(collectd.value(shared.user_identifier), shared.since)
    assert "owner" not in collectd.value(shared.identifier).meta


def test_a_user_and_a_space_of_one_name_share_a_stream_and_nothing_else(cloud, watch):
    """Both log to DOMAIN/alpha/KernelGateway/app: each counts from its own creation at the earliest."""
    cloud.domain()
    cloud.space("alpha", "yamada")
    own = cloud.app("alpha", "app", idle=DAY_S, age=2 * DAY_S)
    with cloud.aws.lock:
        born = cloud.ago(HOUR_S)
        cloud.region.app(DOMAIN, space="alpha", type="KernelGateway", name="app", created=born)
    collectd = watch()
    assert_idle_since(collectd.value(own.identifier), own.since)
    shared = f"sagemaker-{DOMAIN}_yamada/duration-KernelGateway_alpha_app"
    assert_idle_since(collectd.value(shared), born)
    collectd.await_scans()
    assert owners(collectd) == {"alpha", "yamada"}
    assert not collectd.complaints


def test_names_that_only_differ_in_where_they_are_divided(cloud, watch):
    """Joined by '-' or '/', the app b in the space a and the only app of the space a-b would be the same."""
    cloud.domain()
    for space in ("a", "a-b"):
        cloud.space(space, "yamada")
    inner = cloud.app(space="a", type="JupyterLab", name="b", log=[(2 * HOUR_S, SAVED)])
    outer = cloud.app(space="a-b", type="JupyterLab", name="default", log=[(HOUR_S, SAVED)])
    collectd = watch()
    collectd.await_scans()
    assert apps(collectd) == {
        f"sagemaker-{DOMAIN}_yamada/duration-JupyterLab_a_b",
        f"sagemaker-{DOMAIN}_yamada/duration-JupyterLab_a-b",
    }
    for app in (inner, outer):
        assert_idle_since(collectd.value(app.identifier), app.since)
    assert not collectd.complaints


def test_a_space_of_the_same_name_in_another_domain_has_another_owner(cloud, watch):
    cloud.domain()
    cloud.domain(OTHER_DOMAIN, "production")
    cloud.space("churn", "yamada")
    cloud.space("churn", "suzuki", domain=OTHER_DOMAIN)
    for domain in (DOMAIN, OTHER_DOMAIN):
        cloud.app(space="churn", domain=domain, name="app")
    collectd = watch()
    collectd.await_scans()
    assert {r.identifier for r in cloud.running} == apps(collectd)
    assert f"sagemaker-{OTHER_DOMAIN}_suzuki/duration-KernelGateway_churn_app" in apps(collectd)


def test_the_spaces_are_asked_for_only_when_an_unknown_one_shows_up(cloud, watch):
    cloud.domain()
    cloud.app("user01", "app")
    cloud.space("old", "yamada")
    collectd = watch()
    collectd.await_scans()
    assert cloud.aws.count("ListSpaces") == 0
    first = cloud.lab("churn", "yamada")
    collectd.value(first.identifier)
    asked = cloud.aws.count("ListSpaces")
    cloud.app(space="churn", name="app")
    collectd.await_scans(3)
    assert cloud.aws.count("ListSpaces") == asked
    second = cloud.lab("fraud", "suzuki")
    collectd.value(second.identifier)
    collectd.await_scans(3)
    assert cloud.aws.count("ListSpaces") == 2 * asked


def test_without_permission_for_spaces_their_apps_are_unknown_and_nobody_is_guessed(cloud, watch):
    cloud.domain()
    known = cloud.app("yamada", "app", idle=HOUR_S)
    lab = cloud.lab("churn", "yamada", log=[(DAY_S, SAVED)])
    cloud.aws.fault("ListSpaces", "access_denied")
    collectd = watch()
    line = collectd.assert_complains_once("ListSpaces", "allow sagemaker:ListSpaces in the IAM policy")
    assert line.severity == "error"
    assert apps(collectd) == {known.identifier}
    assert collectd.count("unknown") == 1
    assert collectd.count("apps") == 2
    cloud.aws.clear_faults()
    assert_idle_since(collectd.value(lab.identifier), lab.stream.events[-1][0] / 1000)
    collectd.await_scans(2)
    assert collectd.count("unknown") == 0
    assert collectd.assert_recovers_once().severity == "notice"


def test_a_scan_with_apps_of_unknown_owners_is_not_complete(cloud, watch):
    cloud.domain()
    cloud.lab("churn", "yamada")
    cloud.aws.fault("ListSpaces", "access_denied")
    collectd = watch()
    collectd.wait(lambda: collectd.heartbeats and collectd.heartbeats[-1].value > 2, "growing heartbeat")


@pytest.fixture
def four_owners(cloud):
    cloud.domain()
    cloud.space("churn", "team-a-yamada")
    cloud.space("svc-churn", "team-b-suzuki")
    return {
        "a": cloud.app(space="churn", name="app"),
        "b": cloud.app(space="svc-churn", name="app"),
        "svc": cloud.app("svc-nightly", "team-a-app"),
        "ownerless": cloud.app(space="team-a-shared", name="app"),
    }


@pytest.mark.parametrize(
    ("lines", "shown"),
    [
        (['User "^team-a-"'], {"a", "ownerless"}),
        (['User "^team-a-" "suzuki$"'], {"a", "b", "ownerless"}),
        (['User "^team-a-"', 'User "nightly"'], {"a", "svc", "ownerless"}),
        (['IgnoreUser "^svc-"'], {"a", "b", "ownerless"}),
        (['User "^team-"', 'IgnoreUser "shared$"'], {"a", "b"}),
        (['IgnoreUser "."'], set()),
    ],
)
def test_filters_see_the_owner_and_of_an_ownerless_space_its_name(cloud, watch, four_owners, lines, shown):
    collectd = watch(account(*lines))
    collectd.await_scans()
    assert apps(collectd) == {four_owners[name].identifier for name in shown}
    assert collectd.count("apps") == collectd.count("users") == len(shown)
    assert collectd.count("unknown") == 0


GUID = "6f3c2a10-90d1-70aa-0c3f-6d2b8a1f4e55"


def test_filters_see_the_name_of_aws_and_identifiers_the_alias(cloud, watch):
    cloud.domain()
    cloud.app(GUID, "app")
    cloud.app("yamada", "app2")
    collectd = watch(account(f'UserAlias "{GUID}" "yamada_t"', f'User "^{GUID}$"'))
    collectd.await_scans()
    assert apps(collectd) == {f"sagemaker-{DOMAIN}_yamada-t/duration-KernelGateway_app"}
    assert owners(collectd) == {"yamada-t"}
    value = collectd.value(f"sagemaker-{DOMAIN}_yamada-t/duration-KernelGateway_app")
    assert value.meta["owner"] == GUID


def test_an_alias_is_not_what_filters_see(cloud, watch):
    cloud.domain()
    cloud.app(GUID, "app")
    collectd = watch(account(f'UserAlias "{GUID}" "yamada"', 'User "yamada"'))
    collectd.await_scans()
    assert apps(collectd) == set()
    assert collectd.count("apps") == 0


def test_an_alias_that_is_the_name_of_another_user_stands_for_nobody(cloud, watch):
    """Both have an app of the same name: each keeps its own, and it is said once."""
    cloud.domain()
    apps = [cloud.app("guid-1", "app", idle=HOUR_S), cloud.app("yamada", "app", idle=DAY_S)]
    collectd = watch(account('UserAlias "guid-1" "yamada"'))
    line = collectd.assert_complains_once('UserAlias "guid-1" "yamada"', "named so")
    assert line.severity == "warning"
    for app in apps:
        assert_idle_since(collectd.value(app.identifier), app.since)
        assert_idle_since(collectd.value(app.user_identifier), app.since)


def test_apps_in_spaces_to_which_an_ide_may_connect_are_counted_and_described(cloud, watch):
    """What is done there leaves no line in the log. A change is seen within a day."""
    cloud.domain()
    spaces = {name: cloud.space(name, "yamada", remote=remote) for name, remote in REMOTE.items()}
    labs = {
        name: cloud.app(space=name, type="JupyterLab", name="default", log=[(2 * HOUR_S, SAVED)]) for name in spaces
    }
    cloud.app("yamada", "app")
    collectd = watch()
    collectd.await_reports()
    assert collectd.count("remote") == 1
    described = {name: collectd.value(lab.identifier).meta.get("remote_access") for name, lab in labs.items()}
    assert described == {"open": "enabled", "closed": None, "untold": None}
    asked = cloud.aws.count("ListSpaces")
    with cloud.aws.lock:
        spaces["closed"].remote = "ENABLED"
    collectd.await_reports(3)
    assert (collectd.count("remote"), cloud.aws.count("ListSpaces")) == (1, asked)
    cloud.pass_time(DAY_S)
    collectd.await_reports(3)
    assert (collectd.count("remote"), cloud.aws.count("ListSpaces")) == (2, asked + 1)
