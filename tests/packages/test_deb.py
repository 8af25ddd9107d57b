"""The Debian package: what is in it, and how it fares on a Debian, from its installation to its purge."""

import re
import shlex
import subprocess

import pytest

from e2e.cloud import DAY_S
from e2e.collectd import SHIPPED, TOP, bare_environment
from e2e.monitor import Monitor
from packages.built import VERSION, output
from packages.machine import INCLUDE, ROOT, SAMPLES

NAMES = sorted(sample.name for sample in SHIPPED.iterdir())


@pytest.fixture
def daemon(cloud, machine):
    """daemon() is a collectd of the machine's, with Debian's configuration and a way to the cloud, not yet started."""
    started = []

    def make() -> Monitor:
        folder = machine.root / "run" / str(len(started))
        started.append(
            Monitor(
                folder,
                shipped=(),
                files={"debian.conf": INCLUDE},
                environment=bare_environment(folder) | cloud.environment,
                plugin=machine.plugin,
                wrapper=[*ROOT, "chroot", str(machine.root)],
            )
        )
        return started[-1]

    yield make
    for collectd in started:
        collectd.kill()


def put_to_use(machine, *names: str) -> None:
    """put_to_use does what the installed files say that one has to do."""
    for name in names:
        sample = machine.sample(name)
        (command,) = re.findall(r"^##?   (sed .*)$", sample.read_text(), re.MULTILINE)
        *words, path = shlex.split(command)
        assert path == f"/{SAMPLES}/{name}"
        subprocess.run([*words, sample], check=True)


def edit(sample, old: str, new: str) -> None:
    text = sample.read_text()
    assert old in text
    sample.write_text(text.replace(old, new, 1))


@pytest.fixture
def next_deb(deb, tmp_path):
    """next_deb is the next version, whose samples have changed."""
    tree = tmp_path / "next"
    output("dpkg-deb", "--raw-extract", deb, tree)
    edit(tree / "DEBIAN" / "control", f"Version: {VERSION}", f"Version: {VERSION}+next")
    for name in NAMES:
        with open(tree / SAMPLES / name, "a") as sample:
            sample.write("## of the next version\n")
    package = tmp_path / "next.deb"
    output("dpkg-deb", "--root-owner-group", "--build", tree, package)
    return package


def test_installing_it_changes_nothing_in_a_running_daemon_or_at_its_restart(machine, deb, daemon):
    running = daemon().start()
    running.wait(lambda: any("Initialization complete" in line.text for line in running.lines), "start")
    before = [line.text for line in running.lines]
    machine.dpkg("--install", deb)
    assert machine.plugin.is_file()
    running.stop()
    restarted = daemon().start()
    restarted.wait(lambda: any("Initialization complete" in line.text for line in restarted.lines), "start")
    assert [line.text for line in restarted.lines] == before
    assert not restarted.values and not restarted.own_lines


def test_from_installation_to_purge(machine, deb, next_deb, cloud, daemon):
    untouched = machine.files()
    cloud.domain()
    cloud.app("user01", "app", idle=2 * DAY_S)
    machine.dpkg("--install", deb)
    put_to_use(machine, "sagemaker.conf", "sagemaker.threshold.conf")
    edit(machine.sample("sagemaker.conf"), "#Interval 300", "Interval 1")
    # Under Debian's BaseDir, which is not this daemon's.
    edit(machine.sample("sagemaker.conf"), '#StateFile "', 'StateFile "/var/lib/collectd/')
    edited = machine.sample("sagemaker.conf").read_text()
    first = daemon().start()
    first.await_scans()
    cloud.assert_truthful(first)
    assert [n.plugin for n in first.notifications if n.severity == "WARNING"] == ["sagemaker_user"]

    machine.dpkg("--install", next_deb)
    first.await_scans()
    first.stop()
    assert machine.sample("sagemaker.conf").read_text() == edited
    assert "of the next version" in machine.sample("sagemaker.prices.conf").read_text()
    second = daemon().start()
    second.await_scans()
    cloud.assert_truthful(second)
    second.stop()

    state = machine.root / "var/lib/collectd/sagemaker.state"
    assert state.is_file()
    machine.dpkg("--remove", "collectd-sagemaker")
    assert state.is_file() and not machine.plugin.exists()
    assert machine.sample("sagemaker.conf").read_text() == edited
    machine.dpkg("--purge", "collectd-sagemaker")
    assert machine.files() == untouched
    assert "collectd-sagemaker" not in (machine.root / "var/lib/dpkg/status").read_text()


@pytest.mark.parametrize("version", ["5.11.0-1", "6.0.0-1"])
def test_it_asks_for_a_collectd_that_it_works_with(machine, deb, version):
    core = r"(?m)(^Package: collectd-core\n(?:.+\n)*?Version: ).*"
    machine.pretend(lambda status: re.sub(core, rf"\g<1>{version}", status))
    assert "depends on collectd-core" in machine.dpkg("--install", deb, fails=True)


def test_every_line_of_the_configuration_is_commented_out_and_comes_back_whole(machine, deb):
    machine.dpkg("--install", deb)
    assert sorted(sample.name for sample in (machine.root / SAMPLES).iterdir()) == NAMES
    for name in NAMES:
        assert all(line.startswith("#") for line in machine.sample(name).read_text().splitlines())
    readme = (TOP / "README.md").read_text()
    assert f"    (cd /{SAMPLES} &&\n        sudo sed -i '/^##/,$s/^#//' {' '.join(NAMES)})\n" in readme
    # A second time nothing happens.
    for _ in range(2):
        put_to_use(machine, *NAMES)
        for name in NAMES:
            assert machine.sample(name).read_text().endswith("\n\n" + (SHIPPED / name).read_text())


def test_the_configuration_is_the_administrators_and_only_a_purge_runs_a_script(deb, tmp_path):
    output("dpkg-deb", "--control", deb, tmp_path)
    assert {file.name for file in tmp_path.iterdir()} == {"control", "conffiles", "md5sums", "postrm"}
    conffiles = (tmp_path / "conffiles").read_text().split()
    assert conffiles == [f"/{SAMPLES}/{name}" for name in NAMES]


def test_what_an_administrator_may_want_is_in_the_examples(deb):
    listed = output("dpkg-deb", "--contents", deb)
    examples = set(re.findall(r"\./usr/share/doc/collectd-sagemaker/examples/([^/\s]+)", listed))
    packaging = {path.name for path in (TOP / "packaging").iterdir()}
    assert examples == packaging - {"debian", "deps", "man", "package", "rpm"}
    assert {"iam", "prices"} <= examples
    assert "./usr/share/man/man5/collectd-sagemaker.5.gz" in listed


def test_lintian_finds_nothing(deb):
    (changes,) = deb.parent.glob("*.changes")
    done = subprocess.run(
        ["lintian", "--allow-root", "--info", "--pedantic", "--display-info", changes], capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr


def test_everything_was_compiled_with_hardening_flags(deb):
    log = deb.parent / "log"
    assert log.read_text().count(" -c -o ") == len(list(TOP.glob("plugin/**/*.c")))
    done = subprocess.run(["blhc", "--all", log], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
