/* links: studio unit/studio_fixture unit/fake_aws */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "test.h"

#include "studio_fixture.h"

#include "studio/values.h"
#include "studio/words.h"

/* What values_of tells of all but plain apps and their users, for which there is test_values.c. */
#define NOW_MS INT64_C(1000000000)
#define GIB (INT64_C(1) << 30)

static char emitted[1024]; /* "idle u/ml.t3.medium=10 cost u/lab/ml.t3.medium=0.05 ", in the order of emission */
static values_counts_t counts;
static signal_t told; /* of the last app */
static bool refuses;

static void write_words(const char *one, const char *other, const char *separator) {
  size_t length = strlen(emitted);
  snprintf(emitted + length, sizeof(emitted) - length, "%s%s%s", one, separator, other != NULL ? other : "");
}

static void write_number(double number) {
  char text[32];
  snprintf(text, sizeof(text), "%.10g", number);
  write_words("=", isnan(number) ? "nan" : text, "");
  write_words(" ", NULL, "");
}

static void on_value(void *user_data, const values_item_t *value) {
  static const char *const kinds[] = {"app",     "person", "idle",   "cost",  "waste",
                                      "vacancy", "volume", "upkeep", "uptime"};
  (void)user_data;
  if (!studio_dispatches(value, !refuses))
    return;
  assert_string_equal(value->domain->id, "d-1");
  assert_non_null(value->series);
  write_words(kinds[value->kind], value->user != NULL ? value->user : "-", " ");
  if (value->space != NULL)
    write_words("/", value->space, "");
  if (value->instance != NULL)
    write_words("/", value->instance, "");
  if (value->app != NULL) {
    told = value->rule->signal;
    write_words("/", value->app->type, "");
  }
  write_number(value->value);
}

/* Of what was emitted, the values of these kinds ("idle cost waste"). */
static const char *report(const char *kinds) {
  static char chosen[sizeof(emitted)];
  emitted[0] = chosen[0] = '\0';
  counts = studio_report(NOW_MS, on_value, NULL);
  for (const char *at = emitted; *at != '\0';) {
    const char *name = strchr(at, ' ');
    const char *end = strchr(name + 1, ' ') + 1;
    char kind[16];
    snprintf(kind, sizeof(kind), "%.*s", (int)(name - at), at);
    if (strstr(kinds, kind) != NULL)
      strncat(chosen, at, (size_t)(end - at));
    at = end;
  }
  return chosen;
}

#define MONEY "idle cost waste"

static char words[][16] = {"us-east-1", "ml.t3.medium", "*", "Canvas", "ml.m5.large"};
static const billing_price_t prices[] = {
    {words[0], words[1], 0.05}, {words[2], words[3], 1.9}, {words[0], words[4], 0.25}};

static int begin(void **state) {
  int status = studio_begin(state);
  if (status != 0)
    return status;
  fake_aws_set_now_ms(NOW_MS);
  studio->scan.listing_complete = true;
  studio->settings.prices = prices;
  studio->settings.prices_count = COUNT(prices);
  studio->settings.idle_after_ms = INT64_C(3600000);
  refuses = false;
  return 0;
}

static void see(studio_app_t *app) { app->listing.in_scan = app->log.looked_at_in_scan = studio->scan.number; }

static studio_app_t *set(studio_app_t *app, const char *instance_type, int64_t idle_s) {
  assert_non_null(app);
  app->instance_type = words_get(&studio->words, instance_type);
  app->listing.created_ms = NOW_MS - 900000000;
  app->log.state = STREAM_WITH_EVENTS;
  app->log.newest_event_ms = NOW_MS - idle_s * 1000;
  see(app);
  return app;
}

static studio_app_t *add(const char *user, const char *type, const char *name, const char *instance_type,
                         int64_t idle_s) {
  return set(app_get(studio, domain_get(studio, "d-1"), user, NULL, type, name), instance_type, idle_s);
}

