/* SPDX-License-Identifier: MIT */
/**
 * @file hardware.h
 * Addresses, clocks and interrupts of ARM's MPS2 board with the FPGA images AN385 (Cortex-M3),
 * AN386 (Cortex-M4) and AN500 (Cortex-M7). Source: ARM's application notes of these numbers.
 */
#ifndef MPS2_HARDWARE_H
#define MPS2_HARDWARE_H

#define CLOCK_HZ 25000000u

/* Sizes for the MPU, as powers of two. Flash and RAM have 4 MiB each. */
#define FLASH_LOG2      22
#define RAM_BASE        0x20000000u
#define RAM_LOG2        22
#define PERIPHERAL_BASE 0x40000000u
#define PERIPHERAL_LOG2 18
#define ETHERNET_LOG2   12

#if defined(MPS2_AN500)
#define ETHERNET_BASE 0xa0000000u
#else
#define ETHERNET_BASE 0x40200000u
#endif

#define FRAME_RECEIVE_FIFO (ETHERNET_BASE + 0x00)
#define FRAME_SEND_FIFO    (ETHERNET_BASE + 0x20)

#define INTERRUPT_COUNT    32
#define ETHERNET_INTERRUPT 13

/* The first CMSDK UART (DDI0479) is the log. */
#define LOG_UART       0x40004000u
#define LOG_DATA       (LOG_UART + 0x0)
#define LOG_STATE      (LOG_UART + 0x4)
#define LOG_STATE_FULL 0x1u

/* The watchdog raises the NMI. */
#define WATCHDOG_BASE 0x40008000u

#endif
