#include "studio/operations.h"

static const aws_service_t sagemaker = {ENDPOINT_SAGEMAKER, "sagemaker", "SageMaker"};
static const aws_service_t logs = {ENDPOINT_LOGS, "logs", "Logs_20140328"};

/* The limits of the List operations are not published; a scan of 2,000 apps fits into the burst. DescribeLogStreams has
 * 25 calls a second for the whole account and region, FilterLogEvents 5 to 25: we leave most of them to others, and
 * stay within the least of them in any second. */
const aws_operation_t operation_table[OPERATIONS] = {
    [OPERATION_LIST_DOMAINS] = {&sagemaker, "ListDomains", "NextToken", "NextToken", 5.0, 20.0},
    [OPERATION_LIST_APPS] = {&sagemaker, "ListApps", "NextToken", "NextToken", 5.0, 20.0},
    [OPERATION_LIST_SPACES] = {&sagemaker, "ListSpaces", "NextToken", "NextToken", 5.0, 20.0},
    [OPERATION_DESCRIBE_LOG_STREAMS] = {&logs, "DescribeLogStreams", "nextToken", "nextToken", 10.0, 10.0},
    [OPERATION_FILTER_LOG_EVENTS] = {&logs, "FilterLogEvents", "nextToken", "nextToken", 2.0, 3.0},
};
