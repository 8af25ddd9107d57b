/* links: studio/memory studio/signals studio/studio studio/owners studio/pointer_set studio/operations */
/* links: studio/billing aws/buffer aws/error aws/utf8 unit/studio_fixture unit/fake_aws unit/seal -lcrypto -ljson-c */
/* links: -lm */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "seal.h"
#include "studio_fixture.h"

#include "studio/memory.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define NOW INT64_C(1795466160000)
#define DAY (INT64_C(24) * 3600 * 1000)

/* What was saved last, and what was loaded last. */
static char *text;
static size_t text_size;
static studio_t *loaded;

static int begin(void **state) {
  text = NULL;
  loaded = NULL;
  return studio_begin(state);
}

static int end(void **state) {
  studio_free(loaded);
  free(text);
  return studio_end(state);
}

static void save(void) {
  free(text);
  FILE *out = open_memstream(&text, &text_size);
  assert_non_null(out);
  assert_true(memory_save(studio, out));
  fclose(out);
}

static memory_end_t load(const char *from, size_t size) {
  char *copy = malloc(size + 1);
  assert_non_null(copy);
  memcpy(copy, from, size);
  studio_free(loaded);
  loaded = studio_new(&studio->settings, fake_aws_session());
  FILE *in = fmemopen(copy, size, "r");
  assert_non_null(in);
  memory_end_t is = memory_load(loaded, in);
  fclose(in);
  free(copy);
  return is;
}

static void restart(void) {
  save();
  if (load(text, text_size) != MEMORY_LOADED)
    fail_msg("%s", text);
}

/* Records with the last line that belongs to them: only what they say can be wrong. */
static memory_end_t load_sealed(const char *records) {
  char sealed[8192];
  char end[SEAL_SIZE];
  (void)seal(records, strlen(records), end);
  int length = snprintf(sealed, sizeof(sealed), "%s%s", records, end);
  assert_in_range(length, 1, sizeof(sealed) - 1);
  return load(sealed, (size_t)length);
}

static studio_app_t *find(const char *stream) {
  studio_app_t *app = studio_stream(loaded, stream);
  while (app != NULL && strcmp(app->stream, stream) != 0)
    app = app->same_stream;
  return app;
}

static studio_app_t *found(const char *stream) {
  studio_app_t *app = find(stream);
  if (app == NULL)
    fail_msg("%s is not remembered", stream);
  return app;
}

static studio_space_t *space_of(studio_t *of, const char *name) {
  return studio_space(of, studio_domain(of, "d-1"), name);
}

static void memory_of_an_app_is_all_that_the_scans_have_found_out(void **state) {
  (void)state;
  studio_app_t *app = studio_add("user01", "app");
  studio->swept = studio->scan.number;
  studio->swept_ms = NOW;
  app->looked = studio->scan.number;
  app->stream_state = STREAM_WITH_EVENTS;
  app->created_ms = NOW - 9 * DAY;
  app->last_event_ms = NOW - 1;
  app->started_ms = NOW - 2;
  app->counted_ms = NOW - 3;
  app->searched_ms = NOW - 4;
  app->searched_event_ms = NOW - 5;
  app->proven_ms = NOW - 6;
  app->goal_ms = NOW - 7;
  app->hours = UINT64_C(0xfedcba987654);
  app->hours_at = 498740;
  restart();
  const studio_app_t *kept = found("d-1/user01/KernelGateway/app");
  assert_int_equal(loaded->apps_count, 1);
  assert_int_equal(kept->last_event_ms, NOW - 1);
  assert_int_equal(kept->started_ms, NOW - 2);
  assert_int_equal(kept->counted_ms, NOW - 3);
  assert_int_equal(kept->searched_ms, NOW - 4);
  assert_int_equal(kept->searched_event_ms, NOW - 5);
  assert_int_equal(kept->proven_ms, NOW - 6);
  assert_int_equal(kept->goal_ms, NOW - 7);
  assert_int_equal(kept->hours, UINT64_C(0xfedcba987654));
  assert_int_equal(kept->hours_at, 498740);
  assert_int_equal(kept->stream_state, STREAM_WITH_EVENTS);
  assert_int_equal(kept->listed, loaded->last_listing);
  assert_int_equal(kept->looked, loaded->swept);
  assert_string_equal(kept->user, "user01");
  assert_null(kept->home);
  assert_null(kept->logged_as);
}

