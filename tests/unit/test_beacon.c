/* links: studio */
#include "test.h"

#include "studio/beacon.h"

#define HOUR INT64_C(3600000)
#define NOW INT64_C(1795466160000)

static void lines_are_told_by_their_words(void **state) {
  (void)state;
  static const struct {
    const char *message;
    beacon_line_t line;
  } cases[] = {
      {"collectd-sagemaker: watching", BEACON_WATCHING},
      {"collectd-sagemaker: active", BEACON_ACTIVE},
      {"collectd-sagemaker: active\n", BEACON_ACTIVE},
      {"2026-11-28T03:12:00Z collectd-sagemaker: active", BEACON_ACTIVE},
      {"[I ServerApp] Saving file at /a.ipynb\ncollectd-sagemaker: watching", BEACON_WATCHING},
      {"collectd-sagemaker: watching\ncollectd-sagemaker: active", BEACON_ACTIVE},
      {"collectd-sagemaker: active\ncollectd-sagemaker: watching", BEACON_ACTIVE},
      {"collectd-sagemaker: resting", BEACON_NO_LINE},
      {"collectd-sagemaker: ", BEACON_NO_LINE},
      {"collectd-sagemaker active", BEACON_NO_LINE},
      {"active", BEACON_NO_LINE},
      {"", BEACON_NO_LINE},
  };
  for (size_t i = 0; i < COUNT(cases); i++)
    assert_int_equal(beacon_line(cases[i].message), cases[i].line);
}

static void the_newest_of_its_lines_are_kept(void **state) {
  (void)state;
  beacon_facts_t facts = {0};
  beacon_note(&facts, BEACON_NO_LINE, NOW);
  assert_int_equal(facts.last_line_s, 0);
  beacon_note(&facts, BEACON_WATCHING, NOW);
  beacon_note(&facts, BEACON_ACTIVE, NOW - HOUR);
  beacon_note(&facts, BEACON_ACTIVE, NOW - 2 * HOUR);
  assert_int_equal(facts.last_line_s, NOW / 1000);
  assert_int_equal(facts.last_active_s, (NOW - HOUR) / 1000);
  assert_true(beacon_worked_at(&facts, NOW - HOUR));
  assert_true(beacon_worked_at(&facts, NOW - HOUR + 999));
  assert_false(beacon_worked_at(&facts, NOW - HOUR + 1000));
}

static void a_beacon_lives_for_eight_hours_after_its_last_line(void **state) {
  (void)state;
  beacon_facts_t facts = {0};
  assert_false(beacon_is_alive(&facts, NOW));
  beacon_note(&facts, BEACON_WATCHING, NOW);
  assert_true(beacon_is_alive(&facts, NOW));
  assert_true(beacon_is_alive(&facts, NOW + 8 * HOUR));
  assert_false(beacon_is_alive(&facts, NOW + 8 * HOUR + 1000));
  assert_false(beacon_worked_at(&facts, 0));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(lines_are_told_by_their_words),
      cmocka_unit_test(the_newest_of_its_lines_are_kept),
      cmocka_unit_test(a_beacon_lives_for_eight_hours_after_its_last_line),
  };
  return cmocka_run_group_tests_name("beacon", tests, NULL, NULL);
}
