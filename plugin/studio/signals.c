#include "studio/signals.h"

#include <string.h>

#include "util/buffer.h"

/* Read in the sources of the servers that SageMaker Distribution 1.x to 4.4 ships. The last three say only that
 * somebody has a tab open; a forgotten tab stops producing them when Studio's session ends. */
static const char *const jupyterlab_match[] = {
    "Saving file",
    "Saving the content from room",
    "jl-cell-executed",
    "Kernel started",
    "Kernel restarted",
    "Kernel interrupted",
    "Creating new",
    "Uploading file to",
    "Trusting notebook",
    "from checkpoint",
    "chat handler resolved",
    "is running at",
    "Connecting to kernel",
    "Completed handshake with client",
    "Request for Y document",
    NULL,
};

static const char *const jupyterlab_ignore[] = {
    "auto-stop-idle",
    "Y patches in one minute",
    "Connected Y users",
    "404 GET",
    "302 GET",
    "Client connected. ID",
    "Client disconnected. ID",
    "WebSocket ping timeout",
    "Starting buffering for",
    "Restoring connection for",
    "Discarding",
    "Adapting from protocol",
    "Replacing stale connection",
    "zmq message arrived",
    "Culling",
    "Cleaning room",
    "Deleting Y document",
    "Out-of-band changes",
    "Garbage collection",
    "Freeing room",
    "Freed YRoom",
    NULL,
};

static const char *const code_editor_ignore[] = {
    "auto-stop-idle",
    "The client has disconnected",
    "The client has reconnected",
    "reconnection grace time",
    "reconnection short grace time",
    "Another client has connected",
    "No ptyHost heartbeat",
    "Error checking terminal activity",
    "File not found",
    "Extension Host Process exited",
    "Persistent process",
    "Deleted uninstalled extension",
    NULL,
};

const char *signals_name(signal_t signal) {
  static const char *const names[] = {"last-event", "match", "ignore"};
  return names[signal];
}

signal_t signals_default(const char *app_type) {
  if (strcmp(app_type, "JupyterLab") == 0)
    return SIGNAL_MATCH;
  return strcmp(app_type, "CodeEditor") == 0 ? SIGNAL_IGNORE : SIGNAL_LAST_EVENT;
}

const char *const *signals_phrases(const char *app_type, signal_t signal) {
  if (strcmp(app_type, "JupyterLab") == 0 && signal == SIGNAL_MATCH)
    return jupyterlab_match;
  if (strcmp(app_type, "JupyterLab") == 0 && signal == SIGNAL_IGNORE)
    return jupyterlab_ignore;
  return strcmp(app_type, "CodeEditor") == 0 && signal == SIGNAL_IGNORE ? code_editor_ignore : NULL;
}

/* A kernel gateway whose log never rests is polled by a JupyterLab, and logs in its words. */
const char *signals_fallback(const char *app_type) {
  return strcmp(app_type, "JupyterLab") == 0 || strcmp(app_type, "KernelGateway") == 0 ? "JupyterLab" : NULL;
}

char *signals_pattern(signal_t signal, const char *const *phrases, size_t count) {
  buffer_t pattern = BUFFER_INIT(SIGNALS_PATTERN_MAX);
  bool made = count > 0;
  for (size_t i = 0; made && i < count; i++) {
    made = phrases[i][0] != '\0' && strchr(phrases[i], '"') == NULL &&
           buffer_add_format(&pattern, "%s%s\"%s\"", i > 0 ? " " : "", signal == SIGNAL_MATCH ? "?" : "-", phrases[i]);
  }
  char *text = made ? strdup(pattern.data) : NULL;
  buffer_clear(&pattern);
  return text;
}