/* Each flag alone: none stands for another. */
static void memory_of_an_app_has_its_flags(void **state) {
  for (unsigned flags = 0; flags < 5; flags++) {
    end(state);
    begin(state);
    studio_app_t *app = studio_add("u", "a");
    studio->swept = studio->scan.number;
    studio->swept_ms = NOW;
    app->looked = flags == 0 ? studio->scan.number : studio->scan.number - 1;
    app->chatty = flags == 1;
    app->switched = flags == 2;
    app->noticed_unlogged = flags == 3;
    app->noticed_chatty = flags == 4;
    restart();
    const studio_app_t *kept = found("d-1/u/KernelGateway/a");
    assert_int_equal(kept->looked == loaded->swept, flags == 0);
    assert_int_equal(kept->chatty, flags == 1);
    assert_int_equal(kept->switched, flags == 2);
    assert_int_equal(kept->noticed_unlogged, flags == 3);
    assert_int_equal(kept->noticed_chatty, flags == 4);
  }
}

static void memory_of_an_app_has_each_state_of_its_stream_and_the_name_that_it_logs_to(void **state) {
  static const stream_state_t states[] = {STREAM_NONE, STREAM_WITHOUT_EVENTS, STREAM_WITH_EVENTS};
  studio_own("Lab", "u");
  studio_app_t *app = studio_add_in("Lab", "JupyterLab", "default");
  (void)state;
  for (size_t i = 0; i < COUNT(states); i++) {
    app->stream_state = (uint8_t)states[i];
    app->logged_as = states[i] == STREAM_WITH_EVENTS ? "d-1/lab/JupyterLab/default" : NULL;
    restart();
    const studio_app_t *kept = found("d-1/Lab/JupyterLab/default");
    assert_int_equal(kept->stream_state, states[i]);
    if (app->logged_as == NULL)
      assert_null(kept->logged_as);
    else
      assert_string_equal(kept->logged_as, app->logged_as);
  }
}

static void memory_tells_a_space_from_a_user_of_its_name(void **state) {
  (void)state;
  studio_add("same", "a")->last_event_ms = 1;
  studio_own("same", "u");
  studio_add_in("same", "KernelGateway", "a")->last_event_ms = 2;
  restart();
  assert_int_equal(loaded->apps_count, 2);
  for (const studio_app_t *app = found("d-1/same/KernelGateway/a"); app != NULL; app = app->same_stream) {
    assert_int_equal(app->last_event_ms, app->home != NULL ? 2 : 1);
    assert_int_equal(app->user != NULL, app->home == NULL);
  }
}

static void memory_of_a_space_is_its_owner_and_since_when_it_is_vacant(void **state) {
  (void)state;
  studio_own("owned", "u")->vacant_ms = NOW - DAY;
  studio_own("shared", NULL);
  space_of(studio, "new");
  studio_space_t *former = studio_own("former", "v");
  former->known = false;
  restart();
  const studio_space_t *owned = space_of(loaded, "owned");
  assert_true(owned->known);
  assert_string_equal(owned->owner, "u");
  assert_int_equal(owned->vacant_ms, NOW - DAY);
  assert_true(space_of(loaded, "shared")->known);
  assert_null(space_of(loaded, "shared")->owner);
  assert_int_equal(space_of(loaded, "shared")->vacant_ms, 0);
  assert_false(space_of(loaded, "new")->known);
  assert_false(space_of(loaded, "former")->known);
  assert_string_equal(space_of(loaded, "former")->owner, "v");
}

