"""The RPM, as far as a Debian can build it: what is in it, what it asks for, what rpmlint says."""

import subprocess

from e2e.collectd import SHIPPED, TOP
from packages.built import VERSION, output


def test_what_is_in_it(rpm):
    files = output("rpm", "-qlp", rpm).split()
    assert "/usr/lib64/collectd/sagemaker.so" in files
    assert "/usr/share/man/man5/collectd-sagemaker.5" in files
    assert "/usr/share/doc/collectd-sagemaker/examples/iam/policy.json" in files
    assert any(file.startswith("/usr/share/licenses/") and file.endswith("/LICENSE") for file in files)


def test_the_configuration_is_the_administrators_and_commented_out(rpm, tmp_path):
    flags = output("rpm", "-qp", "--queryformat", "[%{FILENAMES} %{FILEFLAGS:fflags}\n]", rpm)
    configuration = {tuple(line.split()) for line in flags.splitlines() if line.startswith("/etc/")}
    assert configuration == {(f"/etc/collectd.d/{sample.name}", "cn") for sample in SHIPPED.iterdir()}
    archive = subprocess.run(["rpm2cpio", rpm], check=True, capture_output=True).stdout
    subprocess.run(["cpio", "--quiet", "-id", "./etc/*"], cwd=tmp_path, input=archive, check=True)
    for sample in (tmp_path / "etc/collectd.d").iterdir():
        text = sample.read_text()
        assert all(line.startswith("#") for line in text.splitlines())
        assert f"sed -i '/^##/,$s/^#//' /etc/collectd.d/{sample.name}" in text


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
    assert output("rpm", "-qp", "--queryformat", "%{VERSION}-%{RELEASE}", rpm) == f"{VERSION}-1"
