# SPDX-License-Identifier: MIT
# Tests with a stock mbedTLS 3.6: the source in MBEDTLS_DIR, in its makers' configuration, as a shared
# library that stands for the package of a system. port/mbedtls/README.md says what differs.
#
#   make test-stock    about 6 minutes on 2 cores; for each night
#
# test_heap.py is left out, because a stock mbedTLS uses the heap. The same tests run with a library
# that is installed:
#
#   make MBEDTLS=system BUILD=FOLDER with-stock

STOCK := $(BUILD)/stock
STOCK_OBJECTS := $(patsubst $(MBEDTLS_DIR)/library/%.c,$(STOCK)/library/%.o,$(wildcard $(MBEDTLS_DIR)/library/*.c))

$(STOCK)/library/%.o: $(MBEDTLS_DIR)/library/%.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call short,CC,stock/$(<F)) $(CC) -I$(MBEDTLS_DIR)/include -O2 -g -fPIC -w -c -o $@ $<
$(STOCK)/library/libmbedtls.so: $(STOCK_OBJECTS)
	$(call short,LINK,$@) $(CC) -shared -o $@ $^

STOCK_TESTS := $(filter $(addprefix $(BUILD)/tests/unit/test_,tls% client% tc3% clock% advice retry renew poll secrets \
    error% failure firmware% cli_trust cli_reload),$(UNIT_TESTS))

.PHONY: test-stock with-stock
test-stock: $(STOCK)/library/libmbedtls.so ## maintainer: test TLS with a stock mbedTLS
	+@$(MAKE) --no-print-directory MBEDTLS=system MBEDTLS_CFLAGS='-isystem $(MBEDTLS_DIR)/include' \
	    MBEDTLS_LIBS='$(abspath $<) -Wl,-rpath,$(abspath $(<D))' BUILD=$(STOCK) with-stock
with-stock: all $(STOCK_TESTS) $(NEEDS_e2e)
	@$(RUN) $(STOCK_TESTS) $(filter-out %/test_heap.py,$(wildcard tests/e2e/test_*.py))
