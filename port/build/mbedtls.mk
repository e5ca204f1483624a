# SPDX-License-Identifier: MIT
# Which mbedTLS the library is built with. port/mbedtls/README.md tells what each of them can do.
#
#   make                        3.6, from deps/mbedtls, compiled for pgtask
#   make MBEDTLS_DIR=FOLDER     a source of your own: 3.6, compiled likewise, or 4 in its makers'
#                               configuration
#   make MBEDTLS=system         a library of the system, as it is: 3.6.1 or later, or 4. pkg-config
#                               finds it, or MBEDTLS_CFLAGS and MBEDTLS_LIBS name it
#
# The Makefile sets BUILD and CC. This file sets
#   MBEDTLS_INCLUDES  options of the preprocessor, to compile what calls mbedTLS
#   MBEDTLS_LIB       the archive that is built, or nothing
#   MBEDTLS_LIBS      options of the linker, or nothing

MBEDTLS_PACKAGES := mbedtls mbedx509 mbedcrypto

ifneq ($(filter-out system,$(MBEDTLS)),)
$(error MBEDTLS=$(MBEDTLS) is not known; use MBEDTLS=system, or leave it out for the one in $(MBEDTLS_DIR))
endif

# These goals compile nothing, so they need no mbedTLS.
NO_DEPS_GOALS := nightly test-alerts deb deb-source rooms clean distclean help deps deps-check uninstall

ifeq ($(MBEDTLS),system)

PKG_CONFIG ?= $(if $(CROSS),$(CROSS)-)pkg-config
MBEDTLS_LIB :=
ifneq ($(filter-out $(NO_DEPS_GOALS),$(or $(MAKECMDGOALS),all)),)
MBEDTLS_IS_NAMED := $(MBEDTLS_CFLAGS)$(MBEDTLS_LIBS)
ifeq ($(MBEDTLS_IS_NAMED),)
MBEDTLS_CFLAGS := $(shell $(PKG_CONFIG) --cflags $(MBEDTLS_PACKAGES) 2>/dev/null)
MBEDTLS_LIBS := $(shell $(PKG_CONFIG) --libs $(MBEDTLS_PACKAGES) 2>/dev/null)
endif
ifeq ($(MBEDTLS_LIBS),)
MBEDTLS_LIBS := -lmbedtls -lmbedx509 -lmbedcrypto
endif
# The number is 0x03060600 for 3.6.6.
MBEDTLS_NUMBER := $(shell printf '\043include <mbedtls/version.h>\nMBEDTLS_VERSION_NUMBER\n' | \
    $(CC) $(MBEDTLS_CFLAGS) $(CPPFLAGS) -E -P - 2>/dev/null | tail -n 1)
MBEDTLS_VERSION := $(shell n=$(MBEDTLS_NUMBER); \
    [ -z "$$n" ] || echo "$$((n >> 24)).$$((n >> 16 & 255)).$$((n >> 8 & 255))" 2>/dev/null)
ifeq ($(MBEDTLS_VERSION),)
$(error MBEDTLS=system: found no mbedTLS; install its headers, which are in libmbedtls-dev on Debian, or set \
    MBEDTLS_CFLAGS and MBEDTLS_LIBS)
endif
ifneq ($(shell [ $$(($(MBEDTLS_NUMBER))) -ge $$((0x03060100)) ] && echo new),new)
$(error MBEDTLS=system: the mbedTLS of this system is $(MBEDTLS_VERSION), which is too old; pgtask needs 3.6.1 or \
    later, or 4. Leave out MBEDTLS=system to build with a 3.6 that is fetched, or name another one with \
    MBEDTLS_CFLAGS and MBEDTLS_LIBS)
endif
endif
MBEDTLS_INCLUDES := $(MBEDTLS_CFLAGS)
MBEDTLS_STOCK := mbedTLS $(MBEDTLS_VERSION) of the system

else ifneq ($(wildcard $(MBEDTLS_DIR)/tf-psa-crypto/include/psa/crypto.h),)

# Version 4 has its cryptography in a folder of its own. A release brings the files that are generated.
ifeq ($(wildcard $(MBEDTLS_DIR)/tf-psa-crypto/core/psa_crypto_driver_wrappers.h),)
$(error MBEDTLS_DIR=$(MBEDTLS_DIR) lacks the files that are generated; run framework/scripts/make_generated_files.py \
    in it and in its tf-psa-crypto)
endif
MBEDTLS_LIB ?= $(BUILD)/libmbedtls.a
MBEDTLS_CRYPTO := $(MBEDTLS_DIR)/tf-psa-crypto
MBEDTLS_INCLUDES := $(addprefix -isystem $(MBEDTLS_DIR)/,include tf-psa-crypto/include \
    tf-psa-crypto/drivers/builtin/include)
MBEDTLS_PRIVATE := $(addprefix -I$(MBEDTLS_DIR)/,library tf-psa-crypto/core tf-psa-crypto/drivers/builtin/src \
    $(addprefix tf-psa-crypto/drivers/,everest/include everest/include/tf-psa-crypto/private p256-m))
MBEDTLS_SOURCES := $(wildcard $(addprefix $(MBEDTLS_DIR)/,library/*.c tf-psa-crypto/core/*.c \
    tf-psa-crypto/drivers/builtin/src/*.c))
MBEDTLS_OBJECTS := $(MBEDTLS_SOURCES:$(MBEDTLS_DIR)/%.c=$(BUILD)/mbedtls4/%.o)
MBEDTLS_STOCK := the mbedTLS 4 of $(MBEDTLS_DIR)

$(BUILD)/mbedtls4/%.o: $(MBEDTLS_DIR)/%.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call short,CC,mbedtls/$(<F)) $(CC) $(MBEDTLS_INCLUDES) $(MBEDTLS_PRIVATE) $(CPPFLAGS) $(CFLAGS_COMMON) -w \
	    $(CFLAGS) -c -o $@ $<

else

MBEDTLS_LIB ?= $(BUILD)/libmbedtls.a
MBEDTLS_INCLUDES := -isystem $(MBEDTLS_SOURCE)/include -DMBEDTLS_CONFIG_FILE='"pgtask_mbedtls_config.h"'
MBEDTLS_SOURCES := $(wildcard $(MBEDTLS_SOURCE)/library/*.c)
# mbedTLS calls pulse.c, so that belongs to its archive: see port/mbedtls/pgtask_pulse_hooks.h.
MBEDTLS_PULSE := $(BUILD)/port/mbedtls/pulse.o
MBEDTLS_OBJECTS := $(patsubst $(MBEDTLS_SOURCE)/library/%.c,$(BUILD)/mbedtls/%.o,$(MBEDTLS_SOURCES)) $(MBEDTLS_PULSE)

endif

# What `make` says at its end: what a stock mbedTLS lacks is the list in port/mbedtls/library.c.
ifdef MBEDTLS_STOCK
tell_missing = echo 'linked with $(MBEDTLS_STOCK), so this is missing:'; \
    sed -n 's/^    "\(.*\)",$$/  - \1/p' port/mbedtls/library.c
else
tell_missing = :
endif
