"""What people and machines do to Debian's Jupyter server, and which of its lines count as activity of a JupyterLab app."""

from __future__ import annotations

import json
import os
import signal
from dataclasses import replace

import pytest
import websocket

from .act import Act, Trace, Who, failures, show, table
from .defaults import counting
from .jupyter import Jupyter

P, M = Who.PERSON, Who.MACHINE
COUNTED, UNCOUNTED, NONE = Trace.COUNTED, Trace.UNCOUNTED, Trace.NONE

ACTS = (
    Act("the server starts", M, UNCOUNTED),
    Act("loads the page", P, NONE),
    Act("creates a notebook", P, COUNTED),
    Act("creates a folder", P, COUNTED),
    Act("starts a kernel", P, COUNTED),
    Act("opens the notebook's tab", P, NONE, "from server 2 on a line that counts"),
    Act("runs a cell", P, NONE, "blind"),
    Act("saves", P, COUNTED),
    Act("renames", P, NONE, "blind"),
    Act("copies", P, UNCOUNTED, "the word is too common"),
    Act("uploads a file", P, COUNTED),
    Act("uploads a file over one that is there", P, COUNTED),
    Act("uploads a large file in chunks", P, COUNTED),
    Act("downloads", P, NONE, "blind"),
    Act("deletes", P, UNCOUNTED, "the word is too common"),
    Act("opens a notebook from elsewhere", P, UNCOUNTED, "the words are too common"),
    Act("trusts it", P, COUNTED),
    Act("makes a checkpoint", P, NONE, "it comes with a save"),
    Act("goes back to the checkpoint", P, NONE, "blind; only checkpoints elsewhere than in files write it"),
    Act("restarts the kernel", P, COUNTED),
    Act("interrupts the kernel", P, COUNTED),
    Act("opens a second tab on the kernel", P, NONE, "from server 2 on a line that counts"),
    Act("closes one of two tabs", P, NONE),
    Act("closes the last tab", P, COUNTED),
    Act("opens the tab again", P, NONE, "from server 2 on a line that counts"),
    Act("opens a terminal", P, COUNTED),
    Act("works in the terminal", P, NONE, "blind"),
    Act("leaves the terminal by exit", P, UNCOUNTED),
    Act("closes a terminal", P, UNCOUNTED),
    Act("shuts down the kernel of an open tab", P, UNCOUNTED, "culling writes it, too"),
    Act("an open page polls", M, NONE),
    Act("a forgotten page polls what is gone", M, UNCOUNTED),
    Act("a cell prints and logs a phrase", M, NONE),
    Act("a kernel's library writes to stderr", M, UNCOUNTED),
    Act("a kernel's library imitates a phrase", M, COUNTED, "wrong: raw stderr stands in the log as it is"),
    Act("a kernel's child imitates a phrase", M, COUNTED, "wrong: so does what a child prints"),
    Act("a child in a terminal prints a phrase", M, NONE),
    Act("a kernel dies and is restarted", M, UNCOUNTED),
    Act("the network cuts the last tab off", M, COUNTED, "somebody's page was open until then"),
    Act("the tab connects again", M, UNCOUNTED, "wrong from server 2 on: it counts as a tab that is opened does"),
    Act("the tab replaces a stale connection", M, COUNTED, "wrong: the server does what it does for a last tab"),
    Act("a job starts a kernel, runs, deletes it", M, COUNTED, "wrong: like a person's"),
    Act("the server stops with a tab open", M, UNCOUNTED),
    Act("the server starts again", M, UNCOUNTED),
    Act("the forgotten tab asks for its kernel", M, UNCOUNTED),
    Act("a kernel is culled", M, UNCOUNTED),
    Act("a kernel with an open tab is culled", M, UNCOUNTED),
    Act("a terminal is culled", M, UNCOUNTED),
)
# "Connecting to kernel", from Jupyter Server 2 on.
CONNECTING = (
    "opens the notebook's tab",
    "opens a second tab on the kernel",
    "opens the tab again",
    "the tab connects again",
)

