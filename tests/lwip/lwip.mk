# SPDX-License-Identifier: MIT
# Tests the port for lwIP on this machine, over lwIP's loopback, under the sanitizers. Each
# tests/lwip/test_*.c is a program. The one of IPv6 has objects of its own.

LWIP_TEST_IPV6 := $(BUILD)/tests/lwip/test_lwip_ipv6
LWIP_TEST_IPV4 := $(filter-out $(LWIP_TEST_IPV6),$(patsubst %.c,$(BUILD)/%,$(wildcard \
    tests/lwip/test_*.c)))
LWIP_TEST := $(LWIP_TEST_IPV4) $(LWIP_TEST_IPV6)
LWIP_TEST_SOURCES := $(wildcard tests/lwip/loop_*.c port/lwip/lwip_*.c)
LWIP_TEST_LWIP := $(wildcard $(LWIP_DIR)/src/core/*.c $(LWIP_DIR)/src/core/ipv4/*.c) \
    $(LWIP_DIR)/src/netif/ethernet.c
lwip_test_objects = $(LWIP_TEST_SOURCES:%.c=$(BUILD)/$1/%.o) \
    $($2:$(LWIP_DIR)/src/%.c=$(BUILD)/$1/lwip/%.o)
LWIP_TEST_LWIP6 := $(LWIP_TEST_LWIP) $(wildcard $(LWIP_DIR)/src/core/ipv6/*.c)
LWIP_TEST_OPTIONS := tests/lwip/lwipopts.h port/lwip/lwipopts.h
LWIP_TEST_COMPILE = $(CC) -std=gnu99 -O1 -g $(SANITIZERS) -D_POSIX_C_SOURCE=200809L \
    -Itests/lwip -Iinclude -Iport/lwip -isystem $(LWIP_DIR)/src/include

firmware-programs: $(LWIP_TEST)
$(LWIP_TEST_IPV4): $(BUILD)/tests/lwip/%: $(BUILD)/lwip/tests/lwip/%.o \
    $(call lwip_test_objects,lwip,LWIP_TEST_LWIP)
$(LWIP_TEST_IPV6): $(BUILD)/tests/lwip/%: $(BUILD)/lwip6/tests/lwip/%.o \
    $(call lwip_test_objects,lwip6,LWIP_TEST_LWIP6)
$(LWIP_TEST):
	@mkdir -p $(@D)
	$(call short,LINK,$@) $(CC) $(SANITIZERS) -o $@ $^ -lcmocka

$(BUILD)/lwip6/%.o: LWIP_TEST_COMPILE += -DPGTASK_TEST_IPV6
define compile_lwip_tests
$(BUILD)/$1/lwip/%.o: $(LWIP_DIR)/src/%.c $(LWIP_TEST_OPTIONS)
	@mkdir -p $$(@D)
	$$(call short,CC,lwip/$$(<F)) $$(LWIP_TEST_COMPILE) -w -c -o $$@ $$<

$(BUILD)/$1/%.o: %.c $(LWIP_TEST_OPTIONS)
	@mkdir -p $$(@D)
	$$(call short,CC,$$<) $$(LWIP_TEST_COMPILE) $$(WARNINGS) -MMD -MP -c -o $$@ $$<
endef
$(foreach set,lwip lwip6,$(eval $(call compile_lwip_tests,$(set))))
