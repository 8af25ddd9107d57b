/* The region that a request without one goes to: the plugin's option, AWS_REGION, AWS_DEFAULT_REGION, the profile's,
 * the instance's (unless AWS_EC2_METADATA_DISABLED is true; one short attempt).
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-region.html
 * All functions are for the loop's thread. */
#ifndef AWS_CREDENTIALS_REGION_FINDER_H
#define AWS_CREDENTIALS_REGION_FINDER_H

#include "aws/protocol/error.h"
#include "aws/protocol/profile.h"
#include "util/loop.h"

typedef struct region_finder region_finder_t;

/* region_finder_new keeps the pointers: configured (may be NULL), files and profile must outlive it. NULL: no memory.
 */
region_finder_t *region_finder_new(loop_t *loop, const profile_files_t *files, const char *profile,
                                   const char *configured);

/* region_finder_free ends the search without calling back; finder may be NULL. */
void region_finder_free(region_finder_t *finder);

/* region_done_t is called exactly once for each get, perhaps before that returns. region is NULL where no setting names
 * one; error then says where it was looked for. Both live during the call. */
typedef void region_done_t(void *user_data, const char *region, const aws_error_t *error);

/* region_finder_get finds the region; gets that come while the instance is asked share its response. */
void region_finder_get(region_finder_t *finder, region_done_t *done, void *user_data);

/* region_finder_cancel forgets the gets of that user_data: their done is not called any more. */
void region_finder_cancel(region_finder_t *finder, const void *user_data);

#endif