static void memory_of_a_domain_is_its_name_so_that_it_is_not_asked_for_again(void **state) {
  (void)state;
  studio_name_domain(studio, "d-1", "science");
  studio_name_domain(studio, "d-2", "science");
  studio_domain(studio, "d-3")->state = DOMAIN_ABSENT;
  restart();
  char label[64];
  const studio_domain_t *domain = studio_domain(loaded, "d-1");
  loaded->settings.label_by_name = true;
  assert_int_equal(domain->state, DOMAIN_LISTED);
  assert_true(studio_domain_label(loaded, domain, label, sizeof(label)));
  assert_string_equal(label, "science~d-1");
  assert_int_equal(studio_domain(loaded, "d-3")->state, DOMAIN_UNASKED);
}

static void memory_of_the_scans_is_how_far_they_got(void **state) {
  static const int64_t credits[] = {0, 4096, -640};
  (void)state;
  for (size_t i = 0; i < COUNT(credits); i++) {
    studio->swept = studio->scan.number;
    studio->swept_ms = NOW - 61;
    studio->last_listing_ms = NOW - 62;
    studio->credit = credits[i];
    restart();
    assert_int_equal(loaded->swept, loaded->scan.number);
    assert_int_equal(loaded->swept_ms, NOW - 61);
    assert_int_equal(loaded->last_listing, loaded->scan.number);
    assert_int_equal(loaded->last_listing_ms, NOW - 62);
    assert_int_equal(loaded->credit, credits[i]);
  }
  studio->swept = 0;
  restart();
  assert_int_equal(loaded->swept, 0);
  assert_int_equal(loaded->swept_ms, 0);
}

static void memory_keeps_no_app_that_is_not_in_service(void **state) {
  (void)state;
  studio_add("u", "left")->listed--;
  studio_add("u", "running");
  restart();
  assert_int_equal(loaded->apps_count, 1);
  found("d-1/u/KernelGateway/running");
}

static void memory_leaves_out_names_that_are_none_of_awss_and_keeps_the_rest(void **state) {
  (void)state;
  studio_name_domain(studio, "d-1", "science");
  studio_name_domain(studio, "d-2", "data science");
  studio_name_domain(studio, "d-3", "\xc3\xa9quipe");
  studio_own("my lab", "u");
  studio_own("lab", "Jos\xc3\xa9");
  studio_own("tab", "a\tb");
  studio_own("fine", "u");
  studio_add("two words", "a");
  studio_add("u", "caf\xc3\xa9");
  studio_add("u", "line\nbreak");
  studio_add("u", "del\x7f");
  studio_add_in("fine", "JupyterLab", "default")->logged_as = "d-1/fine lab/JupyterLab/default";
  studio_add("u", "fine");
  restart();
  assert_int_equal(loaded->apps_count, 1);
  found("d-1/u/KernelGateway/fine");
  assert_string_equal(studio_domain(loaded, "d-1")->name, "science");
  assert_int_equal(studio_domain(loaded, "d-2")->state, DOMAIN_UNASKED);
  assert_int_equal(studio_domain(loaded, "d-3")->state, DOMAIN_UNASKED);
  assert_string_equal(space_of(loaded, "fine")->owner, "u");
  assert_int_equal(loaded->spaces.count, 1);
}

static void memory_of_names_as_long_as_they_may_be_fits_a_line(void **state) {
  char longest[256];
  memset(longest, 'x', sizeof(longest));
  longest[255] = '\0';
  (void)state;
  studio_space_t *space = studio_own(longest, longest);
  studio_app_t *app = studio_app(studio, space->domain, NULL, space, longest, longest);
  assert_non_null(app);
  app->listed = studio->scan.number;
  app->last_event_ms = NOW;
  app->logged_as = app->stream;
  restart();
  assert_int_equal(found(app->stream)->last_event_ms, NOW);
}

/* A small account in which every kind of record is. */
static void make_account(void) {
  studio_name_domain(studio, "d-1", "science");
  studio_own("Lab", "u");
  studio_add_in("Lab", "JupyterLab", "default")->logged_as = "d-1/lab/JupyterLab/default";
  studio_add("u", "a")->last_event_ms = NOW - DAY;
  studio->swept = studio->scan.number;
  studio->swept_ms = NOW;
}

