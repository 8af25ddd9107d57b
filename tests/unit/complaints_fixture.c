#include "complaints_fixture.h"

#include "test.h"

complaints_account_t account;
complaints_target_t trouble, other_trouble;

int complaints_fixture_begin(void **state) {
  trouble = other_trouble = (complaints_target_t){.group = {0}};
  return target_begin(state) == 0 && complaints_account_init(&account, &one.config) ? 0 : -1;
}

int complaints_fixture_end(void **state) {
  complaints_account_clear(&account);
  complaints_account_clear(&account);
  return target_end(state);
}

const char *said(void) {
  fake_lines_forget();
  complaints_scan(&trouble, &account, 0, &one.target);
  if (fake_lines() > 1)
    fail_msg("%s\n%s", fake_line(0), fake_line(1));
  return fake_lines() == 1 ? fake_line(0) : "";
}