static studio_app_t *add_in(const char *space, const char *owner, const char *type, const char *instance_type,
                            int64_t idle_s) {
  studio_own(space, owner);
  return set(studio_add_in(space, type, "default"), instance_type, idle_s);
}

static void next_scan(void) {
  studio_next_scan();
  studio->scan.listing_complete = true;
}

static void idle_of_an_instance_is_that_of_the_least_idle_of_its_apps(void **state) {
  (void)state;
  add("u", "KernelGateway", "a", "ml.t3.medium", 90000);
  add("u", "KernelGateway", "b", "ml.t3.medium", 60);
  add("u", "KernelGateway", "c", "system", 7000);
  add("u", "KernelGateway", "d", "ml.m5.large", 7200);
  assert_told(report(MONEY), "idle u/ml.t3.medium=60 cost u/ml.t3.medium=0.05 waste u/ml.t3.medium=0 "
                             "idle u/ml.m5.large=7200 cost u/ml.m5.large=0.25 waste u/ml.m5.large=0.25 ");
}

static void idle_of_instances_is_told_for_each_space_and_each_user(void **state) {
  (void)state;
  add("u", "KernelGateway", "a", "ml.t3.medium", 10);
  add("v", "KernelGateway", "a", "ml.t3.medium", 20);
  add_in("lab", "u", "JupyterLab", "ml.t3.medium", 30);
  add_in("u", NULL, "JupyterLab", "ml.t3.medium", 40);
  assert_told(report("idle"),
              "idle u/ml.t3.medium=10 idle v/ml.t3.medium=20 idle u/lab/ml.t3.medium=30 idle -/u/ml.t3.medium=40 ");
}

static void idle_of_what_costs_nothing_is_not_told_as_an_instance(void **state) {
  (void)state;
  add("u", "JupyterServer", "default", "system", 10);
  assert_told(report(MONEY), "");
  assert_int_equal(counts.unpriced, 0);
  assert_int_equal(counts.apps, 1);
}

static void idle_of_an_instance_is_unknown_while_that_of_one_of_its_apps_is(void **state) {
  (void)state;
  studio_app_t *app = add("u", "KernelGateway", "a", "ml.t3.medium", 90000);
  studio_app_t *other = add("u", "KernelGateway", "b", "ml.t3.medium", 60);
  report(MONEY);
  next_scan();
  see(app);
  other->listing.in_scan = studio->scan.number;
  assert_told(report(MONEY), "cost u/ml.t3.medium=0.05 ");
  next_scan();
  app->listing.in_scan = studio->scan.number;
  see(other);
  assert_told(report(MONEY), "cost u/ml.t3.medium=0.05 ");
}

static void idle_of_an_instance_is_unknown_while_an_app_past_confirm_after_was_not_looked_at(void **state) {
  (void)state;
  static const int64_t after_ms = 30000;
  studio->settings.confirm_after_ms = &after_ms;
  studio->settings.confirm_after_count = 1;
  studio->scan.began_ms = NOW_MS;
  add("u", "KernelGateway", "a", "ml.t3.medium", 31);
  add("v", "KernelGateway", "a", "ml.t3.medium", 30);
  assert_told(report(MONEY), "cost u/ml.t3.medium=0.05 "
                             "idle v/ml.t3.medium=30 cost v/ml.t3.medium=0.05 waste v/ml.t3.medium=0 ");
}

static void idle_of_an_instance_that_has_left_is_nan_once(void **state) {
  (void)state;
  studio_app_t *stays = add("u", "KernelGateway", "a", "ml.t3.medium", 10);
  add("u", "KernelGateway", "b", "ml.m5.large", 20);
  report(MONEY);
  next_scan();
  see(stays);
  assert_told(report(MONEY), "idle u/ml.t3.medium=10 cost u/ml.t3.medium=0.05 waste u/ml.t3.medium=0 "
                             "idle u/ml.m5.large=nan cost u/ml.m5.large=nan waste u/ml.m5.large=nan ");
  next_scan();
  see(stays);
  assert_told(report("idle"), "idle u/ml.t3.medium=10 ");
  assert_int_equal(studio->instances.count, 1);
}

