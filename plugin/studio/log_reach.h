/* How far back the log goes: retention removes what is older than some days, and what a search does not find there is
 * no proof that it did not happen. The log group's oldest event proves that nothing after it was removed.
 *
 * One call tells it, of FilterLogEvents, which is permitted wherever events are searched: one event, the oldest. It is
 * asked for once a day at the most, and only when a search is about to claim that nothing counted in the whole
 * lookback. What DescribeLogGroups says of retention would cost a permission, and does not tell what was deleted. */
#ifndef STUDIO_LOG_REACH_H
#define STUDIO_LOG_REACH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "studio/types.h"

/* log_reach_t is what is known of it, from scan to scan. */
typedef struct {
  int64_t asked_ms; /* when it was asked for last; 0: never */
  int64_t kept_ms;  /* how long before that the oldest event was; INT64_MAX: nothing shows that the log is cut */
} log_reach_t;

typedef enum { LOG_REACH_FOUND, LOG_REACH_REFUSED, LOG_REACH_FAILED } log_reach_result_t;

/* log_reach_query_t is one question; all but pages is the asker's. */
typedef struct {
  studio_t *studio;
  int64_t now_ms;
  /* Called exactly once, perhaps before log_reach_ask returns. The scan's errors say why it was not found; refused: AWS
   * refuses FilterLogEvents and will refuse it again. */
  void (*done)(void *user_data, log_reach_result_t result);
  void *user_data;
  size_t pages;
} log_reach_query_t;

/* log_reach_is_known: it was asked for within a day. log_reach_ask asks; studio->reach has the result. */
bool log_reach_is_known(const studio_t *studio, int64_t now_ms);
void log_reach_ask(log_reach_query_t *query);

/* log_reach_begin_ms is where the log begins, as far as it is known; 0: nothing is, or it has no beginning. */
int64_t log_reach_begin_ms(const studio_t *studio, int64_t now_ms);

#endif
