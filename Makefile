# Needs GNU make and, for `make` alone, what packaging/deps calls "build". `make help` lists what there is.
# Overridable: CC, CFLAGS, CPPFLAGS, LDFLAGS, BUILD (another folder: another compiler or other flags beside the first),
# WERROR, DESTDIR, PREFIX, SYSCONFDIR, LIBDIR, CONFDIR (where collectd looks for configuration).

# The one place of the version: User-Agent, manual and packages take it from here, CHANGELOG.md is compared by a test.
# Packages from a checkout beyond the release add the commit: packaging/version.
VERSION := 1.0.0

BUILD := build
PREFIX ?= /usr
SYSCONFDIR ?= /etc
LIBDIR ?= $(PREFIX)/lib
CONFDIR ?= $(SYSCONFDIR)/collectd/collectd.conf.d
DOCDIR = $(PREFIX)/share/doc/collectd-sagemaker
SAMPLEDIR = $(PREFIX)/share/collectd-sagemaker
UNITDIR ?= $(PREFIX)/lib/systemd/system
COMMANDS := packaging/idle/sagemaker-idle packaging/prices/sagemaker-prices
MODULES := $(wildcard packaging/idle/sagemaker_idle/*.py)
UNITS := $(wildcard packaging/prices/*.service packaging/prices/*.timer)
PYTHON := PYTHONPATH=tests PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3
JOBS := $(shell nproc)

# Under sudo the checkout's owner builds: root's files in build/ would be in that user's way from then on.
OWNER := $(shell stat -c %u .)
AS_OWNER := $(if $(filter 0,$(shell id -u)),$(if $(filter-out 0,$(OWNER)),setpriv --reuid=$(OWNER) \
    --regid=$(shell stat -c %g .) --clear-groups))
BUILDER = $(AS_OWNER) $(MAKE) -s

# The distribution's hardening flags; where this file is not, the environment's or the command line's.
-include /usr/share/dpkg/buildflags.mk

# The rooms, each of which sees itself and those behind it: rim -> studio -> aws (client -> credentials -> protocol) -> util.
# Only the rim, plugin/*.c, sees collectd's headers.
RIM := $(wildcard plugin/*.c)
STUDIO := $(wildcard plugin/studio/*.c)
PROTOCOL := $(wildcard plugin/aws/protocol/*.c)
CREDENTIALS := $(wildcard plugin/aws/credentials/*.c)
AWS := $(wildcard plugin/aws/*.c)
UTIL := $(wildcard plugin/util/*.c)
SOURCES := $(RIM) $(STUDIO) $(AWS) $(CREDENTIALS) $(PROTOCOL) $(UTIL)
TEST_SOURCES := $(wildcard tests/unit/*.c tests/differential/*.c tests/demo/*.c tests/bench/*.c tests/lines/*.c \
    tests/fuzz/*.c tests/faults/*.c tests/soak/*.c)
PROGRAMS := $(patsubst tests/%.c,$(BUILD)/%,$(filter tests/unit/test_% tests/differential/% tests/demo/% tests/bench/% \
    tests/lines/%,$(TEST_SOURCES)))
PRELOADS := $(patsubst tests/%.c,$(BUILD)/%.so,$(wildcard tests/faults/*.c tests/soak/*.c))
FUZZERS := $(patsubst tests/%.c,$(BUILD)/%,$(wildcard tests/fuzz/fuzz_*.c))
HEADERS := $(wildcard plugin/*.h plugin/*/*.h plugin/*/*/*.h tests/unit/*.h tests/fuzz/*.h)

objects = $(patsubst %.c,$(BUILD)/obj/%.o,$(1))
tidied = $(patsubst %.c,$(BUILD)/tidy/%.ok,$(1))

LANGUAGE := -std=c11 -D_GNU_SOURCE -DUSER_AGENT='"collectd-sagemaker/$(VERSION)"'
WERROR ?= -Werror
WARNINGS := -Wall -Wextra -Wshadow -Wconversion $(WERROR)
COLLECTD := -DHAVE_CONFIG_H -isystem /usr/include/collectd/core -isystem /usr/include/collectd/core/daemon \
    -isystem /usr/include/collectd
# A room's include path has only links to the rooms that it may see: an include upward does not compile.
VIEWS := $(BUILD)/views
SEEN_BY_util := util
SEEN_BY_protocol := util aws/protocol
SEEN_BY_credentials := $(SEEN_BY_protocol) aws/credentials
SEEN_BY_aws := util aws
SEEN_BY_studio := util aws studio
INCLUDES = -Iplugin
$(call objects,$(UTIL)) $(call tidied,$(UTIL)): INCLUDES = -I$(VIEWS)/util
$(call objects,$(PROTOCOL)) $(call tidied,$(PROTOCOL)): INCLUDES = -I$(VIEWS)/protocol
$(call objects,$(CREDENTIALS)) $(call tidied,$(CREDENTIALS)): INCLUDES = -I$(VIEWS)/credentials
$(call objects,$(AWS)) $(call tidied,$(AWS)): INCLUDES = -I$(VIEWS)/aws
$(call objects,$(STUDIO)) $(call tidied,$(STUDIO)): INCLUDES = -I$(VIEWS)/studio
$(call objects,$(RIM)) $(call tidied,$(RIM)): INCLUDES += $(COLLECTD)
$(call objects,$(TEST_SOURCES)) $(call tidied,$(TEST_SOURCES)): INCLUDES += -Itests/unit -Itests/fuzz $(COLLECTD)
ROOMS := util protocol credentials aws studio
# cmocka 2 warns of assert_in_range, for which cmocka 1 has no other name.
$(call objects,$(TEST_SOURCES)) $(call tidied,$(TEST_SOURCES)): LANGUAGE += -DCMOCKA_DISABLE_DEPRECATION_WARNINGS

LIBRARIES = $(shell pkg-config --libs libcurl libcrypto json-c) -lm -lpthread

SCRIPTS := packaging/lifecycle/beacon.sh packaging/lifecycle/template
# What an administrator may want beside the plugin: everything in packaging/ but what makes the project itself.
EXAMPLES := $(filter-out $(addprefix packaging/,debian deps doc idle lifecycle man package rpm version),\
    $(wildcard packaging/*))
# The documents lie side by side where they are installed, and the examples in a folder there.
INSTALLED_LINKS := -e 's|](\.\./\.\./README\.md|](README.md|g' -e 's|](packaging/doc/|](|g' \
    -e 's|](\.\./|](examples/|g' -e 's|](packaging/|](examples/|g' \
    -e 's|](examples/lifecycle/|](../../collectd-sagemaker/lifecycle/|g'
PACKAGED := Makefile README.md LICENSE CHANGELOG.md $(shell find plugin collectd.conf.d packaging -type f)

.PHONY: all manual programs unit unit-tests check check-fresh lint tidy compile_commands demo once install uninstall deb rpm deps clean help bench bench-transport pictures fuzzers check-long
.DELETE_ON_ERROR:
.SECONDEXPANSION:

all: $(BUILD)/sagemaker.so ## build the plugin (build/sagemaker.so)

# collectd's own symbols are found in the daemon that loads us, so -z defs cannot be asked for; tests/e2e/test_build.py
# compares them instead. nodelete: a resolver thread that libcurl leaves behind must not outlive our code.
$(BUILD)/sagemaker.so: $(call objects,$(SOURCES))
	$(CC) $(CFLAGS) -shared $(LDFLAGS) -Wl,-z,now -Wl,-z,nodelete -Wl,--as-needed -o $@ $^ $(LIBRARIES)

$(addprefix $(VIEWS)/,$(ROOMS)): $(VIEWS)/%: Makefile
	@rm -rf $@
	@for room in $(SEEN_BY_$*); do mkdir -p "$$(dirname "$@/$$room")" && ln -sfnT "$(CURDIR)/plugin/$$room" "$@/$$room" || exit 1; done

$(BUILD)/obj/%.o: %.c | $(addprefix $(VIEWS)/,$(ROOMS))
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) $(LANGUAGE) -fPIC -fvisibility=hidden $(WARNINGS) $(INCLUDES) -MMD -MP -c -o $@ $<

# It has the version in it.
$(call objects,plugin/scanner.c tests/demo/identity.c): Makefile

MANUALS := $(BUILD)/collectd-sagemaker.5 $(BUILD)/sagemaker-idle.1 $(BUILD)/sagemaker-prices.1

manual: $(MANUALS)

$(MANUALS): $$(patsubst $(BUILD)/%,packaging/man/%.pod,$$(basename $$@)) CHANGELOG.md Makefile
	@mkdir -p $(@D)
	pod2man --section=$(subst .,,$(suffix $@)) --center=collectd --release="collectd-sagemaker $(VERSION)" \
	    --date="$$(sed -n '/^## [0-9]/{s/.* - //p;q}' CHANGELOG.md)" $< $@

-include $(patsubst %.o,%.d,$(call objects,$(SOURCES) $(TEST_SOURCES)))

unit: ## build and run the unit tests plainly
	@packaging/deps build unit
	@$(MAKE) -s -j$(JOBS) unit-tests

unit-tests: $(filter $(BUILD)/unit/%,$(PROGRAMS))
	@for test in $^; do $$test || failed=1; done; test -z "$$failed"

programs: $(PROGRAMS) $(PRELOADS)

# A test's comment "links: aws unit/fake_http" names its level (util, aws, studio or rim: the archives of that room and of
# those behind it, where its own fakes stand before them), further objects, and -lcurl where it needs that: what is above
# the level, or curl, is not on the line.
links = $(shell sed -n 's|^/\* links: \(.*\) \*/$$|\1|p' $(1))
ARCHIVES_util := util
ARCHIVES_aws := aws util
ARCHIVES_studio := studio aws util
ARCHIVES_rim := rim studio aws util
archives = $(patsubst %,$(BUILD)/lib%.a,$(ARCHIVES_$(firstword $(1))))
linked = $(call objects,$(patsubst %,tests/%.c,$(filter unit/% fuzz/%,$(1)))) $(call archives,$(1))
TEST_LIBRARIES := -ljson-c -lcrypto -lm -lpthread

$(BUILD)/libutil.a: $(call objects,$(UTIL))
$(BUILD)/libaws.a: $(call objects,$(AWS) $(CREDENTIALS) $(PROTOCOL))
$(BUILD)/libstudio.a: $(call objects,$(STUDIO))
$(BUILD)/librim.a: $(call objects,$(RIM))
$(BUILD)/lib%.a:
	@rm -f $@
	$(AR) rcs $@ $^

$(PROGRAMS): $(BUILD)/%: $(BUILD)/obj/tests/%.o $$(call linked,$$(call links,tests/$$*.c))
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDFLAGS) -Wl,--as-needed -o $@ $^ $(filter -l%,$(call links,tests/$*.c)) $(TEST_LIBRARIES) $(if $(filter unit/%,$*),-lcmocka)

