/* One search of the log: the newest events that match a filter pattern, by FilterLogEvents.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
 *
 * Up to a hundred streams go into one call, the newest event first; the first hit of a stream is its answer, and the
 * rest is asked for again from where the page stopped. Or the whole group is searched, and the hits are sorted out by
 * stream. */
#ifndef STUDIO_SEARCH_H
#define STUDIO_SEARCH_H

#include "studio/studio.h"

/* AWS allows so many streams in a call. */
#define SEARCH_APPS_MAX 100

/* Empty pages are legal, AWS says, but this many in a row may have no end. */
#define SEARCH_BARREN_PAGES 20

typedef enum {
  SEARCH_COVERED, /* the window was searched to its end, or every stream was hit: what was not hit is quiet there */
  SEARCH_OUT_OF_PAGES, /* pages_max did not suffice; hits count */
  SEARCH_BARREN,       /* of named streams: barren_max empty pages in a row, and more to come */
  SEARCH_ABSENT,       /* AWS refuses the call for a stream that does not exist */
  SEARCH_FAILED,       /* studio->scan.errors and fallback say why; hits count */
} search_end_t;

typedef struct {
  studio_t *studio;
  const char *pattern; /* NULL: every event */
  int64_t from_ms, to_ms;
  studio_app_t *const *apps; /* whose streams are searched */
  size_t count;              /* 0: the whole group is */
  size_t pages_max;          /* at least 1 */
  size_t barren_max;         /* of named streams: so many empty pages in a row end it */
  /* An event of an app's stream; of the whole group, of any app that is known. */
  void (*hit)(void *owner, studio_app_t *app, int64_t at_ms);
  /* Called exactly once, perhaps before search_start returns. */
  void (*done)(void *owner, search_end_t end);
  void *owner;
  /* By the search itself. */
  size_t pages, barren; /* barren: the last so many were empty */
  bool found[SEARCH_APPS_MAX];
  size_t missing;
  int64_t asked_to_ms;
  bool stopped; /* with pages to come */
} search_t;

/* search_start: everything above "by the search itself" is set. */
void search_start(search_t *search);

/* search_stream is the name of the stream that an app logs to. */
const char *search_stream(const studio_app_t *app);

#endif
