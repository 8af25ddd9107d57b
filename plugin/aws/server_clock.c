#include "aws/server_clock.h"

#include <stdlib.h>

#include "util/date.h"

/* A smaller difference between two clocks is as likely to be the network's. */
#define SKEW_NOTICED_MS 5000

/* A Date has whole seconds: on average the response left half a second later. */
#define DATE_MEAN_FRACTION_MS 500

#define DOUBTFUL_MS ((int64_t)24 * 3600 * 1000)

static int64_t machine_offset_ms(const loop_clock_t *machine) { return machine->wall_ms() - machine->monotonic_ms(); }

int64_t server_clock_offset_ms(const server_clock_t *clock, const loop_clock_t *machine) {
  return clock->known ? clock->offset_ms : machine_offset_ms(machine);
}

int64_t server_clock_skew_ms(const server_clock_t *clock, const loop_clock_t *machine) {
  int64_t skew_ms = server_clock_offset_ms(clock, machine) - machine_offset_ms(machine);
  return llabs(skew_ms) > SKEW_NOTICED_MS ? skew_ms : 0;
}

int64_t server_clock_now_ms(const server_clock_t *clock, const loop_clock_t *machine) {
  return machine->wall_ms() + server_clock_skew_ms(clock, machine);
}

static bool is_near(int64_t offset_ms, int64_t known_ms) { return llabs(offset_ms - known_ms) <= DOUBTFUL_MS; }

static bool is_believed(const server_clock_t *clock, int64_t offset_ms, int64_t machine_ms) {
  return is_near(offset_ms, machine_ms) || (clock->known && is_near(offset_ms, clock->offset_ms)) ||
         (clock->has_doubtful && is_near(offset_ms, clock->doubtful_offset_ms));
}

void server_clock_learn(server_clock_t *clock, const loop_clock_t *machine, const char *date, int64_t age_ms) {
  int64_t date_ms = 0;
  if (!date_parse_http(date, &date_ms))
    return;
  int64_t own_ms = machine_offset_ms(machine);
  int64_t offset_ms = date_ms + DATE_MEAN_FRACTION_MS - (machine->monotonic_ms() - age_ms);
  bool is_right = is_believed(clock, offset_ms, own_ms);
  clock->has_doubtful = !is_right;
  if (!is_right) {
    clock->doubtful_offset_ms = offset_ms;
    return;
  }
  clock->known = true;
  clock->offset_ms = llabs(offset_ms - own_ms) > SKEW_NOTICED_MS ? offset_ms : own_ms;
}
