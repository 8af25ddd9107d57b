"""sagemaker-idle: what runs now, with the daemon's own configuration."""

import csv
import io
import json
import os
import subprocess

import pytest

from e2e.cloud import DAY_S, DOMAIN, HOUR_S, OTHER_DOMAIN, REGION
from e2e.collectd import PLUGIN, TOP, bare_environment

COMMAND = TOP / "packaging" / "idle" / "sagemaker-idle"
PLACE = "account region domain_id domain_name owner user space".split()
APP = [*PLACE, *"app_type app_name instance_type idle_seconds signal remote_access beacon".split()]


@pytest.fixture
def daemons(tmp_path):
    """daemons is a folder of configuration, as a daemon has one."""
    folder = tmp_path / "collectd.conf.d"
    folder.mkdir()
    (folder / "other.conf").write_text("LoadPlugin df\n<Plugin df>\n  Interval 1\n</Plugin>\n")
    return folder


@pytest.fixture
def idle(cloud, daemons, tmp_path):
    def run(*arguments: str, block: str | None = None, **more) -> subprocess.CompletedProcess:
        if block is not None:
            (daemons / "sagemaker.conf").write_text(f"LoadPlugin sagemaker\n<Plugin sagemaker>\n{block}\n</Plugin>\n")
        scratch = tmp_path / "scratch"
        scratch.mkdir(exist_ok=True)
        environment = bare_environment(tmp_path) | cloud.environment | {"TMPDIR": str(scratch)}
        command = [COMMAND, "--config", daemons, "--plugin-folder", PLUGIN.parent, *arguments]
        more = {"capture_output": True, "text": True, "timeout": 90} | more
        done = subprocess.run([str(part) for part in command], env=environment, **more)
        assert list(scratch.iterdir()) == []
        return done

    return run


def cells(text: str) -> list[list[str]]:
    """cells are those of the first table."""
    return [[cell.strip() for cell in line.split("  ") if cell] for line in text.split("\n\n")[0].splitlines()]


def test_accounts_have_a_column_where_there_are_several_and_the_daemons_options_hold(cloud, idle):
    cloud.domain()
    cloud.app("user01", "app", idle=3 * DAY_S + 600, instance="ml.m5.4xlarge")
    done = idle(block='Interval 4000\n<Account "prod">\n</Account>\n<Account "other">\nIgnoreUser "user01"\n</Account>')
    assert done.returncode == 0, done.stderr
    assert cells(done.stdout)[0][:2] == ["DOMAIN", "OWNER"]
    done = idle(block='<Account "prod">\n</Account>\n<Account "other">\nHost "aws"\n</Account>')
    assert cells(done.stdout)[0] == ["ACCOUNT", "DOMAIN", "OWNER", "TYPE", "APP OR SPACE", "INSTANCE", "IDLE"]
    assert {row[0] for row in cells(done.stdout)[1:]} == {"prod", "other"}


def test_names_that_collectds_json_cannot_carry_are_shown(cloud, idle):
    cloud.domain()
    cloud.app("user01", "app", idle=HOUR_S)
    cloud.app("user02", "app", idle=HOUR_S)
    done = idle(block='<Account "default">\nUserAlias "user01" "佐藤 由紀"\nUserAlias "user02" "鈴木 一郎"\n</Account>')
    assert {row[1] for row in cells(done.stdout)[1:]} == {"佐藤 由紀", "鈴木 一郎"}
    done = idle("--user", "佐藤 由紀", "--json")
    assert [(app["owner"], app["user"]) for app in json.loads(done.stdout)["apps"]] == [("佐藤 由紀", "user01")]


def test_the_sum_says_what_has_no_price(cloud, idle):
    cloud.domain()
    for number, type in enumerate(("ml.m5.xlarge", "ml.p4d.24xlarge", "ml.p4d.24xlarge", "ml.trn1.32xlarge")):
        cloud.app(f"user{number}", "app", idle=DAY_S, instance=type)
    done = idle(block='Price "*" "ml.m5.xlarge" 0.23')
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("Idle instances cost")]
    assert "0.23 USD" in line and "3 instances without a price, ml.p4d.24xlarge (2), ml.trn1.32xlarge" in line


