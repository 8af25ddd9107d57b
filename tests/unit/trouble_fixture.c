#include "trouble_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

trouble_account_t account;
trouble_target_t trouble, other_trouble;

int trouble_fixture_begin(void **state) {
  trouble = other_trouble = (trouble_target_t){.group = {0}};
  return target_begin(state) == 0 && trouble_account_init(&account, &one.config) ? 0 : -1;
}

int trouble_fixture_end(void **state) {
  trouble_account_clear(&account);
  trouble_account_clear(&account);
  return target_end(state);
}

const char *said(void) {
  fake_lines_forget();
  trouble_scan(&trouble, &account, 0, &one.target);
  if (fake_lines() > 1)
    fail_msg("%s\n%s", fake_line(0), fake_line(1));
  return fake_lines() == 1 ? fake_line(0) : "";
}