# Fuzz targets need clang: tests/fuzz/runner.py has the flags that they are built with.
fuzzers: $(FUZZERS)

$(FUZZERS): $(BUILD)/%: $(BUILD)/obj/tests/%.o $$(call linked,$$(call links,tests/$$*.c))
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDFLAGS) -fsanitize=fuzzer -Wl,--as-needed -o $@ $^ $(filter -l%,$(call links,tests/$*.c)) $(TEST_LIBRARIES) -lcmocka

$(PRELOADS): $(BUILD)/%.so: $(BUILD)/obj/tests/%.o
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDFLAGS) -shared -o $@ $<

check: ## install what is missing, then run all tests and linters
	@packaging/deps build unit run demo deb rpm check bench neighbours bare
	@$(PYTHON) tests/check.py

check-long: ## what takes too long for check, in full: see tests/RELIABILITY.md
	@packaging/deps build unit run demo check long
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
	@grep -rlIE '^#!/bin/(ba)?sh' .ci packaging tests | xargs awk 'FNR == 1 && /^#!/ { print FILENAME }' | xargs shellcheck
	@$(MAKE) -s -k -j$(JOBS) tidy

tidy: $(call tidied,$(SOURCES) $(TEST_SOURCES))

$(BUILD)/tidy/%.ok: %.c $(HEADERS) .clang-tidy | $(addprefix $(VIEWS)/,$(ROOMS))
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
	@$(BUILDER) -j$(JOBS) all
	@$(PYTHON) -m demo

