#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "aws/client_private.h"
#include "util/environment.h"

aws_account_t *aws_account_new(aws_t *aws, const aws_settings_t *settings) {
  aws_account_t *account = calloc(1, sizeof(*account));
  if (account == NULL)
    return NULL;
  account->aws = aws;
  account->settings = *settings;
  return account;
}

void aws_account_free(aws_account_t *account) {
  if (account == NULL)
    return;
  identity_cancel_queries(account);
  credentials_pool_release(&account->aws->pools, account->pool);
  free(account);
}

/* look_at says what a file is like now; false: it is not there. */
static bool look_at(const char *configured, profile_file_t file, char path[PATH_MAX], struct stat *status) {
  return profile_files_path(file, configured, path, PATH_MAX) && stat(path, status) == 0;
}

/* stamp_file writes what changes when the file does: inode, size and time of its last change; "-" where there is no
 * file. */
static void stamp_file(const char *configured, profile_file_t file, char *stamp, size_t size) {
  char path[PATH_MAX];
  struct stat status;
  if (!look_at(configured, file, path, &status))
    snprintf(stamp, size, "-");
  else
    snprintf(stamp, size, "%ju:%jd:%jd.%09ld", (uintmax_t)status.st_ino, (intmax_t)status.st_size,
             (intmax_t)status.st_mtim.tv_sec, status.st_mtim.tv_nsec);
}

/* warn_of_readers sets the account's warning. The credentials file has to be its owner's alone; others may read the
 * config file, unless the profile has keys there. */
static void warn_of_readers(aws_account_t *account) {
  char path[PATH_MAX];
  struct stat status;
  bool has_keys =
      profile_file_value(account->files, PROFILE_CONFIG_FILE, account->profile, "aws_secret_access_key") != NULL;
  account->warning[0] = '\0';
  bool is_open = look_at(account->settings.credentials_file, PROFILE_CREDENTIALS_FILE, path, &status) &&
                 (status.st_mode & (S_IRGRP | S_IROTH)) != 0;
  if (!is_open && has_keys)
    is_open = look_at(account->settings.config_file, PROFILE_CONFIG_FILE, path, &status) &&
              (status.st_mode & (S_IRGRP | S_IROTH)) != 0;
  if (is_open)
    snprintf(account->warning, sizeof(account->warning),
             "%.400s may be read by others (mode %04o), and holds AWS keys: "
             "chmod 600 it",
             path, (unsigned)(status.st_mode & 07777));
}

const char *aws_account_warning(const aws_account_t *account) {
  return account->warning[0] != '\0' ? account->warning : NULL;
}

bool aws_account_refresh(aws_account_t *account, aws_error_t *error) {
  char stamp[sizeof(account->stamp)];
  char config[120];
  char credentials[120];
  stamp_file(account->settings.config_file, PROFILE_CONFIG_FILE, config, sizeof(config));
  stamp_file(account->settings.credentials_file, PROFILE_CREDENTIALS_FILE, credentials, sizeof(credentials));
  snprintf(stamp, sizeof(stamp), "%s %s", config, credentials);
  /* The account keeps its files and keys while calls and queries use them. */
  bool in_use = account->calls > 0 || account->queries != NULL;
  if (account->pool != NULL && (in_use || strcmp(stamp, account->stamp) == 0))
    return true;
  credentials_pool_t *pool =
      credentials_pool_take(&account->aws->pools, &account->aws->loop, &account->settings, stamp, error);
  if (pool == NULL)
    return false;
  credentials_pool_release(&account->aws->pools, account->pool);
  account->pool = pool;
  account->files = pool->files;
  account->profile = pool->profile;
  account->provider = pool->provider;
  memcpy(account->stamp, stamp, sizeof(stamp));
  warn_of_readers(account);
  return true;
}

bool aws_account_endpoint(const aws_account_t *account, const aws_service_t *service, const char *region,
                          char url[ENDPOINT_URL_SIZE], aws_error_t *error) {
  const char *configured = endpoint_configured(account->settings.endpoints, account->settings.endpoints_count, service);
  return endpoint_find(service, region, configured, account->files, account->profile, url, error);
}

const char *account_ca_file(const aws_account_t *account) {
  return credentials_pool_ca_file(account->files, account->profile, account->settings.ca_file);
}

const char *aws_environment_region(void) {
  const char *region = environment_value("AWS_REGION");
  return region != NULL ? region : environment_value("AWS_DEFAULT_REGION");
}
