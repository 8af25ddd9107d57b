#include "aws/credentials/context.h"

bool context_endpoint(const credentials_context_t *context, const aws_service_t *service, const char *region,
                      char url[ENDPOINT_URL_SIZE], aws_error_t *error) {
  const char *configured = endpoint_configured(context->endpoints, context->endpoints_count, service);
  return endpoint_find(service, region, configured, context->files, context->profile, url, error);
}

void context_fill_request(const credentials_context_t *context, aws_request_t *request) {
  request->retry_policy = AWS_REQUEST_SERVICE;
  request->attempts = context->attempts;
  request->timeout_ms = context->timeout_ms;
  request->ca_file = context->ca_file;
  request->quota = context->quota;
}
