#include "studio/request.h"

#define LIST_PAGE_SIZE 100   /* the largest that List operations allow; their default is 10 */
#define STREAMS_PAGE_SIZE 50 /* the largest that DescribeLogStreams allows */

/* Adds value, which it owns, to input. */
static bool add(json_object *input, const char *name, json_object *value) {
  if (value != NULL && json_object_object_add(input, name, value) == 0)
    return true;
  json_object_put(value);
  return false;
}

static void submit(studio_t *studio, operation_t operation, json_object *input, bool complete, request_page_t *page,
                   request_done_t *done, void *owner) {
  const aws_operation_t *asked = &operation_table[operation];
  if (!complete) {
    json_object_put(input);
    input = NULL;
  }
  aws_call_t call = {
      .session = studio->session, .operation = asked, .input = input, .page = page, .done = done, .owner = owner};
  if (aws_submit(&call))
    return;
  aws_error_t error;
  aws_error_set(&error, "internal", asked->name, 0, "no memory for the call");
  done(owner, &error);
}

void request_list_domains(studio_t *studio, request_page_t *page, request_done_t *done, void *owner) {
  json_object *input = json_object_new_object();
  bool complete = add(input, "MaxResults", json_object_new_int(LIST_PAGE_SIZE));
  submit(studio, OPERATION_LIST_DOMAINS, input, complete, page, done, owner);
}

void request_list_apps(studio_t *studio, const char *domain, request_page_t *page, request_done_t *done, void *owner) {
  json_object *input = json_object_new_object();
  bool complete = add(input, "MaxResults", json_object_new_int(LIST_PAGE_SIZE)) &&
                  (domain == NULL || add(input, "DomainIdEquals", json_object_new_string(domain)));
  submit(studio, OPERATION_LIST_APPS, input, complete, page, done, owner);
}

void request_streams_by_recency(studio_t *studio, request_page_t *page, request_done_t *done, void *owner) {
  json_object *input = json_object_new_object();
  bool complete = add(input, "logGroupName", json_object_new_string(studio->settings.log_group)) &&
                  add(input, "orderBy", json_object_new_string("LastEventTime")) &&
                  add(input, "descending", json_object_new_boolean(true)) &&
                  add(input, "limit", json_object_new_int(STREAMS_PAGE_SIZE));
  submit(studio, OPERATION_DESCRIBE_LOG_STREAMS, input, complete, page, done, owner);
}

void request_stream_by_name(studio_t *studio, const char *name, request_page_t *page, request_done_t *done,
                            void *owner) {
  json_object *input = json_object_new_object();
  bool complete = add(input, "logGroupName", json_object_new_string(studio->settings.log_group)) &&
                  add(input, "logStreamNamePrefix", json_object_new_string(name)) &&
                  add(input, "orderBy", json_object_new_string("LogStreamName")) &&
                  add(input, "descending", json_object_new_boolean(false)) &&
                  add(input, "limit", json_object_new_int(1));
  submit(studio, OPERATION_DESCRIBE_LOG_STREAMS, input, complete, page, done, owner);
}
