/* The last line of a state file's records, for texts that nobody's memory has written. */
#ifndef UNIT_SEAL_H
#define UNIT_SEAL_H

#include <stddef.h>

/* Room for the line, its newline and a NUL. */
#define SEAL_SIZE 64

/* seal writes the line for the records of length bytes, each of which ends in a newline, and returns its length. */
size_t seal(const char *records, size_t length, char end[SEAL_SIZE]);

#endif
