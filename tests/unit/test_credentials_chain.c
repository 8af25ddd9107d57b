/* links: aws */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test.h"

#include "aws/credentials/providers.h"

/* What a provider called back with: "AKID secret token source", or the error's message. */
typedef struct {
  int calls;
  credentials_result_t result;
  char text[800];
} notice_t;

static void on_found(void *user_data, credentials_result_t result, const credentials_t *credentials,
                     const aws_error_t *error) {
  notice_t *found = user_data;
  found->calls++;
  found->result = result;
  if (result == CREDENTIALS_FOUND)
    snprintf(found->text, sizeof(found->text), "%s %s %s %s", credentials->access_key_id,
             credentials->secret_access_key, credentials->session_token != NULL ? credentials->session_token : "-",
             credentials->source);
  else
    snprintf(found->text, sizeof(found->text), "%s", error->message);
  if (result != CREDENTIALS_FOUND)
    assert_string_equal(error->code, "credentials");
}

/* A provider may keep where it is to answer for longer than this takes. */
static notice_t get(credentials_provider_t *provider) {
  static notice_t found;
  found = (notice_t){0};
  assert_non_null(provider);
  provider->get(provider, on_found, &found);
  return found;
}

static void assert_found(const notice_t *found, credentials_result_t result, const char *text) {
  assert_int_equal(found->calls, 1);
  assert_int_equal(found->result, result);
  assert_string_equal(found->text, text);
}

static void set_or_unset(const char *name, const char *value) {
  if (value != NULL)
    setenv(name, value, 1);
  else
    unsetenv(name);
}

static void environment_gives_both_keys_or_says_which_is_missing(void **state) {
  (void)state;
  static const struct {
    const char *id, *secret, *token;
    credentials_result_t result;
    const char *text;
  } cases[] = {
      {"AKID", "secret", "token", CREDENTIALS_FOUND, "AKID secret token environment"},
      {"AKID", "secret", NULL, CREDENTIALS_FOUND, "AKID secret - environment"},
      {"AKID", "secret", "", CREDENTIALS_FOUND, "AKID secret - environment"},
      {NULL, NULL, NULL, CREDENTIALS_ABSENT, "AWS_ACCESS_KEY_ID in the environment"},
      {"", "", "token", CREDENTIALS_ABSENT, "AWS_ACCESS_KEY_ID in the environment"},
      {"AKID", NULL, NULL, CREDENTIALS_BROKEN,
       "the environment has AWS_ACCESS_KEY_ID but not AWS_SECRET_ACCESS_KEY: set both, or neither to use another "
       "source "
       "of credentials"},
      {"", "secret", NULL, CREDENTIALS_BROKEN,
       "the environment has AWS_SECRET_ACCESS_KEY but not AWS_ACCESS_KEY_ID: set both, or neither to use another "
       "source "
       "of credentials"},
      {"AKID ", "secret", NULL, CREDENTIALS_BROKEN,
       "the access key id in the environment has a blank, a line end or another character that none has: correct it"},
      {"AKID", "sec\nret", NULL, CREDENTIALS_BROKEN,
       "the secret access key in the environment has a blank, a line end or another character that none has: correct "
       "it"},
      {"AKID", "secret", "tok\303\244n", CREDENTIALS_BROKEN,
       "the session token in the environment has a blank, a line end or another character that none has: correct it"},
  };
  credentials_provider_t *provider = credentials_environment_new();
  for (size_t i = 0; i < COUNT(cases); i++) {
    set_or_unset("AWS_ACCESS_KEY_ID", cases[i].id);
    set_or_unset("AWS_SECRET_ACCESS_KEY", cases[i].secret);
    set_or_unset("AWS_SESSION_TOKEN", cases[i].token);
    notice_t found = get(provider);
    assert_found(&found, cases[i].result, cases[i].text);
  }
  setenv("AWS_ACCESS_KEY_ID", "AKID", 1);
  setenv("AWS_SESSION_TOKEN", "token", 1);
  setenv("AWS_SECURITY_TOKEN", "older", 1);
  notice_t found = get(provider);
  assert_found(&found, CREDENTIALS_FOUND, "AKID secret older environment");
  unsetenv("AWS_SECURITY_TOKEN");
  provider->destroy(provider);
}

