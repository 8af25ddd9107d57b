#include "studio/signals.h"

#include <stdlib.h>
#include <string.h>

#include "studio/beacon.h"
#include "studio/canvas.h"
#include "studio/log_search_progress.h"
#include "studio/log_stream.h"
#include "studio/phrases.h"
#include "util/buffer.h"

/* Read in the sources of the servers that SageMaker Distribution 1.x to 4.5 ships. The last seven say only that a page
 * or tab is open, which a forgotten one stops doing when Studio's session ends, or, the last two, that the last tab has
 * gone: a person was there until then. */
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
    "prompt_and_reply",
    "New terminal with automatic name",
    "Trying to establish websocket connection",
    "status of post startup script",
    "Connecting to kernel",
    "Completed handshake with client",
    "Request for Y document",
    "Connected yroom",
    "Starting buffering for",
    "Freeing room",
    BEACON_PHRASE,
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

/* A window is opened; a window is closed, or its browser does not answer any more. */
static const char *const code_editor_match[] = {
    "ManagementConnection] New connection established",
    "ManagementConnection] The client has disconnected",
    BEACON_PHRASE,
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

/* What tabs that poll a kernel gateway make it write. */
static const char *const kernel_gateway_ignore[] = {
    "GET /api", "HEAD /", "Culling", "zmq message arrived", "iopub messages resumed", NULL,
};

static const signal_row_t rows[SIGNALS] = {
    [SIGNAL_LAST_EVENT] = {"last-event", NULL, log_stream_newest_event, false},
    [SIGNAL_MATCH] = {"match", "?", log_search_progress_last_match, true},
    [SIGNAL_IGNORE] = {"ignore", "-", log_search_progress_last_match, false},
    [SIGNAL_METRIC] = {"metric", NULL, canvas_last_active, true},
};

/* What is known of an app type. chatty_type: a kernel gateway whose log never rests is polled by a JupyterLab, and logs
 * in its words. */
typedef struct {
  const char *name;
  bool has_documented_stream;
  signal_t signal;
  const char *const *phrases[SIGNALS];
  const char *chatty_type;
} type_row_t;

static const type_row_t types[] = {
    {"JupyterLab",
     true,
     SIGNAL_MATCH,
     {[SIGNAL_MATCH] = jupyterlab_match, [SIGNAL_IGNORE] = jupyterlab_ignore},
     "JupyterLab"},
    {"CodeEditor",
     true,
     SIGNAL_MATCH,
     {[SIGNAL_MATCH] = code_editor_match, [SIGNAL_IGNORE] = code_editor_ignore},
     "CodeEditor"},
    {"KernelGateway", true, SIGNAL_IGNORE, {[SIGNAL_IGNORE] = kernel_gateway_ignore}, "JupyterLab"},
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

const char *signals_chatty_type(const char *app_type) { return type_of(app_type)->chatty_type; }

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

/* join gives the joined pattern (NULL: it has no phrase yet) with the phrases of another; NULL: there is no room. */
static char *join(const char *joined, const char *pattern) {
  buffer_t longer = BUFFER_INIT(SIGNALS_PATTERN_MAX);
  bool made = joined == NULL || buffer_add_text(&longer, joined);
  size_t length = 0;
  const char *phrase = NULL;
  while (made && (phrase = phrases_next(&pattern, &length)) != NULL) {
    if (longer.data == NULL || !phrases_have(longer.data, phrase, length))
      made = buffer_add_format(&longer, "%s%s\"%.*s\"", longer.length > 0 ? " " : "", rows[SIGNAL_MATCH].mark,
                               (int)length, phrase);
  }
  char *text = made && longer.data != NULL ? strdup(longer.data) : NULL;
  buffer_clear(&longer);
  return text;
}

static void join_rule(char **joined, signal_rule_t *rule) {
  char *longer = rule != NULL && rule->signal == SIGNAL_MATCH ? join(*joined, rule->pattern) : NULL;
  if (longer == NULL)
    return;
  free(*joined);
  *joined = longer;
  rule->is_joined = true;
}

char *signals_join(signal_rule_t *rules, size_t count) {
  char *joined = NULL;
  for (size_t i = 0; i < count; i++)
    join_rule(&joined, &rules[i]);
  for (size_t i = 0; i < count; i++)
    join_rule(&joined, rules[i].chatty_rule);
  return joined;
}
