/* How a phase of the scan asks AWS: it fills an input with the members that it sets, and submits it as a call of one of
 * the operations of operations.h. */
#ifndef STUDIO_REQUEST_H
#define STUDIO_REQUEST_H

#include "studio/studio.h"

/* REQUEST_EMPTY_PAGES_MAX bounds the empty pages in a row of one call: short and empty pages are legal, but so many
 * are a server that sends us round in circles. */
#define REQUEST_EMPTY_PAGES_MAX 100

typedef aws_verdict_t request_page_t(void *user_data, json_object *out);

/* error is NULL where the call has succeeded, and lives during the call of done. */
typedef void request_done_t(void *user_data, const aws_error_t *error);

/* request_add adds a member to an input, and owns value from then on. false: no memory, as where input or value is
 * NULL. */
bool request_add(json_object *input, const char *name, json_object *value);

/* request_add_group adds the settings' log group, likewise. */
bool request_add_group(json_object *input, const studio_t *studio);

/* request_submit submits one call for the studio's session, and owns input from then on. is_complete is false where a
 * member could not be added. done is called exactly once: at once where there is no memory for the call. */
void request_submit(studio_t *studio, operation_t operation, json_object *input, bool is_complete, request_page_t *page,
                    request_done_t *done, void *user_data);

#endif
