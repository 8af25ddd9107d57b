/* links: studio unit/studio_fixture unit/fake_aws */
#include <string.h>

#include "test.h"

#include "studio_fixture.h"

#include "studio/idle.h"

static char jupyter[] = "JupyterLab", phrase[] = "\"saved\"";
static const signal_rule_t rules[] = {{jupyter, SIGNAL_MATCH, phrase, NULL, false}};

/* What an app of a case shows; zero is "not known", as in the app itself. */
typedef struct {
  const char *type;
  stream_state_t stream;
  bool looked_at, searched, fallback;
  int64_t created_ms, started_ms, event_ms, match_ms, goal_ms;
  idle_state_t state;
  int64_t since_ms;
  bool falls_back;
} idle_case_t;

/* What is settled stays so, whatever becomes of the app's fields. */
static idle_since_t idle_of(const idle_case_t *from) {
  studio->settings.rules = rules;
  studio->settings.rules_count = COUNT(rules);
  studio->scan.fallback = from->fallback;
  studio_app_t *app = app_get(studio, domain_get(studio, "d-1"), "u", NULL, from->type, "a");
  assert_non_null(app);
  app->log.state = from->stream & 3U;
  app->log.looked_at_in_scan = from->looked_at ? studio->scan.number : 0;
  app->search.confirmed_in_scan = from->searched ? studio->scan.number : 0;
  app->listing.created_ms = from->created_ms;
  app->listing.started_ms = from->started_ms;
  app->log.newest_event_ms = from->event_ms;
  app->search.last_match_ms = from->match_ms;
  app->search.goal_ms = from->goal_ms;
  idle_since_t idle = idle_settle(studio, app);
  app->log.newest_event_ms = app->search.last_match_ms = app->listing.created_ms = 77;
  idle_since_t settled = idle_settled(app);
  assert_true(settled.state == idle.state && settled.since_ms == idle.since_ms && settled.rule == idle.rule &&
              settled.fallback == idle.fallback);
  app_forget(studio, app);
  return idle;
}

#define GATEWAY "KernelGateway"

static const idle_case_t cases[] = {
    /* By the newest event: the newest of event, creation and start. */
    {GATEWAY, STREAM_WITH_EVENTS, true, false, false, 1, 2, 9, 0, 0, IDLE_KNOWN, 9, false},
    {GATEWAY, STREAM_WITH_EVENTS, true, false, false, 20, 2, 9, 0, 0, IDLE_KNOWN, 20, false},
    {GATEWAY, STREAM_WITH_EVENTS, true, false, false, 1, 30, 9, 0, 0, IDLE_KNOWN, 30, false},
    {GATEWAY, STREAM_NONE, true, false, false, 5, 0, 0, 0, 0, IDLE_KNOWN, 5, false},
    {GATEWAY, STREAM_NONE, true, false, false, 0, 0, 0, 0, 0, IDLE_UNKNOWN, 0, false},
    {GATEWAY, STREAM_WITH_EVENTS, false, false, false, 1, 2, 9, 0, 0, IDLE_UNKNOWN, 0, false},
    /* By phrases: the event that matches, not the newest one. */
    {jupyter, STREAM_WITH_EVENTS, true, true, false, 1, 2, 9, 7, 4, IDLE_KNOWN, 7, false},
    {jupyter, STREAM_WITH_EVENTS, true, true, false, 1, 2, 9, 0, 4, IDLE_KNOWN, 4, false},
    {jupyter, STREAM_WITH_EVENTS, true, false, false, 1, 2, 9, 7, 4, IDLE_UNKNOWN, 2, false},
    {jupyter, STREAM_WITH_EVENTS, true, false, true, 1, 2, 9, 7, 4, IDLE_KNOWN, 9, true},
    {jupyter, STREAM_WITH_EVENTS, true, true, true, 1, 2, 9, 7, 4, IDLE_KNOWN, 7, false},
    {jupyter, STREAM_WITHOUT_EVENTS, true, false, false, 1, 2, 0, 0, 4, IDLE_KNOWN, 2, false},
    /* A type that no document says to log: only a stream tells. */
    {"SomethingNew", STREAM_NONE, true, false, false, 1, 2, 0, 0, 0, IDLE_BLIND, 0, false},
    {"SomethingNew", STREAM_WITH_EVENTS, true, false, false, 1, 2, 9, 0, 0, IDLE_KNOWN, 9, false},
};

static void idle_is_counted_from_the_newest_of_what_counts(void **state) {
  (void)state;
  for (size_t i = 0; i < COUNT(cases); i++) {
    idle_since_t idle = idle_of(&cases[i]);
    assert_int_equal(idle.state, cases[i].state);
    assert_int_equal(idle.since_ms, cases[i].since_ms);
    assert_int_equal(idle.fallback, cases[i].falls_back);
    bool is_matched = strcmp(cases[i].type, jupyter) == 0 && !idle.fallback;
    assert_int_equal(idle.rule->signal, is_matched ? SIGNAL_MATCH : SIGNAL_LAST_EVENT);
  }
}

static void idle_is_unknown_while_the_owner_or_the_domains_label_is(void **state) {
  (void)state;
  studio_app_t *app = studio_add_in("s", GATEWAY, "a");
  app->log.looked_at_in_scan = studio->scan.number;
  app->listing.created_ms = 5;
  assert_int_equal(idle_since(studio, app).state, IDLE_UNKNOWN);
  (void)studio_own("s", NULL);
  assert_int_equal(idle_since(studio, app).state, IDLE_KNOWN);
  studio->settings.label_by_name = true;
  assert_int_equal(idle_since(studio, app).state, IDLE_UNKNOWN);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, studio_begin, studio_end)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(idle_is_counted_from_the_newest_of_what_counts),
      TEST(idle_is_unknown_while_the_owner_or_the_domains_label_is),
  };
  return cmocka_run_group_tests_name("idle", tests, NULL, NULL);
}
