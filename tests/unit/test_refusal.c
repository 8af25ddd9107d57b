/* links: studio */
#include "test.h"

#include "studio/refusal.h"

static const struct {
  const char *code, *operation;
  int status;
  bool of_keys, lasting;
} cases[] = {
    {"AccessDeniedException", "FilterLogEvents", 400, false, true},
    {"InvalidParameterException", "FilterLogEvents", 400, false, true},
    {"NotImplemented", "FilterLogEvents", 501, false, true},
    {"AccessDeniedException", "ListApps", 400, false, false},      /* another operation */
    {"ThrottlingException", "FilterLogEvents", 400, false, false}, /* it passes */
    {"InternalFailure", "FilterLogEvents", 500, false, false},     /* an outage */
    {"ServiceUnavailable", "FilterLogEvents", 503, false, false},
    {"403", "FilterLogEvents", 403, false, false},   /* a proxy's */
    {"parse", "FilterLogEvents", 400, false, false}, /* ours */
    {"connect", "FilterLogEvents", 0, false, false},
    {"ExpiredTokenException", "FilterLogEvents", 400, true, false}, /* the keys, whatever is asked */
    {"UnrecognizedClientException", "FilterLogEvents", 400, true, false},
    {"InvalidSignatureException", "ListApps", 400, true, false},
};

static void refusal_tells_lasting_ones_from_what_passes(void **state) {
  (void)state;
  for (size_t i = 0; i < COUNT(cases); i++) {
    aws_error_t error;
    aws_error_set(&error, cases[i].code, cases[i].operation, cases[i].status, "message");
    assert_int_equal(refusal_is_lasting(&error, OPERATION_FILTER_LOG_EVENTS), cases[i].lasting);
    assert_int_equal(refusal_is_of_keys(&error), cases[i].of_keys);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(refusal_tells_lasting_ones_from_what_passes)};
  return cmocka_run_group_tests_name("refusal", tests, NULL, NULL);
}
