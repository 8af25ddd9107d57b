/* links: rim unit/studio_fixture unit/fake_aws */
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test.h"

#include "studio_fixture.h"

#include "state.h"

#define PATH "sagemaker.state"
#define DAMAGED "is damaged in what it has of account \"prod\", region us-east-1"

static const state_key_t keys[] = {{"prod", "us-east-1", "/aws/sagemaker/studio"},
                                   {"prod", "eu-west-1", "/aws/sagemaker/studio"},
                                   {"test account", "us-east-1", "/aws/sagemaker/studio"}};

static char folder[] = "/tmp/test_state.XXXXXX";
static int before;
static state_complaint_t complaint;

/* Each test's working directory is an empty folder, as collectd's is its BaseDir. */
static int begin(void **state) {
  snprintf(folder, sizeof(folder), "/tmp/test_state.XXXXXX");
  before = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (before < 0 || mkdtemp(folder) == NULL || chdir(folder) != 0)
    return -1;
  return studio_begin(state);
}

static int end(void **state) {
  (void)unlink(PATH);
  (void)unlink(PATH ".new");
  (void)rmdir(PATH);
  (void)rmdir(PATH ".new");
  int status = fchdir(before) == 0 && rmdir(folder) == 0 ? 0 : -1;
  close(before);
  return studio_end(state) == 0 ? status : -1;
}

/* A studio whose one app says whose it is. */
static studio_t *studio_of(const char *name) {
  studio_t *made = studio_new(&studio->settings, fake_aws_session());
  assert_non_null(made);
  made->scan.number = 1;
  studio_app_t *app = app_get(made, domain_get(made, "d-1"), "u", NULL, "KernelGateway", name);
  assert_non_null(app);
  app->listing.in_scan = 1;
  return made;
}

static bool put_section(state_t *state, const state_key_t *key, const char *name) {
  studio_t *made = studio_of(name);
  bool done = state_put(state, key, made);
  studio_free(made);
  return done;
}

/* As a daemon does that has just been started: writes a section anew, and keeps those of the others. */
static bool save_to(const char *path, const state_key_t *of, size_t count, size_t own, const char *name) {
  state_t *state = state_new(path);
  assert_non_null(state);
  assert_true(put_section(state, &of[own], name));
  bool saved = state_write(state, of, count, &complaint);
  assert_int_equal(saved, complaint.text[0] == '\0');
  state_free(state);
  return saved;
}

static bool save(const char *name, size_t count, size_t own) { return save_to(PATH, keys, count, own, name); }

/* The app that a section tells of; "": there is none. */
static const char *load_key(state_t *state, const state_key_t *key) {
  static char name[64];
  studio_t *loaded = studio_new(&studio->settings, fake_aws_session());
  bool done = state_load(state, key, loaded, &complaint);
  snprintf(name, sizeof(name), "%s", done && loaded->apps_count == 1 ? app_name(loaded->apps[0]) : "");
  studio_free(loaded);
  return name;
}

static const char *load_from(const char *path, size_t key) {
  state_t *state = state_new(path);
  assert_non_null(state);
  const char *name = load_key(state, &keys[key]);
  state_free(state);
  return name;
}

static const char *load(size_t key) { return load_from(PATH, key); }

static void put(const char *text) {
  FILE *out = fopen(PATH, "w");
  assert_non_null(out);
  assert_true(fputs(text, out) >= 0);
  assert_int_equal(fclose(out), 0);
}

static bool exists(const char *path) {
  struct stat status;
  return lstat(path, &status) == 0;
}

static void state_is_loaded_as_it_was_saved_and_is_private(void **state) {
  (void)state;
  struct stat status;
  mode_t mask = umask(0);
  assert_true(save("one", 1, 0));
  umask(mask);
  assert_string_equal(load(0), "one");
  assert_string_equal(complaint.text, "");
  assert_int_equal(stat(PATH, &status), 0);
  assert_int_equal(status.st_mode & 07777, 0600);
  assert_false(exists(PATH ".new"));
}

static void state_that_was_open_to_all_is_private_after_the_next_save(void **state) {
  (void)state;
  struct stat status;
  put("");
  assert_int_equal(chmod(PATH, 0666), 0);
  assert_true(save("one", 1, 0));
  assert_int_equal(stat(PATH, &status), 0);
  assert_int_equal(status.st_mode & 07777, 0600);
}

static void state_that_is_not_there_is_no_reason_to_complain(void **state) {
  (void)state;
  assert_string_equal(load(0), "");
  assert_string_equal(complaint.text, "");
  assert_true(save("one", 1, 0));
  assert_string_equal(load(1), "");
  assert_string_equal(complaint.text, "");
}

