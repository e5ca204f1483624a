# SPDX-License-Identifier: MIT
# Fetches packages and sources that are not ours, by port/build/deps.sh.
#
# make must have the sources before it can list what to compile. The targets that the README
# promises to work by themselves fetch them; deps.sh first says what it is about to do. For all
# others, make only says what is missing and which command fetches it.

# The groups of deps.sh that a goal needs, besides build. Goals for other processors, figures and
# firmware call deps.sh themselves.
GROUPS_FOR_test := demo unit test size
GROUPS_FOR_test-one := $(GROUPS_FOR_test)
GROUPS_FOR_unit := unit
GROUPS_FOR_test-stock := unit test
GROUPS_FOR_check := unit lint
GROUPS_FOR_lint := lint
GROUPS_FOR_tidy := lint
GROUPS_FOR_cppcheck := lint
GROUPS_FOR_format := lint
GROUPS_FOR_format-check := lint
GROUPS_FOR_fuzz := fuzz unit
GROUPS_FOR_coverage := coverage
GROUPS_FOR_compile_commands.json := unit
FETCHING_GOALS := $(patsubst GROUPS_FOR_%,%,$(filter GROUPS_FOR_%,$(.VARIABLES))) demo bench size \
    size-linux firmware test-firmware bench-firmware test-32bit test-cross test-emulated emulated

# A build whose sources are there runs nothing for them, and writes nothing outside of BUILD.
LACKING := $(if $(or $(filter system,$(MBEDTLS)),$(wildcard $(MBEDTLS_DIR)/include/mbedtls/ssl.h)),,mbedTLS) \
    $(if $(wildcard $(JSMN_DIR)/jsmn.h),,jsmn)

GROUPS := $(sort $(foreach goal,$(MAKECMDGOALS),$(GROUPS_FOR_$(goal))))
EMPTY :=
ifneq ($(filter-out $(NO_DEPS_GOALS),$(or $(MAKECMDGOALS),all)),)
ifneq ($(strip $(filter $(FETCHING_GOALS),$(MAKECMDGOALS)) $(LACKING)),)
include $(DEPS)/ready.mk
endif
endif
ifneq ($(GROUPS),)
include $(DEPS)/ready-$(subst $(EMPTY) $(EMPTY),-,$(GROUPS)).mk
endif

$(DEPS)/ready.mk: port/build/deps.sh $(if $(strip $(LACKING)),FORCE)
	@port/build/deps.sh $(if $(filter $(FETCHING_GOALS),$(MAKECMDGOALS)),,--check) build
	@mkdir -p $(@D) && touch $@

$(DEPS)/ready-%.mk: port/build/deps.sh $(DEPS)/ready.mk
	@port/build/deps.sh build $(subst -, ,$*)
	@touch $@

.PHONY: deps
deps: ## packager: fetch what the build, the demo and tests need
	port/build/deps.sh build $(GROUPS_FOR_test) lint

.PHONY: deps-check
deps-check: ## packager: tell whether Debian has a newer mbedTLS
	@port/build/deps.sh --newest
