# SPDX-License-Identifier: MIT
# Tests of the LED daemon on a real kernel: Debian's for ARM, in QEMU. See tests/harness/linux_box.py.

KERNEL_CLIENT := $(BUILD)/aarch64-linux-gnu-musl/pgtask

.PHONY: test-kernel kernel-client
kernel-client:
	@port/build/deps.sh build demo kernel
	@$(MAKE) --no-print-directory -s CROSS=aarch64-linux-gnu LIBC=musl BUILD=$(patsubst %/,%,$(dir $(KERNEL_CLIENT))) \
	    $(KERNEL_CLIENT)

test-kernel: kernel-client ## developer: test the LED on a real kernel; SLOW=1: all of it
	@$(RUN) $(if $(SLOW),tests/kernel,tests/kernel/test_smoke.py)