static profile_files_t *files_of(const char *config, const char *credentials) {
  aws_error_t error;
  profile_files_t *files = profile_files_new();
  assert_non_null(files);
  assert_true(profile_files_parse(files, PROFILE_CONFIG_FILE, config, strlen(config), "config", &error));
  assert_true(
      profile_files_parse(files, PROFILE_CREDENTIALS_FILE, credentials, strlen(credentials), "credentials", &error));
  return files;
}

static void static_keys_are_those_of_one_file(void **state) {
  (void)state;
  profile_files_t *files =
      files_of("[profile p]\naws_access_key_id = ID1\naws_secret_access_key = S1\n",
               "[p]\naws_access_key_id = ID2\naws_secret_access_key = S2\n"
               "aws_session_token = T2\n[half]\naws_access_key_id = ID3\n"
               "[other half]\naws_secret_access_key = S4\n[none]\nregion = eu-west-1\n"
               "[empty]\naws_access_key_id =\naws_secret_access_key =\n[old name]\naws_access_key_id = ID5\n"
               "aws_secret_access_key = S5\naws_session_token = NEW\naws_security_token = OLD\n"
               "[blank]\naws_access_key_id = ID 6\naws_secret_access_key = S6\n"
               "[tab]\naws_access_key_id = ID7\naws_secret_access_key = S\t7\n"
               "[line end]\naws_access_key_id = ID8\naws_secret_access_key = S8\naws_session_token = T8\n  more\n");
  static const struct {
    profile_file_t file;
    const char *profile;
    credentials_result_t result;
    const char *text;
  } cases[] = {
      {PROFILE_CONFIG_FILE, "p", CREDENTIALS_FOUND, "ID1 S1 - config file"},
      {PROFILE_CREDENTIALS_FILE, "p", CREDENTIALS_FOUND, "ID2 S2 T2 credentials file"},
      {PROFILE_CREDENTIALS_FILE, "old name", CREDENTIALS_FOUND, "ID5 S5 OLD credentials file"},
      {PROFILE_CONFIG_FILE, "half", CREDENTIALS_ABSENT, "keys in config"},
      {PROFILE_CREDENTIALS_FILE, "half", CREDENTIALS_BROKEN,
       "profile \"half\" in credentials has aws_access_key_id but not aws_secret_access_key: add it, or remove "
       "the other"},
      {PROFILE_CREDENTIALS_FILE, "other half", CREDENTIALS_BROKEN,
       "profile \"other half\" in credentials has aws_secret_access_key but not aws_access_key_id: add it, or "
       "remove the other"},
      {PROFILE_CREDENTIALS_FILE, "none", CREDENTIALS_ABSENT, "keys in credentials"},
      {PROFILE_CREDENTIALS_FILE, "empty", CREDENTIALS_ABSENT, "keys in credentials"},
      {PROFILE_CREDENTIALS_FILE, "blank", CREDENTIALS_BROKEN,
       "the access key id of profile \"blank\" in credentials has a blank, a line end or another character that none "
       "has: correct it"},
      {PROFILE_CREDENTIALS_FILE, "tab", CREDENTIALS_BROKEN,
       "the secret access key of profile \"tab\" in credentials has a blank, a line end or another character that none "
       "has: correct it"},
      {PROFILE_CREDENTIALS_FILE, "line end", CREDENTIALS_BROKEN,
       "the session token of profile \"line end\" in credentials has a blank, a line end or another character that "
       "none "
       "has: correct it"},
  };
  const credentials_context_t context = {.files = files};
  for (size_t i = 0; i < COUNT(cases); i++) {
    credentials_provider_t *provider = credentials_static_new(&context, cases[i].file, cases[i].profile);
    notice_t found = get(provider);
    assert_found(&found, cases[i].result, cases[i].text);
    provider->destroy(provider);
  }
  profile_files_free(files);
}

