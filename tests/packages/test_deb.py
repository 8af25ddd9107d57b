"""The Debian package: what is in it, and how it fares on a Debian, from its installation to its purge."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from e2e.cloud import DAY_S
from e2e.collectd import SHIPPED, TOP, bare_environment
from e2e.monitor import Monitor
from packages.built import VERSION, output
from packages.documents import MANUALS, broken
from packages.machine import INCLUDE, ROOT, SAMPLES, SHARED

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
                wrapper=[*ROOT, "/usr/sbin/chroot", str(machine.root)],
            )
        )
        return started[-1]

    yield make
    for collectd in started:
        collectd.kill()


def put_to_use(machine, *names: str) -> None:
    """put_to_use copies samples, as README's step 5 says for what is edited."""
    for name in names:
        shutil.copyfile(machine.shipped(name), machine.sample(name))


def edit(sample, old: str, new: str) -> None:
    text = sample.read_text()
    assert old in text
    sample.write_text(text.replace(old, new, 1))


def repacked(deb, tree, version: str, change) -> Path:
    """repacked is the package with another version, and changed by change(tree)."""
    output("dpkg-deb", "--raw-extract", deb, tree)
    control = tree / "DEBIAN" / "control"
    control.write_text(re.sub("(?m)^Version: .*$", f"Version: {version}", control.read_text()))
    change(tree)
    package = tree.with_suffix(".deb")
    output("dpkg-deb", "--root-owner-group", "--build", tree, package)
    return package


@pytest.fixture
def next_deb(deb, tmp_path):
    """next_deb is the next version, whose samples have changed."""

    def change(tree):
        for name in NAMES:
            with open(tree / SHARED / name, "a") as sample:
                sample.write("# of the next version\n")

    return repacked(deb, tmp_path / "next", f"{VERSION}+next", change)


@pytest.fixture
def first_deb(deb, tmp_path):
    """first_deb is as 1.0.0 was: conffiles, with every line commented out."""

    def change(tree):
        (tree / SAMPLES).mkdir(parents=True)
        for name in NAMES:
            (tree / SHARED / name).unlink()
            lines = [f"#{line}" for line in (SHIPPED / name).read_text().splitlines(keepends=True)]
            (tree / SAMPLES / name).write_text("".join(["## To use it: remove the first # of each line\n", *lines]))
        shutil.rmtree(tree / SHARED)
        (tree / "DEBIAN" / "conffiles").write_text("".join(f"/{SAMPLES}/{name}\n" for name in NAMES))

    return repacked(deb, tmp_path / "first", "1.0.0", change)


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
    assert "of the next version" in machine.shipped("sagemaker.prices.conf").read_text()
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


def test_from_1_0_0_with_edited_samples_nothing_is_asked_and_values_go_on(machine, first_deb, deb, cloud, daemon):
    untouched = machine.files()
    cloud.domain()
    cloud.app("user01", "app", idle=2 * DAY_S)
    machine.dpkg("--install", first_deb)
    for name in ("sagemaker.conf", "sagemaker.threshold.conf"):
        sample = machine.sample(name)
        sample.write_text(re.sub("(?m)^#", "", sample.read_text()))
    edit(machine.sample("sagemaker.conf"), "#Interval 300", "Interval 1")
    edit(machine.sample("sagemaker.conf"), '#StateFile "', 'StateFile "/var/lib/collectd/')
    edit(machine.sample("sagemaker.threshold.conf"), "WarningMax 86400", "WarningMax 90000")
    edited = {name: machine.sample(name).read_text() for name in NAMES}
    first = daemon().start()
    first.await_scans()
    first.stop()

    machine.dpkg("--install", deb)
    assert {name: machine.sample(name).read_text() for name in NAMES} == edited
    cloud.aws.reset()
    second = daemon().start()
    second.await_scans()
    cloud.assert_truthful(second)
    second.stop()
    assert [n.plugin for n in second.notifications if n.severity == "WARNING"] == ["sagemaker_user"]
    assert not second.complaints

    machine.dpkg("--purge", "collectd-sagemaker")
    assert machine.files() == untouched


