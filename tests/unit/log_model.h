/* A log group as FilterLogEvents and the index of its streams show it: what the tests of matching share.
 *
 * An event may arrive late: until then nothing shows it. It may be indexed later still: FilterLogEvents shows it then.
 *
 * It serves FilterLogEvents and fails the test where AWS would refuse the call: more than a hundred streams, one of
 * them twice, a window that is none. Windows are inclusive, the newest event comes first. A page ends after so many
 * events that were read, whether they match or not, so that pages are partial or empty while there is more to come. */
#ifndef UNIT_LOG_MODEL_H
#define UNIT_LOG_MODEL_H

#include "studio/studio.h"

/* The patterns that the model understands; LOG_MODEL_JOINED is the first and the last in one. */
#define LOG_MODEL_MATCH "?\"m\""
#define LOG_MODEL_IGNORE "-\"m\""
#define LOG_MODEL_OTHER_MATCH "?\"x\""
#define LOG_MODEL_JOINED LOG_MODEL_MATCH " " LOG_MODEL_OTHER_MATCH

/* Events are the server's own (0), somebody's (found by the first pattern, LOG_MODEL_COUNTS), such as the second alone
 * finds (LOG_MODEL_PLAIN), or such as the third does (LOG_MODEL_OTHER). */
#define LOG_MODEL_COUNTS 1U
#define LOG_MODEL_PLAIN 2U
#define LOG_MODEL_OTHER 16U

/* The lines of a beacon, which both patterns find. */
#define LOG_MODEL_WATCHING (4U | LOG_MODEL_COUNTS | LOG_MODEL_PLAIN)
#define LOG_MODEL_ACTIVE (8U | LOG_MODEL_COUNTS | LOG_MODEL_PLAIN)

typedef struct {
  char first[64]; /* of the streams */
  size_t streams; /* 0: the whole group */
  int64_t from_ms, to_ms;
  bool every_event; /* it has no pattern */
} log_model_call_t;

/* An empty group, of which fake_aws serves. Pages hold 10,000 events. */
void log_model_begin(void);
void log_model_set_page_size(size_t events);

/* late_ms passes before the index shows it. Events may be added in any order, and lie in the future. */
void log_model_add(const char *stream, int64_t at_ms, unsigned kind);
void log_model_add_late(const char *stream, int64_t at_ms, unsigned kind, int64_t late_ms);

/* It arrives at arrived_ms; late_ms more pass before the index shows it. */
void log_model_add_delayed(const char *stream, int64_t at_ms, unsigned kind, int64_t arrived_ms, int64_t late_ms);

/* log_model_set_retention: nothing shows events that are older. Without it the group has an event of 1970.
 * log_model_oldest_asked counts the questions for the oldest event since log_model_begin; they are no other calls. */
void log_model_set_retention(int64_t kept_ms);
size_t log_model_oldest_asked(void);

/* Every call that names it is refused. */
void log_model_delete(const char *stream);

/* The newest event that the index shows at that time; 0: none. */
int64_t log_model_indexed(const char *stream, int64_t now_ms);

/* The newest event of that kind (0: of any) that had arrived at that time; 0: none. */
int64_t log_model_newest(const char *stream, int64_t now_ms, unsigned kind);

/* The calls (first pages) since the last log_model_start_counting, which also sets the group's clock: what lies in its
 * future is not shown. */
void log_model_start_counting(int64_t now_ms);
size_t log_model_calls(void);
const log_model_call_t *log_model_call(size_t index);

/* What idle_since says of an app, which must be known. */
int64_t log_model_idle_since(const studio_app_t *app);

#endif