/* Of the files that are looked into, that is what an administrator has to know. */
static void static_keys_of_a_file_that_is_not_there(void **state) {
  (void)state;
  aws_error_t error;
  profile_files_t *files = profile_files_new();
  assert_non_null(files);
  assert_true(profile_files_parse(files, PROFILE_CREDENTIALS_FILE, NULL, 0, "/aws/credentials", &error));
  const credentials_context_t context = {.files = files};
  credentials_provider_t *provider = credentials_static_new(&context, PROFILE_CREDENTIALS_FILE, "default");
  notice_t found = get(provider);
  assert_found(&found, CREDENTIALS_ABSENT, "keys in /aws/credentials (no such file)");
  provider->destroy(provider);
  profile_files_free(files);
}

/* A link of a chain: answers when it is told to, or at once; without a text, without an error. */
typedef struct {
  credentials_provider_t base;
  credentials_result_t result;
  const char *text;
  bool later;
  int asked, destroyed;
  credentials_done_t *done;
  void *user_data;
} link_t;

static void link_answer(const link_t *self, credentials_done_t *done, void *user_data) {
  char id[] = "AKID";
  char secret[] = "secret";
  char source[64];
  const char *text = self->text != NULL ? self->text : "";
  snprintf(source, sizeof(source), "%s", text);
  credentials_t found = {id, secret, NULL, source, 0};
  aws_error_t error;
  aws_error_set(&error, "credentials", "credentials", 0, "%s", text);
  done(user_data, self->result, self->result == CREDENTIALS_FOUND ? &found : NULL, self->text != NULL ? &error : NULL);
}

static void link_get(credentials_provider_t *base, credentials_done_t *done, void *user_data) {
  link_t *self = (link_t *)base;
  self->asked++;
  if (!self->later) {
    link_answer(self, done, user_data);
    return;
  }
  self->done = done;
  self->user_data = user_data;
}

static void link_destroy(credentials_provider_t *base) { ((link_t *)base)->destroyed++; }

static link_t link_of(credentials_result_t result, const char *text, bool later) {
  return (link_t){.base = {link_get, link_destroy}, .result = result, .text = text, .later = later};
}

static credentials_provider_t *chain_of(link_t *links, size_t count) {
  credentials_provider_t *providers[8];
  for (size_t i = 0; i < count; i++)
    providers[i] = &links[i].base;
  return credentials_chain_new(providers, count);
}

static void chain_stops_at_the_first_link_that_is_configured(void **state) {
  (void)state;
  for (int broken = 0; broken <= 1; broken++) {
    for (int later = 0; later <= 1; later++) {
      link_t links[] = {link_of(CREDENTIALS_ABSENT, "a", later), link_of(CREDENTIALS_ABSENT, "b", false),
                        link_of(broken ? CREDENTIALS_BROKEN : CREDENTIALS_FOUND, "c", false),
                        link_of(CREDENTIALS_FOUND, "d", false)};
      credentials_provider_t *chain = chain_of(links, COUNT(links));
      notice_t found = {0};
      chain->get(chain, on_found, &found);
      if (later) {
        assert_int_equal(found.calls, 0);
        link_answer(&links[0], links[0].done, links[0].user_data);
      }
      assert_found(&found, links[2].result, broken ? "c" : "AKID secret - c");
      assert_int_equal(links[3].asked, 0);
      chain->destroy(chain);
      for (size_t i = 0; i < COUNT(links); i++)
        assert_int_equal(links[i].destroyed, 1);
    }
  }
}

static void chain_says_where_it_has_looked(void **state) {
  (void)state;
  link_t links[] = {link_of(CREDENTIALS_ABSENT, "here", false), link_of(CREDENTIALS_ABSENT, "there", false)};
  credentials_provider_t *chain = chain_of(links, COUNT(links));
  notice_t found = get(chain);
  assert_found(&found, CREDENTIALS_ABSENT, "no AWS credentials; looked for: here; there");
  found = get(chain);
  assert_found(&found, CREDENTIALS_ABSENT, "no AWS credentials; looked for: here; there");
  chain->destroy(chain);
}

