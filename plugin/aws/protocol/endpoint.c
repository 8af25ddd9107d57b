#include "aws/protocol/endpoint.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/ascii.h"

#define ENDPOINT_REGION_LIMIT 63 /* a DNS label */
#define ENDPOINT_HOST_LIMIT 253  /* a DNS name */

/* endpoint_family_t tells the partitions apart whose FIPS hosts are made differently. */
typedef enum { ENDPOINT_COMMERCIAL, ENDPOINT_GOVERNMENT, ENDPOINT_ELSEWHERE } endpoint_family_t;

typedef struct {
  const char *prefix;
  const char *suffix;
  const char *dualstack_suffix;
  endpoint_family_t family;
} endpoint_partition_t;

/* endpoint_partitions are tried in turn: the first prefix that matches wins. The last row is partition aws, which an
 * unknown region is taken for. */
static const endpoint_partition_t endpoint_partitions[] = {
    {"us-gov-", "amazonaws.com", "api.aws", ENDPOINT_GOVERNMENT},
    {"cn-", "amazonaws.com.cn", "api.amazonwebservices.com.cn", ENDPOINT_ELSEWHERE},
    {"eusc-", "amazonaws.eu", "api.amazonwebservices.eu", ENDPOINT_ELSEWHERE},
    {"us-iso-", "c2s.ic.gov", "api.aws.ic.gov", ENDPOINT_ELSEWHERE},
    {"us-isob-", "sc2s.sgov.gov", "api.aws.scloud", ENDPOINT_ELSEWHERE},
    {"eu-isoe-", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk", ENDPOINT_ELSEWHERE},
    {"us-isof-", "csp.hci.ic.gov", "api.aws.hci.ic.gov", ENDPOINT_ELSEWHERE},
    {"", "amazonaws.com", "api.aws", ENDPOINT_COMMERCIAL},
};

const aws_service_t aws_service_sts = {
    .name = "sts",
    .setting = "sts",
    .host = "sts",
    .signing_name = "sts",
};

const aws_service_t aws_service_sso = {
    .name = "sso",
    .setting = "sso",
    .host = "portal.sso",
};

const aws_service_t aws_service_oidc = {
    .name = "oidc",
    .setting = "sso_oidc",
    .host = "oidc",
};

const char *endpoint_configured(const aws_endpoint_t *endpoints, size_t count, const aws_service_t *service) {
  for (size_t i = 0; i < count; i++) {
    if (endpoints[i].service == service)
      return endpoints[i].url;
  }
  return NULL;
}

bool endpoint_region_is_valid(const char *region) {
  size_t length = 0;
  while (ascii_is_alphanumeric(region[length]) || region[length] == '-')
    length++;
  return region[length] == '\0' && length > 0 && length <= ENDPOINT_REGION_LIMIT && region[0] != '-' &&
         region[length - 1] != '-';
}

static const endpoint_partition_t *endpoint_partition(const char *region) {
  const endpoint_partition_t *partition = endpoint_partitions;
  while (strncmp(region, partition->prefix, strlen(partition->prefix)) != 0)
    partition++;
  return partition;
}

/* endpoint_first is what stands ahead of the region; NULL: host and "-fips". */
static const char *endpoint_first(const aws_service_t *service, endpoint_variant_t variant, endpoint_family_t family) {
  if (!variant.fips)
    return service->host;
  if (family == ENDPOINT_COMMERCIAL && !variant.dualstack)
    return service->fips_host_commercial;
  if (family != ENDPOINT_GOVERNMENT)
    return NULL;
  if (variant.dualstack)
    return service->fips_host_government_dualstack;
  return service->fips_host_government != NULL ? service->fips_host_government : service->host;
}

bool endpoint_host(const aws_service_t *service, const char *region, endpoint_variant_t variant, char *host,
                   size_t size) {
  if (!endpoint_region_is_valid(region))
    return false;

  const endpoint_partition_t *partition = endpoint_partition(region);
  const char *first = endpoint_first(service, variant, partition->family);
  int length = snprintf(host, size, "%s%s.%s.%s", first != NULL ? first : service->host, first != NULL ? "" : "-fips",
                        region, variant.dualstack ? partition->dualstack_suffix : partition->suffix);
  return length > 0 && (size_t)length < size;
}

/* endpoint_is_ipv6 says whether host begins with "[address]"; *end is left behind it. */
static bool endpoint_is_ipv6(const char *host, const char **end) {
  char text[INET6_ADDRSTRLEN];
  struct in6_addr address;
  const char *close = strchr(host, ']');
  if (close == NULL || (size_t)(close - host) > sizeof(text))
    return false;
  memcpy(text, host + 1, (size_t)(close - host - 1));
  text[close - host - 1] = '\0';
  *end = close + 1;
  return inet_pton(AF_INET6, text, &address) == 1;
}

/* endpoint_is_name says whether host begins with labels of letters, digits, inner hyphens and, for container networks,
 * underscores; *end is left behind them. An IPv4 address looks no different. */
static bool endpoint_is_name(const char *host, const char **end) {
  const char *at = host;
  for (;;) {
    const char *label = at;
    while (ascii_is_alphanumeric(*at) || *at == '-' || *at == '_')
      at++;
    if (at == label || at - label > ENDPOINT_REGION_LIMIT || label[0] == '-' || at[-1] == '-')
      return false;
    if (*at != '.')
      break;
    at++;
  }
  *end = at;
  return at - host <= ENDPOINT_HOST_LIMIT;
}

static bool endpoint_is_port(const char *text, const char **end) {
  unsigned port = 0;
  size_t digits = 0;
  while (digits < 6 && ascii_is_digit(text[digits]))
    port = port * 10 + (unsigned)(text[digits++] - '0');
  *end = text + digits;
  return digits > 0 && port >= 1 && port <= 65535;
}

/* endpoint_is_path says whether path is RFC 3986's. A character that may not stand there unencoded ends the path for
 * some programs, or means something else. */
static bool endpoint_is_path(const char *path) {
  for (const char *at = path; *at != '\0'; at++) {
    bool is_encoded = at[0] == '%' && at[1] != '\0' && strchr("0123456789abcdefABCDEF", at[1]) != NULL &&
                      at[2] != '\0' && strchr("0123456789abcdefABCDEF", at[2]) != NULL;
    if (!is_encoded && !ascii_is_alphanumeric(*at) && strchr("/-._~!$&'()*+,;=:@", *at) == NULL)
      return false;
  }
  return path[0] == '\0' || path[0] == '/';
}

bool endpoint_url_is_valid(const char *url) {
  const char *at = NULL;
  if (ascii_starts(url, "http://"))
    at = url + strlen("http://");
  else if (ascii_starts(url, "https://"))
    at = url + strlen("https://");
  if (at == NULL || strlen(url) >= ENDPOINT_URL_SIZE)
    return false;

  bool is_host = *at == '[' ? endpoint_is_ipv6(at, &at) : endpoint_is_name(at, &at);
  if (!is_host || (*at == ':' && !endpoint_is_port(at + 1, &at)))
    return false;
  return endpoint_is_path(at);
}

/* endpoint_flag is botocore's ensure_boolean: "true" in any case, but neither "1" nor "yes". The variable, even an
 * empty one, hides the profile's setting. */
static bool endpoint_flag(const char *variable, const profile_files_t *files, const char *profile, const char *key) {
  const char *value = getenv(variable);
  if (value == NULL && files != NULL && profile != NULL)
    value = profile_value(files, profile, key);
  return value != NULL && ascii_equal(value, "true");
}

endpoint_variant_t endpoint_variant(const profile_files_t *files, const char *profile) {
  return (endpoint_variant_t){
      .fips = endpoint_flag("AWS_USE_FIPS_ENDPOINT", files, profile, "use_fips_endpoint"),
      .dualstack = endpoint_flag("AWS_USE_DUALSTACK_ENDPOINT", files, profile, "use_dualstack_endpoint"),
  };
}

/* endpoint_setting_t is a URL that was set and, for people, the name of the setting. An empty URL counts as not set, as
 * in botocore. */
typedef struct {
  const char *url;
  char name[96];
} endpoint_setting_t;

static bool endpoint_set(endpoint_setting_t *setting, const char *url, const char *place, const char *name) {
  if (url == NULL || url[0] == '\0')
    return false;
  setting->url = url;
  return snprintf(setting->name, sizeof(setting->name), "%s%s", place, name) > 0;
}

/* endpoint_variable writes the environment's name for the service's endpoint: "AWS_ENDPOINT_URL_SSO_OIDC". */
static void endpoint_variable(const aws_service_t *service, char *variable, size_t size) {
  (void)snprintf(variable, size, "AWS_ENDPOINT_URL_%s", service->setting);
  for (char *at = variable; *at != '\0'; at++)
    *at = ascii_upper(*at);
}

/* endpoint_find_setting finds the strongest setting that has a URL. false: no setting has one, or error says why that
 * cannot be told. */
static bool endpoint_find_setting(const aws_service_t *service, const char *configured, const profile_files_t *files,
                                  const char *profile, endpoint_setting_t *setting, aws_error_t *error) {
  if (endpoint_set(setting, configured, "Endpoint of ", service->name))
    return true;
  if (endpoint_flag("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", files, profile, "ignore_configured_endpoint_urls"))
    return false;

  char variable[64];
  endpoint_variable(service, variable, sizeof(variable));
  if (endpoint_set(setting, getenv(variable), "", variable))
    return true;
  if (endpoint_set(setting, getenv("AWS_ENDPOINT_URL"), "", "AWS_ENDPOINT_URL"))
    return true;
  if (files == NULL || profile == NULL)
    return false;

  char key[64];
  const char *services = profile_value(files, profile, "services");
  if (services != NULL && !profile_section_exists(files, PROFILE_SERVICES, services)) {
    aws_error_set(
        error, "configuration", "endpoint", 0,
        "profile \"%.100s\" has services = %.100s, but %.200s has no [services %.100s]: add it, or remove the "
        "setting",
        profile, services, profile_file_path(files, PROFILE_CONFIG_FILE), services);
    return false;
  }
  int length = snprintf(key, sizeof(key), "%s.endpoint_url", service->setting);
  if (length > 0 && services != NULL &&
      endpoint_set(setting, profile_section_value(files, PROFILE_SERVICES, services, key), "the services section's ",
                   key))
    return true;
  return endpoint_set(setting, profile_value(files, profile, "endpoint_url"), "the profile's ", "endpoint_url");
}

/* endpoint_refuse makes the error of an unusable URL. It does not repeat one with an '@': what stands ahead of that may
 * be a password. */
static void endpoint_refuse(const endpoint_setting_t *setting, aws_error_t *error) {
  const char *shown = strchr(setting->url, '@') == NULL ? setting->url : "(not shown)";
  aws_error_set(
      error, "configuration", "endpoint", 0,
      "%s is \"%.200s\": it takes http:// or https://, a host, perhaps a port and a path, at most %d characters",
      setting->name, shown, ENDPOINT_URL_SIZE - 1);
}

/* endpoint_is_legacy_region is true of the regions that are older than STS's regional hosts: botocore's
 * LEGACY_GLOBAL_STS_REGIONS. */
static bool endpoint_is_legacy_region(const char *region) {
  static const char *const regions[] = {
      "ap-northeast-1", "ap-south-1", "ap-southeast-1", "ap-southeast-2", "ca-central-1",
      "eu-central-1",   "eu-north-1", "eu-west-1",      "eu-west-2",      "eu-west-3",
      "sa-east-1",      "us-east-1",  "us-east-2",      "us-west-1",      "us-west-2",
  };
  for (size_t i = 0; i < sizeof(regions) / sizeof(regions[0]); i++) {
    if (strcmp(regions[i], region) == 0)
      return true;
  }
  return false;
}

/* endpoint_is_legacy says whether STS is asked at its global host. false with an error: the setting is neither regional
 * nor legacy. */
static bool endpoint_is_legacy(const char *region, const profile_files_t *files, const char *profile,
                               aws_error_t *error) {
  const char *value = getenv("AWS_STS_REGIONAL_ENDPOINTS");
  if (value == NULL && files != NULL && profile != NULL)
    value = profile_value(files, profile, "sts_regional_endpoints");
  if (value == NULL || value[0] == '\0' || strcmp(value, "regional") == 0)
    return false;
  if (strcmp(value, "legacy") == 0)
    return endpoint_is_legacy_region(region);
  aws_error_set(
      error, "configuration", "endpoint", 0,
      "AWS_STS_REGIONAL_ENDPOINTS, or the profile's sts_regional_endpoints, is \"%.60s\": it takes regional or "
      "legacy",
      value);
  return false;
}

static bool endpoint_of_aws(const aws_service_t *service, const char *region, const profile_files_t *files,
                            const char *profile, char url[ENDPOINT_URL_SIZE], aws_error_t *error) {
  endpoint_variant_t variant = endpoint_variant(files, profile);
  char host[ENDPOINT_HOST_LIMIT + 1];
  int length = -1;
  if (service == &aws_service_sts && !variant.fips && !variant.dualstack &&
      endpoint_is_legacy(region, files, profile, error))
    length = snprintf(url, ENDPOINT_URL_SIZE, "%s", ENDPOINT_STS_GLOBAL);
  else if (error->code[0] == '\0' && endpoint_host(service, region, variant, host, sizeof(host)))
    length = snprintf(url, ENDPOINT_URL_SIZE, "https://%s", host);
  bool found = length > 0 && length < ENDPOINT_URL_SIZE;
  if (!found && error->code[0] == '\0')
    aws_error_set(error, "internal", "endpoint", 0, "no host for region \"%s\"", region);
  return found;
}

bool endpoint_find(const aws_service_t *service, const char *region, const char *configured,
                   const profile_files_t *files, const char *profile, char url[ENDPOINT_URL_SIZE], aws_error_t *error) {
  if (!endpoint_region_is_valid(region)) {
    aws_error_set(error, "region", "endpoint", 0,
                  "\"%.100s\" is no region: it takes letters, digits and inner hyphens (eu-central-1)", region);
    return false;
  }

  endpoint_setting_t setting = {NULL, ""};
  error->code[0] = '\0';
  if (endpoint_find_setting(service, configured, files, profile, &setting, error)) {
    if (!endpoint_url_is_valid(setting.url)) {
      endpoint_refuse(&setting, error);
      return false;
    }
    memcpy(url, setting.url, strlen(setting.url) + 1);
    return true;
  }

  if (error->code[0] != '\0')
    return false;

  return endpoint_of_aws(service, region, files, profile, url, error);
}

bool endpoint_join(const char *endpoint, const char *path, char url[ENDPOINT_REQUEST_SIZE]) {
  const char *own = strchr(strstr(endpoint, "://") + 3, '/');
  size_t length = strlen(endpoint);
  if (own != NULL && strcmp(path, "/") == 0)
    path = "";
  else if (own != NULL && endpoint[length - 1] == '/')
    length--;
  int written = snprintf(url, ENDPOINT_REQUEST_SIZE, "%.*s%s", (int)length, endpoint, path);
  return written > 0 && written < ENDPOINT_REQUEST_SIZE;
}