static void state_keeps_the_sections_of_the_other_targets_and_no_others(void **state) {
  (void)state;
  assert_true(save("one", 3, 0));
  assert_true(save("two", 3, 1));
  assert_true(save("three", 3, 2));
  assert_true(save("new", 3, 1));
  assert_string_equal(load(0), "one");
  assert_string_equal(load(1), "new");
  assert_string_equal(load(2), "three");
  assert_true(save("newest", 2, 1));
  assert_string_equal(load(0), "one");
  assert_string_equal(load(1), "newest");
  assert_string_equal(load(2), "");
  assert_string_equal(complaint.text, "");
}

/* A section that is damaged spoils no other, and is gone when it is written anew. */
static void state_of_a_damaged_section_is_that_targets_alone(void **state) {
  (void)state;
  char text[4096];
  assert_true(save("one", 3, 0));
  assert_true(save("two", 3, 1));
  FILE *in = fopen(PATH, "r");
  assert_non_null(in);
  size_t length = fread(text, 1, sizeof(text) - 1, in);
  text[length] = '\0';
  fclose(in);
  char *name = strstr(text, "/one ");
  assert_non_null(name);
  name[1] = 'x';
  put(text);
  assert_string_equal(load(1), "two");
  assert_string_equal(load(0), "");
  assert_string_equal(complaint.text, "StateFile \"" PATH "\" " DAMAGED);
  assert_true(save("again", 3, 0));
  assert_string_equal(load(0), "again");
  assert_string_equal(load(1), "two");
}

static void state_says_what_it_cannot_use(void **state) {
  static const struct {
    const char *text, *words;
  } cases[] = {
      {"", "is damaged"},
      {"collectd", "is damaged"},
      {"collectd-sagemaker state 1", "is damaged"},
      {"collectd-sagemaker state 2\n", "was written by another version of this plugin"},
      {"collectd-sagemaker state 1\ntarget prod us-east-1 /aws/sagemaker/studio\n", DAMAGED},
      {"collectd-sagemaker state 1\ntarget prod us-east-1 /aws/sagemaker/studio\nend 0 cbf29ce484222325\n", DAMAGED},
  };
  (void)state;
  for (size_t i = 0; i < COUNT(cases); i++) {
    char expected[256];
    put(cases[i].text);
    assert_string_equal(load(0), "");
    snprintf(expected, sizeof(expected), "StateFile \"" PATH "\" %s", cases[i].words);
    assert_string_equal(complaint.text, expected);
  }
}

static void state_of_the_future_says_so(void **state) {
  (void)state;
  assert_true(save("one", 1, 0));
  fake_aws_set_now_ms(INT64_C(1795466160000) - INT64_C(86400001));
  assert_string_equal(load(0), "");
  assert_string_equal(complaint.text, "StateFile \"" PATH "\" is of the future: it was written by a clock that is a "
                                      "day or more ahead of this one");
}

static void state_larger_than_any_is_not_read(void **state) {
  (void)state;
  assert_true(save("one", 1, 0));
  assert_int_equal(truncate(PATH, STATE_LIMIT_BYTES + 1), 0);
  assert_string_equal(load(0), "");
  assert_string_equal(complaint.text, "StateFile \"" PATH "\" is larger than any that this plugin writes");
}

/* A FIFO without a writer would be waited for; whatever it is, it is not replaced. */
static void state_is_neither_read_from_nor_written_over_what_is_no_regular_file(void **state) {
  (void)state;
  for (int is_fifo = 0; is_fifo <= 1; is_fifo++) {
    struct stat status;
    assert_int_equal(is_fifo ? mkfifo(PATH, 0600) : mkdir(PATH, 0700), 0);
    assert_string_equal(load(0), "");
    assert_string_equal(complaint.text, "StateFile \"" PATH "\" is not a regular file");
    assert_false(save("one", 2, 0));
    assert_string_equal(complaint.text, "StateFile \"" PATH "\" cannot be written: it is not a regular file");
    assert_int_equal(lstat(PATH, &status), 0);
    assert_false(S_ISREG(status.st_mode));
    assert_int_equal(is_fifo ? unlink(PATH) : rmdir(PATH), 0);
  }
}

