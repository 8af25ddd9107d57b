/* What a refusal of AWS's means for the next scan. Pure. */
#ifndef STUDIO_REFUSAL_H
#define STUDIO_REFUSAL_H

#include <stdbool.h>

#include "studio/operations.h"

/* refusal_is_of_keys: AWS does not accept the keys, whatever is asked with them. */
bool refusal_is_of_keys(const aws_error_t *error);

/* refusal_is_lasting: AWS itself has refused this operation, and will refuse it again until an administrator changes
 * something: a permission, a log group's class, a key. Throttling, an outage, wrong keys and responses that are not
 * AWS's pass, or are trouble of another kind. */
bool refusal_is_lasting(const aws_error_t *error, operation_t operation);

#endif
