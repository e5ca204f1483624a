/* SPDX-License-Identifier: MIT */
/* The log's UART. It works in handlers too, because it waits for the UART and needs no interrupt.
 */
#include "cortex_m.h"

#include <board.h>
#include <hardware.h>

#include <string.h>

#include "registers.h"

void board_log(char const *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        while ((register_read(LOG_STATE) & LOG_STATE_FULL) != 0) {
        }
        register_write(LOG_DATA, (uint8_t)text[i]);
    }
}

void log_string(char const *text)
{
    board_log(text, strlen(text));
}

void log_hexadecimal(char const *name, uint32_t value)
{
    char digits[8];

    for (size_t i = sizeof digits; i-- > 0; value >>= 4) {
        digits[i] = "0123456789abcdef"[value & 15];
    }
    log_string(name);
    log_string(" 0x");
    board_log(digits, sizeof digits);
}

void log_exception(struct exception_frame const *frame)
{
    log_hexadecimal(" PC", frame->pc);
    log_hexadecimal(" LR", frame->lr);
    log_hexadecimal(" xPSR", frame->xpsr);
}
