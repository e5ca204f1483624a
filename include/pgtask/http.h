/* SPDX-License-Identifier: MIT */
/**
 * @file http.h
 * The response side of HTTP/1.1 (RFC 9112), fed in slices of any size.
 *
 * Nothing is buffered but the value of a header that matters. Body bytes are handed on where they
 * stand in the caller's slice.
 */
#ifndef PGTASK_HTTP_H
#define PGTASK_HTTP_H

#include <pgtask/error.h>

/** Longest name of a header that is read, or element of its value, with NUL. Private. */
#define PGTASK_HTTP_TEXT_BYTES 33

/** Where in a response the decoder is. Private. */
enum pgtask_http_state {
    PGTASK_HTTP_STATUS_LINE,
    PGTASK_HTTP_NAME,  /**< of a header or trailer */
    PGTASK_HTTP_VALUE, /**< of a header that is read */
    PGTASK_HTTP_TEXT,  /**< a reason, or a value that is not read */
    PGTASK_HTTP_REASON_START,
    PGTASK_HTTP_LINE_LF,
    PGTASK_HTTP_HEAD_LF, /**< of the empty line */
    PGTASK_HTTP_CHUNK_START,
    PGTASK_HTTP_CHUNK_SIZE, /**< after a digit */
    PGTASK_HTTP_CHUNK_SPACE,
    PGTASK_HTTP_CHUNK_EXTENSION,
    PGTASK_HTTP_CHUNK_QUOTED,
    PGTASK_HTTP_CHUNK_ESCAPED,
    PGTASK_HTTP_CHUNK_SIZE_LF,
    PGTASK_HTTP_CHUNK_DATA_CR,
    PGTASK_HTTP_CHUNK_DATA_LF,
    PGTASK_HTTP_BODY_LENGTH, /**< from here on bytes are not looked at */
    PGTASK_HTTP_BODY_CLOSE,
    PGTASK_HTTP_CHUNK_DATA,
    PGTASK_HTTP_END,
    PGTASK_HTTP_FAILED
};

/**
 * One response under way. The caller places it; pgtask_http_start() before each response.
 * Read the members of the first and the last group once `head_done` is true; the rest is private.
 */
struct pgtask_http {
    uint16_t status; /**< of the final answer (not 1xx); 0 before its head is whole */
    bool head_done;  /**< the head is whole: the members of this group are valid */
    bool keep_alive; /**< the connection may carry another request after this answer */
    bool has_date;   /**< a valid Date header was there */

    enum pgtask_http_state state;
    enum pgtask_error error;
    uint8_t header; /**< which header's value is being read */
    uint8_t flags;
    uint8_t length;   /**< of `text`, as far as it fits; or place in the status line */
    uint32_t framing; /**< bytes of heads, or of chunk framing not yet outweighed by body bytes */
    uint32_t code;    /**< status code of the head under way */
    uint64_t left;    /**< bytes left of the body or chunk */
    char text[PGTASK_HTTP_TEXT_BYTES];

    int64_t date_unix_s; /**< time of the Date; RFC 9110 5.6.7, IMF-fixdate only */
    uint64_t body_bytes; /**< body bytes handed on so far */
};

/** Makes ready for the response to a request other than HEAD. */
void pgtask_http_start(struct pgtask_http *http);

/**
 * Decodes the next slice, up to the first body bytes in it.
 *
 * @param bytes   the slice; not kept
 * @param length  its length; 0 is fine and asks whether the answer is whole by now
 * @param taken   set in any case: how many bytes were used; call again with the rest
 * @param body    set on PGTASK_OK: where body bytes stand, inside `bytes`
 * @param body_length  set on PGTASK_OK: how many, 1 or more; they are among `taken`
 * @return PGTASK_OK     body bytes were found: use them, then call again with the rest, even if
 *                       none is left, to learn whether they were the last
 *         PGTASK_MORE   the slice is used up and the answer is not whole
 *         PGTASK_DONE   the answer is whole; `taken` may be less than `length`: what follows is
 *                       no part of it
 *         PGTASK_ERROR_HTTP_SYNTAX, _HEAD, _LENGTH, _CHUNK, _ENCODING; they stick
 *
 * A status other than 200 is no error here: read `status`. Line ends are CRLF and nothing else;
 * whatever could be read in two ways is refused. After an error `keep_alive` is false.
 */
PGTASK_MUST_CHECK enum pgtask_error pgtask_http_feed(struct pgtask_http *http, uint8_t const *bytes,
                                                     size_t length, size_t *taken,
                                                     uint8_t const **body, size_t *body_length);

/**
 * Says that the peer closed the connection in an orderly way (TLS close_notify).
 * @return PGTASK_DONE if the answer is whole, which a close-delimited one is by now;
 *         an error of pgtask_http_feed() again; PGTASK_ERROR_HTTP_TRUNCATED otherwise, which
 *         sticks too
 */
PGTASK_MUST_CHECK enum pgtask_error pgtask_http_close(struct pgtask_http *http);

#endif