NOTEBOOK = {
    "cells": [{"cell_type": "code", "id": "a1", "execution_count": 1, "metadata": {}, "source": "1", "outputs": []}],
    "metadata": {},
    "nbformat": 4,
    "nbformat_minor": 5,
}
OUTPUT = {"output_type": "display_data", "data": {"text/html": "<b>1</b>"}, "metadata": {}}
PHRASE = "Saving file at /x.ipynb"
CULLING = (
    "--MappingKernelManager.cull_interval=1",
    "--MappingKernelManager.cull_idle_timeout=1",
    "--TerminalManager.cull_interval=1",
    "--TerminalManager.cull_inactive_timeout=1",
)
# A tab has to be open before the culler comes.
CULLING_THE_CONNECTED = (
    "--MappingKernelManager.cull_interval=1",
    "--MappingKernelManager.cull_idle_timeout=8",
    "--MappingKernelManager.cull_connected=True",
)


def session(jupyter: Jupyter, path: str) -> str:
    """session starts a notebook's kernel, as opening a notebook does, and is the kernel's id."""
    body = {"path": path, "name": path, "type": "notebook", "kernel": {"name": "python3"}}
    return jupyter.ask("POST", "/api/sessions", body)["kernel"]["id"]


def await_no_tab(jupyter: Jupyter, kernel: str) -> None:
    """await_no_tab waits until the server knows that a kernel's last tab has gone, which it logs."""
    jupyter.wait(lambda: jupyter.ask("GET", f"/api/kernels/{kernel}")["connections"] == 0, "end of the connection")


def put(jupyter: Jupyter, path: str, **model: object) -> None:
    assert jupyter.ask("PUT", f"/api/contents/{path}", {"type": "file", "format": "text", "content": "1", **model})


def files(jupyter: Jupyter) -> None:
    with jupyter.doing("loads the page"):
        for path in ("contents/", "kernelspecs", "kernels", "sessions", "terminals", "status"):
            jupyter.ask("GET", f"/api/{path}")
    with jupyter.doing("creates a notebook"):
        jupyter.ask("POST", "/api/contents/", {"type": "notebook"})
    with jupyter.doing("creates a folder"):
        jupyter.ask("POST", "/api/contents/", {"type": "directory"})
    with jupyter.doing("saves"):
        put(jupyter, "Untitled.ipynb", type="notebook", format="json", content=NOTEBOOK)
    with jupyter.doing("makes a checkpoint"):
        checkpoint = jupyter.ask("POST", "/api/contents/Untitled.ipynb/checkpoints")["id"]
    with jupyter.doing("goes back to the checkpoint"):
        jupyter.ask("POST", f"/api/contents/Untitled.ipynb/checkpoints/{checkpoint}")
    with jupyter.doing("uploads a file"):
        put(jupyter, "data.csv")
    with jupyter.doing("uploads a file over one that is there"):
        put(jupyter, "data.csv")
    with jupyter.doing("uploads a large file in chunks"):
        for chunk in (1, 2, -1):
            put(jupyter, "large.csv", chunk=chunk)
    with jupyter.doing("copies"):
        assert jupyter.ask("POST", "/api/contents/", {"copy_from": "data.csv"})["name"] == "data-Copy1.csv"
    with jupyter.doing("renames"):
        jupyter.ask("PATCH", "/api/contents/data-Copy1.csv", {"path": "other.csv"})
    assert (jupyter.files / "other.csv").exists()
    with jupyter.doing("downloads"):
        jupyter.ask("GET", "/files/other.csv?download=1")
    with jupyter.doing("deletes"):
        jupyter.ask("DELETE", "/api/contents/other.csv")
    assert not (jupyter.files / "other.csv").exists()
    cells = [NOTEBOOK["cells"][0] | {"outputs": [OUTPUT]}]
    (jupyter.files / "elsewhere.ipynb").write_text(json.dumps(NOTEBOOK | {"cells": cells}))
    with jupyter.doing("opens a notebook from elsewhere"):
        jupyter.ask("GET", "/api/contents/elsewhere.ipynb?type=notebook&content=1")
    with jupyter.doing("trusts it"):
        jupyter.ask("POST", "/api/contents/elsewhere.ipynb/trust")


