# SPDX-License-Identifier: MIT
# Tests of the LED daemon on a real kernel: Debian's for ARM, in QEMU. See tests/harness/linux_box.py.

KERNEL_BUILD := $(BUILD)/aarch64-linux-gnu-musl
KERNEL_PROGRAMS := $(KERNEL_BUILD)/pgtask $(KERNEL_BUILD)/watch_events

$(BUILD)/watch_events: tests/kernel/watch_events.c $(BUILD)/flags
	$(call short,LINK,$@) $(CC) $(POSIX) $(CFLAGS_ALL) $(LDFLAGS_ALL) -o $@ $<

.PHONY: test-kernel kernel-programs
kernel-programs:
	@port/build/deps.sh build demo kernel
	@$(MAKE) --no-print-directory -s CROSS=aarch64-linux-gnu LIBC=musl BUILD=$(KERNEL_BUILD) $(KERNEL_PROGRAMS)

test-kernel: kernel-programs ## developer: test the LED on a real kernel; SLOW=1: all of it
	@$(RUN) $(if $(SLOW),tests/kernel,tests/kernel/test_smoke.py)
