/* links: aws unit/fake_http unit/provider_case */
#include <stdlib.h>
#include <string.h>

#include "test.h"

#include "provider_case.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#define LOOK_EVERY_MS 20

#define KEYS "{\"Version\":1,\"AccessKeyId\":\"AKIDPROCESS\",\"SecretAccessKey\":\"SECRET\"}"

/* A profile whose credential_process is sh with this script. */
static void start(provider_case_t *test, const char *script) {
  char config[4096];
  provider_case_start(test, "", "");
  provider_case_write("script", script);
  snprintf(config, sizeof(config), "[default]\ncredential_process = /bin/sh '%s'\n", provider_case_path("script"));
  aws_error_t error;
  assert_true(profile_files_parse(test->files, PROFILE_CONFIG_FILE, config, strlen(config), "config", &error));
}

static void finish(provider_case_t *test, credentials_provider_t *provider) {
  provider_case_end(test, provider);
  /* No child is left, dead or alive. */
  assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
  assert_int_equal(errno, ECHILD);
}

typedef struct {
  const char *name;
  const char *script;
  credentials_result_t result;
  const char *words;
} process_case_t;

static const process_case_t cases[] = {
    {"keys", "echo '" KEYS "'", CREDENTIALS_FOUND, "AKIDPROCESS"},
    {"white space around them", "printf '" KEYS "\\r\\n \\n'", CREDENTIALS_FOUND, "AKIDPROCESS"},
    {"a status that is not 0", "echo '" KEYS "'; exit 3", CREDENTIALS_BROKEN, "ended with status 3;"},
    {"a signal", "echo '" KEYS "'; kill -9 $$", CREDENTIALS_BROKEN, "ended with status 137 (Killed);"},
    {"its last words", "echo one >&2; echo 'sso: log in anew' >&2; echo ' ' >&2; exit 1", CREDENTIALS_BROKEN,
     "ended with status 1; its last words: sso: log in anew;"},
    {"last words without a line's end", "echo one >&2; printf two >&2; exit 255", CREDENTIALS_BROKEN,
     "ended with status 255; its last words: two;"},
    {"last words behind a large stderr", "head -c 2000000 /dev/zero >&2; echo >&2; echo last >&2; exit 2",
     CREDENTIALS_BROKEN, "ended with status 2; its last words: last;"},
    {"last words with a key", "echo 'no AKIAIOSFODNN7EXAMPLE, no wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' >&2; exit 1",
     CREDENTIALS_BROKEN, "its last words: no [...], no [...];"},
    {"a status behind no output", "exit 0", CREDENTIALS_BROKEN, "wrote nothing"},
    {"a number behind the document", "printf '" KEYS "\\n7'", CREDENTIALS_BROKEN, "one JSON document"},
    {"an error output that stays open", "sleep 5 >&- & echo '" KEYS "'", CREDENTIALS_FOUND, "AKIDPROCESS"},
    {"a large stderr", "head -c 2000000 /dev/zero >&2; echo '" KEYS "'", CREDENTIALS_FOUND, "AKIDPROCESS"},
    {"no stdin to wait for", "cat; echo '" KEYS "'", CREDENTIALS_FOUND, "AKIDPROCESS"},
    {"output in pieces",
     "printf '{\"Version\":1,\"AccessKeyId\":\"AKIDPROCESS\",'; sleep 0.1; printf "
     "'\"SecretAccessKey\":\"SECRET\"}'",
     CREDENTIALS_FOUND, "AKIDPROCESS"},
    {"output closed, program runs on", "echo '" KEYS "'; exec >&-; sleep 0.3", CREDENTIALS_FOUND, "AKIDPROCESS"},
    {"its own group, SIGCHLD and SIGPIPE as always",
     "ignored=$(sed -n 's/SigIgn:[[:space:]]*//p' /proc/self/status); test $((0x$ignored & 0x11000)) = 0 && "
     "test $(cut -d' ' -f5 /proc/$$/stat) = $PPID && echo '" KEYS "'",
     CREDENTIALS_FOUND, "AKIDPROCESS"},
    {"no descriptor of ours",
     "for fd in /proc/$$/fd/*; do test ! -e $fd || case ${fd##*/} in 0|1|2|10) ;; *) exit 1;; esac; done; "
     "echo '" KEYS "'",
     CREDENTIALS_FOUND, "AKIDPROCESS"},
    {"bad JSON", "echo '{SECRET'", CREDENTIALS_BROKEN, "did not write one JSON document"},
    {"two documents", "echo '" KEYS KEYS "'", CREDENTIALS_BROKEN, "one JSON document"},
    {"another version", "echo '{\"Version\":2,\"AccessKeyId\":\"a\",\"SecretAccessKey\":\"SECRET\"}'",
     CREDENTIALS_BROKEN, "\"Version\": 1"},
    {"no secret key", "echo '{\"Version\":1,\"AccessKeyId\":\"a\"}'", CREDENTIALS_BROKEN, "no secret access key"},
    {"an expiry that is none",
     "echo '{\"Version\":1,\"AccessKeyId\":\"a\",\"SecretAccessKey\":\"SECRET\",\"Expiration\":\"soon\"}'",
     CREDENTIALS_BROKEN, "expire"},
    {"a blank in a key", "echo '{\"Version\":1,\"AccessKeyId\":\"a b\",\"SecretAccessKey\":\"SECRET\"}'",
     CREDENTIALS_BROKEN, "a key in it has a blank"},
    {"expired keys",
     "echo '{\"Version\":1,\"AccessKeyId\":\"a\",\"SecretAccessKey\":\"SECRET\",\"Expiration\":"
     "\"2026-11-23T19:00:00Z\"}'",
     CREDENTIALS_BROKEN, "wrote keys that expired 36"},
    {"keys that last, as the AWS command line reads times",
     "echo '{\"Version\":1,\"AccessKeyId\":\"AKIDPROCESS\",\"SecretAccessKey\":\"SECRET\",\"Expiration\":"
     "\"20261124 060000+0900\"}'",
     CREDENTIALS_FOUND, "AKIDPROCESS"},
    {"too much output", "yes SECRET", CREDENTIALS_BROKEN, "more than 64 KiB"},
};

