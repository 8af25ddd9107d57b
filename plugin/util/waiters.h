/* A list of those that wait for one result, to be told all at once. It knows nothing but memory. */
#ifndef UTIL_WAITERS_H
#define UTIL_WAITERS_H

#include <stdbool.h>
#include <stddef.h>

/* waiter_t is the first member of a list's own kind of waiter, which has what is to be called besides. */
typedef struct waiter {
  struct waiter *next;
  void *user_data;
} waiter_t;

/* waiters_add puts a zeroed waiter of size bytes at the front of the list. NULL: no memory. */
void *waiters_add(waiter_t **list, size_t size, void *user_data) __attribute__((warn_unused_result));

/* waiters_take takes the first waiter off the list, for the caller to tell and free. NULL: the list is empty. */
void *waiters_take(waiter_t **list);

/* waiters_forget frees the waiters that have that user_data; they are told nothing. */
void waiters_forget(waiter_t **list, const void *user_data);

/* waiters_clear frees all waiters; they are told nothing. */
void waiters_clear(waiter_t **list);

#endif
