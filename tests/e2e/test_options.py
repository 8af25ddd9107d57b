"""Each option does what section 3 of DESIGN says, and nothing needs any of them."""

import ssl
import subprocess
from itertools import pairwise

import pytest

from e2e.cloud import DAY_S, DOMAIN, HOUR_S, KEYS, OTHER_DOMAIN, REGION, assert_idle_since
from e2e.collectd import HOST
from standin import STUDIO_GROUP, StandIn

THIRD_DOMAIN = "d-yzabcdefghij"


def account(*lines: str) -> str:
    return "\n".join(["Interval 1", "<Account default>", *lines, "</Account>"])


def three_domains(cloud):
    for id, name in ((DOMAIN, "research"), (OTHER_DOMAIN, "production"), (THIRD_DOMAIN, "sandbox")):
        cloud.domain(id, name)
        for number in range(3):
            cloud.app("user01", f"app{number}", domain=id, idle=HOUR_S + number)


def reported_domains(collectd) -> set[str]:
    return {value.plugin_instance.partition("_")[0] for value in collectd.values if value.plugin == "sagemaker"}


def test_no_block_at_all_is_a_working_configuration(cloud, watch):
    cloud.domain()
    app = cloud.app("user01", "app", idle=DAY_S)
    collectd = watch("", shipped=(), files={"sagemaker.conf": "LoadPlugin sagemaker\n"})
    assert_idle_since(collectd.value(app.identifier), app.since)
    assert collectd.beat().interval == 300


def test_the_shipped_files_work_as_they_stand(cloud, watch):
    cloud.domain()
    app = cloud.app("user01", "app", idle=DAY_S)
    collectd = watch("")
    assert_idle_since(collectd.value(app.identifier), app.since)
    assert not collectd.complaints


def test_one_domain_is_asked_for_alone(cloud, watch):
    three_domains(cloud)
    collectd = watch(account(f'Domain "{OTHER_DOMAIN}"'))
    collectd.await_scans()
    assert reported_domains(collectd) == {OTHER_DOMAIN}
    asked = {call.input.get("DomainIdEquals") for call in cloud.aws.calls if call.operation == "ListApps"}
    assert asked == {OTHER_DOMAIN}
    assert collectd.count("apps") == 3


@pytest.mark.parametrize(
    "lines", [[f'Domain "{DOMAIN}" "{THIRD_DOMAIN}"'], [f'Domain "{DOMAIN}"', f'Domain "{THIRD_DOMAIN}"']]
)
def test_several_domains_in_a_line_or_in_lines(cloud, watch, lines):
    three_domains(cloud)
    collectd = watch(account(*lines))
    collectd.await_scans()
    assert reported_domains(collectd) == {DOMAIN, THIRD_DOMAIN}
    assert collectd.count("apps") == 6


def test_app_types_can_be_chosen(cloud, watch):
    cloud.domain()
    cloud.app("user01", "app")
    cloud.app(space="vision", type="JupyterLab", name="default")
    cloud.app(space="code", type="CodeEditor", name="default")
    collectd = watch(account('AppType "JupyterLab" "CodeEditor"'))
    collectd.await_scans()
    assert {v.type_instance for v in collectd.values if v.plugin == "sagemaker"} == {
        "JupyterLab_vision",
        "CodeEditor_code",
    }


def test_a_type_that_is_named_is_reported_on_system_too(cloud, watch):
    cloud.domain()
    server = cloud.app("user01", "default", type="JupyterServer", instance="system", idle=HOUR_S)
    collectd = watch(account("AppType JupyterServer"))
    assert_idle_since(collectd.value(server.identifier), server.since)


def test_another_log_group(cloud, watch):
    cloud.domain()
    app = cloud.app("user01", "app", idle=None)
    last = round(cloud.world.now() - 5 * HOUR_S, 3)
    cloud.region.stream(app.app.stream_name(), last_event=last, group="/custom/studio")
    cloud.region.stream(app.app.stream_name(), last_event=last + HOUR_S)
    collectd = watch(account('LogGroup "/custom/studio"'))
    assert_idle_since(collectd.value(app.identifier), last)
    assert {c.input["logGroupName"] for c in cloud.aws.calls if c.service == "logs"} == {"/custom/studio"}


def test_a_log_group_of_another_account(cloud, watch):
    """Cross-account observability: by its ARN, as the console shows it, and over a restart."""
    cloud.domain()
    app = cloud.app("user01", "app", idle=None)
    last = round(cloud.world.now() - 5 * HOUR_S, 3)
    source = cloud.world.account("210987654321").region(cloud.region.name)
    source.stream(app.app.stream_name(), last_event=last)
    arn = f"arn:aws:logs:{cloud.region.name}:210987654321:log-group:{STUDIO_GROUP}"
    collectd = watch(account(f'LogGroup "{arn}:*"'))
    assert_idle_since(collectd.value(app.identifier), last)
    asked = [call.input for call in cloud.aws.calls if call.service == "logs"]
    assert {each.get("logGroupIdentifier") for each in asked} == {arn}
    assert not any("logGroupName" in each for each in asked)


def test_a_host_of_its_own(cloud, watch):
    cloud.domain()
    app = cloud.app("user01", "app")
    collectd = watch(account('Host "aws-prod"'))
    assert collectd.value(app.identifier).host == "aws-prod"
    assert collectd.beat().host == "aws-prod"
    assert HOST not in {value.host for value in collectd.values}