/* Somebody has named it by mistake. */
static void state_of_somebody_else_is_left_to_them(void **state) {
  static const char *const texts[] = {"root:x:0:0:root:/root:/bin/bash\n", "d", "collectd-sagemaker's notes\n"};
  (void)state;
  for (size_t i = 0; i < COUNT(texts); i++) {
    char is[64] = "";
    put(texts[i]);
    assert_string_equal(load(0), "");
    assert_string_equal(complaint.text, "");
    assert_false(save("one", 1, 0));
    assert_string_equal(complaint.text,
                        "StateFile \"" PATH "\" cannot be written: what is there was not written by this plugin");
    FILE *in = fopen(PATH, "r");
    assert_non_null(in);
    assert_non_null(fgets(is, sizeof(is), in));
    assert_int_equal(fclose(in), 0);
    assert_string_equal(is, texts[i]);
  }
}

static void state_of_which_a_power_failure_has_left_nothing_is_written_anew(void **state) {
  (void)state;
  for (int zeros = 0; zeros <= 1; zeros++) {
    put("");
    assert_int_equal(truncate(PATH, zeros ? 4096 : 0), 0);
    assert_string_equal(load(0), "");
    assert_string_equal(complaint.text, "StateFile \"" PATH "\" is damaged");
    assert_true(save("one", 1, 0));
    assert_string_equal(load(0), "one");
  }
}

static void state_that_cannot_be_written_beside_stays_the_old_one(void **state) {
  (void)state;
  assert_true(save("one", 1, 0));
  assert_int_equal(mkdir(PATH ".new", 0700), 0);
  assert_false(save("two", 1, 0));
  assert_string_equal(complaint.text, "StateFile \"" PATH "\" cannot be written: File exists");
  assert_string_equal(load(0), "one");
}

/* As of a full disk, whether the old one is there or not. */
static void state_that_does_not_fit_stays_the_old_one(void **state) {
  (void)state;
  struct rlimit limit;
  struct rlimit little;
  assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
  little = (struct rlimit){.rlim_cur = 100, .rlim_max = limit.rlim_max};
  void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
  for (int is_there = 0; is_there <= 1; is_there++) {
    if (is_there)
      assert_true(save("one", 2, 0));
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &little), 0);
    bool saved = save("two", 2, 0);
    setrlimit(RLIMIT_FSIZE, &limit);
    assert_false(saved);
    assert_string_equal(complaint.text, "StateFile \"" PATH "\" cannot be written: File too large");
    assert_string_equal(load(0), is_there ? "one" : "");
    assert_false(exists(PATH ".new"));
  }
  signal(SIGXFSZ, handler);
}

/* A crash has left a half of one, or somebody a link to a file that is not ours. */
static void state_makes_the_file_beside_anew(void **state) {
  (void)state;
  assert_int_equal(symlink("elsewhere", PATH ".new"), 0);
  assert_true(save("one", 1, 0));
  assert_false(exists("elsewhere"));
  assert_string_equal(load(0), "one");
}

static void state_whose_folder_is_none_says_so(void **state) {
  (void)state;
  put("");
  assert_string_equal(load_from(PATH "/state", 0), "");
  assert_string_equal(complaint.text, "");
  assert_false(save_to(PATH "/state", keys, 1, 0, "one"));
  assert_string_equal(complaint.text, "StateFile \"" PATH "/state\" cannot be written: Not a directory");
  assert_false(save_to("nowhere/state", keys, 1, 0, "one"));
  assert_string_equal(complaint.text, "StateFile \"nowhere/state\" cannot be written: No such file or directory");
  char path[PATH_MAX + 8];
  for (size_t length = PATH_MAX - 5; length < PATH_MAX + 4; length += 8) {
    memset(path, 'x', sizeof(path));
    path[length] = '\0';
    assert_false(save_to(path, keys, 1, 0, "one"));
  }
}

/* A target that has not found its region yet must not lose what it knew when another one is saved. */
static void state_keeps_the_section_of_a_target_whose_region_is_not_known_yet(void **state) {
  (void)state;
  static const state_key_t unknown[] = {{"prod", "us-east-1", "/aws/sagemaker/studio"},
                                        {"test account", NULL, "/aws/sagemaker/studio"},
                                        {"other", NULL, "/aws/sagemaker/studio"}};
  assert_true(save("one", 3, 0));
  assert_true(save("two", 3, 1));
  assert_true(save("three", 3, 2));
  assert_true(save_to(PATH, unknown, 3, 0, "four"));
  assert_string_equal(load(0), "four");
  assert_string_equal(load(1), "");
  assert_string_equal(load(2), "three");
}

