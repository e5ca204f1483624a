/* SPDX-License-Identifier: MIT */
/**
 * @file frame_fifo.h
 * Frames through a controller's FIFO of words, in pieces of any length and alignment. This file
 * supplies board_ethernet_read() and board_ethernet_write() for every board; a controller's driver
 * supplies the rest and says with these functions where a frame begins and ends.
 *
 * hardware.h names the FIFO's registers: FRAME_RECEIVE_FIFO and FRAME_SEND_FIFO.
 */
#ifndef CORTEX_M_FRAME_FIFO_H
#define CORTEX_M_FRAME_FIFO_H

#include <stddef.h>

#define FRAME_WORD_BYTES 4u

/** Says that a frame begins in the FIFO. `bytes` includes what the controller adds to it. */
void frame_receive_begin(size_t bytes);

/** Corrects the length of a frame whose first word has been read already. */
void frame_receive_extend(size_t bytes);

/** Removes the rest of a frame from the FIFO. */
void frame_receive_drop(void);

/** Says that a frame will be written. `bytes` includes what the controller wants before it. */
void frame_send_begin(size_t bytes);

/** The controller's driver supplies this. It is called when the last byte is in the FIFO. */
void frame_written(void);

#endif
