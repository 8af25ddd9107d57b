#include "studio/log_reach.h"

#include <string.h>

#include "studio/refusal.h"
#include "studio/request.h"
#include "util/json.h"
#include "util/times.h"

#define ASKED_EVERY_MS ((int64_t)24 * 3600 * 1000)

/* Where so many pages show nothing, nothing shows that the log is cut. */
#define EMPTY_PAGES_MAX 20

bool log_reach_is_known(const studio_t *studio, int64_t now_ms) {
  const log_reach_t *reach = &studio->reach;
  return reach->asked_ms > 0 && now_ms - reach->asked_ms < ASKED_EVERY_MS;
}

/* Retention goes on: the log of a day ago began a day earlier. */
int64_t log_reach_begin_ms(const studio_t *studio, int64_t now_ms) {
  return log_reach_is_known(studio, now_ms) ? max_ms(now_ms - min_ms(studio->reach.kept_ms, now_ms), 0) : 0;
}

static aws_verdict_t on_page(void *user_data, json_object *out) {
  log_reach_query_t *query = user_data;
  json_object *events = NULL;
  int64_t oldest_ms = 0;
  if (json_member_array(out, "events", &events) != JSON_PRESENT || json_object_array_length(events) > 1)
    return AWS_MALFORMED;
  query->pages++;
  if (json_object_array_length(events) == 0)
    return query->pages < EMPTY_PAGES_MAX ? AWS_MORE : AWS_ENOUGH;
  json_object *oldest = json_object_array_get_idx(events, 0);
  if (json_member_integer(oldest, "timestamp", &oldest_ms) != JSON_PRESENT || oldest_ms < 0)
    return AWS_MALFORMED;
  query->studio->reach.kept_ms = max_ms(query->now_ms - oldest_ms, 0);
  return AWS_ENOUGH;
}

static void on_done(void *user_data, const aws_error_t *error) {
  log_reach_query_t *query = user_data;
  studio_note(query->studio, OPERATION_FILTER_LOG_EVENTS, error);
  if (error == NULL) {
    query->studio->reach.asked_ms = query->now_ms;
    query->done(query->user_data, LOG_REACH_FOUND);
  } else {
    bool is_refused = refusal_is_lasting(error, OPERATION_FILTER_LOG_EVENTS);
    query->done(query->user_data, is_refused ? LOG_REACH_REFUSED : LOG_REACH_FAILED);
  }
}

void log_reach_ask(log_reach_query_t *query) {
  studio_t *studio = query->studio;
  json_object *input = json_object_new_object();
  bool is_complete = request_add_group(input, studio) &&
                     request_add(input, "startFromHead", json_object_new_boolean(true)) &&
                     request_add(input, "limit", json_object_new_int(1));
  query->pages = 0;
  studio->reach = (log_reach_t){.kept_ms = INT64_MAX};
  request_submit(studio, OPERATION_FILTER_LOG_EVENTS, input, is_complete, on_page, on_done, query);
}
