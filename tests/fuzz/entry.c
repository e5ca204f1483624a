/* SPDX-License-Identifier: MIT */
/* Where libFuzzer comes in. */
#include "slices.h"

int LLVMFuzzerTestOneInput(uint8_t const *data, size_t size);

int LLVMFuzzerTestOneInput(uint8_t const *data, size_t size)
{
    if (size < FUZZ_STEER_BYTES || size - FUZZ_STEER_BYTES > FUZZ_TEXT_BYTES) {
        return -1;
    }
    fuzz_one(data, data + FUZZ_STEER_BYTES, size - FUZZ_STEER_BYTES);
    return 0;
}
