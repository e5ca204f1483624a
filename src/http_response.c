/* SPDX-License-Identifier: MIT */
/*
 * Decodes an answer: the head by way of http_head.c, then the body, whose framing the head chose.
 *
 *     HTTP/1.1 200 OK\r\n ... \r\n    STATUS_LINE to HEAD_LF, see http_head.c
 *     5;x="y"\r\n                     CHUNK_START, CHUNK_SIZE, CHUNK_EXTENSION, CHUNK_SIZE_LF
 *     hello\r\n                       CHUNK_DATA, CHUNK_DATA_CR, CHUNK_DATA_LF
 *     0\r\n                           CHUNK_START, CHUNK_SIZE, CHUNK_SIZE_LF
 *     Trailer: z\r\n\r\n              NAME to HEAD_LF, as in the head
 *
 * A body that is not chunked is BODY_LENGTH or BODY_CLOSE. In the states from BODY_LENGTH on, bytes
 * are handed on without a look at them; all others are framing, which is read here.
 *
 * The framing that a hostile server can send without a body is bounded: see FRAMING_PER_BODY_BYTE.
 */
#include "http_private.h"

#include <string.h>

/* A body byte makes up for this many bytes of chunk framing. An honest server that sends chunks of
 * one byte needs up to 12. */
#define FRAMING_PER_BODY_BYTE 16

/* In a row of the table: any byte that a line may consist of. */
#define ANY_TEXT 0

/* Which byte may follow in which state, and the state that it leads to. The first row that fits
 * counts; rows that are used often stand first. */
static struct transition {
    uint8_t state;
    char byte;
    uint8_t next;
} const transitions[] = {
    {PGTASK_HTTP_LINE_LF, '\n', PGTASK_HTTP_NAME},
    {PGTASK_HTTP_CHUNK_SIZE_LF, '\n', PGTASK_HTTP_CHUNK_DATA},
    {PGTASK_HTTP_CHUNK_DATA_CR, '\r', PGTASK_HTTP_CHUNK_DATA_LF},
    {PGTASK_HTTP_CHUNK_DATA_LF, '\n', PGTASK_HTTP_CHUNK_START},
    {PGTASK_HTTP_HEAD_LF, '\n', PGTASK_HTTP_END},
    {PGTASK_HTTP_CHUNK_SIZE, '\r', PGTASK_HTTP_CHUNK_SIZE_LF},
    {PGTASK_HTTP_CHUNK_SIZE, ';', PGTASK_HTTP_CHUNK_EXTENSION},
    {PGTASK_HTTP_CHUNK_SIZE, ' ', PGTASK_HTTP_CHUNK_SPACE},
    {PGTASK_HTTP_CHUNK_SIZE, '\t', PGTASK_HTTP_CHUNK_SPACE},
    {PGTASK_HTTP_REASON_START, ' ', PGTASK_HTTP_SKIPPED},
    {PGTASK_HTTP_REASON_START, '\r', PGTASK_HTTP_LINE_LF},
    {PGTASK_HTTP_CHUNK_SPACE, '\r', PGTASK_HTTP_CHUNK_SIZE_LF},
    {PGTASK_HTTP_CHUNK_SPACE, ';', PGTASK_HTTP_CHUNK_EXTENSION},
    {PGTASK_HTTP_CHUNK_SPACE, ' ', PGTASK_HTTP_CHUNK_SPACE},
    {PGTASK_HTTP_CHUNK_SPACE, '\t', PGTASK_HTTP_CHUNK_SPACE},
    {PGTASK_HTTP_CHUNK_EXTENSION, '\r', PGTASK_HTTP_CHUNK_SIZE_LF},
    {PGTASK_HTTP_CHUNK_EXTENSION, '"', PGTASK_HTTP_CHUNK_QUOTED},
    {PGTASK_HTTP_CHUNK_EXTENSION, ANY_TEXT, PGTASK_HTTP_CHUNK_EXTENSION},
    {PGTASK_HTTP_CHUNK_QUOTED, '\\', PGTASK_HTTP_CHUNK_ESCAPED},
    {PGTASK_HTTP_CHUNK_QUOTED, '"', PGTASK_HTTP_CHUNK_EXTENSION},
    {PGTASK_HTTP_CHUNK_QUOTED, ANY_TEXT, PGTASK_HTTP_CHUNK_QUOTED},
    {PGTASK_HTTP_CHUNK_ESCAPED, ANY_TEXT, PGTASK_HTTP_CHUNK_QUOTED},
};

static bool fits(char wanted, uint8_t byte)
{
    return wanted == ANY_TEXT ? is_text(byte) : (uint8_t)wanted == byte;
}

/* RFC 9112 6.3, for the answer to a POST. */
static void choose_body(struct pgtask_http *http)
{
    if (http->code == 204 || http->code == 304) {
        http->state = PGTASK_HTTP_END;
    } else if ((http->flags & PGTASKI_FLAG_CHUNKED) != 0) {
        http->state = PGTASK_HTTP_CHUNK_START;
    } else if ((http->flags & PGTASKI_FLAG_LENGTH) != 0) {
        http->state = http->left > 0 ? PGTASK_HTTP_BODY_LENGTH : PGTASK_HTTP_END;
    } else {
        http->state = PGTASK_HTTP_BODY_CLOSE;
        http->left = UINT64_MAX;
        http->keep_alive = false;
    }
}

/* Starts the next head after an interim one (1xx). All heads share one bound of their length. */
static void start_next_head(struct pgtask_http *http)
{
    uint32_t const framing = http->framing;

    pgtask_http_start(http);
    http->framing = framing;
}