static void idle_sends_no_nan_for_an_instance_that_was_never_taken_or_never_priced(void **state) {
  (void)state;
  refuses = true;
  add("u", "KernelGateway", "a", "ml.t3.medium", 10);
  report(MONEY);
  next_scan();
  assert_told(report(MONEY), "");
  refuses = false;
  next_scan();
  add("u", "KernelGateway", "a", "ml.p9.huge", 10);
  assert_told(report(MONEY), "idle u/ml.p9.huge=10 ");
  next_scan();
  assert_told(report(MONEY), "idle u/ml.p9.huge=nan ");
}

static void idle_of_an_incomplete_listing_tells_nothing_of_instances(void **state) {
  (void)state;
  studio_app_t *app = add("u", "KernelGateway", "a", "ml.t3.medium", 10);
  report(MONEY);
  next_scan();
  studio->scan.listing_complete = false;
  see(app);
  assert_told(report(MONEY), "");
  next_scan();
  studio->scan.listing_complete = false;
  assert_told(report(MONEY), "");
}

static void uptime_of_an_instance_is_that_of_the_oldest_app_that_runs_on_it(void **state) {
  (void)state;
  studio_app_t *old = add("u", "KernelGateway", "a", "ml.t3.medium", 10);
  studio_app_t *young = add("u", "KernelGateway", "b", "ml.t3.medium", 10);
  young->listing.created_ms = NOW_MS - 5000;
  add("u", "KernelGateway", "c", "ml.t3.medium", 10)->listing.created_ms = 0;
  assert_told(report("uptime"), "uptime u/ml.t3.medium=900000 ");
  next_scan();
  see(old);
  see(young);
  old->listing.started_ms = NOW_MS - 7000;
  assert_told(report("uptime"), "uptime u/ml.t3.medium=7 ");
  next_scan();
  see(young);
  assert_told(report("uptime"), "uptime u/ml.t3.medium=5 ");
  next_scan();
  assert_told(report("uptime"), "uptime u/ml.t3.medium=nan ");
  next_scan();
  assert_told(report("uptime"), "");
}

static void uptime_is_told_of_what_is_billed_whatever_is_known_of_its_idleness(void **state) {
  (void)state;
  add("u", "Canvas", "a", "system", 10)->log.state = STREAM_NONE;
  add("v", "KernelGateway", "a", "ml.p9.huge", 10)->log.looked_at_in_scan = 0;
  add("w", "JupyterServer", "default", "system", 10);
  add("x", "KernelGateway", "a", "ml.t3.medium", 10)->listing.created_ms = 0;
  add_in("lab", "u", "JupyterLab", "ml.t3.medium", 10)->on_plan = true;
  studio->apps[0]->log.newest_event_ms = 0;
  assert_told(report("uptime"), "uptime u/Canvas=900000 uptime v/ml.p9.huge=900000 uptime u/lab/ml.t3.medium=900000 ");
  assert_int_equal(counts.blind, 1);
  assert_int_equal(counts.unknown, 1);
}

static void blind_is_not_what_is_free(void **state) {
  (void)state;
  studio_app_t *app = add("u", "RStudioServerPro", "default", "system", 10);
  app->log = (stream_facts_t){.looked_at_in_scan = studio->scan.number};
  report("uptime");
  assert_int_equal(counts.unlogged, 1);
  assert_int_equal(counts.blind, 0);
}

