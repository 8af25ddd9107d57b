/* How a state file is opened and replaced. */
#ifndef STATE_FILE_H
#define STATE_FILE_H

#include <stdbool.h>
#include <stdio.h>

#include "state.h"

/* A state file begins with these words; the number of its format follows. */
#define STATE_FILE_FIRST_WORDS "collectd-sagemaker state "

/* state_complain writes what is wrong with the file. */
void state_complain(state_complaint_t *complaint, const char *path, const char *what);

/* state_complain_of adds the system's reason, an errno. */
void state_complain_of(state_complaint_t *complaint, const char *path, const char *what, int error);

/* state_file_open opens for reading, without waiting; -1: errno says why it cannot. */
int state_file_open(const char *path);

/* state_file_is_foreign: another program wrote the file. */
bool state_file_is_foreign(int fd);

/* state_file_replace calls write to fill a new file, beside the one at the path or beside what a link there points to,
 * and renames it over that. It is a descriptor of the new file, which the caller closes; -1: the old file is as it was,
 * and the complaint says why. */
int state_file_replace(const char *path, bool (*write)(void *user_data, FILE *out), void *user_data,
                       state_complaint_t *complaint);

#endif
