/* The sources of credentials, one file each, and their decorators. See provider.h for the contract.
 *
 * Constructors return NULL without memory. A provider owns the providers that it was given, in every case. Its context,
 * files and strings must outlive it. Where a source is not configured, its error's message says where it was looked
 * for. A provider that has to wait for a response serves one get at a time: it stands under a cache. */
#ifndef AWS_CREDENTIALS_PROVIDERS_H
#define AWS_CREDENTIALS_PROVIDERS_H

#include <stddef.h>

#include "aws/credentials/context.h"
#include "aws/credentials/provider.h"
#include "aws/protocol/profile.h"

/* credentials_environment_new reads AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN:
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-static-credentials.html */
credentials_provider_t *credentials_environment_new(void);

/* credentials_static_new reads aws_access_key_id, aws_secret_access_key and aws_session_token of a profile in one of
 * the shared files. */
credentials_provider_t *credentials_static_new(const credentials_context_t *context, profile_file_t file,
                                               const char *profile);

/* credentials_role_t is a role that is assumed with other keys:
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
typedef struct {
  const char *arn;
  const char *external_id;  /* NULL: none */
  const char *session_name; /* NULL: the context's */
  int duration_s;           /* 0: AWS's default, an hour */
  const char *place;        /* for people: `profile "x"`, `option RoleArn` */
} credentials_role_t;

/* credentials_role_new assumes the role with source's keys (AssumeRole). role's strings must outlive the provider, but
 * for place. */
credentials_provider_t *credentials_role_new(const credentials_context_t *context, credentials_provider_t *source,
                                             const credentials_role_t *role);

/* credentials_profile_role_new follows role_arn of a profile with source_profile or credential_source, and what these
 * lead to: https://docs.aws.amazon.com/sdkref/latest/guide/feature-assume-role-credentials.html */
credentials_provider_t *credentials_profile_role_new(const credentials_context_t *context, const char *profile);

/* credentials_web_identity_new assumes a role with a token (AssumeRoleWithWebIdentity), by the environment (if
 * uses_environment) or by the profile's web_identity_token_file:
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html */
credentials_provider_t *credentials_web_identity_new(const credentials_context_t *context, const char *profile,
                                                     bool uses_environment);

/* credentials_sso_new follows sso_account_id and sso_role_name of a profile: GetRoleCredentials with the token that
 * `aws sso login` has left. https://docs.aws.amazon.com/sdkref/latest/guide/feature-sso-credentials.html */
credentials_provider_t *credentials_sso_new(const credentials_context_t *context, const char *profile);

/* credentials_login_new refuses login_session of a profile that `aws login` has made: an error that names the way out,
 * credential_process with `aws configure export-credentials`, and no other identity in its place; absent where that way
 * is taken. */
credentials_provider_t *credentials_login_new(const credentials_context_t *context, const char *profile);

/* credentials_process_new runs credential_process of a profile:
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html */
credentials_provider_t *credentials_process_new(const credentials_context_t *context, const char *profile);

/* credentials_container_new asks AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or _FULL_URI: ECS, EKS Pod Identity.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html */
credentials_provider_t *credentials_container_new(const credentials_context_t *context);

/* credentials_instance_new asks the instance's metadata for its role's keys (imds.h). */
credentials_provider_t *credentials_instance_new(const credentials_context_t *context);

/* credentials_refusal_new always gives the same error: a configuration that cannot work, or a source that is not
 * configured. */
credentials_provider_t *credentials_refusal_new(credentials_result_t result, const aws_error_t *error);

/* credentials_chain_new asks its links in turn: the first that is configured decides. */
credentials_provider_t *credentials_chain_new(credentials_provider_t *const *links, size_t count);

/* credentials_profile_new is what a profile has without its role: web identity, SSO, keys, login, credential_process,
 * in the AWS command line's order. */
credentials_provider_t *credentials_profile_new(const credentials_context_t *context, const char *profile,
                                                bool uses_environment);

/* credentials_default_new is all that the AWS command line looks at, in its order. */
credentials_provider_t *credentials_default_new(const credentials_context_t *context);

/* credentials_cache_new keeps what the inner provider found. Keys that expire are renewed 15 minutes ahead, at the
 * latest 5; while a renewal fails the old ones are used as long as they last, and it is tried again every 30 seconds at
 * most; a failure is not kept. Gets that come while the inner provider is asked share its result. */
credentials_provider_t *credentials_cache_new(credentials_provider_t *inner, const loop_clock_t *clock);

/* credentials_cache_generation tells keys apart: as long as it is the same, the kept ones are the same. */
uint64_t credentials_cache_generation(const credentials_provider_t *cache);

/* credentials_cache_expire makes the next get ask the inner provider, if the keys of that generation are still the kept
 * ones: AWS called them expired. A provider that has just given out the same ones again is not asked once more. */
void credentials_cache_expire(credentials_provider_t *cache, uint64_t generation);

/* credentials_cache_forget forgets the gets of that user_data: their done is not called any more. */
void credentials_cache_forget(credentials_provider_t *cache, const void *user_data);

#endif