def kernels(jupyter: Jupyter) -> None:
    with jupyter.doing("starts a kernel"):
        kernel = session(jupyter, "Untitled.ipynb")
    with jupyter.doing("opens the notebook's tab"):
        tab = jupyter.tab(kernel)
        tab.await_kernel()
    with jupyter.doing("runs a cell"):
        assert tab.run("print(1 + 1)") == "2\n"
    with jupyter.doing("interrupts the kernel"):
        tab.begin("import time\nprint(1)\ntime.sleep(1e6)")
        tab.await_output()
        jupyter.ask("POST", f"/api/kernels/{kernel}/interrupt")
        tab.await_state("idle")
    with jupyter.doing("a cell prints and logs a phrase"):
        assert PHRASE in tab.run(f"import logging\nprint('{PHRASE}')\nlogging.warning('{PHRASE}')")
    with jupyter.doing("a kernel's library writes to stderr"):
        tab.run("import os\nos.write(2, b'2026-01-01 libcudart not found\\n')")
    with jupyter.doing("a kernel's library imitates a phrase"):
        tab.run(f"os.write(2, b'{PHRASE}\\n')")
    with jupyter.doing("a kernel's child imitates a phrase"):
        tab.run(f"os.system('echo {PHRASE}')")
    with jupyter.doing("opens a second tab on the kernel"):
        second = jupyter.tab(kernel)
        second.await_kernel()
    with jupyter.doing("closes one of two tabs"):
        second.close()
        jupyter.wait(lambda: jupyter.ask("GET", f"/api/kernels/{kernel}")["connections"] == 1, "end of the connection")
    with jupyter.doing("closes the last tab"):
        tab.close()
        await_no_tab(jupyter, kernel)
    with jupyter.doing("opens the tab again"):
        tab = jupyter.tab(kernel)
        tab.await_kernel()
    with jupyter.doing("the network cuts the last tab off"):
        tab.cut()
        await_no_tab(jupyter, kernel)
    with jupyter.doing("the tab connects again"):
        tab.connect()
        tab.await_kernel()
    with jupyter.doing("the tab replaces a stale connection"):
        tab.connect()
        tab.await_kernel()
    with jupyter.doing("an open page polls"):
        for path in ("", "/kernels", f"/kernels/{kernel}", "/sessions", "/terminals", "/status", "/contents/?content=1"):
            jupyter.ask("GET", f"/api{path}")
    with jupyter.doing("shuts down the kernel of an open tab"):
        jupyter.ask("DELETE", f"/api/kernels/{kernel}")
    with jupyter.doing("a forgotten page polls what is gone"):
        for path in (f"kernels/{kernel}", "contents/other.csv?content=0", "terminals/9"):
            jupyter.ask("GET", f"/api/{path}")
    with jupyter.doing("a job starts a kernel, runs, deletes it"):
        kernel = jupyter.ask("POST", "/api/kernels", {"name": "python3"})["id"]
        job = jupyter.tab(kernel)
        job.run("1 + 1")
        job.close()
        await_no_tab(jupyter, kernel)
        jupyter.ask("DELETE", f"/api/kernels/{kernel}")


