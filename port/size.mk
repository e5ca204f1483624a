# SPDX-License-Identifier: MIT
# What src/ costs on a Cortex-M4: an image of it alone, and the stack that its calls take.

SIZE := $(BUILD)/size
SIZE_CROSS ?= arm-none-eabi
SIZE_CFLAGS := -mcpu=cortex-m4 -mthumb -Os -std=c99 -ffunction-sections -fdata-sections $(WARNINGS)
SIZE_SOURCES := $(wildcard src/*.c)
SIZE_OBJECTS := $(SIZE_SOURCES:%.c=$(SIZE)/%.o)
# What TLS costs depends on mbedTLS: the images of the firmware tell.
SIZE_LINKED := $(filter-out $(SIZE)/src/tls%.o $(SIZE)/src/pem.o,$(SIZE_OBJECTS))

$(SIZE)/%.o: %.c port/size.mk
	@mkdir -p $(@D)
	$(SIZE_CROSS)-gcc $(CPPFLAGS) -DPGTASK_ERROR_TEXTS=0 $(SIZE_CFLAGS) -fcallgraph-info=su,da \
	    -MMD -MP -c -o $@ $<

$(SIZE)/library.elf: $(SIZE)/tests/size/image.o $(SIZE_LINKED)
	$(SIZE_CROSS)-gcc $(SIZE_CFLAGS) -nostdlib -Wl,--gc-sections,-e,main \
	    -Wl,--unresolved-symbols=ignore-all -Wl,-Map=$(@:.elf=.map) -o $@ $^ -lc_nano -lgcc

.PHONY: size size-images
size-images: $(SIZE)/library.elf $(SIZE_OBJECTS)

STACK_BYTES := 800
size: ## flash, RAM and stack on a Cortex-M4, part by part
	@port/build/deps.sh size firmware
	@$(MAKE) -s --no-print-directory firmware size-images >/dev/null
	@tests/size/size.py $(SIZE)/library.elf $(FIRMWARE_IMAGES)
	@tests/size/stack.py $(SIZE)/src include/pgtask $(STACK_BYTES)
