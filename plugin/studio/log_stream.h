/* What DescribeLogStreams says of a log stream, and which apps the stream belongs to.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_LogStream.html
 *
 * A stream is an app's when it has just its name. Apps have been seen to log to streams whose names differ from
 * those of their spaces or users in case; such a variant is an app's only when no stream has just its name, and of
 * several variants the newest is. */
#ifndef STUDIO_LOG_STREAM_H
#define STUDIO_LOG_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <json-c/json.h>

#include "studio/fact.h"
#include "studio/types.h"

/* LOG_STREAM_TIME_MAX_MS is the end of the year 9999: a later time is no event's, and is not remembered. */
#define LOG_STREAM_TIME_MAX_MS INT64_C(253402300799999)

/* AWS refuses events that are more than two hours ahead of its clock.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html */
#define LOG_STREAM_AHEAD_MAX_MS ((int64_t)2 * 3600 * 1000)

/* stream_state_t is what was found out about a stream. */
typedef enum { STREAM_NONE, STREAM_WITHOUT_EVENTS, STREAM_WITH_EVENTS } stream_state_t;

/* Of a scan's number 30 bits tell it from all others: a scan a second for thirty years. */
#define LOG_STREAM_SCAN_MASK ((UINT32_C(1) << 30) - 1)

/* stream_facts_t is what is known of an app's own stream. Two of its fields share four bytes of each app. */
typedef struct {
  char *logged_as;               /* its name where it differs from the app's in case; NULL: it does not */
  int64_t newest_event_ms;       /* 0: no event is known */
  uint32_t looked_at_in_scan;    /* the scan that last confirmed state and newest_event_ms */
  uint32_t variant_in_scan : 30; /* the scan that last saw a stream whose name differs in case */
  uint32_t state : 2;            /* a stream_state_t */
} stream_facts_t;

/* name lives as long as the item that it was read from. */
typedef struct {
  const char *name;
  stream_state_t state;
  int64_t last_event_ms;
  int64_t first_event_ms; /* 0: not told */
  bool is_emptied;        /* retention has removed its events: its place in a listing by recency says nothing */
} log_stream_t;

/* awaited_t is the apps whose streams a sweep or a lookup is to find. is_awaited is asked of apps that the current scan
 * has not looked at; left counts those of which it is true. */
typedef struct {
  studio_t *studio;
  bool (*is_awaited)(const studio_t *studio, const studio_app_t *app);
  size_t left;
} awaited_t;

/* awaited_init counts them. */
void awaited_init(awaited_t *awaited, studio_t *studio,
                  bool (*is_awaited)(const studio_t *studio, const studio_app_t *app));

/* awaited_contains: the app is awaited, and what its stream shows is not known yet. */
bool awaited_contains(const awaited_t *awaited, const studio_app_t *app);

/* awaited_mark_looked_at marks an awaited app as looked at, with what is known of it as it is. */
void awaited_mark_looked_at(awaited_t *awaited, studio_app_t *app);

/* log_stream_read reads an item of the response; false: the item is no stream. Where retention has removed a stream's
 * events, lastIngestionTime, which stays, is the newest one's. */
bool log_stream_read(json_object *item, log_stream_t *stream);

/* log_stream_assign gives a stream that a listing has shown to whom it belongs. */
void log_stream_assign(awaited_t *awaited, const log_stream_t *stream);

/* log_stream_assign_app gives an app, if it is awaited, the stream of just its name, or the news that there is none,
 * which is exact. An event that was seen once has happened, whatever is shown later. */
void log_stream_assign_app(awaited_t *awaited, studio_app_t *app, const log_stream_t *stream);

/* log_stream_note_event keeps the time of an event in the app's stream, if that is its newest. A time that cannot be
 * so, because AWS refuses such events, is taken as now where no other is known, and is never kept itself. */
void log_stream_note_event(const studio_t *studio, studio_app_t *app, int64_t event_ms);

/* log_stream_note_variant keeps a stream whose name differs from the app's in case, for log_stream_take_variant, which
 * makes it the app's once it is known that no stream has just its name; false: no variant was noted. */
void log_stream_note_variant(awaited_t *awaited, studio_app_t *app, const log_stream_t *stream);
bool log_stream_take_variant(awaited_t *awaited, studio_app_t *app);

/* log_stream_newest_event is the fact that an app's stream had an event. */
fact_finder_t log_stream_newest_event;

/* log_stream_is_exact: some app has just this name for its stream. */
bool log_stream_is_exact(const studio_t *studio, const char *name);

#endif