static void chain_goes_on_after_a_link_that_does_not_say_where_it_has_looked(void **state) {
  (void)state;
  link_t links[] = {link_of(CREDENTIALS_ABSENT, NULL, false), link_of(CREDENTIALS_ABSENT, "there", false),
                    link_of(CREDENTIALS_ABSENT, NULL, false)};
  credentials_provider_t *chain = chain_of(links, COUNT(links));
  notice_t found = get(chain);
  assert_found(&found, CREDENTIALS_ABSENT, "no AWS credentials; looked for: there");
  chain->destroy(chain);
  chain = chain_of(links, 1);
  found = get(chain);
  assert_found(&found, CREDENTIALS_ABSENT, "no AWS credentials; looked for: nothing");
  chain->destroy(chain);
}

/* The end has the metadata's own reason. */
static void chain_leaves_out_the_middle_of_a_list_that_no_message_can_hold(void **state) {
  (void)state;
  char place[300];
  memset(place, 'x', sizeof(place) - 1);
  place[sizeof(place) - 1] = '\0';
  link_t links[] = {link_of(CREDENTIALS_ABSENT, "here", false), link_of(CREDENTIALS_ABSENT, place, false),
                    link_of(CREDENTIALS_ABSENT, place, false), link_of(CREDENTIALS_ABSENT, "the last reason", false)};
  credentials_provider_t *chain = chain_of(links, COUNT(links));
  char expected[640];
  snprintf(expected, sizeof(expected), "no AWS credentials; looked for: here; %s; %.176s[...]; the last reason", place,
           place);
  notice_t found = get(chain);
  assert_found(&found, CREDENTIALS_ABSENT, expected);
  chain->destroy(chain);
}

static void chain_serves_several_who_ask_while_a_link_waits(void **state) {
  (void)state;
  link_t links[] = {link_of(CREDENTIALS_FOUND, "slow", true)};
  credentials_provider_t *chain = chain_of(links, 1);
  notice_t found[2] = {0};
  chain->get(chain, on_found, &found[0]);
  link_t first = links[0];
  chain->get(chain, on_found, &found[1]);
  link_answer(&first, first.done, first.user_data);
  assert_found(&found[0], CREDENTIALS_FOUND, "AKID secret - slow");
  assert_int_equal(found[1].calls, 0);
  link_answer(&links[0], links[0].done, links[0].user_data);
  assert_found(&found[1], CREDENTIALS_FOUND, "AKID secret - slow");
  chain->destroy(chain);
}

static void chain_destroyed_calls_nobody(void **state) {
  (void)state;
  link_t links[] = {link_of(CREDENTIALS_ABSENT, "here", false), link_of(CREDENTIALS_FOUND, "slow", true)};
  credentials_provider_t *chain = chain_of(links, COUNT(links));
  notice_t found = {0};
  chain->get(chain, on_found, &found);
  chain->destroy(chain);
  assert_int_equal(found.calls, 0);
}

static void chain_without_one_of_its_links_destroys_the_others(void **state) {
  (void)state;
  link_t link = link_of(CREDENTIALS_FOUND, "x", false);
  credentials_provider_t *links[] = {&link.base, NULL};
  assert_null(credentials_chain_new(links, COUNT(links)));
  assert_int_equal(link.destroyed, 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(environment_gives_both_keys_or_says_which_is_missing),
      cmocka_unit_test(static_keys_are_those_of_one_file),
      cmocka_unit_test(static_keys_of_a_file_that_is_not_there),
      cmocka_unit_test(chain_stops_at_the_first_link_that_is_configured),
      cmocka_unit_test(chain_says_where_it_has_looked),
      cmocka_unit_test(chain_goes_on_after_a_link_that_does_not_say_where_it_has_looked),
      cmocka_unit_test(chain_leaves_out_the_middle_of_a_list_that_no_message_can_hold),
      cmocka_unit_test(chain_serves_several_who_ask_while_a_link_waits),
      cmocka_unit_test(chain_destroyed_calls_nobody),
      cmocka_unit_test(chain_without_one_of_its_links_destroys_the_others),
  };
  return cmocka_run_group_tests_name("credentials_chain", tests, NULL, NULL);
}
