/* SPDX-License-Identifier: MIT */
#include "http_internal.h"

#include <string.h>

/** Body bytes are worth this many bytes of chunk framing: one-byte chunks of an honest server cost
 *  up to 12. */
#define FRAMING_PER_BODY_BYTE 16

static void read_chunk_size(struct pgtask_http *http, uint8_t byte)
{
    uint8_t const lower = to_lower(byte);

    if (is_digit(byte) || (lower >= 'a' && lower <= 'f')) {
        if (http->left > UINT64_MAX >> 4) {
            fail(http, PGTASK_ERROR_HTTP_LENGTH);
            return;
        }
        http->left = http->left << 4 | (uint64_t)(is_digit(byte) ? byte - '0' : lower - 'a' + 10);
        http->length = 1;
    } else if (http->length == 0) {
        fail_malformed(http);
    } else if (byte == '\r') {
        http->state = PGTASK_HTTP_CHUNK_SIZE_LF;
    } else if (byte == ';') {
        http->state = PGTASK_HTTP_CHUNK_EXTENSION;
    } else if (is_blank(byte)) {
        http->state = PGTASK_HTTP_CHUNK_SPACE;
    } else {
        fail_malformed(http);
    }
}

static void read_chunk_space(struct pgtask_http *http, uint8_t byte)
{
    if (byte == ';') {
        http->state = PGTASK_HTTP_CHUNK_EXTENSION;
    } else if (!is_blank(byte)) {
        fail_malformed(http);
    }
}

static void read_chunk_extension(struct pgtask_http *http, uint8_t byte)
{
    if (!is_text(byte) && (byte != '\r' || http->state != PGTASK_HTTP_CHUNK_EXTENSION)) {
        fail_malformed(http);
    } else if (http->state == PGTASK_HTTP_CHUNK_ESCAPED) {
        http->state = PGTASK_HTTP_CHUNK_QUOTED;
    } else if (http->state == PGTASK_HTTP_CHUNK_EXTENSION) {
        http->state = byte == '\r'  ? PGTASK_HTTP_CHUNK_SIZE_LF
                      : byte == '"' ? PGTASK_HTTP_CHUNK_QUOTED
                                    : PGTASK_HTTP_CHUNK_EXTENSION;
    } else {
        http->state = byte == '\\'  ? PGTASK_HTTP_CHUNK_ESCAPED
                      : byte == '"' ? PGTASK_HTTP_CHUNK_EXTENSION
                                    : PGTASK_HTTP_CHUNK_QUOTED;
    }
}

static void end_chunk_size(struct pgtask_http *http)
{
    if (http->left > 0) {
        go(http, PGTASK_HTTP_CHUNK_DATA);
    } else {
        http->flags |= FLAG_TRAILER;
        go(http, PGTASK_HTTP_NAME);
    }
}

/** For states that only one byte can end. @return whether it is this one */
static bool expect(struct pgtask_http *http, uint8_t byte, char wanted)
{
    if (byte != (uint8_t)wanted) {
        fail_malformed(http);
        return false;
    }
    return true;
}

static void read_line_end(struct pgtask_http *http, uint8_t byte)
{
    bool const is_cr = http->state == PGTASK_HTTP_CHUNK_DATA_CR;

    if (!expect(http, byte, is_cr ? '\r' : '\n')) {
        return;
    }
    switch (http->state) {
    case PGTASK_HTTP_LINE_LF: go(http, PGTASK_HTTP_NAME); break;
    case PGTASK_HTTP_HEAD_LF: pgtask_http_end_head(http); break;
    case PGTASK_HTTP_CHUNK_SIZE_LF: end_chunk_size(http); break;
    case PGTASK_HTTP_CHUNK_DATA_CR: go(http, PGTASK_HTTP_CHUNK_DATA_LF); break;
    default: go(http, PGTASK_HTTP_CHUNK_SIZE); break;
    }
}

/** Reads what is no body. @return how many bytes it took, 1 or more */
static size_t read_framing(struct pgtask_http *http, uint8_t const *bytes, size_t length)
{
    size_t const room = PGTASK_HTTP_HEAD_BYTES - http->framing;
    size_t taken;

    if (room == 0) {
        fail(http, http->head_done ? PGTASK_ERROR_HTTP_CHUNK : PGTASK_ERROR_HTTP_HEAD);
        return 1;
    }
    if (http->state < PGTASK_HTTP_LINE_LF) {
        taken = pgtask_http_read_head(http, bytes, length < room ? length : room);
        http->framing += (uint32_t)taken;
        return taken;
    }
    http->framing++;
    switch (http->state) {
    case PGTASK_HTTP_CHUNK_SIZE: read_chunk_size(http, bytes[0]); break;
    case PGTASK_HTTP_CHUNK_SPACE: read_chunk_space(http, bytes[0]); break;
    case PGTASK_HTTP_CHUNK_EXTENSION:
    case PGTASK_HTTP_CHUNK_QUOTED:
    case PGTASK_HTTP_CHUNK_ESCAPED: read_chunk_extension(http, bytes[0]); break;
    default: read_line_end(http, bytes[0]); break;
    }
    return 1;
}

/** @return how many of `length` bytes belong to the body, and counts them */
static size_t read_body(struct pgtask_http *http, size_t length)
{
    if (http->state != PGTASK_HTTP_BODY_CLOSE) {
        if (http->left < length) {
            length = (size_t)http->left;
        }
        http->left -= length;
    }
    http->body_bytes += length;
    http->framing = length > http->framing / FRAMING_PER_BODY_BYTE
                        ? 0
                        : http->framing - (uint32_t)length * FRAMING_PER_BODY_BYTE;
    if (http->state == PGTASK_HTTP_BODY_LENGTH && http->left == 0) {
        http->state = PGTASK_HTTP_END;
    } else if (http->state == PGTASK_HTTP_CHUNK_DATA && http->left == 0) {
        http->state = PGTASK_HTTP_CHUNK_DATA_CR;
    }
    return length;
}

void pgtask_http_start(struct pgtask_http *http)
{
    memset(http, 0, sizeof *http);
    pgtask_http_start_head(http);
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
        fail(http, PGTASK_ERROR_HTTP_TRUNCATED);
    }
    return http->error;
}
