/* links: studio unit/snapshot_fixture unit/studio_fixture unit/fake_aws unit/seal */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test.h"

#include "snapshot_fixture.h"

static void memory_of_an_app_is_all_that_the_scans_have_found_out(void **state) {
  (void)state;
  studio_app_t *app = studio_add("user01", "app");
  studio->swept_in_scan = studio->scan.number;
  studio->swept_ms = NOW;
  app->log.looked_at_in_scan = studio->scan.number;
  app->log.state = STREAM_WITH_EVENTS;
  app->listing.created_ms = NOW - 9 * DAY;
  app->log.newest_event_ms = NOW - 1;
  app->listing.started_ms = NOW - 2;
  app->search.last_match_ms = NOW - 3;
  app->search.to_ms = NOW - 4;
  app->search.newest_event_ms = NOW - 5;
  app->search.from_ms = NOW - 6;
  app->search.goal_ms = NOW - 7;
  app->chatter.hours = 0xf7fedcba98;
  app->chatter.hours_at = 498740;
  app->beacon.last_line_s = NOW / 1000 - 8;
  app->beacon.last_active_s = NOW / 1000 - 9;
  restart();
  const studio_app_t *kept = found("d-1/user01/KernelGateway/app");
  assert_int_equal(loaded->apps_count, 1);
  assert_int_equal(kept->log.newest_event_ms, NOW - 1);
  assert_int_equal(kept->listing.started_ms, NOW - 2);
  assert_int_equal(kept->search.last_match_ms, NOW - 3);
  assert_int_equal(kept->search.to_ms, NOW - 4);
  assert_int_equal(kept->search.newest_event_ms, NOW - 5);
  assert_int_equal(kept->search.from_ms, NOW - 6);
  assert_int_equal(kept->search.goal_ms, NOW - 7);
  assert_int_equal(kept->chatter.hours, 0xf7fedcba98);
  assert_int_equal(kept->chatter.hours_at, 498740);
  assert_int_equal(kept->beacon.last_line_s, NOW / 1000 - 8);
  assert_int_equal(kept->beacon.last_active_s, NOW / 1000 - 9);
  assert_int_equal(kept->log.state, STREAM_WITH_EVENTS);
  assert_int_equal(kept->listing.in_scan, loaded->last_listing);
  assert_int_equal(kept->log.looked_at_in_scan, loaded->swept_in_scan);
  assert_string_equal(app_user(kept), "user01");
  assert_null(kept->space);
  assert_null(kept->log.logged_as);
}

/* Each flag alone: none stands for another. */
static void memory_of_an_app_has_its_flags(void **state) {
  for (unsigned flags = 0; flags < 7; flags++) {
    memory_end(state);
    memory_begin(state);
    studio_app_t *app = studio_add("u", "a");
    studio->swept_in_scan = studio->scan.number;
    studio->swept_ms = NOW;
    app->log.looked_at_in_scan = flags == 0 ? studio->scan.number : studio->scan.number - 1;
    app->chatter.is_chatty = flags == 1;
    app->chatter.is_switched = flags == 2;
    app->told.unlogged = flags == 3;
    app->told.chatty = flags == 4;
    app->chatter.watches_log = flags == 5;
    app->told.deaf = flags == 6;
    restart();
    const studio_app_t *kept = found("d-1/u/KernelGateway/a");
    assert_int_equal(kept->log.looked_at_in_scan == loaded->swept_in_scan, flags == 0);
    assert_int_equal(kept->chatter.is_chatty, flags == 1);
    assert_int_equal(kept->chatter.is_switched, flags == 2);
    assert_int_equal(kept->told.unlogged, flags == 3);
    assert_int_equal(kept->told.chatty, flags == 4);
    assert_int_equal(kept->chatter.watches_log, flags == 5);
    assert_int_equal(kept->told.deaf, flags == 6);
  }
}

