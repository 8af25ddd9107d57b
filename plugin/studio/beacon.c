#include "studio/beacon.h"

#include <string.h>

#define SILENCE_S ((int64_t)8 * 3600)

static uint32_t seconds_of(int64_t at_ms) { return (uint32_t)(at_ms / 1000); }

/* A line that follows another without a time of its own may be one event with that. */
beacon_line_t beacon_line(const char *message) {
  beacon_line_t line = BEACON_NO_LINE;
  for (const char *at = message; (at = strstr(at, BEACON_PHRASE)) != NULL && line != BEACON_ACTIVE;) {
    at += strlen(BEACON_PHRASE);
    if (strncmp(at, "active", strlen("active")) == 0)
      line = BEACON_ACTIVE;
    else if (strncmp(at, "watching", strlen("watching")) == 0)
      line = BEACON_WATCHING;
  }
  return line;
}

void beacon_note(beacon_facts_t *facts, beacon_line_t line, int64_t at_ms) {
  uint32_t at_s = seconds_of(at_ms);
  if (line != BEACON_NO_LINE && at_s > facts->last_line_s)
    facts->last_line_s = at_s;
  if (line == BEACON_ACTIVE && at_s > facts->last_active_s)
    facts->last_active_s = at_s;
}

bool beacon_is_alive(const beacon_facts_t *facts, int64_t now_ms) {
  return facts->last_line_s > 0 && now_ms / 1000 - (int64_t)facts->last_line_s <= SILENCE_S;
}

bool beacon_worked_at(const beacon_facts_t *facts, int64_t at_ms) {
  return facts->last_active_s > 0 && facts->last_active_s >= seconds_of(at_ms);
}
