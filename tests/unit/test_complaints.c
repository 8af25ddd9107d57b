/* links: rim unit/complaints_fixture unit/target_fixture unit/fake_aws unit/fake_collectd */
#include <stdio.h>
#include <string.h>

#include "test.h"

#include "complaints_fixture.h"

/* A scan in which ListApps ended so; code NULL: well. */
static const char *said_of(const char *code, int status) {
  aws_error_t error;
  target_next_scan(&one);
  if (code != NULL)
    aws_error_set(&error, code, "ListApps", status, "the message");
  studio_note(one.target.studio, OPERATION_LIST_APPS, code != NULL ? &error : NULL);
  return said();
}

static void trouble_is_not_there_where_all_is_well(void **state) {
  (void)state;
  assert_string_equal(said_of(NULL, 0), "");
  target_add(&one, "user01", "a", 60);
  assert_string_equal(said(), "");
}

static void trouble_names_account_region_operation_status_code_message_and_remedy(void **state) {
  static const struct {
    const char *code;
    int status;
    const char *line;
  } cases[] = {
      {"AccessDeniedException", 400,
       "ListApps: AccessDeniedException (HTTP 400): the message; allow sagemaker:ListApps in the IAM policy."},
      {"UnrecognizedClientException", 403,
       "ListApps: UnrecognizedClientException (HTTP 403): the message; check the access key and the session "
       "token, and that the region is enabled for the account."},
      {"SignatureDoesNotMatch", 403,
       "ListApps: SignatureDoesNotMatch (HTTP 403): the message; check the secret key, and this machine's clock."},
      {"RequestTimeTooSkewed", 403,
       "ListApps: RequestTimeTooSkewed (HTTP 403): the message; set this machine's clock right."},
      {"OptInRequired", 403,
       "ListApps: OptInRequired (HTTP 403): the message; enable the region for the account, or take it out of option "
       "Region."},
      {"UnknownOperationException", 404,
       "ListApps: UnknownOperationException (HTTP 404): the message; check option Endpoint: what answers there does "
       "not have this operation."},
      {"ResourceNotFound", 400,
       "ListApps: ResourceNotFound (HTTP 400): the message; check option Domain: AWS does not have what is asked for."},
      {"ValidationException", 400,
       "ListApps: ValidationException (HTTP 400): the message; AWS's words say what it wants; it will refuse this "
       "again."},
      {"403", 403, "ListApps: 403 (HTTP 403): the message; check that the endpoint, or a proxy before it, is AWS."},
      {"RequestLimitExceeded", 400,
       "ListApps: RequestLimitExceeded (HTTP 400): the message; others use up the account's quota; the next scan tries "
       "again."},
      {"dns", 0, "ListApps: dns: the message; check the region, option Endpoint and this machine's name server."},
      {"connect", 0,
       "ListApps: connect: the message; check the network, the proxy, and the options Endpoint and Timeout."},
      {"timeout", 0,
       "ListApps: timeout: the message; check the network, the proxy, and the options Endpoint and Timeout."},
      {"tls", 0, "ListApps: tls: the message; check option CACert and the endpoint's certificate."},
      {"parse", 200, "ListApps: parse (HTTP 200): the message; check that the endpoint, or a proxy before it, is AWS."},
      {"ThrottlingException", 400,
       "ListApps: ThrottlingException (HTTP 400): the message; others use up the account's quota; the next scan tries "
       "again."},
      {"500", 500, "ListApps: 500 (HTTP 500): the message; the next scan tries again."},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    char expected[512];
    complaints_fixture_end(state);
    complaints_fixture_begin(state);
    snprintf(expected, sizeof(expected), "ERROR " ABOUT "%s", cases[i].line);
    assert_string_equal(said_of(cases[i].code, cases[i].status), expected);
  }
}