def test_json_has_the_fields_that_the_manual_names(cloud, idle):
    cloud.domain(name="research")
    cloud.app(space="vision", type="JupyterLab", name="default", idle=HOUR_S, instance="ml.m5.xlarge")
    cloud.space("empty", "yamada", modified=cloud.ago(9 * DAY_S), volume_gb=100)
    prices = 'Price "*" "ml.m5.xlarge" 0.23\nPrice "*" "volume" 0.112\n'
    document = json.loads(idle("--json", block=prices + "<Account default>\nReportBySpace true\n</Account>").stdout)
    assert set(document) == set(
        "time apps instances volumes targets idle_hourly_cost without_price unknown_apps messages".split()
    )
    (app,) = document["apps"]
    assert list(app) == APP
    assert (app["account"], app["region"], app["domain_name"]) == ("default", REGION, "research")
    assert (app["user"], app["space"], app["instance_type"]) == (None, "vision", "ml.m5.xlarge")
    assert HOUR_S - 5 <= app["idle_seconds"] <= HOUR_S + 120
    (instance,) = document["instances"]
    money = "instance_type idle_seconds hourly_cost idle_hourly_cost training_plan uptime_seconds".split()
    assert list(instance) == [*PLACE, *money]
    assert (instance["hourly_cost"], instance["idle_hourly_cost"]) == (0.23, 0.23)
    (volume,) = document["volumes"]
    assert (volume["space"], volume["bytes"]) == ("empty", 100 << 30)
    assert volume["hourly_cost"] == pytest.approx(11.2 / 730)
    assert document["targets"][0]["counts"]["apps"] == 1
    manual = (TOP / "packaging" / "man" / "sagemaker-idle.pod").read_text()
    for name in (*document, *app, *instance, *volume):
        assert name in manual, name


def test_csv_has_a_line_for_each_app(cloud, idle):
    cloud.domain()
    cloud.app("user01", "app-1", idle=HOUR_S)
    rows = list(csv.DictReader(io.StringIO(idle("--csv").stdout)))
    assert list(rows[0]) == APP
    assert [(row["user"], row["app_name"]) for row in rows] == [("user01", "app-1")]


def test_a_domain_and_a_user_are_chosen_of_what_was_scanned(cloud, idle):
    cloud.domain(name="research")
    cloud.domain(OTHER_DOMAIN, name="production")
    for domain in (DOMAIN, OTHER_DOMAIN):
        for user in ("user01", "user02"):
            cloud.app(user, "app", domain=domain, idle=HOUR_S)
    chosen = json.loads(idle("--json", "--domain", "production", "--user", "user02").stdout)["apps"]
    assert [(app["domain_id"], app["owner"]) for app in chosen] == [(OTHER_DOMAIN, "user02")]
    assert len(json.loads(idle("--json", "--domain", DOMAIN).stdout)["apps"]) == 2
    assert idle("--user", "nobody").stdout == 'Nothing runs of user "nobody", beside 4 apps.\n'


@pytest.mark.parametrize(
    "seconds, status, said",
    [(DAY_S, 1, "SAGEMAKER WARNING: 1 of 2 apps is idle for longer than 24 h 00 min: user02 KernelGateway app"),
     (9 * DAY_S, 0, "SAGEMAKER OK: none of 2 apps is idle for longer than 216 h 00 min")],
)  # fmt: skip
def test_a_check_is_a_line_and_a_status(cloud, idle, seconds, status, said):
    cloud.domain()
    cloud.app("user01", "app", idle=HOUR_S)
    cloud.app("user02", "app", idle=3 * DAY_S)
    done = idle("--check", str(seconds))
    assert (done.returncode, done.stderr) == (status, "")
    assert done.stdout.startswith(said) and done.stdout.count("\n") == 1


def test_a_check_without_an_answer_is_unknown(cloud, idle):
    cloud.domain()
    cloud.app("user01", "app", idle=HOUR_S)
    cloud.lab("churn", "yamada")
    cloud.aws.fault("ListSpaces", "access_denied")
    done = idle("--check", str(DAY_S))
    assert done.returncode == 3
    assert done.stdout.startswith("SAGEMAKER UNKNOWN: nothing is known of 1 of 2 apps: ") and "ListSpaces" in done.stdout
    cloud.aws.fault("ListApps", "access_denied")
    done = idle("--check", str(DAY_S))
    assert done.returncode == 3 and "ListApps" in done.stdout and done.stdout.count("\n") == 1


def test_the_daemons_state_is_used_and_never_written(cloud, idle, watch, tmp_path):
    """The daemon has found an event that retention has removed since: its state tells how idle the app is in truth."""
    cloud.domain()
    log = [(5 * DAY_S, "Saving file at /churn.ipynb"), (600, "nothing of importance")]
    app = cloud.app(space="churn", type="JupyterLab", name="default", log=log)
    state = tmp_path / "daemon.state"
    account = "<Account default>\nLookback 864000\n</Account>"
    collectd = watch(f'StateFile "{state}"\nInterval 1\n{account}')
    collectd.value(app.identifier)
    collectd.stop()
    kept = state.read_bytes(), state.stat().st_mtime_ns
    with cloud.aws.lock:
        del app.stream.events[0]
    for line, is_known in ((f'StateFile "{state}"', True), ('StateFile ""', False)):
        done = idle("--json", block=f"{line}\n{account}")
        (shown,) = json.loads(done.stdout)["apps"]
        assert (5 * DAY_S - 5 <= shown["idle_seconds"] <= 5 * DAY_S + 120) == is_known
    assert (state.read_bytes(), state.stat().st_mtime_ns) == kept


@pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes another user")
def test_another_user_may_run_it_and_is_told_what_cannot_be_read(cloud, idle, tmp_path, daemons):
    done = idle(block='<Account "default">\n</Account>')
    assert done.returncode == 0
    (daemons / "sagemaker.conf").chmod(0o600)
    for folder in (tmp_path, *tmp_path.parents):
        if os.access(folder, os.W_OK) and str(folder).startswith("/tmp/"):
            folder.chmod(folder.stat().st_mode | 0o011)
    daemons.chmod(0o755)
    for path, mode in ((daemons / "sagemaker.conf", 0o600), (daemons, 0o711), (daemons, 0o700)):
        path.chmod(mode)
        done = idle(user="nobody")
        assert done.returncode == 3
        assert done.stderr == f"sagemaker-idle: {path} cannot be read: Permission denied; " + (
            "as root it can be: sudo sagemaker-idle\n"
        )


def test_a_wrong_option_is_told_as_collectd_tells_it(cloud, idle):
    done = idle(block="<Account default>\nTimeoutt 5\n</Account>")
    assert done.returncode == 3
    assert done.stderr.count("\n") == 1 and "Timeoutt" in done.stderr


def test_values_that_the_daemon_does_not_report_are_shown_all_the_same(cloud, idle):
    cloud.domain()
    cloud.app("user01", "app", idle=3 * DAY_S)
    off = "\n".join(f"{option} false" for option in ("ReportByApp", "ReportByUser", "ReportByInstance"))
    done = idle("--check", str(DAY_S), block=f"<Account default>\n{off}\n</Account>")
    assert done.returncode == 1 and done.stdout.startswith("SAGEMAKER WARNING: 1 of 1 apps is idle")


def test_a_name_in_another_case_is_a_slip_and_no_green_check(cloud, idle):
    cloud.domain()
    cloud.app("user01", "app", idle=3 * DAY_S)
    done = idle("--check", str(DAY_S), "--user", "USER01")
    assert done.returncode == 3 and 'is "user01" meant?' in done.stdout
    done = idle("--check", str(DAY_S), "--user", "user09")
    assert done.returncode == 0 and 'nothing runs of user "user09", beside 1 apps' in done.stdout


def test_what_is_billed_and_cannot_be_told_to_be_idle_is_in_the_check(cloud, idle):
    cloud.domain()
    cloud.app("user01", "app", type="RSessionGateway", instance="ml.m5.xlarge", idle=None)
    done = idle("--check", str(DAY_S))
    assert done.returncode == 0 and "not known whether idle: user01 RSessionGateway" in done.stdout


def test_without_any_price_no_sum_is_told(cloud, idle):
    cloud.domain()
    cloud.app("user01", "app", idle=3 * DAY_S)
    assert "is not known: nothing here has a price" in idle().stdout
    assert json.loads(idle("--json").stdout)["idle_hourly_cost"] is None


def test_a_configuration_without_a_block_is_said(cloud, idle):
    cloud.domain()
    done = idle()
    assert (done.returncode, done.stdout) == (0, f"No app is running in {REGION}.\n")
    assert "no <Plugin sagemaker> block in" in done.stderr


def test_a_parse_error_names_the_daemons_file(cloud, idle, daemons):
    done = idle(block="<Account default>\nRegion us east\n</Acount>")
    assert done.returncode == 3 and f"Parse error in file `{daemons}/sagemaker.conf', line 6" in done.stderr


def test_a_check_that_is_called_wrongly_is_unknown(cloud, idle):
    done = idle("--check", "1d")
    assert done.returncode == 3 and done.stdout.startswith('SAGEMAKER UNKNOWN: argument --check: "1d" is no number')


def test_a_full_disk_is_no_warning(cloud, idle):
    cloud.domain()
    with open("/dev/full", "w") as full:
        done = idle("--check", "5", capture_output=False, stdout=full, stderr=subprocess.PIPE)
    assert done.returncode == 3 and "No space left" in done.stderr


def test_a_folder_that_is_not_there_is_named(cloud, idle):
    done = idle("--config", "/nowhere")
    assert (done.returncode, done.stderr.count("\n")) == (3, 1) and "/nowhere" in done.stderr
