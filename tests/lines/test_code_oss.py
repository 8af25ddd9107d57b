"""What people and machines do to a Code-OSS server, and which of its lines count as activity of a CodeEditor app.

`make check` reads the lines that a server has written when it was recorded; `make check-long` has one write them anew,
and leaves them in build/results/code-oss.txt, which becomes the recording when it is copied over it.
"""

from __future__ import annotations

import json
import os
import signal
import time
import urllib.error
import urllib.request
import zipfile
from datetime import date
from pathlib import Path

import pytest

from e2e.collectd import PATIENCE_S, TOP
from faults import is_long

from . import code_oss, recording
from .act import Act, Trace, Who, failures, show, table
from .cable import Cable
from .chromium import Chromium, Window
from .code_oss import CodeOss
from .defaults import counting

P, M = Who.PERSON, Who.MACHINE
COUNTED, UNCOUNTED, NONE = Trace.COUNTED, Trace.UNCOUNTED, Trace.NONE

RECORDING = Path(__file__).parent / "code-oss.txt"

ACTS = (
    Act("the server starts", M, UNCOUNTED),
    Act("opens a window", P, COUNTED),
    Act("edits a file and saves it", P, NONE, "blind"),
    Act("works in a terminal", P, NONE, "blind"),
    Act("installs an extension", P, UNCOUNTED, "machines do, too"),
    Act("an extension writes to stdout and stderr", M, UNCOUNTED),
    Act("an extension imitates a phrase", M, COUNTED, "wrong: what it writes stands in the log as it is"),
    Act("the extension host dies", M, UNCOUNTED),
    Act("the terminals' host dies", M, UNCOUNTED),
    Act("a health check asks", M, NONE),
    Act("an open window rests for a minute", M, NONE),
    Act("an open window looks for updates of extensions", M, UNCOUNTED),
    Act("an open window starts its host of agents", M, UNCOUNTED),
    Act("a page asks for a file that is not there", M, UNCOUNTED),
    Act("the network is cut off", M, COUNTED, "somebody's window was open until then"),
    Act("the window connects again", M, UNCOUNTED),
    Act("reloads the window", P, COUNTED),
    Act("opens a second window", P, COUNTED),
    Act("closes a window", P, COUNTED),
    Act("the browser is killed", P, COUNTED),
    Act("the server restarts with a window open", M, UNCOUNTED),
)

# It says what stands in a file that somebody puts there.
EXTENSION = """\
const fs = require("fs");
exports.activate = () => setInterval(() => {
  if (fs.existsSync(FILE)) {
    const said = fs.readFileSync(FILE, "utf8");
    fs.unlinkSync(FILE);
    console.log(said);
    process.stdout.write(said + "\\n");
    process.stderr.write(said + "\\n");
  }
}, 100);
"""
MANIFEST = {
    "name": "lines",
    "publisher": "lines",
    "version": "0.0.1",
    "engines": {"vscode": "^1.60.0"},
    "main": "extension.js",
    "activationEvents": ["onStartupFinished"],
    "capabilities": {"untrustedWorkspaces": {"supported": True}},
}


def test_the_lines_of_people_count_as_recorded():
    written, counts = recording.read(RECORDING), counting("CodeEditor")
    show("lines-code-oss", table(ACTS, written, counts))
    failed = failures(ACTS, written, counts)
    assert not failed, "\n".join(failed)


@pytest.mark.skipif(not is_long(), reason="make check-long")
def test_the_lines_of_people_count_today(tmp_path):
    code_oss.install()
    with CodeOss(tmp_path / "server") as server, Cable(server.port) as cable:
        play(server, cable, tmp_path)
        server.end()
    made = (
        f"{date.today()}: Code-OSS of npm's code-server {code_oss.CODE_SERVER}, node {code_oss.NODE}, Debian's Chromium.\n"
        "Made by `make check-long`, whose acts stand in test_code_oss.py. `Another client has connected` comes of the way\n"
        "in which the test finds the end of an act (CodeOss.settle)."
    )
    names = {str(code_oss.SERVER): "/opt/code-oss", str(tmp_path): "/home/user", "open-vsx.org": "gallery.example"}
    recording.write(TOP / "build" / "results" / "code-oss.txt", made, server.written, names)
    counts = counting("CodeEditor")
    show("lines-code-oss-today", table(ACTS, server.written, counts))
    failed = failures(ACTS, server.written, counts)
    assert not failed, "\n".join(failed)


