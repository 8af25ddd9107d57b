/* From a region and a service to a host: the partitions as a table, the first prefix that matches wins.
 * https://docs.aws.amazon.com/general/latest/gr/rande.html, botocore's endpoints.json. Pure but for the environment. */
#ifndef AWS_PROTOCOL_ENDPOINT_H
#define AWS_PROTOCOL_ENDPOINT_H

#include <stdbool.h>
#include <stddef.h>

#include "aws/protocol/error.h"
#include "aws/protocol/profile.h"

#define ENDPOINT_URL_SIZE 512

/* An endpoint and a path behind it. */
#define ENDPOINT_REQUEST_SIZE 1024

/* The services that we speak to. The names are those of the plugin's Endpoint option and of a host's first label. */
typedef enum { ENDPOINT_SAGEMAKER, ENDPOINT_LOGS, ENDPOINT_STS, ENDPOINT_SSO, ENDPOINT_OIDC } endpoint_service_t;

/* endpoint_service_name is "sagemaker", "logs", "sts", "sso" or "oidc". */
const char *endpoint_service_name(endpoint_service_t service);

/* endpoint_region_is_valid: may this string stand in a host name and in a signature's scope? Letters, digits and inner
 * hyphens, at most 63: so no CR, LF, '/', '@' or '.' ever gets there. It need not be a region that we have heard of. */
bool endpoint_region_is_valid(const char *region);

typedef struct {
  bool fips;
  bool dualstack;
} endpoint_variant_t;

/* endpoint_host writes the service's host in a region; false: not a valid region, or too long. A region of no known
 * partition is taken for one of partition aws, as the SDKs do. */
bool endpoint_host(endpoint_service_t service, const char *region, endpoint_variant_t variant, char *host, size_t size);

/* endpoint_url_is_valid: http or https, a host, perhaps a port and a path; no user, query, fragment or control
 * character. */
bool endpoint_url_is_valid(const char *url);

/* endpoint_variant reads AWS_USE_FIPS_ENDPOINT and AWS_USE_DUALSTACK_ENDPOINT, then use_fips_endpoint and
 * use_dualstack_endpoint of the profile (files may be NULL). */
endpoint_variant_t endpoint_variant(const profile_files_t *files, const char *profile);

/* endpoint_find writes the URL that requests to service go to, as it was given, the strongest setting first:
 * configured (the plugin's option; NULL: none); unless AWS_IGNORE_CONFIGURED_ENDPOINT_URLS is true:
 * AWS_ENDPOINT_URL_SAGEMAKER, _CLOUDWATCH_LOGS, _STS, _SSO, _SSO_OIDC; AWS_ENDPOINT_URL; the profile's services
 * section; the profile's endpoint_url (ignore_configured_endpoint_urls of the profile counts like the variable); at
 * last endpoint_host. false: error names the setting, its value and what is allowed. */
bool endpoint_find(endpoint_service_t service, const char *region, const char *configured, const profile_files_t *files,
                   const char *profile, char url[ENDPOINT_URL_SIZE], aws_error_t *error);

/* What endpoint_find gives for STS where AWS_STS_REGIONAL_ENDPOINTS or sts_regional_endpoints is "legacy", in the
 * regions that are older than that setting. Requests to it are signed for us-east-1. */
#define ENDPOINT_STS_GLOBAL "https://sts.amazonaws.com"

/* endpoint_join puts an operation's path ("/", "/token") behind an endpoint, as botocore does: a path of the endpoint's
 * own is kept as it was given, and is all where the operation's is "/". false: it is too long. */
bool endpoint_join(const char *endpoint, const char *path, char url[ENDPOINT_REQUEST_SIZE])
    __attribute__((warn_unused_result));

#endif
