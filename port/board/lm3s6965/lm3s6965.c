/* SPDX-License-Identifier: MIT */
/*
 * LM3S6965: its clocks, pins and UARTs, its status LED, and a UART as the source of random bytes.
 * The names of registers and bits are those of the data sheet.
 */
#include <board.h>
#include <cortex_m.h>
#include <hardware.h>
#include <registers.h>

#define RIS   (SYSTEM_CONTROL + 0x050)
#define RESC  (SYSTEM_CONTROL + 0x05c)
#define RCC   (SYSTEM_CONTROL + 0x060)
#define RCGC0 (SYSTEM_CONTROL + 0x100)
#define RCGC1 (SYSTEM_CONTROL + 0x104)
#define RCGC2 (SYSTEM_CONTROL + 0x108)

#define RIS_PLL_LOCKED 0x40u
#define RESC_WATCHDOG  0x08u

/* The PLL makes 200 MHz of the 8 MHz crystal; divided by 4, this is CLOCK_HZ. */
#define RCC_BYPASS        (1u << 11)
#define RCC_POWER_DOWN    (1u << 13 | 1u << 12)
#define RCC_USE_DIVIDER   (1u << 22)
#define RCC_SOURCE_FIELDS (0xfu << 23 | 0xfu << 6 | 3u << 4 | 1u)
#define RCC_SOURCE        (3u << 23 | 0xeu << 6)

/* The clocks of the parts that are used. */
#define RCGC0_WATCHDOG (1u << 3)
#define RCGC1_UARTS    (1u << 0 | 1u << 1)
#define RCGC2_PORT_A   (1u << 0)
#define RCGC2_PORT_D   (1u << 3)
#define RCGC2_PORT_F   (1u << 5)
#define RCGC2_ETHERNET (1u << 28 | 1u << 30)

/* PL061 GPIO. The address of its data register selects the pins that an access reads or writes. */
#define PORT_A            0x40004000u
#define PORT_D            0x40007000u
#define PORT_F            0x40025000u
#define GPIO_DATA(pins)   ((pins) << 2)
#define GPIO_DIRECTION    0x400u
#define GPIO_ALTERNATE    0x420u
#define GPIO_DIGITAL      0x51cu
#define LED_PIN           0x01u /* of port F */
#define UART0_PINS        0x03u /* of port A */
#define UART1_PINS        0x0cu /* of port D */
#define ETHERNET_LED_PINS 0x0cu /* of port F */

/* The chip has no random number generator: one is connected to the second PL011 UART. */
#define RANDOM_UART 0x4000d000u

#define UART_DATA     0x00u
#define UART_FLAGS    0x18u
#define UART_DIVIDER  0x24u
#define UART_FRACTION 0x28u
#define UART_LINE     0x2cu
#define UART_CONTROL  0x30u

enum {
    UART_RECEIVE_EMPTY = 1 << 4,
    UART_8_BITS_FIFO = 7 << 4,
    UART_RUN = 1 << 9 | 1 << 8 | 1 << 0, /* receive, transmit, enable */
    UART_BYTE_ERRORS = 0xf00
};

#define BAUD       115200u
#define DIVIDER_64 ((CLOCK_HZ * 4 + BAUD / 2) / BAUD) /* 64ths of CLOCK_HZ / (16 * BAUD) */

static void start_clock(void)
{
    uint32_t rcc = register_read(RCC);

    rcc = (rcc | RCC_BYPASS) & ~RCC_USE_DIVIDER;
    register_write(RCC, rcc);
    rcc = (rcc & ~(RCC_SOURCE_FIELDS | RCC_POWER_DOWN)) | RCC_SOURCE;
    register_write(RCC, rcc);
    rcc |= RCC_USE_DIVIDER;
    register_write(RCC, rcc);
    while ((register_read(RIS) & RIS_PLL_LOCKED) == 0) {
    }
    register_write(RCC, rcc & ~RCC_BYPASS);
}

static void start_uart(uint32_t uart)
{
    register_write(uart + UART_DIVIDER, DIVIDER_64 / 64);
    register_write(uart + UART_FRACTION, DIVIDER_64 % 64);
    register_write(uart + UART_LINE, UART_8_BITS_FIFO);
    register_write(uart + UART_CONTROL, UART_RUN);
}

/* Gives pins of a GPIO port to the peripheral that shares them. */
static void give_pins(uint32_t port, uint32_t pins)
{
    register_set(port + GPIO_ALTERNATE, pins);
    register_set(port + GPIO_DIGITAL, pins);
}

void hardware_start(void)
{
    start_clock();
    register_set(RCGC0, RCGC0_WATCHDOG);
    register_set(RCGC1, RCGC1_UARTS);
    register_set(RCGC2, RCGC2_PORT_A | RCGC2_PORT_D | RCGC2_PORT_F | RCGC2_ETHERNET);
    (void)register_read(RCGC2); /* a clock needs three cycles to start */
    give_pins(PORT_A, UART0_PINS);
    give_pins(PORT_D, UART1_PINS);
    give_pins(PORT_F, ETHERNET_LED_PINS);
    register_set(PORT_F + GPIO_DIRECTION, LED_PIN);
    register_set(PORT_F + GPIO_DIGITAL, LED_PIN);
    start_uart(LOG_UART);
    start_uart(RANDOM_UART);
    board_led(false);
}

bool hardware_random_byte(uint8_t *byte)
{
    uint32_t data;

    if ((register_read(RANDOM_UART + UART_FLAGS) & UART_RECEIVE_EMPTY) != 0) {
        return false;
    }
    data = register_read(RANDOM_UART + UART_DATA);
    *byte = (uint8_t)data;
    return (data & UART_BYTE_ERRORS) == 0;
}

void board_led(bool lit)
{
    register_write(PORT_F + GPIO_DATA(LED_PIN), lit ? LED_PIN : 0);
}

/* RESC keeps a cause until it is cleared, even after a reset by another cause. */
bool hardware_watchdog_caused_reset(void)
{
    bool const caused_reset = (register_read(RESC) & RESC_WATCHDOG) != 0;

    register_write(RESC, 0);
    return caused_reset;
}
