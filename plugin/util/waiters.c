#include "util/waiters.h"

#include <stdlib.h>

void *waiters_add(waiter_t **list, size_t size, void *user_data) {
  waiter_t *waiter = calloc(1, size);
  if (waiter == NULL)
    return NULL;
  waiter->next = *list;
  waiter->user_data = user_data;
  *list = waiter;
  return waiter;
}

void *waiters_take(waiter_t **list) {
  waiter_t *first = *list;
  if (first != NULL)
    *list = first->next;
  return first;
}

void waiters_forget(waiter_t **list, const void *user_data) {
  while (*list != NULL) {
    waiter_t *waiter = *list;
    if (waiter->user_data != user_data) {
      list = &waiter->next;
      continue;
    }
    *list = waiter->next;
    free(waiter);
  }
}

void waiters_clear(waiter_t **list) {
  for (waiter_t *waiter = waiters_take(list); waiter != NULL; waiter = waiters_take(list))
    free(waiter);
}
