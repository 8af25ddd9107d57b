#include "studio/request.h"

#include <string.h>

/* Adds value, which it owns, to input. */
static bool add(json_object *input, const char *name, json_object *value) {
  if (value != NULL && json_object_object_add(input, name, value) == 0)
    return true;
  json_object_put(value);
  return false;
}

static void submit(studio_t *studio, operation_t operation, json_object *input, bool complete, request_page_t *page,
                   request_done_t *done, void *user_data) {
  const aws_operation_t *asked = &operation_table[operation];
  if (!complete) {
    json_object_put(input);
    input = NULL;
  }
  aws_call_t call = {.session = studio->session,
                     .operation = asked,
                     .input = input,
                     .page = page,
                     .done = done,
                     .user_data = user_data};
  if (aws_submit(&call))
    return;
  aws_error_t error;
  aws_error_set(&error, "internal", asked->name, 0, "no memory for the call");
  done(user_data, &error);
}

static void submit_list(studio_t *studio, operation_t operation, const char *domain, request_page_t *page,
                        request_done_t *done, void *user_data) {
  json_object *input = json_object_new_object();
  bool complete = add(input, "MaxResults", json_object_new_int(REQUEST_LIST_PAGE_SIZE)) &&
                  (domain == NULL || add(input, "DomainIdEquals", json_object_new_string(domain)));
  submit(studio, operation, input, complete, page, done, user_data);
}

void request_list_domains(studio_t *studio, request_page_t *page, request_done_t *done, void *user_data) {
  submit_list(studio, OPERATION_LIST_DOMAINS, NULL, page, done, user_data);
}

void request_list_apps(studio_t *studio, const char *domain, request_page_t *page, request_done_t *done,
                       void *user_data) {
  submit_list(studio, OPERATION_LIST_APPS, domain, page, done, user_data);
}

void request_list_spaces(studio_t *studio, const char *domain, request_page_t *page, request_done_t *done,
                         void *user_data) {
  submit_list(studio, OPERATION_LIST_SPACES, domain, page, done, user_data);
}

/* A group of another account, shared by cross-account observability, has an ARN for its name:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-Unified-Cross-Account.html */
static bool add_group(json_object *input, const studio_t *studio) {
  const char *group = studio->settings.log_group;
  bool is_arn = strncmp(group, "arn:", 4) == 0;
  return add(input, is_arn ? "logGroupIdentifier" : "logGroupName", json_object_new_string(group));
}

void request_streams_by_recency(studio_t *studio, const char *token, request_page_t *page, request_done_t *done,
                                void *user_data) {
  json_object *input = json_object_new_object();
  bool complete = add_group(input, studio) && add(input, "orderBy", json_object_new_string("LastEventTime")) &&
                  add(input, "descending", json_object_new_boolean(true)) &&
                  add(input, "limit", json_object_new_int(REQUEST_STREAMS_PAGE_SIZE)) &&
                  (token == NULL || add(input, "nextToken", json_object_new_string(token)));
  submit(studio, OPERATION_DESCRIBE_LOG_STREAMS, input, complete, page, done, user_data);
}

void request_stream_by_name(studio_t *studio, const char *name, request_page_t *page, request_done_t *done,
                            void *user_data) {
  json_object *input = json_object_new_object();
  bool complete = add_group(input, studio) && add(input, "logStreamNamePrefix", json_object_new_string(name)) &&
                  add(input, "orderBy", json_object_new_string("LogStreamName")) &&
                  add(input, "descending", json_object_new_boolean(false)) &&
                  add(input, "limit", json_object_new_int(1));
  submit(studio, OPERATION_DESCRIBE_LOG_STREAMS, input, complete, page, done, user_data);
}

static json_object *names_of(const char *const *streams, size_t count) {
  json_object *names = json_object_new_array();
  for (size_t i = 0; names != NULL && i < count; i++) {
    json_object *name = json_object_new_string(streams[i]);
    if (name != NULL && json_object_array_add(names, name) == 0)
      continue;
    json_object_put(name);
    json_object_put(names);
    names = NULL;
  }
  return names;
}

void request_events(studio_t *studio, const char *const *streams, size_t count, const char *pattern, int64_t from_ms,
                    int64_t to_ms, request_page_t *page, request_done_t *done, void *user_data) {
  json_object *input = json_object_new_object();
  bool complete = add_group(input, studio) && (count == 0 || add(input, "logStreamNames", names_of(streams, count))) &&
                  (pattern == NULL || add(input, "filterPattern", json_object_new_string(pattern))) &&
                  add(input, "startTime", json_object_new_int64(from_ms)) &&
                  add(input, "endTime", json_object_new_int64(to_ms)) &&
                  add(input, "startFromHead", json_object_new_boolean(false));
  submit(studio, OPERATION_FILTER_LOG_EVENTS, input, complete, page, done, user_data);
}