static void idle_money_is_wasted_from_idle_after_on(void **state) {
  static const struct {
    int64_t idle_ms, idle_after_ms;
    const char *expected;
  } cases[] = {
      {3599999, 3600000, "waste u/ml.t3.medium=0 "},
      {3600000, 3600000, "waste u/ml.t3.medium=0.05 "},
      {3599999, 1000, "waste u/ml.t3.medium=0.05 "},
      {0, 0, "waste u/ml.t3.medium=0.05 "},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    studio_end(state);
    begin(state);
    studio->settings.idle_after_ms = cases[i].idle_after_ms;
    add("u", "KernelGateway", "a", "ml.t3.medium", 0)->log.newest_event_ms = NOW_MS - cases[i].idle_ms;
    assert_told(report("waste"), cases[i].expected);
  }
}

static void idle_money_of_sessions_adds_up_and_that_of_a_shared_instance_does_not(void **state) {
  (void)state;
  for (int scan = 0; scan < 2; scan++) {
    next_scan();
    add("u", "Canvas", "a", "ml.m5.large", 10);
    add("u", "Canvas", "b", "system", 20);
    add("u", "KernelGateway", "a", "ml.t3.medium", 30);
    add("u", "KernelGateway", "b", "ml.t3.medium", 40);
    assert_told(report("cost"), "cost u/Canvas=3.8 cost u/ml.t3.medium=0.05 ");
  }
}

static void idle_money_is_not_told_without_a_price_and_counted(void **state) {
  (void)state;
  add("u", "KernelGateway", "a", "ml.p9.huge", 7200);
  add("v", "KernelGateway", "a", "ml.p9.huge", 7200);
  add("u", "KernelGateway", "b", "ml.t3.medium", 7200);
  report(MONEY);
  assert_int_equal(counts.unpriced, 2);
  assert_null(strstr(emitted, "cost u/ml.p9.huge"));
}

static void idle_money_of_reserved_capacity_is_not_told_nor_missed(void **state) {
  (void)state;
  add_in("lab", "u", "JupyterLab", "ml.t3.medium", 7200)->on_plan = true;
  add_in("den", "u", "JupyterLab", "ml.p9.huge", 7200)->on_plan = true;
  assert_told(report(MONEY), "idle u/lab/ml.t3.medium=7200 idle u/den/ml.p9.huge=7200 ");
  assert_int_equal(counts.unpriced, 0);
}

/* What matching found of a JupyterLab in the space lab of u; "" where nothing is known. */
static void idle_of_a_matched_app_counts_from_what_matches(void **state) {
  static char match[][16] = {"JupyterLab", "?\"x\""};
  static const signal_rule_t rules[] = {{match[0], SIGNAL_MATCH, match[1], NULL, false}};
  static const struct {
    stream_state_t stream;
    bool matched, fallback;
    int64_t last_match_ms, search_goal_ms, created_ms;
    const char *expected;
    signal_t signal;
    size_t unknown, fallen_back;
  } cases[] = {
      {STREAM_WITH_EVENTS, true, false, NOW_MS - 50000, 1, 1, "app u/lab/JupyterLab=50 ", SIGNAL_MATCH, 0, 0},
      {STREAM_WITH_EVENTS, true, false, 0, NOW_MS - 70000, 1, "app u/lab/JupyterLab=70 ", SIGNAL_MATCH, 0, 0},
      {STREAM_WITH_EVENTS, true, false, 0, 1, NOW_MS - 60000, "app u/lab/JupyterLab=60 ", SIGNAL_MATCH, 0, 0},
      {STREAM_WITH_EVENTS, true, true, NOW_MS - 50000, 1, 1, "app u/lab/JupyterLab=50 ", SIGNAL_MATCH, 0, 0},
      {STREAM_WITH_EVENTS, false, false, NOW_MS - 50000, 1, 1, "", SIGNAL_MATCH, 1, 0},
      {STREAM_WITH_EVENTS, false, true, NOW_MS - 50000, 1, 1, "app u/lab/JupyterLab=3 ", SIGNAL_LAST_EVENT, 0, 1},
      {STREAM_NONE, false, false, 0, 0, NOW_MS - 60000, "app u/lab/JupyterLab=60 ", SIGNAL_MATCH, 0, 0},
      {STREAM_WITHOUT_EVENTS, false, true, 0, 0, NOW_MS - 60000, "app u/lab/JupyterLab=60 ", SIGNAL_MATCH, 0, 0},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    studio_end(state);
    begin(state);
    studio->settings.rules = rules;
    studio->settings.rules_count = COUNT(rules);
    studio->scan.fallback = cases[i].fallback;
    studio_app_t *app = add_in("lab", "u", "JupyterLab", "ml.t3.medium", 3);
    app->log.state = cases[i].stream & 3U;
    app->search.confirmed_in_scan = cases[i].matched ? studio->scan.number : 0;
    app->search.last_match_ms = cases[i].last_match_ms;
    app->search.goal_ms = cases[i].search_goal_ms;
    app->listing.created_ms = cases[i].created_ms;
    if (strcmp(report("app"), cases[i].expected) != 0)
      fail_msg("case %zu: %s", i, emitted);
    if (cases[i].expected[0] != '\0')
      assert_int_equal(told, cases[i].signal);
    assert_int_equal(counts.unknown, cases[i].unknown);
    assert_int_equal(counts.fallback, cases[i].fallen_back);
  }
}

