/* SPDX-License-Identifier: MIT */
/**
 * @file board.h
 * What the firmware needs from a board: time, sleep, random bytes, settings, a log, an LED,
 * Ethernet and a watchdog. Code outside port/board/ sees hardware only through this header.
 *
 * The folders in port/board/ implement it: cortex-m for every board, and one for each family of
 * boards. The main loop calls every function, and none of them blocks unless its text says so. The
 * handler of a tick may call board_led().
 */
#ifndef PGTASK_BOARD_H
#define PGTASK_BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** The longest Ethernet frame, without its checksum. */
#define BOARD_FRAME_BYTES 1514u

/** @return milliseconds since reset; they never wrap and never run backwards */
uint64_t board_monotonic_ms(void);

/**
 * Calls `handler` from now on in the interrupt of each tick, a millisecond after the last one. It
 * interrupts any computation of the main loop, so it must be short and may share only words with
 * the loop that the processor stores in one step.
 * @param handler  gets the time of board_monotonic_ms()
 */
void board_on_tick(void (*handler)(uint64_t now_ms));

/** Sleeps until the next interrupt: the tick of the next millisecond, or a frame that arrives. */
void board_sleep(void);

/**
 * Fills `bytes` from the board's source of random bytes. It waits at most 250 ms for all of them.
 * If the source was too slow once, later calls do not wait until it is fast enough again.
 * @return false if there is no source, if it is too slow or if it repeats itself; nobody may use
 *         the bytes then
 */
bool board_entropy(uint8_t *bytes, size_t length);

/**
 * Finds the page of settings in flash: see examples/firmware/settings.h. Nobody has checked it.
 * @param length  set to the bytes of the page
 */
uint8_t const *board_settings(size_t *length);

/** board_state_store() takes this many bytes at least. */
#define BOARD_STATE_BYTES 828u

/**
 * Reads what board_state_store() stored before the last reset. A board without such memory, or one
 * that was just switched on, may return any bytes: the caller has to check them.
 * @return how many bytes there are, at most `capacity`; 0 if there are none
 */
size_t board_state_load(uint8_t *bytes, size_t capacity);

/**
 * Stores bytes that outlive a reset, in place of those before: in battery RAM, in RAM that a reset
 * leaves alone, or in a page of flash. Flash may block for the erasing of a page, some 20 ms, and
 * it wears out, so the caller says how often it is written.
 * @return false if there are too many bytes, or no such memory
 */
bool board_state_store(uint8_t const *bytes, size_t length);

/** Writes to the log's UART. It waits for the UART: 87 us a byte at 115,200 baud. */
void board_log(char const *text, size_t length);

/** Switches the status LED on or off. <pgtask/led.h> says when. */
void board_led(bool lit);

/** Reads the address of the Ethernet interface. */
void board_ethernet_address(uint8_t mac[6]);

/** Starts the Ethernet interface, or resets it if it was started. @return false without one */
bool board_ethernet_start(void);

/** @return whether the link is up: a cable connects the board to something that is on */
bool board_ethernet_link(void);

/**
 * Begins to take the oldest received frame. The caller then reads it with board_ethernet_read(),
 * piece by piece, so that it can place the frame in a chain of small buffers.
 * @return the frame's length without its checksum, or 0 if there is no frame
 */
size_t board_ethernet_receive(void);

/**
 * Reads the next bytes of the frame that board_ethernet_receive() began to take. The next call of
 * board_ethernet_receive() drops what is still unread.
 * @param bytes  NULL drops these bytes
 */
void board_ethernet_read(uint8_t *bytes, size_t length);

/**
 * Begins to send a frame.
 * @param length  bytes of the whole frame without its checksum, at most BOARD_FRAME_BYTES
 * @return false if there is no room now; drop the frame, because TCP will send it again
 */
bool board_ethernet_send(size_t length);

/** Writes the next bytes of that frame. The last byte sends it. */
void board_ethernet_write(uint8_t const *bytes, size_t length);

/**
 * Starts the watchdog. If board_watchdog_feed() is not called for `timeout_ms`, the board logs
 * where the program hangs, and resets itself. If it cannot, the hardware resets it after the same
 * time again.
 * @param timeout_ms  at most 85,000, which every board can count
 */
void board_watchdog_start(uint32_t timeout_ms);

/** Says that the main loop is alive. Call it once in each turn of the loop, and nowhere else. */
void board_watchdog_feed(void);

/**
 * Says that a long computation goes on: for the pulse of <pgtask/port.h>. It feeds the watchdog as
 * well, but at most PGTASK_TURN_PULSES times until the loop calls board_watchdog_feed(). So a turn
 * that never ends is still caught, also if it calls the library without end.
 */
void board_watchdog_pulse(void);

/** @return whether the watchdog caused the last reset */
bool board_watchdog_caused_reset(void);

/**
 * Reads an argument that a test gave to QEMU as `arg=NAME=VALUE` (semihosting). Hardware without a
 * debugger has no arguments.
 * @param value     set to a NUL-terminated text; "" if there is no such argument
 * @param capacity  bytes at `value`, at least 1
 */
void board_argument(char const *name, char *value, size_t capacity);

/** @return how many bytes of the stack were ever in use at once */
size_t board_stack_peak(void);

/** Ends a test run with an exit status for the shell. On hardware it resets the board. */
__attribute__((noreturn)) void board_exit(int status);

/** The firmware's entry. The start-up code calls it when memory, clocks and protection are ready.
 */
void firmware_main(void);

#endif