once: ## one scan of your own AWS account, printed as a table
	@packaging/deps build run
	@$(BUILDER) -j$(JOBS) all $(BUILD)/demo/identity
	@$(PYTHON) -m demo.once $(BUILD)/demo/identity

pictures: ## draw anew what the documents show (minutes: a week is played)
	@packaging/deps build run demo neighbours pictures
	@$(BUILDER) -j$(JOBS) all
	@$(PYTHON) -m neighbours.pictures

bench: ## what a scan costs, beside its bounds and two scripts: tests/bench/RESULTS.md; WORLDS="10 1000" for some
	@packaging/deps build run demo bench
	@$(BUILDER) -j$(JOBS) all $(addprefix $(BUILD)/bench/,replay memory linear)
	@$(PYTHON) -m bench $(WORLDS)

# Plugins that differ in how many requests they have under way.
IN_FLIGHT := 1 4 8 16 32
bench-transport: ## requests in flight, connections, HTTP/2: what they cost; into the same RESULTS.md
	@packaging/deps build run demo bench
	@for number in $(IN_FLIGHT); do $(BUILDER) -j$(JOBS) all BUILD=$(BUILD)/bench/in-flight-$$number \
	    CPPFLAGS="$(CPPFLAGS) -DSESSION_IN_FLIGHT_MAX=$$number" || exit 1; done
	@$(PYTHON) -m bench.transport $(foreach number,$(IN_FLIGHT),$(number)=$(BUILD)/bench/in-flight-$(number)/sagemaker.so)