static size_t count_of(const char *line) {
  char text[4096];
  FILE *in = fopen(PATH, "r");
  size_t count = 0;
  assert_non_null(in);
  while (fgets(text, sizeof(text), in) != NULL)
    count += strcmp(text, line) == 0;
  assert_int_equal(fclose(in), 0);
  return count;
}

/* The title of one account's section begins as those of the other account do, and is not theirs. */
static void state_of_an_account_named_like_the_beginning_of_another_stays_one_section(void **state) {
  (void)state;
  static const state_key_t alike[] = {{"prod", NULL, "group"}, {"prod eu", "us-east-1", "group"}};
  for (int scan = 0; scan < 3; scan++)
    assert_true(save_to(PATH, alike, 2, 1, "one"));
  assert_int_equal(count_of("target prod eu us-east-1 group\n"), 1);
  static const state_key_t without[] = {{"prod", NULL, "group"}, {"test", "us-east-1", "group"}};
  assert_true(save_to(PATH, without, 2, 1, "two"));
  assert_int_equal(count_of("target prod eu us-east-1 group\n"), 0);
}

/* 1.0.0 has written some more than once, the newest last. */
static void state_that_has_a_section_twice_is_read_from_the_last_and_written_once(void **state) {
  (void)state;
  char old[1024];
  char text[4096];
  assert_true(save("old", 1, 0));
  FILE *in = fopen(PATH, "r");
  assert_non_null(in);
  size_t length = fread(old, 1, sizeof(old) - 1, in);
  old[length] = '\0';
  assert_int_equal(fclose(in), 0);
  assert_true(save("newest", 1, 0));
  in = fopen(PATH, "r");
  assert_non_null(in);
  length = fread(text, 1, 2048, in);
  text[length] = '\0';
  assert_int_equal(fclose(in), 0);
  char *newest = strdup(strchr(text, '\n') + 1);
  assert_non_null(newest);
  snprintf(text, sizeof(text), "%s%s", old, newest);
  free(newest);
  put(text);
  assert_string_equal(load(0), "newest");
  assert_true(save("two", 2, 1));
  assert_string_equal(load(0), "newest");
  assert_int_equal(count_of("target prod us-east-1 /aws/sagemaker/studio\n"), 1);
}

/* A daemon that goes on: what was put is written, what was not stays as the file has it, write by write. */
static void state_is_written_with_what_was_put_since_and_with_what_was_not(void **state) {
  (void)state;
  assert_true(save("old", 3, 0));
  assert_true(save("other", 3, 1));
  state_t *kept = state_new(PATH);
  assert_non_null(kept);
  assert_string_equal(load_key(kept, &keys[0]), "old");
  assert_true(put_section(kept, &keys[1], "one"));
  assert_true(put_section(kept, &keys[1], "two"));
  assert_string_equal(load(1), "other");
  assert_true(state_write(kept, keys, 3, &complaint));
  assert_string_equal(load(0), "old");
  assert_string_equal(load(1), "two");
  assert_true(put_section(kept, &keys[2], "three"));
  assert_true(state_write(kept, keys, 3, &complaint));
  assert_true(state_write(kept, keys, 3, &complaint));
  assert_string_equal(load_key(kept, &keys[2]), "three");
  for (size_t i = 0; i < COUNT(keys); i++)
    assert_string_equal(load(i), ((const char *[]){"old", "two", "three"})[i]);
  assert_int_equal(unlink(PATH), 0);
  assert_true(state_write(kept, keys, 3, &complaint));
  assert_string_equal(load(0), "old");
  state_free(kept);
}

/* What could not be written is written the next time. */
static void state_keeps_what_was_put_until_it_is_written(void **state) {
  (void)state;
  state_t *kept = state_new(PATH);
  assert_non_null(kept);
  assert_true(put_section(kept, &keys[0], "one"));
  put("somebody else's\n");
  assert_false(state_write(kept, keys, 1, &complaint));
  assert_int_equal(unlink(PATH), 0);
  assert_true(state_write(kept, keys, 1, &complaint));
  assert_string_equal(load(0), "one");
  state_free(kept);
}

/* What is wrong with the whole file is told once, not to each target. */
static void state_that_is_unusable_says_so_to_the_first_who_asks(void **state) {
  (void)state;
  put("collectd-sagemaker state 2\n");
  state_t *kept = state_new(PATH);
  assert_non_null(kept);
  assert_string_equal(load_key(kept, &keys[0]), "");
  assert_string_not_equal(complaint.text, "");
  assert_string_equal(load_key(kept, &keys[1]), "");
  assert_string_equal(complaint.text, "");
  state_free(kept);
}

