/* SPDX-License-Identifier: MIT */
/*
 * Bytes of a frame, taken from or put into a FIFO of 32-bit words. Callers ask for any number of
 * bytes, so the rest of a word that is read, or filled, only in part waits here.
 */
#include "frame_fifo.h"

#include <board.h>
#include <hardware.h>

#include "registers.h"

static struct {
    uint32_t word;     /* the word that is being handed out, its next byte lowest */
    size_t word_left;  /* bytes of it that are left */
    size_t words_left; /* words of the frame that are still in the FIFO */
} incoming;

static struct {
    uint32_t word;      /* the word that is being filled, from its lowest byte on */
    unsigned word_used; /* bytes of it that are filled */
    size_t bytes_left;  /* bytes of the frame that the caller has not written yet */
} outgoing;

static size_t words_of(size_t bytes)
{
    return (bytes + FRAME_WORD_BYTES - 1) / FRAME_WORD_BYTES;
}

void frame_receive_begin(size_t bytes)
{
    incoming.word_left = 0;
    incoming.words_left = words_of(bytes);
}

void frame_receive_extend(size_t bytes)
{
    incoming.words_left = words_of(bytes) - 1;
}

void frame_receive_drop(void)
{
    for (; incoming.words_left > 0; incoming.words_left--) {
        (void)register_read(FRAME_RECEIVE_FIFO);
    }
    incoming.word_left = 0;
}

/* Past the end of the frame it returns 0. */
static uint8_t next_byte(void)
{
    uint8_t byte;

    if (incoming.word_left == 0 && incoming.words_left > 0) {
        incoming.word = register_read(FRAME_RECEIVE_FIFO);
        incoming.words_left--;
        incoming.word_left = FRAME_WORD_BYTES;
    }
    if (incoming.word_left == 0) {
        return 0;
    }
    byte = (uint8_t)incoming.word;
    incoming.word >>= 8;
    incoming.word_left--;
    return byte;
}

void board_ethernet_read(uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        uint8_t const byte = next_byte();

        if (bytes != NULL) {
            bytes[i] = byte;
        }
    }
}

void frame_send_begin(size_t bytes)
{
    outgoing.word = 0;
    outgoing.word_used = 0;
    outgoing.bytes_left = bytes;
}

void board_ethernet_write(uint8_t const *bytes, size_t length)
{
    for (size_t i = 0; i < length && outgoing.bytes_left > 0; i++) {
        outgoing.word |= (uint32_t)bytes[i] << 8 * outgoing.word_used;
        outgoing.word_used++;
        outgoing.bytes_left--;
        if (outgoing.word_used == FRAME_WORD_BYTES || outgoing.bytes_left == 0) {
            register_write(FRAME_SEND_FIFO, outgoing.word);
            outgoing.word = 0;
            outgoing.word_used = 0;
        }
        if (outgoing.bytes_left == 0) {
            frame_written();
        }
    }
}
