/* SPDX-License-Identifier: MIT */
/* MPS2: its clocks and UARTs, its status LED, and a UART as the source of random bytes. */
#include <board.h>
#include <cortex_m.h>
#include <hardware.h>
#include <registers.h>

/* The board has no random number generator: one is connected to the second CMSDK UART (DDI0479). */
#define RANDOM_UART 0x40005000u

#define UART_DATA    0x00u
#define UART_STATE   0x04u
#define UART_CONTROL 0x08u
#define UART_DIVIDER 0x10u

enum {
    UART_RECEIVE_FULL = 1 << 1,
    UART_TRANSMIT = 1 << 0, /* in UART_CONTROL */
    UART_RECEIVE = 1 << 1
};

#define BAUD 115200u

#define FPGA_LEDS 0x40028000u

void hardware_start(void)
{
    register_write(LOG_UART + UART_DIVIDER, CLOCK_HZ / BAUD);
    register_write(LOG_UART + UART_CONTROL, UART_TRANSMIT);
    register_write(RANDOM_UART + UART_DIVIDER, CLOCK_HZ / BAUD);
    register_write(RANDOM_UART + UART_CONTROL, UART_RECEIVE);
    board_led(false);
}

bool hardware_random_byte(uint8_t *byte)
{
    if ((register_read(RANDOM_UART + UART_STATE) & UART_RECEIVE_FULL) == 0) {
        return false;
    }
    *byte = (uint8_t)register_read(RANDOM_UART + UART_DATA);
    return true;
}

void board_led(bool lit)
{
    register_write(FPGA_LEDS, lit ? 1 : 0);
}

/* The board does not record what caused a reset. */
bool hardware_watchdog_caused_reset(void)
{
    return false;
}