def test_domains_by_name(cloud, watch):
    three_domains(cloud)
    collectd = watch(account("DomainLabel name"))
    collectd.await_scans()
    assert reported_domains(collectd) == {"research", "production", "sandbox"}
    users = {value.plugin_instance for value in collectd.values if value.plugin == "sagemaker_user"}
    assert users == {"research_user01", "production_user01", "sandbox_user01"}


def test_two_domains_of_one_name_are_told_apart_and_said_once(cloud, watch):
    cloud.domain(DOMAIN, "studio")
    cloud.domain(OTHER_DOMAIN, "studio")
    cloud.app("user01", "app", domain=DOMAIN, idle=HOUR_S)
    cloud.app("user01", "app", domain=OTHER_DOMAIN, idle=DAY_S)
    collectd = watch(account("DomainLabel name"))
    for running in cloud.running:
        name = f"sagemaker-studio~{running.app.domain}_user01/duration-KernelGateway_app"
        assert_idle_since(collectd.value(name), running.since)
    collectd.await_scans(3)
    (line,) = [line for line in collectd.own_lines if "studio" in line.text]
    assert DOMAIN in line.text or OTHER_DOMAIN in line.text


def test_domain_names_are_not_asked_for_when_ids_stand(cloud, watch):
    three_domains(cloud)
    collectd = watch()
    collectd.await_scans(3)
    assert cloud.aws.count("ListDomains") <= 1


def test_apps_need_not_be_reported(cloud, watch):
    three_domains(cloud)
    collectd = watch(account("ReportByApp false"))
    collectd.await_scans(3)
    assert not [value for value in collectd.values if value.plugin == "sagemaker"]
    assert collectd.series(f"sagemaker_user-{DOMAIN}_user01/duration-max_idle")


def test_users_need_not_be_reported(cloud, watch):
    three_domains(cloud)
    collectd = watch(account("ReportByUser false"))
    collectd.await_scans(3)
    assert not [value for value in collectd.values if value.plugin == "sagemaker_user"]
    assert reported_domains(collectd) == {DOMAIN, OTHER_DOMAIN, THIRD_DOMAIN}


def test_endpoints_by_service_are_stronger_than_the_environment(cloud, watch):
    cloud.domain()
    cloud.app("user01", "app")
    with StandIn(cloud.world) as logs:
        nowhere = cloud.environment | {"AWS_ENDPOINT_URL": "http://127.0.0.1:9"}
        options = account(f'Endpoint "sagemaker" "{cloud.aws.url}"', f'Endpoint "logs" "{logs.url}"')
        collectd = watch(options, environment=nowhere)
        collectd.await_scans()
        cloud.assert_truthful(collectd)
        assert {call.service for call in cloud.aws.calls} == {"sagemaker"}
        assert {call.service for call in logs.calls} == {"logs"}
        collectd.kill()
        assert logs.violations == []


def test_endpoints_by_service_in_the_environment(cloud, watch):
    cloud.domain()
    cloud.app("user01", "app")
    environment = KEYS | {
        "AWS_REGION": REGION,
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
        "AWS_ENDPOINT_URL_SAGEMAKER": cloud.aws.url,
        "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS": cloud.aws.url,
    }
    collectd = watch(environment=environment)
    collectd.await_scans()
    cloud.assert_truthful(collectd)


@pytest.fixture
def certificate(tmp_path):
    """A certificate for 127.0.0.1 that nobody knows, and its key."""
    pair = tmp_path / "certificate.pem", tmp_path / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
        + ["-addext", "subjectAltName=IP:127.0.0.1", "-out", pair[0], "-keyout", pair[1]],
        check=True,
        capture_output=True,
    )
    return pair


def test_a_certificate_authority_of_ones_own(cloud, watch, certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    cloud.domain()
    app = cloud.app("user01", "app")
    with StandIn(cloud.world, tls=context) as aws:
        trusted = account(f'CACert "{certificate[0]}"')
        collectd = watch(trusted, environment=cloud.environment | {"AWS_ENDPOINT_URL": aws.url})
        assert_idle_since(collectd.value(app.identifier), app.since)
        doubtful = watch(environment=cloud.environment | {"AWS_ENDPOINT_URL": aws.url})
        doubtful.assert_complains_once("certificate")
        assert not doubtful.series(app.identifier)
        collectd.kill()
        doubtful.kill()


@pytest.mark.parametrize("variable", ["AWS_REGION", "AWS_DEFAULT_REGION"])
def test_the_region_of_the_environment(cloud, watch, variable):
    cloud.domain()
    app = cloud.app("user01", "app")
    collectd = watch(environment=KEYS | {"AWS_ENDPOINT_URL": cloud.aws.url, variable: REGION})
    assert_idle_since(collectd.value(app.identifier), app.since)
    assert collectd.beat().plugin_instance == f"default_{REGION}"


def test_a_fraction_of_a_second_is_an_interval(cloud, watch):
    collectd = watch("Interval 0.5")

    def apart() -> list[float]:
        return [later.time - earlier.time for earlier, later in pairwise(collectd.heartbeats)]

    # Some are late on a machine that does other things; none is where an interval is a second.
    collectd.wait(lambda: sum(gap < 0.9 for gap in apart()) >= 3, "intervals of half a second")
    assert {beat.interval for beat in collectd.heartbeats} == {0.5}
