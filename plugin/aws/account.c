#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "aws/internal.h"
#include "aws/providers.h"

static const char *set_or_null(const char *name) {
  const char *value = getenv(name);
  return value != NULL && value[0] != '\0' ? value : NULL;
}

aws_account_t *aws_account_new(aws_t *aws, const aws_settings_t *settings) {
  aws_account_t *account = calloc(1, sizeof(*account));
  if (account == NULL)
    return NULL;
  account->aws = aws;
  account->settings = *settings;
  return account;
}

static void close_files(aws_account_t *account) {
  if (account->provider != NULL)
    account->provider->destroy(account->provider);
  account->provider = NULL;
  profile_files_free(account->files);
  account->files = NULL;
}

void aws_account_free(aws_account_t *account) {
  if (account == NULL)
    return;
  close_files(account);
  free(account);
}

/* What tells that a file is not the one that was read: "-" for one that is not there. */
static void stamp_file(const char *configured, profile_file_t file, char *stamp, size_t size) {
  char path[PATH_MAX];
  struct stat is;
  if (!profile_files_path(file, configured, path, sizeof(path)) || stat(path, &is) != 0)
    snprintf(stamp, size, "-");
  else
    snprintf(stamp, size, "%ju:%jd:%jd.%09ld", (uintmax_t)is.st_ino, (intmax_t)is.st_size, (intmax_t)is.st_mtim.tv_sec,
             is.st_mtim.tv_nsec);
}

/* The order of the AWS command line: see credentials.h. A profile that the administrator named is not overridden by the
 * environment of a daemon. */
static credentials_provider_t *make_chain(const aws_account_t *account) {
  credentials_provider_t *links[3];
  size_t count = 0;
  if (account->settings.profile == NULL)
    links[count++] = credentials_environment_new();
  links[count++] = credentials_static_new(account->files, PROFILE_CREDENTIALS_FILE, account->profile);
  links[count++] = credentials_static_new(account->files, PROFILE_CONFIG_FILE, account->profile);
  return credentials_cache_new(credentials_chain_new(links, count), account->aws->loop.clock);
}

static const char *effective_profile(const aws_account_t *account) {
  if (account->settings.profile != NULL)
    return account->settings.profile;
  if (set_or_null("AWS_PROFILE") != NULL)
    return set_or_null("AWS_PROFILE");
  return set_or_null("AWS_DEFAULT_PROFILE") != NULL ? set_or_null("AWS_DEFAULT_PROFILE") : "default";
}

static bool check_profile(const aws_account_t *account, const profile_files_t *files, const char *profile,
                          aws_error_t *error) {
  if (strcmp(profile, "default") == 0 || profile_exists(files, profile))
    return true;
  char config[PATH_MAX] = "";
  char credentials[PATH_MAX] = "";
  profile_files_path(PROFILE_CONFIG_FILE, account->settings.config_file, config, sizeof(config));
  profile_files_path(PROFILE_CREDENTIALS_FILE, account->settings.credentials_file, credentials, sizeof(credentials));
  aws_error_set(error, "credentials", "credentials", 0, "profile \"%s\" (from %s) is neither in %s nor in %s", profile,
                account->settings.profile != NULL ? "option Profile" : "AWS_PROFILE", config, credentials);
  return false;
}

bool aws_account_refresh(aws_account_t *account, aws_error_t *error) {
  char stamp[sizeof(account->stamp)];
  char config[120];
  char credentials[120];
  stamp_file(account->settings.config_file, PROFILE_CONFIG_FILE, config, sizeof(config));
  stamp_file(account->settings.credentials_file, PROFILE_CREDENTIALS_FILE, credentials, sizeof(credentials));
  snprintf(stamp, sizeof(stamp), "%s %s", config, credentials);
  /* The files and keys that calls use stay until the calls are done. */
  if (account->files != NULL && (account->calls > 0 || strcmp(stamp, account->stamp) == 0))
    return true;
  profile_files_t *files = profile_files_new();
  const char *profile = effective_profile(account);
  if (files == NULL) {
    aws_error_set(error, "credentials", "credentials", 0, "no memory for the shared AWS files");
  } else if (profile_files_load(files, account->settings.config_file, account->settings.credentials_file, error) &&
             check_profile(account, files, profile, error)) {
    close_files(account);
    account->files = files;
    account->profile = profile;
    account->provider = make_chain(account);
    if (account->provider != NULL) {
      memcpy(account->stamp, stamp, sizeof(stamp));
      return true;
    }
    aws_error_set(error, "credentials", "credentials", 0, "no memory for the sources of credentials");
    close_files(account);
    return false;
  }
  profile_files_free(files);
  return false;
}

const char *account_ca_file(const aws_account_t *account) {
  if (account->settings.ca_file != NULL)
    return account->settings.ca_file;
  if (set_or_null("AWS_CA_BUNDLE") != NULL)
    return set_or_null("AWS_CA_BUNDLE");
  return profile_value(account->files, account->profile, "ca_bundle");
}

const char *aws_environment_region(void) {
  const char *region = set_or_null("AWS_REGION");
  return region != NULL ? region : set_or_null("AWS_DEFAULT_REGION");
}

void aws_account_region(aws_account_t *account, aws_region_done_t *done, void *owner) {
  const char *region = aws_environment_region();
  const char *from = "AWS_REGION";
  if (region == NULL) {
    region = profile_value(account->files, account->profile, "region");
    from = "region of the profile";
  }
  aws_error_t error;
  if (region != NULL && region[0] != '\0' && endpoint_region_is_valid(region)) {
    done(owner, region, NULL);
    return;
  }
  if (region == NULL || region[0] == '\0')
    aws_error_set(
        &error, "region", "region", 0,
        "no region; looked for: option Region; AWS_REGION and AWS_DEFAULT_REGION in the environment; region of "
        "profile \"%s\" in the config file",
        account->profile);
  else
    aws_error_set(&error, "region", "region", 0, "\"%s\" (%s) is no region: letters, digits and hyphens make one",
                  region, from);
  done(owner, NULL, &error);
}
