/* SPDX-License-Identifier: MIT */
/**
 * @file board.h
 * What the firmware needs from a board. Each port/<board> provides all of it; the only header by
 * which code outside port/<board> sees hardware.
 *
 * Everything is called from the main loop, none of it blocks unless it says so.
 */
#ifndef PGTASK_BOARD_H
#define PGTASK_BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Longest Ethernet frame, without its checksum. */
#define BOARD_FRAME_BYTES 1514u

/** Milliseconds since reset; never wraps, never runs backwards. */
uint64_t board_monotonic_ms(void);

/** Sleeps until the next interrupt: a tick of 1 ms at the latest, or a frame that came in. */
void board_sleep(void);

/**
 * Fills `bytes` from the board's source of random bytes. Waits 250 ms for all of them; after a
 * source that was too slow, not at all until it has them ready again.
 * @return false if there is no source, it gave too few in time, or it repeats itself: the bytes
 * must then not be used
 */
bool board_entropy(uint8_t *bytes, size_t length);

/** Writes to the log's UART; waits for the UART, 87 us a byte at 115,200 baud. */
void board_log(char const *text, size_t length);

/** The status LED: on or off. The LED language of <pgtask/led.h> decides when. */
void board_led(bool lit);

/** The address of the Ethernet interface. */
void board_ethernet_address(uint8_t mac[6]);

/** Starts the interface. Calling it again resets it. @return false if there is none */
bool board_ethernet_start(void);

/** @return whether the cable is in */
bool board_ethernet_link(void);

/**
 * Takes the oldest frame that came in. The frame is read piece by piece, so that the caller can
 * place it in a chain of small buffers: first its length, then board_ethernet_read() until all of
 * it is read.
 * @return the frame's length without its checksum, or 0 if none is there
 */
size_t board_ethernet_receive(void);

/**
 * Reads the next bytes of the frame that board_ethernet_receive() told of. Whatever is left unread
 * is dropped by the next board_ethernet_receive().
 * @param bytes  NULL: drops them
 */
void board_ethernet_read(uint8_t *bytes, size_t length);

/**
 * Begins to send a frame. @return false if there is no room now: drop it, TCP sends it again
 * @param length  of the whole frame, at most BOARD_FRAME_BYTES
 */
bool board_ethernet_send(size_t length);

/** Hands over the next bytes of that frame; the last of them sends it. */
void board_ethernet_write(uint8_t const *bytes, size_t length);

/**
 * Starts the watchdog: without board_watchdog_feed() for `timeout_ms` the board logs where it hangs
 * and resets; after as long again the hardware resets it, whatever it does.
 * @param timeout_ms  85,000 at most on every board
 */
void board_watchdog_start(uint32_t timeout_ms);
void board_watchdog_feed(void);

/** @return whether the last reset was the watchdog's */
bool board_watchdog_barked(void);

/**
 * The test rig's word for `name`, as `name=value` of QEMU's semihosting arguments. On hardware
 * without a debugger there is none.
 * @param value     NUL-terminated, "" if there is none
 * @param capacity  bytes at `value`, 1 or more
 */
void board_argument(char const *name, char *value, size_t capacity);

/** @return the most bytes of the stack that were ever in use at once */
size_t board_stack_peak(void);

/** Ends a test run with an exit status for the shell; on hardware it resets the board. Does not
 * return. */
void board_exit(int status);

/** The firmware's own entry, called by the board's start-up code with RAM and clocks ready. */
void firmware_main(void);

#endif
