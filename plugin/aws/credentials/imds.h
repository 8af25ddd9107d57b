/* The instance metadata service, version 2:
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-imds-credentials.html
 *
 * At most six requests a path, because the token and the path each have AWS_METADATA_SERVICE_NUM_ATTEMPTS (3), and a
 * refused token is asked for once more. Where the token cannot be had (an old imitation; a container that is one hop
 * too far away) version 1 is asked, as the AWS command line does, unless AWS_EC2_METADATA_V1_DISABLED is true. Never
 * through a proxy. All functions are for the loop's thread. */
#ifndef AWS_CREDENTIALS_IMDS_H
#define AWS_CREDENTIALS_IMDS_H

#include <stdbool.h>

#include "aws/protocol/error.h"
#include "aws/protocol/profile.h"
#include "util/http.h"
#include "util/loop.h"

typedef struct imds imds_t;

/* imds_new reads the settings: AWS_EC2_METADATA_SERVICE_ENDPOINT, _MODE, AWS_METADATA_SERVICE_TIMEOUT, _NUM_ATTEMPTS,
 * and the profile's of the same names. files and profile are used during the call only. NULL: no memory. */
imds_t *imds_new(loop_t *loop, const profile_files_t *files, const char *profile);

/* imds_free ends a get that is under way without calling back; imds may be NULL. */
void imds_free(imds_t *imds);

typedef enum {
  IMDS_RESPONDED,
  IMDS_ABSENT, /* disabled, no response, or nothing under that path */
  IMDS_BROKEN, /* a setting that cannot be used, or a response that has not got what it must */
} imds_result_t;

/* imds_done_t is called exactly once for each get, perhaps before that returns. With IMDS_RESPONDED response is set,
 * else error is; both live during the call. */
typedef void imds_done_t(void *user_data, imds_result_t result, const http_response_t *response,
                         const aws_error_t *error);

/* imds_get asks for a path ("latest/meta-data/placement/region"); one at a time. A response that is_usable
 * refuses is worth another attempt; the last attempt's is handed out as it is. */
void imds_get(imds_t *imds, const char *path, bool (*is_usable)(const http_response_t *response), imds_done_t *done,
              void *user_data);

/* imds_is_text is an is_usable: the response has a body. */
bool imds_is_text(const http_response_t *response);

#endif
