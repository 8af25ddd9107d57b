"""The manual, and that code, manual, documents and samples speak of the same options and values."""

import os
import re
import subprocess

import pytest

from e2e.cloud import DAY_S
from e2e.collectd import SHIPPED, TOP
from packages import built

POD = TOP / "packaging" / "man" / "collectd-sagemaker.pod"
PAGE = POD.read_text()
OPTIONS = (TOP / "packaging" / "doc" / "options.md").read_text()
VALUES = (TOP / "packaging" / "doc" / "values.md").read_text()
SAMPLE = (SHIPPED / "sagemaker.conf").read_text() + (SHIPPED / "sagemaker.prices.conf").read_text()


def section(name: str) -> str:
    return re.search(rf"^=head1 {name}\n(.*?)(?=^=head1 |\Z)", PAGE, re.MULTILINE | re.DOTALL)[1]


def options_of_the_code() -> set[str]:
    """options_of_the_code is the rows of the option tables; there is no other way to compare an option's name."""
    found = []
    for source in TOP.glob("plugin/config*.c"):
        text = re.sub(r"/\*.*?\*/", "", source.read_text(), flags=re.DOTALL)
        tables = re.findall(r"^static const config_option_t \w+\[\] = \{\n(.*?)^\};", text, re.MULTILINE | re.DOTALL)
        assert len(tables) == text.count("config_option_t ") - len(re.findall(r"\bconst config_option_t \*", text)), source
        for table in tables:
            rows = re.findall(r"^    \{(\.name = \"(\w+)\")?", table, re.MULTILINE)
            assert all(named for named, _ in rows), f"{source}: {table}"
            found += [name for _, name in rows]
        compared = re.findall(r"strn?casecmp\(|->key\b(?!,\s)", text)
        assert not compared or source.name == "config_option.c", f"{source}: {compared}"
    assert len(found) == len(set(found))
    return set(found)


def test_the_code_reads_the_options_that_it_is_known_to_read():
    # Should the code come to read its options in another way, these are missed first.
    known = {"Interval", "Price", "Account", "Region", "Endpoint", "User", "Activity", "Match", "ReportBySpace"}
    assert known <= options_of_the_code()
    assert len(options_of_the_code()) >= 34


def test_the_manual_has_these_options_and_their_defaults():
    items = re.split(r"^=item ", section("OPTIONS"), flags=re.MULTILINE)[1:]
    names = [re.match(r"(?:E<lt>)?B<(\w+)", item)[1] for item in items]
    assert sorted(names) == sorted(options_of_the_code())
    for name, item, following in zip(names, items, [*items[1:], ""], strict=True):
        # Two items that stand together are explained together.
        text = item if "\n\n" in item.strip() else following
        assert re.search(r"\bDefaults?\b", text), f"{name} has no default in the manual"


def test_the_document_has_these_options():
    table = re.search(r"^\| option \| default \| meaning \|\n(.*?)\n\n", OPTIONS, re.MULTILINE | re.DOTALL)[1]
    cells = [line.split("|")[1] for line in table.splitlines()[1:]]
    named = [re.match(r"<?(\w+)", name)[1] for cell in cells for name in re.findall(r"`([^`]+)`", cell)]
    activity = re.search(r"^\| `<Activity .*$", OPTIONS, re.MULTILINE)[0]
    named += [name for name in ("Signal", "Match", "Ignore") if f"`{name}`" in activity]
    assert sorted(named) == sorted(options_of_the_code())


def test_the_samples_have_these_options():
    named = set(re.findall(r"^ *#?<?([A-Z]\w+) [\"\w.]", SAMPLE, re.MULTILINE)) - {"LoadPlugin", "Plugin"}
    assert named == options_of_the_code()


@pytest.mark.parametrize(
    "option",
    ["Interval", "StateFile", "Timeout", "Lookback", "LogLag", "ConfirmAfter", "IdleAfter", "LogGroup", "DomainLabel"],
)
def test_they_agree_about_a_default(option):
    item = re.search(rf"^=item B<{option}>.*?(?=^=item |^=back)", section("OPTIONS"), re.MULTILINE | re.DOTALL)[0]
    told = re.search(r"Defaults\s+to\s+B<([^>]+)>", item)[1]
    assert re.search(rf"^\| `{option}` \| `?{re.escape(told)}`? \|", OPTIONS, re.MULTILINE)
    assert re.search(rf'^ *#{option} "?{re.escape(told)}"?$', SAMPLE, re.MULTILINE)


def test_the_parts_of_collectds_own_pages_in_their_order():
    heads = re.findall(r"^=head1 (.*)", PAGE, re.MULTILINE)
    wanted = ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "VALUES", "THRESHOLDS", "FILES", "SEE ALSO", "AUTHOR"]
    assert heads == wanted


def test_every_plugin_and_type_of_the_documents_values_is_in_the_manual():
    values = section("VALUES")
    table = re.search(r"^\| plugin \| plugin instance .*?\n\n", VALUES, re.MULTILINE | re.DOTALL)[0]
    rows = [[cell.strip() for cell in row.split("|")[1:-1]] for row in table.strip().splitlines()[2:]]
    plugin = None
    for name, _, kind, instance, _ in rows:
        plugin = name.strip("`") or plugin
        for type in re.findall(r"`(\w+)`", kind):
            assert re.search(rf"^=item B<{plugin}-\S+/{type}-", values, re.MULTILINE), (plugin, type)
        for fixed in re.findall(r"`([a-z_]+)`", instance):
            assert fixed in values, fixed


@pytest.mark.parametrize("pod", sorted(POD.parent.glob("*.pod")), ids=lambda pod: pod.stem)
def test_podchecker_and_man_find_nothing(pod):
    checked = subprocess.run(["podchecker", "-warnings", "-warnings", pod], capture_output=True, text=True)
    told = checked.stdout + checked.stderr
    assert checked.returncode == 0 and "WARNING" not in told and "syntax OK" in told, told
    command = ["man", "--warnings", "--encoding=UTF-8", "--local-file", "-Tutf8", "-Z", built.manual(pod.stem)]
    environment = os.environ | {"LC_ALL": "C.UTF-8", "MANROFFSEQ": "", "MANWIDTH": "80"}
    shown = subprocess.run(command, env=environment, capture_output=True, text=True)
    # A word that is wider than a terminal is no fault of the page's.
    said = [line for line in shown.stderr.splitlines() if "cannot adjust line" not in line]
    assert (shown.returncode, said) == (0, [])
    assert "sagemaker" in shown.stdout


def test_the_synopsis_is_a_configuration_that_works(cloud, watch):
    cloud.domain()
    cloud.app("user01", "app", idle=2 * DAY_S)
    synopsis = re.sub("^  ", "", section("SYNOPSIS"), flags=re.MULTILINE)
    plugin, _, threshold = synopsis.partition("LoadPlugin threshold")
    assert "<Plugin threshold>" in threshold
    files = {"sagemaker.conf": plugin, "sagemaker.threshold.conf": f"LoadPlugin threshold{threshold}"}
    collectd = watch("Interval 1", shipped=(), files=files)
    collectd.wait(lambda: any("Initialization complete" in line.text for line in collectd.lines), "start")
    accounts = {value.plugin_instance for value in collectd.wait(
        lambda: [v for v in collectd.values if v.plugin == "sagemaker_scan"], "heartbeat"
    )}
    assert accounts & {"prod_us-east-1", "research_eu-central-1"}
