/* links: aws fuzz/input */
/* The shared AWS files: the config file's text, then the credentials file's; by the first byte also from disk. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "aws/protocol/ini.h"
#include "aws/protocol/profile.h"
#include "util/small_file.h"

#include "input.h"

static const char *const keys[] = {"region",
                                   "aws_access_key_id",
                                   "aws_secret_access_key",
                                   "credential_process",
                                   "sso_session",
                                   "source_profile",
                                   "role_arn",
                                   "s3.region",
                                   "services",
                                   "endpoint_url"};

static void look_up(const profile_files_t *files) {
  static const char *const profiles[] = {"default", "a", "b c", ""};
  for (size_t i = 0; i < sizeof(profiles) / sizeof(profiles[0]); i++) {
    bool exists = profile_exists(files, profiles[i]);
    for (size_t key = 0; key < sizeof(keys) / sizeof(keys[0]); key++) {
      const char *value = profile_value(files, profiles[i], keys[key]);
      INPUT_PROMISE(value == NULL || exists);
      (void)profile_file_value(files, PROFILE_CONFIG_FILE, profiles[i], keys[key]);
      (void)profile_section_value(files, PROFILE_SSO_SESSION, profiles[i], keys[key]);
      (void)profile_section_value(files, PROFILE_SERVICES, profiles[i], "sagemaker.endpoint_url");
    }
  }
}

/* The same bytes as a file: read whole, and parsed to the same end. */
static void read_as_file(const char *text, size_t length, bool was_parsed) {
  char path[64];
  int fd = memfd_create("profile", MFD_CLOEXEC);
  INPUT_PROMISE(fd >= 0 && write(fd, text, length) == (ssize_t)length);
  (void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
  buffer_t read = BUFFER_INIT(SMALL_FILE_LIMIT_BYTES);
  const char *reason = NULL;
  if (small_file_read(path, &read, &reason))
    INPUT_PROMISE(read.length == length && memcmp(read.data, text, length) == 0);
  else
    INPUT_PROMISE(length > SMALL_FILE_LIMIT_BYTES && reason != NULL);
  buffer_clear(&read);
  profile_files_t *files = profile_files_new();
  aws_error_t error = {.code = ""};
  bool loaded = profile_files_load(files, path, "/nonexistent", &error);
  INPUT_PROMISE(loaded == was_parsed && (loaded || input_is_line(error.message)));
  profile_files_free(files);
  (void)close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  input_t input = input_of(data, size);
  bool from_disk = input_byte(&input) % 4 == 1;
  profile_files_t *files = profile_files_new();
  aws_error_t error = {.code = ""};
  for (int file = PROFILE_CONFIG_FILE; file <= PROFILE_CREDENTIALS_FILE; file++) {
    size_t length = 0;
    const char *text = input_record(&input, &length);
    if (text == NULL)
      break;
    bool parsed = profile_files_parse(files, (profile_file_t)file, text, length, "the file", &error);
    INPUT_PROMISE(parsed || (error.code[0] != '\0' && input_is_line(error.message)));
    if (from_disk && file == PROFILE_CONFIG_FILE)
      read_as_file(text, length, parsed);
  }
  look_up(files);
  profile_files_free(files);
  input_clear(&input);
  return 0;
}
