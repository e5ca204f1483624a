/* SPDX-License-Identifier: MIT */
/** @file defaults.h Settings of which 0 stands for a default. */
#ifndef PGTASKI_DEFAULTS_H
#define PGTASKI_DEFAULTS_H

#include <stdint.h>

/** @return the setting, or its default if it is 0 */
static inline uint32_t pgtaski_or_default(uint32_t setting, uint32_t otherwise)
{
    return setting != 0 ? setting : otherwise;
}

#endif
