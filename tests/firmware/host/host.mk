# SPDX-License-Identifier: MIT
# The port for lwIP on this machine, over lwIP's loopback, under the sanitizers.
LOOPBACK := $(FIRMWARE)/loopback
LOOPBACK_SOURCES := $(wildcard tests/firmware/host/*.c port/lwip/lwip_*.c)
LOOPBACK_LWIP := $(wildcard $(LWIP_DIR)/src/core/*.c $(LWIP_DIR)/src/core/ipv4/*.c) \
    $(LWIP_DIR)/src/netif/ethernet.c
LOOPBACK_OBJECTS := $(LOOPBACK_SOURCES:%.c=$(LOOPBACK)/%.o) \
    $(LOOPBACK_LWIP:$(LWIP_DIR)/src/%.c=$(LOOPBACK)/lwip/%.o)
LOOPBACK_COMPILE = $(CC) -std=gnu99 -O1 -g $(SANITIZERS) -D_POSIX_C_SOURCE=200809L \
    -Itests/firmware/host -Iinclude -Iport/lwip -isystem $(LWIP_DIR)/src/include

firmware-programs: $(LOOPBACK)/test_lwip
$(LOOPBACK)/test_lwip: $(LOOPBACK_OBJECTS)
	$(CC) $(SANITIZERS) -o $@ $^ -lcmocka

$(LOOPBACK)/lwip/%.o: $(LWIP_DIR)/src/%.c tests/firmware/host/lwipopts.h port/lwip/lwipopts.h
	@mkdir -p $(@D)
	@$(LOOPBACK_COMPILE) -w -c -o $@ $<

$(LOOPBACK)/%.o: %.c tests/firmware/host/lwipopts.h port/lwip/lwipopts.h
	@mkdir -p $(@D)
	$(LOOPBACK_COMPILE) $(WARNINGS) -MMD -MP -c -o $@ $<
