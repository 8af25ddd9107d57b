/* links: aws */
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test.h"

#include "aws/protocol/profile.h"

static profile_files_t *parsed(const char *config, const char *credentials) {
  aws_error_t error = {.message = ""};
  profile_files_t *files = profile_files_new();
  assert_non_null(files);
  if (!profile_files_parse(files, PROFILE_CONFIG_FILE, config, strlen(config), "config", &error) ||
      !profile_files_parse(files, PROFILE_CREDENTIALS_FILE, credentials, strlen(credentials), "credentials", &error))
    fail_msg("%s", error.message);
  return files;
}

static void assert_value(const char *value, const char *expected) {
  if (expected == NULL) {
    assert_null(value);
    return;
  }
  assert_non_null(value);
  assert_string_equal(value, expected);
}

typedef struct {
  const char *name;
  const char *text;
  const char *key; /* of profile x */
  const char *value;
} value_case_t;

static const value_case_t value_cases[] = {
    {"a plain value", "[profile x]\nregion = eu-west-1\n", "region", "eu-west-1"},
    {"no final line break", "[profile x]\nregion=eu-west-1", "region", "eu-west-1"},
    {"a colon", "[profile x]\nregion : eu-west-1", "region", "eu-west-1"},
    {"the first separator counts", "[profile x]\nurl = http://h:1/?a=b", "url", "http://h:1/?a=b"},
    {"a colon ahead of an equals sign", "[profile x]\nrole_arn:a=b", "role_arn", "a=b"},
    {"CR LF", "[profile x]\r\nregion = a\r\noutput = b\r\n", "region", "a"},
    {"CR alone", "[profile x]\rregion = a\routput = b\r", "region", "a"},
    {"a key in any case", "[profile x]\nReGion = a\n", "rEgIOn", "a"},
    {"a value keeps its case", "[profile x]\nregion = aBc\n", "region", "aBc"},
    {"inner space in a key", "[profile x]\na key = v\n", "a key", "v"},
    {"no value", "[profile x]\nregion =\n", "region", ""},
    {"no value, more settings", "[profile x]\nregion =\noutput = a\n", "region", ""},
    {"not set", "[profile x]\nregion = a\n", "output", NULL},
    {"another profile", "[profile y]\nregion = a\n", "region", NULL},
    {"comment lines", "# a\n;b\n[profile x]\n  # c\nregion = a\n; d = e\n", "region", "a"},
    {"no comment at a line's end", "[profile x]\nregion = a # b\n", "region", "a # b"},
    {"no comment at a line's end either", "[profile x]\nregion = a ; b\n", "region", "a ; b"},
    {"text behind a header", "[profile x] # the best\nregion = a\n", "region", "a"},
    {"a header ends at its last bracket", "[profile x] # [y]\nregion = a\n", "region", NULL},
    {"quotes are part of a value", "[profile x]\nregion = \"a\"\n", "region", "\"a\""},
    {"a continued value", "[profile x]\nk = a\n  b\n", "k", "a\nb"},
    {"a continued value with an empty line", "[profile x]\nk = a\n\n  b\n", "k", "a\n\nb"},
    {"a continued value with a comment", "[profile x]\nk = a\n# c\n  b\n", "k", "a\nb"},
    {"empty lines behind a value", "[profile x]\nk = a\n\n\nl = b\n", "k", "a"},
    {"an indented header continues, too", "[profile x]\nk = a\n [profile y]\n", "k", "a\n[profile y]"},
    {"indented settings", "[profile x]\n  k = a\n  l = b\n", "l", "b"},
    {"indented settings, one deeper", "[profile x]\n  k = a\n   l = b\n", "k", "a\nl = b"},
    {"less indented settings", "[profile x]\n  k = a\n l = b\n", "l", "b"},
    {"a tab counts as one", "[profile x]\n\tk = a\n\t l = b\n", "k", "a\nl = b"},
    {"Unicode's spaces",
     "[profile x]\n\xe2\x80\x83k\xc2\xa0=\xe3\x80\x80"
     "a\xc2\xa0\n",
     "k", "a"},
    {"UTF-8", "[profile x]\nk = \xc3\xa9\xf0\x9f\x98\x80\n", "k", "\xc3\xa9\xf0\x9f\x98\x80"},
    {"a nested setting", "[profile x]\ns3 =\n  region = a\n", "s3.region", "a"},
    {"a nested setting behind an empty line", "[profile x]\ns3 =\n\n  region = a\n", "s3.region", "a"},
    {"a nested setting in the key's case", "[profile x]\nS3 =\n  Region = a\n", "s3.Region", "a"},
    {"a nested setting in another case", "[profile x]\ns3 =\n  Region = a\n", "s3.region", NULL},
    {"a nested setting twice", "[profile x]\ns3 =\n  region = a\n  region = b\n", "s3.region", "b"},
    {"a nested setting with a colon", "[profile x]\ns3 =\n  url = http://h:1\n", "s3.url", "http://h:1"},
    {"a nested setting without a value", "[profile x]\ns3 =\n  region =\n", "s3.region", ""},
    {"a nest is no value", "[profile x]\ns3 =\n  region = a\n", "s3", NULL},
    {"a value is no nest", "[profile x]\ns3 = a\n  region = b\n", "s3.region", NULL},
    {"a dotted key is no nest", "[profile x]\ns3.region = a\n", "s3.region", NULL},
    {"a quoted name", "[profile \"x\"]\nk = a\n", "k", "a"},
    {"more space around a name", "[profile   x  ]\nk = a\n", "k", "a"},
    {"three words", "[profile x y]\nk = a\n", "k", NULL},
    {"an open quote", "[profile 'x]\nk = a\n", "k", NULL},
    {"only how a header begins counts", "[profiles x]\nk = a\n", "k", "a"},
    {"the config file wants its prefix", "[x]\nk = a\n", "k", NULL},
    {"space ahead of the prefix", "[ profile x]\nk = a\n", "k", NULL},
    {"the last section of a name replaces the first", "[profile x]\nk = a\nl = b\n[profile \"x\"]\nk = c\n", "l", NULL},
    {"[DEFAULT] holds for every section", "[DEFAULT]\nk = a\n[profile x]\nl = b\n", "k", "a"},
    {"a section's own value beats [DEFAULT]", "[profile x]\nk = b\n[DEFAULT]\nk = a\n", "k", "b"},
    {"a section's own nest beats [DEFAULT]'s", "[DEFAULT]\ns3 =\n  a = 1\n[profile x]\ns3 =\n  b = 1\n", "s3.a", NULL},
};