static void memory_with_any_byte_changed_is_refused(void **state) {
  static const unsigned char changes[] = {0x01, 0x02, 0x10, 0x20, 0x80};
  (void)state;
  make_account();
  restart();
  for (size_t i = 0; i < text_size; i++) {
    char kept = text[i];
    for (size_t j = 0; j <= COUNT(changes); j++) {
      text[i] = j < COUNT(changes) ? (char)(kept ^ changes[j]) : '\0';
      if (load(text, text_size) == MEMORY_LOADED)
        fail_msg("taken with byte %zu changed: %s", i, text);
    }
    text[i] = kept;
  }
}

static void memory_that_ends_early_is_refused(void **state) {
  (void)state;
  make_account();
  restart();
  for (size_t length = 0; length < text_size; length++)
    assert_int_equal(load(text, length), MEMORY_DAMAGED);
}

#define STUDIO "studio 1795466160000 1795466160000 1795466160000 + 0 0\n"
#define APP "app d-1/u/KernelGateway/a 2 2 7 0 0 0 0 0 0 0 0\n"
#define SPACE "space d-1 lab 1 0 u\n"

static void memory_takes_what_its_records_are_made_of(void **state) {
  (void)state;
  assert_int_equal(load_sealed(STUDIO), MEMORY_LOADED);
  assert_int_equal(load_sealed(STUDIO "domain d-1 science\n" SPACE APP), MEMORY_LOADED);
  assert_int_equal(found("d-1/u/KernelGateway/a")->last_event_ms, 7);
  assert_int_equal(load_sealed(STUDIO "app d-1/u/KernelGateway/a 63 2 253402300799999 0 0 0 0 0 0 281474976710655 "
                                      "4294967295\n"),
                   MEMORY_LOADED);
}

/* The hash is right: somebody has written this. */
static void memory_of_records_that_are_not_understood_is_refused(void **state) {
  static const char *const records[] = {
      "",
      "domain d-1 science\n",
      "studio\n",
      "studio 1795466160000 1 1 + 0\n",
      "studio 1795466160000 1 1 + 0 0 0\n",
      "studio 1795466160000 1 1 = 0 0\n",
      "studio 1795466160000 -1 1 + 0 0\n",
      "studio 1795466160000 1 253402300800000 + 0 0\n",
      "studio 1795466160000 1 1 + 9223372036854775808 0\n",
      STUDIO STUDIO,
      STUDIO "thing d-1\n",
      STUDIO "thing d-1/u/KernelGateway/a 2 2 7 0 0 0 0 0 0 0 0\n",
      STUDIO "\n",
      STUDIO "domain d-1\n",
      STUDIO "domain d-1 science fiction\n",
      STUDIO "domain  d-1 science\n",
      STUDIO "domain d-1 science \n",
      STUDIO "domain d-1 sci\tence\n",
      STUDIO "domain d-1 sci\xc3\xa9nce\n",
      STUDIO "space d-1 lab 1\n",
      STUDIO "space d-1 lab 2 0 u\n",
      STUDIO "space d-1 lab 1 x u\n",
      STUDIO "space d-1 lab 1 0 u v\n",
      STUDIO SPACE SPACE,
      STUDIO APP APP,
      STUDIO "app d-1/u/KernelGateway/a 2 2 7 0 0 0 0 0 0 0\n",
      STUDIO "app d-1/u/KernelGateway/a 2 2 7 0 0 0 0 0 0 0 0 d-1/U/KernelGateway/a 1\n",
      STUDIO "app d-1/u/KernelGateway/a 2 2 7 0 0 0 0 0 0 0 0 1 1 1 1 1\n",
      STUDIO "app d-1/u/KernelGateway/a 64 2 7 0 0 0 0 0 0 0 0\n",
      STUDIO "app d-1/u/KernelGateway/a 2 3 7 0 0 0 0 0 0 0 0\n",
      STUDIO "app d-1/u/KernelGateway/a 2 2 253402300800000 0 0 0 0 0 0 0 0\n",
      STUDIO "app d-1/u/KernelGateway/a 2 2 0x7 0 0 0 0 0 0 0 0\n",
      STUDIO "app d-1/u/KernelGateway/a 2 2 10/ 0 0 0 0 0 0 0 0\n",
      STUDIO "app d-1/u/KernelGateway/a 2 2 7 0 0 0 0 0 0 18446744073709551616 0\n",
      STUDIO "app d-1/u/KernelGateway/a 2 2 7 0 0 0 0 0 0 0 4294967296\n",
      STUDIO "app d-1/u/KernelGateway 2 2 7 0 0 0 0 0 0 0 0\n",
      STUDIO "app d-1/u/KernelGateway/a/b 2 2 7 0 0 0 0 0 0 0 0\n",
      STUDIO "app d-1//KernelGateway/a 2 2 7 0 0 0 0 0 0 0 0\n",
      STUDIO "app d-1/u/KernelGateway/ 2 2 7 0 0 0 0 0 0 0 0\n",
  };
  (void)state;
  for (size_t i = 0; i < COUNT(records); i++) {
    if (load_sealed(records[i]) != MEMORY_DAMAGED)
      fail_msg("taken: %s", records[i]);
  }
}