static void memory_of_an_app_has_each_state_of_its_stream_and_the_name_that_it_logs_to(void **state) {
  static const stream_state_t states[] = {STREAM_NONE, STREAM_WITHOUT_EVENTS, STREAM_WITH_EVENTS};
  studio_own("Lab", "u");
  studio_app_t *app = studio_add_in("Lab", "JupyterLab", "default");
  (void)state;
  for (size_t i = 0; i < COUNT(states); i++) {
    app->log.state = states[i] & 3U;
    assert_true(app_log_as(app, states[i] == STREAM_WITH_EVENTS ? "d-1/lab/JupyterLab/default" : NULL));
    restart();
    const studio_app_t *kept = found("d-1/Lab/JupyterLab/default");
    assert_int_equal(kept->log.state, states[i]);
    if (app->log.logged_as == NULL)
      assert_null(kept->log.logged_as);
    else
      assert_string_equal(kept->log.logged_as, app->log.logged_as);
  }
}

static void memory_tells_a_space_from_a_user_of_its_name(void **state) {
  (void)state;
  studio_add("same", "a")->log.newest_event_ms = 1;
  studio_own("same", "u");
  studio_add_in("same", "KernelGateway", "a")->log.newest_event_ms = 2;
  restart();
  assert_int_equal(loaded->apps_count, 2);
  for (const studio_app_t *app = found("d-1/same/KernelGateway/a"); app != NULL; app = app->same_stream) {
    assert_int_equal(app->log.newest_event_ms, app->space != NULL ? 2 : 1);
    assert_int_equal(app_user(app) != NULL, app->space == NULL);
  }
}

static void memory_of_a_space_is_its_owner_its_remote_access_and_since_when_it_is_vacant(void **state) {
  (void)state;
  studio_own("owned", "u")->vacant_ms = NOW - DAY;
  studio_own("owned", "u")->remote = true;
  studio_own("shared", NULL);
  space_of(studio, "new");
  studio_space_t *former = studio_own("former", "v");
  former->known = false;
  restart();
  const studio_space_t *owned = space_of(loaded, "owned");
  assert_true(owned->known);
  assert_string_equal(owned->owner, "u");
  assert_int_equal(owned->vacant_ms, NOW - DAY);
  assert_true(owned->remote);
  assert_false(space_of(loaded, "shared")->remote);
  assert_true(space_of(loaded, "shared")->known);
  assert_null(space_of(loaded, "shared")->owner);
  assert_int_equal(space_of(loaded, "shared")->vacant_ms, 0);
  assert_false(space_of(loaded, "new")->known);
  assert_false(space_of(loaded, "former")->known);
  assert_string_equal(space_of(loaded, "former")->owner, "v");
}

static void memory_of_a_domain_is_its_name_so_that_it_is_not_asked_for_again(void **state) {
  (void)state;
  domain_set_name(studio, "d-1", "science");
  domain_set_name(studio, "d-2", "science");
  domain_get(studio, "d-3")->state = DOMAIN_ABSENT;
  restart();
  char label[64];
  const studio_domain_t *domain = domain_get(loaded, "d-1");
  loaded->settings.label_by_name = true;
  assert_int_equal(domain->state, DOMAIN_LISTED);
  assert_true(domain_label(loaded, domain, label, sizeof(label)));
  assert_string_equal(label, "science~d-1");
  assert_int_equal(domain_get(loaded, "d-3")->state, DOMAIN_UNASKED);
}

static void memory_of_the_scans_is_how_far_they_got(void **state) {
  static const int64_t credits[] = {0, 4096, -640};
  (void)state;
  for (size_t i = 0; i < COUNT(credits); i++) {
    studio->swept_in_scan = studio->scan.number;
    studio->swept_ms = NOW - 61;
    studio->last_listing_ms = NOW - 62;
    studio->credit = credits[i];
    restart();
    assert_int_equal(loaded->swept_in_scan, loaded->scan.number);
    assert_int_equal(loaded->swept_ms, NOW - 61);
    assert_int_equal(loaded->last_listing, loaded->scan.number);
    assert_int_equal(loaded->last_listing_ms, NOW - 62);
    assert_int_equal(loaded->credit, credits[i]);
  }
  studio->swept_in_scan = 0;
  restart();
  assert_int_equal(loaded->swept_in_scan, 0);
  assert_int_equal(loaded->swept_ms, 0);
}

