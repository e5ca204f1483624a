/* SPDX-License-Identifier: MIT */
/*
 * Faults: one line in the log, then the end of the run. A person reads the line so:
 *
 *     fault: CFSR 0x00000082 HFSR 0x40000000 MMFAR 0x00000100 BFAR 0x00000000 PC 0x0000089e ...
 *
 * CFSR says what kind of access failed, MMFAR and BFAR its address if CFSR calls them valid, and PC
 * which instruction it was. Names and bits: ARMv7-M Architecture Reference Manual, B3.2.
 */
#include "cortex_m.h"

#include <board.h>
#include <hardware.h>

#include "registers.h"

/* MSTKERR and STKERR: the stack had no place for the exception's frame, so there is none. */
#define CFSR_NOT_STACKED (1u << 4 | 1u << 12)

__attribute__((used)) static void fault_report(struct exception_frame *frame)
{
    uint32_t const cfsr = register_read(SCB_CFSR);

    if (semihosting_answer_fault(frame)) {
        return;
    }
    log_hexadecimal("\r\nfault: CFSR", cfsr);
    log_hexadecimal(" HFSR", register_read(SCB_HFSR));
    log_hexadecimal(" MMFAR", register_read(SCB_MMFAR));
    log_hexadecimal(" BFAR", register_read(SCB_BFAR));
    if ((cfsr & CFSR_NOT_STACKED) == 0) {
        log_exception(frame);
    } else {
        log_string(" stack overflow");
    }
    log_string("\r\n");
    board_exit(FAULT_STATUS);
}

/*
 * Takes the frame's address for fault_report(), and gives the report room on the stack. The MPU is
 * off in a HardFault (HFNMIENA is 0), so the report of a full stack may use the guard. Below the
 * guard there is no memory: from there, the report begins at the top of the stack again.
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
