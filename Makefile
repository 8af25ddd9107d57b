# Needs GNU make and, for `make` alone, what packaging/deps calls "build". `make help` lists what there is.
# Overridable: CC, CFLAGS, CPPFLAGS, LDFLAGS, BUILD (another folder: another compiler or other flags beside the first),
# WERROR, DESTDIR, PREFIX, SYSCONFDIR, LIBDIR, CONFDIR, SAMPLES (another folder of samples to install).

# The one place of the version: User-Agent, manual and packages take it from here, CHANGELOG.md is compared by a test.
VERSION := 1.0.0

BUILD := build
PREFIX ?= /usr
SYSCONFDIR ?= /etc
LIBDIR ?= $(PREFIX)/lib
CONFDIR ?= $(SYSCONFDIR)/collectd/collectd.conf.d
SAMPLES ?= collectd.conf.d
DOCDIR = $(PREFIX)/share/doc/collectd-sagemaker
PYTHON := PYTHONPATH=tests PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3
JOBS := $(shell nproc)

# The distribution's hardening flags; where this file is not, the environment's or the command line's.
-include /usr/share/dpkg/buildflags.mk

# Only the rim, plugin/*.c, sees collectd's headers: what is below cannot include them.
RIM := $(wildcard plugin/*.c)
SOURCES := $(RIM) $(wildcard plugin/aws/*.c plugin/studio/*.c)
TEST_SOURCES := $(wildcard tests/unit/*.c tests/differential/*.c tests/demo/*.c tests/bench/*.c tests/fuzz/*.c \
    tests/faults/*.c tests/soak/*.c)
PROGRAMS := $(patsubst tests/%.c,$(BUILD)/%,$(filter tests/unit/test_% tests/differential/% tests/demo/% tests/bench/%,\
    $(TEST_SOURCES)))
PRELOADS := $(patsubst tests/%.c,$(BUILD)/%.so,$(wildcard tests/faults/*.c tests/soak/*.c))
FUZZERS := $(patsubst tests/%.c,$(BUILD)/%,$(wildcard tests/fuzz/fuzz_*.c))
HEADERS := $(wildcard plugin/*.h plugin/*/*.h tests/unit/*.h tests/fuzz/*.h)

objects = $(patsubst %.c,$(BUILD)/obj/%.o,$(1))
tidied = $(patsubst %.c,$(BUILD)/tidy/%.ok,$(1))

LANGUAGE := -std=c11 -D_GNU_SOURCE -DUSER_AGENT='"collectd-sagemaker/$(VERSION)"'
WERROR ?= -Werror
WARNINGS := -Wall -Wextra -Wshadow -Wconversion $(WERROR)
COLLECTD := -DHAVE_CONFIG_H -isystem /usr/include/collectd/core -isystem /usr/include/collectd/core/daemon \
    -isystem /usr/include/collectd
INCLUDES = -Iplugin
$(call objects,$(RIM)) $(call tidied,$(RIM)): INCLUDES += $(COLLECTD)
$(call objects,$(TEST_SOURCES)) $(call tidied,$(TEST_SOURCES)): INCLUDES += -Itests/unit -Itests/fuzz $(COLLECTD)
# cmocka 2 warns of assert_in_range, for which cmocka 1 has no other name.
$(call objects,$(TEST_SOURCES)) $(call tidied,$(TEST_SOURCES)): LANGUAGE += -DCMOCKA_DISABLE_DEPRECATION_WARNINGS

LIBRARIES = $(shell pkg-config --libs libcurl libcrypto json-c) -lm -lpthread

# What an administrator may want beside the plugin: everything in packaging/ but what makes the project itself.
EXAMPLES := $(filter-out $(addprefix packaging/,debian deps man package rpm),$(wildcard packaging/*))
PACKAGED := Makefile README.md LICENSE CHANGELOG.md $(shell find plugin collectd.conf.d packaging -type f)

.PHONY: all manual commented programs unit unit-tests check check-fresh lint tidy compile_commands demo once install deb rpm deps clean help bench bench-transport pictures fuzzers check-long
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

# It has the version in it.
$(call objects,plugin/aws/http.c): Makefile

manual: $(BUILD)/collectd-sagemaker.5

$(BUILD)/%.5: packaging/man/%.pod CHANGELOG.md Makefile
	@mkdir -p $(@D)
	pod2man --section=5 --center=collectd --release="collectd-sagemaker $(VERSION)" \
	    --date="$$(sed -n '/^## [0-9]/{s/.* - //p;q}' CHANGELOG.md)" $< $@

# Packages install the samples so: to have them there changes nothing, and one command puts a file to use. Done twice it
# does no harm: only as installed a line begins with ##, the first.
commented: $(patsubst %,$(BUILD)/commented/%,$(notdir $(wildcard collectd.conf.d/*.conf)))

$(BUILD)/commented/%.conf: collectd.conf.d/%.conf Makefile
	@mkdir -p $(@D)
	{ echo "# As installed, every line of this file is taken out by the # that it begins with. To use it:"; \
	  echo "#   sed -i '/^##/,\$$s/^#//' $(CONFDIR)/$(@F)"; echo; cat $<; } | sed 's/^/#/' > $@

-include $(patsubst %.o,%.d,$(call objects,$(SOURCES) $(TEST_SOURCES)))

unit: ## build and run the unit tests plainly
	@packaging/deps build unit
	@$(MAKE) -s -j$(JOBS) unit-tests

unit-tests: $(filter $(BUILD)/unit/%,$(PROGRAMS))
	@for test in $^; do $$test || failed=1; done; test -z "$$failed"

programs: $(PROGRAMS) $(PRELOADS)

# A test links what it names: a comment line of its source, "links: aws/sigv4 unit/fake_aws -lcrypto".
links = $(foreach name,$(shell sed -n 's|^/\* links: \(.*\) \*/$$|\1|p' $(1)),$(name) $(with_$(name)))
# What a module cannot be without comes with it.
with_aws/answer := aws/answer_parse aws/buffer aws/utf8
# A name may be a pattern, "studio/?*".
linked = $(call objects,$(wildcard $(patsubst %,plugin/%.c,$(filter-out -l% unit/% fuzz/%,$(1))) \
    $(patsubst %,tests/%.c,$(filter unit/% fuzz/%,$(1)))))

$(PROGRAMS): $(BUILD)/%: $(BUILD)/obj/tests/%.o $$(call linked,$$(call links,tests/$$*.c))
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(filter -l%,$(call links,tests/$*.c)) $(if $(filter unit/%,$*),-lcmocka)

# Fuzz targets need clang: tests/fuzz/runner.py has the flags that they are built with.
fuzzers: $(FUZZERS)

$(FUZZERS): $(BUILD)/%: $(BUILD)/obj/tests/%.o $$(call linked,$$(call links,tests/$$*.c))
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(filter -l%,$(call links,tests/$*.c)) -lcmocka

$(PRELOADS): $(BUILD)/%.so: $(BUILD)/obj/tests/%.o
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDFLAGS) -shared -o $@ $<