static void profile_value_is_what_the_aws_command_line_reads(void **state) {
  (void)state;
  for (size_t i = 0; i < COUNT(value_cases); i++) {
    profile_files_t *files = parsed(value_cases[i].text, "");
    const char *value = profile_value(files, "x", value_cases[i].key);
    if ((value == NULL) != (value_cases[i].value == NULL) ||
        (value != NULL && strcmp(value, value_cases[i].value) != 0))
      fail_msg("%s: %s", value_cases[i].name, value != NULL ? value : "not set");
    assert_value(profile_file_value(files, PROFILE_CONFIG_FILE, "x", value_cases[i].key), value_cases[i].value);
    assert_null(profile_file_value(files, PROFILE_CREDENTIALS_FILE, "x", value_cases[i].key));
    profile_files_free(files);
  }
}

static void profile_parse_refuses_a_text_and_names_path_and_line(void **state) {
  (void)state;
  static const struct {
    const char *text;
    size_t length; /* 0: strlen */
    const char *message;
  } cases[] = {
      {"k = a\n", 0, "/c, line 1: a setting ahead of the first \"[section]\""},
      {"# x\n\n[]\n", 0, "/c, line 3: a setting ahead of the first \"[section]\""},
      {"[a]\nk\n", 0, "/c, line 2: neither \"[section]\" nor \"key = value\""},
      {"[a]\n[b\n", 0, "/c, line 2: neither \"[section]\" nor \"key = value\""},
      {"[a]\nk = 1\n= v\n", 0, "/c, line 3: a value without a key"},
      {"[a]\nk = 1\n[b]\n[a]\n", 0, "/c, line 4: a section of this name is in the file already"},
      {"[a]\nk = 1\n\nK: 2\n", 0, "/c, line 4: its key is in this section already"},
      {"[a]\r\nk = 1\r\rk = 2", 0, "/c, line 4: its key is in this section already"},
      {"[DEFAULT]\nk = 1\n[DEFAULT]\nk = 2\n", 0, "/c, line 4: its key is in this section already"},
      {"[a]\ns3 =\n  a = b\n  c\n", 0, "/c, line 2: below it stands an indented line that is not \"key = value\""},
      {"[a]\ns3 =\n  a : b\n", 0, "/c, line 2: below it stands an indented line that is not \"key = value\""},
      {"[a]\nk = \xff\n", 0, "/c, line 2: bytes that are not UTF-8"},
      {"[a]\r# \xc3", 0, "/c, line 2: bytes that are not UTF-8"},
      {"[a]\r\n# \xc3", 0, "/c, line 2: bytes that are not UTF-8"},
      {"[a]\n\0", 5, "/c, line 2: a NUL byte: this is no text file"},
      {"\xef\xbb\xbf[a]\nk = 1\n", 0,
       "/c, line 1: a byte-order mark, which the AWS command line refuses: save the file without it"},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    aws_error_t error = {.message = ""};
    profile_files_t *files = parsed("", "[a]\nk = before\n");
    size_t length = cases[i].length > 0 ? cases[i].length : strlen(cases[i].text);
    assert_false(profile_files_parse(files, PROFILE_CREDENTIALS_FILE, cases[i].text, length, "/c", &error));
    assert_string_equal(error.message, cases[i].message);
    assert_string_equal(error.code, "configuration");
    assert_false(profile_exists(files, "a"));
    profile_files_free(files);
  }
}

