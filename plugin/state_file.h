/* How a state file is opened and replaced. */
#ifndef STATE_FILE_H
#define STATE_FILE_H

#include <stdbool.h>
#include <stdio.h>

#include "state.h"

/* What each begins with; the number of its form follows. */
#define STATE_FILE_FIRST_WORDS "collectd-sagemaker state "

/* state_complain writes what is wrong with the file, state_complain_of the system's reason behind it. */
void state_complain(state_complaint_t *complaint, const char *path, const char *what);
void state_complain_of(state_complaint_t *complaint, const char *path, const char *what, int error);

/* state_file_open opens for reading and waits for nothing. */
int state_file_open(const char *path);

/* state_file_is_foreign: the file is somebody else's. */
bool state_file_is_foreign(int fd);

/* state_file_replace has a file written beside the one at the path, or where a link there points, and renames it. It is
 * a descriptor of the new file; -1: what was there is as it was, and the complaint says why. */
int state_file_replace(const char *path, bool (*write)(void *user_data, FILE *out), void *user_data,
                       state_complaint_t *complaint);

#endif
