/* A program's output in place of util/child.c: no process is ever started from fuzzed bytes. */
#ifndef FUZZ_FAKE_CHILD_H
#define FUZZ_FAKE_CHILD_H

#include "util/child.h"

/* fake_child_answer is what the programs write that are started from now on; output must live as long. NULL: they write
 * nothing until their time is over. */
void fake_child_answer(const char *output, size_t length);

#endif
