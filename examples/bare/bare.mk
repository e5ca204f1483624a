# SPDX-License-Identifier: MIT
# Builds the program of examples/bare for the board MPS2, once for each port: see README.md.
#
#   build/firmware/bare/mps2-an385-null.elf    with the port that provides nothing
#   build/firmware/bare/mps2-an385-at.elf      with a Wi-Fi module on a UART
#
# Settings and images hold the key, so only their owner may read them. port/build/image.mk includes
# this file. With settings and roots of your own:
#
#   make build/firmware/bare/mps2-an385-at.elf BARE_INSTANCE=postgres-q6fj84vb BARE_ROOTS=root.pem

BARE := $(FIRMWARE)/bare
BARE_BOARD := mps2-an385
BARE_PART := cortex-m3/tls12
BARE_INSTANCE ?= postgres-q6fj84vb
BARE_REGION ?= ap-guangzhou
BARE_ROOTS ?= $(CERTIFICATES)/ca.pem
BARE_IMAGES := $(BARE)/$(BARE_BOARD)-null.elf $(BARE)/$(BARE_BOARD)-at.elf

BARE_SOURCES := $(wildcard src/*.c port/mbedtls/*.c) examples/bare/main.c
BARE_SOURCES_null := examples/bare/bare_null.c port/null/null.c
BARE_SOURCES_at := examples/bare/bare_at.c $(wildcard port/at/*.c)
bare_objects = $(patsubst %.c,$(FIRMWARE)/$(BARE_PART)/%.o,$(BARE_SOURCES) $(BARE_SOURCES_$1)) \
    $(MBEDTLS_LIBRARY:$(MBEDTLS_DIR)/library/%.c=$(FIRMWARE)/$(BARE_PART)/mbedtls/%.o) $(BARE)/settings.o

profile.bare := 240K 64K 3072
link_bare = $(call link_image,bare/$(BARE_BOARD)-$1,$(BARE_BOARD),bare,$(bare_objects))
$(foreach port,null at,$(eval $(call link_bare,$(port))))
$(BARE_IMAGES): FIRMWARE_LINK := umask 077; $(FIRMWARE_LINK)
$(FIRMWARE)/$(BARE_PART)/examples/bare/%.o $(FIRMWARE)/$(BARE_PART)/port/at/%.o \
    $(FIRMWARE)/$(BARE_PART)/port/null/%.o $(BARE)/%.o $(BUILD)/tidy/firmware/examples/bare/%.ok: \
    FIRMWARE_CPPFLAGS += -Iexamples/bare -Iport/at -Iport/null -Iport/board/cortex-m

# Without roots of your own, the image is for the simulated service, and never gets your key. make
# forgets a key that was given to it, so the settings are written anew whenever they are needed, and the
# image follows only if they have changed.
BARE_IS_TEST := $(filter $(CERTIFICATES)/%,$(BARE_ROOTS))
BARE_KEY := $(if $(BARE_IS_TEST),TENCENTCLOUD_SECRET_ID=AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE \
    TENCENTCLOUD_SECRET_KEY=Gu5t9xGARNpq86cd98joQYCN3EXAMPLE)
$(BARE)/settings.c: $(if $(BARE_IS_TEST),$(CERTIFICATES)/made) FORCE
	@$(BARE_KEY) examples/bare/make_settings.sh $@ $(BARE_INSTANCE) $(BARE_REGION) $(BARE_ROOTS)

# ccache would keep a copy of the key.
$(BARE)/settings.o: $(BARE)/settings.c
	$(call short,CC,$<) umask 077; CCACHE_DISABLE=1 $(FIRMWARE_COMPILE) $(call part_flags,$(BARE_PART)) \
	    $(WARNINGS) -c -o $@ $<

$(BARE)/%.bin: $(BARE)/%.elf
	$(call short,BIN,$@) umask 077; rm -f $@; $(FIRMWARE_CROSS)-objcopy -O binary $< $@

.PHONY: bare
bare: $(BARE_IMAGES) ## user: build the smallest program for a board
	$(FIRMWARE_CROSS)-size $(BARE_IMAGES)