static void process_answers_by_its_output(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    provider_case_t test;
    print_message("  %s\n", cases[i].name);
    start(&test, cases[i].script);
    int inherited = open("/dev/null", O_RDONLY);
    credentials_provider_t *provider = credentials_process_new(&test.context, "default");
    provider_case_ask(&test, provider);
    if (cases[i].result == CREDENTIALS_FOUND)
      assert_keys(&test, cases[i].words);
    else
      assert_refused(&test, cases[i].result, cases[i].words);
    close(inherited);
    finish(&test, provider);
  }
}

/* As in collectd, which ignores both. */
static void process_under_a_parent_that_ignores_sigchld_and_sigpipe(void **state) {
  (void)state;
  struct sigaction ignore = {.sa_handler = SIG_IGN};
  struct sigaction child;
  struct sigaction pipe;
  sigset_t blocked;
  sigset_t before;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGTERM);
  assert_int_equal(sigaction(SIGCHLD, &ignore, &child), 0);
  assert_int_equal(sigaction(SIGPIPE, &ignore, &pipe), 0);
  assert_int_equal(sigprocmask(SIG_BLOCK, &blocked, &before), 0);
  process_answers_by_its_output(state);
  provider_case_t test;
  start(&test, "grep -q 'SigBlk:.*0000000000000000' /proc/self/status && echo '" KEYS "'");
  credentials_provider_t *provider = credentials_process_new(&test.context, "default");
  provider_case_ask(&test, provider);
  assert_keys(&test, "AKIDPROCESS");
  finish(&test, provider);
  sigprocmask(SIG_SETMASK, &before, NULL);
  sigaction(SIGCHLD, &child, NULL);
  sigaction(SIGPIPE, &pipe, NULL);
}

/* The process id that a script has written; 0: not yet. */
static pid_t written_pid(void) {
  char line[32] = "";
  FILE *file = fopen(provider_case_path("pid"), "r");
  if (file == NULL)
    return 0;
  bool is_whole = fgets(line, sizeof(line), file) != NULL && strchr(line, '\n') != NULL;
  fclose(file);
  return is_whole ? (pid_t)strtol(line, NULL, 10) : 0;
}

static bool hangs(void) { return written_pid() > 0; }

/* Looks again and again, for a minute. */
static bool comes_to_be(bool (*condition)(void)) {
  for (int i = 0; i < 60000 / LOOK_EVERY_MS && !condition(); i++)
    (void)poll(NULL, 0, LOOK_EVERY_MS);
  return condition();
}

/* A zombie whose new parent has not looked yet is dead enough. */
static bool is_dead(void) {
  char path[64];
  char state = 'Z';
  snprintf(path, sizeof(path), "/proc/%d/stat", written_pid());
  FILE *file = fopen(path, "r");
  if (file == NULL)
    return true;
  if (fscanf(file, "%*d %*s %c", &state) != 1)
    state = 'Z';
  fclose(file);
  return state == 'Z';
}