static void memory_with_a_last_line_that_does_not_count_right_is_refused(void **state) {
  static const char *const ends[] = {"", "end\n", "end 1\n", "end 1 0000000000000000\n"};
  (void)state;
  for (size_t i = 0; i < COUNT(ends); i++) {
    char records[256];
    int length = snprintf(records, sizeof(records), "%s%s", STUDIO, ends[i]);
    assert_int_equal(load(records, (size_t)length), MEMORY_DAMAGED);
  }
  make_account();
  save();
  char *counted = strstr(text, "\nend 5 ");
  assert_non_null(counted);
  counted[5] = '4';
  assert_int_equal(load(text, text_size), MEMORY_DAMAGED);
}

static void memory_with_a_line_that_is_too_long_is_refused(void **state) {
  char records[3 * MEMORY_LINE_SIZE] = STUDIO "domain d-1 ";
  (void)state;
  size_t length = strlen(records);
  for (size_t name = MEMORY_LINE_SIZE - 2 - strlen("domain d-1 "); name < MEMORY_LINE_SIZE; name++) {
    memset(records + length, 'x', name);
    snprintf(records + length + name, sizeof(records) - length - name, "\n");
    memory_end_t expected = name == MEMORY_LINE_SIZE - 2 - strlen("domain d-1 ") ? MEMORY_LOADED : MEMORY_DAMAGED;
    assert_int_equal(load_sealed(records), expected);
  }
}

static void memory_with_a_line_of_too_many_fields_is_refused(void **state) {
  char records[MEMORY_LINE_SIZE] = STUDIO "app";
  (void)state;
  for (size_t length = strlen(records); length < sizeof(records) - 4; length += 2)
    snprintf(records + length, sizeof(records) - length, " 1\n");
  assert_int_equal(load_sealed(records), MEMORY_DAMAGED);
}

static void memory_of_the_future_is_told_apart(void **state) {
  (void)state;
  studio_add("u", "a");
  save();
  fake_aws_set_now_ms(NOW - DAY);
  assert_int_equal(load(text, text_size), MEMORY_LOADED);
  fake_aws_set_now_ms(NOW - DAY - 1);
  assert_int_equal(load(text, text_size), MEMORY_OF_THE_FUTURE);
}

static char words[][16] = {"KernelGateway", "?\"m\"", "-\"m\"", "Canvas"};
static const signal_rule_t matched = {words[0], SIGNAL_MATCH, words[1]};
static const signal_rule_t ignored = {words[0], SIGNAL_IGNORE, words[1]};
static const signal_rule_t other_phrases = {words[0], SIGNAL_MATCH, words[2]};
static const signal_rule_t other_type = {words[3], SIGNAL_MATCH, words[1]};