check: ## install what is missing, then run all tests and linters
	@packaging/deps build unit run demo deb rpm check bench neighbours bare
	@$(PYTHON) tests/check.py

check-long: ## what takes too long for check, in full: see tests/RELIABILITY.md
	@packaging/deps build unit run demo check
	@$(PYTHON) tests/check.py long

# SUITES="trixie" and STEPS="demo deb" for some.
check-fresh: ## demo, once, packages, tests on bare Debians, as a user who has just cloned; needs root
	@packaging/deps build run bare
	@$(PYTHON) -m bare $(SUITES) $(addprefix --step=,$(STEPS))

lint: ## clang-format, clang-tidy, cppcheck, shellcheck
	@clang-format --dry-run -Werror $(SOURCES) $(TEST_SOURCES) $(HEADERS)
	@cppcheck --quiet -j$(JOBS) --error-exitcode=1 --inline-suppr --enable=warning,style,performance,portability \
	    --suppressions-list=.cppcheck/suppressions --library=.cppcheck/json-c.cfg --std=c11 -D_GNU_SOURCE -DUSER_AGENT='""' \
	    -Iplugin $(SOURCES)
	@grep -rlIE '^#!/bin/(ba)?sh' .ci packaging tests | xargs shellcheck
	@$(MAKE) -s -k -j$(JOBS) tidy

tidy: $(call tidied,$(SOURCES) $(TEST_SOURCES))