static void idle_of_a_person_joins_their_apps_in_spaces_and_outside(void **state) {
  (void)state;
  add("u", "KernelGateway", "a", "ml.t3.medium", 10);
  add_in("lab", "u", "JupyterLab", "ml.t3.medium", 500);
  add_in("free", NULL, "JupyterLab", "ml.t3.medium", 70);
  assert_told(report("person"), "person u=500 person -/free=70 ");
  assert_int_equal(counts.users, 2);
}

static void idle_of_an_app_whose_owner_is_unknown_is_unknown(void **state) {
  (void)state;
  set(studio_add_in("new", "JupyterLab", "default"), "ml.t3.medium", 10);
  assert_told(report("app person idle cost waste"), "");
  assert_int_equal(counts.apps, 1);
  assert_int_equal(counts.unknown, 1);
  assert_int_equal(counts.users, 0);
  assert_false(counts.complete);
}

static void idle_of_owners_who_are_not_to_be_reported_is_neither_told_nor_counted(void **state) {
  (void)state;
  studio_app_t *app = add("svc-x", "KernelGateway", "a", "ml.p9.huge", 10);
  app->excluded = true;
  app->chatter.is_chatty = true;
  app->log.looked_at_in_scan = 0;
  assert_told(report("app person idle cost waste"), "");
  assert_int_equal(counts.apps + counts.users + counts.unknown + counts.chatty + counts.unpriced, 0);
  assert_true(counts.complete);
}

static void idle_counts_what_chatters_and_what_the_listing_showed(void **state) {
  (void)state;
  add("u", "KernelGateway", "a", "ml.t3.medium", 10)->chatter.is_chatty = true;
  add("u", "KernelGateway", "b", "ml.t3.medium", 10);
  studio->scan.pending = 1;
  studio->scan.deleting = 2;
  studio->scan.failed = 3;
  report("");
  assert_int_equal(counts.chatty, 1);
  assert_int_equal(counts.pending, 1);
  assert_int_equal(counts.deleting, 2);
  assert_int_equal(counts.failed, 3);
}

#define VOLUMES "vacancy volume"

/* The space is as ListSpaces of this scan shows it. */
static studio_space_t *list_space(const char *name, const char *owner, int64_t vacant_s) {
  studio_space_t *space = studio_own(name, owner);
  space->listed_in_scan = studio->scan.number;
  space->volume_bytes = 5 * GIB;
  if (space->vacant_ms < NOW_MS - vacant_s * 1000)
    space->vacant_ms = NOW_MS - vacant_s * 1000;
  studio->scan.spaces_listed = true;
  studio->settings.watch_spaces = true;
  return space;
}