static void profile_default_and_profile_default_are_one_and_the_last_counts(void **state) {
  (void)state;
  profile_files_t *files = parsed("[default]\nk = a\n[profile default]\nk = b\n", "");
  assert_value(profile_value(files, "default", "k"), "b");
  profile_files_free(files);
  files = parsed("[profile default]\nk = b\n[default]\nk = a\n", "");
  assert_value(profile_value(files, "default", "k"), "a");
  profile_files_free(files);
}

static void profile_is_the_union_of_both_files_and_credentials_win(void **state) {
  (void)state;
  profile_files_t *files =
      parsed("[profile x]\na = config\nb = config\ns3 =\n  p = config\n  q = config\n[profile only]\n",
             "[x]\nb = credentials\nc = credentials\ns3 =\n  q = credentials\n[profile x]\nd = other\n");
  assert_value(profile_value(files, "x", "a"), "config");
  assert_value(profile_value(files, "x", "b"), "credentials");
  assert_value(profile_value(files, "x", "c"), "credentials");
  assert_value(profile_value(files, "x", "d"), NULL);
  assert_value(profile_value(files, "x", "s3.q"), "credentials");
  assert_value(profile_value(files, "x", "s3.p"), NULL);
  assert_value(profile_file_value(files, PROFILE_CONFIG_FILE, "x", "b"), "config");
  assert_value(profile_file_value(files, PROFILE_CONFIG_FILE, "x", "c"), NULL);
  assert_value(profile_value(files, "profile x", "d"), "other");
  assert_true(profile_exists(files, "only"));
  assert_true(profile_exists(files, "profile x"));
  assert_false(profile_exists(files, "default"));
  profile_files_free(files);
}

static void profile_sections_of_other_kinds_keep_apart(void **state) {
  (void)state;
  profile_files_t *files =
      parsed("[sso-session x]\nsso_region = a\n[services x]\nsagemaker =\n  endpoint_url = http://b\n"
             "[plugins]\nk = v\n[profile x]\nsso_session = x\n",
             "[sso-session y]\nsso_region = c\n");
  assert_value(profile_section_value(files, PROFILE_SSO_SESSION, "x", "sso_region"), "a");
  assert_value(profile_section_value(files, PROFILE_SERVICES, "x", "sagemaker.endpoint_url"), "http://b");
  assert_value(profile_section_value(files, PROFILE_PROFILE, "x", "sso_session"), "x");
  assert_value(profile_section_value(files, PROFILE_SSO_SESSION, "y", "sso_region"), NULL);
  assert_value(profile_section_value(files, PROFILE_SERVICES, "x", "sso_region"), NULL);
  assert_value(profile_value(files, "x", "sso_region"), NULL);
  assert_false(profile_exists(files, "plugins"));
  profile_files_free(files);
}

static void profile_parse_is_not_slowed_down_by_many_sections_and_settings(void **state) {
  (void)state;
  char *text = malloc(PROFILE_FILE_LIMIT_BYTES + 1);
  assert_non_null(text);
  size_t length = 0;
  for (unsigned i = 0; length < PROFILE_FILE_LIMIT_BYTES / 2; i++)
    length += (size_t)sprintf(text + length, "[%x]\n", i);
  for (unsigned i = 0; length < PROFILE_FILE_LIMIT_BYTES - 20; i++)
    length += (size_t)sprintf(text + length, "%x=\n", i);
  profile_files_t *files = parsed(text, "");
  profile_files_free(files);
  free(text);
}