def test_a_linked_sample_counts_and_follows_the_upgrade(machine, deb, next_deb, cloud, daemon):
    untouched = machine.files()
    cloud.domain()
    cloud.app("user01", "app", idle=2 * DAY_S)
    machine.dpkg("--install", deb)
    for name in NAMES:
        machine.sample(name).symlink_to(f"/{SHARED}/{name}")
    linked = daemon().start()
    linked.await_scans(1)
    cloud.assert_truthful(linked)
    linked.stop()
    assert [n.plugin for n in linked.notifications if n.severity == "WARNING"] == ["sagemaker_user"]
    machine.dpkg("--install", next_deb)
    assert "of the next version" in machine.shipped("sagemaker.prices.conf").read_text()
    (machine.root / "var/lib/collectd/sagemaker.state").unlink(missing_ok=True)
    machine.dpkg("--purge", "collectd-sagemaker")
    assert machine.files() == untouched


def test_the_readme_puts_the_samples_to_use(machine, deb):
    machine.dpkg("--install", deb)
    assert not list((machine.root / SAMPLES).iterdir())
    readme = (TOP / "README.md").read_text()
    commands = re.findall(rf"(?m)^    sudo (?:cp -n|ln -s) /{SHARED}/\S+ /{SAMPLES}/$", readme)
    for command in commands:
        subprocess.run(["sh", "-c", command.replace("sudo ", "").replace(" /", f" {machine.root}/")], check=True)
    assert sorted(sample.name for sample in (machine.root / SAMPLES).iterdir()) == NAMES
    assert machine.sample("sagemaker.conf").read_bytes() == (SHIPPED / "sagemaker.conf").read_bytes()


def test_nothing_is_a_conffile_and_only_a_purge_runs_a_script(deb, tmp_path):
    output("dpkg-deb", "--control", deb, tmp_path)
    assert {file.name for file in tmp_path.iterdir()} == {"control", "md5sums", "postrm"}


def test_what_an_administrator_may_want_is_in_the_examples(deb):
    listed = output("dpkg-deb", "--contents", deb)
    examples = set(re.findall(r"\./usr/share/doc/collectd-sagemaker/examples/([^/\s]+)", listed))
    packaging = {path.name for path in (TOP / "packaging").iterdir()}
    assert examples == packaging - set("debian deps doc idle lifecycle man package rpm version".split())
    assert {"iam", "prices"} <= examples
    assert "examples/prices/prices.csv" in listed and "examples/prices/sagemaker-prices" not in listed
    assert "./usr/share/man/man5/collectd-sagemaker.5.gz" in listed


def test_commands_are_installed_with_their_pages_and_the_timer_is_off(deb, tmp_path):
    listed = output("dpkg-deb", "--contents", deb)
    commands = ("sagemaker-idle", "sagemaker-prices")
    pages = [f"share/man/man1/{command}.1.gz" for command in commands]
    for file in (*(f"bin/{command}" for command in commands), *pages, "lib/systemd/system/sagemaker-prices.timer"):
        assert f"./usr/{file}\n" in listed
    output("dpkg-deb", "--control", deb, tmp_path)
    for script in tmp_path.glob("p*"):
        assert not re.search(r"deb-systemd-helper\W+enable|systemctl.*(start|enable)", script.read_text()), script


def test_the_beacon_lies_where_its_document_says(deb, tmp_path):
    output("dpkg-deb", "--extract", deb, tmp_path)
    folder, source = tmp_path / SHARED / "lifecycle", TOP / "packaging/lifecycle"
    assert {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()} == {
        path.name: 0o755 if os.access(path, os.X_OK) else 0o644 for path in source.iterdir()
    }
    assert all((folder / path.name).read_bytes() == path.read_bytes() for path in source.iterdir())
    assert output(folder / "template") == output(source / "template")


def test_every_link_of_an_installed_document_leads_somewhere(deb, tmp_path):
    output("dpkg-deb", "--extract", deb, tmp_path)
    installed = sorted((tmp_path / "usr/share/doc/collectd-sagemaker").glob("*.md"))
    assert [path.name for path in installed] == sorted(Path(document).name for document in MANUALS)
    assert {path.name: broken(path) for path in installed if broken(path)} == {}


def test_lintian_finds_nothing(deb, tmp_path):
    # lintian does not find its way in every path that a checkout may have.
    for file in deb.parent.glob("collectd-sagemaker*_*"):
        shutil.copy(file, tmp_path)
    (changes,) = tmp_path.glob("*.changes")
    done = subprocess.run(
        ["lintian", "--allow-root", "--info", "--pedantic", "--display-info", changes], capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr


def test_everything_was_compiled_with_hardening_flags(deb):
    log = deb.parent / "log"
    assert log.read_text().count(" -c -o ") == len(list(TOP.glob("plugin/**/*.c")))
    done = subprocess.run(["blhc", "--all", log], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