static void idle_of_a_volume_is_told_while_no_app_is_in_its_space(void **state) {
  (void)state;
  list_space("lab", "u", 700);
  list_space("free", NULL, 800);
  assert_told(report(VOLUMES), "vacancy u/lab=700 volume u/lab=5368709120 "
                               "vacancy -/free=800 volume -/free=5368709120 ");
}

static void idle_of_a_volume_has_a_cost_where_its_region_has_a_price(void **state) {
  (void)state;
  static char region[] = "us-east-1";
  static char volume[] = "volume";
  static char elsewhere[] = "eu-west-1";
  static const billing_price_t by_month[] = {{region, volume, 146.0}, {elsewhere, volume, 1.0}};
  studio->settings.prices = by_month;
  studio->settings.prices_count = 2;
  list_space("lab", "u", 700);
  assert_told(report("upkeep"), "upkeep u/lab=1 ");
  next_scan();
  list_space("lab", "u", 700)->occupied_in_scan = studio->scan.number;
  assert_told(report("upkeep"), "upkeep u/lab=nan ");
  studio->settings.prices_count = 0;
  next_scan();
  list_space("lab", "u", 700);
  assert_told(report("upkeep"), "");
}

static void idle_of_a_volume_is_not_told_where_it_is_not_forgotten_or_not_asked_for(void **state) {
  (void)state;
  list_space("occupied", "u", 700)->occupied_in_scan = studio->scan.number;
  list_space("without-volume", "u", 700)->volume_bytes = 0;
  list_space("excluded", "u", 700)->excluded = true;
  list_space("since-unknown-times", "u", NOW_MS / 1000)->vacant_ms = 0;
  list_space("not-listed", "u", 700)->listed_in_scan = 0;
  assert_told(report(VOLUMES), "");
  next_scan();
  list_space("lab", "u", 700);
  studio->settings.watch_spaces = false;
  assert_told(report(VOLUMES), "");
}

static void idle_of_a_volume_is_nan_once_when_an_app_runs_again_or_the_space_is_gone(void **state) {
  (void)state;
  list_space("lab", "u", 700);
  list_space("den", "u", 800);
  report(VOLUMES);
  next_scan();
  list_space("lab", "u", 700)->occupied_in_scan = studio->scan.number;
  assert_told(report(VOLUMES), "vacancy u/lab=nan volume u/lab=nan vacancy u/den=nan volume u/den=nan ");
  assert_int_equal(studio->spaces.count, 1);
  next_scan();
  list_space("lab", "u", 700)->occupied_in_scan = studio->scan.number;
  assert_told(report(VOLUMES), "");
}

static void idle_of_a_volume_is_kept_while_spaces_could_not_be_listed(void **state) {
  (void)state;
  list_space("lab", "u", 700);
  report(VOLUMES);
  next_scan();
  assert_told(report(VOLUMES), "");
  assert_int_equal(studio->spaces.count, 1);
  next_scan();
  list_space("lab", "u", 700);
  assert_told(report("vacancy"), "vacancy u/lab=700 ");
}

static void idle_of_a_volume_begins_when_the_last_app_leaves_its_space(void **state) {
  (void)state;
  list_space("lab", "u", 9000)->occupied_in_scan = studio->scan.number;
  add_in("lab", "u", "JupyterLab", "ml.t3.medium", 10);
  report(VOLUMES);
  next_scan();
  list_space("lab", "u", 9000);
  assert_told(report("app vacancy"), "app u/lab/JupyterLab=nan vacancy u/lab=0 ");
}

static void idle_keeps_a_space_whose_app_runs_though_no_listing_shows_it(void **state) {
  (void)state;
  studio_app_t *app = add_in("lab", "u", "JupyterLab", "ml.t3.medium", 10);
  app->space->occupied_in_scan = studio->scan.number;
  studio->scan.spaces_listed = true;
  assert_told(report("app"), "app u/lab/JupyterLab=10 ");
  assert_int_equal(studio->spaces.count, 1);
}