static void memory_of_a_time_that_cannot_be_so_is_looked_for_anew(void **state) {
  (void)state;
  studio_app_t *app = studio_add("u", "app");
  studio->swept_in_scan = app->log.looked_at_in_scan = studio->scan.number;
  app->log.newest_event_ms = NOW + INT64_C(10) * 365 * 86400000;
  restart();
  assert_int_equal(loaded->apps[0]->log.newest_event_ms, 0);
  assert_int_equal(loaded->apps[0]->log.looked_at_in_scan, 0);
}

static void memory_of_a_beacons_time_that_cannot_be_so_is_looked_for_anew(void **state) {
  (void)state;
  studio_app_t *app = studio_add("u", "app");
  app->beacon.last_line_s = UINT32_MAX;
  restart();
  assert_int_equal(loaded->apps[0]->beacon.last_line_s, 0);
}

static void memory_keeps_no_app_that_is_not_in_service(void **state) {
  (void)state;
  studio_add("u", "left")->listing.in_scan--;
  studio_add("u", "running");
  restart();
  assert_int_equal(loaded->apps_count, 1);
  found("d-1/u/KernelGateway/running");
}

static void memory_leaves_out_names_that_are_none_of_awss_and_keeps_the_rest(void **state) {
  (void)state;
  domain_set_name(studio, "d-1", "science");
  domain_set_name(studio, "d-2", "data science");
  domain_set_name(studio, "d-3", "\xc3\xa9quipe");
  studio_own("my lab", "u");
  studio_own("lab", "Jos\xc3\xa9");
  studio_own("tab", "a\tb");
  studio_own("fine", "u");
  studio_add("two words", "a");
  studio_add("u", "caf\xc3\xa9");
  studio_add("u", "line\nbreak");
  studio_add("u", "del\x7f");
  assert_true(app_log_as(studio_add_in("fine", "JupyterLab", "default"), "d-1/fine lab/JupyterLab/default"));
  studio_add("u", "fine");
  restart();
  assert_int_equal(loaded->apps_count, 1);
  found("d-1/u/KernelGateway/fine");
  assert_string_equal(domain_get(loaded, "d-1")->name, "science");
  assert_int_equal(domain_get(loaded, "d-2")->state, DOMAIN_UNASKED);
  assert_int_equal(domain_get(loaded, "d-3")->state, DOMAIN_UNASKED);
  assert_string_equal(space_of(loaded, "fine")->owner, "u");
  assert_int_equal(loaded->spaces.count, 1);
}

static void memory_of_names_as_long_as_they_may_be_fits_a_line(void **state) {
  char longest[256];
  memset(longest, 'x', sizeof(longest));
  longest[255] = '\0';
  (void)state;
  studio_space_t *space = studio_own(longest, longest);
  studio_app_t *app = app_get(studio, space->domain, NULL, space, longest, longest);
  assert_non_null(app);
  app->listing.in_scan = studio->scan.number;
  app->log.newest_event_ms = NOW;
  assert_true(app_log_as(app, app->stream));
  restart();
  assert_int_equal(found(app->stream)->log.newest_event_ms, NOW);
}

static char words[][16] = {"KernelGateway", "?\"m\"", "-\"m\"", "Canvas"};
static const signal_rule_t matched = {words[0], SIGNAL_MATCH, words[1], NULL, false};
static signal_rule_t chatty = {.signal = SIGNAL_MATCH, .pattern = words[1]};
static const signal_rule_t ignored = {words[0], SIGNAL_IGNORE, words[1], &chatty, false};
static const signal_rule_t other_phrases = {words[0], SIGNAL_MATCH, words[2], NULL, false};
static const signal_rule_t other_type = {words[3], SIGNAL_MATCH, words[1], NULL, false};

