/* When each app last did something: the newest event of its own log stream, by DescribeLogStreams.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogStreams.html
 *
 * The group is swept by recency, 50 streams to a page, or streams are asked for by name, one to a call. How far to
 * sweep is a ski rental: after k pages with r apps still unknown, stop when k >= r and ask for those r by name. That is
 * at most twice what the best choice would have cost. A stream that moves to the front while we page is asked for by
 * name, too: nothing is taken for missing that the sweep has merely not shown. */
#ifndef STUDIO_ACTIVITY_H
#define STUDIO_ACTIVITY_H

#include "studio/studio.h"

typedef void activity_done_t(void *owner);

typedef struct {
  studio_t *studio;
  activity_done_t *done;
  void *owner;
  size_t unknown;  /* apps in service that this scan has not looked at yet */
  size_t pages;    /* swept */
  size_t next;     /* the row from which to go on asking by name */
  size_t asking;   /* calls by name under way */
  size_t failures; /* of calls by name, in a row */
} activity_t;

/* activity_start looks at every app in service. done is called exactly once, perhaps before it returns; apps that could
 * be looked at have studio_app_t.looked set to the scan's number. */
void activity_start(activity_t *activity, studio_t *studio, activity_done_t *done, void *owner);

#endif
