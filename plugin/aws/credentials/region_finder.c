#include "aws/credentials/region_finder.h"

#include <stdlib.h>
#include <string.h>

#include "aws/credentials/imds.h"
#include "aws/protocol/endpoint.h"
#include "util/environment.h"
#include "util/waiters.h"

#define REGION_PATH "latest/meta-data/placement/region"

typedef struct {
  waiter_t base;
  region_done_t *done;
} region_waiter_t;

struct region_finder {
  loop_t *loop;
  const profile_files_t *files;
  const char *profile;
  const char *configured;
  imds_t *imds;    /* made when it is first needed */
  char region[64]; /* the instance's, which does not change; "": not asked yet */
  bool asking;
  waiter_t *waiters; /* region_waiter_t */
};

region_finder_t *region_finder_new(loop_t *loop, const profile_files_t *files, const char *profile,
                                   const char *configured) {
  region_finder_t *finder = calloc(1, sizeof(*finder));
  if (finder == NULL)
    return NULL;
  *finder = (region_finder_t){.loop = loop, .files = files, .profile = profile, .configured = configured};
  return finder;
}

void region_finder_cancel(region_finder_t *finder, const void *user_data) {
  waiters_forget(&finder->waiters, user_data);
}

void region_finder_free(region_finder_t *finder) {
  if (finder == NULL)
    return;
  waiters_clear(&finder->waiters);
  imds_free(finder->imds);
  free(finder);
}

/* configured_region is the strongest setting that names a region; NULL: no setting does. */
static const char *configured_region(const region_finder_t *finder, const char **place) {
  const struct {
    const char *place, *region;
  } settings[] = {
      {"option Region", finder->configured},
      {"AWS_REGION", environment_value("AWS_REGION")},
      {"AWS_DEFAULT_REGION", environment_value("AWS_DEFAULT_REGION")},
      {"region of the profile", profile_value(finder->files, finder->profile, "region")},
  };
  for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
    *place = settings[i].place;
    if (settings[i].region != NULL && settings[i].region[0] != '\0')
      return settings[i].region;
  }
  return NULL;
}

static void respond_all(region_finder_t *finder, const char *region, const aws_error_t *error) {
  for (region_waiter_t *waiter = waiters_take(&finder->waiters); waiter != NULL;
       waiter = waiters_take(&finder->waiters)) {
    waiter->done(waiter->base.user_data, region, error);
    free(waiter);
  }
}

static void on_metadata(void *user_data, imds_result_t result, const http_response_t *response,
                        const aws_error_t *error) {
  region_finder_t *finder = user_data;
  aws_error_t absent;
  finder->asking = false;
  if (result == IMDS_RESPONDED && response->body_length < sizeof(finder->region) &&
      endpoint_region_is_valid(response->body)) {
    memcpy(finder->region, response->body, response->body_length + 1);
    respond_all(finder, finder->region, NULL);
    return;
  }
  aws_error_set(&absent, "region", "region", 0,
                "no region; looked for: option Region; AWS_REGION and AWS_DEFAULT_REGION in the environment; region of "
                "profile \"%.60s\" in the config file; %.500s",
                finder->profile, result == IMDS_RESPONDED ? "the instance's metadata (no region)" : error->message);
  respond_all(finder, NULL, &absent);
}

static bool add_waiter(region_finder_t *finder, region_done_t *done, void *user_data) {
  region_waiter_t *waiter = waiters_add(&finder->waiters, sizeof(*waiter), user_data);
  if (waiter != NULL)
    waiter->done = done;
  return waiter != NULL;
}

void region_finder_get(region_finder_t *finder, region_done_t *done, void *user_data) {
  aws_error_t error;
  const char *place = NULL;
  const char *region = configured_region(finder, &place);
  if (region == NULL && finder->region[0] != '\0')
    region = finder->region;
  if (region != NULL && !endpoint_region_is_valid(region)) {
    aws_error_set(&error, "region", "region", 0, "\"%.100s\" (%s) is no region: letters, digits and hyphens make one",
                  region, place);
    done(user_data, NULL, &error);
    return;
  }
  if (region != NULL) {
    done(user_data, region, NULL);
    return;
  }
  if (finder->imds == NULL)
    finder->imds = imds_new(finder->loop, finder->files, finder->profile);
  if (finder->imds == NULL || !add_waiter(finder, done, user_data)) {
    aws_error_set(&error, "internal", "region", 0, "no memory to look for the region");
    done(user_data, NULL, &error);
    return;
  }
  if (finder->asking)
    return;
  finder->asking = true;
  imds_get(finder->imds, REGION_PATH, imds_is_text, on_metadata, finder);
}
