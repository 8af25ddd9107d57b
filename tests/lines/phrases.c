/* links: studio -lcurl */

/* Prints, for each app type that the plugin knows, its name, a tab, and the filter pattern of its default signal:
 * nothing where every event counts. */
#include <stdio.h>
#include <stdlib.h>

#include "studio/signals.h"

static bool print_pattern(const char *app_type) {
  signal_t signal = signals_default(app_type);
  const char *const *phrases = signals_phrases(app_type, signal);
  size_t count = 0;
  while (phrases != NULL && phrases[count] != NULL)
    count++;
  char *pattern = signals_pattern(signal, phrases, count);
  bool printed = (pattern != NULL || count == 0) && printf("%s\t%s\n", app_type, pattern != NULL ? pattern : "") > 0;
  free(pattern);
  return printed;
}

int main(void) {
  bool printed = true;
  for (size_t i = 0; printed && signals_type(i) != NULL; i++)
    printed = print_pattern(signals_type(i));
  return printed ? EXIT_SUCCESS : EXIT_FAILURE;
}