static void profile_parse_refuses_more_than_its_limit(void **state) {
  (void)state;
  char *text = malloc(PROFILE_FILE_LIMIT_BYTES + 1);
  assert_non_null(text);
  memset(text, '\n', PROFILE_FILE_LIMIT_BYTES + 1);
  aws_error_t error = {.message = ""};
  profile_files_t *files = profile_files_new();
  assert_true(profile_files_parse(files, PROFILE_CONFIG_FILE, text, PROFILE_FILE_LIMIT_BYTES, "c", &error));
  assert_false(profile_files_parse(files, PROFILE_CONFIG_FILE, text, PROFILE_FILE_LIMIT_BYTES + 1, "c", &error));
  assert_string_equal(error.message, "c is larger than 4 MiB: this is no AWS configuration file");
  profile_files_free(files);
  free(text);
}

/* A folder to read files from, and an environment without any of ours. */
typedef struct {
  char folder[64];
} series_name_t;

static int place_set_up(void **state) {
  static series_name_t place;
  static const char *const variables[] = {"HOME", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "TEST_FOLDER"};
  (void)snprintf(place.folder, sizeof(place.folder), "/tmp/test_profile.XXXXXX");
  if (mkdtemp(place.folder) == NULL)
    return -1;
  for (size_t i = 0; i < COUNT(variables); i++)
    (void)unsetenv(variables[i]);
  *state = &place;
  return 0;
}

static void place_path(const series_name_t *place, const char *name, char path[256]) {
  (void)snprintf(path, 256, "%s/%s", place->folder, name);
}

static int place_tear_down(void **state) {
  static const char *const names[] = {".aws/config", ".aws/credentials", ".aws/fifo", "f", ".aws"};
  char path[256];
  for (size_t i = 0; i < COUNT(names); i++) {
    place_path(*state, names[i], path);
    (void)remove(path);
  }
  return remove(((series_name_t *)*state)->folder);
}

static void place_write(const series_name_t *place, const char *name, const char *text) {
  char path[256];
  place_path(place, ".aws", path);
  (void)mkdir(path, 0700);
  place_path(place, name, path);
  FILE *file = fopen(path, "w");
  assert_non_null(file);
  assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
  assert_int_equal(fclose(file), 0);
}

static void profile_load_reads_both_files_below_home(void **state) {
  place_write(*state, ".aws/config", "[profile x]\na = 1\n");
  place_write(*state, ".aws/credentials", "[x]\nb = 2\n");
  assert_int_equal(setenv("HOME", ((series_name_t *)*state)->folder, 1), 0);
  aws_error_t error = {.message = ""};
  profile_files_t *files = profile_files_new();
  assert_true(profile_files_load(files, NULL, NULL, &error));
  assert_value(profile_value(files, "x", "a"), "1");
  assert_value(profile_value(files, "x", "b"), "2");
  profile_files_free(files);
}

static void profile_load_takes_missing_files_for_empty_ones(void **state) {
  char missing[256];
  place_path(*state, "no/such/file", missing);
  static const char *const others[] = {"/dev/null", "/", ""};
  aws_error_t error = {.message = ""};
  profile_files_t *files = parsed("[profile x]\n", "[x]\n");
  assert_true(profile_file_is_there(files, PROFILE_CONFIG_FILE));
  assert_true(profile_files_load(files, missing, missing, &error));
  assert_false(profile_exists(files, "x"));
  assert_string_equal(profile_file_path(files, PROFILE_CONFIG_FILE), missing);
  assert_false(profile_file_is_there(files, PROFILE_CONFIG_FILE));
  for (size_t i = 0; i < COUNT(others); i++)
    assert_true(profile_files_load(files, others[i], others[i], &error));
  profile_files_free(files);
}

static void profile_load_does_not_wait_for_a_fifo(void **state) {
  char path[256];
  place_write(*state, ".aws/config", "");
  place_path(*state, ".aws/fifo", path);
  assert_int_equal(mkfifo(path, 0600), 0);
  aws_error_t error = {.message = ""};
  profile_files_t *files = profile_files_new();
  assert_true(profile_files_load(files, path, "", &error));
  profile_files_free(files);
}

