/* SPDX-License-Identifier: MIT */
/**
 * @file hardware.h
 * Addresses, clocks and interrupts of the LM3S6965 by Luminary Micro (Texas Instruments):
 * Cortex-M3, 256 KiB of flash, 64 KiB of SRAM, Ethernet with a PHY inside. Names are those of its
 * data sheet.
 */
#ifndef LM3S6965_HARDWARE_H
#define LM3S6965_HARDWARE_H

#define CLOCK_HZ 50000000u

/* Sizes for the MPU, as powers of two. */
#define FLASH_LOG2      18
#define RAM_BASE        0x20000000u
#define RAM_LOG2        16
#define PERIPHERAL_BASE 0x40000000u
#define PERIPHERAL_LOG2 20

#define ETHERNET_BASE      0x40048000u
#define ETHERNET_LOG2      12
#define FRAME_RECEIVE_FIFO (ETHERNET_BASE + 0x10)
#define FRAME_SEND_FIFO    (ETHERNET_BASE + 0x10)

#define INTERRUPT_COUNT    43
#define ETHERNET_INTERRUPT 42
#define WATCHDOG_INTERRUPT 18

#define WATCHDOG_BASE 0x40000000u

/* The first PL011 UART is the log. */
#define LOG_UART       0x4000c000u
#define LOG_DATA       (LOG_UART + 0x00)
#define LOG_STATE      (LOG_UART + 0x18)
#define LOG_STATE_FULL 0x20u

#define SYSTEM_CONTROL 0x400fe000u

#endif
