/* SPDX-License-Identifier: MIT */
/**
 * @file frame_fifo.h
 * Frames through a controller's FIFO of words, in pieces of any length and alignment: this is
 * board_ethernet_read() and board_ethernet_write() of every board.
 *
 * hardware.h names the registers: FRAME_RECEIVE_FIFO and FRAME_SEND_FIFO.
 */
#ifndef CORTEX_M_FRAME_FIFO_H
#define CORTEX_M_FRAME_FIFO_H

#include <stddef.h>

#define FRAME_WORD_BYTES 4u

/** A frame with so many bytes begins in the FIFO, all that the controller adds to it included. */
void frame_receive_begin(size_t bytes);

/** The frame that has begun turns out to have so many bytes in all; a word of it was read. */
void frame_receive_extend(size_t bytes);

/** Takes what is left of a frame out of the FIFO. */
void frame_receive_drop(void);

/** So many bytes will be written, all that the controller wants in front included. */
void frame_send_begin(size_t bytes);

/** Given by the controller's driver: called when the last of them is in the FIFO. */
void frame_written(void);

#endif
