/* SPDX-License-Identifier: MIT */
/**
 * @file http_private.h
 * What the files of the HTTP decoder share. Internal to src/http_*.c.
 */
#ifndef PGTASK_HTTP_PRIVATE_H
#define PGTASK_HTTP_PRIVATE_H

#include <pgtask/http.h>

/** Bits of struct pgtask_http's `flags`. */
enum flag {
    FLAG_OTHER = 1, /**< this and the next four: an element of a header's value was there */
    FLAG_CHUNKED = 2,
    FLAG_IDENTITY = 4,
    FLAG_CLOSE = 8,
    FLAG_KEEP_ALIVE = 16,
    FLAG_LENGTH = 32,  /**< Content-Length was there, its value is in `left` */
    FLAG_TRAILER = 64, /**< what is read are trailers */
    FLAG_VERSION_1_0 = 128
};

static inline void go(struct pgtask_http *http, enum pgtask_http_state state)
{
    http->state = state;
    http->length = 0;
}

static inline bool is_digit(uint8_t byte)
{
    return byte >= '0' && byte <= '9';
}

static inline bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t';
}

/** RFC 9110 5.5: what may stand in a line after its name. */
static inline bool is_text(uint8_t byte)
{
    return (byte >= ' ' && byte != 0x7f) || byte == '\t';
}

void pgtaski_http_fail(struct pgtask_http *http, enum pgtask_error error);

/** Fails at a byte that must not be there. Trailers share the states of headers, but belong to the
 *  chunked coding. */
void pgtaski_http_refuse(struct pgtask_http *http);

void pgtaski_http_read_status_line(struct pgtask_http *http, uint8_t byte);

/**
 * Reads of a name, value or reason what there is of it, with the byte that ends it.
 * @param length  1 or more
 * @return how many bytes it took, 1 or more
 */
size_t pgtaski_http_read_text(struct pgtask_http *http, uint8_t const *bytes, size_t length);

/** Ends a head: goes on to the body, to the next head after an interim one, or fails. */
void pgtaski_http_end_head(struct pgtask_http *http);

/**
 * Reads an IMF-fixdate (RFC 9110 5.6.7), such as `Sun, 06 Nov 1994 08:49:37 GMT`. Before 1970 and
 * at leap seconds there is none.
 * @param text    of PGTASK_HTTP_TEXT_BYTES; changed
 * @param unix_s  set on true
 * @return false if `text` has another form, names no such day or hour, or the wrong weekday
 */
bool pgtaski_http_read_date(char *text, size_t length, int64_t *unix_s);

#endif
