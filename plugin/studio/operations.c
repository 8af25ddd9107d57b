#include "studio/operations.h"

/* The services' models name hosts, prefixes and versions:
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/ */
const aws_service_t service_sagemaker = {
    .name = "sagemaker",
    .setting = "sagemaker",
    .host = "api.sagemaker",
    .fips_host_commercial = "api-fips.sagemaker",
    .fips_host_government = "api-fips.sagemaker",
    .signing_name = "sagemaker",
    .target_prefix = "SageMaker",
    .json_version = "1.1",
};

const aws_service_t service_logs = {
    .name = "logs",
    .setting = "cloudwatch_logs",
    .host = "logs",
    .signing_name = "logs",
    .target_prefix = "Logs_20140328",
    .json_version = "1.1",
};

const aws_service_t service_monitoring = {
    .name = "monitoring",
    .setting = "cloudwatch",
    .host = "monitoring",
    .fips_host_government_dualstack = "monitoring",
    .signing_name = "monitoring",
    .target_prefix = "GraniteServiceVersion20100801",
    .json_version = "1.0",
};

const aws_service_t *const operation_services[] = {&service_sagemaker, &service_logs, &service_monitoring, NULL};

/* operation_table has the rates. The limits of the List operations are not published; a scan of 2,000 apps fits into
 * the burst. DescribeLogStreams has 25 calls a second for the whole account and region, FilterLogEvents 5 to 25: we
 * leave most of them to others, and stay within the least of them in any second. GetMetricData has 50. DescribeDomain
 * has no pages: the token that its row names for all rows alike is never there. */
const aws_operation_t operation_table[OPERATIONS] = {
    [OPERATION_LIST_DOMAINS] = {&service_sagemaker, "ListDomains", "NextToken", "NextToken", 5.0, 20.0},
    [OPERATION_LIST_APPS] = {&service_sagemaker, "ListApps", "NextToken", "NextToken", 5.0, 20.0},
    [OPERATION_LIST_SPACES] = {&service_sagemaker, "ListSpaces", "NextToken", "NextToken", 5.0, 20.0},
    [OPERATION_DESCRIBE_DOMAIN] = {&service_sagemaker, "DescribeDomain", "NextToken", "NextToken", 5.0, 20.0},
    [OPERATION_DESCRIBE_LOG_STREAMS] = {&service_logs, "DescribeLogStreams", "nextToken", "nextToken", 10.0, 10.0},
    [OPERATION_FILTER_LOG_EVENTS] = {&service_logs, "FilterLogEvents", "nextToken", "nextToken", 2.0, 3.0},
    [OPERATION_GET_METRIC_DATA] = {&service_monitoring, "GetMetricData", "NextToken", "NextToken", 5.0, 5.0},
};

const char *const operation_losses[OPERATIONS] = {
    [OPERATION_LIST_DOMAINS] = ": until then only names of domains are missing",
    [OPERATION_LIST_SPACES] = ": until then apps in unknown spaces have no value",
    [OPERATION_DESCRIBE_DOMAIN] =
        ": until then idle_shutdown, count-unprotected and count-overdue are missing, and nothing else",
    [OPERATION_FILTER_LOG_EVENTS] = ": until then the newest event counts, whoever caused it",
    [OPERATION_GET_METRIC_DATA] = ": until then a Canvas has only its uptime; option CanvasMetric false asks no more",
};

const char *operation_iam_prefix(operation_t operation) {
  const aws_service_t *service = operation_table[operation].service;
  return service == &service_monitoring ? "cloudwatch" : service->signing_name;
}