$(BUILD)/tidy/%.ok: %.c $(HEADERS) .clang-tidy
	@mkdir -p $(@D)
	clang-tidy --quiet $< -- $(LANGUAGE) $(WARNINGS) $(INCLUDES) 2>/dev/null
	@touch $@

compile_commands: ## write build/compile_commands.json, for clangd and the like
	@mkdir -p $(BUILD)
	@{ echo '['; $(MAKE) -nB all programs | sed -n '/ -c -o /{s/[\\"]/\\&/g;'\
	's|.* \(.*\)|{"directory": "$(CURDIR)", "command": "&", "file": "\1"}|p;}' | sed '$$!s/$$/,/'; \
	echo ']'; } > $(BUILD)/compile_commands.json

demo: ## see it work: a collectd, a stand-in AWS, who forgot what
	@packaging/deps build run demo
	@$(MAKE) -s -j$(JOBS) all
	@$(PYTHON) -m demo

once: ## one scan of your own AWS account, printed as a table
	@packaging/deps build run
	@$(MAKE) -s -j$(JOBS) all $(BUILD)/demo/identity
	@$(PYTHON) -m demo.once $(BUILD)/demo/identity

pictures: ## draw anew what the README shows (minutes: a week is played)
	@packaging/deps build run demo neighbours pictures
	@$(MAKE) -s -j$(JOBS) all
	@$(PYTHON) -m neighbours.pictures

bench: ## what a scan costs, beside its bounds and two scripts: tests/bench/RESULTS.md; WORLDS="10 1000" for some
	@packaging/deps build run demo bench
	@$(MAKE) -s -j$(JOBS) all $(BUILD)/bench/replay $(BUILD)/bench/memory
	@$(PYTHON) -m bench $(WORLDS)

# Plugins that differ in how many requests they have under way.
IN_FLIGHT := 1 4 8 16 32
bench-transport: ## requests in flight, connections, HTTP/2: what they cost; into the same RESULTS.md
	@packaging/deps build run demo bench
	@for number in $(IN_FLIGHT); do $(MAKE) -s -j$(JOBS) all BUILD=$(BUILD)/bench/in-flight-$$number \
	    CPPFLAGS="$(CPPFLAGS) -DSESSION_IN_FLIGHT_MAX=$$number" || exit 1; done
	@$(PYTHON) -m bench.transport $(foreach number,$(IN_FLIGHT),$(number)=$(BUILD)/bench/in-flight-$(number)/sagemaker.so)

install: all manual ## install plugin, manual, samples and examples (DESTDIR, PREFIX, SYSCONFDIR)
	install -D -m 644 $(BUILD)/sagemaker.so "$(DESTDIR)$(LIBDIR)/collectd/sagemaker.so"
	install -D -m 644 $(BUILD)/collectd-sagemaker.5 "$(DESTDIR)$(PREFIX)/share/man/man5/collectd-sagemaker.5"
	install -D -m 644 README.md "$(DESTDIR)$(DOCDIR)/README.md"
	mkdir -p "$(DESTDIR)$(DOCDIR)/examples"
	cp -R $(EXAMPLES) "$(DESTDIR)$(DOCDIR)/examples"
	@for sample in $(SAMPLES)/*.conf; do \
	    target="$(DESTDIR)$(CONFDIR)/$${sample##*/}"; \
	    if [ -e "$$target" ]; then echo "kept as it is: $$target"; else install -v -D -m 644 $$sample "$$target"; fi \
	done

deb: ## build the Debian package (build/deb/collectd-sagemaker_*.deb)
	@packaging/deps build deb
	@$(MAKE) -s $(BUILD)/deb/built

rpm: ## build the RPM (build/rpm/RPMS)
	@packaging/deps build rpm
	@$(MAKE) -s $(BUILD)/rpm/built

$(BUILD)/deb/built $(BUILD)/rpm/built: $(BUILD)/%/built: $(PACKAGED)
	@packaging/package $* $(@D)
	@touch $@

deps: ## install the Debian packages that building, running and testing need
	@packaging/deps build unit run demo deb rpm check bench neighbours bare

clean: ## remove what was built
	rm -rf $(BUILD)

help: ## list these targets
	@sed -n 's/^\([a-z_-]*\):.*## \(.*\)/make \1\t\2/p' Makefile | expand -t 24