static void configure(const signal_rule_t *rule) {
  studio->settings.rules = rule;
  studio->settings.rules_count = rule != NULL ? 1 : 0;
  chatty.pattern = words[1];
  studio->settings.lookback_ms = 2 * DAY;
}

static studio_app_t *add_searched(void) {
  studio_app_t *app = studio_add("u", "a");
  app->log.state = STREAM_WITH_EVENTS;
  app->log.newest_event_ms = NOW - 1;
  app->listing.started_ms = NOW - DAY;
  app->search.last_match_ms = app->search.to_ms = app->search.newest_event_ms = app->search.from_ms =
      app->search.goal_ms = NOW - 2;
  app->chatter.hours = 7;
  app->chatter.is_chatty = app->chatter.is_switched = app->told.chatty = app->told.unlogged = true;
  return app;
}

/* What counted under other signals does not count under these; that it happened stays. */
static void memory_of_other_signals_is_searched_anew(void **state) {
  (void)state;
  add_searched();
  for (int change = 0; change < 6; change++) {
    configure(change == 4 ? &ignored : &matched);
    save();
    if (change < 4)
      configure(((const signal_rule_t *const[]){NULL, &ignored, &other_phrases, &other_type})[change]);
    else if (change == 4)
      chatty.pattern = words[2];
    else
      studio->settings.lookback_ms++;
    assert_int_equal(load(text, text_size), SNAPSHOT_LOADED);
    const studio_app_t *kept = found("d-1/u/KernelGateway/a");
    assert_int_equal(kept->log.newest_event_ms, NOW - 1);
    assert_int_equal(kept->listing.started_ms, NOW - DAY);
    assert_int_equal(kept->search.last_match_ms, 0);
    assert_int_equal(kept->search.to_ms, 0);
    assert_int_equal(kept->search.newest_event_ms, 0);
    assert_int_equal(kept->search.from_ms, 0);
    assert_int_equal(kept->search.goal_ms, 0);
    assert_int_equal(kept->chatter.hours, 0);
    assert_false(kept->chatter.is_chatty || kept->chatter.is_switched || kept->told.chatty);
    assert_true(kept->told.unlogged);
  }
}

static void memory_of_the_same_signals_is_not_searched_anew(void **state) {
  (void)state;
  add_searched();
  configure(&matched);
  restart();
  assert_int_equal(found("d-1/u/KernelGateway/a")->search.last_match_ms, NOW - 2);
  assert_true(found("d-1/u/KernelGateway/a")->chatter.is_switched);
}

static void memory_that_cannot_be_written_says_so(void **state) {
  (void)state;
  make_account();
  FILE *full = fopen("/dev/full", "w");
  assert_non_null(full);
  setvbuf(full, NULL, _IONBF, 0);
  assert_false(snapshot_save(studio, full));
  fclose(full);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, memory_begin, memory_end)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(memory_of_an_app_is_all_that_the_scans_have_found_out),
      TEST(memory_of_an_app_has_its_flags),
      TEST(memory_of_an_app_has_each_state_of_its_stream_and_the_name_that_it_logs_to),
      TEST(memory_tells_a_space_from_a_user_of_its_name),
      TEST(memory_of_a_space_is_its_owner_its_remote_access_and_since_when_it_is_vacant),
      TEST(memory_of_a_domain_is_its_name_so_that_it_is_not_asked_for_again),
      TEST(memory_of_the_scans_is_how_far_they_got),
      TEST(memory_of_a_time_that_cannot_be_so_is_looked_for_anew),
      TEST(memory_of_a_beacons_time_that_cannot_be_so_is_looked_for_anew),
      TEST(memory_keeps_no_app_that_is_not_in_service),
      TEST(memory_leaves_out_names_that_are_none_of_awss_and_keeps_the_rest),
      TEST(memory_of_names_as_long_as_they_may_be_fits_a_line),
      TEST(memory_of_other_signals_is_searched_anew),
      TEST(memory_of_the_same_signals_is_not_searched_anew),
      TEST(memory_that_cannot_be_written_says_so),
  };
  return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
