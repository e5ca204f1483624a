# SPDX-License-Identifier: MIT
# Builds for other processors with Linux, by Debian's cross compilers.
#
#   make CROSS=arm-linux-gnueabihf [STATIC=1]    into build/arm-linux-gnueabihf
#   make CROSS=arm-linux-gnueabihf LIBC=musl     into build/arm-linux-gnueabihf-musl: runs anywhere
#   make LIBC=musl BUILD=build/musl              for this machine, by musl-gcc
#   make size-linux                              measures the client on each of them
#
# tests/emulated.mk tests them.

# Processors with 32 and 64 bits, and one that stores the high byte first.
CROSS_TARGETS := arm-linux-gnueabihf aarch64-linux-gnu powerpc-linux-gnu

# These goals need no cross compiler, or fetch it themselves.
NO_CROSS_GOALS := $(NO_DEPS_GOALS) test-cross test-emulated size-linux
ifdef CROSS
ifneq ($(filter-out $(NO_CROSS_GOALS),$(or $(MAKECMDGOALS),all)),)
CROSS_TOOLS := $(CROSS)-gcc $(CROSS)-ar $(if $(filter musl,$(LIBC)),$(DEPS)/musl/$(CROSS)/musl.specs)
CROSS_LACKS := $(strip $(foreach tool,$(CROSS_TOOLS),$(if $(shell command -v $(tool) || ls $(tool) 2>/dev/null),,$(tool))))
ifneq ($(CROSS_LACKS),)
$(error $(CROSS_LACKS): not found; to fetch compilers for ARM, AArch64 and PowerPC, and musl, run: port/build/deps.sh cross)
endif
endif
endif

# glibc's getaddrinfo() needs glibc's shared libraries even in a static program. musl's does not.
ifeq ($(LIBC),musl)
# Debian's musl comes without the kernel's headers (GPIO), which lie with those of glibc: in a folder
# of their own for a cross compiler, or with the machine's.
ifdef CROSS
CC += -specs=$(CURDIR)/$(DEPS)/musl/$(CROSS)/musl.specs \
    $(addprefix -idirafter ,$(or $(wildcard /usr/$(CROSS)/include),/usr/include /usr/include/$(CROSS)))
else
CC := musl-gcc -idirafter /usr/include -idirafter /usr/include/$(shell gcc -dumpmachine)
endif
STATIC := 1
else ifdef LIBC
$(error LIBC=$(LIBC) is not known; use LIBC=musl, or leave LIBC out for glibc)
endif
ifdef STATIC
LDFLAGS += -static
endif

# The client as it would be installed: stripped, and built with -Os.
MUSL_TARGETS := arm-linux-gnueabihf aarch64-linux-gnu
SMALL_GLIBC := $(foreach target,$(CROSS_TARGETS),$(foreach kind,dynamic static,\
    $(BUILD)/small-linux/$(target)/pgtask-$(kind)))
SMALL_MUSL := $(MUSL_TARGETS:%=$(BUILD)/small-linux/%-musl/pgtask-static)
SMALL_MAKE = $(MAKE) --no-print-directory -s OPTIMIZE=-Os CROSS=$(word 1,$(subst -musl, ,$(notdir \
    $(@D)))) BUILD=$(@D) $(@D)/pgtask

$(BUILD)/small-linux/%/pgtask-dynamic: FORCE
	+@$(SMALL_MAKE)
	@$*-strip -o $@ $(@D)/pgtask
$(BUILD)/small-linux/%-musl/pgtask-static: FORCE
	+@$(SMALL_MAKE) LIBC=musl
	@$*-strip -o $@ $(@D)/pgtask
$(BUILD)/small-linux/%/pgtask-static: FORCE $(BUILD)/small-linux/%/pgtask-dynamic
	+@$(SMALL_MAKE) STATIC=1 2>/dev/null
	@$*-strip -o $@ $(@D)/pgtask

.PHONY: size-linux
size-linux: ## maintainer: measure the client on ARM and PowerPC
	@port/build/deps.sh build cross
	@$(MAKE) --no-print-directory -s $(SMALL_GLIBC) $(SMALL_MUSL)
	@printf '| target | linked | bytes |\n| --- | --- | --- |\n'
	@for file in $(SMALL_GLIBC) $(SMALL_MUSL); do \
	    folder=$$(basename $$(dirname $$file)); libc=glibc; \
	    case $$folder in *-musl) libc=musl ;; esac; \
	    printf '| %s | %s, %s | %s |\n' $${folder%-musl} $$libc $${file##*-} $$(wc -c <$$file); \
	done