static void configure(const signal_rule_t *rule) {
  studio->settings.rules = rule;
  studio->settings.rules_count = rule != NULL ? 1 : 0;
  studio->settings.match_pattern = words[1];
  studio->settings.lookback_ms = 2 * DAY;
}

static studio_app_t *add_searched(void) {
  studio_app_t *app = studio_add("u", "a");
  app->stream_state = STREAM_WITH_EVENTS;
  app->last_event_ms = NOW - 1;
  app->started_ms = NOW - DAY;
  app->counted_ms = app->searched_ms = app->searched_event_ms = app->proven_ms = app->goal_ms = NOW - 2;
  app->hours = 7;
  app->chatty = app->switched = app->noticed_chatty = app->noticed_unlogged = true;
  return app;
}

/* What counted under other signals does not count under these; that it happened stays. */
static void memory_of_other_signals_is_searched_anew(void **state) {
  (void)state;
  add_searched();
  for (int change = 0; change < 6; change++) {
    configure(&matched);
    save();
    if (change < 4)
      configure(((const signal_rule_t *const[]){NULL, &ignored, &other_phrases, &other_type})[change]);
    else if (change == 4)
      studio->settings.match_pattern = words[2];
    else
      studio->settings.lookback_ms++;
    assert_int_equal(load(text, text_size), MEMORY_LOADED);
    const studio_app_t *kept = found("d-1/u/KernelGateway/a");
    assert_int_equal(kept->last_event_ms, NOW - 1);
    assert_int_equal(kept->started_ms, NOW - DAY);
    assert_int_equal(kept->counted_ms, 0);
    assert_int_equal(kept->searched_ms, 0);
    assert_int_equal(kept->searched_event_ms, 0);
    assert_int_equal(kept->proven_ms, 0);
    assert_int_equal(kept->goal_ms, 0);
    assert_int_equal(kept->hours, 0);
    assert_false(kept->chatty || kept->switched || kept->noticed_chatty);
    assert_true(kept->noticed_unlogged);
  }
}

static void memory_of_the_same_signals_is_not_searched_anew(void **state) {
  (void)state;
  add_searched();
  configure(&matched);
  restart();
  assert_int_equal(found("d-1/u/KernelGateway/a")->counted_ms, NOW - 2);
  assert_true(found("d-1/u/KernelGateway/a")->switched);
}

static void memory_that_cannot_be_written_says_so(void **state) {
  (void)state;
  make_account();
  FILE *full = fopen("/dev/full", "w");
  assert_non_null(full);
  setvbuf(full, NULL, _IONBF, 0);
  assert_false(memory_save(studio, full));
  fclose(full);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(memory_of_an_app_is_all_that_the_scans_have_found_out),
      TEST(memory_of_an_app_has_its_flags),
      TEST(memory_of_an_app_has_each_state_of_its_stream_and_the_name_that_it_logs_to),
      TEST(memory_tells_a_space_from_a_user_of_its_name),
      TEST(memory_of_a_space_is_its_owner_and_since_when_it_is_vacant),
      TEST(memory_of_a_domain_is_its_name_so_that_it_is_not_asked_for_again),
      TEST(memory_of_the_scans_is_how_far_they_got),
      TEST(memory_keeps_no_app_that_is_not_in_service),
      TEST(memory_leaves_out_names_that_are_none_of_awss_and_keeps_the_rest),
      TEST(memory_of_names_as_long_as_they_may_be_fits_a_line),
      TEST(memory_with_any_byte_changed_is_refused),
      TEST(memory_that_ends_early_is_refused),
      TEST(memory_takes_what_its_records_are_made_of),
      TEST(memory_of_records_that_are_not_understood_is_refused),
      TEST(memory_with_a_last_line_that_does_not_count_right_is_refused),
      TEST(memory_with_a_line_that_is_too_long_is_refused),
      TEST(memory_with_a_line_of_too_many_fields_is_refused),
      TEST(memory_of_the_future_is_told_apart),
      TEST(memory_of_other_signals_is_searched_anew),
      TEST(memory_of_the_same_signals_is_not_searched_anew),
      TEST(memory_that_cannot_be_written_says_so),
  };
  return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