static void trouble_with_a_permission_names_it_and_what_is_lost_without(void **state) {
  static const struct {
    operation_t operation;
    const char *permission, *loss;
    bool label_by_name;
  } cases[] = {
      {OPERATION_LIST_DOMAINS, "sagemaker:ListDomains", ": until then only names of domains are missing", false},
      {OPERATION_LIST_DOMAINS, "sagemaker:ListDomains", "", true},
      {OPERATION_LIST_APPS, "sagemaker:ListApps", "", false},
      {OPERATION_LIST_SPACES, "sagemaker:ListSpaces", ": until then apps in unknown spaces have no value", false},
      {OPERATION_DESCRIBE_DOMAIN, "sagemaker:DescribeDomain",
       ": until then idle_shutdown, count-unprotected and count-overdue are missing, and nothing else", false},
      {OPERATION_DESCRIBE_LOG_STREAMS, "logs:DescribeLogStreams", "", false},
      {OPERATION_FILTER_LOG_EVENTS, "logs:FilterLogEvents", ": until then the newest event counts, whoever caused it",
       false},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    char expected[256];
    aws_error_t error;
    complaints_fixture_end(state);
    complaints_fixture_begin(state);
    one.config.studio.label_by_name = cases[i].label_by_name;
    aws_error_set(&error, i % 2 == 0 ? "AccessDenied" : "AccessDeniedException",
                  operation_table[cases[i].operation].name, 403, "the message");
    studio_note(one.target.studio, cases[i].operation, &error);
    snprintf(expected, sizeof(expected), "the message; allow %s in the IAM policy%s.", cases[i].permission,
             cases[i].loss);
    const char *line = said();
    if (strstr(line, expected) == NULL)
      fail_msg("%s", line);
  }
}

/* What AWS says tells who can mend it. */
static void trouble_with_a_refusal_has_the_remedy_of_that_refusal(void **state) {
  static const struct {
    const char *code, *operation, *message, *remedy;
  } cases[] = {
      {"InvalidOperationException", "FilterLogEvents",
       "The log group is of log-group-class INFREQUENT_ACCESS. FilterLogEvents is not supported for this log class.",
       "; only a log group of class STANDARD can be searched, and a group's class cannot be changed: delete this one, "
       "with its logs, and SageMaker makes it anew: until then the newest event counts, whoever caused it."},
      {"InvalidOperationException", "FilterLogEvents", "no",
       "; AWS's words say what it wants; it will refuse this again: until then the newest event counts, whoever caused "
       "it."},
      {"KMSDisabledException", "FilterLogEvents", "the key is disabled",
       "; enable the KMS key of what is asked for, and allow these credentials kms:Decrypt with it: until then the "
       "newest event counts, whoever caused it."},
      {"AccessDeniedException", "FilterLogEvents", "not authorized to perform: kms:Decrypt",
       "; enable the KMS key of what is asked for, and allow these credentials kms:Decrypt with it: until then the "
       "newest event counts, whoever caused it."},
      {"AccessDeniedException", "ListApps", "with an explicit deny in a service control policy",
       "; have the organization's service control policy allow sagemaker:ListApps."},
      {"AccessDeniedException", "ListApps", "because no VPC endpoint policy allows the action",
       "; allow sagemaker:ListApps in the VPC endpoint's policy."},
      {"AccessDeniedException", "ListApps", "because no permissions boundary allows the action",
       "; allow sagemaker:ListApps in the permissions boundary."},
      {"AccessDeniedException", "DescribeLogStreams", "with an explicit deny in an identity-based policy",
       "; take the explicit deny of logs:DescribeLogStreams out of the IAM policy."},
      {"AccessDenied", "AssumeRole", "User x is not authorized to perform: sts:AssumeRole",
       "; let the role's trust policy, with the ExternalId that it asks for, and the policy of these credentials allow "
       "sts:AssumeRole."},
      {"AccessDenied", "AssumeRoleWithWebIdentity", "Not authorized",
       "; let the role's trust policy allow sts:AssumeRoleWithWebIdentity to this web identity."},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    aws_error_t error;
    complaints_fixture_end(state);
    complaints_fixture_begin(state);
    aws_error_set(&error, cases[i].code, cases[i].operation, 400, "%s", cases[i].message);
    studio_note(one.target.studio, OPERATION_FILTER_LOG_EVENTS, &error);
    const char *line = said();
    if (strstr(line, cases[i].remedy) == NULL)
      fail_msg("%s", line);
  }
}

/* A line has 820 bytes: it is cut in AWS's words, between characters, and not in what to do. */
static void trouble_with_many_words_says_what_to_do_all_the_same(void **state) {
  for (size_t shift = 0; shift < 2; shift++) {
    aws_error_t error;
    complaints_fixture_end(state);
    complaints_fixture_begin(state);
    aws_error_set(&error, "AccessDeniedException", "ListApps", 400, "the message");
    memset(error.message, 'x', shift);
    for (size_t i = shift; i + 2 < sizeof(error.message); i += 2)
      memcpy(error.message + i, "\303\244", 3);
    studio_note(one.target.studio, OPERATION_LIST_APPS, &error);
    const char *line = said();
    assert_in_range(strlen(line + strlen("ERROR ")), 819, 820);
    if (strstr(line, "\303\244; allow sagemaker:ListApps in the IAM policy.") == NULL)
      fail_msg("%s", line);
  }
}