/* A grandchild keeps the pipe open after the program's end; virtual time makes the minute short. */
static void process_that_hangs_is_killed_with_its_grandchildren(void **state) {
  (void)state;
  static const char *const scripts[] = {
      "echo $$ > $HOME/pid; sleep 1000",
      "sh -c 'echo $$ > $HOME/pid; sleep 1000' & wait",
      "sh -c 'echo $$ > $HOME/pid; sleep 1000' & exit 0",
      "echo '" KEYS "'; exec >&-; echo $$ > $HOME/pid; sleep 1000",
  };
  for (size_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++) {
    provider_case_t test;
    start(&test, scripts[i]);
    fake_clock_run_when(hangs);
    credentials_provider_t *provider = credentials_process_new(&test.context, "default");
    int64_t before_ms = fake_clock.monotonic_ms();
    provider_case_ask(&test, provider);
    assert_refused(&test, CREDENTIALS_BROKEN, "did not end within 60 s and was killed");
    assert_in_range(fake_clock.monotonic_ms() - before_ms, 60000, 61000);
    assert_true(comes_to_be(is_dead));
    finish(&test, provider);
  }
}

static void nobody(void *user_data, credentials_result_t result, const credentials_t *credentials,
                   const aws_error_t *error) {
  (void)user_data;
  (void)result;
  (void)credentials;
  (void)error;
  fail_msg("called after its end");
}

static void process_destroyed_while_it_runs_is_killed(void **state) {
  (void)state;
  provider_case_t test;
  start(&test, "echo $$ > $HOME/pid; sleep 1000");
  credentials_provider_t *provider = credentials_process_new(&test.context, "default");
  provider->get(provider, nobody, NULL);
  assert_true(comes_to_be(hangs));
  provider->destroy(provider);
  assert_true(comes_to_be(is_dead));
  finish(&test, NULL);
}

static void process_that_cannot_be_started_says_why(void **state) {
  (void)state;
  static const struct {
    const char *config, *words;
  } rows[] = {
      {"[default]\ncredential_process = /nonexistent/program --password SECRET\n", "ended with status 127; its last "
                                                                                   "words: "},
      {"[default]\ncredential_process = /etc/passwd SECRET\n", "ended with status 126; its last words: "},
      {"[default]\ncredential_process = program 'SECRET\n", "cannot be taken apart"},
      {"[default]\ncredential_process =\n", "names no program"},
  };
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    provider_case_t test;
    provider_case_start(&test, rows[i].config, "");
    credentials_provider_t *provider = credentials_process_new(&test.context, "default");
    provider_case_ask(&test, provider);
    assert_refused(&test, CREDENTIALS_BROKEN, rows[i].words);
    finish(&test, provider);
  }
}

static void process_words_and_expiry(void **state) {
  (void)state;
  provider_case_t test;
  provider_case_start(
      &test,
      "[default]\ncredential_process = printf '{\"Version\":1,\"AccessKeyId\":\"%s\",\"SecretAccessKey\":"
      "\"SECRET\",\"SessionToken\":\"t\",\"Expiration\":\"2026-11-23T22:00:00+01:00\"}' 'a$HOME'\"*\"\n",
      "");
  credentials_provider_t *provider = credentials_process_new(&test.context, "default");
  provider_case_ask(&test, provider);
  assert_keys(&test, "a$HOME*");
  assert_string_equal(test.found.session_token, "t");
  assert_int_equal(test.found.expires_ms, FAKE_NOW_MS + INT64_C(3600) * 1000);
  assert_string_equal(test.found.source, "credential_process of profile \"default\"");
  finish(&test, provider);
}

static void process_that_is_not_configured(void **state) {
  (void)state;
  provider_case_t test;
  provider_case_start(&test, "[default]\nregion = x\n", "");
  credentials_provider_t *provider = credentials_process_new(&test.context, "default");
  provider_case_ask(&test, provider);
  assert_refused(&test, CREDENTIALS_ABSENT, "credential_process");
  finish(&test, provider);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(process_answers_by_its_output),
      cmocka_unit_test(process_under_a_parent_that_ignores_sigchld_and_sigpipe),
      cmocka_unit_test(process_that_hangs_is_killed_with_its_grandchildren),
      cmocka_unit_test(process_destroyed_while_it_runs_is_killed),
      cmocka_unit_test(process_that_cannot_be_started_says_why),
      cmocka_unit_test(process_words_and_expiry),
      cmocka_unit_test(process_that_is_not_configured),
  };
  return cmocka_run_group_tests_name("credentials_process", tests, NULL, NULL);
}
