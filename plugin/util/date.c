#include "util/date.h"

#include <string.h>
#include <time.h>

#include "util/ascii.h"

/* read_text and the readers below move *at behind what they have read. false: it is not there. */
static bool read_text(const char **at, const char *text) {
  size_t length = strlen(text);
  if (strncmp(*at, text, length) != 0)
    return false;
  *at += length;
  return true;
}

static bool read_number(const char **at, int digits, int *value) {
  *value = 0;
  for (int i = 0; i < digits; i++, (*at)++) {
    if (**at < '0' || **at > '9')
      return false;
    *value = *value * 10 + (**at - '0');
  }
  return true;
}

static bool read_month(const char **at, int *month) {
  static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  for (*month = 0; *month < 12; (*month)++) {
    if (read_text(at, months[*month]))
      return true;
  }
  return false;
}

static bool read_weekday(const char **at) {
  static const char *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++) {
    if (read_text(at, days[i]))
      return true;
  }
  return false;
}

static bool read_clock(const char **at, struct tm *parts) {
  return read_number(at, 2, &parts->tm_hour) && read_text(at, ":") && read_number(at, 2, &parts->tm_min) &&
         read_text(at, ":") && read_number(at, 2, &parts->tm_sec);
}

static bool to_ms(struct tm *parts, int year, int64_t *time_ms) {
  bool in_range = year >= 1970 && parts->tm_mon >= 0 && parts->tm_mon < 12 && parts->tm_mday >= 1 &&
                  parts->tm_mday <= 31 && parts->tm_hour < 24 && parts->tm_min < 60 && parts->tm_sec <= 60;
  if (!in_range)
    return false;
  parts->tm_year = year - 1900;
  *time_ms = (int64_t)timegm(parts) * 1000;
  return true;
}

bool date_parse_http(const char *text, int64_t *time_ms) {
  struct tm parts = {0};
  int year = 0;
  return read_weekday(&text) && read_text(&text, ", ") && read_number(&text, 2, &parts.tm_mday) &&
         read_text(&text, " ") && read_month(&text, &parts.tm_mon) && read_text(&text, " ") &&
         read_number(&text, 4, &year) && read_text(&text, " ") && read_clock(&text, &parts) &&
         read_text(&text, " GMT") && *text == '\0' && to_ms(&parts, year, time_ms);
}

/* read_zone reads "Z", or "+hh:mm", "+hhmm" or "+hh" ahead of UTC, or with "-" behind it. */
static bool read_zone(const char **at, int64_t *ahead_ms) {
  if (read_text(at, "Z") || read_text(at, "z"))
    return true;
  int sign = **at == '-' ? -1 : 1;
  int hours = 0;
  int minutes = 0;
  if ((!read_text(at, "+") && !read_text(at, "-")) || !read_number(at, 2, &hours))
    return false;
  bool has_minutes = read_text(at, ":") || **at != '\0';
  if (has_minutes && !read_number(at, 2, &minutes))
    return false;
  *ahead_ms = (int64_t)sign * (hours * 60 + minutes) * 60000;
  return hours < 24 && minutes < 60;
}

/* read_iso_clock reads "20:36:00.5", "20:36:00", "20:36", or, with basic, the same without colons. */
static bool read_iso_clock(const char **at, bool basic, struct tm *parts) {
  const char *colon = basic ? "" : ":";
  if (!read_number(at, 2, &parts->tm_hour) || !read_text(at, colon) || !read_number(at, 2, &parts->tm_min))
    return false;
  bool has_seconds = basic ? ascii_is_digit(**at) : **at == ':';
  if (!has_seconds)
    return true;
  if (!read_text(at, colon) || !read_number(at, 2, &parts->tm_sec))
    return false;
  if (**at == '.' || **at == ',')
    *at += 1 + strspn(*at + 1, "0123456789");
  return true;
}

bool date_parse_iso8601(const char *text, int64_t *time_ms) {
  struct tm parts = {0};
  int year = 0;
  int64_t ahead_ms = 0;
  if (!read_number(&text, 4, &year))
    return false;
  bool basic = *text != '-';
  const char *hyphen = basic ? "" : "-";
  if (!read_text(&text, hyphen) || !read_number(&text, 2, &parts.tm_mon) || !read_text(&text, hyphen) ||
      !read_number(&text, 2, &parts.tm_mday) ||
      (!read_text(&text, "T") && !read_text(&text, "t") && !read_text(&text, " ")) ||
      !read_iso_clock(&text, basic, &parts))
    return false;
  parts.tm_mon--;
  if (!read_zone(&text, &ahead_ms) || *text != '\0' || !to_ms(&parts, year, time_ms))
    return false;
  *time_ms -= ahead_ms;
  return true;
}
