#include "studio/refusal.h"

#include <stddef.h>
#include <string.h>

#include "aws/protocol/retry.h"

bool refusal_is_of_keys(const aws_error_t *error) {
  static const char *const codes[] = {
      "UnrecognizedClientException", "InvalidClientTokenId", "InvalidSignatureException", "SignatureDoesNotMatch",
      "ExpiredTokenException",       "ExpiredToken",         "IncompleteSignature",
  };
  for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
    if (strcmp(error->code, codes[i]) == 0)
      return true;
  }
  return false;
}

/* has_code_of_aws: AWS's codes are words in capitals; a status in figures is that of an answer without a code, and our
 * own codes are in small letters. */
static bool has_code_of_aws(const aws_error_t *error) { return error->code[0] >= 'A' && error->code[0] <= 'Z'; }

bool refusal_is_lasting(const aws_error_t *error, operation_t operation) {
  bool is_refused = (error->status >= 400 && error->status < 500) || error->status == 501;
  return is_refused && has_code_of_aws(error) && strcmp(error->operation, operation_table[operation].name) == 0 &&
         retry_classify(error->code, error->status) == RETRY_NEVER && !refusal_is_of_keys(error);
}
