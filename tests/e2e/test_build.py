"""The built file as the linker and `make install` leave it."""

import os
import re
import shutil
import subprocess

import pytest

from e2e.cloud import DAY_S
from e2e.collectd import DAEMON, PLUGIN, SHIPPED, TOP


def symbols(file, *which: str) -> set[str]:
    listed = subprocess.run(["nm", "-D", *which, file], check=True, capture_output=True, text=True).stdout
    return {line.split()[-1].partition("@")[0] for line in listed.splitlines()}


def make(*arguments: str) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    done = subprocess.run(["make", *arguments], cwd=TOP, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_only_module_register_is_exported():
    assert symbols(PLUGIN, "--defined-only") == {"module_register"}


def test_every_symbol_comes_from_collectd_or_a_library_it_is_linked_with():
    libraries = re.findall(r"=> (/\S+)", subprocess.run(["ldd", PLUGIN], capture_output=True, text=True).stdout)
    known = set().union(*(symbols(file, "--defined-only") for file in [DAEMON, *libraries]))
    needed = symbols(PLUGIN, "--undefined-only") - {"__gmon_start__"}
    weak = {name for name in needed if name.startswith("_ITM_")}
    assert needed - weak <= known


def test_it_is_hardened_and_stays_in_memory():
    dynamic = subprocess.run(["readelf", "-dlW", PLUGIN], capture_output=True, text=True).stdout
    for flag in ("NODELETE", "BIND_NOW", "GNU_RELRO"):
        assert flag in dynamic
    assert not re.search(r"GNU_STACK.* RWE ", dynamic)
    # Position-independent all through: nothing of it is written to when it is loaded; and it brings no search path.
    for flag in ("TEXTREL", "RPATH", "RUNPATH"):
        assert flag not in dynamic


def test_the_compiler_guards_stack_and_buffers():
    """As dpkg-buildflags says; what is not known in size is left to the plain functions."""
    needed = symbols(PLUGIN, "--undefined-only")
    assert {"__stack_chk_fail", "__snprintf_chk", "__vsnprintf_chk", "__memcpy_chk"} <= needed
    assert not needed & {"sprintf", "vsprintf", "strcpy", "strcat", "gets", "vsnprintf"}


def test_it_needs_no_newer_json_c_than_enterprise_linux_9_has():
    needed = subprocess.run(["objdump", "-p", PLUGIN], check=True, capture_output=True, text=True).stdout
    versions = {tuple(map(int, found)) for found in re.findall(r"JSONC_(\d+)\.(\d+)", needed)}
    assert versions and max(versions) <= (0, 14)


def test_make_install_puts_the_plugin_and_the_samples_in_place(tmp_path):
    make("install", f"DESTDIR={tmp_path}")
    installed = tmp_path / "usr/lib/collectd/sagemaker.so"
    assert installed.is_file() and not installed.is_symlink()
    for sample in SHIPPED.iterdir():
        copy = tmp_path / "usr/share/collectd-sagemaker" / sample.name
        assert copy.read_bytes() == sample.read_bytes()
    assert not (tmp_path / "etc").exists()


def test_make_uninstall_is_the_inverse_and_keeps_what_the_administrator_wrote(tmp_path):
    make("install", f"DESTDIR={tmp_path}", "PREFIX=/opt/collectd")
    assert (tmp_path / "opt/collectd/lib/collectd/sagemaker.so").is_file()
    configuration = tmp_path / "etc/collectd/collectd.conf.d"
    configuration.mkdir(parents=True)
    kept = configuration / "sagemaker.conf"
    kept.write_text("mine\n")
    (configuration / "sagemaker.prices.conf").symlink_to("/opt/collectd/share/collectd-sagemaker/sagemaker.prices.conf")
    said = make("uninstall", f"DESTDIR={tmp_path}", "PREFIX=/opt/collectd")
    assert f"kept, collectd reads it still: {kept}" in said
    assert [path for path in tmp_path.rglob("*") if not path.is_dir() or path.is_symlink()] == [kept]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root builds for another user")
def test_root_builds_as_the_checkouts_owner(tmp_path):
    shutil.copy(TOP / "Makefile", tmp_path)
    os.chown(tmp_path, 65534, 65534)
    for target in ("demo", "once", "install", "deb", "rpm"):
        shown = make("-C", str(tmp_path), "-n", target)
        builds = [line for line in shown.splitlines() if re.search(r"\bmake -s", line)]
        assert builds, target
        assert all("setpriv --reuid=65534 --regid=65534 --clear-groups" in line for line in builds), target


def test_the_installed_plugin_is_the_one_that_works(cloud, watch, tmp_path):
    make("install", f"DESTDIR={tmp_path}")
    cloud.domain()
    cloud.app("user01", "app", idle=DAY_S)
    collectd = watch(plugin=tmp_path / "usr/lib/collectd/sagemaker.so")
    collectd.await_scans()
    cloud.assert_truthful(collectd)
