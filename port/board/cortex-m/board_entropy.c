/* SPDX-License-Identifier: MIT */
/* Random bytes from the board's source. A source that is too slow or repeats itself is refused. */
#include "cortex_m.h"

#include <board.h>

/*
 * The cutoff of the repetition count test (NIST SP 800-90B, 4.4.1): a source that gives this number
 * of equal bytes in a row is broken. It assumes 6 bits of entropy a byte and one false alarm in
 * 2^30 bytes.
 */
enum { REPETITION_CUTOFF = 1 + 30 / 6 };

/* The time for all bytes of a call. A source of 115,200 baud gives a byte every 87 us. */
enum { TIMEOUT_MS = 250 };

static struct {
    bool is_silent; /* it was too slow the last time, so nobody waits until it has a byte again */
    uint8_t last;
    unsigned repeated; /* how often `last` came in a row */
} source;

static bool is_healthy(uint8_t byte)
{
    source.repeated = byte == source.last ? source.repeated + 1 : 1;
    source.last = byte;
    return source.repeated < REPETITION_CUTOFF;
}

static bool take_byte(uint8_t *byte, uint32_t begin_ms)
{
    while (!hardware_random_byte(byte)) {
        if (source.is_silent || (uint32_t)board_monotonic_ms() - begin_ms > TIMEOUT_MS) {
            source.is_silent = true;
            return false;
        }
    }
    source.is_silent = false;
    return true;
}

bool board_entropy(uint8_t *bytes, size_t length)
{
    uint32_t const begin_ms = (uint32_t)board_monotonic_ms();

    for (size_t i = 0; i < length; i++) {
        if (!take_byte(&bytes[i], begin_ms) || !is_healthy(bytes[i])) {
            return false;
        }
    }
    return true;
}
