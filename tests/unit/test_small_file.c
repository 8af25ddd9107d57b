/* links: util */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test.h"

#include "util/small_file.h"

static char folder[] = "/tmp/test-small-file-XXXXXX";
static char path[64];

static int begin(void **state) {
  (void)state;
  (void)snprintf(folder, sizeof(folder), "/tmp/test-small-file-XXXXXX");
  if (mkdtemp(folder) == NULL)
    return -1;
  (void)snprintf(path, sizeof(path), "%s/file", folder);
  return 0;
}

static int end(void **state) {
  (void)state;
  (void)unlink(path);
  return rmdir(folder);
}

static void small_file_is_replaced_for_its_owner_alone(void **state) {
  (void)state;
  static char large[SMALL_FILE_LIMIT_BYTES];
  memset(large, 'x', sizeof(large) - 1);
  const char *const texts[] = {large, "", "a line\n"};
  for (size_t i = 0; i < COUNT(texts); i++) {
    buffer_t text = {.limit = SMALL_FILE_LIMIT_BYTES};
    const char *reason = NULL;
    assert_true(small_file_replace(path, texts[i]));
    assert_true(small_file_read(path, &text, &reason));
    assert_string_equal(text.data, texts[i]);
    buffer_clear(&text);
  }
  struct stat status;
  assert_int_equal(stat(path, &status), 0);
  assert_int_equal(status.st_mode & 07777, 0600);
}

static void small_file_that_cannot_be_replaced_leaves_nothing_beside_it(void **state) {
  (void)state;
  assert_int_equal(mkdir(path, 0700), 0);
  assert_false(small_file_replace(path, "text"));
  /* end removes the folder, which must be empty. */
  assert_int_equal(rmdir(path), 0);
}

static void read_fails(const char *which, size_t limit, const char *expected) {
  buffer_t text = {.limit = limit};
  const char *reason = NULL;
  assert_false(small_file_read(which, &text, &reason));
  assert_string_equal(reason, expected);
  buffer_clear(&text);
}

static void small_file_says_why_it_cannot_be_read(void **state) {
  (void)state;
  read_fails(path, 100, "No such file or directory");
  read_fails(folder, 100, "not a regular file");
  /* To wait for the writer of a FIFO would hold up everything. */
  assert_int_equal(mkfifo(path, 0600), 0);
  read_fails(path, 100, "not a regular file");
  assert_int_equal(unlink(path), 0);
  assert_true(small_file_replace(path, "12345"));
  read_fails(path, 4, "File too large");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(small_file_is_replaced_for_its_owner_alone),
      TEST(small_file_that_cannot_be_replaced_leaves_nothing_beside_it),
      TEST(small_file_says_why_it_cannot_be_read),
  };
  return cmocka_run_group_tests_name("small_file", tests, NULL, NULL);
}
