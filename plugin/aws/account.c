#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "aws/environment.h"
#include "aws/internal.h"

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
  inquiries_cancel(account);
  keyring_release(&account->aws->rings, account->ring);
  free(account);
}

/* A file as it is now; false: there is none. */
static bool look_at(const char *configured, profile_file_t file, char path[PATH_MAX], struct stat *is) {
  return profile_files_path(file, configured, path, PATH_MAX) && stat(path, is) == 0;
}

/* What tells that a file is not the one that was read: "-" for one that is not there. */
static void stamp_file(const char *configured, profile_file_t file, char *stamp, size_t size) {
  char path[PATH_MAX];
  struct stat is;
  if (!look_at(configured, file, path, &is))
    snprintf(stamp, size, "-");
  else
    snprintf(stamp, size, "%ju:%jd:%jd.%09ld", (uintmax_t)is.st_ino, (intmax_t)is.st_size, (intmax_t)is.st_mtim.tv_sec,
             is.st_mtim.tv_nsec);
}

/* The credentials file is for keys; the config file is for everybody, unless the profile has its keys there. */
static void warn_of_readers(aws_account_t *account) {
  char path[PATH_MAX];
  struct stat is;
  bool has_keys =
      profile_file_value(account->files, PROFILE_CONFIG_FILE, account->profile, "aws_secret_access_key") != NULL;
  account->warning[0] = '\0';
  bool is_open = look_at(account->settings.credentials_file, PROFILE_CREDENTIALS_FILE, path, &is) &&
                 (is.st_mode & (S_IRGRP | S_IROTH)) != 0;
  if (!is_open && has_keys)
    is_open = look_at(account->settings.config_file, PROFILE_CONFIG_FILE, path, &is) &&
              (is.st_mode & (S_IRGRP | S_IROTH)) != 0;
  if (is_open)
    snprintf(account->warning, sizeof(account->warning),
             "%.400s may be read by others (mode %04o), and holds AWS keys: "
             "chmod 600 it",
             path, (unsigned)(is.st_mode & 07777));
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
  /* The files and keys that calls use stay until the calls are done. */
  bool in_use = account->calls > 0 || account->inquiries != NULL;
  if (account->ring != NULL && (in_use || strcmp(stamp, account->stamp) == 0))
    return true;
  keyring_t *ring = keyring_take(&account->aws->rings, &account->aws->loop, &account->settings, stamp, error);
  if (ring == NULL)
    return false;
  keyring_release(&account->aws->rings, account->ring);
  account->ring = ring;
  account->files = ring->files;
  account->profile = ring->profile;
  account->provider = ring->provider;
  memcpy(account->stamp, stamp, sizeof(stamp));
  warn_of_readers(account);
  return true;
}

const char *account_ca_file(const aws_account_t *account) {
  return keyring_ca_file(account->files, account->profile, account->settings.ca_file);
}

const char *aws_environment_region(void) {
  const char *region = environment_value("AWS_REGION");
  return region != NULL ? region : environment_value("AWS_DEFAULT_REGION");
}
