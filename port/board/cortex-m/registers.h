/* SPDX-License-Identifier: MIT */
/**
 * @file registers.h
 * Access to hardware registers by address, and the registers that every Cortex-M3, M4 and M7 has.
 * The names are those of the ARMv7-M Architecture Reference Manual, section B3.
 */
#ifndef CORTEX_M_REGISTERS_H
#define CORTEX_M_REGISTERS_H

#include <stdint.h>

static inline uint32_t register_read(uint32_t address)
{
    return *(uint32_t volatile *)(uintptr_t)address;
}

static inline void register_write(uint32_t address, uint32_t value)
{
    *(uint32_t volatile *)(uintptr_t)address = value;
}

static inline void register_set(uint32_t address, uint32_t bits)
{
    register_write(address, register_read(address) | bits);
}

enum {
    SYSTICK_CSR_RUN = 7, /* processor clock, interrupt, enabled */
    MPU_CTRL_ENABLE = 1,
    AIRCR_RESET = 0x05fa0004
};
#define SYSTICK_CSR 0xe000e010u
#define SYSTICK_RVR 0xe000e014u
#define SYSTICK_CVR 0xe000e018u
#define NVIC_ISER   0xe000e100u
#define NVIC_ICER   0xe000e180u
#define NVIC_IPR    0xe000e400u
#define SCB_AIRCR   0xe000ed0cu
#define SCB_SHPR3   0xe000ed20u
#define SCB_CFSR    0xe000ed28u
#define SCB_HFSR    0xe000ed2cu
#define SCB_DFSR    0xe000ed30u
#define SCB_MMFAR   0xe000ed34u
#define SCB_BFAR    0xe000ed38u
#define MPU_CTRL    0xe000ed94u
#define MPU_RNR     0xe000ed98u
#define MPU_RBAR    0xe000ed9cu
#define MPU_RASR    0xe000eda0u

static inline void interrupt_enable(unsigned number)
{
    register_write(NVIC_ISER + 4 * (number / 32), UINT32_C(1) << number % 32);
}

static inline void interrupt_disable(unsigned number)
{
    register_write(NVIC_ICER + 4 * (number / 32), UINT32_C(1) << number % 32);
}

#endif
