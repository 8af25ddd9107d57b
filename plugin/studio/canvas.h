/* How idle a Canvas is, by AWS's own word: the CloudWatch metric TimeSinceLastActive, which a Canvas publishes while it
 * runs. It is asked for at most four times an hour and app, 500 apps to a call, because AWS bills each metric that is
 * asked for.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/canvas-manage-apps.html,
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html */
#ifndef STUDIO_CANVAS_H
#define STUDIO_CANVAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "studio/fact.h"

/* canvas_facts_t is what the metric has told of an app, in seconds since the epoch but for the first. */
typedef struct {
  int64_t last_active_ms; /* when it was used last, by the newest point */
  uint32_t told_s;        /* that point's time; 0: there was no point */
  uint32_t asked_s;       /* when it was asked for last; 0: it was not */
} canvas_facts_t;

typedef enum {
  CANVAS_SILENT, /* no point since the app began, or the newest is older than an hour: as if there were no metric */
  CANVAS_STALE,  /* the newest point is older than half an hour: how idle the app is, is unknown */
  CANVAS_TOLD,
} canvas_state_t;

/* canvas_facts are an app's, made where it has none; the app owns them. NULL: no memory. */
canvas_facts_t *canvas_facts(studio_app_t *app);

/* canvas_state is what the metric says of an app now; CANVAS_SILENT of every app that is no Canvas. */
canvas_state_t canvas_state(const studio_t *studio, const studio_app_t *app);

/* canvas_is_type: apps of this type may have the metric. */
bool canvas_is_type(const char *app_type);

/* canvas_last_active is the fact that a Canvas was used. */
fact_finder_t canvas_last_active;

typedef void canvas_done_t(void *user_data);

/* canvas_query_t is what the batch under way has shown of an app. */
typedef struct {
  studio_app_t *app;
  int64_t at_ms, idle_ms; /* the newest point; at_ms 0: no point */
  bool is_complete;       /* and AWS has told all that it has */
} canvas_query_t;

typedef struct {
  studio_t *studio;
  canvas_done_t *done;
  void *user_data;
  canvas_query_t *queries; /* owned; of all apps that are asked for */
  size_t count;
  size_t first, batch; /* the queries of the call under way */
  size_t pages;        /* that it has shown */
  size_t forbidden;    /* apps of which AWS may not tell */
} canvas_t;

/* canvas_start asks for the metric of the Canvas apps in service for which it is due, where the settings want it. done
 * is called exactly once, perhaps before it returns. */
void canvas_start(canvas_t *canvas, studio_t *studio, canvas_done_t *done, void *user_data);

/* canvas_drop frees what a call that is never to end has kept, and nothing of one that has ended or was never begun
 * (zeroed). */
void canvas_drop(canvas_t *canvas);

#endif
