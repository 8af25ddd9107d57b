/* The AWS operations that the plugin may send: all of them read. Nothing else in studio/ makes an aws_operation_t, so
 * this table is the allow-list. */
#ifndef STUDIO_OPERATIONS_H
#define STUDIO_OPERATIONS_H

#include "aws/client.h"

/* The order of operation_table. */
typedef enum {
  OPERATION_LIST_DOMAINS,
  OPERATION_LIST_APPS,
  OPERATION_LIST_SPACES,
  OPERATION_DESCRIBE_DOMAIN,
  OPERATION_DESCRIBE_LOG_STREAMS,
  OPERATION_FILTER_LOG_EVENTS,
  OPERATION_GET_METRIC_DATA,
  OPERATIONS
} operation_t;

/* operation_services are the services of operation_table, NULL behind the last. */
extern const aws_service_t service_sagemaker;
extern const aws_service_t service_logs;
extern const aws_service_t service_monitoring;
extern const aws_service_t *const operation_services[];

extern const aws_operation_t operation_table[OPERATIONS];

/* operation_iam_prefix is what stands for an operation's service in policies: "cloudwatch" of
 * "cloudwatch:GetMetricData".
 */
const char *operation_iam_prefix(operation_t operation);

/* operation_losses say what is missing while AWS refuses an operation, ": until then ..."; NULL: every value is. */
extern const char *const operation_losses[OPERATIONS];

#endif