static void profile_load_says_which_file_is_broken(void **state) {
  char path[256];
  char message[300];
  place_write(*state, "f", "[x]\nk = 1\nk = 2\n");
  place_path(*state, "f", path);
  aws_error_t error = {.message = ""};
  profile_files_t *files = profile_files_new();
  assert_false(profile_files_load(files, "", path, &error));
  (void)snprintf(message, sizeof(message), "%s, line 3: its key is in this section already", path);
  assert_string_equal(error.message, message);
  profile_files_free(files);
}

static void profile_load_refuses_a_file_above_the_limit(void **state) {
  char path[256];
  char message[300];
  place_write(*state, "f", "[x]\n");
  place_path(*state, "f", path);
  assert_int_equal(truncate(path, (off_t)PROFILE_FILE_LIMIT_BYTES + 1), 0);
  aws_error_t error = {.message = ""};
  profile_files_t *files = profile_files_new();
  assert_false(profile_files_load(files, path, "", &error));
  (void)snprintf(message, sizeof(message), "%s cannot be read: File too large", path);
  assert_string_equal(error.message, message);
  profile_files_free(files);
}

/* root may read everything: these two tests are somebody else meanwhile. */
static void become_nobody(void) {
  if (geteuid() == 0)
    assert_int_equal(seteuid(65534), 0);
}

static void become_oneself(void) {
  if (getuid() == 0)
    assert_int_equal(seteuid(0), 0);
}

static void profile_load_says_which_file_may_not_be_read(void **state) {
  char path[256];
  char message[300];
  place_write(*state, "f", "[x]\n");
  place_path(*state, "f", path);
  assert_int_equal(chmod(((series_name_t *)*state)->folder, 0711), 0);
  assert_int_equal(chmod(path, 0), 0);
  aws_error_t error = {.message = ""};
  profile_files_t *files = profile_files_new();
  become_nobody();
  bool loaded = profile_files_load(files, "", path, &error);
  become_oneself();
  assert_false(loaded);
  (void)snprintf(message, sizeof(message), "%s cannot be read: Permission denied", path);
  assert_string_equal(error.message, message);
  profile_files_free(files);
}

/* A daemon that was started as root and became another user may have kept root's HOME. */
static void profile_load_passes_over_a_home_that_may_not_be_searched_unless_it_is_named(void **state) {
  char path[256];
  place_write(*state, ".aws/config", "[profile x]\n");
  place_path(*state, ".aws/config", path);
  assert_int_equal(setenv("HOME", ((series_name_t *)*state)->folder, 1), 0);
  assert_int_equal(chmod(((series_name_t *)*state)->folder, 0), 0);
  aws_error_t error = {.message = ""};
  profile_files_t *files = profile_files_new();
  become_nobody();
  bool loaded = profile_files_load(files, NULL, NULL, &error);
  bool loaded_by_name = profile_files_load(files, path, NULL, &error);
  become_oneself();
  assert_int_equal(chmod(((series_name_t *)*state)->folder, 0700), 0);
  assert_true(loaded);
  assert_false(loaded_by_name);
  profile_files_free(files);
}

