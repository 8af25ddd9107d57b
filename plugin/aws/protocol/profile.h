/* The shared AWS files, ~/.aws/config and ~/.aws/credentials:
 * https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
 * Where the SDKs read them differently, we read them as the AWS command line does (ini.h has the dialect): what an
 * operator has tried out there holds here. So no " # comment" at a line's end, the last of `[default]` and `[profile
 * default]` counts, and a byte-order mark refuses the file. The parser does no I/O: bytes in, sections
 * out; it is tested on strings and fuzzed. */
#ifndef AWS_PROTOCOL_PROFILE_H
#define AWS_PROTOCOL_PROFILE_H

#include <stdbool.h>
#include <stddef.h>

#include "aws/protocol/error.h"

typedef struct profile_files profile_files_t;

typedef enum { PROFILE_CONFIG_FILE, PROFILE_CREDENTIALS_FILE } profile_file_t;

/* PROFILE: `[default]` and `[profile x]` of the config file, `[x]` of the credentials file. */
typedef enum { PROFILE_PROFILE, PROFILE_SSO_SESSION, PROFILE_SERVICES } profile_section_t;

/* A file larger than this is no configuration file; it is refused, not read. */
#define PROFILE_FILE_LIMIT_BYTES ((size_t)4 * 1024 * 1024)

/* profile_files_new makes an empty pair of files; NULL: no memory. */
profile_files_t *profile_files_new(void);

/* profile_files_free wipes and frees both files, and every value taken from them; files may be NULL. */
void profile_files_free(profile_files_t *files);

/* profile_files_parse takes the text of one file in place of what files had of it; NULL: there is no such file, which
 * is an empty one. Sections of other names are passed over, but a text that the AWS command line refuses as a whole is
 * refused here, too: false, with the line's number in error, and files has nothing of that file. */
bool profile_files_parse(profile_files_t *files, profile_file_t file, const char *text, size_t length, const char *path,
                         aws_error_t *error);

/* profile_files_load reads both files. A path that is NULL stands for AWS_CONFIG_FILE or ~/.aws/config
 * (AWS_SHARED_CREDENTIALS_FILE or ~/.aws/credentials); ~ is HOME, or the passwd entry of the effective user where HOME
 * is not set (a daemon often has none). A file that does not exist is an empty one; one that cannot be read or parsed
 * is an error: false. */
bool profile_files_load(profile_files_t *files, const char *config_path, const char *credentials_path,
                        aws_error_t *error);

/* profile_files_path writes the path that profile_files_load reads for file, with a leading ~ or ~user and $VARIABLES
 * replaced as the AWS command line does; false: no home directory is known, or the path is too long. */
bool profile_files_path(profile_file_t file, const char *configured, char *path, size_t size);

/* profile_file_path is where a file was read from, or looked for, for people; "" before profile_files_parse. */
const char *profile_file_path(const profile_files_t *files, profile_file_t file);

/* profile_file_is_there says whether there was a file at that path. */
bool profile_file_is_there(const profile_files_t *files, profile_file_t file);

/* profile_exists says whether either file has that profile. */
bool profile_exists(const profile_files_t *files, const char *profile);

/* profile_value is the value of key in a profile, the credentials file's before the config file's; NULL: not set.
 * Nested settings have a dotted key ("s3.region"). Keys compare without case. The string lives as long as files. */
const char *profile_value(const profile_files_t *files, const char *profile, const char *key);

/* profile_file_value is the same for one file alone. */
const char *profile_file_value(const profile_files_t *files, profile_file_t file, const char *profile, const char *key);

/* profile_section_exists says whether the config file has [sso-session name] or [services name]. */
bool profile_section_exists(const profile_files_t *files, profile_section_t section, const char *name);

/* profile_section_value looks into [sso-session name] or [services name] ("sts.endpoint_url"). */
const char *profile_section_value(const profile_files_t *files, profile_section_t section, const char *name,
                                  const char *key);

#endif
