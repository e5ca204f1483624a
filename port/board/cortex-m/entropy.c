/* SPDX-License-Identifier: MIT */
#include "cortex_m.h"

#include <board.h>

/*
 * How often one value may come in a row: the repetition count test of NIST SP 800-90B, 4.4.1, for
 * 6 bits of entropy a byte and one false alarm in 2^30 bytes.
 */
enum { REPETITIONS = 1 + 30 / 6 };

/* For all bytes of a call. A source of 115,200 baud gives a byte each 87 us. */
enum { PATIENCE_MS = 250 };

static struct {
    bool silent; /* too slow the last time: only what is there already counts, until something is */
    uint8_t last;
    unsigned repeated;
} source;

static bool healthy(uint8_t byte)
{
    source.repeated = byte == source.last ? source.repeated + 1 : 1;
    source.last = byte;
    return source.repeated < REPETITIONS;
}

static bool take_byte(uint8_t *byte, uint32_t begin_ms)
{
    while (!hardware_random_byte(byte)) {
        if (source.silent || (uint32_t)board_monotonic_ms() - begin_ms > PATIENCE_MS) {
            source.silent = true;
            return false;
        }
    }
    source.silent = false;
    return true;
}

bool board_entropy(uint8_t *bytes, size_t length)
{
    uint32_t const begin_ms = (uint32_t)board_monotonic_ms();

    for (size_t i = 0; i < length; i++) {
        if (!take_byte(&bytes[i], begin_ms) || !healthy(bytes[i])) {
            return false;
        }
    }
    return true;
}
