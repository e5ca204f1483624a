/* SPDX-License-Identifier: MIT */
/*
 * How a test talks to the firmware: QEMU's arguments come in, and the exit status goes out, by
 * calls to a debugger (semihosting). A product is built with -DBOARD_SEMIHOSTING=0 and has no such
 * calls: then no argument is set, and an exit resets the board.
 */
#include "cortex_m.h"

#include <board.h>

#include "registers.h"

#if !defined(BOARD_SEMIHOSTING)
#define BOARD_SEMIHOSTING 1
#endif

#if BOARD_SEMIHOSTING
/* Operations, and the reason for an exit, from "Semihosting for AArch32 and AArch64". */
#define SYS_GET_CMDLINE       0x15u
#define SYS_EXIT_EXTENDED     0x20u
#define APPLICATION_EXIT      0x20026u
#define BREAKPOINT_SEMIHOSTED 0xbeabu    /* the instruction bkpt 0xab */
#define NO_DEBUGGER           UINT32_MAX /* the result of a call that nobody answered */

static uint32_t ask_debugger(uint32_t operation, void *parameters)
{
    register uint32_t r0 __asm("r0") = operation;
    register void *r1 __asm("r1") = parameters;

    __asm volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}

/*
 * Without a debugger, bkpt is a fault that no bit of CFSR explains: HFSR says DEBUGEVT on hardware,
 * FORCED in QEMU. The frame gets the result of the call, and the program goes on behind bkpt.
 */
bool semihosting_answer_fault(struct exception_frame *frame)
{
    if (register_read(SCB_CFSR) != 0 ||
        *(uint16_t const *)(uintptr_t)frame->pc != BREAKPOINT_SEMIHOSTED) {
        return false;
    }
    register_write(SCB_HFSR, register_read(SCB_HFSR));
    frame->r0 = NO_DEBUGGER;
    frame->pc += sizeof(uint16_t);
    return true;
}

static char const *command_line(void)
{
    static char line[512];
    struct {
        char *text;
        size_t capacity;
    } request = {line, sizeof line};

    if (line[0] == '\0' && ask_debugger(SYS_GET_CMDLINE, &request) != 0) {
        line[0] = ' '; /* so that nobody asks again */
    }
    return line;
}

/* @return the text behind "name=" if the word begins so, else NULL */
static char const *value_in(char const *word, char const *name)
{
    for (; *name != '\0'; name++, word++) {
        if (*word != *name) {
            return NULL;
        }
    }
    return *word == '=' ? word + 1 : NULL;
}

void board_argument(char const *name, char *value, size_t capacity)
{
    char const *from = NULL;
    char before = ' ';

    for (char const *at = command_line(); *at != '\0' && from == NULL; before = *at++) {
        from = before == ' ' ? value_in(at, name) : NULL;
    }
    for (; from != NULL && *from != ' ' && *from != '\0' && capacity > 1; capacity--) {
        *value++ = *from++;
    }
    *value = '\0';
}

void board_exit(int status)
{
    struct {
        uint32_t reason;
        uint32_t status;
    } request = {APPLICATION_EXIT, (uint32_t)status};

    (void)ask_debugger(SYS_EXIT_EXTENDED, &request);
    hardware_reset();
}
#else
bool semihosting_answer_fault(struct exception_frame *frame)
{
    (void)frame;
    return false;
}

void board_argument(char const *name, char *value, size_t capacity)
{
    (void)name;
    (void)capacity;
    value[0] = '\0';
}

void board_exit(int status)
{
    (void)status;
    hardware_reset();
}
#endif
