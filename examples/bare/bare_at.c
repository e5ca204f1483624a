/* SPDX-License-Identifier: MIT */
/*
 * The program with a Wi-Fi module on a UART: UART2 of the board MPS2, a CMSDK UART (DDI0479).
 *
 * This UART keeps one received byte, and QEMU waits until it is read. A module does not wait: on
 * silicon, the UART's interrupt or DMA collects the bytes in a ring, and read_uart() empties it.
 */
#include "bare.h"

#include <board.h>
#include <pgtask_at.h>
#include <registers.h>

#define MODULE_UART 0x40006000u

#define UART_DATA    0x00u
#define UART_STATE   0x04u
#define UART_CONTROL 0x08u
#define UART_DIVIDER 0x10u

enum {
    UART_TRANSMIT_FULL = 1 << 0,
    UART_RECEIVE_FULL = 1 << 1,
    UART_TRANSMIT = 1 << 0, /* in UART_CONTROL */
    UART_RECEIVE = 1 << 1
};

#define CLOCK_HZ 25000000u
#define BAUD     115200u

static uint64_t monotonic_ms(void *context)
{
    (void)context;
    return board_monotonic_ms();
}

static bool entropy(void *context, uint8_t *bytes, size_t length)
{
    (void)context;
    return board_entropy(bytes, length);
}

static size_t read_uart(void *context, uint8_t *bytes, size_t capacity)
{
    size_t count = 0;

    (void)context;
    while (count < capacity && (register_read(MODULE_UART + UART_STATE) & UART_RECEIVE_FULL) != 0) {
        bytes[count++] = (uint8_t)register_read(MODULE_UART + UART_DATA);
    }
    return count;
}

static size_t write_uart(void *context, uint8_t const *bytes, size_t length)
{
    size_t count = 0;

    (void)context;
    while (count < length && (register_read(MODULE_UART + UART_STATE) & UART_TRANSMIT_FULL) == 0) {
        register_write(MODULE_UART + UART_DATA, bytes[count++]);
    }
    return count;
}

struct pgtask_port *bare_port_open(void)
{
    static struct pgtask_at at;
    static struct pgtask_at_platform const platform = {
        .monotonic_ms = monotonic_ms, .entropy = entropy, .read = read_uart, .write = write_uart};

    register_write(MODULE_UART + UART_DIVIDER, CLOCK_HZ / BAUD);
    register_write(MODULE_UART + UART_CONTROL, UART_TRANSMIT | UART_RECEIVE);
    pgtask_at_open(&at, &platform);
    return &at.port;
}