static void idle_forgets_a_watched_space_that_no_listing_has_ever_shown(void **state) {
  (void)state;
  studio_app_t *app = add_in("lab", "u", "JupyterLab", "ml.t3.medium", 10);
  studio->settings.watch_spaces = true;
  app->space->listed_in_scan = 0;
  app->space->occupied_in_scan = studio->scan.number;
  report("");
  assert_int_equal(studio->spaces.count, 1);
  next_scan();
  assert_false(studio->scan.spaces_listed);
  report("");
  assert_int_equal(studio->spaces.count, 0);
}

static void idle_knows_the_owner_of_a_space_no_longer_than_something_is_in_it(void **state) {
  (void)state;
  const studio_app_t *app = add_in("lab", "u", "JupyterLab", "ml.t3.medium", 10);
  studio_space_t *space = app->space;
  space->occupied_in_scan = studio->scan.number;
  report("");
  assert_true(space->known);
  next_scan();
  assert_told(report("app"), "app u/lab/JupyterLab=nan ");
  assert_int_equal(studio->spaces.count, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, studio_end)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(idle_of_an_instance_is_that_of_the_least_idle_of_its_apps),
      TEST(idle_of_instances_is_told_for_each_space_and_each_user),
      TEST(idle_of_what_costs_nothing_is_not_told_as_an_instance),
      TEST(idle_of_an_instance_is_unknown_while_that_of_one_of_its_apps_is),
      TEST(idle_of_an_instance_is_unknown_while_an_app_past_confirm_after_was_not_looked_at),
      TEST(idle_of_an_instance_that_has_left_is_nan_once),
      TEST(idle_sends_no_nan_for_an_instance_that_was_never_taken_or_never_priced),
      TEST(idle_of_an_incomplete_listing_tells_nothing_of_instances),
      TEST(uptime_of_an_instance_is_that_of_the_oldest_app_that_runs_on_it),
      TEST(uptime_is_told_of_what_is_billed_whatever_is_known_of_its_idleness),
      TEST(blind_is_not_what_is_free),
      TEST(idle_money_is_wasted_from_idle_after_on),
      TEST(idle_money_of_sessions_adds_up_and_that_of_a_shared_instance_does_not),
      TEST(idle_money_is_not_told_without_a_price_and_counted),
      TEST(idle_money_of_reserved_capacity_is_not_told_nor_missed),
      TEST(idle_of_a_matched_app_counts_from_what_matches),
      TEST(idle_of_a_person_joins_their_apps_in_spaces_and_outside),
      TEST(idle_of_an_app_whose_owner_is_unknown_is_unknown),
      TEST(idle_of_owners_who_are_not_to_be_reported_is_neither_told_nor_counted),
      TEST(idle_counts_what_chatters_and_what_the_listing_showed),
      TEST(idle_of_a_volume_is_told_while_no_app_is_in_its_space),
      TEST(idle_of_a_volume_has_a_cost_where_its_region_has_a_price),
      TEST(idle_of_a_volume_is_not_told_where_it_is_not_forgotten_or_not_asked_for),
      TEST(idle_of_a_volume_is_nan_once_when_an_app_runs_again_or_the_space_is_gone),
      TEST(idle_of_a_volume_is_kept_while_spaces_could_not_be_listed),
      TEST(idle_of_a_volume_begins_when_the_last_app_leaves_its_space),
      TEST(idle_keeps_a_space_whose_app_runs_though_no_listing_shows_it),
      TEST(idle_forgets_a_watched_space_that_no_listing_has_ever_shown),
      TEST(idle_knows_the_owner_of_a_space_no_longer_than_something_is_in_it),
  };
  return cmocka_run_group_tests_name("idle_instances", tests, NULL, NULL);
}