static complaints_state_t trouble_of_state;

static const char *recalled(target_t *target, const char *text) {
  fake_lines_forget();
  snprintf(target->target.recalled.text, sizeof(target->target.recalled.text), "%s", text);
  complaints_recalled(&trouble_of_state, &target->target);
  return fake_lines() == 1 ? fake_line(0) : "";
}

/* Of what was known before a restart it is said once why it is not known any more, whatever number of targets it is. */
static void trouble_with_what_the_state_file_has_is_said_once(void **state) {
  (void)state;
  trouble_of_state = (complaints_state_t){.recalled = {""}};
  assert_string_equal(recalled(&one, ""), "");
  assert_string_equal(recalled(&one, "StateFile \"s\" is damaged"),
                      "WARNING sagemaker plugin: StateFile \"s\" is damaged; starting without it.");
  assert_string_equal(one.target.recalled.text, "");
  assert_string_equal(recalled(&other, "StateFile \"s\" is damaged"), "");
  assert_string_equal(recalled(&other, "StateFile \"s\" is of the future"),
                      "WARNING sagemaker plugin: StateFile \"s\" is of the future; starting without it.");
}

static const char *remembered(const char *text) {
  state_complaint_t complaint;
  snprintf(complaint.text, sizeof(complaint.text), "%s", text);
  fake_lines_forget();
  complaints_remembered(&trouble_of_state, &complaint);
  return fake_lines() == 1 ? fake_line(0) : "";
}

static void trouble_with_writing_the_state_file_is_said_once_and_when_it_is_over(void **state) {
  (void)state;
  trouble_of_state = (complaints_state_t){.recalled = {""}};
  assert_string_equal(remembered(""), "");
  assert_string_equal(remembered("StateFile \"s\" cannot be written: No space left on device"),
                      "WARNING sagemaker plugin: StateFile \"s\" cannot be written: No space left on device; a restart "
                      "will start without it; let the daemon's user write there, or set option StateFile.");
  assert_string_equal(remembered("StateFile \"s\" cannot be written: No space left on device"), "");
  assert_string_equal(remembered(""), "NOTICE sagemaker plugin: the state file is written again.");
  assert_string_equal(remembered(""), "");
}

/* Lists and logs are asked side by side. */
static void trouble_with_the_network_is_one_line_although_all_ask(void **state) {
  static const struct {
    const char *of_apps, *of_streams;
    int status;
    size_t lines;
  } cases[] = {
      {"connect", "connect", 0, 1},
      {"timeout", "timeout", 0, 1},
      {"connect", "timeout", 0, 2},
      {"ThrottlingException", "ThrottlingException", 400, 2},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    aws_error_t error;
    complaints_fixture_end(state);
    complaints_fixture_begin(state);
    aws_error_set(&error, cases[i].of_apps, "ListApps", cases[i].status, "the message");
    studio_note(one.target.studio, OPERATION_LIST_APPS, &error);
    aws_error_set(&error, cases[i].of_streams, "DescribeLogStreams", cases[i].status, "the message");
    studio_note(one.target.studio, OPERATION_DESCRIBE_LOG_STREAMS, &error);
    fake_lines_forget();
    complaints_scan(&trouble, &account, 0, &one.target);
    assert_int_equal(fake_lines(), cases[i].lines);
    assert_non_null(strstr(fake_line(0), "ListApps: "));
  }
}

/* When only the logs cannot be reached, that is said. */
static void trouble_with_the_network_of_the_logs_alone_is_said(void **state) {
  (void)state;
  aws_error_t error;
  aws_error_set(&error, "connect", "DescribeLogStreams", 0, "the message");
  studio_note(one.target.studio, OPERATION_LIST_APPS, NULL);
  studio_note(one.target.studio, OPERATION_DESCRIBE_LOG_STREAMS, &error);
  assert_non_null(strstr(said(), "DescribeLogStreams: connect: "));
}