def restarts(jupyter: Jupyter) -> None:
    """restarts has a kernel for each: what is asked of one that has just been restarted can be lost."""
    kernel = session(jupyter, "elsewhere.ipynb")
    with jupyter.doing("restarts the kernel"):
        jupyter.ask("POST", f"/api/kernels/{kernel}/restart")
    jupyter.ask("DELETE", f"/api/kernels/{kernel}")
    kernel = session(jupyter, "elsewhere.ipynb")
    tab = jupyter.tab(kernel)
    tab.await_kernel()
    pid = int(tab.run("import os\nprint(os.getpid())"))
    with jupyter.doing("a kernel dies and is restarted"):
        os.kill(pid, signal.SIGKILL)
        tab.await_state("restarting")
    tab.close()
    await_no_tab(jupyter, kernel)


def terminals(jupyter: Jupyter) -> None:
    with jupyter.doing("opens a terminal"):
        name = jupyter.ask("POST", "/api/terminals", {})["name"]
        terminal = jupyter.terminal(name)
    with jupyter.doing("works in the terminal"):
        terminal.type(f"touch {jupyter.files}/touched")
        jupyter.wait(lambda: (jupyter.files / "touched").exists(), "file")
    with jupyter.doing("a child in a terminal prints a phrase"):
        terminal.type(f"echo {PHRASE}; echo {PHRASE} >&2; touch {jupyter.files}/printed")
        jupyter.wait(lambda: (jupyter.files / "printed").exists(), "file")
    with jupyter.doing("leaves the terminal by exit"):
        terminal.type("exit")
        jupyter.wait(lambda: jupyter.ask("GET", "/api/terminals") == [], "end of the terminal")
    name = jupyter.ask("POST", "/api/terminals", {})["name"]
    with jupyter.doing("closes a terminal"):
        jupyter.ask("DELETE", f"/api/terminals/{name}")


def restart(jupyter: Jupyter) -> None:
    kernel = session(jupyter, "elsewhere.ipynb")
    tab = jupyter.tab(kernel)
    tab.await_kernel()
    with jupyter.doing("the server stops with a tab open"):
        jupyter.end()
    with jupyter.doing("the server starts again"):
        jupyter.start(*CULLING)
    with jupyter.doing("the forgotten tab asks for its kernel"):
        jupyter.ask("GET", f"/api/kernels/{kernel}")
        with pytest.raises(websocket.WebSocketBadStatusException):
            tab.connect()


def culling(jupyter: Jupyter) -> None:
    session(jupyter, "Untitled.ipynb")
    with jupyter.doing("a kernel is culled"):
        jupyter.wait(lambda: jupyter.ask("GET", "/api/kernels") == [], "culling")
    jupyter.ask("POST", "/api/terminals", {})
    with jupyter.doing("a terminal is culled"):
        jupyter.wait(lambda: jupyter.ask("GET", "/api/terminals") == [], "culling")
    jupyter.end()
    jupyter.start(*CULLING_THE_CONNECTED)
    tab = jupyter.tab(session(jupyter, "Untitled.ipynb"))
    tab.await_kernel()
    with jupyter.doing("a kernel with an open tab is culled"):
        jupyter.wait(lambda: jupyter.ask("GET", "/api/kernels") == [], "culling")


def expected_of(version: str) -> list[Act]:
    """expected_of are the acts with what a server of a version leaves."""
    if int(version.split(".")[0]) < 2:
        return list(ACTS)
    return [replace(act, expected=COUNTED) if act.what in CONNECTING else act for act in ACTS]


def test_the_lines_of_people_count(tmp_path):
    counts = counting("JupyterLab")
    with Jupyter(tmp_path / "jupyter") as jupyter:
        with jupyter.doing("the server starts"):
            jupyter.start()
        acts = expected_of(jupyter.ask("GET", "/api")["version"])
        for part in (files, kernels, restarts, terminals, restart, culling):
            part(jupyter)
        jupyter.end()
    show("lines-jupyter", table(acts, jupyter.written, counts))
    failed = failures(acts, jupyter.written, counts)
    assert not failed, "\n".join(failed)
