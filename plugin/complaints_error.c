#include "complaints_error.h"

#include <string.h>

#include "plugin.h"
#include "utils/common/common.h"

#include "remedy.h"

/* collectd's plugin_log cuts a line behind 1023 bytes, and c_complain_once behind 511, which is too short for a list of
 * the files where credentials were looked for. The remedy stands at the end: a line that is too long loses AWS's words
 * instead. */
#define LINE_LENGTH_MAX 820

complaints_label_t complaints_label(const scanner_target_t *target) {
  complaints_label_t label = {.config = target->account->config};
  ssnprintf(label.text, sizeof(label.text), "account \"%s\", region %s", label.config->name, scanner_region(target));
  return label;
}

/* fitting_length is how many bytes of a message fit into room, without half a character at their end. */
static int fitting_length(const char *message, size_t room) {
  size_t length = strlen(message);
  if (length <= room)
    return (int)length;
  while (room > 0 && ((unsigned char)message[room] & 0xc0) == 0x80)
    room--;
  return (int)room;
}

/* complain_at_length is c_complain_once for a line of any length. */
static void complain_at_length(c_complain_t *said, const char *line) {
  if (said->complained_once)
    return;
  *said = (c_complain_t){.last = cdtime(), .interval = TIME_T_TO_CDTIME_T(1), .complained_once = true};
  plugin_log(LOG_ERR, "%s", line);
}

void complaints_error(c_complain_t *said, const complaints_label_t *label, const aws_error_t *error) {
  char head[384];
  char status[32] = "";
  char what_to_do[320];
  remedy_write(error, label->config, what_to_do, sizeof(what_to_do));
  if (error->status != 0)
    ssnprintf(status, sizeof(status), " (HTTP %d)", error->status);
  /* AWS's code stands in the line of its response; an error before any request tells all in its message. */
  bool is_response = strcmp(error->operation, error->code) != 0;
  ssnprintf(head, sizeof(head), "sagemaker plugin: %s: %s%s%s%s: ", label->text, error->operation,
            is_response ? ": " : "", is_response ? error->code : "", status);
  size_t around = strlen(head) + strlen("; .") + strlen(what_to_do);
  size_t room = around < LINE_LENGTH_MAX ? LINE_LENGTH_MAX - around : 0;
  char line[LINE_LENGTH_MAX + 1];
  ssnprintf(line, sizeof(line), "%s%.*s; %s.", head, fitting_length(error->message, room), error->message, what_to_do);
  complain_at_length(said, line);
}
