/* links: util */
#include "test.h"

#include "util/date.h"

#define REFUSED INT64_MIN

typedef struct {
  const char *text;
  int64_t expected_ms;
} date_case_t;

static void check(bool (*parse)(const char *, int64_t *), const date_case_t *cases, size_t count) {
  for (size_t i = 0; i < count; i++) {
    int64_t time_ms = REFUSED;
    bool parsed = parse(cases[i].text, &time_ms);
    if (parsed != (cases[i].expected_ms != REFUSED) || time_ms != cases[i].expected_ms)
      fail_msg("\"%s\": %s, %lld", cases[i].text, parsed ? "read" : "refused", (long long)time_ms);
  }
}

static void date_reads_the_http_form(void **state) {
  (void)state;
  static const date_case_t cases[] = {
      {"Mon, 23 Nov 2026 20:36:00 GMT", INT64_C(1795466160000)},
      {"Sun, 06 Nov 1994 08:49:37 GMT", INT64_C(784111777000)},
      {"Thu, 01 Jan 1970 00:00:00 GMT", 0},
      {"Thu, 29 Feb 2024 23:59:60 GMT", INT64_C(1709251200000)},
      {"Fri, 31 Dec 9999 23:59:59 GMT", INT64_C(253402300799000)},
      {"", REFUSED},
      {"Mon, 23 Nov 2026 20:36:00", REFUSED},
      {"Mon, 23 Nov 2026 20:36:00 CET", REFUSED},
      {"Mon, 23 Nov 2026 20:36:00 GMT+1", REFUSED},
      {"Mon, 23 Nob 2026 20:36:00 GMT", REFUSED},
      {"Mon, 23 anF 2026 20:36:00 GMT", REFUSED},
      {"Mon, 23 No 2026 20:36:00 GMT", REFUSED},
      {"Mon, 00 Nov 2026 20:36:00 GMT", REFUSED},
      {"Mon, 32 Nov 2026 20:36:00 GMT", REFUSED},
      {"Mon, 23 Nov 2026 24:00:00 GMT", REFUSED},
      {"Mon, 23 Nov 2026 20:60:00 GMT", REFUSED},
      {"Mon, 23 Nov 2026 20:36:61 GMT", REFUSED},
      {"Wed, 31 Dec 1969 23:59:59 GMT", REFUSED},
      {"Monday, 23-Nov-26 20:36:00 GMT", REFUSED},
      {"Mon Nov 23 20:36:00 2026", REFUSED},
      {"1795466160", REFUSED},
  };
  check(date_parse_http, cases, COUNT(cases));
}

static void date_reads_iso_8601(void **state) {
  (void)state;
  static const date_case_t cases[] = {
      {"2026-11-23T20:36:00Z", INT64_C(1795466160000)},
      {"2026-11-23T20:36:00.123Z", INT64_C(1795466160000)},
      {"2026-11-23T20:36:00.123456789Z", INT64_C(1795466160000)},
      {"2026-11-23T22:36:00+02:00", INT64_C(1795466160000)},
      {"2026-11-23T15:06:00-05:30", INT64_C(1795466160000)},
      {"2026-11-23T20:36:00.5+00:00", INT64_C(1795466160000)},
      {"1970-01-01T00:00:00Z", 0},
      {"", REFUSED},
      {"2026-11-23", REFUSED},
      {"2026-11-23T20:36:00", REFUSED},
      {"2026-11-23T20:36:00,5Z", INT64_C(1795466160000)},
      {"2026-11-24T05:36:00+0900", INT64_C(1795466160000)},
      {"2026-11-24T05:36:00+09", INT64_C(1795466160000)},
      {"2026-11-23T20:36:00+00", INT64_C(1795466160000)},
      {"2026-11-23 20:36:00Z", INT64_C(1795466160000)},
      {"2026-11-23t20:36:00z", INT64_C(1795466160000)},
      {"20261123T203600Z", INT64_C(1795466160000)},
      {"20261123T2036Z", INT64_C(1795466160000)},
      {"20261124T053600.25+0900", INT64_C(1795466160000)},
      {"2026-11-23T20:36Z", INT64_C(1795466160000)},
      {"2026-11-23T20:36-00:00", INT64_C(1795466160000)},
      {"20261123T203600", REFUSED},
      {"20261123T20:36:00Z", REFUSED},
      {"2026-1123T20:36:00Z", REFUSED},
      {"2026-11-23T2036Z", REFUSED},
      {"2026-11-23T20:36:00+24:00", REFUSED},
      {"2026-11-23T20:36:00+00:60", REFUSED},
      {"2026-11-23T20:36:00+0", REFUSED},
      {"2026-11-23T20:36:00+000", REFUSED},
      {"2026-11-23  20:36:00Z", REFUSED},
      {"2026-13-23T20:36:00Z", REFUSED},
      {"2026-00-23T20:36:00Z", REFUSED},
      {"2026-11-23T25:36:00Z", REFUSED},
      {"2026-11-23T20:36:00Zulu", REFUSED},
      {"2026-11-23T20:36:00+2", REFUSED},
      {"2026-11-23T20:36:00+02:00 ", REFUSED},
      {"1969-12-31T23:59:59Z", REFUSED},
      {"never", REFUSED},
  };
  check(date_parse_iso8601, cases, COUNT(cases));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(date_reads_the_http_form),
      cmocka_unit_test(date_reads_iso_8601),
  };
  return cmocka_run_group_tests_name("date", tests, NULL, NULL);
}