install: ## install plugin, manual, samples, documents and examples (DESTDIR, PREFIX)
	@$(BUILDER) -j$(JOBS) all manual
	install -D -m 644 $(BUILD)/sagemaker.so "$(DESTDIR)$(LIBDIR)/collectd/sagemaker.so"
	install -D -m 644 -t "$(DESTDIR)$(PREFIX)/share/man/man5" $(filter %.5,$(MANUALS))
	install -D -m 644 -t "$(DESTDIR)$(PREFIX)/share/man/man1" $(filter %.1,$(MANUALS))
	install -D -m 755 -t "$(DESTDIR)$(PREFIX)/bin" $(COMMANDS)
	install -D -m 644 -t "$(DESTDIR)$(SAMPLEDIR)/sagemaker_idle" $(MODULES)
	install -D -m 644 -t "$(DESTDIR)$(UNITDIR)" $(UNITS)
	install -D -m 644 -t "$(DESTDIR)$(SAMPLEDIR)" collectd.conf.d/*.conf
	install -D -m 644 -t "$(DESTDIR)$(SAMPLEDIR)/lifecycle" $(filter-out $(SCRIPTS),$(wildcard packaging/lifecycle/*))
	install -D -m 755 -t "$(DESTDIR)$(SAMPLEDIR)/lifecycle" $(SCRIPTS)
	mkdir -p "$(DESTDIR)$(DOCDIR)/examples"
	@for document in README.md packaging/doc/*.md; do \
	    sed $(INSTALLED_LINKS) "$$document" >"$(DESTDIR)$(DOCDIR)/$${document##*/}" || exit 1; done
	cp -R $(EXAMPLES) "$(DESTDIR)$(DOCDIR)/examples"
	cd "$(DESTDIR)$(DOCDIR)/examples" && rm -f $(patsubst packaging/%,%,$(filter packaging/prices/%,$(COMMANDS)) $(UNITS))

# A link to a sample that goes is nobody's edit, and leads nowhere afterwards.
uninstall: ## remove what install has installed; what was edited in CONFDIR is kept, and named
	rm -f "$(DESTDIR)$(LIBDIR)/collectd/sagemaker.so"
	rm -f $(foreach manual,$(notdir $(MANUALS)),"$(DESTDIR)$(PREFIX)/share/man/man$(subst .,,$(suffix $(manual)))/$(manual)")
	rm -f $(foreach command,$(notdir $(COMMANDS)),"$(DESTDIR)$(PREFIX)/bin/$(command)")
	rm -f $(foreach unit,$(notdir $(UNITS)),"$(DESTDIR)$(UNITDIR)/$(unit)")
	rm -rf "$(DESTDIR)$(SAMPLEDIR)" "$(DESTDIR)$(DOCDIR)"
	@for file in "$(DESTDIR)$(CONFDIR)"/sagemaker*.conf; do \
	    if [ "$$(readlink "$$file")" = "$(SAMPLEDIR)/$${file##*/}" ]; then rm -fv "$$file"; \
	    elif [ -e "$$file" ]; then echo "kept, collectd reads it still: $$file"; fi \
	done

deb: ## build the Debian package (build/deb/collectd-sagemaker_*.deb)
	@packaging/deps build deb
	@$(BUILDER) $(BUILD)/deb/built

rpm: ## build the RPM (build/rpm/RPMS)
	@packaging/deps build rpm
	@$(BUILDER) $(BUILD)/rpm/built

# It changes with the commit, which none of the packaged files need do.
$(BUILD)/version: FORCE
	@mkdir -p $(@D)
	@packaging/version | cmp -s - $@ || packaging/version >$@

FORCE:

$(BUILD)/deb/built $(BUILD)/rpm/built: $(BUILD)/%/built: $(PACKAGED) $(BUILD)/version
	@packaging/package $* $(@D)
	@touch $@

deps: ## install the Debian packages that building, running and testing need
	@packaging/deps build unit run demo deb rpm check bench neighbours bare

clean: ## remove what was built
	rm -rf $(BUILD)

help: ## list these targets
	@sed -n 's/^\([a-z_-]*\):.*## \(.*\)/make \1\t\2/p' Makefile | expand -t 24
