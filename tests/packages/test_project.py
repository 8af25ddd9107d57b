"""What somebody who joins the project relies on: one version, commands that are there, a compilation database."""

import json
import re
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from e2e.cloud import KEYS, REGION
from e2e.collectd import TOP
from packages import built
from packages.built import BUILD, VERSION, output
from packages.documents import DOCUMENTS, MANUALS, broken

README_LINES = 220
# What the tests read of the project is text of these names.
TEXTS = ("*.md", "*.py", "*.c", "*.h", "*.pod", "*.conf", "*.yml", "Makefile")
FOLDERS = ("plugin", "packaging", "collectd.conf.d", "tests")


def test_the_changelog_begins_with_this_version_but_for_what_is_unreleased():
    heading = re.search(r"^## (?!Unreleased$)(.*)$", (TOP / "CHANGELOG.md").read_text(), re.MULTILINE)[1]
    assert re.fullmatch(re.escape(VERSION) + r" - \d{4}-\d\d-\d\d", heading)


def test_the_packages_have_this_version(deb, rpm):
    assert output("dpkg-deb", "--field", deb, "Version").strip() == built.package_version()
    assert output("rpm", "-qp", "--queryformat", "%{VERSION}", rpm) == built.package_version()


def test_the_manual_has_this_version():
    heading = re.search(r"^\.TH .*$", built.manual().read_text(), re.MULTILINE)[0]
    assert f'"collectd-sagemaker {VERSION}"' in heading


def test_requests_have_this_version(watch):
    agents = []

    class Listener(BaseHTTPRequestHandler):
        def do_POST(self):
            agents.append(self.headers["User-Agent"])
            self.send_error(503)

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Listener) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        environment = KEYS | {"AWS_REGION": REGION, "AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.server_port}"}
        collectd = watch(environment=environment)
        collectd.wait(lambda: agents, "request")
        collectd.kill()
        server.shutdown()
    assert set(agents) == {f"collectd-sagemaker/{VERSION}"}


def test_the_compilation_database_has_every_source():
    built.make("compile_commands")
    entries = json.loads((BUILD / "compile_commands.json").read_text())
    assert {entry["file"] for entry in entries} >= {str(path.relative_to(TOP)) for path in TOP.glob("plugin/**/*.c")}
    sigv4 = next(entry for entry in entries if entry["file"] == "plugin/aws/protocol/sigv4.c")
    command = sigv4["command"].split(" -MMD")[0] + " -fsyntax-only plugin/aws/protocol/sigv4.c"
    subprocess.run(command, shell=True, cwd=sigv4["directory"], check=True)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_make_that_a_document_names_is_there(document):
    text = (TOP / document).read_text()
    targets = set(re.findall(r"^([a-z_]+):", (TOP / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"(?:^    (?:sudo )?|`)make ([a-z_]+)", text, re.MULTILINE))
    assert named <= targets, named - targets
    assert named or document not in ("README.md", "CONTRIBUTING.md")


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_file_that_a_document_names_is_there(document):
    text = (TOP / document).read_text()
    named = re.findall(r"(?<![\w/.])(?:packaging|plugin|tests|collectd\.conf\.d)/[\w./-]*\w", text)
    assert named or document not in ("README.md", "CONTRIBUTING.md")
    for path in named:
        assert (TOP / path).exists() or "NAME" in path, path


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_link_of_a_document_leads_somewhere(document):
    assert broken(TOP / document) == []


def test_the_readme_leads_to_every_document_and_stays_short():
    text = (TOP / "README.md").read_text()
    assert len(text.splitlines()) <= README_LINES
    for document in MANUALS[1:]:
        assert f"]({document}" in text, document


def test_no_text_cites_a_document_that_is_not_there():
    texts = [TOP / "Makefile", *TOP.glob("*.md")]
    texts += [path for folder in FOLDERS for name in TEXTS for path in (TOP / folder).rglob(name)]
    there = {path.name for path in texts}
    for path in texts:
        cited = set(re.findall(r"(?<![\w*.\]])[A-Za-z][\w-]*\.md\b", path.read_text(errors="replace")))
        assert cited <= there, f"{path}: {cited - there}"
