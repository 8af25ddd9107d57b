"""The RPM, as far as a Debian can build it: what is in it, what it asks for, what rpmlint says."""

import subprocess
from pathlib import Path

from e2e.collectd import SHIPPED, TOP
from packages.built import output, package_version


def test_what_is_in_it(rpm):
    files = output("rpm", "-qlp", rpm).split()
    assert "/usr/lib64/collectd/sagemaker.so" in files
    # Some rpmbuilds compress pages.
    files = [file.removesuffix(".gz") for file in files]
    assert "/usr/share/man/man5/collectd-sagemaker.5" in files
    commands = {Path(file).name for file in files if file.startswith("/usr/bin/")}
    assert commands == {"sagemaker-idle", "sagemaker-prices"}
    assert {f"/usr/share/man/man1/{command}.1" for command in commands} <= set(files)
    assert "/usr/share/doc/collectd-sagemaker/examples/iam/policy.json" in files
    assert "/usr/share/collectd-sagemaker/lifecycle/beacon.sh" in files
    assert any(file.startswith("/usr/share/licenses/") and file.endswith("/LICENSE") for file in files)


def test_the_configuration_is_the_administrators_and_the_samples_are_ours(rpm):
    flags = output("rpm", "-qp", "--queryformat", "[%{FILENAMES} %{FILEFLAGS:fflags}\n]", rpm)
    files = {tuple(line.split()) for line in flags.splitlines()}
    names = [sample.name for sample in SHIPPED.iterdir()]
    # c: configuration, n: kept; g: known, not installed, so that an upgrade from 1.0.0, which had them, leaves them.
    assert {file for file in files if file[0].startswith("/etc/")} == {(f"/etc/collectd.d/{n}", "cng") for n in names}
    assert {(f"/usr/share/collectd-sagemaker/{name}",) for name in names} <= files


def test_it_asks_for_a_collectd_that_it_works_with(rpm):
    required = output("rpm", "-qp", "--requires", rpm)
    for bound in (">= 5.12", "< 6"):
        assert any(line.startswith("collectd(") and line.endswith(bound) for line in required.splitlines())


def test_rpmlint_finds_nothing(rpm):
    top = rpm.parents[2]
    (source,) = (top / "SRPMS").iterdir()
    command = ["rpmlint", "-c", TOP / "packaging/rpm/rpmlint.toml", top / "SPECS/collectd-sagemaker.spec", rpm, source]
    done = subprocess.run(command, capture_output=True, text=True)
    assert "2 packages and 1 specfiles checked; 0 errors, 0 warnings" in done.stdout, done.stdout


def test_it_has_this_version(rpm):
    assert output("rpm", "-qp", "--queryformat", "%{VERSION}-%{RELEASE}", rpm) == f"{package_version()}-1"
