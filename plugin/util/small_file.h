/* Small files with secrets in them: tokens that other programs renew, and the SSO cache. */
#ifndef UTIL_SMALL_FILE_H
#define UTIL_SMALL_FILE_H

#include <stdbool.h>

#include "util/buffer.h"

/* A token has a few kilobytes. */
#define SMALL_FILE_LIMIT_BYTES ((size_t)64 * 1024)

/* small_file_read appends what the file has, which must be a regular one, to text, which the caller clears in every
 * case. false: *reason is a phrase that says why ("No
 * such file or directory"), a constant or one of the C library's. */
bool small_file_read(const char *path, buffer_t *text, const char **reason) __attribute__((warn_unused_result));

/* small_file_replace writes beside the file, mode 0600, and renames: a program that reads it meanwhile gets the old or
 * the new one. false: the old one is still there. */
bool small_file_replace(const char *path, const char *text) __attribute__((warn_unused_result));

#endif
