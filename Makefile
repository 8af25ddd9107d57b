# Needs GNU make and, for `make` alone, what packaging/deps calls "build". `make help` lists what there is.
# Overridable: CC, CFLAGS, CPPFLAGS, LDFLAGS, BUILD (another folder: another compiler or other flags beside the first),
# DESTDIR, PREFIX, SYSCONFDIR.

BUILD := build
PREFIX ?= /usr
SYSCONFDIR ?= /etc
PYTHON := PYTHONPATH=tests PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3
JOBS := $(shell nproc)

# The distribution's hardening flags; where this file is not, the environment's or the command line's.
-include /usr/share/dpkg/buildflags.mk

# Only the rim, plugin/*.c, sees collectd's headers: what is below cannot include them.
RIM := $(wildcard plugin/*.c)
SOURCES := $(RIM) $(wildcard plugin/aws/*.c plugin/studio/*.c)
TEST_SOURCES := $(wildcard tests/unit/*.c tests/differential/*.c tests/demo/*.c tests/faults/*.c)
PROGRAMS := $(patsubst tests/%.c,$(BUILD)/%,$(filter tests/unit/test_% tests/differential/% tests/demo/%,$(TEST_SOURCES)))
PRELOADS := $(patsubst tests/%.c,$(BUILD)/%.so,$(filter tests/faults/%,$(TEST_SOURCES)))
HEADERS := $(wildcard plugin/*.h plugin/*/*.h tests/unit/*.h)

objects = $(patsubst %.c,$(BUILD)/obj/%.o,$(1))
tidied = $(patsubst %.c,$(BUILD)/tidy/%.ok,$(1))

LANGUAGE := -std=c11 -D_GNU_SOURCE
WARNINGS := -Wall -Wextra -Wshadow -Wconversion -Werror
COLLECTD := -DHAVE_CONFIG_H -isystem /usr/include/collectd/core -isystem /usr/include/collectd/core/daemon \
    -isystem /usr/include/collectd
INCLUDES = -Iplugin
$(call objects,$(RIM)) $(call tidied,$(RIM)): INCLUDES += $(COLLECTD)
$(call objects,$(TEST_SOURCES)) $(call tidied,$(TEST_SOURCES)): INCLUDES += -Itests/unit $(COLLECTD)

LIBRARIES = $(shell pkg-config --libs libcurl libcrypto json-c) -lm -lpthread

.PHONY: all programs unit check lint tidy demo once install deps clean help
.DELETE_ON_ERROR:
.SECONDEXPANSION:

all: $(BUILD)/sagemaker.so ## build the plugin (build/sagemaker.so)

# collectd's own symbols are found in the daemon that loads us, so -z defs cannot be asked for; tests/e2e/test_build.py
# compares them instead. nodelete: a resolver thread that libcurl leaves behind must not outlive our code.
$(BUILD)/sagemaker.so: $(call objects,$(SOURCES))
	$(CC) $(CFLAGS) -shared $(LDFLAGS) -Wl,-z,now -Wl,-z,nodelete -Wl,--as-needed -o $@ $^ $(LIBRARIES)

$(BUILD)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) $(LANGUAGE) -fPIC -fvisibility=hidden $(WARNINGS) $(INCLUDES) -MMD -MP -c -o $@ $<

-include $(patsubst %.o,%.d,$(call objects,$(SOURCES) $(TEST_SOURCES)))

unit: $(filter $(BUILD)/unit/%,$(PROGRAMS)) ## build and run the unit tests plainly
	@for test in $^; do $$test || failed=1; done; test -z "$$failed"

programs: $(PROGRAMS) $(PRELOADS)

# A test links what it names: a comment line of its source, "links: aws/sigv4 unit/fake_aws -lcrypto".
links = $(shell sed -n 's|^/\* links: \(.*\) \*/$$|\1|p' $(1))
linked = $(call objects,$(patsubst %,plugin/%.c,$(filter-out -l% unit/%,$(1))) $(patsubst %,tests/%.c,$(filter unit/%,$(1))))

$(PROGRAMS): $(BUILD)/%: $(BUILD)/obj/tests/%.o $$(call linked,$$(call links,tests/$$*.c))
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(filter -l%,$(call links,tests/$*.c)) $(if $(filter unit/%,$*),-lcmocka)

$(PRELOADS): $(BUILD)/%.so: $(BUILD)/obj/tests/%.o
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDFLAGS) -shared -o $@ $<

check: ## install what is missing, then run all tests and linters
	@packaging/deps build run demo check
	@$(PYTHON) tests/check.py

lint: ## clang-format, clang-tidy, cppcheck, shellcheck
	@clang-format --dry-run -Werror $(SOURCES) $(TEST_SOURCES) $(HEADERS)
	@cppcheck --quiet -j$(JOBS) --error-exitcode=1 --inline-suppr --enable=warning,style,performance,portability \
	    --suppressions-list=.cppcheck/suppressions --library=.cppcheck/json-c.cfg --std=c11 -D_GNU_SOURCE -Iplugin $(SOURCES)
	@grep -rlIE '^#!/bin/(ba)?sh' .ci packaging tests | xargs shellcheck
	@$(MAKE) -s -k -j$(JOBS) tidy

tidy: $(call tidied,$(SOURCES) $(TEST_SOURCES))

$(BUILD)/tidy/%.ok: %.c $(HEADERS) .clang-tidy
	@mkdir -p $(@D)
	clang-tidy --quiet $< -- $(LANGUAGE) $(WARNINGS) $(INCLUDES) 2>/dev/null
	@touch $@

demo: ## see it work: a collectd, a stand-in AWS, who forgot what
	@packaging/deps build run demo
	@$(MAKE) -s -j$(JOBS) all
	@$(PYTHON) -m demo

once: ## one scan of your own AWS account, printed as a table
	@packaging/deps build run
	@$(MAKE) -s -j$(JOBS) all $(BUILD)/demo/identity
	@$(PYTHON) -m demo.once $(BUILD)/demo/identity

install: all ## install plugin and samples (DESTDIR, PREFIX, SYSCONFDIR)
	install -D -m 644 $(BUILD)/sagemaker.so "$(DESTDIR)$(PREFIX)/lib/collectd/sagemaker.so"
	@for sample in collectd.conf.d/*.conf; do \
	    target="$(DESTDIR)$(SYSCONFDIR)/collectd/$$sample"; \
	    if [ -e "$$target" ]; then echo "kept as it is: $$target"; else install -v -D -m 644 $$sample "$$target"; fi \
	done

deps: ## install the Debian packages that building, running and testing need
	@packaging/deps build run demo check

clean: ## remove what was built
	rm -rf $(BUILD)

help: ## list these targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1\t\2/p' Makefile | expand -t 16