static void trouble_with_the_clock_is_said_from_a_minute_on_until_it_is_right(void **state) {
  (void)state;
  fake_aws_set_skew_ms(60000);
  assert_string_equal(said(), "");
  fake_aws_set_skew_ms(61500);
  assert_string_equal(said(), "WARNING " ABOUT "this machine's clock is 62 s behind AWS's; signatures and idle seconds "
                              "are corrected, but set it right.");
  assert_string_equal(said(), "");
  fake_aws_set_skew_ms(7000);
  assert_string_equal(said(), "");
  fake_aws_set_skew_ms(-90000);
  assert_string_equal(said(), "");
  fake_aws_set_skew_ms(0);
  assert_string_equal(said(), "NOTICE " ABOUT "this machine's clock agrees with AWS's again.");
  assert_string_equal(said(), "");
  fake_aws_set_skew_ms(-90000);
  assert_non_null(strstr(said(), "this machine's clock is 90 s ahead of AWS's;"));
}

static void trouble_with_files_that_others_may_read_is_said_until_they_are_private(void **state) {
  (void)state;
  static const char warning[] = "/x may be read by others (mode 0644), and holds AWS keys: chmod 600 it";
  memcpy(one.target.warning, warning, sizeof(warning));
  assert_string_equal(said(), "WARNING sagemaker plugin: account \"prod\": /x may be read by others (mode 0644), and "
                              "holds AWS keys: chmod 600 it.");
  assert_string_equal(said(), "");
  one.target.warning[0] = '\0';
  assert_string_equal(said(), "NOTICE sagemaker plugin: account \"prod\": its AWS files are private now.");
  assert_string_equal(said(), "");
}

static void trouble_is_said_once_and_once_more_when_it_is_over(void **state) {
  (void)state;
  assert_string_not_equal(said_of("AccessDeniedException", 400), "");
  assert_string_equal(said_of("AccessDeniedException", 400), "");
  assert_string_equal(said_of("timeout", 0), "");
  assert_string_equal(said_of(NULL, 0), "NOTICE " ABOUT "ListApps works again.");
  assert_string_equal(said_of(NULL, 0), "");
  assert_string_not_equal(said_of("AccessDeniedException", 400), "");
}

static void trouble_with_one_operation_is_not_over_because_another_works(void **state) {
  (void)state;
  said_of("AccessDeniedException", 400);
  target_next_scan(&one);
  studio_note(one.target.studio, OPERATION_LIST_DOMAINS, NULL);
  assert_string_equal(said(), "");
}

static void note(target_t *target, const char *code) {
  aws_error_t error;
  target_next_scan(target);
  if (code != NULL)
    aws_error_set(&error, code, "credentials", 0, "the message");
  studio_note(target->target.studio, OPERATION_LIST_APPS, code != NULL ? &error : NULL);
}

static void trouble_with_credentials_is_said_once_for_all_regions_and_operations(void **state) {
  (void)state;
  note(&one, "credentials");
  aws_error_t error = one.target.studio->scan.errors[OPERATION_LIST_APPS];
  studio_note(one.target.studio, OPERATION_LIST_DOMAINS, &error);
  assert_string_equal(said(), "ERROR " ABOUT "credentials: the message; see collectd-sagemaker(5), Credentials.");
  fake_lines_forget();
  note(&other, "credentials");
  complaints_scan(&other_trouble, &account, 0, &other.target);
  assert_int_equal(fake_lines(), 0);
  note(&other, NULL);
  complaints_scan(&other_trouble, &account, 0, &other.target);
  assert_int_equal(fake_lines(), 1);
  assert_string_equal(fake_line(0), "NOTICE " ABOUT "credentials and region were found.");
  note(&one, NULL);
  assert_string_equal(said(), "");
}

/* Two regions of one account. */
static void share_an_account(void **state) {
  static const char *const regions[] = {"us-east-1", "ap-east-1"};
  complaints_fixture_end(state);
  complaints_fixture_begin(state);
  complaints_account_clear(&account);
  one.config.regions = (studio_names_t){regions, 2};
  other.config = one.config;
  other.target.region = regions[1];
  assert_true(complaints_account_init(&account, &one.config));
}

/* What a scan of a region says whose ListApps ended so; code NULL: well. */
static const char *said_in(size_t region, const char *code) {
  target_t *target = region == 0 ? &one : &other;
  aws_error_t error;
  target_next_scan(target);
  if (code != NULL)
    aws_error_set(&error, code, "ListApps", 403, "the message");
  studio_note(target->target.studio, OPERATION_LIST_APPS, code != NULL ? &error : NULL);
  fake_lines_forget();
  complaints_scan(region == 0 ? &trouble : &other_trouble, &account, region, &target->target);
  assert_in_range(fake_lines(), 0, 1);
  return fake_lines() == 1 ? fake_line(0) : "";
}

