/* links: studio unit/snapshot_fixture unit/studio_fixture unit/fake_aws unit/seal */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test.h"

#include "seal.h"
#include "snapshot_fixture.h"

#include "studio/snapshot_line.h"

/* Records with the last line that belongs to them: only what they say can be wrong. */
static snapshot_result_t load_sealed(const char *records) {
  char sealed[8192];
  char end[SEAL_SIZE];
  (void)seal(records, strlen(records), end);
  int length = snprintf(sealed, sizeof(sealed), "%s%s", records, end);
  assert_in_range(length, 1, sizeof(sealed) - 1);
  return load(sealed, (size_t)length);
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
      if (load(text, text_size) == SNAPSHOT_LOADED)
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
    assert_int_equal(load(text, length), SNAPSHOT_DAMAGED);
}

#define STUDIO "studio 1795466160000 1795466160000 1795466160000 + 0 0\n"
#define APP "app d-1/u/KernelGateway/a 2 2 7 0 0 0 0 0 0 0 0 0 0\n"
#define APP_OF_1_0_0 "app d-1/u/KernelGateway/a 2 2 7 1 2 3 4 5 6 8 9"
#define SPACE "space d-1 lab 1 0 u\n"

static void memory_takes_the_lines_of_1_0_0(void **state) {
  static const char *const others[] = {"", " d-1/U/KernelGateway/a"};
  (void)state;
  for (size_t i = 0; i < COUNT(others); i++) {
    char records[256];
    snprintf(records, sizeof(records), "%s%s%s\n", STUDIO, APP_OF_1_0_0, others[i]);
    assert_int_equal(load_sealed(records), SNAPSHOT_LOADED);
    const studio_app_t *app = found("d-1/u/KernelGateway/a");
    assert_int_equal(app->log.newest_event_ms, 7);
    assert_int_equal(app->beacon.last_line_s, 0);
    assert_string_equal(app->log.logged_as != NULL ? app->log.logged_as : "", others[i] + (i > 0 ? 1 : 0));
  }
}

static void memory_takes_what_its_records_are_made_of(void **state) {
  (void)state;
  assert_int_equal(load_sealed(STUDIO), SNAPSHOT_LOADED);
  assert_int_equal(load_sealed(STUDIO "domain d-1 science\n" SPACE APP), SNAPSHOT_LOADED);
  assert_int_equal(found("d-1/u/KernelGateway/a")->log.newest_event_ms, 7);
  assert_int_equal(load_sealed(STUDIO "app d-1/u/KernelGateway/a 511 2 253402300799999 0 0 0 0 0 0 281474976710655 "
                                      "4294967295 4294967295 4294967295\n"),
                   SNAPSHOT_LOADED);
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
      STUDIO "space d-1 lab 4 0 u\n",
      STUDIO "space d-1 lab 1 x u\n",
      STUDIO "space d-1 lab 1 0 u v\n",
      STUDIO SPACE SPACE,
      STUDIO APP APP,
      STUDIO "app d-1/u/KernelGateway/a 2 2 7 0 0 0 0 0 0 0\n",
      STUDIO "app d-1/u/KernelGateway/a 2 2 7 0 0 0 0 0 0 0 0 d-1/U/KernelGateway/a 1\n",
      STUDIO "app d-1/u/KernelGateway/a 2 2 7 0 0 0 0 0 0 0 0 1 1 1 1 1\n",
      STUDIO "app d-1/u/KernelGateway/a 512 2 7 0 0 0 0 0 0 0 0\n",
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
    if (load_sealed(records[i]) != SNAPSHOT_DAMAGED)
      fail_msg("taken: %s", records[i]);
  }
}

static void memory_with_a_last_line_that_does_not_count_right_is_refused(void **state) {
  static const char *const ends[] = {"", "end\n", "end 1\n", "end 1 0000000000000000\n"};
  (void)state;
  for (size_t i = 0; i < COUNT(ends); i++) {
    char records[256];
    int length = snprintf(records, sizeof(records), "%s%s", STUDIO, ends[i]);
    assert_int_equal(load(records, (size_t)length), SNAPSHOT_DAMAGED);
  }
  make_account();
  save();
  char *counted = strstr(text, "\nend 5 ");
  assert_non_null(counted);
  counted[5] = '4';
  assert_int_equal(load(text, text_size), SNAPSHOT_DAMAGED);
}

static void memory_with_a_line_that_is_too_long_is_refused(void **state) {
  char records[3 * SNAPSHOT_LINE_SIZE] = STUDIO "domain d-1 ";
  (void)state;
  size_t length = strlen(records);
  for (size_t name = SNAPSHOT_LINE_SIZE - 2 - strlen("domain d-1 "); name < SNAPSHOT_LINE_SIZE; name++) {
    memset(records + length, 'x', name);
    snprintf(records + length + name, sizeof(records) - length - name, "\n");
    snapshot_result_t expected =
        name == SNAPSHOT_LINE_SIZE - 2 - strlen("domain d-1 ") ? SNAPSHOT_LOADED : SNAPSHOT_DAMAGED;
    assert_int_equal(load_sealed(records), expected);
  }
}

static void memory_with_a_line_of_too_many_fields_is_refused(void **state) {
  char records[SNAPSHOT_LINE_SIZE] = STUDIO "app";
  (void)state;
  for (size_t length = strlen(records); length < sizeof(records) - 4; length += 2)
    snprintf(records + length, sizeof(records) - length, " 1\n");
  assert_int_equal(load_sealed(records), SNAPSHOT_DAMAGED);
}

static void memory_of_the_future_is_told_apart(void **state) {
  (void)state;
  studio_add("u", "a");
  save();
  fake_aws_set_now_ms(NOW - DAY);
  assert_int_equal(load(text, text_size), SNAPSHOT_LOADED);
  fake_aws_set_now_ms(NOW - DAY - 1);
  assert_int_equal(load(text, text_size), SNAPSHOT_OF_THE_FUTURE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, memory_begin, memory_end)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(memory_with_any_byte_changed_is_refused),
      TEST(memory_that_ends_early_is_refused),
      TEST(memory_takes_the_lines_of_1_0_0),
      TEST(memory_takes_what_its_records_are_made_of),
      TEST(memory_of_records_that_are_not_understood_is_refused),
      TEST(memory_with_a_last_line_that_does_not_count_right_is_refused),
      TEST(memory_with_a_line_that_is_too_long_is_refused),
      TEST(memory_with_a_line_of_too_many_fields_is_refused),
      TEST(memory_of_the_future_is_told_apart),
  };
  return cmocka_run_group_tests_name("memory_damage", tests, NULL, NULL);
}