static void end_final_head(struct pgtask_http *http)
{
    uint32_t const flags = http->flags;

    http->status = (uint16_t)http->code;
    http->head_done = true;
    http->framing = 0;
    http->keep_alive =
        (flags & (PGTASKI_FLAG_VERSION_1_0 | PGTASKI_FLAG_KEEP_ALIVE)) != PGTASKI_FLAG_VERSION_1_0;
    if ((flags & PGTASKI_FLAG_CLOSE) != 0) {
        http->keep_alive = false;
    }
    choose_body(http);
}

/* At the end of a head or of the trailers. */
static void end_head(struct pgtask_http *http)
{
    uint32_t const flags = http->flags;

    if (http->head_done) {
        http->state = PGTASK_HTTP_END;
    } else if (http->code < 200) {
        start_next_head(http);
    } else if ((flags & PGTASKI_FLAG_CHUNKED) != 0 &&
               (flags & (PGTASKI_FLAG_LENGTH | PGTASKI_FLAG_VERSION_1_0)) != 0) {
        pgtaski_http_fail(http, (flags & PGTASKI_FLAG_LENGTH) != 0 ? PGTASK_ERROR_HTTP_LENGTH
                                                                   : PGTASK_ERROR_HTTP_ENCODING);
    } else {
        end_final_head(http);
    }
}

/* Follows the table, with more to do at the end of a head and at the last chunk. */
static void follow_table(struct pgtask_http *http, uint8_t byte)
{
    enum pgtask_http_state const state = http->state;
    struct transition const *row = transitions;

    while (row->state != state || !fits(row->byte, byte)) {
        if (++row == transitions + sizeof transitions / sizeof transitions[0]) {
            pgtaski_http_refuse(http);
            return;
        }
    }
    enter_state(http, row->next);
    if (state == PGTASK_HTTP_HEAD_LF) {
        end_head(http);
    } else if (state == PGTASK_HTTP_CHUNK_SIZE_LF && http->left == 0) {
        http->state = PGTASK_HTTP_NAME;
    }
}

static void read_chunk_size(struct pgtask_http *http, uint8_t byte)
{
    uint32_t const letter = (byte | UINT32_C(0x20)) - 'a';
    uint32_t const digit = is_digit(byte) ? (uint32_t)byte - '0' : letter + 10;

    if (!is_digit(byte) && letter > 5) {
        follow_table(http, byte);
    } else if (http->left >> 60 != 0) {
        pgtaski_http_fail(http, PGTASK_ERROR_HTTP_LENGTH);
    } else {
        http->left = http->left << 4 | digit;
        http->state = PGTASK_HTTP_CHUNK_SIZE;
    }
}

/* Reads bytes that are not body. @return how many it took, 1 or more */
static size_t read_framing(struct pgtask_http *http, uint8_t const *bytes, size_t length)
{
    size_t taken = 1;
    size_t room;

    if (http->framing == PGTASK_HTTP_HEAD_BYTES) {
        pgtaski_http_fail(http, http->head_done ? PGTASK_ERROR_HTTP_CHUNK : PGTASK_ERROR_HTTP_HEAD);
        return taken;
    }
    room = PGTASK_HTTP_HEAD_BYTES - http->framing++;
    switch (http->state) {
    case PGTASK_HTTP_STATUS_LINE: pgtaski_http_read_status_line(http, bytes[0]); break;
    case PGTASK_HTTP_NAME:
    case PGTASK_HTTP_VALUE:
    case PGTASK_HTTP_SKIPPED:
        taken = pgtaski_http_read_text(http, bytes, length < room ? length : room);
        http->framing += (uint32_t)taken - 1;
        break;
    case PGTASK_HTTP_CHUNK_START:
    case PGTASK_HTTP_CHUNK_SIZE: read_chunk_size(http, bytes[0]); break;
    default: follow_table(http, bytes[0]); break;
    }
    return taken;
}

/* Counts body bytes. @return how many of `length` bytes belong to the body or chunk */
static size_t count_body(struct pgtask_http *http, size_t length)
{
    if (http->left < length) {
        length = (size_t)http->left;
    }
    http->left -= length;
    http->body_bytes += length;
    http->framing = length > http->framing / FRAMING_PER_BODY_BYTE
                        ? 0
                        : http->framing - (uint32_t)length * FRAMING_PER_BODY_BYTE;
    if (http->left == 0) {
        http->state =
            http->state == PGTASK_HTTP_CHUNK_DATA ? PGTASK_HTTP_CHUNK_DATA_CR : PGTASK_HTTP_END;
    }
    return length;
}

void pgtask_http_start(struct pgtask_http *http)
{
    memset(http, 0, sizeof *http);
}

enum pgtask_error pgtask_http_feed(struct pgtask_http *http, uint8_t const *bytes, size_t length,
                                   size_t *taken, uint8_t const **body, size_t *body_length)
{
    size_t at = 0;

    while (at < length && http->state < PGTASK_HTTP_BODY_LENGTH) {
        at += read_framing(http, bytes + at, length - at);
    }
    *taken = at;
    if (http->state == PGTASK_HTTP_FAILED) {
        return http->error;
    }
    if (http->state == PGTASK_HTTP_END) {
        return PGTASK_DONE;
    }
    if (at == length) {
        return PGTASK_MORE;
    }
    *body = bytes + at;
    *body_length = count_body(http, length - at);
    *taken = at + *body_length;
    return PGTASK_OK;
}

enum pgtask_error pgtask_http_close(struct pgtask_http *http)
{
    if (http->state == PGTASK_HTTP_BODY_CLOSE) {
        http->state = PGTASK_HTTP_END;
    }
    if (http->state == PGTASK_HTTP_END) {
        return PGTASK_DONE;
    }
    if (http->state != PGTASK_HTTP_FAILED) {
        pgtaski_http_fail(http, PGTASK_ERROR_HTTP_TRUNCATED);
    }
    return http->error;
}
