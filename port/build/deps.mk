# SPDX-License-Identifier: MIT
# Fetches packages and sources that are not ours, by port/build/deps.sh.
#
# make must have the sources before it can list what to compile. The targets that the README
# promises to work by themselves fetch them; deps.sh first says what it is about to do. For all
# others, make only says what is missing and which command fetches it.

NO_DEPS_GOALS := rooms clean distclean help deps uninstall
TEST_GOALS := test test-one check unit fuzz coverage lint tidy cppcheck format format-check \
    compile_commands.json test-32bit test-cross test-emulated emulated
FETCHING_GOALS := $(TEST_GOALS) demo bench bench-led test-kernel size size-linux firmware test-firmware bench-firmware

ifneq ($(filter-out $(NO_DEPS_GOALS),$(or $(MAKECMDGOALS),all)),)
include $(DEPS)/ready.mk
endif
ifneq ($(filter $(TEST_GOALS),$(MAKECMDGOALS)),)
include $(DEPS)/ready-test.mk
endif

$(DEPS)/ready.mk: port/build/deps.sh
	@port/build/deps.sh $(if $(filter $(FETCHING_GOALS),$(MAKECMDGOALS)),,--check) build
	@mkdir -p $(@D) && touch $@

$(DEPS)/ready-test.mk: port/build/deps.sh $(DEPS)/ready.mk
	@port/build/deps.sh build demo test size
	@touch $@

.PHONY: deps
deps: ## packager: fetch what the build, the demo and tests need
	port/build/deps.sh build demo test size
