/* SPDX-License-Identifier: MIT */
#include "cortex_m.h"

#include <board.h>
#include <hardware.h>

#include "registers.h"

/* A frame that did not fit was not written: these bits of CFSR say so. */
#define CFSR_NOT_STACKED (1u << 4 | 1u << 12)

__attribute__((used)) static void fault_report(struct exception_frame *frame)
{
    uint32_t const cfsr = register_read(SCB_CFSR);

    if (semihosting_refused(frame)) {
        return;
    }
    log_hexadecimal("\r\nfault: CFSR", cfsr);
    log_hexadecimal(" HFSR", register_read(SCB_HFSR));
    log_hexadecimal(" MMFAR", register_read(SCB_MMFAR));
    if ((cfsr & CFSR_NOT_STACKED) == 0) {
        log_hexadecimal(" PC", frame->counter);
        log_hexadecimal(" LR", frame->link);
    } else {
        log_string(" stack overflow");
    }
    log_string("\r\n");
    board_exit(FAULT_STATUS);
}

/*
 * The MPU is off in a HardFault (HFNMIENA is 0), so a full stack's guard serves the report. Below
 * the stack there is no memory at all: there the report begins a stack of its own, from the top.
 */
__attribute__((naked)) void fault_handler(void)
{
    __asm volatile("mov r0, sp\n\t"
                   "ldr r1, =stack_bottom + %c0\n\t"
                   "cmp r0, r1\n\t"
                   "bhs 1f\n\t"
                   "ldr r1, =stack_top\n\t"
                   "mov sp, r1\n"
                   "1:\n\t"
                   "b fault_report\n\t"
                   ".ltorg" ::"i"(STACK_GUARD_BYTES));
}
