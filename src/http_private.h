/* SPDX-License-Identifier: MIT */
/**
 * @file http_private.h
 * What the files of the HTTP decoder share. The calls go one way: http_response.c, which has the
 * public functions, calls http_head.c, and that calls http_date.c.
 */
#ifndef PGTASKI_HTTP_PRIVATE_H
#define PGTASKI_HTTP_PRIVATE_H

#include <pgtask/http.h>

/** Bits of `flags`. The first five say that a header's value had an element of this kind, where
 * OTHER is one that is not known, or an empty one. */
enum flag {
    PGTASKI_FLAG_OTHER = 1,
    PGTASKI_FLAG_CHUNKED = 2,
    PGTASKI_FLAG_IDENTITY = 4,
    PGTASKI_FLAG_CLOSE = 8,
    PGTASKI_FLAG_KEEP_ALIVE = 16,
    PGTASKI_FLAG_LENGTH = 32, /**< there was a Content-Length; its value is in `left` */
    PGTASKI_FLAG_VERSION_1_0 = 64
};

/** Goes to a state, with an empty `text`. */
static inline void enter_state(struct pgtask_http *http, enum pgtask_http_state state)
{
    http->state = state;
    http->length = 0;
}

static inline bool is_digit(uint8_t byte)
{
    return byte >= '0' && byte <= '9';
}

/** RFC 9110 5.6.3: the optional whitespace around names, values and their elements. */
static inline bool is_sp_or_htab(char byte)
{
    return byte == ' ' || byte == '\t';
}

/** RFC 9110 5.5: what a value or reason may consist of. */
static inline bool is_text(uint8_t byte)
{
    return (byte >= ' ' && byte != 0x7f) || byte == '\t';
}

void pgtaski_http_fail(struct pgtask_http *http, enum pgtask_error error);

/** Fails because of a byte that must not stand there. */
void pgtaski_http_refuse(struct pgtask_http *http);

void pgtaski_http_read_status_line(struct pgtask_http *http, uint8_t byte);

/**
 * In the states NAME, VALUE and SKIPPED, reads as much of the name, value or reason as there is,
 * and the byte behind it.
 * @param length  1 or more
 * @return how many bytes it took, 1 or more
 */
size_t pgtaski_http_read_text(struct pgtask_http *http, uint8_t const *bytes, size_t length);

/**
 * Reads an IMF-fixdate (RFC 9110 5.6.7), such as `Sun, 06 Nov 1994 08:49:37 GMT`. Times before 1970
 * and leap seconds are not accepted.
 * @param text    of PGTASK_HTTP_TEXT_BYTES; changed
 * @param unix_s  set on true
 * @return false if `text` has another form, or names the wrong weekday or a time that does not
 *         exist
 */
bool pgtaski_http_read_date(char *text, size_t length, int64_t *unix_s);

#endif