#define CLOSED                                                                                                         \
  "WARNING sagemaker plugin: account \"prod\", region ap-east-1: the region is not enabled for the account: "          \
  "UnrecognizedClientException here (HTTP 403), while us-east-1 accepts the same keys; enable it in AWS's account "    \
  "settings, or take it out of option Region."

static void trouble_with_a_region_that_is_not_enabled_is_said_once_beside_one_that_works(void **state) {
  static const char code[] = "UnrecognizedClientException";
  for (size_t first = 0; first < 2; first++) {
    share_an_account(state);
    if (first == 1)
      assert_string_equal(said_in(1, code), "");
    assert_string_equal(said_in(0, NULL), "");
    assert_string_equal(said_in(1, code), CLOSED);
    for (size_t i = 0; i < 3; i++) {
      assert_string_equal(said_in(0, NULL), "");
      assert_string_equal(said_in(1, code), "");
    }
    assert_string_equal(said_in(1, NULL),
                        "NOTICE sagemaker plugin: account \"prod\", region ap-east-1: AWS accepts the "
                        "keys in this region now.");
  }
}

/* Keys that have become wrong are so in every region, whichever is scanned first. */
static void trouble_with_keys_that_all_regions_refuse_is_not_that_of_a_region(void **state) {
  static const char code[] = "InvalidClientTokenId";
  share_an_account(state);
  assert_string_equal(said_in(0, NULL), "");
  assert_string_equal(said_in(1, NULL), "");
  assert_string_equal(said_in(1, code), "");
  assert_non_null(strstr(said_in(0, code), "region us-east-1: ListApps: InvalidClientTokenId (HTTP 403): the message; "
                                           "check the access key"));
  assert_string_equal(said_in(1, code), "");
  assert_string_equal(said_in(0, NULL), "");
  assert_string_equal(said_in(1, NULL), "NOTICE sagemaker plugin: account \"prod\", region ap-east-1: credentials and "
                                        "region were found.");
  share_an_account(state);
  assert_string_equal(said_in(0, code), "");
  assert_non_null(strstr(said_in(1, code), "check the access key"));
}

/* A role that can no longer be assumed is met by whatever is asked next, in one scan and in the next. */
static void trouble_of_a_role_is_said_once_whatever_is_asked(void **state) {
  (void)state;
  aws_error_t error;
  aws_error_set(&error, "503", "AssumeRole", 503, "no message");
  studio_note(one.target.studio, OPERATION_LIST_APPS, NULL);
  studio_note(one.target.studio, OPERATION_DESCRIBE_LOG_STREAMS, &error);
  assert_string_equal(said(), "ERROR " ABOUT "AssumeRole: 503 (HTTP 503): no message; the next scan tries again.");
  target_next_scan(&one);
  studio_note(one.target.studio, OPERATION_LIST_APPS, &error);
  assert_string_equal(said(), "");
  target_next_scan(&one);
  studio_note(one.target.studio, OPERATION_LIST_APPS, NULL);
  studio_note(one.target.studio, OPERATION_DESCRIBE_LOG_STREAMS, NULL);
  assert_string_equal(said(), "NOTICE " ABOUT "credentials and region were found.");
}

static void trouble_with_expired_keys_is_said_once_whatever_is_asked(void **state) {
  (void)state;
  aws_error_t error;
  aws_error_set(&error, "ExpiredTokenException", "ListApps", 400, "it has expired");
  studio_note(one.target.studio, OPERATION_LIST_APPS, &error);
  aws_error_set(&error, "ExpiredTokenException", "DescribeLogStreams", 400, "it has expired");
  studio_note(one.target.studio, OPERATION_DESCRIBE_LOG_STREAMS, &error);
  assert_non_null(strstr(said(), "ExpiredTokenException (HTTP 400): it has expired; renew the keys"));
  target_next_scan(&one);
  studio_note(one.target.studio, OPERATION_LIST_APPS, NULL);
  studio_note(one.target.studio, OPERATION_DESCRIBE_LOG_STREAMS, NULL);
  assert_string_equal(said(), "NOTICE " ABOUT "credentials and region were found.");
}