static void profile_path_is_that_of_option_then_variable_then_home(void **state) {
  (void)state;
  static const struct {
    profile_file_t file;
    const char *configured;
    const char *variable;
    const char *home;
    const char *path;
  } cases[] = {
      {PROFILE_CONFIG_FILE, NULL, NULL, "/home/a", "/home/a/.aws/config"},
      {PROFILE_CREDENTIALS_FILE, NULL, NULL, "/home/a", "/home/a/.aws/credentials"},
      {PROFILE_CONFIG_FILE, NULL, NULL, "/home/a/", "/home/a/.aws/config"},
      {PROFILE_CONFIG_FILE, NULL, "/etc/aws", "/home/a", "/etc/aws"},
      {PROFILE_CREDENTIALS_FILE, NULL, "/etc/keys", "/home/a", "/etc/keys"},
      {PROFILE_CONFIG_FILE, "/etc/option", "/etc/aws", "/home/a", "/etc/option"},
      {PROFILE_CONFIG_FILE, NULL, "", "/home/a", ""},
      {PROFILE_CONFIG_FILE, "~/x", NULL, "/home/a", "/home/a/x"},
      {PROFILE_CONFIG_FILE, "~", NULL, "/home/a", "/home/a"},
      {PROFILE_CONFIG_FILE, "/x/~/y", NULL, "/home/a", "/x/~/y"},
      {PROFILE_CONFIG_FILE, "~no-such-user/x", NULL, "/home/a", "~no-such-user/x"},
      {PROFILE_CONFIG_FILE, "$TEST_FOLDER/x", NULL, "/home/a", "/test/x"},
      {PROFILE_CONFIG_FILE, "${TEST_FOLDER}x", NULL, "/home/a", "/testx"},
      {PROFILE_CONFIG_FILE, "$TEST_FOLDERx", NULL, "/home/a", "$TEST_FOLDERx"},
      {PROFILE_CONFIG_FILE, "${NO$TEST_FOLDER}", NULL, "/home/a", "${NO$TEST_FOLDER}"},
      {PROFILE_CONFIG_FILE, "${TEST_FOLDER$$ {}$", NULL, "/home/a", "${TEST_FOLDER$$ {}$"},
      {PROFILE_CONFIG_FILE, "${TEST_FOLDER", NULL, "/home/a", "${TEST_FOLDER"},
      {PROFILE_CONFIG_FILE, "a$", NULL, "/home/a", "a$"},
  };
  assert_int_equal(setenv("TEST_FOLDER", "/test", 1), 0);
  for (size_t i = 0; i < COUNT(cases); i++) {
    const char *variable = cases[i].file == PROFILE_CONFIG_FILE ? "AWS_CONFIG_FILE" : "AWS_SHARED_CREDENTIALS_FILE";
    char path[256] = "untouched";
    assert_int_equal(setenv("HOME", cases[i].home, 1), 0);
    if (cases[i].variable != NULL)
      assert_int_equal(setenv(variable, cases[i].variable, 1), 0);
    assert_true(profile_files_path(cases[i].file, cases[i].configured, path, sizeof(path)));
    assert_string_equal(path, cases[i].path);
    assert_int_equal(unsetenv(variable), 0);
  }
}

static void profile_path_without_home_is_that_of_the_passwd_entry(void **state) {
  (void)state;
  char path[256] = "";
  char expected[256];
  char named[256];
  const struct passwd *entry = getpwuid(geteuid());
  if (entry == NULL) {
    skip();
    return;
  }
  (void)snprintf(expected, sizeof(expected), "%s/.aws/config", entry->pw_dir);
  (void)snprintf(named, sizeof(named), "~%s/.aws/config", entry->pw_name);
  assert_true(profile_files_path(PROFILE_CONFIG_FILE, NULL, path, sizeof(path)));
  assert_string_equal(path, expected);
  assert_true(profile_files_path(PROFILE_CONFIG_FILE, named, path, sizeof(path)));
  assert_string_equal(path, expected);
}

static void profile_path_refuses_what_does_not_fit(void **state) {
  (void)state;
  char path[8] = "";
  assert_true(profile_files_path(PROFILE_CONFIG_FILE, "/234567", path, sizeof(path)));
  assert_false(profile_files_path(PROFILE_CONFIG_FILE, "/2345678", path, sizeof(path)));
}

#define IN_PLACE(test) cmocka_unit_test_setup_teardown(test, place_set_up, place_tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(profile_value_is_what_the_aws_command_line_reads),
      cmocka_unit_test(profile_parse_refuses_a_text_and_names_path_and_line),
      cmocka_unit_test(profile_default_and_profile_default_are_one_and_the_last_counts),
      cmocka_unit_test(profile_is_the_union_of_both_files_and_credentials_win),
      cmocka_unit_test(profile_sections_of_other_kinds_keep_apart),
      cmocka_unit_test(profile_parse_is_not_slowed_down_by_many_sections_and_settings),
      cmocka_unit_test(profile_parse_refuses_more_than_its_limit),
      IN_PLACE(profile_load_reads_both_files_below_home),
      IN_PLACE(profile_load_takes_missing_files_for_empty_ones),
      IN_PLACE(profile_load_does_not_wait_for_a_fifo),
      IN_PLACE(profile_load_says_which_file_is_broken),
      IN_PLACE(profile_load_refuses_a_file_above_the_limit),
      IN_PLACE(profile_load_says_which_file_may_not_be_read),
      IN_PLACE(profile_load_passes_over_a_home_that_may_not_be_searched_unless_it_is_named),
      IN_PLACE(profile_path_is_that_of_option_then_variable_then_home),
      IN_PLACE(profile_path_without_home_is_that_of_the_passwd_entry),
      IN_PLACE(profile_path_refuses_what_does_not_fit),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
