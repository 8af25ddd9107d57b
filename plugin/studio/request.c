#include "studio/request.h"

#include <string.h>

bool request_add(json_object *input, const char *name, json_object *value) {
  if (value != NULL && json_object_object_add(input, name, value) == 0)
    return true;
  json_object_put(value);
  return false;
}

/* request_add_group gives a group of another account, shared by cross-account observability, as an ARN:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-Unified-Cross-Account.html */
bool request_add_group(json_object *input, const studio_t *studio) {
  const char *group = studio->settings.log_group;
  bool is_arn = strncmp(group, "arn:", 4) == 0;
  return request_add(input, is_arn ? "logGroupIdentifier" : "logGroupName", json_object_new_string(group));
}

void request_submit(studio_t *studio, operation_t operation, json_object *input, bool is_complete, request_page_t *page,
                    request_done_t *done, void *user_data) {
  const aws_operation_t *asked = &operation_table[operation];
  if (!is_complete) {
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
