/* SPDX-License-Identifier: MIT */
/**
 * @file http_internal.h
 * What the files of the HTTP decoder share. Internal to src/http_*.c.
 */
#ifndef PGTASK_HTTP_INTERNAL_H
#define PGTASK_HTTP_INTERNAL_H

#include <pgtask/http.h>

/** Bits of struct pgtask_http's `flags`. */
enum flag {
    FLAG_VERSION_1_0 = 1,
    FLAG_LENGTH = 2, /**< Content-Length was there, its value is in `left` */
    FLAG_CHUNKED = 4,
    FLAG_CLOSE = 8,
    FLAG_KEEP_ALIVE = 16,
    FLAG_TRAILER = 32 /**< what is read are trailers */
};

static inline void fail(struct pgtask_http *http, enum pgtask_error error)
{
    http->state = PGTASK_HTTP_FAILED;
    http->error = error;
    http->keep_alive = false;
}

/** Trailers share the states of headers, but belong to the chunked coding. */
static inline void fail_malformed(struct pgtask_http *http)
{
    fail(http, http->head_done ? PGTASK_ERROR_HTTP_CHUNK : PGTASK_ERROR_HTTP_SYNTAX);
}

static inline void go(struct pgtask_http *http, enum pgtask_http_state state)
{
    http->state = state;
    http->length = 0;
}

static inline bool is_digit(uint8_t byte)
{
    return byte >= '0' && byte <= '9';
}

static inline uint8_t to_lower(uint8_t byte)
{
    return byte >= 'A' && byte <= 'Z' ? byte | 0x20 : byte;
}

static inline bool is_lower(uint8_t byte)
{
    return byte >= 'a' && byte <= 'z';
}

static inline bool is_blank(uint8_t byte)
{
    return byte == ' ' || byte == '\t';
}

/** RFC 9110 5.5: what may stand in a line after its name. */
static inline bool is_text(uint8_t byte)
{
    return (byte >= ' ' && byte != 0x7f) || byte == '\t';
}

/** Makes ready for a status line. */
void pgtask_http_start_head(struct pgtask_http *http);

/**
 * Reads a part of a status line, header or trailer, up to its CR.
 * @param length  1 or more
 * @return how many bytes it took, 1 or more
 */
size_t pgtask_http_read_head(struct pgtask_http *http, uint8_t const *bytes, size_t length);

/** Ends a head: goes on to the body, to the next head after an interim one, or fails. */
void pgtask_http_end_head(struct pgtask_http *http);

/**
 * Reads an IMF-fixdate (RFC 9110 5.6.7), such as `Sun, 06 Nov 1994 08:49:37 GMT`. Before 1970 and
 * at leap seconds there is none.
 * @param text    not NUL-terminated
 * @param unix_s  set on true
 * @return false if `text` has another form, names no such day or hour, or the wrong weekday
 */
bool pgtask_http_read_date(char const *text, size_t length, int64_t *unix_s);

#endif
