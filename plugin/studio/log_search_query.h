/* One search of the log: the newest events that match a filter pattern, by FilterLogEvents.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
 *
 * Up to a hundred streams go into one call, the newest event first; the first hit of a stream is its result, and the
 * rest is asked for again from where the page stopped. Or the whole group is searched, and the hits are sorted out by
 * stream. */
#ifndef STUDIO_LOG_SEARCH_QUERY_H
#define STUDIO_LOG_SEARCH_QUERY_H

#include "studio/studio.h"

/* AWS allows so many streams in a call. */
#define QUERY_APPS_MAX 100

/* Empty pages are legal, AWS says, but this many in a row may have no end. */
#define QUERY_EMPTY_PAGES 20

typedef enum {
  QUERY_COVERED,      /* the window was searched to its end, or every stream was hit: what was not hit is quiet there */
  QUERY_OUT_OF_PAGES, /* pages_max did not suffice; hits count */
  QUERY_ONLY_EMPTY,   /* of named streams: empty_pages_max empty pages in a row, and more to come */
  QUERY_ABSENT,       /* AWS refuses the call for a stream that does not exist */
  QUERY_REFUSED,      /* AWS refuses FilterLogEvents and will refuse it again, see refusal.h; hits count */
  QUERY_FAILED,       /* the scan's errors say why; hits count */
} log_search_query_result_t;

typedef struct {
  studio_t *studio;
  const char *pattern; /* NULL: every event */
  int64_t from_ms, to_ms;
  studio_app_t *const *apps; /* whose streams are searched */
  size_t count;              /* 0: the whole group is */
  size_t pages_max;          /* at least 1 */
  size_t empty_pages_max;    /* of named streams: so many empty pages in a row end it */
  /* An event of an app's stream, the newest first; of the whole group, of any app that is known. It returns whether the
   * app's search has its result, by this event or, where found is true, by a newer one: then the stream is not asked
   * for again; the rest of its page is shown all the same. */
  bool (*hit)(void *user_data, studio_app_t *app, int64_t at_ms, const char *message, bool found);
  /* Called exactly once, perhaps before log_search_query_start returns. */
  void (*done)(void *user_data, log_search_query_result_t result);
  void *user_data;
  /* By the search itself. */
  size_t pages, empty_pages; /* empty_pages: in a row, up to the last */
  bool found[QUERY_APPS_MAX];
  size_t missing;
  int64_t asked_to_ms;
  bool stopped; /* with pages to come */
} log_search_query_t;

/* log_search_query_start: everything above "by the search itself" is set. */
void log_search_query_start(log_search_query_t *query);

/* log_search_query_stream is the name of the stream that an app logs to. */
const char *log_search_query_stream(const studio_app_t *app);

#endif