static void trouble_before_a_scan_is_said_without_one(void **state) {
  (void)state;
  studio_t *studio = one.target.studio;
  one.target.region = NULL;
  one.target.studio = NULL;
  aws_error_set(&one.target.failure, "region", "region", 0, "no region");
  assert_string_equal(said(), "ERROR sagemaker plugin: account \"prod\", region unknown: region: no region; set option "
                              "Region.");
  assert_string_equal(said(), "");
  one.target.studio = studio;
  one.target.region = "us-east-1";
  one.target.failure.code[0] = '\0';
  assert_string_equal(said_of(NULL, 0), "NOTICE " ABOUT "credentials and region were found.");
}

static void trouble_with_a_missing_log_group_is_said_until_it_exists(void **state) {
  (void)state;
  one.target.studio->scan.group_missing = true;
  one.target.studio->scan.tried[OPERATION_DESCRIBE_LOG_STREAMS] = true;
  assert_string_equal(said(), "NOTICE " ABOUT "log group \"group\" does not exist: nobody has logged yet, so apps are "
                              "idle since their creation; if it has another name, set option LogGroup.");
  assert_string_equal(said(), "");
  target_next_scan(&one);
  assert_string_equal(said(), "");
  studio_note(one.target.studio, OPERATION_DESCRIBE_LOG_STREAMS, NULL);
  assert_string_equal(said(), "NOTICE " ABOUT "log group \"group\" exists now.");
}

/* What is said of a configured domain in the states that two regions have it in. */
static void trouble_with_a_configured_domain_is_said_when_no_region_has_it(void **state) {
  static const char *const domains[] = {"d-typo"};
  static const char *const regions[] = {"us-east-1", "eu-west-1"};
  complaints_fixture_end(state);
  complaints_fixture_begin(state);
  complaints_account_clear(&account);
  one.config.studio.domains = (studio_names_t){domains, 1};
  one.config.regions = (studio_names_t){regions, 2};
  other.config = one.config;
  assert_true(complaints_account_init(&account, &one.config));
  domain_get(one.target.studio, domains[0])->state = DOMAIN_ABSENT;
  assert_string_equal(said(), "");
  domain_get(other.target.studio, domains[0])->state = DOMAIN_ABSENT;
  fake_lines_forget();
  complaints_scan(&other_trouble, &account, 1, &other.target);
  assert_int_equal(fake_lines(), 1);
  assert_string_equal(fake_line(0), "WARNING sagemaker plugin: account \"prod\": option Domain \"d-typo\": there is no "
                                    "such domain in any of its regions; give the id of one that `aws sagemaker "
                                    "list-domains` shows.");
  assert_string_equal(said(), "");
  domain_get(one.target.studio, domains[0])->state = DOMAIN_LISTED;
  assert_string_equal(said(), "NOTICE sagemaker plugin: account \"prod\": every configured domain is there now.");
}

static void trouble_with_a_search_without_end_names_an_app_and_is_said_once(void **state) {
  (void)state;
  studio_app_t *app = target_add(&one, "bob", "kg-a", 60);
  one.target.studio->scan.endless = app;
  one.target.studio->scan.endless_count = 3;
  assert_string_equal(said(),
                      "WARNING " ABOUT "FilterLogEvents: the search of the log of app d-1/bob/KernelGateway/kg-a "
                      "and 2 more shows empty pages without end, so there is no value until it has one; each "
                      "scan tries again; check option Endpoint, else ask AWS Support.");
  assert_string_equal(said(), "");
  target_next_scan(&one);
  assert_string_equal(said(), "");
  studio_note(one.target.studio, OPERATION_FILTER_LOG_EVENTS, NULL);
  assert_string_equal(said(), "NOTICE " ABOUT "FilterLogEvents: every search has an end again.");
}

static const char *said_of_claims(size_t kept_back) {
  dispatch_health_t health = {.kept_back = kept_back, .kept_back_example = "d-1_user01/max_idle"};
  fake_lines_forget();
  complaints_series(&trouble, &one.target, &health);
  return fake_lines() == 1 ? fake_line(0) : "";
}

