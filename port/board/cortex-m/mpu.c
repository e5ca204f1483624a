/* SPDX-License-Identifier: MIT */
/*
 * The memory protection unit. It turns a write into code, a jump into RAM, an access through a null
 * pointer and a stack that overflows into a fault. No region means no access.
 */
#include "cortex_m.h"

#include <hardware.h>

#include "registers.h"

/* Fields of MPU_RASR (ARMv7-M Architecture Reference Manual, B3.5.9). */
enum {
    REGION_ENABLE = 1,
    REGION_NORMAL = 2 << 16,           /* write-through memory */
    REGION_DEVICE = 1 << 18 | 1 << 16, /* shared device */
    REGION_NO_ACCESS = 0,
    REGION_READ_WRITE = 1 << 24,
    REGION_READ_ONLY = 5 << 24,
    REGION_EXECUTE_NEVER = 1 << 28
};

/* A region's size is a power of two, and its base is a multiple of its size. */
#define REGION_SIZE(log2) (((uint32_t)(log2)-1) << 1)

struct region {
    uint32_t base;
    uint32_t attributes;
};

/* Where regions overlap, the later one counts: so the guard goes last. */
static struct region const regions[] = {
    {0, REGION_SIZE(FLASH_LOG2) | REGION_NORMAL | REGION_READ_ONLY},
    {RAM_BASE, REGION_SIZE(RAM_LOG2) | REGION_NORMAL | REGION_READ_WRITE | REGION_EXECUTE_NEVER},
    {PERIPHERAL_BASE,
     REGION_SIZE(PERIPHERAL_LOG2) | REGION_DEVICE | REGION_READ_WRITE | REGION_EXECUTE_NEVER},
    {ETHERNET_BASE,
     REGION_SIZE(ETHERNET_LOG2) | REGION_DEVICE | REGION_READ_WRITE | REGION_EXECUTE_NEVER},
    {RAM_BASE,
     REGION_SIZE(STACK_GUARD_LOG2) | REGION_NORMAL | REGION_NO_ACCESS | REGION_EXECUTE_NEVER},
};

void mpu_start(void)
{
    for (uint32_t i = 0; i < sizeof regions / sizeof regions[0]; i++) {
        register_write(MPU_RNR, i);
        register_write(MPU_RBAR, regions[i].base);
        register_write(MPU_RASR, regions[i].attributes | REGION_ENABLE);
    }
    register_write(MPU_CTRL, MPU_CTRL_ENABLE);
    __asm volatile("dsb\n\tisb" ::: "memory");
}
