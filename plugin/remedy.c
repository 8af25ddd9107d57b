#include "remedy.h"

#include <string.h>

#include "plugin.h"
#include "utils/common/common.h"

#include "studio/refusal.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

typedef struct {
  const char *code, *what_to_do;
} row_t;

/* by_code has AWS's codes and this plugin's. */
static const row_t by_code[] = {
    {"UnrecognizedClientException",
     "check the access key and the session token, and that the region is enabled for the account"},
    {"InvalidClientTokenId",
     "check the access key and the session token, and that the region is enabled for the account"},
    {"InvalidSignatureException", "check the secret key, and this machine's clock"},
    {"SignatureDoesNotMatch", "check the secret key, and this machine's clock"},
    {"IncompleteSignature", "check the secret key, and that no proxy changes what is sent"},
    {"ExpiredTokenException", "renew the keys: their session token has expired"},
    {"ExpiredToken", "renew the keys: their session token has expired"},
    {"RequestTimeTooSkewed", "set this machine's clock right"},
    {"RequestExpired", "set this machine's clock right"},
    {"OptInRequired", "enable the region for the account, or take it out of option Region"},
    {"RegionDisabledException", "enable the region for the account, or take it out of option Region"},
    {"UnknownOperationException", "check option Endpoint: what answers there does not have this operation"},
    {"ForbiddenException", "assign the account and the role to this user in IAM Identity Center"},
    {"credentials", "see collectd-sagemaker(5), Credentials"},
    {"configuration", "set it right; the next scan reads it again"},
    {"region", "set option Region"},
    {"dns", "check the region, option Endpoint and this machine's name server"},
    {"connect", "check the network, the proxy, and the options Endpoint and Timeout"},
    {"timeout", "check the network, the proxy, and the options Endpoint and Timeout"},
    {"tls", "check option CACert and the endpoint's certificate"},
    {"parse", "check that the endpoint, or a proxy before it, is AWS"},
};

/* by_denial has AWS's words for the kind of policy that denies an action, and so can allow it; the first row that fits
 * counts, and the last fits always. %s stands for the action. */
static const row_t by_denial[] = {
    {"service control policy", "have the organization's service control policy allow %s"},
    {"resource control policy", "have the organization's resource control policy allow %s"},
    {"permissions boundary", "allow %s in the permissions boundary"},
    {"VPC endpoint policy", "allow %s in the VPC endpoint's policy"},
    {"session policy", "allow %s in the session policy"},
    {"explicit deny", "take the explicit deny of %s out of the IAM policy"},
    {"", "allow %s in the IAM policy"},
};

static bool is_denied(const aws_error_t *error) {
  return strcmp(error->code, "AccessDeniedException") == 0 || strcmp(error->code, "AccessDenied") == 0 ||
         strcmp(error->code, "Forbidden") == 0;
}

static bool is_throttled(const aws_error_t *error) {
  return strncmp(error->code, "Throttl", 7) == 0 || strncmp(error->code, "TooManyRequests", 15) == 0 ||
         strcmp(error->code, "LimitExceededException") == 0 || strcmp(error->code, "RequestLimitExceeded") == 0;
}

static bool is_of_log_class(const aws_error_t *error) {
  return strcmp(error->code, "InvalidOperationException") == 0 &&
         (strcasestr(error->message, "INFREQUENT_ACCESS") != NULL || strcasestr(error->message, "class") != NULL);
}

/* is_of_encryption: the code is one of KMS's, or another code's message names KMS. */
static bool is_of_encryption(const aws_error_t *error) {
  return strncmp(error->code, "KMS", 3) == 0 || strstr(error->message, "KMS") != NULL ||
         strstr(error->message, "kms:") != NULL;
}

/* operation_of is the operation that failed; OPERATIONS: the table does not have it. */
static operation_t operation_of(const aws_error_t *error) {
  size_t i = 0;
  while (i < OPERATIONS && strcmp(operation_table[i].name, error->operation) != 0)
    i++;
  return (operation_t)i;
}

static void write_denial(const aws_error_t *error, operation_t operation, char *text, size_t size) {
  char action[64];
  if (operation == OPERATIONS && strcmp(error->operation, "AssumeRoleWithWebIdentity") == 0) {
    ssnprintf(text, size, "let the role's trust policy allow sts:%s to this web identity", error->operation);
  } else if (operation == OPERATIONS) {
    ssnprintf(text, size,
              "let the role's trust policy, with the ExternalId that it asks for, and the policy of these credentials "
              "allow sts:%s",
              error->operation);
  } else {
    size_t i = 0;
    while (strstr(error->message, by_denial[i].code) == NULL)
      i++;
    ssnprintf(action, sizeof(action), "%s:%s", operation_iam_prefix(operation), error->operation);
    const char *blank = strstr(by_denial[i].what_to_do, "%s");
    ssnprintf(text, size, "%.*s%s%s", (int)(blank - by_denial[i].what_to_do), by_denial[i].what_to_do, action,
              blank + strlen("%s"));
  }
}

/* remedy_of_other is for codes that by_code does not have. */
static const char *remedy_of_other(const aws_error_t *error) {
  if (is_throttled(error))
    return "others use up the account's quota; the next scan tries again";
  if (error->code[0] >= '0' && error->code[0] <= '9' && error->status < 500)
    return "check that the endpoint, or a proxy before it, is AWS";
  if (strcmp(error->code, "ResourceNotFoundException") == 0 || strcmp(error->code, "ResourceNotFound") == 0)
    return "check option Domain: AWS does not have what is asked for";
  if (error->code[0] >= 'A' && error->code[0] <= 'Z' && error->status >= 400 && error->status < 500)
    return "AWS's words say what it wants; it will refuse this again";
  return "the next scan tries again";
}

/* loss is what an operation's refusal leaves out; "": every value needs the operation, as all need ListDomains where
 * identifiers have the domains' names. */
static const char *loss(operation_t operation, const config_account_t *config) {
  bool needs_domains = operation == OPERATION_LIST_DOMAINS && config->studio.label_by_name;
  const char *told = needs_domains ? NULL : operation_losses[operation];
  return told != NULL ? told : "";
}

static void write_what_to_do(const aws_error_t *error, operation_t operation, char *text, size_t size) {
  for (size_t i = 0; i < COUNT(by_code); i++) {
    if (strcmp(error->code, by_code[i].code) == 0) {
      ssnprintf(text, size, "%s", by_code[i].what_to_do);
      return;
    }
  }
  if (is_of_encryption(error))
    ssnprintf(text, size, "enable the KMS key of what is asked for, and allow these credentials kms:Decrypt with it");
  else if (is_denied(error))
    write_denial(error, operation, text, size);
  else if (is_of_log_class(error))
    ssnprintf(text, size,
              "only a log group of class STANDARD can be searched, and a group's class cannot be changed: delete this "
              "one, with its logs, and SageMaker makes it anew");
  else
    ssnprintf(text, size, "%s", remedy_of_other(error));
}

void remedy_write(const aws_error_t *error, const config_account_t *config, char *text, size_t size) {
  operation_t operation = operation_of(error);
  write_what_to_do(error, operation, text, size);
  if (operation == OPERATIONS || !refusal_is_lasting(error, operation))
    return;
  size_t length = strlen(text);
  ssnprintf(text + length, size - length, "%s", loss(operation, config));
}