static void trouble_with_identifiers_is_said_once_and_when_it_is_over(void **state) {
  (void)state;
  assert_string_equal(said_of_claims(0), "");
  assert_string_equal(said_of_claims(3),
                      "WARNING " ABOUT "3 values, d-1_user01/max_idle among them, stand under the same identifiers as "
                      "others and are not dispatched; if two <Account> blocks see the same apps, remove one, else set "
                      "option Host in one of them.");
  assert_string_equal(said_of_claims(5), "");
  assert_string_equal(said_of_claims(0), "NOTICE " ABOUT "every value has its own identifier again.");
  assert_string_equal(said_of_claims(0), "");
}

static void trouble_with_an_alias_that_is_the_name_of_another_is_said_once_and_when_it_is_over(void **state) {
  (void)state;
  static char names[][8] = {"user01", "user02"};
  static const studio_alias_t aliases[] = {{names[0], names[1]}};
  one.target.studio->settings.aliases = aliases;
  one.target.studio->settings.aliases_count = COUNT(aliases);
  assert_non_null(owner_get(one.target.studio, target_add(&one, names[0], "a", 60)));
  assert_string_equal(said_of_claims(0), "");
  studio_owner_t *other_user = owner_get(one.target.studio, target_add(&one, names[1], "a", 60));
  assert_string_equal(said_of_claims(0),
                      "WARNING " ABOUT
                      "option UserAlias \"user01\" \"user02\": another user of the domain is named so; "
                      "\"user01\" keeps its own name until it is given another alias.");
  assert_string_equal(said_of_claims(0), "");
  owner_forget(one.target.studio, other_user);
  assert_string_equal(said_of_claims(0), "NOTICE " ABOUT "every alias stands for one user again.");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, complaints_fixture_begin, complaints_fixture_end)

static void trouble_with_odd_items_is_said_once_and_when_it_is_over(void **state) {
  (void)state;
  for (int i = 0; i < 2; i++) {
    target_next_scan(&one);
    studio_note_odd(one.target.studio, OPERATION_LIST_APPS, "\345\210\206");
    studio_note_odd(one.target.studio, OPERATION_LIST_APPS, "");
    assert_string_equal(said(), i > 0 ? ""
                                      : "WARNING " ABOUT
                                        "ListApps: 2 items of the answers were not understood and left "
                                        "out, such as \"\345\210\206\"; the others count; compare with `aws` and "
                                        "report it with the plugin's version.");
  }
  target_next_scan(&one);
  assert_string_equal(said(), "NOTICE " ABOUT "every item of the answers is understood again.");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(trouble_is_not_there_where_all_is_well),
      TEST(trouble_names_account_region_operation_status_code_message_and_remedy),
      TEST(trouble_with_a_permission_names_it_and_what_is_lost_without),
      TEST(trouble_with_a_refusal_has_the_remedy_of_that_refusal),
      TEST(trouble_with_many_words_says_what_to_do_all_the_same),
      TEST(trouble_with_what_the_state_file_has_is_said_once),
      TEST(trouble_with_writing_the_state_file_is_said_once_and_when_it_is_over),
      TEST(trouble_with_the_network_is_one_line_although_all_ask),
      TEST(trouble_with_the_network_of_the_logs_alone_is_said),
      TEST(trouble_with_the_clock_is_said_from_a_minute_on_until_it_is_right),
      TEST(trouble_with_files_that_others_may_read_is_said_until_they_are_private),
      TEST(trouble_is_said_once_and_once_more_when_it_is_over),
      TEST(trouble_with_one_operation_is_not_over_because_another_works),
      TEST(trouble_with_credentials_is_said_once_for_all_regions_and_operations),
      TEST(trouble_with_a_region_that_is_not_enabled_is_said_once_beside_one_that_works),
      TEST(trouble_with_keys_that_all_regions_refuse_is_not_that_of_a_region),
      TEST(trouble_of_a_role_is_said_once_whatever_is_asked),
      TEST(trouble_with_expired_keys_is_said_once_whatever_is_asked),
      TEST(trouble_before_a_scan_is_said_without_one),
      TEST(trouble_with_a_missing_log_group_is_said_until_it_exists),
      TEST(trouble_with_a_configured_domain_is_said_when_no_region_has_it),
      TEST(trouble_with_a_search_without_end_names_an_app_and_is_said_once),
      TEST(trouble_with_odd_items_is_said_once_and_when_it_is_over),
      TEST(trouble_with_identifiers_is_said_once_and_when_it_is_over),
      TEST(trouble_with_an_alias_that_is_the_name_of_another_is_said_once_and_when_it_is_over),
  };
  return cmocka_run_group_tests_name("trouble", tests, NULL, NULL);
}
