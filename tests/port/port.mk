# SPDX-License-Identifier: MIT
# Tests of the ports that the library's archive does not have. Those for Zephyr and ESP-IDF compile
# against stubs: tests/port/zephyr and tests/port/esp-idf, whose functions are this machine's.

$(BUILD)/tests/unit/test_port_at.o: INCLUDES += -Iport/at
$(BUILD)/tests/unit/test_port_at: $(patsubst %.c,$(BUILD)/%.o,$(wildcard port/at/*.c))

# $(call test_with_stubs,NAME,FOLDER): test_port_NAME, with objects of its own below build/stubs/FOLDER
define test_with_stubs
$(BUILD)/stubs/$2/%.o $(BUILD)/tests/unit/test_port_$1.o: INCLUDES += $(POSIX) -Iport/$2 -Iport/sockets -Itests/port/$2
$(BUILD)/stubs/$2/%.o: %.c $(BUILD)/flags
	@mkdir -p $$(@D)
	$$(call short,CC,$$<) $$(CC) $$(CPPFLAGS_ALL) $$(CFLAGS_ALL) -MMD -MP -c -o $$@ $$<
$(BUILD)/tests/unit/test_port_$1: TEST_LIBS = -lpthread
$(BUILD)/tests/unit/test_port_$1: $(patsubst %.c,$(BUILD)/stubs/$2/%.o,$(wildcard port/$2/*.c port/sockets/*.c \
    tests/port/$2/*.c))
endef
$(eval $(call test_with_stubs,zephyr,zephyr))
$(eval $(call test_with_stubs,esp_idf,esp-idf))

# Each of these tests waits for ten seconds, so it runs under the sanitizers of one compiler only.
NOT_SANITIZED := $(addprefix $(BUILD)/,asan-clang/tests/unit/test_port_at asan-clang/tests/unit/test_port_zephyr \
    asan/tests/unit/test_port_esp_idf)

# mbedTLS as its makers configure it, in one shared library: the packages of port/openwrt, port/buildroot
# and port/yocto are linked with it.
STOCK_OBJECTS := $(patsubst $(MBEDTLS_DIR)/library/%.c,$(BUILD)/stock/%.o,$(wildcard $(MBEDTLS_DIR)/library/*.c))
$(BUILD)/stock/%.o: $(MBEDTLS_DIR)/library/%.c
	@mkdir -p $(@D)
	$(call short,CC,stock/$(<F)) $(CC) -std=c99 -O1 -fPIC -w -D_GNU_SOURCE -I$(MBEDTLS_DIR)/include -c -o $@ $<
$(BUILD)/stock/libmbedtls.so: $(STOCK_OBJECTS)
	$(call short,LINK,$@) $(CC) -shared -Wl,-soname,libmbedtls.so -o $@ $^

.PHONY: test-packages
test-packages: $(BUILD)/stock/libmbedtls.so $(BUILD)/pgtask ## maintainer: build for OpenWrt, Buildroot and Yocto
	@SLOW=1 $(RUN) tests/builds/test_packages.py