/* A line that no version writes hides nothing behind it. */
static void state_with_a_line_of_rubbish_has_its_other_sections(void **state) {
  (void)state;
  char text[8192];
  assert_true(save("one", 1, 0));
  FILE *in = fopen(PATH, "r");
  assert_non_null(in);
  size_t length = fread(text, 1, 2048, in);
  assert_int_equal(fclose(in), 0);
  size_t first = (size_t)(strchr(text, '\n') + 1 - text);
  memmove(text + first + 3000, text + first, length - first);
  memset(text + first, 'x', 3000);
  text[first + 5] = '\0';
  text[first + 2999] = '\n';
  FILE *out = fopen(PATH, "w");
  assert_non_null(out);
  assert_int_equal(fwrite(text, 1, length + 3000, out), length + 3000);
  assert_int_equal(fclose(out), 0);
  assert_string_equal(load(0), "one");
}

/* Whatever the link is, and whether anything is there yet; beside the link nothing is left. */
static void state_that_is_a_link_is_written_where_it_points(void **state) {
  (void)state;
  char absolute[128];
  assert_int_equal(mkdir("elsewhere", 0700), 0);
  snprintf(absolute, sizeof(absolute), "%s/elsewhere/hop", folder);
  assert_int_equal(symlink(absolute, PATH), 0);
  assert_int_equal(symlink("state", "elsewhere/hop"), 0);
  for (int again = 0; again <= 1; again++) {
    assert_true(save(again ? "two" : "one", 1, 0));
    struct stat status;
    assert_int_equal(lstat(PATH, &status), 0);
    assert_true(S_ISLNK(status.st_mode));
    assert_int_equal(lstat("elsewhere/hop", &status), 0);
    assert_true(S_ISLNK(status.st_mode));
    assert_int_equal(lstat("elsewhere/state", &status), 0);
    assert_true(S_ISREG(status.st_mode));
    assert_false(exists("elsewhere/state.new"));
    assert_string_equal(load(0), again ? "two" : "one");
  }
  assert_int_equal(unlink("elsewhere/state"), 0);
  assert_int_equal(unlink("elsewhere/hop"), 0);
  assert_int_equal(symlink("hop", "elsewhere/hop"), 0);
  assert_false(save("three", 1, 0));
  assert_string_equal(complaint.text, "StateFile \"" PATH "\" cannot be written: Too many levels of symbolic links");
  assert_int_equal(unlink("elsewhere/hop"), 0);
  assert_int_equal(rmdir("elsewhere"), 0);
}

static void state_of_an_absolute_path_is_the_same_file(void **state) {
  (void)state;
  char path[128];
  assert_true(save("one", 1, 0));
  snprintf(path, sizeof(path), "%s/" PATH, folder);
  assert_string_equal(load_from(path, 0), "one");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(state_is_loaded_as_it_was_saved_and_is_private),
      TEST(state_that_was_open_to_all_is_private_after_the_next_save),
      TEST(state_that_is_not_there_is_no_reason_to_complain),
      TEST(state_keeps_the_sections_of_the_other_targets_and_no_others),
      TEST(state_of_a_damaged_section_is_that_targets_alone),
      TEST(state_says_what_it_cannot_use),
      TEST(state_of_the_future_says_so),
      TEST(state_larger_than_any_is_not_read),
      TEST(state_is_neither_read_from_nor_written_over_what_is_no_regular_file),
      TEST(state_that_cannot_be_written_beside_stays_the_old_one),
      TEST(state_of_somebody_else_is_left_to_them),
      TEST(state_of_which_a_power_failure_has_left_nothing_is_written_anew),
      TEST(state_that_does_not_fit_stays_the_old_one),
      TEST(state_makes_the_file_beside_anew),
      TEST(state_whose_folder_is_none_says_so),
      TEST(state_keeps_the_section_of_a_target_whose_region_is_not_known_yet),
      TEST(state_of_an_account_named_like_the_beginning_of_another_stays_one_section),
      TEST(state_that_has_a_section_twice_is_read_from_the_last_and_written_once),
      TEST(state_is_written_with_what_was_put_since_and_with_what_was_not),
      TEST(state_keeps_what_was_put_until_it_is_written),
      TEST(state_that_is_unusable_says_so_to_the_first_who_asks),
      TEST(state_with_a_line_of_rubbish_has_its_other_sections),
      TEST(state_that_is_a_link_is_written_where_it_points),
      TEST(state_of_an_absolute_path_is_the_same_file),
  };
  return cmocka_run_group_tests_name("state", tests, NULL, NULL);
}
