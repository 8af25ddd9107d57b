"""packaging/deps on a Debian that is played: what it asks apt for, and when it says nothing."""

import os
import subprocess

import pytest

from e2e.collectd import TOP

DEPS = TOP / "packaging" / "deps"


@pytest.fixture
def debian(tmp_path):
    """debian(installed, user) runs packaging/deps where only these packages are there; apt's calls are in `calls`."""
    calls = tmp_path / "calls"
    calls.touch()

    def run(installed: list[str], *tasks: str, user: int = 0, known: str = "-") -> tuple[str, list[str]]:
        lines = "\n".join(f"installed:{name}" for name in installed)
        policy = tmp_path / "policy-rc.d"
        programs = {
            "dpkg-query": f"echo '{lines}'; exit 1",
            "apt-get": f'echo "$DEBIAN_FRONTEND apt-get $*" >> {calls}; [ ! -e {policy} ] || cp {policy} {policy}.seen',
            "update-rc.d": f'echo "update-rc.d $*" >> {calls}',
            "apt-cache": f'[ "$2" = {known} ]',
            "sudo": f'echo sudo >> {calls}; exec "$@"',
            "id": f"echo {user}",
        }
        for name, text in programs.items():
            (tmp_path / name).write_text(f"#!/bin/sh\n{text}\n")
            (tmp_path / name).chmod(0o755)
        path = f"{tmp_path}:{os.environ['PATH']}"
        environment = {"PATH": path, "POLICY_RC_D": str(policy)}
        done = subprocess.run([DEPS, *tasks], env=environment, capture_output=True, text=True, check=True)
        assert done.stderr == ""
        return done.stdout, calls.read_text().splitlines()

    return run


RUN = ["collectd-core", "libyajl2", "ca-certificates", "python3"]


def test_nothing_to_do_is_nothing_said(debian):
    assert debian(RUN, "run") == ("", [])


def test_what_is_missing_is_said_with_its_purpose_and_installed(debian):
    said, calls = debian(["collectd-core", "python3", "ca-certificates"], "run", "demo")
    assert said.splitlines() == [
        "Installing libyajl2: to run it in a collectd and show its values",
        "Installing python3-botocore: for the stand-in of AWS",
    ]
    update, install = calls
    assert update.startswith("noninteractive apt-get") and update.endswith(" update")
    assert install.startswith("noninteractive apt-get")
    assert install.endswith(" install -y --no-install-recommends libyajl2 python3-botocore")


def test_who_is_not_root_uses_sudo(debian):
    _, calls = debian([], "demo", user=1000)
    said = [call.split()[0] for call in calls]
    assert said == ["sudo", "noninteractive", "sudo", "sudo", "noninteractive", "sudo"]


def test_no_server_is_started_by_its_installation(debian, tmp_path):
    """Debian asks policy-rc.d; 101 is no. The file is gone afterwards."""
    debian([], "neighbours")
    assert (tmp_path / "policy-rc.d.seen").read_text() == "#!/bin/sh\nexit 101\n"
    assert not (tmp_path / "policy-rc.d").exists()


def test_a_policy_that_is_there_already_is_kept(debian, tmp_path):
    (tmp_path / "policy-rc.d").write_text("the administrator's\n")
    debian([], "neighbours")
    assert (tmp_path / "policy-rc.d").read_text() == "the administrator's\n"


def test_a_server_that_is_installed_does_not_start_with_the_machine_either(debian):
    """One that was there before is its administrator's."""
    _, calls = debian(["influxdb"], "neighbours")
    disabled = [call for call in calls if call.startswith("update-rc.d")]
    assert disabled == ["update-rc.d carbon-cache disable", "update-rc.d prometheus disable"]


def test_a_package_that_is_half_removed_is_missing(debian):
    _, calls = debian(["not-python3-botocore"], "demo")
    assert calls[-1].endswith("python3-botocore")


def test_a_package_has_another_name_in_another_debian(debian):
    """apt knows its Debian's names; whichever is installed is enough."""

    def asked(**arguments) -> list[str]:
        install = [call for call in debian([], "check", **arguments)[1] if " install " in call][-1]
        return install.partition("--no-install-recommends ")[2].split()

    older, newer = asked(), asked(known="libcurl3t64-gnutls")
    assert "libcurl3-gnutls" in older and "libcurl3t64-gnutls" not in older
    assert "libcurl3t64-gnutls" in newer and "libcurl3-gnutls" not in newer
    assert debian(newer, "check")[0] == debian(older, "check")[0] == ""
