#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aws/credentials/credentials_json.h"
#include "aws/credentials/providers.h"
#include "util/child.h"
#include "util/json.h"
#include "util/redact.h"
#include "util/shell_words.h"

/* A program that asks a slow directory service needs some seconds; the SDKs have the same limit. */
#define LIMIT_S 60

#define OUTPUT_LIMIT_BYTES ((size_t)64 * 1024)

static const credentials_json_fields_t process_fields = {
    .id = "AccessKeyId",
    .secret = "SecretAccessKey",
    .token = "SessionToken",
    .expires = "Expiration",
    .time = CREDENTIALS_JSON_ISO8601,
};

typedef struct {
  credentials_provider_t base;
  const credentials_context_t *context;
  const char *profile;
  child_t child;
  shell_words_t words; /* of the command that runs, to be redacted in what it says */
  credentials_done_t *done;
  void *user_data;
} process_provider_t;

/* finish_broken says what is wrong, but neither the command nor what it wrote: both may hold secrets. */
static void finish_broken(process_provider_t *self, const char *what) {
  aws_error_t error;
  aws_error_credentials(&error, "credential_process of profile \"%.100s\" %s; try it as the user that this runs as",
                        self->profile, what);
  self->done(self->user_data, CREDENTIALS_BROKEN, NULL, &error);
}

/* finish_failed tells how the program ended: a status beyond 128 is a shell's for a signal. */
static void finish_failed(process_provider_t *self) {
  char shown[160];
  char what[320];
  int status = self->child.status;
  const char *signal_name = status > 128 ? sigdescr_np(status - 128) : NULL;
  size_t arguments = self->words.count > 1 ? self->words.count - 1 : 0;
  redact(self->child.last_line, self->words.words + 1, arguments, shown, sizeof(shown));
  (void)snprintf(what, sizeof(what), "ended with status %d%s%s%s%s%s", status, signal_name != NULL ? " (" : "",
                 signal_name != NULL ? signal_name : "", signal_name != NULL ? ")" : "",
                 shown[0] != '\0' ? "; its last words: " : "", shown);
  finish_broken(self, what);
}

/* take_keys hands the keys on, unless they have expired: the AWS command line refuses those, too. */
static void take_keys(process_provider_t *self, const credentials_t *found) {
  int64_t late_ms = self->context->loop->clock->wall_ms() - found->expires_ms;
  char what[160];
  if (found->expires_ms == 0 || late_ms < 0) {
    self->done(self->user_data, CREDENTIALS_FOUND, found, NULL);
    return;
  }
  (void)snprintf(what, sizeof(what), "wrote keys that expired %" PRId64 " s ago by this machine's clock",
                 late_ms / 1000);
  finish_broken(self, what);
}

static void take_output(process_provider_t *self) {
  char source[160];
  char what[160];
  int64_t version = 0;
  credentials_t found = CREDENTIALS_INIT;
  const char *wrong = NULL;
  const buffer_t *output = &self->child.output;
  /* Programs end their document with a line break. */
  size_t length = output->length;
  while (length > 0 && strchr(" \t\r\n", output->data[length - 1]) != NULL)
    length--;
  json_object *document = length > 0 ? json_parse(output->data, length) : NULL;
  (void)snprintf(source, sizeof(source), "credential_process of profile \"%.100s\"", self->profile);
  if (length == 0) {
    finish_broken(self, "wrote nothing to its standard output");
  } else if (document == NULL) {
    finish_broken(self, "did not write one JSON document");
  } else if (json_member_integer(document, "Version", &version) != JSON_PRESENT || version != 1) {
    finish_broken(self, "did not write \"Version\": 1");
  } else if (credentials_json_read(document, &process_fields, source, &found, &wrong)) {
    take_keys(self, &found);
  } else {
    (void)snprintf(what, sizeof(what), "wrote a document that cannot be used: %s", wrong != NULL ? wrong : "no memory");
    finish_broken(self, what);
  }
  json_put_wiped(document);
  credentials_clear(&found);
}

static void on_child(void *user_data, child_result_t result) {
  process_provider_t *self = user_data;
  char what[96];
  switch (result) {
  case CHILD_DONE:
    if (self->child.status == 0)
      take_output(self);
    else
      finish_failed(self);
    break;
  case CHILD_TIMEOUT:
    (void)snprintf(what, sizeof(what), "did not end within %d s and was killed", LIMIT_S);
    finish_broken(self, what);
    break;
  case CHILD_TOO_LARGE:
    (void)snprintf(what, sizeof(what), "wrote more than %zu KiB and was killed", OUTPUT_LIMIT_BYTES / 1024);
    finish_broken(self, what);
    break;
  default:
    finish_broken(self, "could not be read to its end, or was killed with its shell");
  }
  buffer_clear(&self->child.output);
  shell_words_clear(&self->words);
}

static void process_get(credentials_provider_t *base, credentials_done_t *done, void *user_data) {
  process_provider_t *self = (process_provider_t *)base;
  const char *command = profile_value(self->context->files, self->profile, "credential_process");
  const char *failure = "";
  int error_number = 0;
  self->done = done;
  self->user_data = user_data;
  if (command == NULL) {
    aws_error_t error;
    aws_error_credentials(&error, "credential_process");
    done(user_data, CREDENTIALS_ABSENT, NULL, &error);
    return;
  }
  char what[160] = "names no program";
  bool started = false;
  if (!shell_words_split(command, &self->words, &failure))
    (void)snprintf(what, sizeof(what), "cannot be taken apart: %s", failure);
  else if (self->words.count > 0)
    started = child_start(&self->child, self->context->loop, self->words.words, (int64_t)LIMIT_S * 1000,
                          OUTPUT_LIMIT_BYTES, on_child, self, &error_number);
  if (error_number != 0)
    (void)snprintf(what, sizeof(what), "cannot be started: %s", strerrordesc_np(error_number));
  if (!started) {
    shell_words_clear(&self->words);
    finish_broken(self, what);
  }
}

static void process_destroy(credentials_provider_t *base) {
  process_provider_t *self = (process_provider_t *)base;
  child_cancel(&self->child);
  shell_words_clear(&self->words);
  free(self);
}

credentials_provider_t *credentials_process_new(const credentials_context_t *context, const char *profile) {
  process_provider_t *self = calloc(1, sizeof(*self));
  if (self == NULL)
    return NULL;
  self->base = (credentials_provider_t){.get = process_get, .destroy = process_destroy};
  self->context = context;
  self->profile = profile;
  return &self->base;
}
