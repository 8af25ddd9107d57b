"""Lines of the servers that SageMaker ships, as their sources and logs have them; {stamp} is the time, {n} a number.

jupyter_server 1.24 to 2.20, jupyter-collaboration 1.1 to 4.4, jupyter-server-documents, jupyter-server-proxy,
jupyter-ai 3, kernel_gateway 2.5, Code-OSS's server, and AWS's auto-stop scripts (aws-samples,
sagemaker-studio-apps-lifecycle-config-examples and sagemaker-studio-auto-shutdown-extension).
"""

from __future__ import annotations

from standin.chatter import PROFILES, Line

_LAB = "[I {stamp} ServerApp] "
_WARN = "[W {stamp} ServerApp] "
_KERNEL_ID = "0b7c1f0e-4b1c-4d5c-8f57-1a2b3c4d5e6f"
_ROOM = "json:notebook:6f3c2a1e-77aa-4b5e-9a31-0c5d1e2f3a4b"

# A JupyterLab's: what people do.
SAVED = _LAB + "Saving file at /churn.ipynb"
NEW_FILE = _LAB + "Creating new notebook in "
UPLOADED = _LAB + "Uploading file to labels/batch-{n}.csv"
COPIED = _LAB + "Copying 'churn.ipynb' to '/'"
DELETED = _WARN + "delete /churn-Copy1.ipynb"
NOT_TRUSTED = _WARN + "Notebook churn.ipynb is not trusted"
KERNEL = _LAB + f"Kernel started: {_KERNEL_ID}"
RESTARTED = _LAB + f"Kernel restarted: {_KERNEL_ID}"
INTERRUPTED = _LAB + f"Kernel interrupted: {_KERNEL_ID}"
TAB = _LAB + f"Connecting to kernel {_KERNEL_ID}."
TERMINAL = _LAB + "New terminal with automatic name: 1"
PROXIED = _LAB + "Trying to establish websocket connection to ws://localhost:8501/_stcore/stream"
PAGE = _WARN + "404 GET /jupyterlab/default/api/me?1764322{n} (127.0.0.1) 1.07ms"
# What a tab's end leaves behind: closed, or asleep for 95 s.
BUFFERING = _LAB + f"Starting buffering for {_KERNEL_ID}:5d1e2f3a-0c5d-4b5e-9a31-6f3c2a1e77aa"
RESTORED = _LAB + f"Restoring connection for {_KERNEL_ID}:5d1e2f3a-0c5d-4b5e-9a31-6f3c2a1e77aa"
# Machines'.
SHUTDOWN = _LAB + f"Kernel shutdown: {_KERNEL_ID}"
CULLED = _WARN + f"Culling 'idle' kernel 'python3' ({_KERNEL_ID}) with 0 connections due to 7260 seconds of inactivity."
SERVER_STARTS = (
    _LAB + "jupyter_lsp | extension was successfully linked.",
    _LAB + "Serving notebooks from local directory: /home/sagemaker-user",
    _LAB + "Jupyter Server 2.14.2 is running at:",
    _LAB + "http://default:8888/jupyterlab/default/lab",
)

# A collaboration server's, which shared and Unified Studio spaces run.
ROOM_OPENED = "[I {stamp} YDocExtension] Request for Y document 'churn.ipynb' with room ID: " + _ROOM
ROOM_SAVED = "[I {stamp} YDocExtension] Saving the content from room " + _ROOM
FILE_SAVED = "[I {stamp} YDocExtension] Saving file: churn.ipynb"
ROOM_LEFT = "[I {stamp} YDocExtension] Cleaning room: " + _ROOM
CELL = "[I {stamp} ServerApp] [Telemetry] Received data: {{'eventDetail': 'jl-cell-executed', 'n': {n}}}"
POST_STARTUP = _LAB + "received request to check status of post startup script"

# jupyter-server-documents': no save at INFO.
HANDSHAKES = (
    "[I {stamp} YRoomManager] Initiating handshake with client 'c{n}' in room '" + _ROOM + "'.",
    "[I {stamp} YRoomManager] Completed handshake with client 'c{n}' in room '" + _ROOM + "'.",
)
CONNECTED_ROOM = "[I {stamp} YDocSessionManager] Connected yroom " + _ROOM + f" to kernel {_KERNEL_ID}."
ROOM_FREED = (
    "[I {stamp} YRoomManager] Freeing room '" + _ROOM + "'.",
    "[I {stamp} YRoomManager] Freed YRoom '" + _ROOM + "' from memory.",
    "[I {stamp} YRoomManager] Garbage collection complete. Freed {n} objects in 88.1ms.",
)
PROMPT = "[I {stamp} JupyterAIExtension] prompt_and_reply: starting for session 4f{n}"
AGENT_SESSION = "[I {stamp} JupyterAIExtension] Initialized new ACP client session 4f{n}"

