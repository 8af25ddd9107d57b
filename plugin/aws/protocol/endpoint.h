/* From a region and a service to a host and a URL: the partitions are a table here, the services are rows that the
 * caller brings. https://docs.aws.amazon.com/general/latest/gr/rande.html, botocore's endpoints.json. Pure but for the
 * environment. */
#ifndef AWS_PROTOCOL_ENDPOINT_H
#define AWS_PROTOCOL_ENDPOINT_H

#include <stdbool.h>
#include <stddef.h>

#include "aws/protocol/error.h"
#include "aws/protocol/profile.h"

#define ENDPOINT_URL_SIZE 512

/* An endpoint and a path behind it. */
#define ENDPOINT_REQUEST_SIZE 1024

/* aws_service_t says how an AWS service is found and spoken to. The address of its row, which is a constant, identifies
 * the service.
 *
 * host stands ahead of the region: "logs" in logs.eu-west-1.amazonaws.com. FIPS adds "-fips" to it
 * (logs-fips.eu-west-1.amazonaws.com), except in GovCloud without dualstack, whose plain hosts are FIPS hosts. Where
 * the model's endpoint rule set says otherwise, the three fips_host fields have what it says. Dualstack changes what
 * follows the region, for all services alike. */
typedef struct {
  const char *name;    /* in the Endpoint option, and for people: "logs" */
  const char *setting; /* the service id in a [services] section, "sso_oidc"; in capitals behind AWS_ENDPOINT_URL_ */
  const char *host;
  const char *fips_host_commercial;           /* NULL: host and "-fips"; not for dualstack */
  const char *fips_host_government;           /* NULL: host */
  const char *fips_host_government_dualstack; /* NULL: host and "-fips" */
  const char *signing_name;                   /* in a signature's scope; NULL: requests are not signed */
  const char *target_prefix; /* of X-Amz-Target: "Logs_20140328"; NULL: the service has no JSON protocol */
  const char *json_version;  /* of the content type: "1.0", "1.1"; NULL as target_prefix */
} aws_service_t;

/* The services that credentials come from: STS, the portal of IAM Identity Center (SSO), and its OIDC. */
extern const aws_service_t aws_service_sts;
extern const aws_service_t aws_service_sso;
extern const aws_service_t aws_service_oidc;

/* aws_endpoint_t is the URL that an administrator has given for one service. */
typedef struct {
  const aws_service_t *service;
  char *url;
} aws_endpoint_t;

/* endpoint_configured is the URL that stands for service in a table of count rows; NULL: no row has one. */
const char *endpoint_configured(const aws_endpoint_t *endpoints, size_t count, const aws_service_t *service);

/* endpoint_region_is_valid says whether a text may stand in a host name and in a signature's scope: letters, digits and
 * inner hyphens, at most 63: so no CR, LF, '/', '@' or '.' ever gets there. It need not be a region that we have heard
 * of. */
bool endpoint_region_is_valid(const char *region);

typedef struct {
  bool fips;
  bool dualstack;
} endpoint_variant_t;

/* endpoint_host writes the service's host in a region; false: not a valid region, or too long. A region of no known
 * partition is taken for one of partition aws, as the SDKs do. */
bool endpoint_host(const aws_service_t *service, const char *region, endpoint_variant_t variant, char *host,
                   size_t size);

/* endpoint_url_is_valid: http or https, a host, perhaps a port and a path; no user, query, fragment or control
 * character. */
bool endpoint_url_is_valid(const char *url);

/* endpoint_variant reads AWS_USE_FIPS_ENDPOINT and AWS_USE_DUALSTACK_ENDPOINT, then use_fips_endpoint and
 * use_dualstack_endpoint of the profile (files may be NULL). */
endpoint_variant_t endpoint_variant(const profile_files_t *files, const char *profile);

/* endpoint_find writes the URL that requests to service go to, as it was given, the strongest setting first:
 * configured (the Endpoint option; NULL: it was not given); unless AWS_IGNORE_CONFIGURED_ENDPOINT_URLS is true: the
 * service's AWS_ENDPOINT_URL_<variable>; AWS_ENDPOINT_URL; the profile's services section; the profile's endpoint_url
 * (ignore_configured_endpoint_urls of the profile counts like the variable); at last endpoint_host. files and profile
 * may be NULL. false: error names the setting, its value and what is allowed.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html */
bool endpoint_find(const aws_service_t *service, const char *region, const char *configured,
                   const profile_files_t *files, const char *profile, char url[ENDPOINT_URL_SIZE], aws_error_t *error);

/* What endpoint_find gives for STS where AWS_STS_REGIONAL_ENDPOINTS or sts_regional_endpoints is "legacy", in the
 * regions that are older than that setting. Requests to it are signed for us-east-1. */
#define ENDPOINT_STS_GLOBAL "https://sts.amazonaws.com"

/* endpoint_join puts an operation's path ("/", "/token") behind an endpoint, as botocore does: a path of the endpoint's
 * own is kept as it was given, and is all where the operation's is "/". false: it is too long. */
bool endpoint_join(const char *endpoint, const char *path, char url[ENDPOINT_REQUEST_SIZE])
    __attribute__((warn_unused_result));

#endif
