/* SPDX-License-Identifier: MIT */
#include "http_private.h"

#include <string.h>

/** Body bytes are worth this many bytes of chunk framing: one-byte chunks of an honest server cost
 *  up to 12. */
#define FRAMING_PER_BODY_BYTE 16

/** Any byte that may stand in a line, in place of one. */
#define TEXT 0

/** What bytes may follow where, and what is read after them. The first row that fits counts; what
 *  comes often stands first. */
static struct step {
    uint8_t state;
    char byte;
    uint8_t next;
} const steps[] = {
    {PGTASK_HTTP_LINE_LF, '\n', PGTASK_HTTP_NAME},
    {PGTASK_HTTP_CHUNK_SIZE_LF, '\n', PGTASK_HTTP_CHUNK_DATA},
    {PGTASK_HTTP_CHUNK_DATA_CR, '\r', PGTASK_HTTP_CHUNK_DATA_LF},
    {PGTASK_HTTP_CHUNK_DATA_LF, '\n', PGTASK_HTTP_CHUNK_START},
    {PGTASK_HTTP_HEAD_LF, '\n', PGTASK_HTTP_END},
    {PGTASK_HTTP_CHUNK_SIZE, '\r', PGTASK_HTTP_CHUNK_SIZE_LF},
    {PGTASK_HTTP_CHUNK_SIZE, ';', PGTASK_HTTP_CHUNK_EXTENSION},
    {PGTASK_HTTP_CHUNK_SIZE, ' ', PGTASK_HTTP_CHUNK_SPACE},
    {PGTASK_HTTP_CHUNK_SIZE, '\t', PGTASK_HTTP_CHUNK_SPACE},
    {PGTASK_HTTP_REASON_START, ' ', PGTASK_HTTP_TEXT},
    {PGTASK_HTTP_REASON_START, '\r', PGTASK_HTTP_LINE_LF},
    {PGTASK_HTTP_CHUNK_SPACE, ';', PGTASK_HTTP_CHUNK_EXTENSION},
    {PGTASK_HTTP_CHUNK_SPACE, ' ', PGTASK_HTTP_CHUNK_SPACE},
    {PGTASK_HTTP_CHUNK_SPACE, '\t', PGTASK_HTTP_CHUNK_SPACE},
    {PGTASK_HTTP_CHUNK_EXTENSION, '\r', PGTASK_HTTP_CHUNK_SIZE_LF},
    {PGTASK_HTTP_CHUNK_EXTENSION, '"', PGTASK_HTTP_CHUNK_QUOTED},
    {PGTASK_HTTP_CHUNK_EXTENSION, TEXT, PGTASK_HTTP_CHUNK_EXTENSION},
    {PGTASK_HTTP_CHUNK_QUOTED, '\\', PGTASK_HTTP_CHUNK_ESCAPED},
    {PGTASK_HTTP_CHUNK_QUOTED, '"', PGTASK_HTTP_CHUNK_EXTENSION},
    {PGTASK_HTTP_CHUNK_QUOTED, TEXT, PGTASK_HTTP_CHUNK_QUOTED},
    {PGTASK_HTTP_CHUNK_ESCAPED, TEXT, PGTASK_HTTP_CHUNK_QUOTED},
};

void pgtaski_http_refuse(struct pgtask_http *http)
{
    pgtaski_http_fail(http, http->head_done ? PGTASK_ERROR_HTTP_CHUNK : PGTASK_ERROR_HTTP_SYNTAX);
}

static bool fits(char wanted, uint8_t byte)
{
    return wanted == TEXT ? is_text(byte) : (uint8_t)wanted == byte;
}

static void step(struct pgtask_http *http, uint8_t byte)
{
    enum pgtask_http_state const state = http->state;
    struct step const *row = steps;

    while (row->state != state || !fits(row->byte, byte)) {
        if (++row == steps + sizeof steps / sizeof steps[0]) {
            pgtaski_http_refuse(http);
            return;
        }
    }
    go(http, row->next);
    if (state == PGTASK_HTTP_HEAD_LF) {
        pgtaski_http_end_head(http);
    } else if (state == PGTASK_HTTP_CHUNK_SIZE_LF && http->left == 0) {
        http->flags |= FLAG_TRAILER;
        http->state = PGTASK_HTTP_NAME;
    }
}

static void read_chunk_size(struct pgtask_http *http, uint8_t byte)
{
    uint32_t const letter = (byte | UINT32_C(0x20)) - 'a';
    uint32_t const digit = is_digit(byte) ? (uint32_t)byte - '0' : letter + 10;

    if (!is_digit(byte) && letter > 5) {
        step(http, byte);
    } else if (http->left >> 60 != 0) {
        pgtaski_http_fail(http, PGTASK_ERROR_HTTP_LENGTH);
    } else {
        http->left = http->left << 4 | digit;
        http->state = PGTASK_HTTP_CHUNK_SIZE;
    }
}

/** Reads what is no body. @return how many bytes it took, 1 or more */
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
    case PGTASK_HTTP_TEXT:
        taken = pgtaski_http_read_text(http, bytes, length < room ? length : room);
        http->framing += (uint32_t)taken - 1;
        break;
    case PGTASK_HTTP_CHUNK_START:
    case PGTASK_HTTP_CHUNK_SIZE: read_chunk_size(http, bytes[0]); break;
    default: step(http, bytes[0]); break;
    }
    return taken;
}

/** @return how many of `length` bytes belong to the body, and counts them */
static size_t read_body(struct pgtask_http *http, size_t length)
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
    *body_length = read_body(http, length - at);
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