def play(server: CodeOss, cable: Cable, folder: Path) -> None:
    (server.files / "a.txt").write_text("there\n")
    with server.doing("the server starts"):
        server.start()
    with Chromium(folder / "browser") as browser:
        window = browser.start().window()
        with server.doing("opens a window"):
            opened(server, window, cable)
        work(server, window)
        extensions(server)
        accidents(server, cable)
        with server.doing("reloads the window"):
            window.call("Page.reload")
            ready(server, window)
        second = browser.window()
        with server.doing("opens a second window"):
            opened(server, second, cable)
        with server.doing("closes a window"):
            second.close()
            server.await_line("disconnected gracefully")
        with server.doing("the browser is killed"):
            browser.kill()
            server.await_line("will wait for reconnection")
    with Chromium(folder / "other-browser") as browser:
        opened(server, browser.start().window(), cable)
        with server.doing("the server restarts with a window open"):
            server.end()
            server.start()
            server.await_line("Unknown reconnection token")


def opened(server: CodeOss, window: Window, cable: Cable) -> None:
    """opened opens a window, and waits until it has all that it needs."""
    window.open(f"http://127.0.0.1:{cable.port}/?folder={server.files}")
    ready(server, window)


def ready(server: CodeOss, window: Window) -> None:
    window.await_shown(".explorer-folders-view", "a.txt")
    server.await_line("read VSCODE_RECONNECTION_GRACE_TIME")


def work(server: CodeOss, window: Window) -> None:
    with server.doing("edits a file and saves it"):
        window.press("p", control=True)
        window.await_shown(".quick-input-widget")
        window.type("a.txt")
        window.await_shown(".quick-input-list", "a.txt")
        window.press("Enter")
        window.await_shown(".view-line", "there")
        window.type("hello ")
        window.press("s", control=True)
        server.wait(lambda: (server.files / "a.txt").read_text() == "hello there\n", "saved file")
    with server.doing("works in a terminal"):
        window.press("`", control=True, shift=True)
        window.await_shown(".monaco-dialog-box", "Trust Folder & Continue")
        window.press("Enter")
        window.await_true("document.activeElement.classList.contains('xterm-helper-textarea')")
        window.type(f"touch {server.files}/touched")
        window.press("Enter")
        server.wait(lambda: (server.files / "touched").exists(), "file")
    pack(server.folder / "lines.vsix", server.files / "speak")
    with server.doing("installs an extension"):
        window.press("F1")
        window.await_shown(".quick-input-widget")
        window.type("Install from VSIX")
        window.await_shown(".quick-input-list", "Install from VSIX")
        window.press("Enter")
        window.await_shown(".quick-input-title", "Install from VSIX")
        window.await_shown(".quick-input-list", "lines.vsix")
        window.type("lines.vsix")
        window.press("Enter")
        server.await_line("Extension installed successfully")


def pack(packed: Path, file: Path) -> None:
    """pack makes an extension that says what somebody writes into a file."""
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("extension/package.json", json.dumps(MANIFEST))
        archive.writestr("extension/extension.js", EXTENSION.replace("FILE", json.dumps(str(file))))


def extensions(server: CodeOss) -> None:
    for what, text in (
        ("an extension writes to stdout and stderr", "loading a model"),
        ("an extension imitates a phrase", "[ManagementConnection] New connection established."),
    ):
        with server.doing(what):
            (server.files / "spoken").write_text(text)
            (server.files / "spoken").rename(server.files / "speak")
            server.await_line(text)
    with server.doing("the extension host dies"):
        os.kill(server.process("extensionHost"), signal.SIGKILL)
        server.await_line("read VSCODE_RECONNECTION_GRACE_TIME")
    with server.doing("the terminals' host dies"):
        os.kill(server.process("ptyHost"), signal.SIGKILL)
        server.await_line("ptyHost terminated")


def accidents(server: CodeOss, cable: Cable) -> None:
    with server.doing("a health check asks"):
        for path in ("", "version", "healthz"):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{server.port}/{path}", timeout=PATIENCE_S).close()
            except urllib.error.HTTPError as error:
                error.close()
    with server.doing("an open window rests for a minute"):
        time.sleep(60)
    with server.doing("the network is cut off"):
        cable.cut()
        server.await_line("[ManagementConnection] The client has disconnected")
    with server.doing("the window connects again"):
        cable.mend()
        server.await_line("[ManagementConnection] The client has reconnected")
