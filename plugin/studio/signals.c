#include "studio/signals.h"

#include <string.h>

#include "studio/log_search_progress.h"
#include "studio/log_stream.h"
#include "util/buffer.h"

/* Read in the sources of the servers that SageMaker Distribution 1.x to 4.4 ships. The last three say only that
 * a tab is open; a forgotten tab stops producing them when Studio's session ends. */
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

static const signal_row_t rows[SIGNALS] = {
    [SIGNAL_LAST_EVENT] = {"last-event", NULL, log_stream_newest_event, false},
    [SIGNAL_MATCH] = {"match", "?", log_search_progress_last_match, true},
    [SIGNAL_IGNORE] = {"ignore", "-", log_search_progress_last_match, false},
};

/* What is known of an app type. chatter_type: a kernel gateway whose log never rests is polled by a JupyterLab, and
 * logs in its words. */
typedef struct {
  const char *name;
  bool has_documented_stream;
  signal_t signal;
  const char *const *phrases[SIGNALS];
  const char *chatter_type;
} type_row_t;

static const type_row_t types[] = {
    {"JupyterLab",
     true,
     SIGNAL_MATCH,
     {[SIGNAL_MATCH] = jupyterlab_match, [SIGNAL_IGNORE] = jupyterlab_ignore},
     SIGNALS_CHATTER_TYPE},
    {"CodeEditor", true, SIGNAL_IGNORE, {[SIGNAL_IGNORE] = code_editor_ignore}, NULL},
    {"KernelGateway", true, SIGNAL_LAST_EVENT, {NULL}, SIGNALS_CHATTER_TYPE},
    {"JupyterServer", true, SIGNAL_LAST_EVENT, {NULL}, NULL},
};

static const type_row_t *type_of(const char *app_type) {
  static const type_row_t unknown = {.signal = SIGNAL_LAST_EVENT};
  for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
    if (strcmp(types[i].name, app_type) == 0)
      return &types[i];
  }
  return &unknown;
}

const signal_row_t *signals_row(signal_t signal) { return &rows[signal]; }

const char *signals_name(signal_t signal) { return rows[signal].name; }

const char *signals_type(size_t index) { return index < sizeof(types) / sizeof(types[0]) ? types[index].name : NULL; }

bool signals_has_documented_stream(const char *app_type) { return type_of(app_type)->has_documented_stream; }

signal_t signals_default(const char *app_type) { return type_of(app_type)->signal; }

const char *const *signals_phrases(const char *app_type, signal_t signal) { return type_of(app_type)->phrases[signal]; }

const char *signals_fallback(const char *app_type) { return type_of(app_type)->chatter_type; }

char *signals_pattern(signal_t signal, const char *const *phrases, size_t count) {
  buffer_t pattern = BUFFER_INIT(SIGNALS_PATTERN_MAX);
  bool made = count > 0;
  for (size_t i = 0; made && i < count; i++) {
    made = phrases[i][0] != '\0' && strchr(phrases[i], '"') == NULL &&
           buffer_add_format(&pattern, "%s%s\"%s\"", i > 0 ? " " : "", rows[signal].mark, phrases[i]);
  }
  char *text = made ? strdup(pattern.data) : NULL;
  buffer_clear(&pattern);
  return text;
}