# A Code Editor's.
_CODE = "[{stamp}] [127.0.0.1][1f2e3d4c]"
OPENED = _CODE + "[ManagementConnection] New connection established."
EXTENSION_HOST = _CODE + "[ExtensionHostConnection] <{n}> Launched Extension Host Process."
CLOSED = _CODE + "[ManagementConnection] The client has disconnected gracefully, so the connection will be disposed."
CUT = _CODE + "[ManagementConnection] The client has disconnected, will wait for reconnection 3h before disposing..."
RECONNECTED = _CODE + "[ManagementConnection] The client has reconnected."
HOST_EXITED = _CODE + "[ExtensionHostConnection] <{n}> Extension Host Process exited with code: 0, signal: null."
EDITOR_STARTS = (
    "[{stamp}] ",
    "[{stamp}] Extension host agent started.",
    "[{stamp}] Started initializing default profile extensions.",
)
EXTENSION_UPDATES = (
    "[{stamp}] Installing extension: amazonwebservices.aws-toolkit-vscode",
    "[{stamp}] Extracted extension to file:///home/sagemaker-user/sagemaker-code-editor-server-data/extensions/.{n}",
    "[{stamp}] Extension installed successfully: amazonwebservices.aws-toolkit-vscode",
    "[{stamp}] Marked extension as removed amazonwebservices.aws-toolkit-vscode-3.1.{n}",
)

# A kernel gateway's.
GATEWAY_KERNEL = f"[I {{stamp}} kernelgateway] Kernel started: {_KERNEL_ID}"
GATEWAY_OPENED = f"[I {{stamp}} web:2064] 101 GET /api/kernels/{_KERNEL_ID}/channels (127.0.0.1) 2.1ms"

# The beacon's.
WATCHING = "collectd-sagemaker: watching"
ACTIVE = "collectd-sagemaker: active"

# What servers write by themselves all day, beside the stand-in's own profiles.
PROFILES.update(
    {
        "auto-stop-refused": (
            Line(120_000, "{stamp} - [auto-stop-idle] - Detected JupyterLab idle state. Stopping notebook."),
            Line(120_000, "{stamp} - [auto-stop-idle] - The current execution role does not allow DeleteApp()"),
        ),
        "extension": (
            Line(60_000, "[I {stamp} ServerApp] INFO Received request to get credentials"),
            Line(600_000, "[E {stamp} ServerApp] 500 POST /jupyterlab/default/git/remote/fetch (127.0.0.1) 31.{n}ms"),
            Line(3_600_000, "[W {stamp} LanguageServerManager] [lsp] 14{n} validation errors"),
        ),
        "raw output": (Line(300_000, "(raylet) [{stamp}] node_manager.cc:3{n}: 1 Workers killed, out of memory"),),
        "warnings": (Line(1_800_000, "[W {stamp} ServerApp] 404 GET /jupyterlab/default/api/kernels 1.{n}ms"),),
        "metrics": (
            Line(60_000, "{stamp} cpu=3.{n} mem=41.2 disk=17.9"),
            Line(600_000, "[{stamp}] [File Watcher (universal)] restarting watcher after unexpected error"),
        ),
        "no internet": (
            Line(3_600_000, "[{stamp}] #{n}: https://open-vsx.org/gallery/extensionquery - error POST ETIMEDOUT"),
            Line(43_200_000, "[{stamp}] Error: Unknown reconnection token (never seen)"),
        ),
        "editor": (Line(120_000, "{stamp} - [auto-stop-idle] - CodeEditor is not idle. Passing check."),),
        "polls": (
            Line(10_000, "[I {stamp} web:2064] 200 GET /api/kernels (127.0.0.1) 0.{n}ms"),
            Line(10_000, "[I {stamp} web:2064] 200 GET /api/terminals (127.0.0.1) 0.{n}ms"),
        ),
    }
)
